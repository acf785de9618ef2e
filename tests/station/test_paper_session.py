"""A session that was kept on paper as a whole: typed back at its times, and nothing is watched for it meanwhile."""

from __future__ import annotations

import pytest
from desk import Desk, restarted

from charting.delivered import delivered
from charting.lines import line
from charting.model import Kind
from charting.session import Phase, fold
from station.clock import NS
from station.recorder.acts import Refusal
from station.recorder.sight import Surroundings
from station.recorder.timing import LONGEST_AGO_S
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m
from station.wire.drug_acts import PressureSymptoms

OPENED = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0, paper=True)
PLAN = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE, paper=True)
DAY = (  # minutes ago, and what was done then
    (180, OPENED),
    (178, PLAN),
    (175, m.ManualVitals(values={"NIBP_SYS": 124.0, "NIBP_DIA": 78.0}, paper=True)),
    (170, m.StartInfusion(confirmed=SURE)),
    (150, m.Hold(reason="nausea")),
    (140, m.Resume(confirmed=SURE)),
    (120, m.StopInfusion(reason="done")),
    (118, m.ManualVitals(values={"NIBP_SYS": 122.0, "NIBP_DIA": 76.0}, paper=True)),
)


def typed_back() -> Desk:
    desk = Desk()
    desk.clock.at_ns += 10 * 3600 * NS
    until_ns = desk.now_ns
    for minutes, act in DAY:
        desk.chair.handle(act, "KS", desk.now_ns, minutes * 60.0 + (desk.now_ns - until_ns) / 1e9)
        desk.run(20, HR=70.0, SPO2=98.0, NIBP_SYS=190.0, NIBP_DIA=120.0)  # somebody else's monitor by now
    return desk


def test_it_stands_at_its_times_with_its_dose() -> None:
    desk = typed_back()
    state = desk.chair.state
    assert state is not None and state.paper and state.phase is Phase.RECOVERY
    assert delivered(state, desk.clock.utc_ms(desk.now_ns)).mg == pytest.approx(35, rel=1e-9)
    opened = next(e for e in desk.chair.lines if e.kind is Kind.SESSION_OPENED)
    assert opened.entered_at_ms - opened.happened_at_ms == 180 * 60_000
    assert opened.payload["paper"] is True
    assert "typed back from paper" in line(opened)
    assert fold([e for e in desk.chair.lines if e.session]) == state
    closed = desk.chair.handle(m.CloseSession(reason="home", confirmed=SURE), "KS", desk.now_ns, 60 * 60.0).last
    assert closed.happened_at_ms < closed.entered_at_ms
    assert desk.chair.state is None


def test_nothing_is_watched_owed_or_recorded_for_it() -> None:
    desk = typed_back()
    state = desk.chair.state
    assert state is not None
    desk.journal.commit()
    assert not list(desk.store.numerics(state.session)), "what a monitor says now is not that patient's"
    assert [e for e in desk.store.entries(state.session) if e.kind is Kind.ALARM] == []
    assert desk.chair.owed(desk.now_ns) == ()
    view = chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0)
    assert view.paper
    after = restarted(desk)
    assert after.chair.state == state
    assert not [c for c in after.chair.step(after.now_ns, Surroundings()) if c.transition.condition == "NIBP_STALE"]


def test_a_session_of_now_is_opened_now() -> None:
    desk = Desk()
    desk.run(3600)
    plain = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0)
    entry = desk.chair.handle(plain, "KS", desk.now_ns, 1800.0).last
    assert entry.happened_at_ms == entry.entered_at_ms
    assert "paper" not in entry.payload


@pytest.mark.parametrize("ago_s", [-1.0, LONGEST_AGO_S + 1.0, float("nan")])
def test_a_time_that_cannot_be_is_refused(ago_s: float) -> None:
    desk = Desk()
    with pytest.raises(Refusal, match="twelve hours"):
        desk.chair.handle(OPENED, "KS", desk.now_ns, ago_s)
    assert desk.chair.state is None


def test_what_is_not_over_is_not_typed_back() -> None:
    desk = Desk()
    with pytest.raises(Refusal, match="a session from paper is over"):
        desk.chair.handle(OPENED, "KS", desk.now_ns, 0.0)
    desk.clock.at_ns += 10 * 3600 * NS
    desk.chair.handle(OPENED, "KS", desk.now_ns, 3600.0)
    desk.chair.handle(PLAN, "KS", desk.now_ns, 3600.0)
    with pytest.raises(Refusal, match="say with - when that was"):
        desk.act(m.StartInfusion(confirmed=SURE))


def test_the_monitor_of_who_sits_there_now_is_asked_nothing_for_it() -> None:
    desk = Desk()
    desk.run(5, HR=150.0, SPO2=88.0, NIBP_SYS=190.0, NIBP_DIA=120.0)
    desk.clock.at_ns += 10 * 3600 * NS
    for minutes, act in DAY:
        desk.chair.handle(act, "KS", desk.now_ns, minutes * 60.0)
    desk.run(5, HR=150.0, SPO2=88.0, NIBP_SYS=190.0, NIBP_DIA=120.0)
    pressure = desk.chair.pressure(desk.now_ns)
    assert pressure is not None and (pressure.sys, pressure.dia) == (122.0, 76.0)
    asked = desk.act(PressureSymptoms(answers={"headache": False}))
    assert (asked.payload["sys"], asked.payload["dia"]) == (None, None)


def test_leaving_that_is_charted_late_is_judged_by_its_own_time() -> None:
    desk = Desk()
    desk.begin()
    desk.run(60)
    desk.act(m.StopInfusion(reason="done"))
    desk.clock.at_ns += 6 * 60 * NS
    left_ns = desk.now_ns
    desk.clock.at_ns += 64 * 60 * NS
    desk.act(m.ManualVitals(values={"NIBP_SYS": 122.0, "NIBP_DIA": 76.0}))
    ago_s = (desk.now_ns - left_ns) / 1e9
    with pytest.raises(Refusal, match="vital signs before discharge are not charted"):
        desk.chair.handle(m.CloseSession(reason="home"), "KS", desk.now_ns, ago_s)
