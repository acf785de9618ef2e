"""What is to be done next at a chair, and when. Pure; the interval comes from the phase."""

from __future__ import annotations

import msgspec

from charting.session import Phase, State, delivered

RECHECK_AFTER_S = 300.0  # of a hold: clinical.md 4.2, the hold loop


class Due(msgspec.Struct, frozen=True):
    """``in_s`` seconds from now; below zero it is overdue."""

    text: str
    in_s: float


def due(state: State, at_ms: int, last_cuff_ms: int | None, cuff_every_s: float) -> tuple[Due, ...]:
    """Everything now owed, the most urgent first."""
    found = [Due("blood pressure", cuff_every_s - (at_ms - (last_cuff_ms or state.opened_ms)) / 1000)]
    if state.held_since_ms is not None:
        found.append(Due("recheck, then resume or stop", RECHECK_AFTER_S - (at_ms - state.held_since_ms) / 1000))
    left_s = seconds_left(state, at_ms)
    if state.phase is Phase.INFUSING and left_s is not None:
        found.append(Due("end of the infusion", left_s))
    return tuple(sorted(found, key=lambda one: one.in_s))


def seconds_left(state: State, at_ms: int) -> float | None:
    """Seconds until the planned dose is in, at the rate that runs (or ran before the hold); below zero past it."""
    if state.plan is None or state.running is None:
        return None
    mg_per_s = state.running.mg_per_s
    return (state.plan.dose_mg - delivered(state, at_ms).mg) / mg_per_s if mg_per_s else None
