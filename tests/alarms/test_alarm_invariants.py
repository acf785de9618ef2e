"""Invariants of alarms.md a11 on random histories of a chair."""

from __future__ import annotations

import itertools
import json

import msgspec
from alarm_bench import PRESENT, SECOND, SOURCE, STANDARD, Bench
from hypothesis import given, settings, strategies as st

from station.alarms.engine import Engine
from station.alarms.facts import Baseline, Cuff, Facts, Flag, LinkFact, Reading, TaskDue
from station.alarms.outcome import Standing, State, Transition
from station.alarms.preset import load_preset

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
# runs of a value for some seconds; None is "no reading", silence is the whole line
SPO2 = st.sampled_from([97, 93, 91, 90, 89, 88, 85, 82, 79, 70]) | st.none()
HR = st.sampled_from([40, 49, 50, 52, 80, 110, 119, 121, 126, 150]) | st.none()
RUNS = st.lists(st.tuples(SPO2, HR, st.integers(1, 25), st.booleans()), min_size=1, max_size=8)
CAPS_S = {"SPO2_LOW": 20, "SPO2_DESAT": 8, "HR_LOW": 20, "HR_HIGH": 20, "SENSOR_OFF": 30}

History = list[tuple[int | None, int | None, int, bool]]


def play(runs: History, bench: Bench, acks: frozenset[int] = frozenset()) -> Bench:
    """Each run's values for its seconds; its last field pulls the cable. Acknowledge after the runs in ``acks``."""
    for index, (spo2, hr, seconds, silent) in enumerate(runs):
        bench.silent = silent
        bench.run(seconds, SPO2=spo2, HR=hr)
        if index in acks:
            bench.ack()
    return bench


@QUICK
@given(RUNS)
def test_i2_missing_data_never_yields_normal(runs: History) -> None:
    bench = play(runs, Bench())
    seen = [name for name, reading in bench.readings.items() if reading.updated_ns is not None]
    bench.silent = False
    bench.run(8, SPO2=None, HR=None)
    for condition, metric in (("SPO2_LOW", "SPO2"), ("HR_HIGH", "HR")):
        assert bench.state(condition) is (State.HELD if metric in seen else State.INACTIVE)
    bench.run(30)
    assert all(bench.state("VALUE_STALE", metric) is State.ACTIVE_UNACK for metric in seen)


@QUICK
@given(RUNS)
def test_i3_pending_never_outlasts_its_cap(runs: History) -> None:
    log = play(runs, Bench()).log
    for key in {(t.condition, t.subject) for t in log}:
        rows = [t for t in log if (t.condition, t.subject) == key]
        for begun, ended in itertools.pairwise(rows):
            if begun.to_state is State.PENDING and key[0] in CAPS_S:
                assert ended.at_ns - begun.at_ns <= CAPS_S[key[0]] * SECOND


@QUICK
@given(RUNS, st.frozensets(st.integers(0, 7)))
def test_i4_ack_never_clears_a_present_condition(runs: History, acks: frozenset[int]) -> None:
    for done in (t for t in play(runs, Bench(), acks).log if t.by):
        assert (done.from_state, done.to_state) in {
            (State.ACTIVE_UNACK, State.ACTIVE_ACK),
            (State.LATCHED, State.INACTIVE),
            (State.HELD, State.HELD),
        }


@QUICK
@given(RUNS, st.integers(1, 4), st.sampled_from(["SPO2_LOW", "HR_HIGH", "HR_LOW"]), st.booleans())
def test_i6_tightening_a_limit_never_removes_or_delays(
    runs: History, tighter: int, condition: str, noisy: bool
) -> None:
    term = STANDARD.row(condition).terms[0]
    limit = term.limit - tighter * term.sign
    loose, tight = Bench(), Bench(load_preset({condition: {"limit": limit}}, "tight"))
    loose.low_signal = tight.low_signal = noisy
    play(runs, loose)
    play(runs, tight)
    ours = tight.of(condition)
    for at, _, to in loose.of(condition):
        if to is State.ACTIVE_UNACK:
            state = [after for then, _, after in ours if then <= at][-1]
            assert state in PRESENT, f"at {at} s"


@QUICK
@given(RUNS, st.frozensets(st.integers(0, 7)))
def test_i7_every_change_is_reported_once(runs: History, acks: frozenset[int]) -> None:
    bench = play(runs, Bench(), acks)
    folded: dict[tuple[str, str], State] = {}
    for t in bench.log:
        assert folded.get((t.condition, t.subject), State.INACTIVE) is t.from_state
        assert t.from_state is not t.to_state or t.priority == "high" or t.by
        folded[(t.condition, t.subject)] = t.to_state
    standing = {(s.condition, s.subject): s.state for s in bench.engine.standing()}
    assert standing == {key: state for key, state in folded.items() if state is not State.INACTIVE}


@QUICK
@given(RUNS, st.frozensets(st.integers(0, 7)))
def test_i9_replay_is_identical(runs: History, acks: frozenset[int]) -> None:
    first, again = play(runs, Bench(), acks), play(runs, Bench(), acks)
    assert msgspec.json.encode([t.payload() for t in first.log]) == msgspec.json.encode(
        [t.payload() for t in again.log]
    )


@QUICK
@given(RUNS, RUNS, st.frozensets(st.integers(0, 7)), st.booleans())
def test_i11_restart_loses_no_alarm(before: History, after: History, acks: frozenset[int], log: bool) -> None:
    bench = play(before, Bench(), acks)
    kept = bench.engine.standing()
    payloads = [t.payload() for t in bench.log] if log else bench.engine.export()
    restarted = Engine(STANDARD)
    assert restarted.restore(json.loads(json.dumps(payloads)), bench.now_ns) == ()
    told = restarted.standing()
    assert identity(told) == identity(kept)
    if not log:  # an export also knows what changed since the last transition
        assert told == kept
    bench.engine = restarted
    play(after, bench)
    begun = [t.episode for t in bench.log if t.from_state is State.INACTIVE and t.to_state is State.PENDING]
    if payloads:  # without any there is nothing to count on from
        assert len(begun) == len(set(begun))


def identity(standing: tuple[Standing, ...]) -> set[tuple[object, ...]]:
    return {(s.condition, s.subject, s.state, s.frozen, s.priority, s.audible, s.episode) for s in standing}


NUMBER = st.floats(width=64) | st.integers(-(10**30), 10**30) | st.none()
TIME = st.integers(-(10**12), 10**13)
METRIC = st.sampled_from(["SPO2", "HR", "PULSE_RATE", "NIBP_SYS", "ETCO2", "weird {0} \x1b[0m"])
WORD = st.sampled_from(["valid", "questionable", "invalid", "", "nonsense"])
SOURCES = st.sampled_from([SOURCE, "other", "", "{subject}"])
ANY_FACTS = st.builds(
    Facts,
    readings=st.lists(
        st.builds(
            Reading,
            metric=METRIC,
            value=NUMBER,
            validity=WORD,
            updated_ns=TIME | st.none(),
            heard_ns=TIME,
            stale_after_s=st.floats(),
            source=SOURCES,
            low_signal=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    cuff=st.none()
    | st.builds(Cuff, number=st.integers(0, 9), sys=NUMBER, dia=NUMBER, mean=NUMBER, at_ns=TIME, timed=st.booleans()),
    links=st.lists(
        st.builds(
            LinkFact,
            source=SOURCES,
            last_good_ns=TIME | st.none(),
            since_ns=TIME,
            lost_after_s=NUMBER,
            good_frames=st.integers(0, 9),
        ),
        max_size=3,
    ).map(tuple),
    flags=st.lists(
        st.builds(Flag, kind=st.sampled_from(["sensor_off", "x"]), metric=METRIC, source=SOURCES, since_ns=TIME),
        max_size=3,
    ).map(tuple),
    baseline=st.none() | st.builds(Baseline, sys=st.floats(), dia=st.floats()),
    phase=st.sampled_from(["NONE", "BASE", "INF", "REC", "?"]),
    session=st.sampled_from([None, "a", "b"]),
    nibp_interval_s=NUMBER,
    nibp_from_ns=TIME | st.none(),
    cuff_timed_ns=TIME | st.none(),
    viewer_gone_ns=TIME | st.none(),
    viewer_frozen_ns=TIME | st.none(),
    chart_failing_ns=TIME | st.none(),
    chart_sentence=st.text(max_size=300),
    disk_free_bytes=NUMBER,
    tasks=st.lists(st.builds(TaskDue, name=METRIC, text=st.text(max_size=300), due_ns=TIME), max_size=2).map(tuple),
    away_until_ns=TIME | st.none(),
    away_sentence=st.text(max_size=300),
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.tuples(TIME, ANY_FACTS, st.booleans()), max_size=8))
def test_i12_no_facts_raise(steps: list[tuple[int, Facts, bool]]) -> None:
    engine, log = Engine(STANDARD), list[Transition]()
    for now_ns, facts, ack in steps:
        log += engine.step(now_ns, facts)
        log += engine.acknowledge(now_ns, "x") if ack else []
    assert [t.at_ns for t in log] == sorted(t.at_ns for t in log)
    assert all(len(t.text) <= 40 and t.reason.isprintable() for t in log)
    json.dumps([t.payload() for t in log], allow_nan=False)
    Engine(STANDARD).restore(engine.export(), 0)
