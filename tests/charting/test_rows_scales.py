"""The rows of clinical.md 1.9 and 2 that name a scale, against clinical.md and reference_data.md 7: one test a row."""

from __future__ import annotations

import pytest

from charting.scales.change import change
from charting.scales.scoring import Asked, score, score_total, skipped_by
from charting.scales.shelf import shipped

EVERY = shipped()


def numbered(*answers: int) -> dict[str, int]:
    return {str(n): answer for n, answer in enumerate(answers, 1)}


def full(scale: str, answer: int = 0) -> dict[str, int]:
    return dict.fromkeys(EVERY[scale].items, answer)


@pytest.mark.parametrize(
    ("answers", "total", "band", "pattern"),
    [
        ((3,) * 9, 27, "severe", "pattern of major depressive syndrome"),
        ((2, 2, 1, 1, 1, 1, 1, 1, 0), 10, "moderate", "pattern of other depressive syndrome"),
        ((0, 0, 3, 3, 3, 3, 3, 3, 3), 21, "severe", "neither pattern"),
        ((2, 0, 2, 2, 2, 0, 0, 0, 1), 9, "mild", "pattern of major depressive syndrome"),
    ],
)
def test_row_phq9_vectors_of_the_reference(answers: tuple[int, ...], total: int, band: str, pattern: str) -> None:
    made = score(EVERY["phq9"], numbered(*answers))
    assert (made.total, made.band, made.patterns[0].words) == (total, band, pattern)


def test_row_qids_is_nine_domains_and_no_plain_sum() -> None:
    answers = numbered(0, 1, 3, 2, 2, 1, 0, 2, 0, 1, 1, 1, 1, 1, 0, 3)
    assert sum(answers.values()) == 19
    made = score(EVERY["qids_sr16"], answers)
    assert (made.total, made.band) == (15, "moderate")
    assert score(EVERY["qids_sr16"], full("qids_sr16", 3)).total == 27


@pytest.mark.parametrize(
    ("scale", "edges"),
    [
        ("phq9", {0: "none or minimal", 5: "mild", 10: "moderate", 15: "moderately severe", 20: "severe"}),
        ("gad7", {5: "mild", 10: "moderate", 15: "severe"}),
        ("madrs", {0: "none", 7: "mild", 20: "moderate", 35: "severe"}),
        ("qids_sr16", {0: "none", 6: "mild", 11: "moderate", 16: "severe", 21: "very severe"}),
        ("bdi2", {0: "minimal", 14: "mild", 20: "moderate", 29: "severe"}),
    ],
)
def test_row_bands_begin_where_the_source_says_and_name_their_set(scale: str, edges: dict[int, str]) -> None:
    one = EVERY[scale]
    for least, words in edges.items():
        made = score_total(one, least)
        assert (made.band, made.band_set) == (words, one.bands[0].id)
        if least:
            assert score_total(one, least - 1).band != words


def test_row_madrs_is_scored_and_its_contested_bands_are_the_clinics_choice() -> None:
    madrs = EVERY["madrs"]
    assert (len(madrs.item), madrs.range, madrs.has_text) == (10, (0, 60), False)
    words = {one.id: score_total(madrs, 31, one.id).band for one in madrs.bands}
    assert words == {"snaith-1986": "moderate", "mueller-2003": "severe", "12-24-35": "moderate"}
    lines = {one.id: one.at_most for one in madrs.remission}
    assert {lines["below-10"], lines["below-9"], lines["at-most-10"], lines["at-most-11"]} == {9, 8, 10, 11}


def test_row_bdi_hamd_and_cadss_have_their_items_and_ranges() -> None:
    sizes = {id: (len(EVERY[id].item), EVERY[id].range) for id in ("bdi2", "hamd17", "cadss")}
    assert sizes == {"bdi2": (21, (0, 63)), "hamd17": (17, (0, 52)), "cadss": (23, (0, 92))}
    six = next(one for one in EVERY["cadss"].subset)
    assert six.items == ("1", "2", "6", "7", "15", "22")
    assert EVERY["cadss"].bands == ()  # there is no standard cut-off: none is invented
    assert score_total(EVERY["cadss"], 40).band is None


@pytest.mark.parametrize(
    ("scale", "items"),
    [
        ("madrs", ("10",)),
        ("qids_sr16", ("12",)),
        ("bdi2", ("9",)),
        ("hamd17", ("3",)),
        ("phq9", ("9",)),
        ("cssrs_screener", ("4", "5", "6")),
        ("post_session", ("3",)),
    ],
)
def test_row_the_suicide_item_of_every_instrument_flags_alone_and_is_never_no_unasked(
    scale: str, items: tuple[str, ...]
) -> None:
    one = EVERY[scale]
    for item in items:
        assert score(one, {item: 1}).flags[0].state is Asked.YES  # all the others unanswered
        asked = full(scale) | ({"6b": 0} if scale == "cssrs_screener" else {})
        assert score(one, asked).flags[0].state is Asked.NO
        asked.pop(item)
        if item not in skipped_by(one, asked):
            assert score(one, asked).flags[0].state is Asked.NOT_ASKED
    if one.summed:
        assert score_total(one, one.range[0]).flags[0].state is Asked.NOT_ASKED  # a total asks nothing


@pytest.mark.parametrize("scale", sorted(EVERY))
def test_row_an_unanswered_item_is_never_zero(scale: str) -> None:
    one = EVERY[scale]
    for item in one.items:
        if any(item in rule.skips for rule in one.skip):
            continue
        answers = full(scale)
        answers.pop(item)
        made = score(one, answers)
        assert made.total is None and item in made.missing


def test_row_the_columbia_screener_skips_by_rule_and_takes_the_highest_yes() -> None:
    screener = EVERY["cssrs_screener"]
    assert skipped_by(screener, {"1": 0, "2": 0}) == ("3", "4", "5")
    assert skipped_by(screener, {"1": 0, "2": 1, "6": 0}) == ("6b",)
    none = {"1": 0, "2": 0, "6": 0}
    levels = {
        "none told": none,
        "low": none | {"1": 1},
        "moderate": {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0},
        "high": {"1": 1, "2": 1, "3": 0, "4": 1, "5": 0, "6": 0},
    }
    for level, answers in levels.items():
        made = score(screener, answers)
        assert (made.band, made.total, made.valid) == (level, None, True)
    assert score(screener, none | {"6": 1, "6b": 0}).band == "moderate"  # behaviour long ago
    assert score(screener, none | {"6": 1, "6b": 1}).band == "high"  # within three months


def test_row_response_and_remission_need_the_same_scale_and_a_baseline_above_zero() -> None:
    madrs = EVERY["madrs"]
    made = change(madrs, score_total(madrs, 30), score_total(madrs, 15), "")
    assert (made.response, made.remission) == (True, False)
    assert change(madrs, score_total(madrs, 30), score_total(madrs, 9), "").remission is True
    assert change(madrs, score_total(madrs, 0), score_total(madrs, 0), "").why_not
    assert change(madrs, score_total(EVERY["phq9"], 20), score_total(madrs, 9), "").why_not
