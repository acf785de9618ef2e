"""The paper sheet for a time without the station: what a protocol asks for, when, and boxes to write it into. Pure.

A station counts the next observation from the last one charted; paper cannot, so each row has the time it is due when
everything goes as planned. A hold or a late dose moves the rows behind it, which the sheet says. Minutes count from the
start of the dose. A dose on the sheet is the one that was typed for it: nothing is filled in from a protocol's usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from charting.dose import MG_PER_KG, WEIGHT_KG, DoseError, within
from charting.figures import computed, exact, said
from charting.gates import MEASURES, Gate, Line
from charting.leaving import criteria_of
from charting.observation import OBSERVATIONS
from charting.protocol import OXIMETRY, PRESSURE, SEDATION, Dose, Observe, Protocol
from charting.session import Phase

MOST_ROWS = 60
DAY_MIN = 24 * 60
MEASURED: Mapping[str, tuple[str, ...]] = {PRESSURE: ("bp",), OXIMETRY: ("pulse", "spo2")}  # cells of a measurement
EVERY_MEASURED = ("bp", "pulse", "spo2")
USUAL_RATINGS = (SEDATION, "dissociation")  # these columns are there always, in this order
_GIVEN = (Phase.INFUSING, Phase.HELD)


class PaperError(ValueError):
    """No sheet can be made of this; ``str()`` is one sentence for a person."""


class Rating(NamedTuple):
    """A column of ratings: which quick event charts it, its words for people, the range where one is known."""

    id: str
    text: str
    lowest: int | None = None
    highest: int | None = None
    words: tuple[str, ...] = ()


class Row(NamedTuple):
    """A due time, ``minute`` from the start or None for before it; ``asked``: cells to be written; ``says``: why."""

    minute: float | None
    asked: tuple[str, ...]
    says: tuple[str, ...] = ()


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the paper. ``start_min``: the start of the dose in minutes of its day, None where it is open.

    ``dose``: what was typed of the dose, with its working; ``criteria`` before leaving, the earliest ``leave_min``.
    """

    protocol: Protocol
    gate: Gate
    start_min: int | None
    rows: tuple[Row, ...]
    ratings: tuple[Rating, ...]
    dose: tuple[str, ...]
    weight_kg: float | None
    mg_per_kg: float | None
    dose_mg: float | None
    criteria: tuple[str, ...]
    leave_min: float

    def clock(self, minute: float | None) -> str:
        """When ``minute`` is: by the clock, or from the start where that is open."""
        if minute is None:
            return "before"
        if self.start_min is None:
            return f"+{minute:g} min" if minute else "start"
        hours, minutes = divmod(int(self.start_min + minute) % DAY_MIN, 60)
        return f"{hours:02d}:{minutes:02d}"


def sheet_of(
    protocol: Protocol,
    *,
    start_min: int | None = None,
    weight_kg: float | None = None,
    mg_per_kg: float | None = None,
    mg: float | None = None,
    gate: str = "",
    known: Mapping[str, Rating] | None = None,
) -> Sheet:
    """The sheet of ``protocol``. ``gate``: which of its profiles, the first one without; ``known``: a clinic's ratings
    by id. Raises ``PaperError``.
    """
    try:
        dose_mg, working = _dose(protocol, weight_kg, mg_per_kg, mg)
    except DoseError as error:
        raise PaperError(str(error)) from None
    chosen = protocol.gate(gate) if gate else protocol.gates[0]
    if chosen is None:
        offered = ", ".join(one.id for one in protocol.gates)
        raise PaperError(f"{protocol.name} offers no gate {gate!r}; it has {offered}")
    end_min = given_min(protocol, dose_mg)
    last_min = leave_min(protocol, end_min)
    return Sheet(
        protocol=protocol,
        gate=chosen,
        start_min=start_min,
        rows=rows_of(protocol, end_min, last_min),
        ratings=ratings_of(protocol, known or {}),
        dose=working,
        weight_kg=weight_kg,
        mg_per_kg=mg_per_kg,
        dose_mg=dose_mg,
        criteria=tuple(one.sentence for one in criteria_of(protocol.recovery)),
        leave_min=last_min,
    )


def given_min(protocol: Protocol, dose_mg: float | None = None) -> float:
    """How long the dose is given as planned; 0 for one that is given at once."""
    if protocol.devices is not None:
        return (device_count(protocol, dose_mg) - 1) * protocol.devices.rest_s / 60
    return protocol.minutes.default if protocol.minutes is not None else 0.0


def device_count(protocol: Protocol, dose_mg: float | None) -> int:
    """How many devices the dose takes, the most there can be where it is open; 0 without devices."""
    if protocol.devices is None:
        return 0
    most_mg = max((max((*one.choices, one.usual[1])) for one in protocol.doses), default=protocol.devices.device_mg)
    return max(round((dose_mg or most_mg) / protocol.devices.device_mg), 1)


def leave_min(protocol: Protocol, end_min: float) -> float:
    """The earliest minute of leaving, as planned."""
    recovery, planned = protocol.recovery, (one.minutes for one in protocol.phases if one.id is Phase.RECOVERY)
    return max(
        end_min + (recovery.stay_after_end_min or 0),
        recovery.stay_after_start_min or 0,
        *(end_min + (minutes or 0) for minutes in planned),
    )


def rows_of(protocol: Protocol, end_min: float, last_min: float) -> tuple[Row, ...]:
    """Every row of the sheet in its order, first the one before the dose. Raises ``PaperError`` for too many."""
    found: dict[float, Row] = {}
    for minute, asked, says in (*_marks(protocol, end_min, last_min), *_observed(protocol, end_min, last_min)):
        key = round(minute, 2)
        row = found.get(key, Row(key, (), ()))
        found[key] = Row(key, _joined(row.asked, asked), _joined(row.says, says))
        if len(found) > MOST_ROWS:
            raise PaperError(f"{protocol.name} has more than {MOST_ROWS} due times, too many for a sheet of paper")
    before = [what for one in protocol.observations if Phase.BASELINE in one.phases for what in one.what]
    first = Row(None, _joined(EVERY_MEASURED, _cells(before)), ("baseline",))
    return (first, *(found[minute] for minute in sorted(found)))


def ratings_of(protocol: Protocol, known: Mapping[str, Rating]) -> tuple[Rating, ...]:
    """The columns of ratings: the two of every sheet, then what else the protocol asks for."""
    asked = (what for row in protocol.observations for what in row.what if what not in MEASURED)
    return tuple(known.get(one) or _shipped(one) for one in dict.fromkeys((*USUAL_RATINGS, *asked)))


def gate_lines(gate: Gate) -> tuple[str, ...]:
    """The gate's lines for each of its acts, and which of these its source says nothing of."""
    acts = (("No start while", gate.no_start), ("Hold at", gate.hold), ("No resuming while", gate.no_resume))
    silent = [words.removesuffix(" while").removesuffix(" at").lower() for words, lines in acts if not lines]
    told = tuple(f"{words} {_lines_text(lines)}" for words, lines in acts if lines)
    return (*told, f"This source has no line for: {', '.join(silent)}") if silent else told


def _lines_text(lines: Iterable[Line]) -> str:
    """Lines of a gate in words: "systolic pressure > 180 mmHg, ..."."""
    each = (f"{MEASURES[one.measure].words} {one.op} {one.limit:g} {MEASURES[one.measure].unit}" for one in lines)
    return ", ".join(each)


def _marks(
    protocol: Protocol, end_min: float, last_min: float
) -> Iterator[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    """What happens at which minute, as planned."""
    count = device_count(protocol, None) if protocol.devices else 0
    rest_min = protocol.devices.rest_s / 60 if protocol.devices else 0.0
    yield 0.0, (), ("start",)
    if protocol.devices:
        yield from ((n * rest_min, (), (f"device {n + 1}",)) for n in range(count) if n * rest_min <= end_min)
    elif end_min:
        yield end_min, (), (f"end of {protocol.kind}",)
    yield last_min, (), ("leaving at the earliest",)


def _observed(
    protocol: Protocol, end_min: float, last_min: float
) -> Iterator[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    for row in protocol.observations:
        for minute in _minutes(row, end_min, last_min):
            yield minute, _cells(row.what), (row.text,) if row.at_min is not None else ()


def _minutes(row: Observe, end_min: float, last_min: float) -> Iterator[float]:
    """When a row of the schedule is due. One of recovery alone is due first when recovery begins, or where that is
    sooner, an interval after the start: as the station counts it when nothing was charted before.
    """
    given, after = any(one in row.phases for one in _GIVEN), Phase.RECOVERY in row.phases
    if not (given or after):
        return
    if row.every_min is None:
        yield row.at_min or 0.0
        return
    minute = row.every_min if given else max(end_min, row.every_min)
    until_min = last_min if after else end_min
    while minute <= until_min:
        yield minute
        minute += row.every_min


def _cells(what: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell for one in what for cell in MEASURED.get(one, (one,)))


def _joined(first: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))


def _shipped(name: str) -> Rating:
    one = OBSERVATIONS.get("moaas" if name == SEDATION else name)
    return Rating(name, one.text, one.lowest, one.highest, one.words) if one is not None else Rating(name, name)


def _dose(
    protocol: Protocol, weight_kg: float | None, mg_per_kg: float | None, mg: float | None
) -> tuple[float | None, tuple[str, ...]]:
    """The whole dose in mg, and what is said of it."""
    if weight_kg is not None:
        within("weight_kg", weight_kg, WEIGHT_KG, "kg", "weight")
    if mg_per_kg is not None and mg is not None:
        raise PaperError("give the dose in mg/kg or in mg, not both")
    if mg_per_kg is None and mg is None:
        return None, ()
    basis, value = ("mg_per_kg", mg_per_kg) if mg_per_kg is not None else ("mg", mg)
    dose = next((one for one in protocol.doses if one.basis == basis), None)
    if dose is None or value is None:
        right = " or ".join(one.basis.replace("_per_", "/") for one in protocol.doses)
        raise PaperError(f"{protocol.name} states its dose in {right}; give it so")
    unit = basis.replace("_per_", "/")
    if dose.choices and value not in dose.choices:
        raise PaperError(f"{protocol.name} has doses of {', '.join(f'{one:g}' for one in dose.choices)} {unit} only")
    if mg is not None:
        within("mg", mg, (0.1, WEIGHT_KG[1] * MG_PER_KG[1]), "mg", "dose")
        return mg, _band(dose, mg, unit)
    assert mg_per_kg is not None  # noqa: S101  # one of the two is given
    within("mg_per_kg", mg_per_kg, MG_PER_KG, "mg/kg", "dose")
    if weight_kg is None:
        return None, _band(dose, mg_per_kg, unit)
    dose_mg = exact(weight_kg * mg_per_kg)
    return dose_mg, (
        f"{said(weight_kg)} kg x {said(mg_per_kg)} mg/kg = {computed(dose_mg)} mg",
        *_band(dose, mg_per_kg, unit),
    )


def _band(dose: Dose, value: float, unit: str) -> tuple[str, ...]:
    """What it takes to give so much, the strictest that applies; nothing within the usual range."""
    amount = f"{said(value)} {unit}"
    limits = (
        (value > dose.override_above, dose.override_above, "above", "a prescriber's override with its reason"),
        (value > dose.second_above, dose.second_above, "above", "a reason and a second person"),
        (value > dose.reason_above, dose.reason_above, "above", "a reason"),
        (value > dose.usual[1], dose.usual[1], "above the usual", "look again"),
        (value < dose.floor, dose.floor, "below what was studied,", "look again"),
    )
    return next(
        ((f"{amount} is {words} {limit:g} {unit}: {takes}",) for true, limit, words, takes in limits if true), ()
    )
