"""``dose``: the chart's arithmetic from the shell (contract 2), with the same questions that the recorder asks."""

from __future__ import annotations

from typing import Any, NamedTuple

from charting.dose import (
    RATE_ML_PER_H,
    DoseError,
    DosePlan,
    draw_up,
    plan,
    plan_of_rate,
    setting_working,
    speed_working,
    within,
)
from charting.doubts import MIXED, PLAN, RATE, Asked, Mixed, Rated, raised
from station.errors import USAGE, Trouble


class Typed(NamedTuple):
    """The options as given; None where not."""

    weight_kg: float
    mg_per_kg: float | None
    minutes: float
    mg_per_ml: float
    vial_mg_per_ml: float | None
    rate_ml_per_h: float | None


def reckoned(typed: Typed) -> dict[str, Any]:
    """The answer as contract 2 has it. ``Trouble`` names the option at fault."""
    try:
        return _answer(typed)
    except DoseError as error:
        raise Trouble(f"--{error.field.replace('_', '-')}: {error}", USAGE) from None


def _answer(typed: Typed) -> dict[str, Any]:
    made = _plan(typed)
    drawn = None if typed.vial_mg_per_ml is None else draw_up(made, typed.vial_mg_per_ml)
    beside = typed.rate_ml_per_h if typed.mg_per_kg is not None else None
    asked = [
        *raised(PLAN, made),
        *raised(MIXED, Mixed(made, typed.vial_mg_per_ml, beside)),
        *(raised(RATE, Rated(beside, made.rate_ml_per_h)) if beside is not None else ()),
    ]
    return {
        "dose_mg": made.dose_mg,
        "volume_ml": made.volume_ml,
        "rate_ml_per_h": made.rate_ml_per_h,
        "mg_per_kg_per_h": made.mg_per_kg_per_h,
        "draw_up_ml": None if drawn is None else drawn.ml,
        "warnings": [_warning(one) for one in asked],
        "working": [
            *made.working,
            *speed_working(made),
            *([drawn.working] if drawn else []),
            *setting_working(made),
        ],
    }


def _plan(typed: Typed) -> DosePlan:
    """From the dose where there is one, else from the rate."""
    body = {"weight_kg": typed.weight_kg, "minutes": typed.minutes, "mg_per_ml": typed.mg_per_ml}
    if typed.rate_ml_per_h is not None:
        within("rate_ml_per_h", typed.rate_ml_per_h, RATE_ML_PER_H, "mL/h", "pump rate")
    if typed.mg_per_kg is not None:
        return plan(mg_per_kg=typed.mg_per_kg, **body)
    if typed.rate_ml_per_h is not None:
        return plan_of_rate(rate_ml_per_h=typed.rate_ml_per_h, **body)
    raise Trouble("give --mg-per-kg for the rate, or --rate-ml-per-h for the dose that it gives, or both", USAGE)


def _warning(asked: Asked) -> dict[str, Any]:
    """A question of the chart's as data: ``limit`` is a number, or a list where it is a range or several."""
    limit = asked.limit
    return {
        "id": asked.id,
        "level": asked.level,
        "field": asked.field,
        "sentence": asked.sentence,
        "limit": None if limit is None else limit.values[0] if len(limit.values) == 1 else limit.values,
        "unit": None if limit is None else limit.unit,
        "source": None if limit is None else limit.source,
        "version": asked.version,
    }
