"""Preparing a session: doubts that are answered are charted, the monitor is bound."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from desk import GE, MASIMO, START_MS, Desk

from charting.lines import line
from charting.model import Kind
from charting.session import fold
from charting.summary import summary, words
from station.clock import NS
from station.recorder.acts import Refusal
from station.recorder.opening import earlier
from station.recorder.view import chair_view
from station.recorder.vitals import Source
from station.script import SURE
from station.wire import messages as m

OPEN = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)
PLAN = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0)


def prepared(desk: Desk) -> m.Prepared:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), desk.journal.saved_seq).prepared


def asked(desk: Desk, act: Any, by: str = "N1") -> Refusal:
    with pytest.raises(Refusal) as refused:
        desk.act(act, by)
    return refused.value


def closed(desk: Desk, act: m.OpenSession = OPEN) -> None:
    """A whole earlier session of the patient."""
    desk.act(act)
    desk.act(m.CloseSession(reason="home"))


def test_pounds_are_asked_once_and_the_answer_is_charted() -> None:
    desk = Desk()
    closed(desk)
    again = m.OpenSession(patient="TEST, a", identifier="1980-01-01", weight_kg=154)
    question = asked(desk, again)
    assert (question.confirm, question.field, question.why) == ("weight_lb", "weight_kg", False)
    assert "is that pounds? 154 lb are 70 kg; the last weight was 70 kg (2026-01-01)" in str(question)
    entry = desk.act(msgspec.structs.replace(again, confirmed={str(question): ""}))
    assert entry.payload["confirmed"] == [{"id": "weight_lb", "asked": str(question), "why": ""}]
    assert "asked: is that pounds?" in line(entry) and line(entry).endswith("Confirmed")


def test_another_patient_and_the_same_weight_are_asked_nothing() -> None:
    desk = Desk()
    closed(desk)
    closed(desk)
    entry = desk.act(m.OpenSession(patient="Test, A", identifier="1980-01-02", weight_kg=120))
    assert "confirmed" not in entry.payload


def test_the_past_is_found_in_the_chart_again() -> None:
    desk = Desk()
    closed(desk)
    desk.act(OPEN, "KS")
    desk.act(m.SoundChecked(outcome="heard"), "KS")
    desk.journal.commit()
    past = earlier(desk.store)
    assert past.weighed("test, a", "1980-01-01", 90).last_kg == 70
    assert past.weighed(" Test,  A ", "1980-01-01", 90).last_kg == 70  # as the ghost is found
    assert past.weighed("test, b", "1980-01-01", 90).last_kg is None
    assert past.heard_ms("ks", START_MS + 1000) == START_MS
    assert past.heard_ms("n1", START_MS + 1000) is None


def test_a_strong_dose_needs_a_reason_in_words_and_another_person() -> None:
    desk = Desk()
    desk.act(OPEN)
    strong = m.Plan(mg_per_kg=1.2, minutes=40, mg_per_ml=1.0)
    question = asked(desk, strong)
    assert (question.confirm, question.field, question.why) == ("dose_high", "mg_per_kg", True)
    said = str(question)
    for nothing in ("", " ", "\u202e"):
        assert asked(desk, msgspec.structs.replace(strong, confirmed={said: nothing})).why
    both = {said: m.Second(who="AB")}
    entry = desk.act(msgspec.structs.replace(strong, confirmed={said: "bridge to ECT"}, vouched=both))
    assert entry.payload["confirmed"][0]["why"] == "bridge to ECT"
    assert line(entry).endswith("Confirmed with AB: bridge to ECT")


def test_doubts_come_one_after_the_other_and_a_stale_answer_is_no_answer() -> None:
    desk = Desk()
    desk.act(OPEN)
    both = m.Plan(mg_per_kg=0.5, minutes=20, mg_per_ml=10)
    fast = asked(desk, both)
    vial = asked(desk, msgspec.structs.replace(both, confirmed={str(fast): ""}))
    assert (fast.confirm, vial.confirm) == ("fast", "vial_strength")
    entry = desk.act(msgspec.structs.replace(both, confirmed={str(fast): "", str(vial): ""}))
    assert [one["id"] for one in entry.payload["confirmed"]] == ["fast", "vial_strength"]
    entry = desk.act(msgspec.structs.replace(PLAN, confirmed={str(vial): ""}))
    assert "confirmed" not in entry.payload


def test_what_cannot_be_at_all_is_not_confirmed_away() -> None:
    desk = Desk()
    heavy = m.OpenSession(patient="A", identifier="1", weight_kg=301, confirmed={m.WHATEVER: ""})
    assert asked(desk, heavy).confirm == ""


def test_a_rate_far_above_the_plan_is_asked_about_once() -> None:
    desk = Desk()
    desk.begin()
    fast = m.SetRate(rate_ml_per_h=90, reason="ordered")
    question = asked(desk, fast)
    assert (question.confirm, question.field) == ("rate_high", "rate_ml_per_h")
    entry = desk.act(msgspec.structs.replace(fast, confirmed={str(question): ""}))
    assert (entry.kind, entry.reason) == (Kind.RATE_CHANGED, "ordered")
    desk.act(m.Hold(reason="x"))
    assert "confirmed" not in desk.act(m.Resume()).payload
    desk.act(m.Hold(reason="x"))
    assert asked(desk, m.Resume(rate_ml_per_h=91)).confirm == "rate_high"


def test_the_monitor_is_bound_with_what_it_showed() -> None:
    desk = Desk(GE, MASIMO)
    desk.act(OPEN)
    assert prepared(desk).monitors is None
    desk.chair.line_changed("ge_dri", "connected", "", desk.now_ns)
    desk.run(2, HR=72, SPO2=98)
    desk.say(NIBP_SYS=124, NIBP_DIA=78, NIBP_MEAN=93)
    entry = desk.act(m.BindMonitor(sources=("ge_dri",)))
    assert entry.payload == {
        "monitors": [{"source": "ge_dri", "port": "p1"}],
        "values": {"HR": 72, "SPO2": 98, "NIBP_SYS": 124, "NIBP_DIA": 78, "NIBP_MEAN": 93},
    }
    assert line(entry).startswith(
        "confirmed as this patient's monitor: ge_dri at p1, showing NIBP 124/78 mean 93, HR 72"
    )
    assert prepared(desk).monitors == ("ge_dri",)
    assert "not connected" in str(asked(desk, m.BindMonitor(sources=("ge_dri", "masimo_ascii"))))
    assert "no device" in str(asked(desk, m.BindMonitor(sources=("pump",))))
    desk.journal.commit()
    told = words(summary(desk.store.entries(), []))
    assert "Monitor: ge_dri, confirmed; sound test: none" in told


def test_only_what_is_on_the_screen_and_that_monitors_is_charted_with_it() -> None:
    desk = Desk(GE, MASIMO)
    desk.act(OPEN)
    for source in ("ge_dri", "masimo_ascii"):
        desk.chair.line_changed(source, "connected", "", desk.now_ns)
    desk.say(NIBP_SYS=124, NIBP_DIA=78, NIBP_MEAN=93, HR=71)
    desk.run(10)
    desk.say("masimo_ascii", SPO2=97, PULSE_RATE=70)
    of_ge = desk.act(m.BindMonitor(sources=("ge_dri",))).payload["values"]
    assert of_ge == {"HR": 71, "NIBP_SYS": 124, "NIBP_DIA": 78, "NIBP_MEAN": 93}  # 10 s old: dimmed, but there
    of_masimo = desk.act(m.BindMonitor(sources=("masimo_ascii",))).payload["values"]
    assert of_masimo == {"PULSE_RATE": 70, "SPO2": 97}
    desk.clock.at_ns += 30 * 60 * NS
    desk.say(HR=72)
    assert desk.act(m.BindMonitor(sources=("ge_dri", "masimo_ascii"))).payload["values"] == {"HR": 72}


def test_a_device_at_another_port_has_to_be_confirmed_again() -> None:
    desk = Desk(GE, MASIMO)
    desk.act(OPEN)
    for source in ("ge_dri", "masimo_ascii"):
        desk.chair.line_changed(source, "connected", "", desk.now_ns)
    desk.act(m.BindMonitor(sources=("ge_dri", "masimo_ascii")))
    desk.journal.commit()
    session = desk.chair.state.session if desk.chair.state else ""

    def after_a_restart(*sources: Source) -> tuple[str, ...] | None:
        again = Desk(*sources)
        again.chair.resume(desk.store.entries(session), [], again.now_ns)
        return prepared(again).monitors

    elsewhere = msgspec.structs.replace(GE, port="p9")
    assert after_a_restart(GE, MASIMO) == ("ge_dri", "masimo_ascii")
    assert after_a_restart(elsewhere, MASIMO) is None  # the one that stayed would hide that the other was moved
    assert after_a_restart(MASIMO) is None
    desk.act(m.BindMonitor(sources=()))
    desk.journal.commit()
    assert after_a_restart(elsewhere) == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"NIBP_SYS": 124}, "typed: NIBP 124/---"),
        ({"NIBP_DIA": 78, "SPO2": 97}, "typed: NIBP ---/78, SpO2 97"),
        ({"NIBP_MEAN": 93}, "typed: NIBP ---/--- mean 93"),
    ],
)
def test_a_pressure_that_nobody_measured_is_no_number(values: dict[str, float], said: str) -> None:
    desk = Desk()
    desk.act(OPEN)
    assert line(desk.act(m.ManualVitals(values=values))) == said


def test_no_monitor_now_is_a_choice_and_typed_values_are_no_monitors() -> None:
    desk = Desk()
    desk.act(OPEN)
    desk.act(m.ManualVitals(values={"NIBP_SYS": 124, "NIBP_DIA": 78}))
    entry = desk.act(m.BindMonitor(sources=()))
    assert entry.payload == {"monitors": [], "values": {}}
    assert line(entry) == "no monitor now: values will be typed"
    assert prepared(desk).monitors == ()
    desk.chair.line_changed("ge_dri", "connected", "", desk.now_ns)
    desk.run(1, HR=70)
    assert desk.act(m.BindMonitor(sources=("ge_dri",))).payload["values"] == {"HR": 70}


def test_the_view_tells_the_baseline_so_far() -> None:
    desk = Desk()
    desk.begin(start=False)
    assert (prepared(desk).readings, prepared(desk).baseline) == ((), None)
    desk.say(NIBP_SYS=124, NIBP_DIA=78, NIBP_MEAN=93)
    assert prepared(desk).missing == "one more reading"
    desk.run(60)
    desk.say(NIBP_SYS=126, NIBP_DIA=80, NIBP_MEAN=95)
    assert prepared(desk).readings == ((124, 78), (126, 80))
    assert (prepared(desk).baseline, prepared(desk).missing) == ((125, 79, 2), "")


def test_an_act_that_a_recorder_does_not_know_is_refused_in_a_sentence() -> None:
    assert "cannot do that" in str(asked(Desk(), m.StopRecorder()))


def test_a_plan_with_another_weight_corrects_the_weight_first_and_in_sight() -> None:
    desk = Desk()
    opened = desk.act(msgspec.structs.replace(OPEN, weight_kg=82))
    desk.say(NIBP_SYS=120, NIBP_DIA=70)
    readings = desk.chair.baseline_readings(START_MS)
    plan = desk.act(msgspec.structs.replace(PLAN, weight_kg=70))
    assert plan.payload["dose_mg"] == 35
    state = desk.chair.state
    assert state is not None and (state.weight_kg, state.session, state.opened_ms) == (70, opened.session, START_MS)
    assert desk.chair.baseline_readings(START_MS) == readings and readings
    corrected = desk.chair.lines[-2]
    assert corrected.supersedes == opened.seq
    assert line(corrected) == "weight corrected to 70 kg from 82 kg"
    again = desk.act(msgspec.structs.replace(PLAN, weight_kg=71))
    assert desk.chair.lines[-2].supersedes == corrected.seq and again.payload["weight_kg"] == 71
    desk.journal.commit()
    (listed,) = desk.store.sessions()
    assert (listed.weight_kg, listed.opened_seq, listed.opened_at_ms) == (71, opened.seq, START_MS)
    assert fold(desk.store.entries(opened.session)) == desk.chair.state
    assert earlier(desk.store).weighed("Test, A", "1980-01-01", 71).last_kg == 71


def test_a_corrected_weight_is_asked_about_beside_the_session_before_not_the_mistake() -> None:
    desk = Desk()
    closed(desk)
    desk.act(msgspec.structs.replace(OPEN, weight_kg=154, confirmed={m.WHATEVER: ""}))
    assert "confirmed" not in desk.act(msgspec.structs.replace(PLAN, weight_kg=70)).payload
    question = asked(desk, msgspec.structs.replace(PLAN, weight_kg=154))
    assert (question.confirm, question.field) == ("weight_lb", "weight_kg")
    assert asked(desk, msgspec.structs.replace(PLAN, weight_kg=820)).field == "weight_kg"
    assert desk.chair.state is not None and desk.chair.state.weight_kg == 70


def test_the_same_weight_corrects_nothing_and_a_begun_infusion_keeps_its_weight() -> None:
    desk = Desk()
    desk.act(OPEN)
    desk.act(msgspec.structs.replace(PLAN, weight_kg=70))
    assert [e.kind for e in desk.chair.lines] == [Kind.SESSION_OPENED, Kind.PLAN]
    desk.act(m.StartInfusion(confirmed=SURE))
    assert "its plan stands" in str(asked(desk, msgspec.structs.replace(PLAN, weight_kg=71)))


def test_the_end_asks_for_discharge_vital_signs_and_for_alarms_that_stand() -> None:
    desk = Desk()
    desk.begin()
    desk.say(NIBP_SYS=120, NIBP_DIA=70)
    desk.run(2)
    desk.act(m.StopInfusion(reason="given"))
    desk.run(1)
    end = m.CloseSession(reason="home")
    question = asked(desk, end)
    assert (question.confirm, question.field) == ("no_discharge_vitals", "reason")
    desk.act(m.ManualVitals(values={"NIBP_SYS": 210.0, "NIBP_DIA": 118.0}))
    desk.run(2)
    question = asked(desk, end)
    assert question.confirm == "alarms_stand" and "NIBP" in str(question)
    entry = desk.act(msgspec.structs.replace(end, confirmed={str(question): ""}))
    assert line(entry).startswith("session closed: home; asked: 1 alarm stands") and line(entry).endswith("Confirmed")


def test_a_corrected_weight_is_not_called_back_dated() -> None:
    desk = Desk()
    desk.begin(start=False)
    desk.run(600)
    desk.act(msgspec.structs.replace(PLAN, weight_kg=72.0))
    desk.journal.commit()
    corrected = next(e for e in desk.store.entries() if e.kind is Kind.SESSION_OPENED and e.supersedes is not None)
    assert line(corrected) == "weight corrected to 72 kg from 70 kg"


def test_the_opening_says_how_each_line_stood() -> None:
    desk = Desk(GE, MASIMO)
    desk.chair.line_changed("ge_dri", "connected", "", desk.now_ns)
    desk.begin(start=False)
    desk.run(600)
    desk.act(m.CloseSession(reason="home"))
    desk.journal.commit()
    session = next(e.session for e in desk.store.entries() if e.kind is Kind.SESSION_OPENED)
    assert session is not None
    said = words(summary(desk.store.entries(session), []))
    assert "Lines down: masimo_ascii 600 s in 1 stretch" in said


def test_a_monitor_that_is_not_this_patients_is_in_nobodys_chart_and_no_baseline() -> None:
    desk = Desk()
    desk.act(OPEN)
    desk.act(m.BindMonitor(sources=()))
    desk.run(3, HR=124.0, NIBP_SYS=147.0, NIBP_DIA=91.0)
    desk.journal.commit()
    assert desk.chair.state is not None
    assert not list(desk.store.numerics(desk.chair.state.session))
    assert desk.chair.baseline_readings(desk.clock.utc_ms(desk.now_ns)) == []
    desk.chair.line_changed("ge_dri", "connected", "", desk.now_ns)
    desk.act(m.BindMonitor(sources=("ge_dri",)))
    desk.run(2, HR=70.0)
    desk.journal.commit()
    assert list(desk.store.numerics(desk.chair.state.session))
