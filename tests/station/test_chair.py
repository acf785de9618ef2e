"""A chair: acts and their refusals, numerics into the chart, baseline, resume after a crash."""

from __future__ import annotations

from typing import Any

import pytest
from desk import GE, MASIMO, START_MS, Desk

from charting.delivered import delivered
from charting.model import Kind
from charting.session import Phase, fold
from drivers.core.measurement import Validity
from station.recorder.acts import Refusal
from station.recorder.opening import resume
from station.recorder.sight import Surroundings
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m

OPEN = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)
PLAN = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0)


def view(desk: Desk) -> m.ChairView:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), desk.journal.saved_seq)


def number(desk: Desk, metric: str) -> m.Number:
    return next(n for n in view(desk).numbers if n.metric == metric)


def test_a_whole_infusion_is_charted_and_folds_to_its_dose() -> None:
    desk = Desk()
    desk.begin()
    desk.run(600)
    desk.act(m.Hold(reason="asked for a pause"))
    desk.run(120)
    desk.act(m.Resume())
    desk.run(600)
    desk.act(m.SetRate(rate_ml_per_h=30, reason="dizzy"))
    desk.run(600)
    desk.act(m.StopInfusion(reason="done"))
    desk.run(60)
    desk.act(m.CloseSession(reason="home with driver", confirmed=SURE))
    desk.journal.commit()
    state = fold(desk.store.entries())
    assert state is not None
    assert state.phase is Phase.CLOSED
    assert delivered(state, START_MS + 10**9).mg == pytest.approx(52.5 / 6 * 2 + 30 / 6)
    assert desk.chair.state is None


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (m.OpenSession(patient=" ", identifier="1", weight_kg=70), "patient"),
        (m.OpenSession(patient="A", identifier="\x1b", weight_kg=70), "identifier"),
        (m.OpenSession(patient="A", identifier="1", weight_kg=19), "weight_kg"),
        (m.OpenSession(patient="A", identifier="1", weight_kg=float("nan")), "weight_kg"),
        (m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1), ""),
        (m.StartInfusion(confirmed=SURE), ""),
        (m.Hold(reason="x"), ""),
        (m.Acknowledge(), ""),
        (m.Note(text="x"), ""),
    ],
)
def test_without_a_session_refusals_say_why_and_chart_nothing(act: Any, field: str) -> None:
    desk = Desk()
    with pytest.raises(Refusal) as refused:
        desk.act(act)
    assert refused.value.field == field
    desk.journal.commit()
    assert desk.store.entries() == []


@pytest.mark.parametrize(
    "act",
    [
        OPEN,
        PLAN,
        m.StartInfusion(confirmed=SURE),
        m.Resume(),
        m.Hold(reason=""),
        m.SetRate(rate_ml_per_h=0, reason="x"),
        m.SetRate(rate_ml_per_h=10, reason=" "),
        m.StopInfusion(reason="\u202e"),
        m.CloseSession(reason="x"),
        m.ManualVitals(values={}),
        m.ManualVitals(values={"SPO2": 101}),
        m.ManualVitals(values={"NONSENSE": 1}),
        m.ManualVitals(values={"NIBP_SYS": 80, "NIBP_DIA": 90}),
    ],
)
def test_while_infusing_refusals_chart_nothing(act: Any) -> None:
    desk = Desk()
    desk.begin()
    desk.journal.commit()
    before = desk.store.head()
    with pytest.raises(Refusal):
        desk.act(act)
    desk.journal.commit()
    assert desk.store.head() == before


def test_nobody_charts_without_initials() -> None:
    with pytest.raises(Refusal) as refused:
        Desk().act(OPEN, by="")
    assert refused.value.field == "by"


def test_start_needs_a_plan() -> None:
    desk = Desk()
    desk.act(OPEN)
    with pytest.raises(Refusal, match="plan"):
        desk.act(m.StartInfusion(confirmed=SURE))


def test_baseline_is_the_median_of_three_and_frozen_at_the_start() -> None:
    desk = Desk()
    desk.begin(start=False)
    for sys_mmhg, dia_mmhg in ((120, 80), (150, 70), (124, 78)):
        desk.say(NIBP_SYS=sys_mmhg, NIBP_DIA=dia_mmhg, NIBP_MEAN=90)
        desk.run(60)
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.say(NIBP_SYS=190, NIBP_DIA=100, NIBP_MEAN=130)
    assert desk.chair.state is not None
    assert desk.chair.state.baseline == view(desk).baseline == (124, 78)


@pytest.mark.parametrize(("second", "expected"), [(134, (127, 80)), (136, None)])
def test_two_baseline_readings_must_agree_within_15(second: float, expected: Any) -> None:
    desk = Desk()
    desk.begin(start=False)
    for sys_mmhg in (120, second):
        desk.say(NIBP_SYS=sys_mmhg, NIBP_DIA=80, NIBP_MEAN=90)
        desk.run(60)
    desk.act(m.StartInfusion(confirmed=SURE))
    assert desk.chair.state is not None
    assert desk.chair.state.baseline == expected


def test_numerics_are_charted_only_while_a_session_is_open() -> None:
    desk = Desk()
    desk.run(5, HR=70)
    desk.begin()
    desk.run(10, HR=71, SPO2=98)
    desk.journal.commit()
    assert desk.chair.state is not None
    rows = list(desk.store.numerics(desk.chair.state.session))
    assert len(rows) == 10
    assert {r.values["HR"] for r in rows} == {(71.0, "valid")}


def test_a_number_is_shown_only_while_it_is_true() -> None:
    desk = Desk()
    desk.run(2, SPO2=97, HR=70)
    assert (number(desk, "SPO2").value, number(desk, "SPO2").dimmed) == (97, False)
    desk.run(6)
    assert (number(desk, "SPO2").value, number(desk, "SPO2").dimmed) == (97, True)
    desk.run(30)
    assert number(desk, "SPO2").value is None
    assert number(desk, "SPO2").why == "no data"


def test_an_invalid_value_is_dashes_at_once() -> None:
    desk = Desk()
    desk.run(2, SPO2=97)
    desk.say(validity=Validity.NOT_AVAILABLE, SPO2=None)
    assert number(desk, "SPO2").value is None
    assert number(desk, "SPO2").why == "no reading"


def test_the_cuff_ages_dims_and_goes() -> None:
    desk = Desk()
    desk.begin()
    desk.say(NIBP_SYS=120, NIBP_DIA=80, NIBP_MEAN=93)
    assert number(desk, "NIBP_SYS").value == 120
    desk.clock.at_ns += 301 * 10**9
    assert (number(desk, "NIBP_SYS").value, number(desk, "NIBP_SYS").dimmed) == (120, True)
    desk.clock.at_ns += 120 * 10**9
    assert number(desk, "NIBP_SYS").value is None


def test_of_two_sources_the_first_listed_is_shown_while_it_is_live() -> None:
    desk = Desk(GE, MASIMO)
    desk.say("masimo_ascii", SPO2=95)
    assert number(desk, "SPO2").source == "masimo_ascii"
    desk.say("ge_dri", SPO2=97)
    assert (number(desk, "SPO2").value, number(desk, "SPO2").source) == (97, "ge_dri")
    desk.clock.at_ns += 4 * 10**9
    desk.say("masimo_ascii", SPO2=94)
    assert (number(desk, "SPO2").value, number(desk, "SPO2").source) == (94, "masimo_ascii")


def test_an_alarm_is_charted_acknowledged_and_listed() -> None:
    desk = Desk(preset={"SPO2_LOW": {"delay_s": 0}})
    desk.begin()
    came = desk.run(3, SPO2=85)
    assert "SPO2_LOW" in {t.condition for t in came}
    assert view(desk).alarms[0].condition == "SPO2_LOW"
    assert number(desk, "SPO2").priority == "high"
    desk.act(m.Acknowledge())
    assert view(desk).alarms[0].state == "ACTIVE_ACK"
    desk.journal.commit()
    charted = [
        e.payload["to"] for e in desk.store.entries() if e.kind is Kind.ALARM and e.payload["condition"] == "SPO2_LOW"
    ]
    assert charted == ["PENDING", "ACTIVE_UNACK", "ACTIVE_ACK"]


def test_nothing_is_called_saved_before_the_commit() -> None:
    desk = Desk()
    desk.begin()
    assert not any(line.saved for line in view(desk).lines)
    desk.journal.commit()
    assert all(line.saved for line in view(desk).lines)


def test_resume_stands_where_the_chart_stood() -> None:
    desk = Desk(preset={"SPO2_LOW": {"delay_s": 0}})
    desk.begin(start=False)
    for sys_mmhg in (120, 122, 124):
        desk.say(NIBP_SYS=sys_mmhg, NIBP_DIA=80, NIBP_MEAN=93)
        desk.run(60, SPO2=98, HR=70)
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.run(60, SPO2=85, HR=70)
    desk.journal.commit()
    session = desk.chair.state.session  # type: ignore[union-attr]
    after = Desk(preset={"SPO2_LOW": {"delay_s": 0}})
    after.clock.at_ns = desk.now_ns + 30 * 10**9
    after.chair.resume(desk.store.entries(session), list(desk.store.numerics(session)), after.now_ns)
    assert after.chair.state == desk.chair.state
    assert [a.condition for a in view(after).alarms] == ["SPO2_LOW"]
    assert after.chair.vitals.cuff is not None
    assert after.chair.vitals.cuff.sys == 124
    desk_cuff = desk.chair.vitals.cuff
    assert desk_cuff is not None
    assert abs(after.chair.vitals.cuff.at_ns - desk_cuff.at_ns) <= 10**6
    after.chair.gap(START_MS + 240_000, START_MS + 270_000, "killed", after.now_ns)
    assert view(after).infusion.unobserved_mg == pytest.approx(52.5 * 30 / 3600)


def test_resume_before_the_start_keeps_the_baseline_readings() -> None:
    desk = Desk()
    desk.begin(start=False)
    for sys_mmhg in (120, 122, 124):
        desk.say(NIBP_SYS=sys_mmhg, NIBP_DIA=80, NIBP_MEAN=93)
        desk.run(60)
    desk.journal.commit()
    session = desk.chair.state.session  # type: ignore[union-attr]
    after = Desk()
    after.clock.at_ns = desk.now_ns
    after.chair.resume(desk.store.entries(session), list(desk.store.numerics(session)), after.now_ns)
    assert view(after).prepared.baseline == (122, 80, 3)


def test_the_hole_begins_where_the_last_entry_was_written_not_where_it_happened() -> None:
    desk = Desk()
    desk.begin()
    desk.run(600)
    desk.chair.handle(m.Note(text="late"), "N1", desk.now_ns, ago_s=540)
    desk.journal.commit()
    session = desk.chair.state.session  # type: ignore[union-attr]
    after = Desk()
    after.clock.at_ns = desk.now_ns + 10 * 10**9
    resume(after.chair, session, desk.store, after.now_ns, after.clock.utc_ms(after.now_ns))
    assert after.chair.state is not None
    assert after.chair.state.gaps == ((START_MS + 600_000, START_MS + 610_000),)


def test_line_of_truth_after_hold_and_rate_change() -> None:
    desk = Desk()
    desk.begin()
    desk.run(600)
    infusion = view(desk).infusion
    assert infusion.phase == "infusing"
    assert infusion.left_s == pytest.approx(1800)
    desk.act(m.Hold(reason="x"))
    desk.run(60)
    infusion = view(desk).infusion
    assert (infusion.hold_s, infusion.left_s) == (pytest.approx(60), pytest.approx(1800))
    desk.act(m.Resume(rate_ml_per_h=105, confirmed=SURE))
    assert view(desk).infusion.left_s == pytest.approx(900)


def test_no_viewer_is_an_alarm_only_while_a_session_is_open() -> None:
    desk = Desk()
    gone = Surroundings(viewer_gone_ns=0)
    assert "NO_VIEWER" not in {t.condition for t in desk.run(10, gone, HR=70)}
    desk.begin()
    assert "NO_VIEWER" in {t.condition for t in desk.run(10, gone, HR=70)}


def test_hostile_names_are_data() -> None:
    desk = Desk()
    desk.act(m.OpenSession(patient="[/] \x1b]0;evil\x07[red]", identifier="<b>\u202e1", weight_kg=70))
    assert view(desk).patient == "[/] ]0;evil[red]"
    assert view(desk).identifier == "<b>1"


def test_a_stream_that_never_came_back_after_a_crash_is_stale() -> None:
    desk = Desk()
    desk.begin()
    desk.run(10, HR=70, SPO2=98)
    desk.journal.commit()
    session = desk.chair.state.session  # type: ignore[union-attr]
    after = Desk()
    after.clock.at_ns = desk.now_ns + 10 * 10**9
    after.chair.resume(desk.store.entries(session), list(desk.store.numerics(session)), after.now_ns)
    came = after.run(40, HR=70)
    assert ("VALUE_STALE", "SPO2", "ACTIVE_UNACK") in {(t.condition, t.subject, t.to_state) for t in came}


def test_a_session_without_any_device_is_an_alarm_until_it_is_said_that_there_is_none() -> None:
    desk = Desk()
    desk.chair.sources = ()
    desk.begin(start=False)
    assert not any(t.condition == "COMM_LOST" and t.to_state == "ACTIVE_UNACK" for t in desk.run(4.5))
    (lost,) = [t for t in desk.run(1) if t.condition == "COMM_LOST" and t.to_state == "ACTIVE_UNACK"]
    assert lost.text == "No data from any monitor"
    desk.act(m.BindMonitor(sources=()))
    assert [t.to_state for t in desk.run(1) if t.condition == "COMM_LOST"] == ["INACTIVE"]
    assert not any(t.condition == "COMM_LOST" for t in desk.run(60))
