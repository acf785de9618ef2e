"""Presets: what a file may change, what is refused and in which words."""

import tomllib

import pytest
from alarm_bench import STANDARD

from station.alarms.preset import (
    Preset,
    PresetError,
    digest,
    limits_for,
    load_preset,
    preset_names,
    preset_path,
    shipped_preset,
)


def terms(preset: Preset, condition: str) -> list[tuple[float, float]]:
    return [(term.limit, term.clear) for term in preset.row(condition).terms]


def test_shipped_presets_load_and_say_where_they_come_from() -> None:
    assert preset_names() == ("canmat-2021", "standard", "wan-2015")
    for name in preset_names():
        preset = shipped_preset(name)
        assert preset.name == name
        assert preset.version
        assert preset.source[:2] in ("S:", "M:", "J:")
    assert shipped_preset("standard").rows == STANDARD.rows
    wan = shipped_preset("wan-2015")
    assert terms(wan, "HR_HIGH") == [(110, 105)]
    assert terms(wan, "NIBP_HIGH") == [(180, 180), (100, 100), (150, 150)]
    assert terms(shipped_preset("canmat-2021"), "NIBP_HIGH")[:2] == [(160, 160), (100, 100)]


def test_limit_without_clear_keeps_the_deadband() -> None:
    assert terms(load_preset({"SPO2_LOW": {"limit": 88}}, "x"), "SPO2_LOW") == [(88, 90)]
    assert terms(load_preset({"SPO2_LOW": {"limit": 88, "clear": 89}}, "x"), "SPO2_LOW") == [(88, 89)]


def test_desaturation_clears_with_the_low_limit() -> None:
    row = load_preset({"SPO2_LOW": {"limit": 88, "clear_delay_s": 5}}, "x").row("SPO2_DESAT")
    assert (row.terms[0].clear, row.clear_delay_s) == (90, 5)


def test_zero_delay_asks_for_the_raw_comparison() -> None:
    row = load_preset({"SPO2_LOW": {"delay_s": 0, "clear": 90}}, "x").row("SPO2_LOW")
    assert (row.delay.seconds, row.delay.area, row.delay.cap_s, row.clear_delay_s) == (0, 0, None, 0)
    assert load_preset({"SPO2_LOW": {"delay_s": 0, "clear_delay_s": 3}}, "x").row("SPO2_LOW").clear_delay_s == 3
    assert load_preset({"NIBP_HIGH": {"delay_s": 0}}, "x").row("NIBP_HIGH").clear_readings == 1


def test_relative_percent_keeps_its_direction() -> None:
    for condition, percent in (("NIBP_HIGH", 25), ("NIBP_LOW", -25)):
        row = load_preset({condition: {"relative_percent": 25}}, "x").row(condition)
        assert [term.percent for term in row.terms][-1] == percent


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"SPO2_LO": {}}, "SPO2_LO is no condition; nearest is SPO2_LOW"),
        ({"spo2_low": {}}, "nearest is SPO2_LOW"),
        ({"SPO2_LOW": {"limt": 90}}, "limt is no key of a condition; nearest is limit"),
        ({"SPO2_LOW": {"limit_dia": 90}}, "SPO2_LOW: limit_dia does not apply here"),
        ({"NIBP_HIGH": {"limit_mean": 90}}, "limit_mean does not apply here"),
        ({"COMM_LOST": {"delay_s": 9}}, "delay_s does not apply here"),
        ({"SPO2_LOW": {"limit": "90"}}, "Expected `float | null`, got `str`"),
        ({"SPO2_LOW": {"priority": "urgent"}}, "Invalid enum value 'urgent'"),
        ({"SPO2_LOW": 90}, "got `int`"),
        ({"SPO2_LOW": {"limit": float("nan")}}, "is no number that can be used"),
        ({"SPO2_LOW": {"delay_s": -1}}, "is no number that can be used"),
        ({"SPO2_LOW": {"limit": 84}}, "≥ 85; beyond needs a clinic role, which this version does not have"),
        ({"HR_LOW": {"limit": 34}}, "≥ 35; beyond needs a clinic role"),
        ({"NIBP_HIGH": {"limit": 221}}, "≤ 220; beyond needs a clinic role"),
        ({"SPO2_LOW": {"limit": 90, "clear": 89}}, "clear 89 is on the wrong side of the limit 90"),
        ({"HR_HIGH": {"clear": 121}}, "clear 121 is on the wrong side of the limit 120"),
        ({"SPO2_LOW": {"delay_s": 21}}, "a high priority may wait at most 20 s"),
        ({"NIBP_LOW": {"relative_percent": 0}}, "is not between 0 and 100"),
    ],
)
def test_refused_in_one_sentence(data: dict[str, object], words: str) -> None:
    with pytest.raises(PresetError) as refusal:
        load_preset(data, "x")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("condition", "limit"), [("SPO2_LOW", 85), ("HR_LOW", 35), ("NIBP_HIGH", 220)], ids=str)
def test_the_wall_itself_is_allowed(condition: str, limit: float) -> None:
    assert terms(load_preset({condition: {"limit": limit}}, "x"), condition)[0][0] == limit


def test_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(PresetError, match="nearest is standard"):
        preset_path("standart")
    assert tomllib.loads(preset_path("standard").read_text("utf-8"))["name"] == "standard"


def test_digest_tells_presets_apart() -> None:
    same = load_preset({"SPO2_LOW": {"limit": 90}}, "standard")
    assert digest(same) == digest(STANDARD)
    assert len({digest(load_preset({"SPO2_LOW": {"limit": limit}}, "standard")) for limit in (88, 89, 90)}) == 3


def test_limits_for_the_screen() -> None:
    assert limits_for(STANDARD, "SPO2") == (90, None, False)
    assert limits_for(STANDARD, "HR") == limits_for(STANDARD, "PULSE_RATE") == (50, 120, False)
    assert limits_for(STANDARD, "NIBP_SYS") == (90, 180, False)
    assert limits_for(STANDARD, "NIBP_DIA") == (None, 110, False)
    assert limits_for(STANDARD, "NIBP_MEAN") == (60, None, False)
    assert limits_for(STANDARD, "TEMP") == (None, None, False)
    assert limits_for(load_preset({"HR_HIGH": {"enabled": False}}, "x"), "HR") == (50, None, True)


def test_a_delay_of_zero_is_the_raw_comparison_without_a_deadband() -> None:
    row = load_preset({"SPO2_LOW": {"limit": 88, "delay_s": 0}}, "raw").row("SPO2_LOW")
    assert (row.terms[0].limit, row.terms[0].clear, row.clear_delay_s) == (88, 88, 0)
    kept = load_preset({"SPO2_LOW": {"limit": 88, "delay_s": 0, "clear": 91, "clear_delay_s": 5}}, "kept").row(
        "SPO2_LOW"
    )
    assert (kept.terms[0].clear, kept.clear_delay_s) == (91, 5)
