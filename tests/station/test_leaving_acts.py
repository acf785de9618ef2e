"""Recovery scores at the chair, what the screen is told is missing, and the question at the end."""

from __future__ import annotations

import pytest
from desk import Desk
from test_session_protocol import opened
from test_tasks import EVENTS

from charting.lines import line
from charting.session import fold
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m

ALL_TWO = {"activity": 2, "respiration": 2, "consciousness": 2, "oxygen": 2}
SCORE = m.Score(checklist="aldrete_percent", answers=ALL_TWO)


def recovering() -> Desk:
    """After the stop of an infusion, with a baseline of 120/80 and a pressure of 126/80 just now."""
    desk = opened()
    desk.chair.events = EVENTS
    for _ in range(3):
        desk.say(NIBP_SYS=120, NIBP_DIA=80, NIBP_MEAN=93)
        desk.run(61)
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0))
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.run(60)
    desk.act(m.StopInfusion(reason="done"))
    desk.run(1)
    desk.say(NIBP_SYS=126, NIBP_DIA=80, NIBP_MEAN=95)
    return desk


def leave(desk: Desk) -> dict[str, bool]:
    view = chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0)
    return {one.sentence: one.met for one in view.leave}


def test_a_score_is_computed_with_the_last_pressure_and_charted_with_its_version() -> None:
    desk = recovering()
    entry = desk.act(SCORE)
    assert line(entry).startswith("modified Aldrete (percent) 10 (activity 2, circulation 2, consciousness 2,")
    assert (entry.payload["version"], entry.payload["ready_from"]) == ("1995, percent", 9)
    assert "126 is 5%" in entry.payload["working"]
    assert fold(desk.chair.lines) == desk.chair.state


def test_what_is_missing_is_told_until_it_is_met() -> None:
    desk = recovering()
    assert leave(desk) == {
        "modified Aldrete 9 or more": False,
        "dissociation 1 or less": False,
        "systolic of the last 15 min within 20 % of baseline": True,
        "60 min since the end of the dose": False,
    }
    desk.act(SCORE)
    desk.act(m.QuickEvent(event="dissociation", rating=1))
    assert [name for name, met in leave(desk).items() if not met] == ["60 min since the end of the dose"]
    desk.run(3601)
    assert [name for name, met in leave(desk).items() if not met] == [
        "systolic of the last 15 min within 20 % of baseline"
    ]
    desk.act(m.ManualVitals(values={"NIBP_SYS": 122.0, "NIBP_DIA": 80.0}))
    assert all(leave(desk).values())


def test_the_end_asks_while_something_is_missing_and_charts_the_answer() -> None:
    desk = recovering()
    desk.act(SCORE)
    with pytest.raises(Refusal) as asked:
        desk.act(m.CloseSession(reason="home"))
    assert asked.value.confirm == "not_fit"
    assert str(asked.value).startswith("2 of the protocol's criteria for leaving are not met")
    entry = desk.act(m.CloseSession(reason="home", confirmed={str(asked.value): ""}))
    assert [one["id"] for one in entry.payload["confirmed"]] == ["not_fit"]
    assert entry.payload["missing"] == [
        "dissociation 1 or less (not known yet)",
        "60 min since the end of the dose (60 min left)",
    ]
    assert line(entry).endswith("Confirmed")


def test_the_end_asks_nothing_where_all_is_met() -> None:
    desk = recovering()
    desk.act(SCORE)
    desk.act(m.QuickEvent(event="dissociation", rating=0))
    desk.run(3601)
    desk.say(NIBP_SYS=122, NIBP_DIA=80, NIBP_MEAN=94)
    assert "confirmed" not in desk.act(m.CloseSession(reason="home")).payload


def test_a_session_in_which_nothing_was_given_ends_without_criteria() -> None:
    desk = opened()
    assert leave(desk) == {}
    assert "confirmed" not in desk.act(m.CloseSession(reason="did not want to")).payload


def test_an_undone_score_counts_no_more() -> None:
    desk = recovering()
    desk.act(SCORE)
    assert leave(desk)["modified Aldrete 9 or more"]
    desk.act(m.Undo())
    assert not leave(desk)["modified Aldrete 9 or more"]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (m.Score(checklist="aldrete", answers={}), "no recovery score is called 'aldrete'"),
        (m.Score(checklist="aldrete_percent", answers={"circulation": 2}), "no row of"),
        (m.Score(checklist="aldrete_percent", answers={"activity": 3}), "gives 0, 1 or 2 points, not 3"),
    ],
)
def test_what_is_no_score_is_refused(act: m.Act, said: str) -> None:
    desk = recovering()
    with pytest.raises(Refusal, match=said):
        desk.act(act)


def test_a_score_needs_a_pressure_that_is_not_old_and_one_without_baseline_has_no_total() -> None:
    desk = recovering()
    desk.run(901)
    with pytest.raises(Refusal, match=r"no pressure of the last 15 min: take or type one first \(v\)"):
        desk.act(SCORE)
    plain = Desk()
    plain.begin()
    plain.act(m.ManualVitals(values={"NIBP_SYS": 122.0, "NIBP_DIA": 80.0}))
    assert line(plain.act(SCORE)).startswith("modified Aldrete (percent) no total, not known: circulation")


def test_devices_without_a_baseline_alarm_like_an_infusion() -> None:
    desk = opened("esketamine-nasal")
    desk.act(m.PlanDose(dose_mg=56.0))
    desk.act(m.Give(detail="L1", confirmed=SURE))
    assert "NO_BASELINE" in {one.condition for one in desk.run(2)}


def test_the_chart_keeps_by_which_scale_a_rating_was() -> None:
    desk = recovering()
    desk.act(m.QuickEvent(event="sedation", rating=4))
    desk.act(m.QuickEvent(event="poss", rating=4))
    state = desk.chair.state
    assert state is not None and state == fold(desk.chair.lines)
    assert [(one.event, one.scale) for one in state.rated[-2:]] == [
        ("sedation", "moaas"),
        ("poss", "poss"),
    ]
