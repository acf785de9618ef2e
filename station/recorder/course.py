"""What the course of the treatment itself may alarm about, as instants since when it is so (alarms.md b)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from charting.delivered import delivered
from charting.due import Due, due, seconds_left
from charting.protocol import OXIMETRY
from charting.resuming import beyond_hold, pressure_text
from charting.session import Away, Phase, State
from station.alarms.facts import Cuff, TaskDue
from station.alarms.outcome import Standing
from station.clock import NS
from station.events import Event
from station.recorder.leaving import pressure_of
from station.recorder.sight import NIBP_INTERVAL_S

OVERRUN_PART, OVERRUN_MOST_S = 0.10, 300.0  # planned end + min(10 %, 5 min)
OVER_PART = 0.05
HIGH_BASELINE_MMHG = (140.0, 90.0)
RUNNING = (Phase.INFUSING, Phase.HELD)
_VALUE = re.compile(r" [\d.]+ (?:%|/min)")  # of a number that is measured each second


class Course(msgspec.Struct, frozen=True):
    """Facts by their names; None or empty where all is well."""

    dose_reached_ns: int | None = None
    dose_over_ns: int | None = None
    overrun_ns: int | None = None
    no_baseline_ns: int | None = None
    baseline_high_ns: int | None = None
    nibp_from_ns: int | None = None
    tasks: tuple[TaskDue, ...] = ()
    away_until_ns: int | None = None
    away_sentence: str = ""


def owed(
    state: State | None, cuff: Cuff | None, events: Iterable[Event], oximeter: bool, at_ms: int, now_ns: int
) -> tuple[Due, ...]:
    """What is due at a chair with this last timed ``cuff`` and these quick ``events``, the most urgent first. SpO2 is
    not, while an ``oximeter`` sends it.
    """
    if state is None:
        return ()
    rated = frozenset(event.id for event in events if event.highest is not None)
    rated |= frozenset() if oximeter else {OXIMETRY}
    beyond = beyond_hold(state, pressure_of(cuff, at_ms, now_ns))
    passed = Due(f"hold: {pressure_text(beyond)}", (beyond.at_ms - at_ms) / 1000) if beyond else None
    found = due(state, at_ms, cuff_ms(cuff, at_ms, now_ns), NIBP_INTERVAL_S[state.phase], rated)
    return found if passed is None else (passed, *found)


def cuff_ms(cuff: Cuff | None, at_ms: int, now_ns: int) -> int | None:
    """When the pressure was taken, UTC ms; None where there is none or its age is unknown."""
    return at_ms - (now_ns - cuff.at_ns) // 1_000_000 if cuff is not None and cuff.timed else None


def patients_alarms(standing: Iterable[Standing]) -> tuple[str, ...]:
    """The alarms of the patient (not of a cable or the station) that are present, in words, worst first; without the
    values that go on changing each second: a question about these alarms is another one only where the alarms are.
    """
    return tuple(_VALUE.sub("", s.text) for s in standing if s.kind == "physiological" and s.state.startswith("ACTIVE"))


def course(state: State | None, owing: tuple[Due, ...], at_ms: int, now_ns: int) -> Course:
    """The course at one instant, with what is ``owed``."""
    if state is None:
        return Course()

    def instant(then_ms: int | None) -> int | None:
        return None if then_ms is None else now_ns - (at_ms - then_ms) * 1_000_000

    return msgspec.structs.replace(
        _infusion(state, at_ms, now_ns),
        nibp_from_ns=instant(state.opened_ms),
        tasks=tuple(
            TaskDue(
                name=d.task,
                text=d.text,
                due_ns=now_ns + round(d.in_s * NS),
                late_s=d.late_s,
                escalate_s=d.escalate_s,
            )
            for d in owing
            if d.task
        ),
        away_until_ns=instant(state.away.until_ms) if state.away else None,
        away_sentence=_away_sentence(state.away) if state.away else "",
    )


def _away_sentence(away: Away) -> str:
    until = datetime.fromtimestamp(away.until_ms / 1000, tz=UTC).strftime("%H:%M")
    return f"patient away until {until} UTC: {away.reason} ({away.by})"


def _infusion(state: State, at_ms: int, now_ns: int) -> Course:
    if state.phase not in RUNNING or state.started_ms is None:
        return Course()
    baseline = _baseline(state, now_ns - (at_ms - state.started_ms) * 1_000_000)
    if state.plan is None:  # without a pump nothing can run over
        return baseline
    left_s = seconds_left(state, at_ms)
    over_s = None
    if left_s is not None and state.running is not None:  # since when more than 105 % of the plan is in
        over_s = -left_s - state.plan.dose_mg * OVER_PART / state.running.mg_per_s
    running_s = delivered(state, at_ms).running_s
    planned_s = state.plan.minutes * 60
    grace_s = min(planned_s * OVERRUN_PART, OVERRUN_MOST_S)
    infusing = state.phase is Phase.INFUSING
    return msgspec.structs.replace(
        baseline,
        dose_reached_ns=_since(now_ns, -left_s if left_s is not None else None),
        dose_over_ns=_since(now_ns, over_s),
        overrun_ns=_since(now_ns, running_s - planned_s - grace_s if infusing else None),
    )


def _baseline(state: State, started_ns: int) -> Course:
    """A dose that began without a baseline, or with a high one."""
    high = state.baseline is not None and any(
        value > limit for value, limit in zip(state.baseline, HIGH_BASELINE_MMHG, strict=True)
    )
    return Course(
        no_baseline_ns=started_ns if state.baseline is None else None,
        baseline_high_ns=started_ns if high else None,
    )


def _since(now_ns: int, past_s: float | None) -> int | None:
    return None if past_s is None or past_s < 0 else now_ns - int(past_s * NS)
