"""Dose arithmetic with its working shown (clinical.md 1.3). Record only: nothing here advises a dose."""

from __future__ import annotations

import msgspec

WEIGHT_KG = (20.0, 300.0)
MG_PER_KG = (0.001, 10.0)
MINUTES = (0.5, 600.0)
MG_PER_ML = (0.01, 100.0)  # 100 mg/mL is the strongest vial
RATE_ML_PER_H = (0.01, 1800.0)  # plausible pump rates, protocols.md 0.7


class DoseError(ValueError):
    """``field`` names what is at fault; ``str()`` is one sentence for a person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class DosePlan(msgspec.Struct, frozen=True):
    """A constant-rate infusion as planned."""

    weight_kg: float
    mg_per_kg: float
    minutes: float
    mg_per_ml: float
    dose_mg: float
    volume_ml: float
    rate_ml_per_h: float
    mg_per_kg_per_h: float
    working: tuple[str, ...]


def said(value: float) -> str:
    """``value`` as a person typed it: a long number is not written with an exponent."""
    return f"{value:g}" if abs(value) < 1e6 or abs(value) > 1e15 else f"{value:.0f}"


def within(field: str, value: float, limits: tuple[float, float], unit: str, what: str) -> float:
    """``value`` back, or ``DoseError`` where it is outside ``limits`` (inclusive) or no number."""
    low, high = limits
    if not low <= value <= high:  # NaN fails both comparisons
        raise DoseError(field, f"{what} {said(value)} {unit} is outside {low:g} to {high:g} {unit}; check the entry")
    return value


def plan(*, weight_kg: float, mg_per_kg: float, minutes: float, mg_per_ml: float) -> DosePlan:
    """Dose, volume and rate. Raises ``DoseError`` naming the field.

    dose_mg = kg x mg/kg; volume_ml = dose / (mg/mL); rate = volume / minutes x 60.
    """
    within("weight_kg", weight_kg, WEIGHT_KG, "kg", "weight")
    within("mg_per_kg", mg_per_kg, MG_PER_KG, "mg/kg", "dose")
    within("minutes", minutes, MINUTES, "min", "duration")
    within("mg_per_ml", mg_per_ml, MG_PER_ML, "mg/mL", "concentration")
    dose_mg = weight_kg * mg_per_kg
    volume_ml = dose_mg / mg_per_ml
    rate_ml_per_h = volume_ml * 60 / minutes
    within("mg_per_ml", rate_ml_per_h, RATE_ML_PER_H, "mL/h", "these give a pump rate of")
    return DosePlan(
        weight_kg=weight_kg,
        mg_per_kg=mg_per_kg,
        minutes=minutes,
        mg_per_ml=mg_per_ml,
        dose_mg=dose_mg,
        volume_ml=volume_ml,
        rate_ml_per_h=rate_ml_per_h,
        mg_per_kg_per_h=mg_per_kg * 60 / minutes,
        working=(
            f"{weight_kg:g} kg x {mg_per_kg:g} mg/kg = {dose_mg:g} mg",
            f"{dose_mg:g} mg / {mg_per_ml:g} mg/mL = {volume_ml:g} mL",
            f"{volume_ml:g} mL / {minutes:g} min x 60 = {rate_ml_per_h:g} mL/h",
        ),
    )
