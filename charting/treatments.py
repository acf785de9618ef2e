"""On which days a patient was treated: what the sessions of a ledger say, for the place in a course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from charting.delivered import delivered
from charting.ledger.reader import Reader, SessionLine
from charting.model import Kind
from charting.patient import who
from charting.session import INFUSION_ACTS, State, fold

Day = Callable[[int], date]  # the clinic's day of an instant (UTC ms)
_TREATING = (Kind.SESSION_OPENED, Kind.SESSION_CLOSED, Kind.PLAN, Kind.CORRECTION, Kind.GIVEN, *INFUSION_ACTS)


def treated_ms(state: State) -> int | None:
    """When the treatment of a session began (UTC ms); None where nothing was given in it."""
    return state.started_ms


def sessions_of(reader: Reader, name: str, identifier: str) -> list[SessionLine]:
    """The sessions of whoever has this name and second identifier, the first one first. Raises ``LedgerError``."""
    patient = who(name, identifier)
    return [line for line in reader.sessions() if who(line.patient, line.identifier) == patient]


class Treated(msgspec.Struct, frozen=True, kw_only=True):
    """A treatment: its day, what was given of it by weight, and what was planned; None without a weight or a plan."""

    on: date
    mg: float
    mg_per_kg: float | None = None
    planned_mg_per_kg: float | None = None


def treatments(reader: Reader, name: str, identifier: str, day: Day, but: str = "") -> tuple[Treated, ...]:
    """Every treatment, the first one first, session ``but`` left out; one that still runs with all of it that is
    charted. Raises ``LedgerError``."""
    found = []
    for line in sessions_of(reader, name, identifier):
        entries = reader.among(line.session, _TREATING) if line.session != but else []
        state = fold(entries)
        began_ms = treated_ms(state) if state is not None else None
        if state is not None and began_ms is not None:
            given = delivered(state, max(entry.happened_at_ms for entry in entries))
            by_weight = given.mg / state.weight_kg if state.weight_kg else None
            planned = state.plan.mg_per_kg if state.plan is not None else None
            found.append(Treated(on=day(began_ms), mg=given.mg, mg_per_kg=by_weight, planned_mg_per_kg=planned))
    return tuple(sorted(found, key=lambda one: one.on))
