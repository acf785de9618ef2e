"""The course sheet: each session of a patient in one row, the scales beside their baseline, and what is due next.

Figures are read from the chart as it stands; what nobody measured or chose is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import msgspec

from charting.delivered import delivered, holds
from charting.gates import Line, broken
from charting.ledger.reader import Reader
from charting.model import RECORD, Entry, Kind, NumericRow
from charting.patient import who
from charting.record import PatientState, Scored, fold_records
from charting.record_rules import Stands, change_of, course_of
from charting.scales.change import Change
from charting.screened import hold_lines
from charting.session import State, fold
from charting.treatments import Day, sessions_of, treated_ms
from drivers.core.measurement import USABLE

DISSOCIATION = "dissociation"  # the quick rating; other scales of it are not of one range
LONGEST_APART_MS = 15 * 60_000  # two pressures farther apart say nothing of the time between


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One session. ``treated``: something was given. ``above_min`` counts, between pressures at most 15 min apart, the
    minutes that began with a systolic pressure above ``line``: None where no gate was chosen.
    """

    session: str
    on: date
    treated: bool
    open: bool
    mg: float
    mg_per_kg: float | None
    peak_sys: float | None
    rise_sys: float | None
    line: str
    above_min: float | None
    holds: int
    dissociation: float | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``numbers`` are the places of the sessions in the course, by session."""

    name: str
    identifier: str
    record: PatientState | None
    sessions: tuple[Figures, ...]
    numbers: dict[str, str]
    scores: tuple[tuple[Scored, Change | None], ...]
    stands: Stands | None


def sheet(reader: Reader, name: str, identifier: str, day: Day, today: date, now_ms: int) -> Sheet:
    """The sheet of whoever has this name and second identifier, as it stands at ``now_ms``. Raises ``LedgerError``."""
    record = records(reader).get(who(name, identifier))
    rows = []
    for line in sessions_of(reader, name, identifier):
        entries = reader.entries(line.session)
        state = fold(entries)
        if state is not None:
            until_ms = state.closed_ms if state.closed_ms is not None else now_ms
            pressures = _pressures(entries, reader.numerics(line.session, carrying="NIBP_SYS"))
            rows.append(_figures(state, entries, pressures, day, until_ms))
    stands = course_of(record, tuple(one.on for one in rows if one.treated), today)
    scores = record.scores if record is not None else ()
    return Sheet(
        name=record.name if record is not None else name,
        identifier=record.identifier if record is not None else identifier,
        record=record,
        sessions=tuple(rows),
        numbers=_numbered(rows, stands),
        scores=tuple((one, change_of(record, one)) for one in scores) if record is not None else (),
        stands=stands,
    )


def records(reader: Reader) -> dict[tuple[str, str], PatientState]:
    """Every patient's record in the ledger. Raises ``LedgerError``."""
    return fold_records(reader.among(None, RECORD))


def _numbered(rows: Sequence[Figures], stands: Stands | None) -> dict[str, str]:
    if stands is None or stands.course is None:
        return {}
    mine = [row for row in rows if row.treated and row.on >= stands.begun.on]
    return {row.session: stands.course.numbered(number) for number, row in enumerate(mine, 1)}


def _pressures(entries: Iterable[Entry], rows: Iterable[NumericRow]) -> list[tuple[int, float]]:
    """Systolic pressures (UTC ms, mmHg) in time order: the cuff's and typed ones that nobody took back."""
    entries = list(entries)
    gone = {entry.supersedes for entry in entries}
    found = [
        (entry.happened_at_ms, float(entry.payload["values"]["NIBP_SYS"]))
        for entry in entries
        if entry.kind is Kind.VITALS and entry.seq not in gone and "NIBP_SYS" in entry.payload["values"]
    ]
    for row in rows:
        value, validity = row.values["NIBP_SYS"]
        if value is not None and validity in USABLE:
            found.append((row.t_ms, value))
    return sorted(found)


def _figures(
    state: State, entries: Sequence[Entry], pressures: Sequence[tuple[int, float]], day: Day, until_ms: int
) -> Figures:
    began_ms = treated_ms(state)
    given = delivered(state, until_ms)
    after = [one for one in pressures if began_ms is not None and one[0] >= began_ms]
    peak = max((value for _, value in after), default=None)
    limits = [line for line in hold_lines(state) if line.measure == "sys" and line.high]
    gone = {entry.supersedes for entry in entries}
    ratings = [
        entry.payload["values"][DISSOCIATION]
        for entry in entries
        if entry.kind is Kind.OBSERVATION and entry.seq not in gone and DISSOCIATION in entry.payload["values"]
    ]
    return Figures(
        session=state.session,
        on=day(began_ms if began_ms is not None else state.opened_ms),
        treated=began_ms is not None,
        open=state.closed_ms is None,
        mg=given.mg,
        mg_per_kg=given.mg / state.weight_kg if state.weight_kg else None,
        peak_sys=peak,
        rise_sys=peak - state.baseline[0] if peak is not None and state.baseline is not None else None,
        line=f"{limits[0].op} {limits[0].limit:g}" if limits else "",
        above_min=_above(after, limits[0]) if limits else None,
        holds=len(holds(state, until_ms)),
        dissociation=max((value for value in ratings if value is not None), default=None),
    )


def _above(pressures: Sequence[tuple[int, float]], line: Line) -> float:
    total_ms = 0
    for (at_ms, value), (next_ms, _) in pairwise(pressures):
        if next_ms - at_ms <= LONGEST_APART_MS and broken((line,), {"sys": value}):
            total_ms += next_ms - at_ms
    return total_ms / 60_000
