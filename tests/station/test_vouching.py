"""Doses that take more than a yes: another person's initials, or a prescriber's with the role; held by the recorder."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from desk import Desk
from test_session_protocol import opened

from charting.lines import line
from charting.model import Kind
from station.recorder.acts import Refusal
from station.wire import messages as m

HIGH, STOP = 1.2, 1.6  # mg/kg: above 1.0 another person, above 1.5 a prescriber


def plan(mg_per_kg: float, **more: Any) -> m.Plan:
    return m.Plan(mg_per_kg=mg_per_kg, minutes=40, mg_per_ml=1.0, **more)


def refused(desk: Desk, act: m.Act, by: str = "KS") -> Refusal:
    with pytest.raises(Refusal) as found:
        desk.act(act, by)
    assert desk.chair.state is not None
    assert desk.chair.state.plan is None, "a refused plan is not charted"
    return found.value


def vouch(asked: Refusal, initials: str, role: str = "", why: str = "told twice") -> dict[str, Any]:
    """An answer to what was asked, by two people."""
    return {"confirmed": {str(asked): why}, "vouched": {str(asked): m.Second(who=initials, role=role)}}


@pytest.mark.parametrize("protocol", ["", "none"])
def test_a_high_dose_takes_a_reason_and_another_person(protocol: str) -> None:
    desk = opened() if not protocol else Desk()
    if protocol:
        desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0))
    asked = refused(desk, plan(HIGH))
    assert (asked.field, asked.confirm, asked.why, asked.who) == ("mg_per_kg", "dose_high", True, "second")
    alone = refused(desk, plan(HIGH, confirmed={str(asked): "told twice"}))
    assert (alone.who, str(alone), alone.lacks) == ("second", str(asked), "")
    same = refused(desk, plan(HIGH, **vouch(asked, "k.s.")))
    assert str(same) == str(asked)
    assert same.lacks == "k.s. charts this already: the second person is somebody else"
    assert same.who == "second"
    assert refused(desk, plan(HIGH, **vouch(asked, "AB", why=""))).why
    desk.act(plan(HIGH, **vouch(asked, "AB")), "KS")
    entry = desk.chair.lines[-1]
    assert entry.kind is Kind.PLAN
    said = entry.payload["confirmed"][0]
    assert (said["id"], said["asked"], said["why"]) == ("dose_high", str(asked), "told twice")
    assert said["second"]["initials"] == "AB"
    assert "Confirmed with AB: told twice" in line(entry)


def test_above_the_hard_stop_a_prescriber_says_who_and_what_they_are() -> None:
    desk = opened()
    asked = refused(desk, plan(STOP))
    assert asked.who == "prescriber"
    assert "say the role too" in refused(desk, plan(STOP, **vouch(asked, "AB"))).lacks
    assert "somebody else" in refused(desk, plan(STOP, **vouch(asked, "KS", "prescriber"))).lacks
    desk.act(plan(STOP, **vouch(asked, "AB", "prescriber\x1b[2J")), "KS")
    assert desk.chair.lines[-1].payload["confirmed"][0]["second"]["role"] == "prescriber[2J"
    assert "Confirmed with AB, prescriber" in line(desk.chair.lines[-1])


def test_a_second_person_for_one_question_answers_no_other() -> None:
    desk = opened()
    act = m.Plan(mg_per_kg=HIGH, minutes=20, mg_per_ml=1.0)
    again = refused(desk, msgspec.structs.replace(act, **vouch(refused(desk, act), "AB")))
    assert (again.confirm, again.why, again.who) == ("fast", False, "")


def test_a_note_takes_a_yes_alone() -> None:
    desk = opened()
    asked = refused(desk, plan(0.8))
    assert asked.who == ""
    desk.act(plan(0.8, confirmed={str(asked): ""}))
    assert desk.chair.state is not None
    assert desk.chair.state.plan is not None
