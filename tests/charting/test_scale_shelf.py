"""The shipped instruments against themselves: no rule names an item that is not there, no licence is stepped over."""

from __future__ import annotations

import pytest

from charting.scales.scale import Scale, ScaleError
from charting.scales.shelf import scale_called, shipped

EVERY = [pytest.param(scale, id=scale.id) for scale in shipped().values()]
RANGES = {
    "bdi2": (21, 63),
    "cadss": (23, 92),
    "cssrs_screener": (7, 7),
    "gad7": (7, 21),
    "hamd17": (17, 52),
    "madrs": (10, 60),
    "phq9": (9, 27),
    "post_session": (3, 3),
    "qids_sr16": (16, 27),
}
MAY_SHOW = {"gad7", "hamd17", "phq9", "post_session"}


def test_items_and_ranges_are_as_published() -> None:
    assert {one.id: (len(one.item), one.range[1]) for one in shipped().values()} == RANGES
    assert {one.range[0] for one in shipped().values()} == {0}


def test_text_is_shown_only_where_the_licence_says_so() -> None:
    assert {one.id for one in shipped().values() if one.text_may_ship} == MAY_SHOW
    for scale in shipped().values():
        words = [scale.instruction, *scale.anchors, *(item.text for item in scale.item)]
        words += [anchor for item in scale.item for anchor in item.anchors]
        assert scale.has_text == scale.text_may_ship
        assert any(words) == scale.text_may_ship
        assert scale.licence.endswith(".")


@pytest.mark.parametrize("scale", EVERY)
def test_rules_name_items_that_are_there(scale: Scale) -> None:
    ids = [item.id for item in scale.item]
    assert len(set(ids)) == len(ids)
    assert sorted(one for summand in scale.summands for one in summand) == sorted(ids)
    named = {one for flag in scale.flag for one in flag.items}
    named |= {one for p in scale.pattern for one in (*p.core, *p.counts_lower)}
    named |= {one for s in scale.subset for one in s.items}
    named |= {one for s in scale.skip for one in (s.item, *s.skips)}
    named |= {one for bands in scale.bands for step in bands.steps for one in step.any_of}
    assert named <= set(ids)


@pytest.mark.parametrize("scale", EVERY)
def test_words_are_one_for_each_answer(scale: Scale) -> None:
    for item in scale.item:
        assert item.lowest == 0 < item.highest
        assert len(scale.meanings(item.id)) in (0, item.highest + 1)
        assert bool(scale.meanings(item.id)) == scale.text_may_ship


@pytest.mark.parametrize("scale", EVERY)
def test_bands_rise_from_the_lowest_total(scale: Scale) -> None:
    for bands in scale.bands:
        assert bands.source
        if scale.summed:
            steps = [step.at_least for step in bands.steps]
            assert steps == sorted(set(steps))
            assert (steps[0], steps[-1] <= scale.range[1]) == (0, True)
            assert not any(step.any_of for step in bands.steps)
        else:
            assert [bool(step.any_of) for step in bands.steps] == [False, *[True] * (len(bands.steps) - 1)]


@pytest.mark.parametrize("scale", EVERY)
def test_every_rule_names_its_source(scale: Scale) -> None:
    rules = [scale, *scale.bands, *scale.remission, *scale.flag, *scale.pattern, *scale.subset]
    rules += [scale.response] if scale.response else []
    assert all(rule.source for rule in rules)
    assert scale.version


def test_codes_are_only_those_a_source_of_ours_gives() -> None:
    codes = {one.id: (one.loinc_total, one.loinc_panel) for one in shipped().values() if one.loinc_total}
    assert codes == {"phq9": ("44261-6", "44249-1")}


def test_the_zero_of_gad7_is_not_at_all() -> None:
    assert scale_called("gad7").meanings("1")[0] == "not at all"


def test_every_scale_that_asks_for_suicidality_flags_it() -> None:
    flagged = {one.id: one.flag[0].items for one in shipped().values() if one.flag}
    assert flagged == {
        "bdi2": ("9",),
        "cssrs_screener": ("4", "5", "6", "6b"),
        "hamd17": ("3",),
        "madrs": ("10",),
        "phq9": ("9",),
        "post_session": ("3",),
        "qids_sr16": ("12",),
    }


def test_a_scale_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ScaleError, match="no scale is called 'phq-9'; did you mean 'phq9'"):
        scale_called("phq-9")
    with pytest.raises(ScaleError, match="known: bdi2, cadss"):
        scale_called("\x1b[31mzzzz")
