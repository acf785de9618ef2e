"""What is missing in the chart of a session that is over, in sentences, for whoever is about to sign it. Pure.

It says what the chart does not hold and judges nothing: a dose that was stopped early differs from its plan, rightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from charting.delivered import assumed, delivered
from charting.lines import line
from charting.medication import WASTED, account_text, accounts
from charting.model import Entry, Kind, NumericRow
from charting.observation import SEDATION_SCALES
from charting.protocol import SEDATION
from charting.record import PatientState
from charting.scales.scoring import Asked
from charting.session import Phase, State
from charting.tasks import Task, tasks_for
from charting.trends import trend_of

UNLIKE_PLAN_PART = 0.05  # as for the alarm about a dose that is over its plan
SLACK_S = 60.0  # nobody charts to the second
_DOSED = (Phase.INFUSING, Phase.HELD)


def unfinished(
    state: State, entries: Sequence[Entry], rows: Iterable[NumericRow], record: PatientState | None
) -> tuple[str, ...]:
    """What is missing in a closed session; ``record`` is the patient's, where one is kept."""
    closed_ms = state.closed_ms or entries[-1].happened_at_ms
    trend = trend_of(entries, rows, closed_ms)
    cuffs_ms = sorted(cuff.t_ms for cuff in trend.cuffs) if trend is not None else []
    return (
        *_not_observed(state, cuffs_ms, closed_ms),
        *_times(state, entries, closed_ms),
        *_dose(state, closed_ms),
        *_waste(entries),
        *_flags(state, record),
        *_criteria(entries),
    )


def _not_observed(state: State, cuffs_ms: Sequence[int], closed_ms: int) -> Iterator[str]:
    """What the schedule asked for and nobody charted, or charted late."""
    for task in tasks_for(state):
        owed = _owed(task, state, closed_ms)
        if owed is None:
            continue
        counted = (*task.ratings, *(SEDATION_SCALES if SEDATION in task.ratings else ()))
        charted_ms = sorted(one.at_ms for one in state.rated if one.event in counted)
        times_ms = cuffs_ms if task.pressure else charted_ms
        yield from (_once if task.every_s is None else _each)(task, times_ms, owed)


def _owed(task: Task, state: State, closed_ms: int) -> tuple[int, int, int] | None:
    """Since when the minutes of ``task`` count, and from when to when it was owed; None where it never was."""
    ended_ms = state.ended_ms or closed_ms
    began_ms = state.opened_ms if Phase.BASELINE in task.phases else state.started_ms
    if began_ms is None:
        return None
    dosed = any(phase in task.phases for phase in _DOSED)
    from_ms = began_ms if Phase.BASELINE in task.phases or dosed else ended_ms
    dose_ms = ended_ms if dosed else state.started_ms or closed_ms
    return max(began_ms, task.from_ms), from_ms, closed_ms if Phase.RECOVERY in task.phases else dose_ms


def _once(task: Task, times_ms: Sequence[int], owed: tuple[int, int, int]) -> Iterator[str]:
    began_ms, from_ms, to_ms = owed
    due_ms = began_ms + round(task.at_s * 1000)
    if not from_ms <= due_ms <= to_ms:
        return  # the phase was over before
    done_ms = next((at_ms for at_ms in times_ms if at_ms >= due_ms - task.early_s * 1000), None)
    if done_ms is None:
        yield f"{task.text}: not charted"
    elif done_ms - due_ms > _slack_ms(task):
        yield f"{task.text}: charted {(done_ms - due_ms) / 60_000:.0f} min late"


def _each(task: Task, times_ms: Sequence[int], owed: tuple[int, int, int]) -> Iterator[str]:
    began_ms, from_ms, to_ms = owed
    every_ms = round((task.every_s or 0.0) * 1000)
    seen_ms = [began_ms, *(at_ms for at_ms in times_ms if began_ms < at_ms < to_ms), to_ms]
    late_ms = [after - max(before + every_ms, from_ms) for before, after in pairwise(seen_ms)]
    overdue = [one for one in late_ms if one > _slack_ms(task)]
    if overdue:
        times = "once" if len(overdue) == 1 else f"{len(overdue)} times"
        yield f"{task.text}: overdue {times}, the longest by {max(overdue) / 60_000:.0f} min"


def _slack_ms(task: Task) -> float:
    return max(task.late_s, SLACK_S) * 1000


def _times(state: State, entries: Sequence[Entry], closed_ms: int) -> Iterator[str]:
    """What cannot have happened when the chart says."""
    for entry in entries:
        if entry.source != "person" or entry.kind is Kind.SIGNED:
            continue
        if entry.happened_at_ms < state.opened_ms:
            yield f"before the session was opened: {line(entry)}"
        elif entry.happened_at_ms > closed_ms:
            yield f"after the session was closed: {line(entry)}"


def _dose(state: State, closed_ms: int) -> Iterator[str]:
    """A dose that is not the planned one or was not seen, and controlled drugs that do not add up."""
    given_mg, planned_mg = delivered(state, closed_ms).mg, state.planned_mg
    if state.started_ms is not None and planned_mg and abs(given_mg - planned_mg) > UNLIKE_PLAN_PART * planned_mg:
        yield f"dose: {given_mg:.1f} mg delivered, {planned_mg:.1f} mg planned"
    unsure_mg = sum(gap.mg for gap in assumed(state))
    if unsure_mg:
        yield f"dose: {unsure_mg:.1f} mg of it is assumed, nobody charted whether the pump ran without recorder"
    yield from (f"account: {account_text(one)}" for one in accounts(state.care.doses, given_mg) if one.open)


def _waste(entries: Sequence[Entry]) -> Iterator[str]:
    gone = {entry.supersedes for entry in entries}
    given = [entry for entry in entries if entry.kind is Kind.MEDICATION and entry.seq not in gone]
    for entry in given:
        p = entry.payload
        if p["what"] == WASTED and p["controlled"] and "second" not in p:
            yield f"no witness: {line(entry)}"


def _flags(state: State, record: PatientState | None) -> Iterator[str]:
    """Flags that nobody has charted as seen, and those not asked in what was scored since the session began."""
    if record is None:
        return
    yield from (f"flag: {flag.sentence}, nobody charted that it was seen" for _, flag in record.flagged)
    for scored in record.scores:
        if scored.at_ms >= state.opened_ms:
            unasked = (flag for flag in scored.score.flags if flag.state is Asked.NOT_ASKED)
            yield from (f"flag: {flag.id} was not asked ({scored.on})" for flag in unasked)


def _criteria(entries: Sequence[Entry]) -> Iterator[str]:
    closing = next((e for e in reversed(entries) if e.kind is Kind.SESSION_CLOSED), None)
    if closing is not None:
        yield from (f"left without: {one}" for one in closing.payload.get("missing", ()))
