"""Patient away: what needs the patient rests, nothing else does, and all of it comes back by itself."""

from __future__ import annotations

import pytest
from alarm_bench import STANDARD, A, Bench, D, N, P, U
from hypothesis import given, settings, strategies as st

from station.alarms.conditions import CONDITIONS
from station.alarms.engine import Engine
from station.alarms.facts import TaskDue
from station.alarms.outcome import State

SENTENCE = "patient away until 10:05 UTC: toilet (KS)"
RESTING = {row.id for row in CONDITIONS.values() if row.needs_patient}


def leave(bench: Bench, seconds: float) -> None:
    bench.set(away_until_ns=bench.now_ns + int(seconds * 1e9), away_sentence=SENTENCE)


def off(bench: Bench) -> set[str]:
    return {s.condition for s in bench.engine.standing() if s.state is State.DISABLED}


def test_what_needs_the_patient_rests_visibly_and_nothing_else() -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(10, SPO2=97, HR=70)
    leave(bench, 60)
    bench.run(1)
    assert off(bench) == RESTING
    assert {s.reason for s in bench.engine.standing()} == {SENTENCE}
    assert {t.reason for t in bench.log} == {SENTENCE}
    assert not {row.id for row in CONDITIONS.values() if row.kind == "other"} & RESTING


def test_the_countdown_ends_it_and_what_is_so_then_alarms_after_its_own_delay() -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(10, SPO2=97, HR=70)
    leave(bench, 60)
    bench.run(60, SPO2=82, HR=70)
    assert bench.of("SPO2_LOW") == [(10.0, N, D)]
    bench.run(20, SPO2=82, HR=70)
    assert bench.of("SPO2_LOW")[1:] == [(70.0, D, N), (70.0, N, P), (78.0, P, U)]
    assert off(bench) == set()


def test_back_ends_it_at_once() -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(5, SPO2=97)
    leave(bench, 600)
    bench.run(5, SPO2=97)
    bench.set(away_until_ns=None, away_sentence="")
    bench.run(1, SPO2=97)
    assert off(bench) == set()
    (back,) = [t for t in bench.log if t.condition == "HR_HIGH" and t.to_state is State.INACTIVE]
    assert back.at_ns == 10_000_000_000
    assert back.reason == f"watched again; was off: {SENTENCE}"


def test_an_alarm_that_stood_is_off_and_comes_back_with_its_delay() -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(20, SPO2=97, HR=130)
    bench.ack()
    leave(bench, 30)
    bench.run(30, SPO2=97, HR=130)
    bench.run(20, SPO2=97, HR=130)
    assert [(f, t) for _, f, t in bench.of("HR_HIGH")] == [(N, P), (P, U), (U, A), (A, D), (D, N), (N, P), (P, U)]
    assert bench.of("HR_HIGH")[-1][0] == 50 + 12


def test_sensors_left_off_have_their_delay_from_the_return() -> None:
    bench = Bench(session="s", phase="BASE", nibp_interval_s=300, nibp_from_ns=0)
    bench.run(5, SPO2=97)
    bench.flag("SPO2", on=True)
    leave(bench, 600)
    bench.run(600, HR=70)
    bench.run(130, HR=70)
    assert bench.since("SENSOR_OFF", U) == 605 + 10
    assert bench.since("NIBP_STALE", U) == 605 + 120


def test_what_the_station_itself_lacks_alarms_meanwhile() -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(5, SPO2=97)
    leave(bench, 300)
    bench.set(
        viewer_gone_ns=bench.now_ns,
        chart_failing_ns=bench.now_ns,
        audio_failing_ns=bench.now_ns,
        disk_free_bytes=1,
        tasks=(TaskDue(name="rating", text="rating", due_ns=bench.now_ns),),
    )
    bench.silent = True
    bench.run(20)
    raised = {s.condition for s in bench.engine.standing() if s.state is State.ACTIVE_UNACK}
    assert raised == {"NO_VIEWER", "CHART_FAIL", "AUDIO_FAIL", "DISK_LOW", "COMM_LOST", "OBS_DUE"}


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("ended", [True, False])
def test_a_restart_meanwhile_neither_forgets_nor_prolongs_it(log: bool, ended: bool) -> None:
    bench = Bench(session="s", phase="REC")
    bench.run(5, SPO2=97)
    leave(bench, 60)
    bench.run(5, SPO2=97)
    payloads = [t.payload() for t in bench.log] if log else bench.engine.export()
    bench.engine = Engine(STANDARD)
    bench.engine.restore(payloads, bench.now_ns)
    if ended:
        bench.now_s += 60
    count = len(bench.log)
    bench.run(1, SPO2=97)
    came = bench.log[count:]
    assert off(bench) == (set() if ended else RESTING)
    assert {(t.condition, t.from_state, t.to_state) for t in came} == ({(i, D, N) for i in RESTING} if ended else set())


def test_a_tasks_alarm_rises_and_ends_alone() -> None:
    bench = Bench(session="s", phase="INF")
    tasks = [TaskDue(name=n, text=f"the {n}", due_ns=int(at * 1e9)) for n, at in (("rating", 5), ("pressure", 400))]
    bench.set(tasks=tuple(tasks))
    bench.run(304)
    bench.ack()
    assert bench.state("OBS_DUE", "rating") is A
    bench.run(2)
    assert bench.state("OBS_DUE", "rating") is U  # five minutes late: medium now
    assert [t.priority for t in bench.log if t.to_state is U] == ["low", "medium"]
    assert bench.state("OBS_DUE", "pressure") is N
    bench.run(100)
    bench.set(tasks=(tasks[1],))
    bench.run(1)
    assert bench.state("OBS_DUE", "rating") is N
    assert bench.state("OBS_DUE", "pressure") is U
    assert bench.log[-1].text == "Due: the rating"


RUNS = st.lists(
    st.tuples(st.sampled_from([97, 88, 78]) | st.none(), st.sampled_from([70, 130]), st.integers(1, 40), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(RUNS, st.integers(1, 5), st.integers(0, 120), st.booleans())
def test_i5_every_away_ends_and_nothing_is_missed_after_it(
    runs: list[tuple[int | None, int, int, bool]], away_s: int, before_s: int, back: bool
) -> None:
    """Whatever happened before and meanwhile: after the end a watched fact alarms within its longest delay."""
    bench = Bench(session="s", phase="REC")
    bench.run(before_s, SPO2=97, HR=70)
    leave(bench, away_s * 30)
    ends_ns = bench.now_ns + away_s * 30 * 10**9
    for spo2, hr, seconds, silent in runs:
        bench.silent = silent
        bench.run(seconds, SPO2=spo2, HR=hr)
        resting = bench.now_ns <= ends_ns  # the last step looked just before now
        assert (off(bench) == RESTING) == resting
        assert not ({"COMM_LOST", "CHART_FAIL"} & off(bench))
    if back:
        bench.set(away_until_ns=None)
    bench.silent = False
    bench.run(max(0, (ends_ns - bench.now_ns) / 1e9) if not back else 0, SPO2=78, HR=70)
    bench.run(25, SPO2=78, HR=70)
    assert off(bench) == set()
    assert bench.state("SPO2_DESAT") in (U, A)
    assert bench.state("SPO2_LOW") in (U, A)
