"""Dose arithmetic against the reference numbers and an independent rational computation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from charting.dose import DoseError, plan


@pytest.mark.parametrize(
    ("kg", "mg_per_kg", "minutes", "mg_per_ml", "mg", "ml", "ml_per_h"),
    [
        (70, 0.5, 40, 1, 35, 35, 52.5),  # reference_data 5
        (82.5, 0.5, 40, 2, 41.25, 20.625, 30.9375),
        (60, 0.75, 60, 1, 45, 45, 45),
        (50, 0.5, 100, 1, 25, 25, 15),  # clinical 1.3
        (100, 0.5, 40, 2, 50, 25, 37.5),
    ],
)
def test_published_and_computed_vectors(
    kg: float, mg_per_kg: float, minutes: float, mg_per_ml: float, mg: float, ml: float, ml_per_h: float
) -> None:
    made = plan(weight_kg=kg, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    assert (made.dose_mg, made.volume_ml, made.rate_ml_per_h) == pytest.approx((mg, ml, ml_per_h), rel=1e-12)


@given(
    st.integers(200, 3000), st.integers(1, 200), st.integers(5, 240), st.sampled_from([1, 2, 5, 10])
)  # tenths of kg, hundredths of mg/kg, minutes, mg/mL
def test_agrees_with_rational_arithmetic(tenths_kg: int, hundredths: int, minutes: int, strength: int) -> None:
    dose = Fraction(tenths_kg, 10) * Fraction(hundredths, 100)
    rate = dose / strength / minutes * 60
    if not Fraction(1, 100) <= rate <= 1800:
        return
    made = plan(weight_kg=tenths_kg / 10, mg_per_kg=hundredths / 100, minutes=minutes, mg_per_ml=strength)
    assert made.dose_mg == pytest.approx(float(dose), rel=1e-12)
    assert made.rate_ml_per_h == pytest.approx(float(rate), rel=1e-12)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight_kg", 19.9),
        ("weight_kg", 300.1),
        ("weight_kg", float("nan")),
        ("weight_kg", float("inf")),
        ("mg_per_kg", 0),
        ("minutes", -1),
        ("mg_per_ml", 1000),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(field: str, value: float) -> None:
    good = {"weight_kg": 70.0, "mg_per_kg": 0.5, "minutes": 40.0, "mg_per_ml": 1.0}
    with pytest.raises(DoseError) as refused:
        plan(**(good | {field: value}))
    assert refused.value.field == field
    assert "\n" not in str(refused.value)


def test_the_limits_themselves_are_allowed() -> None:
    for kg in (20, 300):
        assert plan(weight_kg=kg, mg_per_kg=0.5, minutes=40, mg_per_ml=1).weight_kg == kg


def test_a_pump_rate_that_cannot_be_is_refused() -> None:
    with pytest.raises(DoseError, match="pump rate"):
        plan(weight_kg=300, mg_per_kg=10, minutes=0.5, mg_per_ml=0.01)


def test_a_number_that_cannot_be_is_repeated_without_an_exponent() -> None:
    with pytest.raises(DoseError, match="weight 18082800 kg is outside 20 to 300 kg"):
        plan(weight_kg=18_082_800, mg_per_kg=0.5, minutes=40, mg_per_ml=1)
