"""What a person is to chart in the course of a treatment, and when: the schedule of the session's protocol, or a
table of ours for sessions from before there were any.

Sources: sedation and dissociation each 10 to 15 min, pressure at about 40 min (peak of the rise), vital signs before
completion (esketamine label and monitoring form; clinical.md 1.5 and 1.7). A clinic must review it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from charting.medication import GIVEN
from charting.observation import SEDATION_SCALES
from charting.protocol import PRESSURE, SEDATION, Observe, Protocol
from charting.session import Phase, State

NONE_GIVEN: Mapping[str, int] = MappingProxyType({})


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``name`` tells its alarm from others, ``text`` is what people read (at most 34 cells).

    It is owed in ``phases`` only: each ``every_s`` seconds after it was last charted or the infusion began; or once,
    ``at_s`` after the infusion began, where what is charted from ``early_s`` before then on counts, late or not. In
    the baseline phase the opening of the session stands for the beginning.
    It is late, and an alarm, ``late_s`` after it was due, and louder ``escalate_s`` after it was due (infinity: never;
    None: as the alarm's own row has it).
    Charted by a rating of one of the quick events ``ratings``, or by a ``pressure``, a cuff's or a typed one.
    ``from_ms``: the interval counts from then (UTC ms), where nothing was charted since.
    """

    name: str
    text: str
    phases: tuple[Phase, ...]
    every_s: float | None = None
    at_s: float = 0.0
    early_s: float = 0.0
    ratings: tuple[str, ...] = ()
    pressure: bool = False
    late_s: float = 0.0
    escalate_s: float | None = None
    from_ms: int = 0


_FROM_START = (Phase.INFUSING, Phase.HELD, Phase.RECOVERY)
TASKS = (
    Task(
        name="rating",
        text="sedation rating",
        phases=_FROM_START,
        every_s=900,
        ratings=("dissociation", "sedation"),
    ),
    Task(
        name="pressure-40",
        text="BP at 40 min",
        phases=_FROM_START,
        at_s=2400,
        early_s=300,
        pressure=True,
    ),
    Task(
        name="discharge-vitals",
        text="discharge vitals",
        phases=(Phase.RECOVERY,),
        every_s=900,
        pressure=True,
    ),
)


def due_ms(task: Task, state: State, last_cuff_ms: int | None, events: frozenset[str]) -> int | None:
    """When ``task`` is due, UTC ms; None where it is not owed now, or no quick event here could chart it.

    ``last_cuff_ms`` is the last timed pressure, ``events`` the quick events of this chair that take a rating.
    """
    began_ms = state.opened_ms if state.phase is Phase.BASELINE else state.started_ms
    if began_ms is None or state.phase not in task.phases or not (task.pressure or events & set(task.ratings)):
        return None
    counted = (*task.ratings, *(SEDATION_SCALES if SEDATION in task.ratings else ()))
    rated = (one.at_ms for one in state.rated if one.event in counted)
    last_ms = last_cuff_ms if task.pressure else max(rated, default=None)
    if task.every_s is not None:
        return max(began_ms, last_ms or 0, task.from_ms) + round(task.every_s * 1000)
    at_ms = began_ms + round(task.at_s * 1000)
    done = last_ms is not None and last_ms >= at_ms - task.early_s * 1000
    return None if done else at_ms


def tasks_for(state: State) -> tuple[Task, ...]:
    """The tasks of this session."""
    given = {dose.counts_as: dose.at_ms for dose in reversed(state.care.doses) if dose.what == GIVEN}
    return TASKS if state.protocol is None else tasks_of(state.protocol, given)


def tasks_of(protocol: Protocol, given: Mapping[str, int] = NONE_GIVEN) -> tuple[Task, ...]:
    """The schedule as tasks, in its order. ``given``: when each co-medication was first charted as given in this
    session (UTC ms), by its id. The one that asks for sedation most often adds a task, which a rating of dissociation
    does not end, unless the schedule has sedation as often anyway.
    """
    rows = tuple(map(_task, protocol.observations))
    asking = [
        (drug.sedation_every_min, given[drug.id], drug.id)
        for drug in protocol.co_medications
        if drug.id in given and drug.sedation_every_min is not None
    ]
    rated = [row for row in protocol.observations if SEDATION in row.what and row.every_min is not None]
    if not asking or not rated:
        return rows
    every_min, from_ms, of = min(asking)
    if any(row.every_min <= every_min for row in rated if row.every_min is not None):
        return rows
    denser = Task(
        name=f"sedation-{of}",
        text=f"sedation, each {every_min:g} min: drug given",
        phases=rated[0].phases,
        every_s=every_min * 60,
        ratings=(SEDATION,),
        late_s=rated[0].late_min * 60,
        escalate_s=_escalate_s(rated[0]),
        from_ms=from_ms,
    )
    return (*rows, denser)


def _escalate_s(row: Observe) -> float:
    return float("inf") if row.escalate_min is None else row.escalate_min * 60


def _task(row: Observe) -> Task:
    every_min = row.every_min
    measured = row.what == (PRESSURE,)
    return Task(
        name=row.id,
        text=row.text,
        phases=row.phases,
        every_s=None if every_min is None else every_min * 60,
        at_s=(row.at_min or 0.0) * 60,
        early_s=row.early_min * 60,
        ratings=() if measured else row.what,
        pressure=measured,
        late_s=row.late_min * 60,
        escalate_s=_escalate_s(row),
    )
