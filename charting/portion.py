"""A dose without a pump: in one go (injected, swallowed, under the tongue), as a bolus, or from devices with rests.

The same arithmetic as an infusion's (``dose.py``), without a rate. Record only: nothing here advises a dose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from charting.bands import Level
from charting.dose import MG_PER_KG, MG_PER_ML, MINUTES, WEIGHT_KG, DoseError, within
from charting.doubts import Doubt
from charting.figures import computed, exact, said
from charting.protocol import Basis, Protocol, Route

# what is charted beside the amount, by route
DETAILS: dict[Route, str] = {
    "iv": "Through which line",
    "im": "Site of the injection",
    "sc": "Site of the injection",
    "nasal": "Lot number",
    "oral": "What was given",
    "sublingual": "What was given",
}


_BY: dict[Basis, str] = {"mg_per_kg": "mg_per_kg", "mg": "dose_mg"}
_DOSES = tuple(_BY.values())


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """The dose as planned. ``mg_per_ml`` and ``volume_ml`` are None where no volume is measured, ``minutes`` 0 where it
    goes in at once; it is given in ``parts`` of one size, at least ``rest_s`` apart.
    """

    weight_kg: float
    mg_per_kg: float
    dose_mg: float
    mg_per_ml: float | None = None
    volume_ml: float | None = None
    minutes: float = 0.0
    parts: int = 1
    rest_s: float = 0.0
    working: tuple[str, ...] = ()

    @property
    def part_mg(self) -> float:
        """What is given at once."""
        return exact(self.dose_mg / self.parts)


class Given(msgspec.Struct, frozen=True, order=True):
    """One part that was given, from ``at_ms`` on over ``minutes``, or up to ``broken_ms``, when it was broken off."""

    at_ms: int
    seq: int
    dose_mg: float
    minutes: float = 0.0
    mg_per_ml: float | None = None
    broken_ms: int | None = None

    @property
    def over_ms(self) -> int:
        """How long the whole of it takes."""
        return round(self.minutes * 60_000)

    @property
    def end_ms(self) -> int:
        """When the last of it went in."""
        return self.at_ms + self.over_ms if self.broken_ms is None else self.broken_ms

    def mg_by(self, at_ms: int) -> float:
        """What of it was in by then."""
        in_ms = min(at_ms, self.end_ms) - self.at_ms
        if in_ms < 0:
            return 0.0
        return self.dose_mg * in_ms / self.over_ms if in_ms < self.over_ms else self.dose_mg


def broken_off(given: tuple[Given, ...], stops_ms: Iterable[int]) -> tuple[Given, ...]:
    """``given``, each part up to the first stop within its minutes, or whole."""
    stops = sorted(stops_ms)
    return tuple(
        msgspec.structs.replace(
            one, broken_ms=next((at_ms for at_ms in stops if 0 <= at_ms - one.at_ms < one.over_ms), None)
        )
        for one in given
    )


def going_in(given: tuple[Given, ...], at_ms: int) -> bool:
    """Whether a part is going in at ``at_ms``: so it can be broken off."""
    return any(one.at_ms <= at_ms < one.end_ms for one in given)


class Typed(NamedTuple):
    """What a person typed of a plan, None where nothing: the dose by weight or as a whole."""

    mg_per_kg: float | None = None
    dose_mg: float | None = None
    mg_per_ml: float | None = None
    minutes: float | None = None


def doses_of(protocol: Protocol) -> tuple[str, ...]:
    """How the dose can be stated by this protocol, as fields of ``Typed``, the first one first."""
    return tuple(dict.fromkeys(_BY[dose.basis] for dose in protocol.doses))


def fields_of(protocol: Protocol) -> tuple[str, ...]:
    """What has to be typed for a plan by this protocol, as fields of ``Typed``; the dose as its first limits are."""
    dose = doses_of(protocol)[0]
    minutes = ("minutes",) if protocol.kind == "bolus" else ()
    strength = ("mg_per_ml",) if protocol.strength is not None else ()
    return (dose, *minutes, *strength)


def portion(protocol: Protocol, weight_kg: float, typed: Typed) -> Portion:
    """The plan with its working. Raises ``DoseError`` naming the field."""
    for field in fields_of(protocol):
        if getattr(typed, field) is None and not (field in _DOSES and any(getattr(typed, one) for one in _DOSES)):
            raise DoseError(field, "please fill in")
    for field in _DOSES:
        if getattr(typed, field) is not None and field not in doses_of(protocol):
            other = "as a whole, in mg" if field == "mg_per_kg" else "by weight, in mg/kg"
            raise DoseError(field, f"this protocol has its dose {other}")
    made = reckoned(weight_kg, typed)
    if protocol.devices is None:
        return made
    dose, device_mg = protocol.doses[0], protocol.devices.device_mg
    if made.dose_mg not in dose.choices:
        choices = " or ".join(map(said, dose.choices))
        raise DoseError(
            "dose_mg", f"{computed(made.dose_mg)} mg is no whole dose of these devices; there is {choices} mg"
        )
    parts = round(made.dose_mg / device_mg)
    working = (f"{computed(made.dose_mg)} mg / {said(device_mg)} mg = {parts} devices", *made.working)
    return msgspec.structs.replace(made, parts=parts, rest_s=protocol.devices.rest_s, working=working)


def reckoned(weight_kg: float, typed: Typed) -> Portion:
    """The arithmetic alone: dose_mg = kg x mg/kg, or mg/kg = dose / kg; volume_ml = dose / (mg/mL)."""
    within("weight_kg", weight_kg, WEIGHT_KG, "kg", "weight")
    if (typed.mg_per_kg is None) == (typed.dose_mg is None):
        raise DoseError("mg_per_kg", "give the dose by weight or as a whole, one of them")
    if typed.mg_per_kg is not None:
        mg_per_kg = within("mg_per_kg", typed.mg_per_kg, MG_PER_KG, "mg/kg", "dose")
        dose_mg = exact(weight_kg * mg_per_kg)
        working = [f"{said(weight_kg)} kg x {said(mg_per_kg)} mg/kg = {computed(dose_mg)} mg"]
    else:
        dose_mg = typed.dose_mg or 0.0
        mg_per_kg = within("dose_mg", exact(dose_mg / weight_kg), MG_PER_KG, "mg/kg", "this is a dose of")
        working = [f"{said(dose_mg)} mg / {said(weight_kg)} kg = {computed(mg_per_kg)} mg/kg"]
    volume_ml = None
    if typed.mg_per_ml is not None:
        within("mg_per_ml", typed.mg_per_ml, MG_PER_ML, "mg/mL", "concentration")
        volume_ml = exact(dose_mg / typed.mg_per_ml)
        working.append(f"{computed(dose_mg)} mg / {said(typed.mg_per_ml)} mg/mL = {computed(volume_ml)} mL")
    minutes = 0.0 if typed.minutes is None else within("minutes", typed.minutes, MINUTES, "min", "duration")
    return Portion(
        weight_kg=weight_kg,
        mg_per_kg=mg_per_kg,
        dose_mg=dose_mg,
        mg_per_ml=typed.mg_per_ml,
        volume_ml=volume_ml,
        minutes=minutes,
        working=tuple(working),
    )


class Giving(NamedTuple):
    """A part that is about to be charted as given: what in words, and how long ago the one before was (None: first)."""

    what: str
    since_s: float | None
    rest_s: float


def _sure(giving: Giving) -> str:
    return f"{giving.what}. Was it given?"


def _early(giving: Giving) -> str:
    if giving.since_s is None or giving.since_s >= giving.rest_s:
        return ""
    # without what is left of it: the question must stay the same while its reason is typed
    return f"the rest of {said(giving.rest_s / 60)} min is not over. Was it given all the same?"


# Enter gives no drug: that it was given is a question of its own, whoever charts it
GIVE: tuple[Doubt[Giving], ...] = (Doubt("rest_short", "", _early, Level.REASON), Doubt("given", "", _sure))
