"""Numbers as people read them: never rounded upwards, never exact in looks only."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from charting.figures import computed, exact, floored, said

POSITIVE = st.floats(1e-9, 1e9)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (35.0, "35"), (0.0, "0"), (52.5, "52.5"), (100.0, "100"), (30.9375, "30.9375"), (0.1 * 3, "0.3"),
        (400 / 11, "36.3636..."), (2 / 3, "0.6666..."), (200 / 3, "66.6666..."), (0.0125, "0.0125"),
        (1 / 600, "0.001666..."), (999999.99999, "999999.9999..."), (-2.5, "-2.5"), (1e20, "1e+20"),
    ],
)  # fmt: skip
def test_computed_numbers(value: float, text: str) -> None:
    assert computed(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_has_a_word(value: float) -> None:
    assert said(value) == computed(value) == f"{value}"


@given(POSITIVE)
def test_what_is_shown_is_not_above_the_value_and_says_when_it_is_below(value: float) -> None:
    value = exact(float(f"{value:.12g}"))
    text = computed(value)
    shown = Fraction(text.removesuffix("..."))
    whole = Fraction(said(value))
    assert shown <= whole
    assert text.endswith("...") == (shown < whole)
    assert whole - shown < Fraction(1, 10**4)
    assert "e" not in text


@given(st.integers(1, 10**12), st.integers(0, 6))
def test_what_was_typed_is_repeated(digits: int, decimals: int) -> None:
    typed = Fraction(digits, 10**decimals)
    assert Fraction(said(float(typed))) == typed


@given(st.integers(0, 10**9), st.sampled_from([0.1, 0.01, 1.0, 0.5]))
def test_a_step_is_never_passed_upwards(thousandths: int, step: float) -> None:
    value, unit = Fraction(thousandths, 1000), Fraction(str(step))
    down = Fraction(str(floored(float(value), step)))
    assert down == value // unit * unit
