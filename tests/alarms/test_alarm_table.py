"""The table itself: every row sane, raised and cleared by some facts, bounded at its limits, and printed in README."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alarm_bench import PRESENT, Bench

from station.alarms import conditions, watch
from station.alarms.conditions import CONDITIONS
from station.alarms.facts import TaskDue
from station.alarms.outcome import State
from station.alarms.preset import load_preset
from station.alarms.rules import OPERATORS, OPPOSITE, PRIORITIES, SHOWN, Condition

README = Path(conditions.__file__).parent / "README.md"


def viewer(field: str) -> tuple[Callable[[Bench], None], Callable[[Bench], None]]:
    return (
        lambda bench: bench.set(**{field: bench.now_ns}, session="s"),
        lambda bench: bench.set(**{field: None}),
    )


def cuffs(sys: float) -> Callable[[Bench], None]:
    def measure(bench: Bench) -> None:
        bench.cuff(sys)
        bench.now_s += 1
        bench.cuff(sys)

    return measure


def owe(bench: Bench) -> None:
    bench.set(tasks=(TaskDue(name="rating", text="rating", due_ns=bench.now_ns),))


RAISED_AND_CLEARED: dict[str, tuple[Callable[[Bench], None], Callable[[Bench], None]]] = {
    "COMM_LOST": (lambda b: setattr(b, "silent", True), lambda b: setattr(b, "silent", False)),
    "SENSOR_OFF": (lambda b: b.flag("SPO2", on=True), lambda b: b.flag("SPO2", on=False)),
    "VALUE_STALE": (lambda b: b.values.update(SPO2=None), lambda b: b.values.update(SPO2=97)),
    "NIBP_STALE": (lambda b: b.set(nibp_interval_s=-100, nibp_from_ns=0), lambda b: b.set(nibp_interval_s=None)),
    "SPO2_DESAT": (lambda b: b.values.update(SPO2=78), lambda b: b.values.update(SPO2=97)),
    "SPO2_LOW": (lambda b: b.values.update(SPO2=86), lambda b: b.values.update(SPO2=97)),
    "HR_LOW": (lambda b: b.values.update(HR=45), lambda b: b.values.update(HR=75)),
    "HR_HIGH": (lambda b: b.values.update(HR=125), lambda b: b.values.update(HR=75)),
    "NIBP_LOW": (cuffs(85), cuffs(120)),
    "NIBP_HIGH": (cuffs(185), cuffs(120)),
    "DOSE_OVER": viewer("dose_over_ns"),
    "INF_OVERRUN": viewer("overrun_ns"),
    "DOSE_REACHED": viewer("dose_reached_ns"),
    "NO_BASELINE": viewer("no_baseline_ns"),
    "BASE_HIGH": viewer("baseline_high_ns"),
    "OBS_DUE": (owe, lambda b: b.set(tasks=())),
    "NO_VIEWER": viewer("viewer_gone_ns"),
    "UI_FROZEN": viewer("viewer_frozen_ns"),
    "CHART_FAIL": viewer("chart_failing_ns"),
    "AUDIO_FAIL": viewer("audio_failing_ns"),
    "DISK_LOW": (lambda b: b.set(disk_free_bytes=4e8), lambda b: b.set(disk_free_bytes=6e8)),
}


def test_every_row_is_tried() -> None:
    assert list(RAISED_AND_CLEARED) == list(CONDITIONS)


@pytest.mark.parametrize("row", CONDITIONS.values(), ids=str)
def test_row_is_raised_and_cleared(row: Condition) -> None:
    raise_it, clear_it = RAISED_AND_CLEARED[row.id]
    bench = Bench()
    bench.run(10, SPO2=95, HR=75)
    assert bench.log == []
    raise_it(bench)
    bench.run(40)
    assert any(to is State.ACTIVE_UNACK for _, _, to in bench.of(row.id))
    assert all(0 < len(t.text) <= 40 and t.reason for t in bench.log)
    assert {t.priority for t in bench.log if t.condition == row.id} == {row.priority}
    clear_it(bench)
    bench.run(40)
    assert bench.of(row.id)[-1][2] is (State.LATCHED if row.latching else State.INACTIVE)
    bench.ack()
    assert not [s for s in bench.engine.standing() if s.condition == row.id]


@pytest.mark.parametrize("row", CONDITIONS.values(), ids=str)
def test_row_is_sane(row: Condition) -> None:
    assert row.kind in ("physiological", "technical", "other")
    assert row.priority in PRIORITIES
    assert row.watch in watch.FINDERS
    assert row.needs_patient == (row.kind == "physiological" or row.id in ("SENSOR_OFF", "VALUE_STALE", "NIBP_STALE"))
    assert row.latching == (row.kind == "physiological" and row.priority != "low")
    assert row.remedy and row.source and row.text
    assert all(term.op in OPERATORS and term.clear_op in OPERATORS for term in row.terms)
    ids = list(CONDITIONS)
    assert all(ids.index(parent) < ids.index(row.id) for parent in row.parents)
    ranks = [other.rank for other in CONDITIONS.values()]
    assert len(set(ranks)) == len(ranks)


STREAMS = [row for row in CONDITIONS.values() if row.watch == "stream"]
CUFF_TERMS = [
    (row, term) for row in CONDITIONS.values() if row.watch == "cuff" for term in row.terms if term.percent is None
]


@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize("row", STREAMS, ids=lambda row: row.id)
def test_limit_boundary(row: Condition, offset: int) -> None:
    (term,) = row.terms
    bench = Bench()
    bench.run(60, **{term.metric: term.limit + offset})
    assert (bench.state(row.id) in PRESENT) == OPERATORS[term.op](term.limit + offset, term.limit)


@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize("row", STREAMS, ids=lambda row: row.id)
def test_clear_boundary(row: Condition, offset: int) -> None:
    (term,) = row.terms
    bench = Bench()
    bench.run(30, **{term.metric: term.limit + 3 * term.sign})
    bench.run(30, **{term.metric: term.clear + offset})
    cleared = OPERATORS[term.clear_op](term.clear + offset, term.clear)
    assert (bench.state(row.id) is State.LATCHED) == cleared


@pytest.mark.parametrize("offset", [-1, 0, 1])
@pytest.mark.parametrize(("row", "term"), CUFF_TERMS, ids=str)
def test_cuff_limit_boundary(row: Condition, term: object, offset: int) -> None:
    normal = {"NIBP_SYS": 120.0, "NIBP_DIA": 70.0, "NIBP_MEAN": 85.0}
    normal[term.metric] = term.limit + offset
    bench = Bench()
    bench.cuff(normal["NIBP_SYS"], normal["NIBP_DIA"], normal["NIBP_MEAN"])
    assert (bench.state(row.id) in PRESENT) == term.violated(normal[term.metric], None)


@pytest.mark.parametrize("tick", [-1, 0, 1])
@pytest.mark.parametrize("row", STREAMS, ids=lambda row: row.id)
def test_delay_boundary(row: Condition, tick: int) -> None:
    (term,) = row.terms
    bench = Bench(load_preset({row.id: {"delay_s": 7}}, "seven"))
    bench.run(10, **{term.metric: term.clear})
    bench.run(7 + tick / 4, **{term.metric: term.limit + 2 * term.sign})
    bench.step()  # the instant itself
    assert (bench.state(row.id) in PRESENT) == (tick >= 0)


@pytest.mark.parametrize("tick", [-1, 0, 1])
@pytest.mark.parametrize(
    ("condition", "seconds"), [("SENSOR_OFF", 10), ("NO_VIEWER", 5), ("UI_FROZEN", 5), ("COMM_LOST", 5)]
)
def test_technical_delay_boundary(condition: str, seconds: float, tick: int) -> None:
    bench = Bench()
    RAISED_AND_CLEARED[condition][0](bench)
    bench.run(seconds + tick / 4)
    bench.step()
    assert bool([s for s in bench.engine.standing() if s.condition == condition and s.audible]) == (tick >= 0)


def limits_column(row: Condition) -> str:
    parts = []
    for term in row.terms:
        relative = "" if term.percent is None else f" and {term.percent:+g} %"
        parts.append(f"{term.metric} {SHOWN[term.op]} {term.limit:g}{relative}")
    return " or ".join(parts) or {"cuff_age": "interval + delay", "link": "driver's lost_after_s"}.get(row.watch, "-")


def clears_column(row: Condition) -> str:
    deadband = any(OPPOSITE[t.op] != t.clear_op or t.limit != t.clear for t in row.terms)
    parts = [f"{SHOWN[row.terms[0].clear_op]} {row.terms[0].clear:g}"] if deadband else []
    parts += [f"{row.clear_delay_s:g} s"] if row.clear_delay_s else []
    parts += [f"{row.clear_readings} good"] if row.clear_readings else []
    return ", ".join(parts) or "at once"


def delay_column(row: Condition) -> str:
    delay = row.delay
    area = f", {delay.area:g} points x s" if delay.area else ""
    cap = f", cap {delay.cap_s:g} s" if delay.cap_s is not None else ""
    phases = "".join(f", {phase} {seconds:g} s" for phase, seconds in delay.by_phase.items())
    return f"{delay.seconds:g} s{area}{cap}{phases}"


def priority_column(row: Condition) -> str:
    later = [
        f"{one.priority} at {one.after_s:g} s{' in ' if one.phases else ''}{'/'.join(one.phases)}"
        for one in row.escalations
    ]
    levels = [f"{one.priority} under {one.limit:g}" for one in row.levels]
    return ", ".join([row.priority, *later, *levels])


def readme_table() -> str:
    """The README's table as the rows say it."""
    lines = ["| id | limit | clears | delay | priority | latches | source |", "|---|---|---|---|---|---|---|"]
    for row in CONDITIONS.values():
        cells = (limits_column(row), clears_column(row), delay_column(row), priority_column(row))
        lines.append(f"| {row.id} | {' | '.join(cells)} | {'yes' if row.latching else 'no'} | {row.source} |")
    return "\n".join(lines)


def test_readme_shows_the_table() -> None:
    assert readme_table() in README.read_text("utf-8"), f"put this into README.md:\n{readme_table()}"
