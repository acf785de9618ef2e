"""Dose arithmetic with its working shown, both ways (clinical.md 1.3). Record only: nothing here advises a dose.

Computed numbers are exact to fourteen digits; people read them with their digits cut, never rounded upwards
(``figures.py``), and a pump's rate is rounded down to its step, which is said.
"""

from __future__ import annotations

import msgspec

from charting.figures import computed, exact, floored, said

WEIGHT_KG = (20.0, 300.0)
MG_PER_KG = (0.001, 10.0)
MINUTES = (0.5, 600.0)
MG_PER_ML = (0.01, 100.0)  # 100 mg/mL is the strongest vial
RATE_ML_PER_H = (0.01, 1800.0)  # plausible pump rates, protocols.md 0.7
BAG_ML = (1.0, 1000.0)  # from a syringe to the largest usual bag; ours
VOLUME_ML = (0.0, RATE_ML_PER_H[1] * MINUTES[1] / 60)
PUMP_STEP_ML_PER_H = 0.1  # what infusion pumps are set in; a finer one loses nothing by it


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

    @property
    def mg_per_kg_per_min(self) -> float:
        """How fast the drug goes in for this body."""
        return exact(self.mg_per_kg / self.minutes)


class Drawn(msgspec.Struct, frozen=True):
    """What is drawn up from a vial for a plan's whole dose."""

    ml: float
    vial_mg_per_ml: float
    working: str


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
    _typed(weight_kg=weight_kg, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    dose_mg = exact(weight_kg * mg_per_kg)
    volume_ml = exact(weight_kg * mg_per_kg / mg_per_ml)
    rate_ml_per_h = exact(weight_kg * mg_per_kg / mg_per_ml * 60 / minutes)
    within("mg_per_ml", rate_ml_per_h, RATE_ML_PER_H, "mL/h", "these give a pump rate of")
    working = (
        f"{said(weight_kg)} kg x {said(mg_per_kg)} mg/kg = {computed(dose_mg)} mg",
        f"{computed(dose_mg)} mg / {said(mg_per_ml)} mg/mL = {computed(volume_ml)} mL",
        f"{computed(volume_ml)} mL / {said(minutes)} min x 60 = {computed(rate_ml_per_h)} mL/h",
    )
    return _made(weight_kg, mg_per_kg, minutes, mg_per_ml, dose_mg, volume_ml, rate_ml_per_h, working)


def plan_of_rate(*, weight_kg: float, rate_ml_per_h: float, minutes: float, mg_per_ml: float) -> DosePlan:
    """What a pump that runs ``minutes`` at this rate gives: the other way round. Raises ``DoseError``.

    volume_ml = rate x minutes / 60; dose_mg = volume x mg/mL; mg/kg = dose / kg.
    """
    _typed(weight_kg=weight_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    within("rate_ml_per_h", rate_ml_per_h, RATE_ML_PER_H, "mL/h", "pump rate")
    volume_ml = exact(rate_ml_per_h * minutes / 60)
    dose_mg = exact(rate_ml_per_h * minutes / 60 * mg_per_ml)
    mg_per_kg = exact(rate_ml_per_h * minutes / 60 * mg_per_ml / weight_kg)
    within("rate_ml_per_h", mg_per_kg, MG_PER_KG, "mg/kg", "these give a dose of")
    working = (
        f"{said(rate_ml_per_h)} mL/h x {said(minutes)} min / 60 = {computed(volume_ml)} mL",
        f"{computed(volume_ml)} mL x {said(mg_per_ml)} mg/mL = {computed(dose_mg)} mg",
        f"{computed(dose_mg)} mg / {said(weight_kg)} kg = {computed(mg_per_kg)} mg/kg",
    )
    return _made(weight_kg, mg_per_kg, minutes, mg_per_ml, dose_mg, volume_ml, rate_ml_per_h, working)


def plan_in_bag(*, weight_kg: float, mg_per_kg: float, minutes: float, bag_ml: float) -> DosePlan:
    """The whole dose in a bag that holds ``bag_ml`` with the drug in it: the strength follows. Raises ``DoseError``.

    mg/mL = dose / volume; rate = volume / minutes x 60, whatever the weight.
    """
    _typed(weight_kg=weight_kg, mg_per_kg=mg_per_kg, minutes=minutes)
    within("bag_ml", bag_ml, BAG_ML, "mL", "volume of the bag")
    dose_mg = exact(weight_kg * mg_per_kg)
    mg_per_ml = exact(weight_kg * mg_per_kg / bag_ml)
    rate_ml_per_h = exact(bag_ml * 60 / minutes)
    within("bag_ml", mg_per_ml, MG_PER_ML, "mg/mL", "these give a concentration of")
    within("bag_ml", rate_ml_per_h, RATE_ML_PER_H, "mL/h", "these give a pump rate of")
    working = (
        f"{said(weight_kg)} kg x {said(mg_per_kg)} mg/kg = {computed(dose_mg)} mg",
        f"{computed(dose_mg)} mg in {said(bag_ml)} mL = {computed(mg_per_ml)} mg/mL",
        f"{said(bag_ml)} mL / {said(minutes)} min x 60 = {computed(rate_ml_per_h)} mL/h",
    )
    return _made(weight_kg, mg_per_kg, minutes, mg_per_ml, dose_mg, bag_ml, rate_ml_per_h, working)


def speed_working(made: DosePlan) -> tuple[str, str]:
    """How fast the drug goes in, the steps behind those of the plan itself."""
    per_min = computed(made.mg_per_kg_per_min)
    return (
        f"{computed(made.mg_per_kg)} mg/kg / {said(made.minutes)} min = {per_min} mg/kg/min",
        f"{per_min} mg/kg/min x 60 = {computed(made.mg_per_kg_per_h)} mg/kg/h",
    )


def draw_up(made: DosePlan, vial_mg_per_ml: float) -> Drawn:
    """Volume of the whole dose in a vial of this strength (mg of ketamine base per mL, as labels state it).

    Raises ``DoseError`` for a strength that no vial has, or that is weaker than the bag made of it.
    """
    within("vial_mg_per_ml", vial_mg_per_ml, MG_PER_ML, "mg/mL", "strength of the vial")
    if vial_mg_per_ml < made.mg_per_ml:
        bag, vial = computed(made.mg_per_ml), said(vial_mg_per_ml)
        raise DoseError("vial_mg_per_ml", f"a vial of {vial} mg/mL cannot make {bag} mg/mL; check both strengths")
    ml = exact(made.dose_mg / vial_mg_per_ml)
    working = f"{computed(made.dose_mg)} mg / {said(vial_mg_per_ml)} mg/mL = {computed(ml)} mL to draw up"
    return Drawn(ml, vial_mg_per_ml, working)


def settable_ml_per_h(rate_ml_per_h: float, step_ml_per_h: float = PUMP_STEP_ML_PER_H) -> float:
    """The rate that a pump can be set to: rounded down to its step, for rounding up would give more than was planned
    (up to one step, a tenth of a rate of 1 mL/h). 0 where the rate is below one step.
    """
    return floored(rate_ml_per_h, step_ml_per_h)


def setting_working(made: DosePlan, step_ml_per_h: float = PUMP_STEP_ML_PER_H) -> tuple[str, ...]:
    """What the pump's step does to the rate, in a sentence; none where the rate can be set as it is."""
    settable = settable_ml_per_h(made.rate_ml_per_h, step_ml_per_h)
    if settable == made.rate_ml_per_h:
        return ()
    steps = f"a pump set in steps of {said(step_ml_per_h)} mL/h"
    if not settable:
        return (f"{steps} cannot run at {computed(made.rate_ml_per_h)} mL/h; check the concentration",)
    minutes = computed(exact(made.volume_ml * 60 / settable))
    volume = computed(made.volume_ml)
    return (f"{steps} takes {said(settable)} mL/h, rounded down; {volume} mL then run for {minutes} min",)


def finish_ms(start_ms: int, volume_ml: float, rate_ml_per_h: float) -> int:
    """When ``volume_ml`` will be in at this rate, UTC ms: the whole plan from its start, or what is left from now.

    That it makes sense is a check of its own: it catches 8 kg for 80 kg (ASA Monitor 85:40). Raises ``DoseError``.
    """
    within("rate_ml_per_h", rate_ml_per_h, RATE_ML_PER_H, "mL/h", "pump rate")
    within("volume_ml", volume_ml, VOLUME_ML, "mL", "volume")
    return start_ms + round(volume_ml * 3_600_000 / rate_ml_per_h)


def _made(
    weight_kg: float,
    mg_per_kg: float,
    minutes: float,
    mg_per_ml: float,
    dose_mg: float,
    volume_ml: float,
    rate_ml_per_h: float,
    working: tuple[str, ...],
) -> DosePlan:
    per_h = exact(mg_per_kg * 60 / minutes)
    return DosePlan(weight_kg, mg_per_kg, minutes, mg_per_ml, dose_mg, volume_ml, rate_ml_per_h, per_h, working)


_TYPED = {
    "weight_kg": (WEIGHT_KG, "kg", "weight"),
    "mg_per_kg": (MG_PER_KG, "mg/kg", "dose"),
    "minutes": (MINUTES, "min", "duration"),
    "mg_per_ml": (MG_PER_ML, "mg/mL", "concentration"),
}


def _typed(**values: float) -> None:
    """Refuses the first of the typed numbers that cannot be."""
    for field, value in values.items():
        limits, unit, what = _TYPED[field]
        within(field, value, limits, unit, what)
