"""The rows of the sources' table of treatments (clinical.md 2) about the session: each is served at the chair."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import GE, MASIMO, Desk
from test_giving import UNSCREENED, give, infusion, mg, phase, planned, refused
from test_protocol_tasks import infusing
from test_session_protocol import KNOWN, opened, view
from test_tasks import EVENTS, in_s, of, owed

from charting.duty import chairs_each
from charting.lines import line
from charting.model import Kind
from charting.monitoring_form import DRAFT, form_of
from charting.monitoring_page import text_of
from charting.people import Access, Person, Role, Signed
from charting.session import Phase
from station.cli import main
from station.clock import clinic_time
from station.drugs import load_drugs
from station.script import SURE
from station.wire import messages as m, people_acts as p
from station.wire.drug_acts import Adverse, Medicate
from station.wire.room_acts import QuietRoom

PRESSURE = {"NIBP_SYS": 120.0, "NIBP_DIA": 70.0, "NIBP_MEAN": 87.0}


def missing(desk: Desk) -> dict[str, float | None]:
    """Criteria that are not met, and the seconds until they can be."""
    return {one.sentence: one.in_s for one in view(desk).leave if not one.met}


def test_row_ed_low_dose_bolus_seconds_timer_denser_vitals_two_hour_watch() -> None:
    desk = planned("ed-bolus", mg_per_kg=0.2, minutes=1.0, mg_per_ml=10.0)
    give(desk)
    desk.run(20)
    assert ("end of the bolus", 40.0) in [(one.text, one.in_s) for one in desk.chair.owed(desk.now_ns)]
    assert (infusion(desk).given_s, mg(desk)) == (20, pytest.approx(14 / 3))
    assert [in_s(desk, name) for name in ("rating", "pressure-5", "pressure-10")] == [280, 280, 580]
    desk.run(40)
    assert missing(desk)["120 min since the start of the dose"] == 119 * 60


def test_row_im_single_dose_with_site_time_zero_and_no_pump() -> None:
    desk = planned("im", mg_per_kg=0.5, mg_per_ml=50.0)
    assert "no pump" in str(refused(desk, m.StartInfusion(confirmed=SURE)))
    assert "site" in str(refused(desk, m.Give(detail=" ", confirmed=SURE)))
    assert give(desk).startswith("given: 35 mg IM, left deltoid")
    assert phase(desk) is Phase.RECOVERY
    desk.run(61)
    assert (infusion(desk).given_s, infusion(desk).rate_ml_per_h) == (61, None)


@pytest.mark.parametrize(("protocol", "note"), [("oral", "20 to 25 %"), ("sublingual", "About 30 %")])
def test_row_lozenge_and_oral_event_dose_bioavailability_note_longer_watch(protocol: str, note: str) -> None:
    desk = planned(protocol, dose_mg=50.0) if protocol == "oral" else planned(protocol, dose_mg=10.0)
    assert note in " ".join(view(desk).dose_notes)
    give(desk)
    assert phase(desk) is Phase.RECOVERY
    assert missing(desk)["120 min since the start of the dose"] == 120 * 60


def test_row_intranasal_esketamine_counter_rests_bp_at_40_min_two_hour_lock_and_form_draft() -> None:
    desk = planned("esketamine-nasal", dose_mg=56.0)
    give(desk)
    assert (infusion(desk).given, infusion(desk).parts) == (1, 2)
    assert ("device 2 of 2", 300.0) in [(one.text, one.in_s) for one in desk.chair.owed(desk.now_ns)]
    early = refused(
        desk, m.Give(detail="L2", confirmed=UNSCREENED | {"device 2 of 2, 28 mg nasal, L2. Was it given?": ""})
    )
    assert early.confirm == "rest_short"
    desk.run(301)
    give(desk)
    assert in_s(desk, "pressure-40") == 2400 - 301
    desk.run(2100)
    desk.say(**PRESSURE)
    desk.run(2)
    assert owed(desk, "pressure-40") is None
    assert missing(desk)["120 min since the start of the dose"] == pytest.approx(7200 - 2403)
    end = refused(desk, m.CloseSession(reason="home"))
    while end.confirm != "not_fit":
        end = refused(desk, m.CloseSession(reason="home", confirmed={str(end): "as charted"}))
    assert "criteria for leaving are not met" in str(end)
    desk.journal.commit()
    session = desk.chair.state.session if desk.chair.state else ""
    rows = list(desk.store.numerics(session))
    form = form_of(desk.store.entries(session), rows, None, desk.clock.utc_ms(desk.now_ns), clinic_time)
    assert text_of(form).startswith(f"*** {DRAFT} ***")
    assert "120/70 mmHg" in text_of(form)


def test_row_benzodiazepine_co_administration_records_drug_dose_and_time() -> None:
    desk = infusing("iv-standard")
    desk.chair.beside.drugs = load_drugs(Path("nowhere"))
    desk.run(120)
    act = Medicate(
        drug="midazolam", amount=1.0, unit="mg", route="IV", ordered_by="Dr. Q", given_by="KS", reason="agitated"
    )
    entry = desk.chair.handle(act, "KS", desk.now_ns, 60.0).last
    assert line(entry).startswith("midazolam 1 mg IV, given by KS, ordered by Dr. Q: agitated")
    assert entry.entered_at_ms - entry.happened_at_ms == 60_000


def test_row_trained_team_staff_on_session_with_role_and_chairs_of_each() -> None:
    signed = Signed("KS", Person("s2", "Karla", "KS", Role.NURSE), Access.SIGNED)
    desk = Desk()
    desk.chair.handle(m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0), signed, desk.now_ns)
    assert desk.chair.state is not None
    assert [(one.initials, one.role) for one in desk.chair.state.care.on] == [("KS", "nurse")]
    other = Desk()
    other.act(m.OpenSession(patient="Other, B", identifier="1981-01-01", weight_kg=70.0), by="BO")
    other.act(p.SignOn(), by="ks")
    assert chairs_each([view(desk).on, view(other).on, ()]) == {"KS": 2, "BO": 1}


def test_row_continuous_ecg_spo2_sedation_rr_live_channels_and_scheduled_prompts() -> None:
    desk = opened("", desk=_two())
    desk.chair.events = EVENTS
    desk.say(HR=72.0, SPO2=97.0, RESP_RATE=14.0)
    seen = {one.metric: one.value for one in view(desk).numbers}
    assert (seen["HR"], seen["SPO2"], seen["RESP_RATE"]) == (72.0, 97.0, 14.0)
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE))
    desk.act(m.StartInfusion(confirmed=SURE))
    assert in_s(desk, "rating") == 900
    assert [state for _, _, state in of(desk.run(1201), "OBS_DUE", "rating")] == ["PENDING", "ACTIVE_UNACK"]


def _two() -> Desk:
    desk = Desk(GE, MASIMO)
    desk.chair.protocols = KNOWN
    return desk


def test_row_monitoring_during_and_after_iv_phases_with_their_schedules() -> None:
    desk = opened("iv-standard")
    desk.chair.events = EVENTS
    seen = [phase(desk)]
    acts: tuple[m.Act, ...] = (
        m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE),
        m.StartInfusion(confirmed=SURE),
        m.Hold(reason="dizzy"),
        m.Resume(confirmed=SURE),
        m.StopInfusion(reason="done"),
    )
    for act in acts:
        desk.act(act)
        desk.run(1)
        seen.append(phase(desk))
        tasks = {one.task for one in desk.chair.owed(desk.now_ns) if one.task}
        assert ("rating" in tasks) == (phase(desk) is not Phase.BASELINE)
        assert ("discharge-vitals" in tasks) == (phase(desk) is Phase.RECOVERY)
        assert ("recheck" in tasks) == (phase(desk) is Phase.HELD)
    assert seen[1:] == [Phase.BASELINE, Phase.INFUSING, Phase.HELD, Phase.INFUSING, Phase.RECOVERY]


def test_row_emergence_dissociation_timed_observations_severity_intervention() -> None:
    desk = infusing("iv-standard")
    desk.run(600)
    rated = desk.act(m.QuickEvent(event="dissociation", rating=3))
    assert line(rated) == "dissociation 3: strong, answers briefly"
    assert desk.chair.state is not None
    assert (rated.happened_at_ms - (desk.chair.state.started_ms or 0), in_s(desk, "rating")) == (600_000, 900)
    worse = desk.act(Adverse(event="frightened, sees faces", severity="moderate", outcome="held, spoke to, calm"))
    assert line(worse) == "adverse event: frightened, sees faces, moderate; outcome: held, spoke to, calm"
    assert line(desk.act(m.QuickEvent(event="spoke_to"))) == "spoke to the patient"


def test_row_emergence_dissociation_psychotomimetic_quiet_room_said_in_words_charted_and_over_in_an_emergency() -> None:
    desk = infusing("iv-standard")
    desk.run(900)
    began = desk.act(QuietRoom())
    assert line(began) == "quiet room for 60 min at most"
    quiet = view(desk).quiet
    assert quiet is not None and (quiet.since_ms, quiet.by) == (began.happened_at_ms, "N1")
    assert line(desk.act(m.QuickEvent(event="dissociation", rating=4))).startswith("dissociation 4")
    desk.act(m.Emergency())
    assert view(desk).quiet is None
    assert "quiet room ended: emergency" in [one.text for one in view(desk).lines]


@pytest.mark.parametrize(("reason", "code"), [("bp 190/110", "bp"), ("felt unwell", "")])
def test_row_discontinuation_stop_reason_codes(reason: str, code: str) -> None:
    desk = infusing("iv-standard")
    desk.run(60)
    entry = desk.act(m.StopInfusion(reason=reason))
    assert (entry.payload["code"], line(entry)) == (code, f"infusion stopped: {reason}")


def test_row_discontinuation_of_a_dose_by_devices_has_a_code_too() -> None:
    desk = planned("esketamine-nasal", dose_mg=84.0)
    give(desk)
    assert desk.act(m.StopInfusion(reason="nausea, vomited")).payload["code"] == "nausea"


def test_row_discontinuation_and_haemodynamic_change_in_the_qa_report(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    desk = Desk(ledger=ledger)
    desk.chair.protocols = KNOWN
    for sys, minutes, reason in ((130.0, 40, "done"), (185.0, 10, "bp 185/104"), (130.0, 10, "an emergency")):
        opened("iv-standard", desk)
        desk.say(**PRESSURE)
        desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE))
        desk.act(m.StartInfusion(confirmed=SURE))
        desk.clock.at_ns += minutes * 30 * 10**9
        desk.say(NIBP_SYS=sys, NIBP_DIA=90.0, NIBP_MEAN=110.0)
        desk.clock.at_ns += minutes * 30 * 10**9
        desk.act(m.Emergency() if "emergency" in reason else m.StopInfusion(reason=reason))
        desk.act(m.CloseSession(reason="home", confirmed={m.WHATEVER: "as charted"}))
    desk.journal.commit()
    sessions = [one.session for one in desk.store.sessions()]
    desk.store.close()

    def told(*words: str) -> str:
        done = CliRunner().invoke(main, ["sessions", *words, "--ledger", str(ledger)])
        assert done.exit_code == 0, done.output
        return str(done.output)

    report = told("report", "--qa")
    assert report.startswith("3 treated sessions of 1 patients")
    assert "dose stopped early: 2 of 3 = 66.7%" in report
    assert "  blood pressure: 1 of 3" in report
    assert "  emergency: 1 of 3" in report
    assert "  wan-2015: 1 of 3 = 33.3%" in report
    assert "Haemodynamic change by wan-2015: systolic pressure 185 mmHg is above 180 mmHg at" in told(
        "show", sessions[1]
    )
    assert "Haemodynamic change by wan-2015: none" in told("show", sessions[0])


@pytest.mark.parametrize("protocol", sorted(KNOWN.known))
def test_row_blurred_vision_drowsy_unreal_leave_instructions(protocol: str) -> None:
    told = " ".join(KNOWN.known[protocol].leave).casefold()
    assert "unreal" in told and ("drows" in told or "sleepi" in told)
    assert "no driving" in told
    assert "suicide" in told


def test_row_blurred_vision_drowsy_unreal_told_and_charted_in_recovery() -> None:
    desk = infusing("iv-standard")
    assert view(desk).told == ()
    desk.act(m.StopInfusion(reason="done"))
    assert "Blurred vision, drowsiness and feeling unreal can last about four hours." in view(desk).told
    assert line(desk.act(m.Note(text="blurred vision, feels unreal"))) == "blurred vision, feels unreal"
    assert line(desk.act(m.QuickEvent(event="sedation", rating=4))).startswith("sedation (MOAA/S) 4: lethargic")
    assert {entry.kind for entry in desk.chair.lines} >= {Kind.NOTE, Kind.OBSERVATION}
