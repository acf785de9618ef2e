"""Doses without a pump: planned, given whole or device by device, and the stay that begins with them."""

from __future__ import annotations

from typing import Any

import pytest
from desk import Desk
from test_session_protocol import opened
from test_tasks import EVENTS

from charting.delivered import delivered
from charting.lines import line
from charting.medication import Dose, accounts
from charting.model import Kind
from charting.sbar import sbar
from charting.session import Phase, fold
from charting.summary import summary, words
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m

UNSCREENED = {"the patient was not screened in this session. Start all the same?": "on paper"}


def planned(protocol: str, **typed: Any) -> Desk:
    desk = opened(protocol)
    desk.chair.events = EVENTS
    desk.act(m.PlanDose(**typed))
    return desk


def give(desk: Desk) -> str:
    return line(desk.act(m.Give(detail="left deltoid", confirmed=SURE)))


def refused(desk: Desk, act: m.Act) -> Refusal:
    before = len(desk.chair.lines)
    with pytest.raises(Refusal) as found:
        desk.act(act)
    assert len(desk.chair.lines) == before
    return found.value


def phase(desk: Desk) -> Phase:
    assert desk.chair.state is not None
    assert fold(desk.chair.lines) == desk.chair.state
    return desk.chair.state.phase


def mg(desk: Desk) -> float:
    assert desk.chair.state is not None
    return delivered(desk.chair.state, desk.clock.utc_ms(desk.now_ns)).mg


def infusion(desk: Desk) -> m.Infusion:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0).infusion


def test_an_injection_goes_from_the_baseline_to_recovery_with_its_clock() -> None:
    desk = planned("im", mg_per_kg=0.5, mg_per_ml=50.0)
    assert line(desk.chair.lines[-1]) == "plan 0.5 mg/kg = 35 mg in 0.7 mL"
    assert desk.chair.lines[-1].payload["working"] == ["70 kg x 0.5 mg/kg = 35 mg", "35 mg / 50 mg/mL = 0.7 mL"]
    assert (phase(desk), infusion(desk).next_part) == (Phase.BASELINE, "35 mg")
    asked = refused(desk, m.Give(detail="left deltoid", confirmed=UNSCREENED))
    assert (asked.confirm, str(asked)) == ("given", "35 mg IM, left deltoid. Was it given?")
    assert give(desk).startswith("given: 35 mg IM, left deltoid")
    assert (phase(desk), mg(desk)) == (Phase.RECOVERY, 35)
    desk.run(90)
    view = infusion(desk)
    assert (view.given, view.parts, view.given_s, view.next_part) == (1, 1, 90, "")
    assert (view.delivered_mg, view.delivered_ml, view.delivered_mg_per_kg) == (35, 0.7, 0.5)
    assert "whole dose was given" in str(refused(desk, m.Give(detail="x", confirmed=SURE)))
    assert {one.task for one in desk.chair.owed(desk.now_ns)} >= {"rating"}
    assert desk.chair.state is not None
    assert desk.chair.state.ended_ms == desk.chair.state.started_ms
    made = summary(list(desk.chair.lines), ())
    assert (made["planned_mg"], made["delivered_mg"]) == (35, 35)
    assert any("Delivered 35.0 mg of 35.0 mg planned" in sentence for sentence in words(made))


def test_a_bolus_goes_in_over_its_minutes_with_a_countdown() -> None:
    desk = planned("ed-bolus", mg_per_kg=0.2, minutes=2.0, mg_per_ml=10.0)
    assert give(desk).startswith("given: 14 mg IV over 2 min, left deltoid")
    desk.run(30)
    assert mg(desk) == pytest.approx(3.5)
    assert ("end of the bolus", 90.0) in [(d.text, d.in_s) for d in desk.chair.owed(desk.now_ns)]
    desk.run(90)
    assert mg(desk) == pytest.approx(14)
    assert "end of the bolus" not in [d.text for d in desk.chair.owed(desk.now_ns)]


def bolus(after_s: float) -> Desk:
    """A bolus of 14 mg over 2 min, begun ``after_s`` ago."""
    desk = planned("ed-bolus", mg_per_kg=0.2, minutes=2.0, mg_per_ml=10.0)
    give(desk)
    desk.run(after_s)
    return desk


def test_a_bolus_is_broken_off_and_counts_as_far_as_it_went() -> None:
    desk = bolus(30)
    assert infusion(desk).going_in
    entry = desk.act(m.StopInfusion(reason="breathing, SpO2 84"))
    assert (entry.kind, entry.payload["code"], phase(desk)) == (Kind.INFUSION_STOPPED, "breathing", Phase.RECOVERY)
    assert not infusion(desk).going_in
    desk.run(300)
    state = desk.chair.state
    assert state is not None and mg(desk) == pytest.approx(3.5)
    assert infusion(desk).delivered_ml == pytest.approx(0.35)
    assert state.started_ms is not None and state.ended_ms == state.started_ms + 30_000
    assert "end of the bolus" not in [one.text for one in desk.chair.owed(desk.now_ns)]
    assert "no infusion is running" in str(refused(desk, m.StopInfusion(reason="x")))
    desk.journal.commit()
    entries = desk.store.entries(state.session)
    made = summary(entries, ())
    assert (made["delivered_mg"], made["treated_to_ms"]) == (pytest.approx(3.5), state.ended_ms)
    assert any("Delivered 3.5 mg of 14.0 mg planned" in one and "0.5 min" in one for one in words(made))
    card = "\n".join(sbar(entries, (), desk.clock.utc_ms(desk.now_ns)).lines)
    assert "3.5 mg given" in card and "pump ran" not in card
    drawn = Dose(0, 0, "drawn", "ketamine", "ketamine", 14.0, "mg", True, True)
    (one,) = accounts((drawn,), mg(desk))
    assert one.remaining == pytest.approx(10.5)


def test_an_emergency_ends_a_bolus_and_an_undone_stop_does_not() -> None:
    desk = bolus(60)
    desk.act(m.StopInfusion(reason="other"))
    desk.act(m.Undo())
    desk.run(30)
    assert mg(desk) == pytest.approx(10.5)
    desk.act(m.Emergency())
    assert [one.kind for one in desk.chair.lines][-2:] == [Kind.INFUSION_STOPPED, Kind.EMERGENCY]
    desk.run(300)
    assert (phase(desk), mg(desk)) == (Phase.RECOVERY, pytest.approx(10.5))


def test_a_bolus_that_is_in_is_broken_off_only_by_a_stop_that_was_charted_late() -> None:
    desk = bolus(120)
    assert not infusion(desk).going_in
    assert "no infusion is running" in str(refused(desk, m.StopInfusion(reason="x")))
    desk.run(60)
    with pytest.raises(Refusal, match="no infusion is running"):
        desk.chair.handle(m.StopInfusion(reason="x"), "KS", desk.now_ns, 60.0)
    desk.chair.handle(m.StopInfusion(reason="x"), "KS", desk.now_ns, 90.0)
    assert (phase(desk), mg(desk)) == (Phase.RECOVERY, pytest.approx(10.5))
    at_once = planned("im", mg_per_kg=0.5, mg_per_ml=50.0)
    give(at_once)
    assert at_once.act(m.Emergency()).kind is Kind.EMERGENCY
    assert [one.kind for one in at_once.chair.lines].count(Kind.INFUSION_STOPPED) == 0
    assert at_once.chair.state is not None
    (one,) = at_once.chair.state.given
    assert (one.mg_by(one.at_ms - 1), one.mg_by(one.at_ms)) == (0, 35)


def test_devices_are_counted_with_a_rest_between_them() -> None:
    desk = planned("esketamine-nasal", dose_mg=84.0)
    assert line(desk.chair.lines[-1]) == "plan 1.2 mg/kg = 84 mg, 3 devices"
    assert give(desk).startswith("given: device 1 of 3, 28 mg nasal")
    assert phase(desk) is Phase.INFUSING
    desk.run(120)
    assert ("device 2 of 3", 180.0) in [(d.text, d.in_s) for d in desk.chair.owed(desk.now_ns)]
    asked = refused(desk, m.Give(detail="L1"))
    early = refused(desk, m.Give(detail="L1", confirmed={str(asked): ""})) if asked.confirm == "given" else asked
    assert (early.confirm, early.why) == ("rest_short", True)
    assert str(early) == "the rest of 5 min is not over. Was it given all the same?"
    assert "rest of 5 min" in give(desk)
    desk.run(301)
    give(desk)
    assert (phase(desk), mg(desk)) == (Phase.RECOVERY, 84)


def test_a_dose_by_devices_can_end_early_and_the_rest_is_not_counted() -> None:
    desk = planned("esketamine-nasal", dose_mg=56.0)
    give(desk)
    assert "no pump" in str(refused(desk, m.Hold(reason="dizzy")))
    desk.act(m.StopInfusion(reason="nausea"))
    assert (phase(desk), mg(desk)) == (Phase.RECOVERY, 28)
    assert infusion(desk).next_part == ""
    assert "whole dose" in str(refused(desk, m.Give(detail="L1", confirmed=SURE)))


@pytest.mark.parametrize(
    ("protocol", "typed", "field"),
    [
        ("im", {"mg_per_kg": 0.5}, "mg_per_ml"),
        ("ed-bolus", {"mg_per_kg": 0.2, "mg_per_ml": 10.0}, "minutes"),
        ("oral", {}, "mg_per_kg"),
        ("oral", {"mg_per_kg": 1.0, "dose_mg": 50.0}, "mg_per_kg"),
        ("sublingual", {"dose_mg": 0.01}, "dose_mg"),
        ("esketamine-nasal", {"dose_mg": 57.0}, "dose_mg"),
        ("im", {"mg_per_kg": float("nan"), "mg_per_ml": 50.0}, "mg_per_kg"),
    ],
)
def test_what_is_missing_or_cannot_be_is_told_beside_its_field(
    protocol: str, typed: dict[str, Any], field: str
) -> None:
    assert refused(opened(protocol), m.PlanDose(**typed)).field == field


@pytest.mark.parametrize(
    ("typed", "confirm"),
    [({"mg_per_kg": 2.6}, "dose_reason"), ({"dose_mg": 301.0}, "dose_stop"), ({"dose_mg": 24.0}, "dose_low")],
)
def test_a_fixed_dose_is_doubted_by_its_own_limits(typed: dict[str, Any], confirm: str) -> None:
    asked = refused(opened("oral"), m.PlanDose(**typed))
    assert (asked.confirm, asked.field) == (confirm, next(iter(typed)))


def test_pump_and_no_pump_are_not_mixed_up() -> None:
    desk = planned("im", mg_per_kg=0.5, mg_per_ml=50.0)
    assert "no pump" in str(refused(desk, m.StartInfusion()))
    assert "no pump" in str(refused(desk, m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0)))
    pump = opened("iv-standard")
    for act in (m.PlanDose(mg_per_kg=0.5), m.Give(detail="x", confirmed=SURE)):
        assert "gives by a pump" in str(refused(pump, act))


def test_an_undone_dose_was_not_given() -> None:
    desk = planned("sublingual", dose_mg=10.0)
    give(desk)
    assert phase(desk) is Phase.RECOVERY
    desk.act(m.Undo())
    assert (phase(desk), mg(desk)) == (Phase.BASELINE, 0)


def test_the_baseline_is_frozen_with_the_first_device_only_and_a_patient_away_is_back() -> None:
    desk = opened("esketamine-nasal")
    for _ in range(3):
        desk.say(NIBP_SYS=124, NIBP_DIA=78, NIBP_MEAN=93)
        desk.run(61)
    desk.act(m.PlanDose(dose_mg=56.0))
    desk.act(m.Away(reason="toilet", minutes=5))
    give(desk)
    desk.run(301)
    give(desk)
    kinds = [entry.kind for entry in desk.chair.lines]
    assert kinds.count(Kind.BASELINE) == 1
    assert kinds.index(Kind.BACK) < kinds.index(Kind.GIVEN)


def test_a_dose_can_be_charted_late_but_not_before_the_one_before() -> None:
    desk = planned("esketamine-nasal", dose_mg=56.0)
    desk.run(120)
    desk.chair.handle(m.Give(detail="L1", confirmed=SURE), "KS", desk.now_ns, 60.0)
    assert infusion(desk).given_s == 60
    act = m.Give(detail="L1", confirmed=SURE)
    with pytest.raises(Refusal, match="before the last dose was given"):
        desk.chair.handle(act, "KS", desk.now_ns, 90.0)


def test_by_mouth_the_dose_is_stated_by_weight_or_as_a_whole() -> None:
    by_weight, fixed = (opened("oral") for _ in range(2))
    by_weight.act(m.PlanDose(mg_per_kg=1.0))
    fixed.act(m.PlanDose(dose_mg=150.0))
    assert [desk.chair.state.planned_mg for desk in (by_weight, fixed)] == [70.0, 150.0]  # type: ignore[union-attr]
    assert infusion(fixed).doses == ("mg_per_kg", "dose_mg")
    assert infusion(opened("im")).doses == ("mg_per_kg",)
    assert infusion(opened("esketamine-nasal")).doses == ("dose_mg",)


def test_a_dose_is_not_stated_in_a_way_that_the_protocol_has_no_limits_for() -> None:
    for protocol, act in (
        ("im", m.PlanDose(dose_mg=50.0, mg_per_ml=50.0)),
        ("esketamine-nasal", m.PlanDose(mg_per_kg=0.8)),
    ):
        with pytest.raises(Refusal, match="this protocol has its dose") as caught:
            opened(protocol).act(act)
        assert caught.value.field in ("dose_mg", "mg_per_kg")


def test_the_summary_tells_parts_and_their_span_instead_of_a_pumps_minutes() -> None:
    desk = opened("esketamine-nasal")
    desk.act(m.PlanDose(dose_mg=56.0, confirmed=SURE))
    desk.act(m.Give(detail="lot 1", confirmed=SURE))
    desk.run(360)
    desk.act(m.Give(detail="lot 1", confirmed=SURE))
    desk.journal.commit()
    assert desk.chair.state is not None
    made = summary(desk.store.entries(desk.chair.state.session), [])
    assert made["parts_given"] == 2
    assert made["treated_to_ms"] - made["treated_from_ms"] == 360_000
    assert any("2 parts without a pump over 6.0 min" in text for text in words(made))


def test_an_undone_dose_froze_no_baseline_but_the_parts_before_it_did() -> None:
    desk = opened("esketamine-nasal")
    for _ in range(3):
        desk.say(NIBP_SYS=180, NIBP_DIA=110, NIBP_MEAN=133)
        desk.run(61)
    desk.act(m.PlanDose(dose_mg=56.0, confirmed=SURE))
    desk.act(m.Give(detail="L1", confirmed=SURE))
    desk.act(m.StopInfusion(reason="nausea"))
    desk.act(m.Undo())
    assert desk.chair.state is not None and desk.chair.state.baseline == (180, 110)
    desk.act(m.Undo())
    assert phase(desk) is Phase.BASELINE
    assert desk.chair.state.baseline is None
    desk.act(m.Give(detail="L2", confirmed=SURE))
    assert desk.chair.state.baseline == (180, 110)
