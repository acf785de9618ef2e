"""The blind second check: honest people agree, no slip passes, and what cannot be seen is told.

The slips here are written down a second time, as fractions: not the table that names them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings, strategies as st

from charting.dose import DoseError, DosePlan, plan, plan_in_bag, plan_of_rate
from charting.figures import floored
from charting.second_check import TOLERANCE, Checked, compare
from charting.slips import near

LB = Fraction("2.2046")
STEP = Fraction(1, 10)
KG = st.integers(400, 1500).map(lambda tenths: tenths / 10)
MG_PER_KG = st.sampled_from([0.1, 0.2, 0.25, 0.5, 0.75, 1.0])
MINUTES = st.sampled_from([2.0, 40.0, 45.0, 60.0, 100.0])
MG_PER_ML = st.sampled_from([0.5, 1.0, 2.0, 5.0])


@st.composite
def plans(draw: st.DrawFn) -> DosePlan:
    """Plausible plans: usual doses, durations and strengths, or the whole dose in a bag."""
    kg, mg_per_kg, minutes = draw(KG), draw(MG_PER_KG), draw(MINUTES)
    if draw(st.booleans()):
        bag_ml = draw(st.sampled_from([50.0, 60.0]))
        return plan_in_bag(weight_kg=kg, mg_per_kg=mg_per_kg, minutes=minutes, bag_ml=bag_ml)
    mg_per_ml = 5.0 if minutes == 2 else draw(MG_PER_ML)
    return plan(weight_kg=kg, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)


def check(made: DosePlan, kg: float, rate: float, by: str = "N1") -> Checked:
    return compare(made, entered_by=["KS"], checked_by=by, weight_kg=kg, rate_ml_per_h=rate)


def typed_rates(rate: Fraction) -> list[float]:
    """What somebody types who arrives at ``rate``: a step of the pump, down or up."""
    down = rate // STEP * STEP
    return [float(value) for value in {down, down if down == rate else down + STEP} if value > 0]


def slips_of_rate(made: DosePlan) -> dict[str, tuple[Fraction, ...]]:
    """Each kind of slip and the factors it can have; those of a kind do not go together."""
    strength, minutes = Fraction(str(made.mg_per_ml)), Fraction(str(made.minutes))
    return {
        "tenfold": (Fraction(10), Fraction(1, 10)),
        "pounds": (LB, 1 / LB),
        "vial": tuple(strength / vial for vial in (10, 50, 100)),
        "mg for mL": (strength,),
        "h for min": (Fraction(60), Fraction(1, 60)),
        "minutes": tuple(minutes / other for other in (40, 60, 100)),
    }


def rational_rate(made: DosePlan) -> Fraction:
    return Fraction(str(made.volume_ml)) * 60 / Fraction(str(made.minutes))


@given(plans(), st.integers(-5, 5), st.booleans())
def test_two_honest_people_agree(made: DosePlan, tenths_kg: int, recomputed: bool) -> None:
    kg = Fraction(str(made.weight_kg)) + Fraction(tenths_kg, 10)
    rate = rational_rate(made) * (kg / Fraction(str(made.weight_kg)) if recomputed else 1)
    for typed in typed_rates(rate):
        assert check(made, float(kg), typed).agreed


@given(plans(), st.data())
@settings(max_examples=300)
def test_no_single_slip_with_the_rate_passes(made: DosePlan, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(slips_of_rate(made))))
    factor = data.draw(st.sampled_from(slips_of_rate(made)[kind]))
    rate = rational_rate(made)
    if (
        abs(rate * factor - rate) < 2 * STEP
    ):  # mg for mL at 1 mg/mL and the like: the rate is right to what a pump takes
        assert kind in ("mg for mL", "minutes") or factor > Fraction(1, 2)
        return
    for typed in typed_rates(rate * factor):
        found = check(made, made.weight_kg, typed)
        assert [one.field for one in found.differences] == ["rate_ml_per_h"]
        # a factor within a hundredth of 1 is caught like every other, and could be anybody's rounding: it is not named
        hardly = near(float(rate * factor), float(rate), float(STEP))
        assert found.differences[0].slips or hardly, (made, kind, typed)


@pytest.mark.parametrize("kg", [40, 52.5, 70, 82.5, 101.2, 150])
@pytest.mark.parametrize("minutes", [40, 60, 100])
@pytest.mark.parametrize("mg_per_ml", [0.5, 1, 2, 5])
def test_no_single_slip_passes_with_the_usual_strengths(kg: float, minutes: float, mg_per_ml: float) -> None:
    made = plan(weight_kg=kg, mg_per_kg=0.5, minutes=minutes, mg_per_ml=mg_per_ml)
    passed = [
        (kind, factor)
        for kind, factors in slips_of_rate(made).items()
        for factor in factors
        for typed in typed_rates(rational_rate(made) * factor)
        if factor != 1 and check(made, kg, typed).agreed
    ]
    assert passed == []


@given(plans(), st.sampled_from([LB, 1 / LB, Fraction(10), Fraction(1, 10), LB * 10, LB / 10, 10 / LB]), st.booleans())
def test_no_slip_with_the_weight_passes(made: DosePlan, factor: Fraction, carried: bool) -> None:
    kg = round(float(Fraction(str(made.weight_kg)) * factor), 1)
    rate = rational_rate(made) * (factor if carried else 1)
    for typed in typed_rates(rate):
        found = check(made, kg, typed)
        assert found.differences[0].field == "weight_kg"
        if factor in (LB, 1 / LB, 10, Fraction(1, 10)):
            assert found.differences[0].slips


def test_combinations_pass_only_where_they_cancel() -> None:
    """Every combination of one slip of each kind, over plans far apart: what passes gives the right rate."""
    passed: dict[tuple[str, ...], set[Fraction]] = {}
    tried = agreed = 0
    for kg, mg_per_kg, minutes, mg_per_ml in (
        (40, 0.5, 40, 1),
        (70, 0.5, 40, 1),
        (70, 0.5, 40, 2),
        (82.5, 0.75, 60, 5),
        (150, 1, 100, 0.5),
        (70, 0.5, 40, 4.5),
        (60, 0.25, 2, 5),
        (95, 0.75, 60, 1),
    ):
        made = plan(weight_kg=kg, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
        right = rational_rate(made)
        kinds = slips_of_rate(made)
        for chosen in product(*((None, *(f for f in factors if f != 1)) for factors in kinds.values())):
            names = tuple(kind for kind, factor in zip(kinds, chosen, strict=True) if factor is not None)
            factor = prod((f for f in chosen if f is not None), start=Fraction(1))
            if not names or not Fraction(1, 100) < right * factor < 1800:
                continue
            for typed in typed_rates(right * factor):
                tried += 1
                if check(made, kg, typed).agreed:
                    agreed += 1
                    passed.setdefault(names, set()).add(factor)
                    assert len(names) > 1, names
                    assert abs(Fraction(str(typed)) - right) < STEP
    # exactly: ten times too much, a vial of 10 for a bag of 1; to 0.8 %: pounds, a vial of 10 for a bag of 4.5
    assert passed["tenfold", "vial"] == {Fraction(1)}
    assert passed["pounds", "vial"] == {LB * Fraction("0.45")}
    assert tried > 5000 and agreed < tried / 50


def test_what_cancels_gives_the_right_rate_and_cannot_be_seen() -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=4.5)
    with_vial_and_pounds = floored(70 * 2.2046 * 0.5 / 10 / 40 * 60, 0.1)
    assert (with_vial_and_pounds, round(made.rate_ml_per_h, 3)) == (11.5, 11.667)
    assert not check(made, 70, with_vial_and_pounds).agreed  # rounded down it is off by more than a step
    assert check(made, 70, 11.6).agreed  # rounded up it is not: the rate is right to 0.6 %, whatever led to it
    assert not check(made, 154.3, 11.6).agreed  # the weight as typed would tell


@given(plans(), st.data())
def test_swapped_digits_do_not_pass(made: DosePlan, data: st.DataObject) -> None:
    def swapped(value: float) -> float:
        digits = f"{value:.1f}".replace(".", "")
        at = data.draw(st.integers(0, len(digits) - 2))
        digits = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return float(f"{digits[:-1]}.{digits[-1]}")

    kg, rate = swapped(made.weight_kg), floored(made.rate_ml_per_h, 0.1)
    if kg != made.weight_kg and kg > 0:
        found = check(made, kg, rate)
        assert "two digits swapped" in found.differences[0].slips
    other = swapped(rate)
    if other != rate and other > 0:
        assert not check(made, made.weight_kg, other).agreed


def test_swapped_digits_that_are_the_rate_of_another_honest_weight_pass() -> None:
    made = plan_of_rate(weight_kg=70, rate_ml_per_h=126.7, minutes=40, mg_per_ml=0.5)
    assert not check(made, 70, 127.6).agreed
    assert check(made, 70.5, 127.6).agreed  # as it would be for whoever computes with 70.5 kg: 0.7 % apart


@pytest.mark.parametrize(
    ("kg", "rate", "sentences"),
    [
        (70, 525, ["525 mL/h is not the rate charted first. Perhaps: ten times too much. Both look again."]),
        (70, 21, ["21 mL/h is not the rate charted first. Perhaps: over 100 min. Both look again."]),
        (70, 60, ["60 mL/h is not the rate charted first. Both look again."]),
        (
            154,
            115.7,
            [
                "154 kg is not the weight charted first. Perhaps: pounds for kilograms. Both look again.",
                "115.7 mL/h is not the rate charted first. Perhaps: it follows from that weight. Both look again.",
            ],
        ),
    ],
)
def test_the_likely_slip_is_named_and_our_number_is_not(kg: float, rate: float, sentences: list[str]) -> None:
    found = check(plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1), kg, rate)
    assert [one.sentence for one in found.differences] == sentences
    assert not any(ours in sentence for sentence in sentences for ours in ("52.5", " 70 "))


def test_two_slips_at_once_and_another_vial_are_named() -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=100, mg_per_ml=2)
    (one,) = check(made, 70, 57.8).differences  # 10.5 x 2.2046 x 2.5
    assert "computed with pounds for kilograms and over 40 min" in one.slips
    (one,) = compare(
        made, entered_by=["KS"], checked_by="N1", weight_kg=70, rate_ml_per_h=0.84, vial_mg_per_ml=25
    ).differences
    assert "the vial's 25 mg/mL for the bag's strength" in one.slips


def test_the_tolerance_itself() -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1)
    assert check(made, 70.5, 52.5).agreed and check(made, 69.5, 52.2).agreed
    assert not check(made, 70.6, 52.5).agreed
    assert not check(made, 70, 52.6).agreed and not check(made, 70, 52.4).agreed
    assert TOLERANCE.source


@pytest.mark.parametrize("by", ["KS", "ks", " K.S. ", "k s", "", "..", "N1"])
def test_nobody_checks_their_own_numbers(by: str) -> None:
    with pytest.raises(DoseError) as refused:
        compare(
            plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1),
            entered_by=["KS", "n1"],
            checked_by=by,
            weight_kg=70,
            rate_ml_per_h=52.5,
        )
    assert refused.value.field == "second"


@pytest.mark.parametrize("number", [0, -70, float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1)
    for field, kg, rate in (("weight_kg", number, 52.5), ("rate_ml_per_h", 70, number)):
        with pytest.raises(DoseError) as refused:
            check(made, kg, rate)
        assert refused.value.field == field
