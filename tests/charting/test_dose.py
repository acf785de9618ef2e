"""Dose arithmetic against the reference numbers and an independent rational computation."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from charting.dose import (
    MG_PER_KG,
    MG_PER_ML,
    MINUTES,
    RATE_ML_PER_H,
    WEIGHT_KG,
    DoseError,
    draw_up,
    finish_ms,
    plan,
    plan_in_bag,
    plan_of_rate,
    settable_ml_per_h,
    setting_working,
    speed_working,
)


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


FIELDS = {"weight_kg": WEIGHT_KG, "mg_per_kg": MG_PER_KG, "minutes": MINUTES, "mg_per_ml": MG_PER_ML}


def typed(draw: random.Random, limits: tuple[float, float]) -> str:
    """A decimal as somebody could type it, small ones as often as large ones."""
    low, high = (math.log(limit) for limit in limits)
    text = f"{math.exp(draw.uniform(low, high)):.{draw.randrange(4)}f}"
    return text if limits[0] <= float(text) <= limits[1] else f"{limits[1]}"


def inside(value: Fraction, limits: tuple[float, float]) -> bool:
    return Fraction(str(limits[0])) <= value <= Fraction(str(limits[1]))


def close(got: float, right: Fraction) -> bool:
    return math.isclose(got, float(right), rel_tol=1e-12)  # float() of a fraction is the nearest one: off by 1e-16


@pytest.mark.parametrize("seed", range(4))  # 100,000 plans in quarters, for slow computers
def test_agrees_with_rational_arithmetic_of_the_text_as_typed(seed: int) -> None:
    draw = random.Random(seed)
    made = refused = 0
    while made < 25_000:
        texts = {name: typed(draw, limits) for name, limits in FIELDS.items()}
        kg, per_kg, minutes, per_ml = (Fraction(text) for text in texts.values())
        mg = kg * per_kg
        rate = mg / per_ml * 60 / minutes
        if not inside(rate, RATE_ML_PER_H):
            refused += 1
            with pytest.raises(DoseError):
                plan(**{name: float(text) for name, text in texts.items()})
            continue
        made += 1
        one = plan(**{name: float(text) for name, text in texts.items()})
        assert close(one.dose_mg, mg), texts
        assert close(one.volume_ml, mg / per_ml), texts
        assert close(one.rate_ml_per_h, rate), texts
        assert close(one.mg_per_kg_per_h, per_kg * 60 / minutes), texts
        assert close(one.mg_per_kg_per_min, per_kg / minutes), texts
        assert Fraction(str(settable_ml_per_h(one.rate_ml_per_h))) <= rate, texts
    assert refused > 250


@pytest.mark.parametrize("seed", range(4))
def test_the_other_way_round_agrees_with_rational_arithmetic(seed: int) -> None:
    draw = random.Random(seed)
    fields = {"weight_kg": WEIGHT_KG, "rate_ml_per_h": RATE_ML_PER_H, "minutes": MINUTES, "mg_per_ml": MG_PER_ML}
    made = refused = 0
    while made < 25_000:
        texts = {name: typed(draw, limits) for name, limits in fields.items()}
        kg, rate, minutes, per_ml = (Fraction(text) for text in texts.values())
        per_kg = rate * minutes / 60 * per_ml / kg
        if not inside(per_kg, MG_PER_KG):
            refused += 1
            with pytest.raises(DoseError) as error:
                plan_of_rate(**{name: float(text) for name, text in texts.items()})
            assert error.value.field == "rate_ml_per_h"
            continue
        made += 1
        one = plan_of_rate(**{name: float(text) for name, text in texts.items()})
        assert close(one.volume_ml, rate * minutes / 60), texts
        assert close(one.dose_mg, rate * minutes / 60 * per_ml), texts
        assert close(one.mg_per_kg, per_kg), texts
        assert close(one.mg_per_kg_per_min, per_kg / minutes), texts
        assert close(one.mg_per_kg_per_h, per_kg * 60 / minutes), texts
    assert refused > 250


@pytest.mark.parametrize(
    ("kg", "mg", "strengths", "drawn"),
    [  # clinical 1.3: mL; mL/h over 40 and over 100 min, of 1 and of 2 mg/mL; mL of vials of 10, 50, 100 mg/mL
        (50, 25, {1: (25, 37.5, 15), 2: (12.5, 18.75, 7.5)}, (2.5, 0.5, 0.25)),
        (70, 35, {1: (35, 52.5, 21), 2: (17.5, 26.25, 10.5)}, (3.5, 0.7, 0.35)),
        (100, 50, {1: (50, 75, 30), 2: (25, 37.5, 15)}, (5, 1, 0.5)),
    ],
)
def test_the_table_of_usual_dilutions(
    kg: float, mg: float, strengths: dict[float, tuple[float, ...]], drawn: tuple[float, ...]
) -> None:
    for mg_per_ml, (ml, *rates) in strengths.items():
        for minutes, rate, per_h in zip((40, 100), rates, (0.75, 0.3), strict=True):
            made = plan(weight_kg=kg, mg_per_kg=0.5, minutes=minutes, mg_per_ml=mg_per_ml)
            assert (made.dose_mg, made.volume_ml, made.rate_ml_per_h, made.mg_per_kg_per_h) == (mg, ml, rate, per_h)
            assert tuple(draw_up(made, vial).ml for vial in (10, 50, 100)) == drawn
    for bag_ml, rate in ((50, 75), (100, 150)):
        made = plan_in_bag(weight_kg=kg, mg_per_kg=0.5, minutes=40, bag_ml=bag_ml)
        assert (made.dose_mg, made.volume_ml, made.rate_ml_per_h, made.mg_per_ml) == (mg, bag_ml, rate, mg / bag_ml)


def test_micrograms_per_minute_of_the_reference_rows() -> None:
    for mg_per_kg, minutes, kg in ((0.5, 40, 70), (0.75, 60, 60)):
        made = plan(weight_kg=kg, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=1)
        assert made.mg_per_kg_per_min * 1000 == 12.5
    # the rate that a published table gives as 11.8 mL/h: 0.3 mg/kg/h, 45 kg, 2 mg/mL (clinical 1.3)
    assert plan(weight_kg=45, mg_per_kg=0.3, minutes=60, mg_per_ml=2).rate_ml_per_h == 6.75


def test_the_working_is_what_a_person_would_write_each_step_once() -> None:
    made = plan(weight_kg=82.5, mg_per_kg=0.5, minutes=40, mg_per_ml=2)
    assert (*made.working, *speed_working(made), draw_up(made, 50).working, *setting_working(made)) == (
        "82.5 kg x 0.5 mg/kg = 41.25 mg",
        "41.25 mg / 2 mg/mL = 20.625 mL",
        "20.625 mL / 40 min x 60 = 30.9375 mL/h",
        "0.5 mg/kg / 40 min = 0.0125 mg/kg/min",
        "0.0125 mg/kg/min x 60 = 0.75 mg/kg/h",
        "41.25 mg / 50 mg/mL = 0.825 mL to draw up",
        "a pump set in steps of 0.1 mL/h takes 30.9 mL/h, rounded down; 20.625 mL then run for 40.0485... min",
    )
    back = plan_of_rate(weight_kg=70, rate_ml_per_h=52.5, minutes=40, mg_per_ml=1)
    assert back.working == (
        "52.5 mL/h x 40 min / 60 = 35 mL",
        "35 mL x 1 mg/mL = 35 mg",
        "35 mg / 70 kg = 0.5 mg/kg",
    )
    assert setting_working(back) == ()
    bag = plan_in_bag(weight_kg=70, mg_per_kg=0.5, minutes=45, bag_ml=60)
    assert bag.working == (
        "70 kg x 0.5 mg/kg = 35 mg",
        "35 mg in 60 mL = 0.5833... mg/mL",
        "60 mL / 45 min x 60 = 80 mL/h",
    )
    faint = plan(weight_kg=70, mg_per_kg=0.01, minutes=600, mg_per_ml=1)
    assert setting_working(faint) == (
        "a pump set in steps of 0.1 mL/h cannot run at 0.07 mL/h; check the concentration",
    )


@given(st.integers(200, 3000), st.integers(1, 200), st.integers(5, 240), st.sampled_from([1, 2, 5, 10]))
def test_there_and_back_and_the_setting_never_gives_more(
    tenths: int, hundredths: int, minutes: int, per_ml: int
) -> None:
    kg, per_kg = tenths / 10, hundredths / 100
    rate = Fraction(tenths * hundredths, 1000) / per_ml / minutes * 60
    if not inside(rate, RATE_ML_PER_H):
        return
    made = plan(weight_kg=kg, mg_per_kg=per_kg, minutes=minutes, mg_per_ml=per_ml)
    back = plan_of_rate(weight_kg=kg, rate_ml_per_h=made.rate_ml_per_h, minutes=minutes, mg_per_ml=per_ml)
    assert back.mg_per_kg == pytest.approx(per_kg, rel=1e-12)
    settable = settable_ml_per_h(made.rate_ml_per_h)
    assert Fraction(str(settable)) == Fraction(rate // Fraction(1, 10), 10)
    assert (setting_working(made) == ()) == (Fraction(str(settable)) == rate)
    if settable:
        assert finish_ms(0, made.volume_ml, settable) >= finish_ms(0, made.volume_ml, made.rate_ml_per_h)


def test_the_expected_finish() -> None:
    start_ms = 1_767_225_600_000
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1)
    assert finish_ms(start_ms, made.volume_ml, made.rate_ml_per_h) == start_ms + 40 * 60_000
    assert finish_ms(start_ms, 17.5, 21) == start_ms + 50 * 60_000  # half is left, the rate was lowered
    assert finish_ms(start_ms, 0, 21) == start_ms
    for volume_ml, rate, field in ((-1, 21, "volume_ml"), (1, 0, "rate_ml_per_h"), (float("nan"), 21, "volume_ml")):
        with pytest.raises(DoseError) as refused:
            finish_ms(start_ms, volume_ml, rate)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("vial", "sentence"),
    [
        (0.5, "a vial of 0.5 mg/mL cannot make 1 mg/mL; check both strengths"),
        (101, "strength of the vial 101 mg/mL is outside 0.01 to 100 mg/mL; check the entry"),
        (float("nan"), "strength of the vial nan mg/mL is outside 0.01 to 100 mg/mL; check the entry"),
    ],
)
def test_a_vial_that_cannot_be_is_refused(vial: float, sentence: str) -> None:
    with pytest.raises(DoseError) as refused:
        draw_up(plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1), vial)
    assert (refused.value.field, str(refused.value)) == ("vial_mg_per_ml", sentence)


@pytest.mark.parametrize(
    ("bag_ml", "words"), [(0.5, "volume of the bag"), (float("inf"), "volume of the bag"), (1000, "pump rate")]
)
def test_a_bag_that_cannot_be_is_refused(bag_ml: float, words: str) -> None:
    with pytest.raises(DoseError, match=words) as refused:
        plan_in_bag(weight_kg=70, mg_per_kg=0.5, minutes=30, bag_ml=bag_ml)
    assert refused.value.field == "bag_ml"


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
