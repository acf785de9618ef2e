"""Observations in the chair: ranges as published, words one for each rating, symptoms that nobody asked are no noes."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from charting.observation import (
    OBSERVATIONS,
    PRESSURE_SYMPTOMS,
    RECOVERY_SYMPTOMS,
    Observation,
    ObservationError,
    Symptoms,
    observation,
    pressure_symptoms,
)
from drivers.core.text import clean

RANGES = {
    "moaas": (0, 5),
    "rass": (-5, 4),
    "poss": (0, 4),
    "dissociation": (0, 4),
    "cadss_total": (0, 92),
    "nausea": (0, 3),
    "anxiety": (0, 10),
    "pain": (0, 10),
}


def test_ranges_are_as_published() -> None:
    assert {one.id: (one.lowest, one.highest) for one in OBSERVATIONS.values() if one.lowest is not None} == RANGES
    ticks = {one.id for one in OBSERVATIONS.values() if one.lowest is None}
    assert ticks == {*PRESSURE_SYMPTOMS, *RECOVERY_SYMPTOMS} - {"nausea"}


@pytest.mark.parametrize("one", OBSERVATIONS.values(), ids=lambda one: one.id)
def test_each_says_where_it_is_from(one: Observation) -> None:
    assert one.source and one.version and clean(one.text) == one.text
    assert all(clean(word) == word and word for word in one.words)
    if one.lowest is not None and one.highest is not None:
        assert len(one.words) in (0, one.highest - one.lowest + 1)


@pytest.mark.parametrize(
    ("name", "rating", "meaning"),
    [
        ("moaas", 0, "no response to pain"),
        ("moaas", 1, "responds to a painful squeeze of the trapezius only"),
        ("moaas", 5, "responds readily to the name in normal tone"),
        ("rass", -5, "unarousable: no response to voice or touch"),
        ("rass", -1, "drowsy: eye contact to voice for more than 10 s"),
        ("rass", 0, "alert and calm"),
        ("rass", 4, "combative: violent, a danger to staff"),
        ("poss", 0, "S"),
        ("poss", 3, "3"),
        ("pain", 10, ""),
        ("headache", None, ""),
    ],
)
def test_meanings(name: str, rating: int | None, meaning: str) -> None:
    assert observation(name).meaning(rating) == meaning


@pytest.mark.parametrize(
    ("name", "rating"),
    [("rass", -6), ("rass", 5), ("moaas", -1), ("moaas", None), ("moaas", True), ("pain", 11), ("headache", 1)],
)
def test_ratings_that_do_not_exist_are_refused(name: str, rating: int | None) -> None:
    with pytest.raises(ObservationError, match="takes"):
        observation(name).meaning(rating)


def test_the_two_wordings_of_level_one_stay_visible() -> None:
    assert "no response to mild prodding" in observation("moaas").variant


def test_only_the_long_one_is_not_for_one_key() -> None:
    assert [one.id for one in OBSERVATIONS.values() if not one.one_key] == ["cadss_total"]


def test_an_unknown_one_names_the_nearest() -> None:
    with pytest.raises(ObservationError, match="no observation is called 'moass'; did you mean 'moaas'"):
        observation("moass")


NO = dict.fromkeys(PRESSURE_SYMPTOMS, False)


def test_symptoms_with_a_high_pressure() -> None:
    assert pressure_symptoms(NO) is Symptoms.ABSENT
    assert pressure_symptoms(NO | {"visual": True}) is Symptoms.PRESENT
    assert pressure_symptoms({"chest_pain": True}) is Symptoms.PRESENT
    assert pressure_symptoms(NO | {"dyspnoea": None}) is Symptoms.NOT_ALL_ASKED
    assert pressure_symptoms({}) is Symptoms.NOT_ALL_ASKED
    with pytest.raises(ObservationError, match="'nausea' is none of: headache"):
        pressure_symptoms({"nausea": True})


@given(st.dictionaries(st.sampled_from(PRESSURE_SYMPTOMS), st.sampled_from((True, False, None))))
def test_absent_is_said_only_of_five_noes(answers: dict[str, bool | None]) -> None:
    assert (pressure_symptoms(answers) is Symptoms.ABSENT) == (answers == NO)
    assert (pressure_symptoms(answers) is Symptoms.PRESENT) == (True in answers.values())
