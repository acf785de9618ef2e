"""What is to be done next at a chair, and when. Pure; the interval comes from the phase."""

from __future__ import annotations

import msgspec

from charting.delivered import assumed, delivered
from charting.downtime import minutes_text
from charting.session import Phase, State
from charting.tasks import due_ms, tasks_for

RECHECK = "recheck"  # the task of a hold


class Due(msgspec.Struct, frozen=True):
    """``in_s`` seconds from now; below zero it is overdue. ``task`` is what is to be charted: a task's name,
    ``RECHECK``, or ""; ``late_s`` and ``escalate_s`` are the task's."""

    text: str
    in_s: float
    task: str = ""
    late_s: float = 0.0
    escalate_s: float | None = None


def due(
    state: State, at_ms: int, last_cuff_ms: int | None, cuff_every_s: float, events: frozenset[str] = frozenset()
) -> tuple[Due, ...]:
    """Everything now owed, the most urgent first. ``events``: quick events of this chair that take a rating."""
    owed_ms = max(last_cuff_ms or 0, state.opened_ms)  # a reading from before the session makes nothing overdue in it
    found = [Due("blood pressure", cuff_every_s - (at_ms - owed_ms) / 1000)]
    if state.recheck_ms is not None:
        found.append(Due("recheck the hold", (state.recheck_ms - at_ms) / 1000, RECHECK))
    for task in tasks_for(state):
        task_ms = due_ms(task, state, last_cuff_ms, events)
        if task_ms is not None:
            found.append(Due(task.text, (task_ms - at_ms) / 1000, task.name, task.late_s, task.escalate_s))
    left_s = seconds_left(state, at_ms)
    if state.phase is Phase.INFUSING and left_s is not None:
        found.append(Due("end of the infusion", left_s))
    found += _parts(state, at_ms)
    for gap in assumed(state)[:1]:
        text = f"pump ran {minutes_text(gap.to_ms - gap.from_ms)} unrecorded?"
        found.append(Due(text, (gap.to_ms - at_ms) / 1000))
    return tuple(sorted(found, key=lambda one: one.in_s))


def _parts(state: State, at_ms: int) -> list[Due]:
    """Of a dose without a pump: the end of the part that goes in, or the next part after its rest."""
    plan, last = state.portion, state.given[-1] if state.given else None
    if plan is None or last is None or state.acts:
        return []
    if at_ms < last.end_ms:
        return [Due("end of the bolus", (last.end_ms - at_ms) / 1000)]
    number = len(state.given) + 1
    rest_s = plan.rest_s - (at_ms - last.end_ms) / 1000
    return [Due(f"device {number} of {plan.parts}", rest_s)] if number <= plan.parts else []


def seconds_left(state: State, at_ms: int) -> float | None:
    """Seconds until the planned dose is in, at the rate that runs (or ran before the hold); below zero past it."""
    if state.plan is None or state.running is None:
        return None
    mg_per_s = state.running.mg_per_s
    return (state.plan.dose_mg - delivered(state, at_ms).mg) / mg_per_s if mg_per_s else None
