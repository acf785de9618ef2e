"""Scoring: the vectors of the sources, and what must hold for any answers to any scale."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from charting.scales.scale import Scale, ScaleError
from charting.scales.scoring import Asked, Score, score, score_total
from charting.scales.shelf import shipped

PHQ9, GAD7, HAMD, MADRS = (shipped()[one] for one in ("phq9", "gad7", "hamd17", "madrs"))
QIDS, CADSS, CSSRS = (shipped()[one] for one in ("qids_sr16", "cadss", "cssrs_screener"))
EVERY = list(shipped().values())
SUMMED = [one for one in EVERY if one.summed]
NEITHER, OTHER, MAJOR = (level.words for level in PHQ9.pattern[0].levels)


def full(scale: Scale, *answers: int) -> dict[str, int]:
    return dict(zip(scale.items, answers, strict=True))


def flag(scored: Score) -> Asked:
    return scored.flags[0].state


@st.composite
def answered(draw: st.DrawFn, scales: list[Scale]) -> tuple[Scale, dict[str, int]]:
    """A scale with an answer to every item."""
    scale = draw(st.sampled_from(scales))
    return scale, {one: draw(st.integers(i.lowest, i.highest)) for one, i in scale.items.items()}


@st.composite
def partly(draw: st.DrawFn, scales: list[Scale]) -> tuple[Scale, dict[str, int | None]]:
    """A scale with some answers, the others None or absent."""
    scale, answers = draw(answered(scales))
    states = {one: draw(st.sampled_from(("given", "none", "absent"))) for one in answers}
    kept = {one: (a if states[one] == "given" else None) for one, a in answers.items() if states[one] != "absent"}
    return scale, kept


# --- the vectors of reference_data.md 7 ---


@pytest.mark.parametrize(
    ("answers", "total", "band", "pattern"),
    [
        ((3, 3, 3, 3, 3, 3, 3, 3, 3), 27, "severe", MAJOR),
        ((2, 2, 1, 1, 1, 1, 1, 1, 0), 10, "moderate", OTHER),
        ((0, 0, 3, 3, 3, 3, 3, 3, 3), 21, "severe", NEITHER),
        ((2, 0, 2, 2, 2, 0, 0, 0, 1), 9, "mild", MAJOR),
        ((0, 0, 0, 0, 0, 0, 0, 0, 0), 0, "none or minimal", NEITHER),
        ((2, 0, 0, 0, 0, 0, 0, 0, 0), 2, "none or minimal", NEITHER),
        ((2, 0, 0, 0, 0, 0, 0, 0, 1), 3, "none or minimal", OTHER),
        ((0, 2, 2, 2, 0, 0, 0, 0, 0), 6, "mild", OTHER),
    ],
)
def test_phq9(answers: tuple[int, ...], total: int, band: str, pattern: str) -> None:
    scored = score(PHQ9, full(PHQ9, *answers))
    assert (scored.total, scored.band, scored.patterns[0].words) == (total, band, pattern)
    assert (scored.valid, scored.missing, scored.band_set) == (True, (), "kroenke-2001")
    assert flag(scored) is (Asked.YES if answers[8] else Asked.NO)


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        ((3,) * 16, 27, "very severe"),
        ((0, 1, 3, 2, 2, 1, 0, 2, 0, 1, 1, 1, 1, 1, 0, 3), 15, "moderate"),
        ((0,) * 16, 0, "none"),
    ],
)
def test_qids(answers: tuple[int, ...], total: int, band: str) -> None:
    scored = score(QIDS, full(QIDS, *answers))
    assert (scored.total, scored.band) == (total, band)


BANDS = {
    ("phq9", ""): {4: "none or minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "moderately severe",
                   19: "moderately severe", 20: "severe"},
    ("gad7", ""): {4: "none or minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe"},
    ("qids_sr16", ""): {5: "none", 6: "mild", 10: "mild", 11: "moderate", 15: "moderate", 16: "severe", 20: "severe",
                        21: "very severe"},
    ("madrs", ""): {6: "none", 7: "mild", 19: "mild", 20: "moderate", 34: "moderate", 35: "severe", 60: "severe"},
    ("madrs", "snaith-1986"): {31: "moderate", 34: "moderate", 35: "severe"},
    ("madrs", "mueller-2003"): {30: "moderate", 31: "severe"},
    ("madrs", "12-24-35"): {11: "none", 12: "mild", 23: "mild", 24: "moderate", 34: "moderate", 35: "severe"},
    ("hamd17", ""): {7: "none", 8: "mild", 13: "mild", 14: "moderate", 19: "moderate", 20: "severe", 26: "very severe"},
    ("hamd17", "zimmerman-2013"): {7: "none", 8: "mild", 16: "mild", 17: "moderate", 23: "moderate", 24: "severe"},
    ("hamd17", "handbook"): {7: "none", 13: "mild", 14: "moderate", 18: "moderate", 19: "severe", 23: "very severe"},
    ("bdi2", ""): {13: "minimal", 14: "mild", 19: "mild", 20: "moderate", 28: "moderate", 29: "severe", 63: "severe"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "bands", "total", "words"),
    [(scale, bands, total, words) for (scale, bands), steps in BANDS.items() for total, words in steps.items()],
)
def test_bands_at_their_edges(scale: str, bands: str, total: int, words: str) -> None:
    scored = score_total(shipped()[scale], total, bands)
    assert scored.band == words
    assert scored.band_set == (bands or shipped()[scale].bands[0].id)


def test_cadss_and_its_six() -> None:
    scored = score(CADSS, full(CADSS, *(4,) * 23))
    assert (scored.total, scored.band, scored.band_set) == (92, None, None)
    assert scored.subtotals[0].total == 24
    six = score(CADSS, {"1": 1, "2": 2, "6": 0, "7": 4, "15": 3, "22": 1})
    assert (six.total, six.subtotals[0].total) == (None, 11)
    assert score(CADSS, {"1": 1, "2": 2, "6": 0, "7": 4, "15": 3}).subtotals[0].total is None


NO = {"1": 0, "2": 0, "6": 0}


@pytest.mark.parametrize(
    ("answers", "level", "suicide"),
    [
        (NO, "none told", Asked.NO),
        (NO | {"1": 1}, "low", Asked.NO),
        ({"1": 1, "2": 1, "3": 0, "4": 0, "5": 0, "6": 0}, "low", Asked.NO),
        ({"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}, "moderate", Asked.NO),
        ({"1": 1, "2": 1, "3": 1, "4": 1, "5": 0, "6": 0}, "high", Asked.YES),
        ({"1": 1, "2": 1, "3": 0, "4": 0, "5": 1, "6": 0}, "high", Asked.YES),
        (NO | {"6": 1, "6b": 0}, "moderate", Asked.YES),
        (NO | {"6": 1, "6b": 1}, "high", Asked.YES),
        (NO | {"6": 1}, None, Asked.YES),  # when is not known: moderate or high
        ({"1": 0, "2": 0}, None, Asked.NOT_ASKED),
        ({"5": 1}, "high", Asked.YES),  # nothing that is missing could change it
        ({"3": 1}, None, Asked.NOT_ASKED),
        ({}, None, Asked.NOT_ASKED),
    ],
)
def test_the_columbia_screener(answers: dict[str, int], level: str | None, suicide: Asked) -> None:
    scored = score(CSSRS, answers)
    assert (scored.band, scored.valid, flag(scored), scored.total) == (level, level is not None, suicide, None)
    assert scored.band_set == ("columbia-triage" if level else None)


def test_what_the_skip_rule_leaves_out_is_neither_answered_nor_missing() -> None:
    scored = score(CSSRS, NO)
    assert (scored.answered, scored.skipped, scored.missing) == (("1", "2", "6"), ("3", "4", "5", "6b"), ())
    assert score(CSSRS, {"1": 0, "6": 0}).missing == ("2", "3", "4", "5")


def test_a_yes_behind_a_skip_is_kept_and_asked_about() -> None:
    scored = score(CSSRS, NO | {"4": 1})
    assert (flag(scored), scored.band, scored.valid) == (Asked.YES, "high", False)
    assert scored.contradictions == ("item 4 is answered 1, though item 2 is answered 0; look at both",)
    assert score(CSSRS, NO | {"4": 0}).contradictions == ()


def test_a_pattern_is_said_as_soon_as_it_is_certain() -> None:
    assert score(PHQ9, {"1": 0, "2": 0}).patterns[0].words == NEITHER
    assert score(PHQ9, {"1": 2, "3": 2, "4": 2, "5": 2, "9": 1}).patterns[0].words == MAJOR
    assert score(PHQ9, {"1": 2, "3": 2, "4": 2, "5": 2}).patterns[0].words is None


def test_a_typed_total_says_nothing_of_flags() -> None:
    for total in (0, 27):
        scored = score_total(PHQ9, total)
        assert (scored.total, scored.by_item, scored.valid, flag(scored)) == (total, False, True, Asked.NOT_ASKED)
        assert scored.patterns == ()


@pytest.mark.parametrize("total", [-1, 28, True, 9.5])
def test_a_total_outside_its_range_is_refused(total: int) -> None:
    with pytest.raises(ScaleError, match="a total of PHQ-9 is a whole number from 0 to 27"):
        score_total(PHQ9, total)


def test_a_scale_without_total_takes_none() -> None:
    with pytest.raises(ScaleError, match="C-SSRS screener has no total; enter its answers"):
        score_total(CSSRS, 1)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"1": 4}, "item 1 of PHQ-9 takes 0 to 3, not 4"),
        ({"1": -1}, "item 1 of PHQ-9 takes 0 to 3, not -1"),
        ({"1": True}, "item 1 of PHQ-9 takes 0 to 3, not True"),
        ({"1": 1.5}, "item 1 of PHQ-9 takes 0 to 3, not 1.5"),
        ({"10": 1}, "PHQ-9 has no item '10'"),
    ],
)
def test_answers_that_cannot_be_are_refused(answers: dict[str, int], sentence: str) -> None:
    with pytest.raises(ScaleError, match=sentence):
        score(PHQ9, answers)


def test_a_band_set_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ScaleError, match="'kroenke-2001' is no band set of this scale; there is: snaith-1986"):
        score_total(MADRS, 20, "kroenke-2001")


# --- what holds for any answers ---


@given(answered([one for one in SUMMED if not one.domains]))
def test_the_total_is_the_sum(drawn: tuple[Scale, dict[str, int]]) -> None:
    scale, answers = drawn
    assert score(scale, answers).total == sum(answers.values())


@given(st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_qids_by_another_way(a: list[int]) -> None:
    sleep, appetite = sorted(a[0:4])[-1], sorted(a[5:9])[-1]
    slowed = a[14] if a[14] > a[15] else a[15]
    expected = sleep + a[4] + appetite + a[9] + a[10] + a[11] + a[12] + a[13] + slowed
    assert score(QIDS, full(QIDS, *a)).total == expected


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_the_phq9_pattern_by_another_way(a: list[int]) -> None:
    count = sum(1 for one in a[:8] if one >= 2) + (1 if a[8] >= 1 else 0)
    core = a[0] >= 2 or a[1] >= 2
    expected = MAJOR if core and count >= 5 else OTHER if core and count >= 2 else NEITHER
    assert score(PHQ9, full(PHQ9, *a)).patterns[0].words == expected


@given(answered(SUMMED), st.data())
def test_any_missing_answer_gives_no_total(drawn: tuple[Scale, dict[str, int]], data: st.DataObject) -> None:
    scale, answers = drawn
    gone = data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1))
    scored = score(scale, {one: a for one, a in answers.items() if one not in gone})
    assert (scored.total, scored.band, scored.band_set, scored.valid) == (None, None, None, False)
    assert set(scored.missing) == gone


@given(partly(EVERY))
def test_a_flag_is_never_lost_and_never_invented(drawn: tuple[Scale, dict[str, int | None]]) -> None:
    scale, answers = drawn
    scored = score(scale, answers)
    for rule, found in zip(scale.flag, scored.flags, strict=True):
        given_ = [answers.get(one) for one in rule.items]
        raised = any(one is not None and one >= rule.at_least for one in given_)
        assert (found.state is Asked.YES) == raised
        open_ = {one for one in rule.items if answers.get(one) is None} - set(scored.skipped)
        assert (found.state is Asked.NO) == (not raised and not open_)


@given(partly(EVERY), st.randoms(use_true_random=False))
def test_the_order_of_answering_does_not_matter(
    drawn: tuple[Scale, dict[str, int | None]], shuffled: random.Random
) -> None:
    scale, answers = drawn
    order = list(answers)
    shuffled.shuffle(order)
    assert score(scale, {one: answers[one] for one in order}) == score(scale, answers)


@given(partly(EVERY))
def test_every_item_is_answered_skipped_or_missing(drawn: tuple[Scale, dict[str, int | None]]) -> None:
    scale, answers = drawn
    scored = score(scale, answers)
    assert sorted([*scored.answered, *scored.skipped, *scored.missing]) == sorted(scale.items)
    assert set(scored.answered) == {one for one, a in answers.items() if a is not None}


@given(answered([PHQ9, CSSRS]), st.data())
def test_what_is_said_early_is_what_the_full_answers_say(
    drawn: tuple[Scale, dict[str, int]], data: st.DataObject
) -> None:
    scale, answers = drawn
    kept = data.draw(st.sets(st.sampled_from(sorted(answers))))
    early, late = score(scale, {one: a for one, a in answers.items() if one in kept}), score(scale, answers)
    assert not scale.pattern or early.patterns[0].words in (None, late.patterns[0].words)
    if not scale.summed and not late.contradictions:
        assert early.band in (None, late.band)


@given(answered(SUMMED))
def test_items_and_total_agree(drawn: tuple[Scale, dict[str, int]]) -> None:
    scale, answers = drawn
    by_item = score(scale, answers)
    assert by_item.total is not None
    assert score_total(scale, by_item.total).band == by_item.band
