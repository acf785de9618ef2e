"""Questions about what hardly can be: tables of doubts, each one sentence that a person has to answer.

A doubt is no refusal: it is asked once, and what was confirmed is charted with the entry. What cannot be at all is
refused by ``dose.py``. Where the questions about dose, speed and strength begin stands in ``bands.py``; the numbers of
the weights here are ours, for a clinic to review.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from charting import slips
from charting.bands import IV, Bands, Level, Limit
from charting.dose import PUMP_STEP_ML_PER_H, DosePlan
from charting.figures import computed, exact, said
from charting.slips import LB_IN_KG
from drivers.core.text import clean

F = TypeVar("F")
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


class Fit(NamedTuple):
    """Whether the patient was screened, and what of it stands in the way now, in sentences."""

    screened: bool
    stands: tuple[str, ...]


class Leaving(NamedTuple):
    """What stands when a session is to end: whether it was infused without a pressure since the stop, and the patient's
    alarms and the accounts of controlled drugs that do not add up, in words.
    """

    unseen: bool
    alarms: tuple[str, ...]
    accounts: tuple[str, ...] = ()


class Wasted(NamedTuple):
    """What is to be wasted of a controlled drug beside what the chart says is left; ``infused``: by the pump, too."""

    amount: float
    remaining: float
    unit: str
    infused: bool


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


def _faint(p: DosePlan, limit: Limit) -> str:
    low = p.mg_per_kg < limit.high
    return (
        f"{computed(p.mg_per_kg)} mg/kg is below any studied dose ({said(limit.high)}). Is that meant?" if low else ""
    )


def _usual(p: DosePlan, limit: Limit) -> str:
    usual = f"{said(limit.low)} to {said(limit.high)}"
    return (
        f"{computed(p.mg_per_kg)} mg/kg is above the usual {usual}. Is that meant?" if p.mg_per_kg > limit.high else ""
    )


def _above(p: DosePlan, limit: Limit) -> str:
    beyond = f", {clean(limit.beyond)}" if limit.beyond else ""
    above = f"above {said(limit.high)} mg/kg{beyond}"
    return f"{computed(p.mg_per_kg)} mg/kg is {above}. Is that meant?" if p.mg_per_kg > limit.high else ""


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


def _below(asks: Callable[[DosePlan, Limit], str], *stricter: Limit | None) -> Callable[[DosePlan, Limit], str]:
    """``asks``, silent where one of the ``stricter`` limits is passed: that one's row asks."""
    return lambda p, limit: "" if any(s and p.mg_per_kg > s.high for s in stricter) else asks(p, limit)


def _unscreened(fit: Fit) -> str:
    return "" if fit.screened else "the patient was not screened in this session. Start all the same?"


def _in_the_way(fit: Fit) -> str:
    more = f" (and {len(fit.stands) - 1} more)" if len(fit.stands) > 1 else ""
    return f"the screening is not passed: {fit.stands[0]}{more}. Start all the same?" if fit.stands else ""


def _unseen(leaving: Leaving) -> str:
    unseen = leaving.unseen
    return "vital signs before discharge are not charted since the stop. End all the same?" if unseen else ""


def _standing(leaving: Leaving) -> str:
    count = len(leaving.alarms)
    stand = "1 alarm stands" if count == 1 else f"{count} alarms stand"
    return f"{stand}: {', '.join(leaving.alarms)}. End all the same?" if count else ""


def _unaccounted(leaving: Leaving) -> str:
    return f"{'; '.join(leaving.accounts)}. End all the same, with this account?" if leaving.accounts else ""


def _too_much(w: Wasted) -> str:
    over = w.amount - w.remaining > 0.005 + (0.02 * w.amount if w.infused else 0.0)
    left = f"{max(w.remaining, 0):.1f}" if w.infused else f"{round(max(w.remaining, 0), 3):g}"
    return f"by the chart only {left} {w.unit} are left. Were {w.amount:g} {w.unit} wasted?" if over else ""


WEIGHT: tuple[Doubt[Weighed], ...] = (
    Doubt("weight_lb", "weight_kg", _pounds),
    Doubt("weight_changed", "weight_kg", _changed),
    Doubt("weight_old", "weight_kg", _old),
)


class Tables(NamedTuple):
    """The questions of one way to give the drug: about a plan, a new rate, and what was typed beside a plan."""

    plan: tuple[Doubt[DosePlan], ...]
    rate: tuple[Doubt[Rated], ...]
    mixed: tuple[Doubt[Mixed], ...]


def tables(bands: Bands) -> Tables:
    """The same rows for every protocol, with the limits of ``bands``; a row without a limit asks nothing."""
    reason, second, stop = bands.reason_mg_per_kg, bands.second_mg_per_kg, bands.stop_mg_per_kg
    usual = bands.usual_mg_per_kg
    version = f"{clean(bands.name)} {clean(bands.version)}"
    step = Limit((PUMP_STEP_ML_PER_H,), "mL/h", "the step that pumps are set in")

    def row(
        name: str, field: str, asks: Callable[[F, Limit], str], limit: Limit | None, level: Level = Level.NOTE
    ) -> Doubt[F]:
        return Doubt(name, field, lambda facts: asks(facts, limit) if limit else "", level, limit, version)

    return Tables(
        plan=(
            row("dose_low", "mg_per_kg", _faint, bands.studied_mg_per_kg),
            row("dose_above_usual", "mg_per_kg", _below(_usual, reason, second, stop), usual),
            row("dose_reason", "mg_per_kg", _below(_above, second, stop), reason, Level.REASON),
            row("dose_high", "mg_per_kg", _below(_above, stop), second, Level.SECOND),
            row("dose_stop", "mg_per_kg", _above, stop, Level.STOP),
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


PLAN, RATE, MIXED = tables(IV)
LEAVE: tuple[Doubt[Leaving], ...] = (
    Doubt("no_discharge_vitals", "reason", _unseen),
    Doubt("alarms_stand", "reason", _standing),
    Doubt("drugs_unaccounted", "reason", _unaccounted, Level.REASON),
)
START: tuple[Doubt[Fit], ...] = (
    Doubt("not_screened", "", _unscreened, Level.REASON),
    Doubt("screening_stands", "", _in_the_way, Level.REASON),
)
WASTE: tuple[Doubt[Wasted], ...] = (Doubt("wasted_too_much", "amount", _too_much, Level.REASON),)


def raised(table: Sequence[Doubt[F]], facts: F) -> list[Asked]:
    """The doubts of ``table`` that ``facts`` raise, in the order of the table."""
    return [
        Asked(d.id, d.field, sentence, d.level is not Level.NOTE, d.level, d.limit, d.version)
        for d in table
        if (sentence := d.asks(facts))
    ]
