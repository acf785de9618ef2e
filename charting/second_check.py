"""The blind second check: another person types weight and pump rate without seeing ours, and the two are compared.

An independent check of the pump's setting finds what the first person cannot see (CPSBC; ASA Monitor 85:40; clinical.md
1.3 and 4.3). Its sentences name none of our numbers, so that a second try is as blind as the first one.

What is compared is the weight and the rate. Slips that lead to the right rate cannot be seen here, and do no harm: a
tenfold error takes a vial of 10 mg/mL taken for a bag of 1 mg/mL back to the very rate.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import msgspec

from charting import slips
from charting.dose import PUMP_STEP_ML_PER_H, DoseError, DosePlan
from charting.figures import exact, said
from drivers.core.text import clean


class Tolerance(msgspec.Struct, frozen=True):
    """How far two honest people may be apart: their weights by up to ``weight_kg`` (with it), their rates by less than
    ``rate_ml_per_h``.
    """

    weight_kg: float
    rate_ml_per_h: float
    source: str


# Two tenths or half a kilogram of clothes and another scale are no slip; swapped digits in tenths differ by 0.9 kg. A
# pump is set in steps of 0.1 mL/h, so a rate between two steps may be typed as either, and no other.
TOLERANCE = Tolerance(0.5, PUMP_STEP_ML_PER_H, "ours: scales differ by some hundred grams, pumps are set in 0.1 mL/h")


MOST_TRIES = 3  # for one plan: then both plan anew, or somebody says why it goes on


class Check(msgspec.Struct, frozen=True):
    """How far the check of a plan has come. ``planned_by`` are the initials of who entered its numbers; ``by`` of who
    checked last, or went on without; ``said`` what differed, or why it was skipped.
    """

    planned_by: tuple[str, ...]
    tries: int = 0
    agreed: bool = False
    skipped: bool = False
    by: str = ""
    said: str = ""


def checked_on(check: Check, by: str, payload: dict[str, Any], reason: str) -> Check:
    """``check`` after one more entry of a check that ``by`` charted."""
    if payload.get("skipped"):
        return msgspec.structs.replace(check, skipped=True, by=by, said=reason)
    said = " ".join(one["sentence"] for one in payload["differences"])
    return Check(check.planned_by, check.tries + 1, payload["agreed"], False, payload["second"]["initials"], said)


class Difference(msgspec.Struct, frozen=True):
    """What does not agree: ``field``, a sentence for both people, and the words of ``slips`` that may explain it."""

    field: str
    sentence: str
    slips: tuple[str, ...]


class Checked(msgspec.Struct, frozen=True):
    """The outcome, with what was typed: ready for the chart."""

    by: str
    weight_kg: float
    rate_ml_per_h: float
    differences: tuple[Difference, ...]

    @property
    def agreed(self) -> bool:
        """True where both numbers agree."""
        return not self.differences


def compare(
    plan: DosePlan,
    *,
    entered_by: Collection[str],
    checked_by: str,
    weight_kg: float,
    rate_ml_per_h: float,
    vial_mg_per_ml: float | None = None,
    tolerance: Tolerance = TOLERANCE,
) -> Checked:
    """``weight_kg`` and ``rate_ml_per_h`` as ``checked_by`` (initials) typed them, beside ``plan``, which is of the
    people ``entered_by``. The rate may be that of either weight where the weights agree. ``vial_mg_per_ml`` is only
    for the words of a slip.

    Raises ``DoseError``: no initials, the same person, no number above zero.
    """
    who = person(checked_by)
    if not who:
        raise DoseError("second", "whoever checks must give initials")
    if who in {person(one) for one in entered_by}:
        raise DoseError("second", f"{clean(checked_by)} has entered these numbers; another person must check them")
    for field, value in (("weight_kg", weight_kg), ("rate_ml_per_h", rate_ml_per_h)):
        if not (math.isfinite(value) and value > 0):
            raise DoseError(field, f"{said(value)} is no number above zero; type what you read")
    differences = []
    right = [plan.rate_ml_per_h]
    of_typed_weight = exact(plan.rate_ml_per_h * weight_kg / plan.weight_kg)
    if abs(exact(weight_kg - plan.weight_kg)) > tolerance.weight_kg:
        found = slips.named(weight_kg, [plan.weight_kg], slips.WEIGHT_SLIPS, tolerance.weight_kg)
        differences.append(_difference("weight_kg", f"{said(weight_kg)} kg", "weight", found))
    else:
        right.append(of_typed_weight)
    if not any(_same_setting(rate_ml_per_h, one, tolerance) for one in right):
        step = tolerance.rate_ml_per_h
        follows = bool(differences) and slips.near(rate_ml_per_h, of_typed_weight, step)
        known = slips.rate_slips(plan, () if vial_mg_per_ml is None else (vial_mg_per_ml,))
        found = ("it follows from that weight",) if follows else slips.named(rate_ml_per_h, right, known, step)
        differences.append(_difference("rate_ml_per_h", f"{said(rate_ml_per_h)} mL/h", "rate", found))
    return Checked(clean(checked_by), weight_kg, rate_ml_per_h, tuple(differences))


def _same_setting(one_ml_per_h: float, two_ml_per_h: float, tolerance: Tolerance) -> bool:
    return abs(exact(one_ml_per_h - two_ml_per_h)) < tolerance.rate_ml_per_h


def _difference(field: str, typed: str, what: str, found: tuple[str, ...]) -> Difference:
    perhaps = f" Perhaps: {' or '.join(found)}." if found else ""
    return Difference(field, f"{typed} is not the {what} charted first.{perhaps} Both look again.", found)


def person(initials: str) -> str:
    """Initials as one person would write them on another day: K.S. is ks."""
    return "".join(c for c in clean(initials).casefold() if c.isalnum())
