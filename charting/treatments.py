"""On which days a patient was treated: what the sessions of a ledger say, for the place in a course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from charting.ledger.reader import Reader, SessionLine
from charting.model import Kind
from charting.patient import who
from charting.session import INFUSION_ACTS, State, fold

Day = Callable[[int], date]  # the clinic's day of an instant (UTC ms)
_TREATING = (Kind.SESSION_OPENED, Kind.CORRECTION, Kind.PLAN, Kind.GIVEN, *INFUSION_ACTS)


def treated_ms(state: State) -> int | None:
    """When the treatment of a session began (UTC ms); None where nothing was given in it."""
    return state.started_ms


def sessions_of(reader: Reader, name: str, identifier: str) -> list[SessionLine]:
    """The sessions of whoever has this name and second identifier, the first one first. Raises ``LedgerError``."""
    patient = who(name, identifier)
    return [line for line in reader.sessions() if who(line.patient, line.identifier) == patient]


def treated_days(reader: Reader, name: str, identifier: str, day: Day, but: str = "") -> tuple[date, ...]:
    """The day of each treatment, session ``but`` left out. Raises ``LedgerError``."""
    found = []
    for line in sessions_of(reader, name, identifier):
        state = fold(reader.among(line.session, _TREATING)) if line.session != but else None
        began_ms = treated_ms(state) if state is not None else None
        if began_ms is not None:
            found.append(day(began_ms))
    return tuple(sorted(found))
