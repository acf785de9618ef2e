"""Slips that people make with a weight or a pump rate, as rows: what each does to the number, and its words.

The list is of clinical.md 1.3: tenfold errors and unit traps on record with infusion pumps. Naming one is a guess about
numbers that differ already; whether they differ is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from charting.bands import VIALS_MG_PER_ML
from charting.dose import DosePlan
from charting.figures import said

LB_IN_KG = 2.2046
WRONG_MINUTES = (40.0, 60.0, 100.0)  # durations of the usual protocols, and the hour that "per hour" stands for
_NEAR_PART = 0.01  # a number that a slip explains to a hundredth is named by it
_DECIMALS = 1  # weights and rates are typed in tenths


class Slip(NamedTuple):
    """``factor`` is what the right number is multiplied by."""

    id: str
    words: str
    factor: float


_TENFOLD = (
    Slip("tenfold_more", "ten times too much", 10.0),
    Slip("tenfold_less", "ten times too little", 0.1),
)
WEIGHT_SLIPS = (
    *_TENFOLD,
    Slip("lb_for_kg", "pounds for kilograms", LB_IN_KG),
    Slip("kg_for_lb", "kilograms taken for pounds", 1 / LB_IN_KG),
)


def rate_slips(plan: DosePlan, vials_mg_per_ml: Iterable[float] = ()) -> tuple[Slip, ...]:
    """The slips that can be made with this plan; other vials than the usual ones can be named. One that changes nothing
    (mg for mL at 1 mg/mL) is not in the list.
    """
    strength = plan.mg_per_ml
    vials = sorted({*VIALS_MG_PER_ML, *vials_mg_per_ml})
    rows = (
        *_TENFOLD,
        Slip("lb_for_kg", "computed with pounds for kilograms", LB_IN_KG),
        Slip("kg_for_lb", "computed with kilograms taken for pounds", 1 / LB_IN_KG),
        *(Slip("vial_for_bag", f"the vial's {said(v)} mg/mL for the bag's strength", strength / v) for v in vials),
        Slip("mg_for_ml", "mg taken for mL", strength),
        Slip("times_for_per", "multiplied by the strength, not divided by it", strength * strength),
        Slip("per_min_for_per_h", "per minute for per hour", 60.0),
        Slip("per_h_for_per_min", "per hour for per minute", 1 / 60),
        *(Slip("other_minutes", f"over {said(m)} min", plan.minutes / m) for m in WRONG_MINUTES),
    )
    return tuple(row for row in rows if row.factor != 1.0)


def named(given: float, right: Sequence[float], slips: Sequence[Slip], step: float) -> tuple[str, ...]:
    """Words for what may have led from one of the ``right`` numbers to ``given``, which was typed in a ``step``: each
    slip that does it alone; where none does, each two together; and swapped digits.
    """
    found = ["two digits swapped"] if any(_text(given) in _swapped(one) for one in right) else []
    found += [slip.words for slip in slips if _leads(given, right, slip.factor, step)]
    found = found or [
        f"{one.words} and {two.words}"
        for one, two in combinations(slips, 2)
        if one.id != two.id and _leads(given, right, one.factor * two.factor, step)
    ]
    return tuple(dict.fromkeys(found))


def near(given: float, right: float, step: float) -> bool:
    """True where ``given`` is ``right`` as somebody may have rounded it: to a ``step``, or to a hundredth of it."""
    return abs(given - right) < max(step, _NEAR_PART * right)


def _leads(given: float, right: Sequence[float], factor: float, step: float) -> bool:
    """True where ``factor`` makes a difference, and makes ``given`` of one of the ``right`` numbers."""
    return any(not near(one * factor, one, step) and near(given, one * factor, step) for one in right)


def _text(value: float) -> str:
    return f"{value:.{_DECIMALS}f}"


def _swapped(value: float) -> set[str]:
    """``value`` with each two neighbouring digits exchanged, the decimal point staying where it is."""
    text = _text(value)
    digits = text.replace(".", "")
    swaps = (digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1))
    return {_text(float(f"{swap[:-_DECIMALS]}.{swap[-_DECIMALS:]}")) for swap in swaps} - {text}
