"""Doubts: what is asked about at which number, and that ordinary numbers are asked nothing."""

from __future__ import annotations

import pytest

from charting.dose import plan
from charting.doubts import LEAVE, PLAN, RATE, WEIGHT, Leaving, Rated, Weighed, raised


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
        ({"mg_per_kg": 5, "minutes": 5, "mg_per_ml": 10}, ["dose_high", "fast", "vial_strength", "pump_rate"]),
    ],
)
def test_plans(changed: dict[str, float], expected: list[str]) -> None:
    made = plan(**{"weight_kg": 70, "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 1.0, **changed})
    asked = raised(PLAN, made)
    assert ids(asked) == expected
    assert all(one.sentence.endswith("?") and len(one.sentence) < 120 for one in asked)
    assert {one.id for one in asked if one.why} <= {"dose_high"}


@pytest.mark.parametrize(("rate", "planned", "expected"), [(78.75, 52.5, 0), (79, 52.5, 1), (900, None, 0), (1, 5, 0)])
def test_rates(rate: float, planned: float | None, expected: int) -> None:
    assert len(raised(RATE, Rated(rate, planned))) == expected


def test_every_doubt_has_an_id_of_its_own() -> None:
    every = [doubt.id for table in (WEIGHT, PLAN, RATE, LEAVE) for doubt in table]
    assert len(set(every)) == len(every)


def test_leaving_asks_for_what_is_not_charted_and_for_what_stands() -> None:
    assert raised(LEAVE, Leaving(False, ())) == []
    unseen, stand = raised(LEAVE, Leaving(True, ("NIBP high 182/112", "HR high 121")))
    assert unseen.sentence == "vital signs before discharge are not charted since the stop. End all the same?"
    assert stand.sentence == "2 alarms stand: NIBP high 182/112, HR high 121. End all the same?"
    assert raised(LEAVE, Leaving(False, ("HR low 44",)))[0].sentence.startswith("1 alarm stands: HR low 44.")
