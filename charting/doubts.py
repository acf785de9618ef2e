"""Questions about what hardly can be: tables of doubts, each one sentence that a person has to answer.

A doubt is no refusal: it is asked once, and what was confirmed is charted with the entry. What cannot be at all is
refused by ``dose.py``. The numbers are ours (clinical.md 1.2, 1.3) and for a clinic to review.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from charting.dose import DosePlan

F = TypeVar("F")
LB_IN_KG = 2.2046
LB_RATIO = (2.0, 2.4)  # typed weight over the last one, where pounds were typed as kilograms
HEAVY_KG = 150.0  # without an earlier weight, from here on it is asked whether these are pounds
CHANGED_PART = 0.20
VIALS_MG_PER_ML = (10.0, 50.0, 100.0)  # strengths that ketamine is sold in
STUDIED_MG_PER_KG = 0.1  # nothing below was studied
USUAL_MG_PER_KG, HIGH_MG_PER_KG = 0.75, 1.0
SHORTEST_MINUTES = 30.0
PUMP_ML_PER_H = (1.0, 300.0)
RATE_PART = 1.5  # alarms.md b, RATE_HIGH


class Doubt(NamedTuple, Generic[F]):
    """``asks`` gives the sentence, "" where there is no doubt. With ``why`` a yes needs a typed reason."""

    id: str
    field: str
    asks: Callable[[F], str]
    why: bool = False


class Asked(NamedTuple):
    """A doubt that applies: its sentence ends in the question."""

    id: str
    field: str
    sentence: str
    why: bool


class Weighed(NamedTuple):
    """A weight in kg beside the patient's last one, charted on ``last_on`` (a date); None where there is none."""

    kg: float
    last_kg: float | None = None
    last_on: str = ""


class Rated(NamedTuple):
    """A new pump rate beside the planned one, mL/h."""

    ml_per_h: float
    planned_ml_per_h: float | None


class Leaving(NamedTuple):
    """What stands when a session is to end: whether it was infused without a pressure since the stop, and the patient's
    alarms in words.
    """

    unseen: bool
    alarms: tuple[str, ...]


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


def _vial(p: DosePlan) -> str:
    if p.mg_per_ml not in VIALS_MG_PER_ML:
        return ""
    return f"{p.mg_per_ml:g} mg/mL is a vial's strength, not a bag's. Is it what is in the pump?"


def _pump(p: DosePlan) -> str:
    low, high = PUMP_ML_PER_H
    if low <= p.rate_ml_per_h <= high:
        return ""
    return f"{p.rate_ml_per_h:.4g} mL/h is no usual rate ({low:g} to {high:g}). Is the concentration right?"


def _fast(p: DosePlan) -> str:
    short = p.minutes < SHORTEST_MINUTES
    return f"{p.minutes:g} min is faster than {SHORTEST_MINUTES:g} min. Is that meant?" if short else ""


def _dose(lowest: float, highest: float, words: str) -> Callable[[DosePlan], str]:
    """Asks above ``lowest``, up to and with ``highest`` mg/kg."""
    return lambda p: f"{p.mg_per_kg:g} mg/kg is {words}. Is that meant?" if lowest < p.mg_per_kg <= highest else ""


def _faint(p: DosePlan) -> str:
    low = p.mg_per_kg < STUDIED_MG_PER_KG
    return f"{p.mg_per_kg:g} mg/kg is below any studied dose ({STUDIED_MG_PER_KG:g}). Is that meant?" if low else ""


def _rate(r: Rated) -> str:
    if r.planned_ml_per_h is None or r.ml_per_h <= RATE_PART * r.planned_ml_per_h:
        return ""
    times = r.ml_per_h / r.planned_ml_per_h
    return f"{times:.1f} times the planned {r.planned_ml_per_h:g} mL/h. Does the pump run at {r.ml_per_h:g} mL/h?"


def _unseen(leaving: Leaving) -> str:
    unseen = leaving.unseen
    return "vital signs before discharge are not charted since the stop. End all the same?" if unseen else ""


def _standing(leaving: Leaving) -> str:
    count = len(leaving.alarms)
    stand = "1 alarm stands" if count == 1 else f"{count} alarms stand"
    return f"{stand}: {', '.join(leaving.alarms)}. End all the same?" if count else ""


WEIGHT: tuple[Doubt[Weighed], ...] = (
    Doubt("weight_lb", "weight_kg", _pounds),
    Doubt("weight_changed", "weight_kg", _changed),
)
PLAN: tuple[Doubt[DosePlan], ...] = (
    Doubt("dose_low", "mg_per_kg", _faint),
    Doubt("dose_above_usual", "mg_per_kg", _dose(USUAL_MG_PER_KG, HIGH_MG_PER_KG, "above the usual 0.5 to 0.75")),
    Doubt(
        "dose_high", "mg_per_kg", _dose(HIGH_MG_PER_KG, float("inf"), "above 1 mg/kg, an anaesthetic dose"), why=True
    ),
    Doubt("fast", "minutes", _fast),
    Doubt("vial_strength", "mg_per_ml", _vial),
    Doubt("pump_rate", "mg_per_ml", _pump),
)
RATE: tuple[Doubt[Rated], ...] = (Doubt("rate_high", "rate_ml_per_h", _rate),)
LEAVE: tuple[Doubt[Leaving], ...] = (
    Doubt("no_discharge_vitals", "reason", _unseen),
    Doubt("alarms_stand", "reason", _standing),
)


def raised(table: Sequence[Doubt[F]], facts: F) -> list[Asked]:
    """The doubts of ``table`` that ``facts`` raise, in the order of the table."""
    return [Asked(d.id, d.field, said, d.why) for d in table if (said := d.asks(facts))]
