"""Questions about what hardly can be: tables of doubts, each one sentence that a person has to answer.

A doubt is no refusal: it is asked once, and what was confirmed is charted with the entry. What cannot be at all is
refused by ``dose.py``. Where the questions about dose, speed and strength begin stands in ``bands.py``; the numbers of
the weights here are ours, for a clinic to review.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from charting import slips
from charting.bands import IV, Bands, Level, Limit, bands_of
from charting.dose import PUMP_STEP_ML_PER_H, DosePlan
from charting.figures import computed, exact, said
from charting.protocol import Basis, Protocol as Rules
from charting.slips import LB_IN_KG
from drivers.core.text import clean

F = TypeVar("F", contravariant=True)  # what is asked about any dose is asked about a plan's
LB_RATIO = (2.0, 2.4)  # typed weight over the last one, where pounds were typed as kilograms
HEAVY_KG = 150.0  # without an earlier weight, from here on it is asked whether these are pounds
CHANGED_PART = 0.20


class Doubt(NamedTuple, Generic[F]):
    """``asks`` gives the sentence, "" where there is no doubt. ``level`` is what it takes to go on, ``limit`` where the
    question begins, ``version`` that of the bands it is from.
    """

    id: str
    field: str
    asks: Callable[[F], str]
    level: Level = Level.NOTE
    limit: Limit | None = None
    version: str = ""


class Asked(NamedTuple):
    """A doubt that applies: its sentence ends in the question. With ``why`` a yes needs a typed reason."""

    id: str
    field: str
    sentence: str
    why: bool
    level: Level
    limit: Limit | None
    version: str


class Dosed(Protocol):
    """Whatever has a dose: an infusion's plan, or that of a dose without a pump."""

    @property
    def dose_mg(self) -> float:
        """The whole dose."""

    @property
    def mg_per_kg(self) -> float:
        """The same for each kilogram of the patient."""


class Weighed(NamedTuple):
    """A weight in kg beside the patient's last one, charted on ``last_on`` (a date), ``last_days`` ago; None where
    there is none. One of more than ``longest_days`` is old; None: none is."""

    kg: float
    last_kg: float | None = None
    last_on: str = ""
    last_days: int | None = None
    longest_days: int | None = None


class Rated(NamedTuple):
    """A new pump rate beside the planned one, mL/h."""

    ml_per_h: float
    planned_ml_per_h: float | None


class Mixed(NamedTuple):
    """A plan beside the vial that it is made of and the pump rate that was typed for it; None where not given."""

    plan: DosePlan
    vial_mg_per_ml: float | None = None
    rate_ml_per_h: float | None = None


def _pounds(w: Weighed) -> str:
    if w.last_kg is None:
        doubtful, last = w.kg > HEAVY_KG, ""
    else:
        doubtful = LB_RATIO[0] <= w.kg / w.last_kg <= LB_RATIO[1]
        last = f"; the last weight was {w.last_kg:g} kg ({w.last_on})"
    as_kg = w.kg / LB_IN_KG
    return f"is that pounds? {w.kg:g} lb are {as_kg:.0f} kg{last}. Is it {w.kg:g} kg?" if doubtful else ""


def _changed(w: Weighed) -> str:
    if w.last_kg is None or _pounds(w):
        return ""
    part = w.kg / w.last_kg - 1
    if abs(part) <= CHANGED_PART:
        return ""
    more = "more" if part > 0 else "less"
    return f"{abs(part):.0%} {more} than the last weight, {w.last_kg:g} kg ({w.last_on}). Is it {w.kg:g} kg?"


def _old(w: Weighed) -> str:
    if w.last_days is None or w.longest_days is None or w.last_days <= w.longest_days or w.kg != w.last_kg:
        return ""
    was = f"{w.kg:g} kg is the weight of {w.last_on}, {w.last_days} days ago (more than {w.longest_days})"
    return f"{was}. Was the patient weighed again?"


def _vial(p: DosePlan, limit: Limit) -> str:
    if p.mg_per_ml not in limit.values:
        return ""
    return f"{said(p.mg_per_ml)} mg/mL is a vial's strength, not a bag's. Is it what is in the pump?"


def _pump(p: DosePlan, limit: Limit) -> str:
    if limit.low <= p.rate_ml_per_h <= limit.high:
        return ""
    usual = f"{said(limit.low)} to {said(limit.high)}"
    return f"{computed(p.rate_ml_per_h)} mL/h is no usual rate ({usual}). Is the concentration right?"


def _fast(p: DosePlan, limit: Limit) -> str:
    short = p.minutes < limit.high
    return f"{said(p.minutes)} min is faster than {said(limit.high)} min. Is that meant?" if short else ""


def _sudden(p: DosePlan, limit: Limit) -> str:
    short = p.minutes < limit.high
    least = f"the label asks for at least {said(limit.high * 60)} s"
    return f"{computed(p.minutes * 60)} s: {least}. Is that meant?" if short else ""


def _amount(p: Dosed, limit: Limit) -> float:
    """The dose in the unit of ``limit``."""
    return p.dose_mg if limit.unit == "mg" else p.mg_per_kg


def _faint(p: Dosed, limit: Limit) -> str:
    dose = _amount(p, limit)
    below = f"{computed(dose)} {limit.unit} is below any studied dose ({said(limit.high)})"
    return f"{below}. Is that meant?" if dose < limit.high else ""


def _usual(p: Dosed, limit: Limit) -> str:
    dose = _amount(p, limit)
    usual = f"{said(limit.low)} to {said(limit.high)}"
    return f"{computed(dose)} {limit.unit} is above the usual {usual}. Is that meant?" if dose > limit.high else ""


def _above(p: Dosed, limit: Limit) -> str:
    dose = _amount(p, limit)
    beyond = f", {clean(limit.beyond)}" if limit.beyond else ""
    above = f"above {said(limit.high)} {limit.unit}{beyond}"
    return f"{computed(dose)} {limit.unit} is {above}. Is that meant?" if dose > limit.high else ""


def _rate(r: Rated, limit: Limit) -> str:
    if r.planned_ml_per_h is None or r.ml_per_h <= limit.high * r.planned_ml_per_h:
        return ""
    times, runs = r.ml_per_h / r.planned_ml_per_h, said(r.ml_per_h)
    return f"{times:.1f} times the planned {computed(r.planned_ml_per_h)} mL/h. Does the pump run at {runs} mL/h?"


def _undiluted(x: Mixed, limit: Limit) -> str:
    if x.vial_mg_per_ml is None or x.vial_mg_per_ml < limit.high or x.plan.mg_per_ml * 2 <= x.vial_mg_per_ml:
        return ""
    strong = f"{computed(x.plan.mg_per_ml)} mg/mL is the vial of {said(x.vial_mg_per_ml)}"
    return f"{strong} with less than its own volume added. Is that meant?"


def _differs(x: Mixed, limit: Limit) -> str:
    planned, typed = x.plan.rate_ml_per_h, x.rate_ml_per_h
    if typed is None or abs(exact(typed - planned)) < limit.high:
        return ""
    known = slips.rate_slips(x.plan, (x.vial_mg_per_ml,) if x.vial_mg_per_ml else ())
    found = slips.named(typed, [planned], known, limit.high)
    perhaps = f" ({' or '.join(found)}?)" if found else ""
    return f"{said(typed)} mL/h is not the {computed(planned)} mL/h of the dose{perhaps}. Is the pump set right?"


def _below(asks: Callable[[Dosed, Limit], str], *stricter: Limit | None) -> Callable[[Dosed, Limit], str]:
    """``asks``, silent where one of the ``stricter`` limits is passed: that one's row asks."""
    return lambda p, limit: "" if any(s and _amount(p, s) > s.high for s in stricter) else asks(p, limit)


WEIGHT: tuple[Doubt[Weighed], ...] = (
    Doubt("weight_lb", "weight_kg", _pounds),
    Doubt("weight_changed", "weight_kg", _changed),
    Doubt("weight_old", "weight_kg", _old),
)


class Tables(NamedTuple):
    """The questions of one way to give the drug: about a dose, its speed and strength, a new rate, and what was typed
    beside a plan.
    """

    dose: tuple[Doubt[Dosed], ...]
    speed: tuple[Doubt[DosePlan], ...]
    rate: tuple[Doubt[Rated], ...]
    mixed: tuple[Doubt[Mixed], ...]

    @property
    def plan(self) -> tuple[Doubt[DosePlan], ...]:
        """All about the plan of an infusion."""
        return (*self.dose, *self.speed)


def tables_of(protocol: Rules | None, basis: Basis = "mg_per_kg") -> Tables:
    """The questions of a session with this protocol; without one those of an infusion into a vein."""
    return _IV if protocol is None else tables(bands_of(protocol, basis))


def tables(bands: Bands) -> Tables:
    """The same rows for every protocol, with the limits of ``bands``; a row without a limit asks nothing."""
    reason, second, stop = bands.reason, bands.second, bands.stop
    usual = bands.usual
    version = f"{clean(bands.name)} {clean(bands.version)}"
    step = Limit((PUMP_STEP_ML_PER_H,), "mL/h", "the step that pumps are set in")

    def row(
        name: str, field: str, asks: Callable[[F, Limit], str], limit: Limit | None, level: Level = Level.NOTE
    ) -> Doubt[F]:
        return Doubt(name, field, lambda facts: asks(facts, limit) if limit else "", level, limit, version)

    return Tables(
        dose=(
            row("dose_low", "mg_per_kg", _faint, bands.studied),
            row("dose_above_usual", "mg_per_kg", _below(_usual, reason, second, stop), usual),
            row("dose_reason", "mg_per_kg", _below(_above, second, stop), reason, Level.REASON),
            row("dose_high", "mg_per_kg", _below(_above, stop), second, Level.SECOND),
            row("dose_stop", "mg_per_kg", _above, stop, Level.STOP),
        ),
        speed=(
            row("fast", "minutes", _fast, bands.shortest_min),
            row("under_label_time", "minutes", _sudden, bands.label_min, Level.REASON),
            row("vial_strength", "mg_per_ml", _vial, bands.vials_mg_per_ml),
            row("pump_rate", "mg_per_ml", _pump, bands.pump_ml_per_h),
        ),
        rate=(row("rate_high", "rate_ml_per_h", _rate, bands.rate_part),),
        mixed=(
            row("undiluted", "vial_mg_per_ml", _undiluted, bands.dilute_mg_per_ml, Level.REASON),
            row("rate_differs", "rate_ml_per_h", _differs, step, Level.REASON),
        ),
    )


_IV = tables(IV)
PLAN, RATE, MIXED = _IV.plan, _IV.rate, _IV.mixed


def raised(table: Sequence[Doubt[F]], facts: F) -> list[Asked]:
    """The doubts of ``table`` that ``facts`` raise, in the order of the table."""
    return [
        Asked(d.id, d.field, sentence, d.level is not Level.NOTE, d.level, d.limit, d.version)
        for d in table
        if (sentence := d.asks(facts))
    ]
