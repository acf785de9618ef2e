"""Where the questions about a dose begin: numbers, each with its source. A protocol brings bands of its own.

The defaults are of clinical.md 1.2 and 1.3: where a source gives no number for a warning it is ours, says so, and is
for a clinic to review. The questions themselves are rows of ``doubts.py``.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from math import isfinite

import msgspec

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
    studied_mg_per_kg: Limit | None  # asked below it
    usual_mg_per_kg: Limit | None  # a range: a note above its end
    reason_mg_per_kg: Limit | None  # above it: a reason
    second_mg_per_kg: Limit | None  # above it: another person
    stop_mg_per_kg: Limit | None  # above it: a prescriber's override
    shortest_min: Limit | None  # asked below it; None for a bolus
    label_min: Limit | None  # asked below it, a bolus or not
    rate_part: Limit | None  # asked above so many times the plan
    pump_ml_per_h: Limit | None  # a range: asked outside it
    vials_mg_per_ml: Limit | None  # a list: no bag has these strengths
    dilute_mg_per_ml: Limit | None  # a vial of this strength or more takes at least its own volume again

    def __post_init__(self) -> None:
        """The order of the dose limits; so that of two that both are passed the stricter one asks."""
        steps = (self.usual_mg_per_kg, self.reason_mg_per_kg, self.second_mg_per_kg, self.stop_mg_per_kg)
        rising = [
            *([self.studied_mg_per_kg.high] if self.studied_mg_per_kg else []),
            *([self.usual_mg_per_kg.low] if self.usual_mg_per_kg else []),
            *(step.high for step in steps if step is not None),
        ]
        if any(low > high for low, high in pairwise(rising)):
            raise ValueError(
                f"the dose limits of {self.name} do not rise: {', '.join(f'{mg:g}' for mg in rising)} mg/kg"
            )


_OURS = "default of this station, for the clinic to review"
_KETALAR = "ketamine label (Ketalar)"
VIALS_MG_PER_ML = (10.0, 50.0, 100.0)  # of that label: 200 mg in 20 mL, 500 mg in 10 mL, 500 mg in 5 mL
IV = Bands(
    name="intravenous",
    version="2026-11",
    studied_mg_per_kg=Limit(
        (0.1,), "mg/kg", f"{_OURS}; no lower dose was studied (Andrade 2017, J Clin Psychiatry 78:e852)"
    ),
    usual_mg_per_kg=Limit((0.5, 0.75), "mg/kg", f"{_OURS}; 0.5 is the standard, some need 0.75 (Andrade 2017)"),
    reason_mg_per_kg=None,
    second_mg_per_kg=Limit(
        (1.0,),
        "mg/kg",
        f"{_OURS}; more is generally not necessary (ASKP3 2026, second-hand), and anaesthesia is induced from here on"
        f" ({_KETALAR})",
        "an anaesthetic dose",
    ),
    stop_mg_per_kg=Limit((1.5,), "mg/kg", _OURS, "the hard stop"),
    shortest_min=Limit((30.0,), "min", f"{_OURS}; 40 min is the standard (Andrade 2017)"),
    label_min=Limit(
        (1.0,), "min", f"{_KETALAR}: at least 60 s; faster may depress breathing and raises the pressure more"
    ),
    rate_part=Limit((1.5,), "times the plan", _OURS),
    pump_ml_per_h=Limit((1.0, 300.0), "mL/h", _OURS),
    vials_mg_per_ml=Limit(VIALS_MG_PER_ML, "mg/mL", f"{_KETALAR}: the strengths it is sold in"),
    dilute_mg_per_ml=Limit((100.0,), "mg/mL", f"{_KETALAR}: never undiluted into a vein, at least an equal volume"),
)
