"""Response and remission: exactly half counts, and nothing is said without a baseline that can be compared."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, strategies as st

from charting.scales.change import Change, Checkpoint, change
from charting.scales.scale import ScaleError
from charting.scales.scoring import Score, score, score_total
from charting.scales.shelf import shipped

MADRS, PHQ9, CADSS, CSSRS, GAD7 = (shipped()[one] for one in ("madrs", "phq9", "cadss", "cssrs_screener", "gad7"))
AT = Checkpoint.AFTER_THREE


def madrs(baseline: int, now: int, remission: str = "") -> Change:
    return change(MADRS, score_total(MADRS, baseline), score_total(MADRS, now), AT, remission)


@pytest.mark.parametrize(
    ("baseline", "now", "response"),
    [(40, 20, True), (40, 21, False), (33, 17, False), (33, 16, True), (40, 0, True), (20, 25, False)],
)
def test_half_of_the_baseline_is_response(baseline: int, now: int, response: bool) -> None:
    assert madrs(baseline, now).response is response


@pytest.mark.parametrize(
    ("line", "at_most"),
    [("", 9), ("below-10", 9), ("below-9", 8), ("at-most-10", 10), ("at-most-11", 11), ("at-most-4", 4)],
)
def test_remission_says_which_line_was_used(line: str, at_most: int) -> None:
    reached, above = madrs(40, at_most, line), madrs(40, at_most + 1, line)
    assert (reached.remission, above.remission) == (True, False)
    assert reached.remission_line == above.remission_line == (line or "below-10")


@pytest.mark.parametrize(("scale", "at_most"), [("phq9", 4), ("hamd17", 7), ("qids_sr16", 5)])
def test_remission_of_the_other_scales(scale: str, at_most: int) -> None:
    one = shipped()[scale]
    reached, above = (change(one, score_total(one, 20), score_total(one, n), AT) for n in (at_most, at_most + 1))
    assert (reached.remission, above.remission) == (True, False)


def test_the_numbers_are_told() -> None:
    found = madrs(32, 12)
    assert (found.baseline, found.total, found.fall_percent, found.checkpoint) == (32, 12, 62.5, "after three")
    assert (found.scale, found.version, found.why_not) == ("madrs", "1979", "")
    assert madrs(20, 25).fall_percent == -25


def test_a_scale_without_a_rule_says_neither_yes_nor_no() -> None:
    found = change(CADSS, score_total(CADSS, 10), score_total(CADSS, 2), AT)
    assert (found.response, found.remission, found.why_not) == (None, None, "")
    anxious = change(GAD7, score_total(GAD7, 10), score_total(GAD7, 2), AT)
    assert (anxious.response, anxious.remission) == (True, None)


OTHER_VERSION = msgspec.structs.replace(score_total(MADRS, 40), version="MADRS-S")


@pytest.mark.parametrize(
    ("baseline", "now", "why"),
    [
        (None, score_total(MADRS, 9), "no baseline of MADRS is recorded"),
        (score_total(MADRS, 0), score_total(MADRS, 0), "the baseline of MADRS is 0, nothing can fall from it"),
        (score_total(PHQ9, 20), score_total(MADRS, 9), "different scales or versions"),
        (OTHER_VERSION, score_total(MADRS, 9), "madrs 1979 and madrs MADRS-S"),
        (score_total(MADRS, 40), OTHER_VERSION, "different scales or versions"),
        (score(MADRS, {"1": 6}), score_total(MADRS, 9), "the baseline of MADRS has no total"),
        (score_total(MADRS, 40), score(MADRS, {str(n): 0 for n in range(1, 10)}), "no total: item 10 not answered"),
    ],
)
def test_what_cannot_be_compared_says_why(baseline: Score | None, now: Score, why: str) -> None:
    found = change(MADRS, baseline, now, AT)
    assert why in found.why_not
    assert (found.response, found.remission, found.fall_percent) == (None, None, None)


def test_a_level_is_no_total() -> None:
    answers = {"1": 0, "2": 0, "6": 0}
    assert "has no total" in change(CSSRS, score(CSSRS, answers), score(CSSRS, answers), AT).why_not


def test_a_line_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ScaleError, match="'below-7' is no remission line of this scale; there is: below-10"):
        madrs(40, 5, "below-7")


def test_a_checkpoint_is_a_name() -> None:
    assert [str(one) for one in Checkpoint] == ["24 h after the first", "after three", "end of the series"]
    assert change(MADRS, None, score_total(MADRS, 9), "week\x1b 2").checkpoint == "week 2"


@given(st.integers(1, 60), st.integers(0, 60))
def test_response_is_exact(baseline: int, now: int) -> None:
    assert madrs(baseline, now).response is (2 * now <= baseline)
