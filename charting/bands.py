"""Where the questions about a dose begin: numbers, each with its source. A session's are those of its protocol.

Those of ``IV``, for a session without one and for the arithmetic from the shell, are of clinical.md 1.2 and 1.3: where
a source gives no number for a warning it is ours, says so, and is for a clinic to review. The questions themselves are
rows of ``doubts.py``.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from math import isfinite

import msgspec

from charting.protocol import Basis, Dose, Protocol
from drivers.core.text import clean


class Level(StrEnum):
    """What it takes to go on."""

    NOTE = "note"  # a yes
    REASON = "reason"  # a typed reason
    SECOND = "second"  # a typed reason, and another person
    STOP = "stop"  # a prescriber's override, with the reason


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a question begins: one number, the two ends of a range, or a list; in ``unit``, as ``source`` says.
    ``beyond`` are words for what lies behind it, for the question.

    Raises ValueError without a number, with one that is none or below the one before it, and without unit or source.
    """

    values: tuple[float, ...]
    unit: str
    source: str
    beyond: str = ""

    def __post_init__(self) -> None:
        """A limit without its source is an opinion."""
        if not self.values or not all(isfinite(value) for value in self.values):
            raise ValueError("a limit needs numbers")
        if list(self.values) != sorted(self.values):
            raise ValueError(f"the values of a limit do not rise: {', '.join(f'{v:g}' for v in self.values)}")
        if not (clean(self.unit) and clean(self.source)):
            raise ValueError(f"the limit {self.high:g} needs a unit and a source")

    @property
    def low(self) -> float:
        """The first of the values."""
        return self.values[0]

    @property
    def high(self) -> float:
        """The last of the values."""
        return self.values[-1]


class Bands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of one way to give ketamine; ``name`` and ``version`` say which. None: nothing is asked.

    Raises ValueError where the dose limits do not rise in this order.
    """

    name: str
    version: str
    studied: Limit | None  # of a dose, in mg/kg or in mg, as its unit says: asked below it
    usual: Limit | None  # a range: a note above its end
    reason: Limit | None  # above it: a reason
    second: Limit | None  # above it: another person
    stop: Limit | None  # above it: a prescriber's override
    shortest_min: Limit | None  # asked below it; None for a bolus
    label_min: Limit | None  # asked below it, a bolus or not
    rate_part: Limit | None  # asked above so many times the plan
    pump_ml_per_h: Limit | None  # a range: asked outside it
    vials_mg_per_ml: Limit | None  # a list: no bag has these strengths
    dilute_mg_per_ml: Limit | None  # a vial of this strength or more takes at least its own volume again

    def __post_init__(self) -> None:
        """The order of the dose limits; so that of two that both are passed the stricter one asks."""
        steps = (self.usual, self.reason, self.second, self.stop)
        rising = [
            *([self.studied.high] if self.studied else []),
            *([self.usual.low] if self.usual else []),
            *(step.high for step in steps if step is not None),
        ]
        if any(low > high for low, high in pairwise(rising)):
            unit = next(step.unit for step in (self.studied, *steps) if step is not None)
            raise ValueError(
                f"the dose limits of {self.name} do not rise: {', '.join(f'{mg:g}' for mg in rising)} {unit}"
            )


_OURS = "default of this station, for the clinic to review"
_KETALAR = "ketamine label (Ketalar)"
VIALS_MG_PER_ML = (10.0, 50.0, 100.0)  # of that label: 200 mg in 20 mL, 500 mg in 10 mL, 500 mg in 5 mL
IV = Bands(
    name="intravenous",
    version="2026-11",
    studied=Limit((0.1,), "mg/kg", f"{_OURS}; no lower dose was studied (Andrade 2017, J Clin Psychiatry 78:e852)"),
    usual=Limit((0.5, 0.75), "mg/kg", f"{_OURS}; 0.5 is the standard, some need 0.75 (Andrade 2017)"),
    reason=None,
    second=Limit(
        (1.0,),
        "mg/kg",
        f"{_OURS}; more is generally not necessary (ASKP3 2026, second-hand), and anaesthesia is induced from here on"
        f" ({_KETALAR})",
        "an anaesthetic dose",
    ),
    stop=Limit((1.5,), "mg/kg", _OURS, "the hard stop"),
    shortest_min=Limit((30.0,), "min", f"{_OURS}; 40 min is the standard (Andrade 2017)"),
    label_min=Limit(
        (1.0,), "min", f"{_KETALAR}: at least 60 s; faster may depress breathing and raises the pressure more"
    ),
    rate_part=Limit((1.5,), "times the plan", _OURS),
    pump_ml_per_h=Limit((1.0, 300.0), "mL/h", _OURS),
    vials_mg_per_ml=Limit(VIALS_MG_PER_ML, "mg/mL", f"{_KETALAR}: the strengths it is sold in"),
    dilute_mg_per_ml=Limit((100.0,), "mg/mL", f"{_KETALAR}: never undiluted into a vein, at least an equal volume"),
)


def bands_of(protocol: Protocol, basis: Basis = "mg_per_kg") -> Bands:
    """The limits of ``protocol`` for a dose typed in ``basis``, where it has such limits; else those it has.

    What the drug's label says of any vein holds for every protocol of that route. The strength of a vial and the rate
    of a pump are asked about where there is a pump: a syringe may well hold what the vial held.
    """
    dose = next((one for one in protocol.doses if one.basis == basis), protocol.doses[0])
    by_pump, by_vein = protocol.kind == "infusion", protocol.route == "iv"
    label_min = IV.label_min if by_vein else None
    minutes, pump, strength = protocol.minutes, protocol.pump, protocol.strength
    shortest = Limit((minutes.ask_below,), "min", minutes.source) if minutes is not None else None
    return Bands(
        name=protocol.name,
        version=protocol.version,
        **_dose_limits(dose),
        # one question is enough where the protocol asks from the very time that the label gives
        shortest_min=None if shortest and label_min and shortest.high <= label_min.high else shortest,
        label_min=label_min,
        rate_part=Limit((pump.ask_above_planned,), "times the plan", pump.source) if pump else None,
        pump_ml_per_h=Limit(pump.usual_ml_per_h, "mL/h", pump.source) if pump else None,
        vials_mg_per_ml=Limit(strength.vials_mg_per_ml, "mg/mL", strength.source) if strength and by_pump else None,
        dilute_mg_per_ml=IV.dilute_mg_per_ml if by_vein else None,
    )


def _dose_limits(dose: Dose) -> dict[str, Limit | None]:
    """The five limits of a dose; of two at the same number the stricter one asks alone."""
    unit = dose.basis.replace("_per_", "/")
    steps = {"reason": dose.reason_above, "second": dose.second_above, "stop": dose.override_above}
    stricter = {"reason": dose.second_above, "second": dose.override_above, "stop": float("inf")}
    found: dict[str, Limit | None] = {
        "studied": Limit((dose.floor,), unit, dose.source),
        "usual": Limit(dose.usual, unit, dose.source),
    }
    for name, above in steps.items():
        beyond = "the hard stop" if name == "stop" else ""
        found[name] = Limit((above,), unit, dose.source, beyond) if above < stricter[name] else None
    return found
