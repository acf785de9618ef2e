"""What the course of the infusion itself may alarm about, as instants since when it is so (alarms.md b)."""

from __future__ import annotations

import msgspec

from charting.due import seconds_left
from charting.session import Phase, State, delivered
from station.clock import NS

OVERRUN_PART, OVERRUN_MOST_S = 0.10, 300.0  # planned end + min(10 %, 5 min)
OVER_PART = 0.05
HIGH_BASELINE_MMHG = (140.0, 90.0)
RUNNING = (Phase.INFUSING, Phase.HELD)


class Course(msgspec.Struct, frozen=True):
    """Facts by their names; None where all is well."""

    dose_reached_ns: int | None = None
    dose_over_ns: int | None = None
    overrun_ns: int | None = None
    no_baseline_ns: int | None = None
    baseline_high_ns: int | None = None


def course(state: State | None, at_ms: int, now_ns: int) -> Course:
    """The course at one instant."""
    if state is None or state.plan is None or state.phase not in RUNNING or state.started_ms is None:
        return Course()
    left_s = seconds_left(state, at_ms)
    over_s = None
    if left_s is not None and state.running is not None:  # since when more than 105 % of the plan is in
        over_s = -left_s - state.plan.dose_mg * OVER_PART / state.running.mg_per_s
    running_s = delivered(state, at_ms).running_s
    planned_s = state.plan.minutes * 60
    grace_s = min(planned_s * OVERRUN_PART, OVERRUN_MOST_S)
    started_ns = now_ns - (at_ms - state.started_ms) * 1_000_000
    high = state.baseline is not None and any(
        value > limit for value, limit in zip(state.baseline, HIGH_BASELINE_MMHG, strict=True)
    )
    infusing = state.phase is Phase.INFUSING
    return Course(
        dose_reached_ns=_since(now_ns, -left_s if left_s is not None else None),
        dose_over_ns=_since(now_ns, over_s),
        overrun_ns=_since(now_ns, running_s - planned_s - grace_s if infusing else None),
        no_baseline_ns=started_ns if state.baseline is None else None,
        baseline_high_ns=started_ns if high else None,
    )


def _since(now_ns: int, past_s: float | None) -> int | None:
    return None if past_s is None or past_s < 0 else now_ns - int(past_s * NS)
