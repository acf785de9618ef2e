"""Roles as a table, the marks of entries, and the one rule of the second person."""

from __future__ import annotations

import pytest

from charting.bands import Level
from charting.people import MAY, Access, Duty, Person, Role, Signed, access_of, may_not
from charting.second_person import FITTING, not_second, second_mark, takes_second


def signed(initials: str, role: Role, id: str = "") -> Signed:
    return Signed(initials, Person(id or f"s-{initials}", "A name", initials, role), Access.SIGNED)


KS, BO = signed("KS", Role.NURSE), signed("BO", Role.NURSE)
DR, AD = signed("DR", Role.CLINICIAN), signed("AD", Role.ADMIN)
EMERGENCY, NOBODY = Signed("XX", access=Access.EMERGENCY), Signed("XX", access=Access.NOBODY)


def test_every_role_has_its_row_and_may_acknowledge() -> None:
    assert set(MAY) == set(Role)
    assert all(Duty.ANYONE in duties for duties in MAY.values())


@pytest.mark.parametrize(
    ("who", "said"),
    [
        (KS, ""),
        (DR, ""),
        (AD, "does not chart"),
        (signed("VV", Role.VIEWER), "to chart, sign in"),
        (EMERGENCY, ""),
        (NOBODY, "nobody is signed in"),
        (Signed("KS"), ""),
    ],
)
def test_who_may_chart_and_why_not(who: Signed, said: str) -> None:
    sentence = may_not(who, Duty.CHART)
    assert said in sentence and bool(said) == bool(sentence)
    assert may_not(who, Duty.ANYONE) == ""


def test_an_entry_keeps_the_id_and_role_or_how_it_came_about() -> None:
    assert Signed("KS").mark == {}
    assert KS.mark == {"staff": {"id": "s-KS", "role": "nurse"}}
    assert access_of(KS.mark) == "" and access_of({}) == ""
    assert access_of(EMERGENCY.mark) == "emergency access" and access_of(NOBODY.mark) == "not signed in"


@pytest.mark.parametrize(
    ("first", "second", "level", "said"),
    [
        (KS, BO, Level.SECOND, ""),
        (KS, DR, Level.STOP, ""),
        (KS, BO, Level.STOP, "this takes a clinician"),
        (KS, AD, Level.SECOND, "this takes a clinician or nurse"),
        (KS, KS, Level.SECOND, "somebody else"),
        (KS, signed("K2", Role.NURSE, id="s-KS"), Level.SECOND, "somebody else"),
        (EMERGENCY, signed("xx", Role.NURSE), Level.SECOND, "somebody else"),
        (EMERGENCY, BO, Level.SECOND, ""),
        (KS, EMERGENCY, Level.SECOND, "emergency access is none"),
        (Signed("KS"), Signed("ks"), Level.SECOND, "somebody else"),
        (Signed("KS"), Signed("BO"), Level.STOP, ""),
    ],
)
def test_a_second_person_is_another_one_whose_role_fits(first: Signed, second: Signed, level: Level, said: str) -> None:
    sentence = not_second(first, second, level)
    assert said in sentence and bool(said) == bool(sentence)


def test_levels_below_take_no_second_person() -> None:
    assert [level for level in Level if takes_second(level)] == list(FITTING)
    assert not takes_second(Level.REASON)
    assert second_mark(Signed("BO")) == {"initials": "BO"}
    assert second_mark(BO) == {"initials": "BO", "id": "s-BO", "role": "nurse"}
