"""Doubts: what is asked about at which number, and that ordinary numbers are asked nothing."""

from __future__ import annotations

import msgspec
import pytest

from charting.bands import IV, Bands, Level, Limit
from charting.dose import plan, plan_of_rate
from charting.doubts import (
    MIXED,
    PLAN,
    RATE,
    WEIGHT,
    Mixed,
    Rated,
    Weighed,
    raised,
    tables,
)
from charting.doubts_session import LEAVE, START, WASTE, Leaving


def ids(asked: list[object]) -> list[str]:
    return [one.id for one in asked]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kg", "last", "expected"),
    [
        (70, None, []),
        (150, None, []),
        (154, None, ["weight_lb"]),
        (70, 70, []),
        (84, 70, []),
        (85, 70, ["weight_changed"]),
        (56, 70, []),
        (55, 70, ["weight_changed"]),
        (139, 70, ["weight_changed"]),
        (140, 70, ["weight_lb"]),
        (154, 70, ["weight_lb"]),
        (168, 70, ["weight_lb"]),
        (169, 70, ["weight_changed"]),
    ],
)
def test_weights(kg: float, last: float | None, expected: list[str]) -> None:
    assert ids(raised(WEIGHT, Weighed(kg, last, "2026-11-01"))) == expected


def test_pounds_are_told_in_kilograms_beside_the_last_weight() -> None:
    (asked,) = raised(WEIGHT, Weighed(154, 70, "2026-11-01"))
    assert asked.sentence == ("is that pounds? 154 lb are 70 kg; the last weight was 70 kg (2026-11-01). Is it 154 kg?")
    assert (asked.field, asked.why) == ("weight_kg", False)
    (asked,) = raised(WEIGHT, Weighed(50, 70, "2026-11-01"))
    assert asked.sentence == "29% less than the last weight, 70 kg (2026-11-01). Is it 50 kg?"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"mg_per_kg": 0.75}, []),
        ({"mg_per_kg": 0.8}, ["dose_above_usual"]),
        ({"mg_per_kg": 1.0}, ["dose_above_usual"]),
        ({"mg_per_kg": 1.01}, ["dose_high"]),
        ({"mg_per_kg": 0.1}, []),
        ({"mg_per_kg": 0.09}, ["dose_low"]),
        ({"minutes": 30}, []),
        ({"minutes": 29}, ["fast"]),
        ({"mg_per_ml": 10}, ["vial_strength"]),
        ({"mg_per_ml": 50}, ["vial_strength"]),
        ({"mg_per_ml": 100}, ["vial_strength", "pump_rate"]),  # 0.525 mL/h
        ({"mg_per_ml": 0.1}, ["pump_rate"]),  # 525 mL/h
        ({"mg_per_ml": 5}, []),
        ({"mg_per_kg": 1.5}, ["dose_high"]),
        ({"mg_per_kg": 1.51}, ["dose_stop"]),
        ({"minutes": 1, "mg_per_ml": 8}, ["fast"]),
        ({"minutes": 0.99, "mg_per_ml": 8}, ["fast", "under_label_time"]),
        ({"mg_per_kg": 5, "minutes": 5, "mg_per_ml": 10}, ["dose_stop", "fast", "vial_strength", "pump_rate"]),
    ],
)
def test_plans(changed: dict[str, float], expected: list[str]) -> None:
    made = plan(**{"weight_kg": 70, "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 1.0, **changed})
    asked = raised(PLAN, made)
    assert ids(asked) == expected
    assert all(one.sentence.endswith("?") and len(one.sentence) < 120 for one in asked)
    assert {one.id for one in asked if one.why} <= {"dose_high", "dose_stop", "under_label_time"}


@pytest.mark.parametrize(("rate", "planned", "expected"), [(78.75, 52.5, 0), (79, 52.5, 1), (900, None, 0), (1, 5, 0)])
def test_rates(rate: float, planned: float | None, expected: int) -> None:
    assert len(raised(RATE, Rated(rate, planned))) == expected


def test_every_doubt_has_an_id_of_its_own() -> None:
    every = [doubt.id for table in (WEIGHT, PLAN, START, RATE, LEAVE, WASTE) for doubt in table]
    assert len(set(every)) == len(every)


def test_leaving_asks_for_what_is_not_charted_and_for_what_stands() -> None:
    assert raised(LEAVE, Leaving(False, ())) == []
    unseen, stand = raised(LEAVE, Leaving(True, ("NIBP high 182/112", "HR high 121")))
    assert unseen.sentence == "vital signs before discharge are not charted since the stop. End all the same?"
    assert stand.sentence == "2 alarms stand: NIBP high 182/112, HR high 121. End all the same?"
    assert raised(LEAVE, Leaving(False, ("HR low 44",)))[0].sentence.startswith("1 alarm stands: HR low 44.")


def mgs(mg_per_kg: float, bands: Bands = IV) -> list[tuple[str, Level]]:
    made = plan(weight_kg=70, mg_per_kg=mg_per_kg, minutes=40, mg_per_ml=1)
    return [(one.id, one.level) for one in raised(tables(bands).plan, made)]


def test_a_stronger_dose_takes_more_to_go_on() -> None:
    assert mgs(0.5) == []
    assert mgs(0.8) == [("dose_above_usual", Level.NOTE)]
    assert mgs(1.2) == [("dose_high", Level.SECOND)]
    assert mgs(1.6) == [("dose_stop", Level.STOP)]


def test_a_protocol_brings_its_own_bands() -> None:
    own = msgspec.structs.replace(
        IV,
        name="clinic",
        version="3",
        usual=Limit((0.4, 0.5), "mg/kg", "the clinic"),
        reason=Limit((0.6,), "mg/kg", "the clinic", "more than\x1b[31m here"),
        stop=None,
        shortest_min=None,  # a bolus
    )
    found = [mgs(mg, own) for mg in (0.5, 0.55, 0.61, 1.01, 5)]
    assert found == [
        [],
        [("dose_above_usual", Level.NOTE)],
        [("dose_reason", Level.REASON)],
        [("dose_high", Level.SECOND)],
        [("dose_high", Level.SECOND), ("pump_rate", Level.NOTE)],
    ]
    bolus = plan(weight_kg=70, mg_per_kg=0.61, minutes=2, mg_per_ml=5)
    (asked,) = raised(tables(own).plan, bolus)
    assert asked.sentence == "0.61 mg/kg is above 0.6 mg/kg, more than[31m here. Is that meant?"
    assert (asked.version, asked.limit) == ("clinic 3", own.reason)


def test_every_question_about_a_plan_names_its_limit_and_source() -> None:
    rows = [*PLAN, *RATE, *MIXED]
    assert all(row.limit is None or (row.limit.source and row.limit.unit and row.limit.values) for row in rows)
    assert [row.id for row in rows if row.limit is None] == ["dose_reason"]
    assert all(row.version == "intravenous 2026-11" for row in rows)


def test_dose_limits_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match=r"do not rise: 0.1, 0.5, 0.75, 1, 0.9 mg/kg"):
        msgspec.structs.replace(IV, stop=Limit((0.9,), "mg/kg", "slip"))
    with pytest.raises(ValueError, match="do not rise"):
        msgspec.structs.replace(IV, studied=Limit((0.6,), "mg/kg", "slip"))


@pytest.mark.parametrize(
    ("values", "unit", "source", "wrong"),
    [
        ((), "mL/h", "clinic", "needs numbers"),
        ((float("nan"),), "mL/h", "clinic", "needs numbers"),
        ((300.0, 1.0), "mL/h", "clinic", "do not rise: 300, 1"),
        ((1.0,), "", "clinic", "needs a unit and a source"),
        ((1.0,), "mL/h", "\u202e ", "needs a unit and a source"),
    ],
)
def test_a_limit_without_its_source_is_refused(values: tuple[float, ...], unit: str, source: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Limit(values, unit, source)


def test_bands_can_come_from_a_file() -> None:
    told = msgspec.to_builtins(IV)
    assert msgspec.convert(told, Bands) == IV
    with pytest.raises(msgspec.ValidationError, match="unknown field `studdied`"):
        msgspec.convert(told | {"studdied": None}, Bands)
    with pytest.raises(msgspec.ValidationError, match="needs a unit and a source"):
        msgspec.convert(told | {"stop": {"values": [2], "unit": "mg/kg", "source": ""}}, Bands)


@pytest.mark.parametrize(
    ("mg_per_ml", "vial", "expected"),
    [(1, 100, []), (50, 100, []), (50.1, 100, ["undiluted"]), (100, 100, ["undiluted"]), (10, 10, []), (51, None, [])],
)
def test_a_strong_vial_takes_its_own_volume_again(mg_per_ml: float, vial: float | None, expected: list[str]) -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=mg_per_ml)
    assert ids(raised(MIXED, Mixed(made, vial))) == expected


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (30.9, ""),
        (31, ""),
        (31.1, "31.1 mL/h is not the 30.9375 mL/h of the dose. Is the pump set right?"),
        (309, "309 mL/h is not the 30.9375 mL/h of the dose (ten times too much?). Is the pump set right?"),
        (39.0, "39 mL/h is not the 30.9375 mL/h of the dose (two digits swapped?). Is the pump set right?"),
    ],
)
def test_a_rate_beside_a_dose_is_compared(rate: float, said: str) -> None:
    made = plan(weight_kg=82.5, mg_per_kg=0.5, minutes=40, mg_per_ml=2)
    assert [one.sentence for one in raised(MIXED, Mixed(made, None, rate))] == ([said] if said else [])


def test_noise_of_binary_fractions_asks_nothing() -> None:
    for tenths in range(400, 1500):  # 0.75 mg/kg computed back from the very rate that it gives
        kg = tenths / 10
        made = plan(weight_kg=kg, mg_per_kg=0.75, minutes=40, mg_per_ml=1)
        back = plan_of_rate(weight_kg=kg, rate_ml_per_h=made.rate_ml_per_h, minutes=40, mg_per_ml=1)
        assert raised(PLAN, back) == []
        assert raised(RATE, Rated(made.rate_ml_per_h * 1.5, made.rate_ml_per_h)) == []
