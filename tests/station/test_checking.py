"""The blind second check at the chair: compared by the recorder, charted right or wrong, lacking until done."""

from __future__ import annotations

import pytest
from desk import Desk

from charting.lines import line
from charting.session import fold
from charting.summary import summary, words
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m

PLAN = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0)


def planned() -> Desk:
    desk = Desk()
    desk.begin(start=False)  # 70 kg: 52.5 mL/h, by N1
    return desk


def check(desk: Desk, weight_kg: float = 70.0, rate_ml_per_h: float = 52.5, who: str = "AB") -> str:
    """The line that is charted."""
    return line(desk.act(m.SecondCheck(second=who, weight_kg=weight_kg, rate_ml_per_h=rate_ml_per_h)))


def shown(desk: Desk) -> tuple[str, int]:
    prepared = chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0).prepared
    return prepared.check, prepared.check_left


def refused(desk: Desk, act: m.Act) -> Refusal:
    before = len(desk.chair.lines)
    with pytest.raises(Refusal) as found:
        desk.act(act)
    assert len(desk.chair.lines) == before
    return found.value


def test_two_that_agree_end_the_check() -> None:
    desk = planned()
    assert shown(desk) == ("", 3)
    assert check(desk) == "second check by AB: agreed"
    assert shown(desk) == ("agreed", 2)
    assert "checked by AB" in str(refused(desk, m.SecondCheck(second="CD", weight_kg=70, rate_ml_per_h=52.5)))
    assert fold(desk.chair.lines) == desk.chair.state
    made = summary(list(desk.chair.lines), ())
    assert made["second_check"] == "agreed (AB)"
    assert "Second check of the plan: agreed (AB)" in words(made)


def test_what_differs_is_charted_without_our_numbers_and_may_be_tried_three_times() -> None:
    desk = planned()
    said = check(desk, weight_kg=154.3, rate_ml_per_h=525)
    assert said.startswith("second check by AB: DIFFERS: 154.3 kg is not the weight charted first. Perhaps: pounds")
    assert "52.5" not in said
    assert "70" not in said
    assert shown(desk) == ("differs", 2)
    check(desk, rate_ml_per_h=525)
    check(desk, rate_ml_per_h=5.25)
    assert shown(desk) == ("differs", 0)
    assert "3 tries did not agree" in str(refused(desk, m.SecondCheck(second="AB", weight_kg=70, rate_ml_per_h=52.5)))
    assert refused(desk, m.SkipCheck(reason=" ")).field == "reason"
    assert line(desk.act(m.SkipCheck(reason="pump shows 52.5, read aloud"))).startswith(
        "went on WITHOUT SECOND CHECK: pump"
    )
    assert shown(desk) == ("skipped", 0)


def test_whoever_entered_weight_or_plan_cannot_be_the_second_person() -> None:
    desk = Desk()
    desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0), "WE")
    desk.act(PLAN, "PL")
    for who in ("we", "P.L.", ""):
        found = refused(desk, m.SecondCheck(second=who, weight_kg=70, rate_ml_per_h=52.5))
        assert found.field == "second"
    assert check(desk, who="N1").endswith("agreed")  # who sits at the screen may be the second person


def test_a_new_plan_is_checked_anew() -> None:
    desk = planned()
    check(desk)
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, weight_kg=71.0))
    assert shown(desk) == ("", 3)
    assert check(desk, weight_kg=71.0, rate_ml_per_h=53.2) == "second check by AB: agreed"


def test_there_is_nothing_to_check_before_a_plan_and_after_the_start() -> None:
    desk = Desk()
    act = m.SecondCheck(second="AB", weight_kg=70, rate_ml_per_h=52.5)
    desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0))
    assert "no dose plan" in str(refused(desk, act))
    desk.act(PLAN)
    desk.act(m.StartInfusion(confirmed=SURE))
    assert "comes before it" in str(refused(desk, act))
    assert "comes before it" in str(refused(desk, m.SkipCheck(reason="x")))


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused_and_cost_no_try(bad: float) -> None:
    desk = planned()
    assert refused(desk, m.SecondCheck(second="AB", weight_kg=bad, rate_ml_per_h=52.5)).field == "weight_kg"
    assert shown(desk) == ("", 3)
