"""What a protocol says beyond dose and schedule, in force at the chair: alarm preset, gate, co-medication."""

from __future__ import annotations

import msgspec
import pytest
from desk import Desk, restarted
from test_fitness import WHO
from test_protocol_tasks import infusing
from test_session_protocol import KNOWN, desk_of, opened, view
from test_tasks import in_s, of, owed

from charting.lines import line
from charting.model import Kind
from charting.resuming import gate_of, resumes_text
from station.alarms.preset import shipped_preset
from station.drugs import SHIPPED, Drug, load_drugs
from station.events import load_events
from station.protocols import Protocols, protocols_of
from station.recorder.acts import Refusal
from station.script import SURE
from station.wire import drug_acts as drugs, messages as m, record_acts as acts

IV = KNOWN.known["iv-standard"]


def naming(preset: str) -> Protocols:
    own = msgspec.structs.replace(IV, alarm_preset=preset)
    return Protocols({IV.id: own}, IV.id, {"canmat-2021": shipped_preset("canmat-2021")})


def reading(desk: Desk, sys: float, dia: float = 80.0) -> None:
    desk.run(1, NIBP_SYS=sys, NIBP_DIA=dia, NIBP_MEAN=(sys + 2 * dia) / 3)


def asked(desk: Desk, act: m.Act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk.act(act)
    return caught.value


def held(desk: Desk) -> Desk:
    desk.run(600)
    desk.act(m.Hold(reason="pressure"))
    desk.run(60)
    return desk


# --- the preset that watches


def test_the_preset_that_the_protocol_names_watches_the_session_and_is_charted() -> None:
    desk = opened("", desk_of(naming("canmat-2021")))
    opening = next(e for e in desk.chair.lines if e.kind is Kind.SESSION_OPENED)
    assert opening.payload["preset"]["name"] == "canmat-2021"
    assert view(desk).preset == "canmat-2021"
    high = next(n for n in view(desk).numbers if n.metric == "NIBP_SYS").high
    assert high == 160
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0))
    desk.act(m.StartInfusion(confirmed=SURE))
    assert view(restarted_with(desk, naming("canmat-2021"))).preset == "canmat-2021"
    desk.act(m.StopInfusion(reason="done"))
    desk.act(m.CloseSession(reason="well", confirmed=SURE))
    assert view(desk).preset == "test"  # the chair's own, outside sessions
    assert [n.high for n in view(desk).numbers if n.metric == "NIBP_SYS"] != [160]


def restarted_with(desk: Desk, protocols: Protocols) -> Desk:
    """Another recorder that knows the protocols before it stands where this one stands."""
    desk.journal.commit()
    assert desk.chair.state is not None
    after = Desk()
    after.clock.at_ns = desk.now_ns
    after.chair.protocols = protocols
    entries = desk.store.entries(desk.chair.state.session)
    after.chair.resume(entries, [], after.now_ns)
    return after


def test_its_limits_alarm_from_the_opening_on() -> None:
    def alarms(protocols: Protocols) -> list[str]:
        desk = opened("", desk_of(protocols))
        came = [t for _ in range(8) for t in desk.run(60, NIBP_SYS=165.0, NIBP_DIA=80.0, NIBP_MEAN=108.0)]
        return [str(t.to_state) for t in came if t.condition == "NIBP_HIGH"]

    assert "ACTIVE_UNACK" in alarms(naming("canmat-2021"))
    assert "ACTIVE_UNACK" not in alarms(naming(""))


def test_a_protocol_that_names_none_leaves_the_chairs_preset() -> None:
    desk = opened("", desk_of(naming("")))
    assert view(desk).preset == "test"
    assert desk.chair.state is not None
    assert desk.chair.state.preset == "test"


def test_the_station_knows_every_shipped_preset_for_its_protocols(tmp_path: object) -> None:
    found = protocols_of(SHIPPED.with_name("nowhere"), "iv-standard", load_events(SHIPPED.with_name("nowhere")))
    assert "canmat-2021" in found.presets
    assert found.preset(found.known["iv-standard"]) is None


# --- the gate


def test_a_start_above_the_gates_line_is_asked_about_although_nobody_screened() -> None:
    desk = opened()
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0))
    reading(desk, 152)
    first = asked(desk, m.StartInfusion())
    assert first.confirm == "not_screened"
    second = asked(desk, m.StartInfusion(confirmed={str(first): "short of time"}))
    assert str(second) == ("systolic pressure 152 mmHg is above 140 mmHg, a line of canmat-2021. Start all the same?")
    desk.act(m.StartInfusion(confirmed={str(first): "short of time", str(second): "seen by Dr B"}))


def test_a_resume_with_no_pressure_since_the_hold_is_asked_about_with_a_reason() -> None:
    desk = infusing("iv-standard")
    reading(desk, 168, 102)  # before the hold: says nothing about it
    held(desk)
    refusal = asked(desk, m.Resume())
    assert str(refusal) == ("no pressure since the hold, canmat-2021 resumes below 160/100. Resume all the same?")
    assert (refusal.confirm, refusal.why) == ("resume_line", True)
    assert asked(desk, m.Resume(confirmed={str(refusal): " "})).confirm == "resume_line"
    entry = desk.act(m.Resume(confirmed={str(refusal): "cuff is off, pulse felt"}))
    assert entry.payload["confirmed"][0]["why"] == "cuff is off, pulse felt"
    assert "no pressure since the hold" in line(entry)


@pytest.mark.parametrize(
    ("sys", "dia", "said"),
    [(168, 102, "168/102"), (160, 80, "160/80"), (140, 100, "140/100")],
)
def test_a_resume_at_or_above_the_line_is_asked_about(sys: float, dia: float, said: str) -> None:
    desk = held(infusing("iv-standard"))
    reading(desk, sys, dia)
    assert str(asked(desk, m.Resume())) == (
        f"last pressure {said}, canmat-2021 resumes below 160/100. Resume all the same?"
    )


def test_a_resume_below_the_line_is_asked_nothing_and_one_of_a_typed_pressure_neither() -> None:
    desk = held(infusing("iv-standard"))
    reading(desk, 159, 99)
    assert "confirmed" not in desk.act(m.Resume()).payload
    desk.act(m.Hold(reason="again"))
    desk.run(5)
    assert asked(desk, m.Resume()).confirm == "resume_line"
    desk.act(m.ManualVitals(values={"NIBP_SYS": 150.0, "NIBP_DIA": 90.0}))
    assert "confirmed" not in desk.act(m.Resume()).payload


def test_the_gate_is_the_one_chosen_at_the_screening() -> None:
    desk = opened()
    desk.act(acts.ChartConsent(**WHO, version="1"))
    assert desk.chair.state is not None
    gate = gate_of(desk.chair.state)
    assert gate is not None
    assert gate.id == "canmat-2021"
    desk.act(acts.Screen(gate="wan-2015"))
    assert desk.chair.state is not None
    gate = gate_of(desk.chair.state)
    assert gate is not None
    assert resumes_text(gate) == "resumes up to 180/100, HR up to 110"
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE))
    desk.act(m.StartInfusion(confirmed=SURE))
    held(desk)
    reading(desk, 168, 98)
    assert str(asked(desk, m.Resume())).startswith("heart rate is not measured since the hold, wan-2015 resumes")
    desk.run(2, HR=125.0)
    assert str(asked(desk, m.Resume())).startswith("heart rate not up to 110, wan-2015 resumes up to 180/100")
    desk.run(2, HR=90.0)
    desk.act(m.Resume())


def test_the_line_of_a_hold_is_shown_while_it_is_held() -> None:
    desk = infusing("iv-standard")
    assert view(desk).infusion.resumes == ""
    assert view(held(desk)).infusion.resumes == "resumes below 160/100"


def test_a_session_without_a_protocol_is_asked_nothing() -> None:
    desk = Desk()
    desk.begin()
    held(desk)
    assert "confirmed" not in desk.act(m.Resume()).payload
    assert view(desk).infusion.resumes == ""


def test_a_pressure_beyond_the_hold_line_is_due_at_once_until_it_is_held_or_lower() -> None:
    desk = infusing("iv-standard")
    reading(desk, 168, 102)
    desk.run(30)
    first = desk.chair.owed(desk.now_ns)[0]
    assert (first.text, first.task) == ("hold: 168/102", "")
    assert -32 <= first.in_s <= -30
    reading(desk, 160, 100)  # canmat holds above, not at
    assert not any(one.text.startswith("hold: ") for one in desk.chair.owed(desk.now_ns))
    reading(desk, 161, 80)
    assert any(one.text.startswith("hold: ") for one in desk.chair.owed(desk.now_ns))
    desk.act(m.Hold(reason="pressure"))
    assert not any(one.text.startswith("hold: ") for one in desk.chair.owed(desk.now_ns))


# --- co-medication


def with_drugs(desk: Desk) -> Desk:
    desk.chair.beside.drugs = load_drugs(SHIPPED.with_name("nowhere"))
    return desk


def medicate(drug: str, **more: str) -> drugs.Medicate:
    return drugs.Medicate(
        drug=drug, amount=1.0, unit="mg", route="IV", ordered_by="Dr B", given_by="N1", reason="anxious", **more
    )


def test_after_a_benzodiazepine_sedation_is_due_at_the_denser_interval() -> None:
    desk = with_drugs(infusing("iv-standard"))
    desk.run(600)
    desk.act(m.QuickEvent(event="sedation", rating=5))
    desk.run(240)
    assert owed(desk, "sedation-midazolam") is None
    desk.act(medicate("midazolam"))
    one = owed(desk, "sedation-midazolam")
    assert one is not None
    assert (one.text, one.in_s) == ("sedation, each 5 min: drug given", 300)  # from the drug on, not overdue at once
    assert in_s(desk, "rating") == 660  # the schedule itself stands
    desk.run(120)
    desk.act(m.QuickEvent(event="dissociation", rating=1))
    assert in_s(desk, "sedation-midazolam") == 180  # another rating does not say how sedated somebody is
    desk.act(m.QuickEvent(event="sedation", rating=4))
    assert in_s(desk, "sedation-midazolam") == 300
    assert of(desk.run(601), "OBS_DUE", "sedation-midazolam")[1][1:] == ("low", "ACTIVE_UNACK")


def test_another_drug_and_one_taken_back_change_nothing() -> None:
    desk = with_drugs(infusing("iv-standard"))
    desk.act(medicate("ondansetron"))
    assert not any(one.task.startswith("sedation-") for one in desk.chair.owed(desk.now_ns))
    desk.act(medicate("midazolam"))
    assert owed(desk, "sedation-midazolam") is not None
    desk.act(m.Undo())
    assert owed(desk, "sedation-midazolam") is None


def test_a_clinics_other_benzodiazepine_counts_as_the_co_medication_it_names() -> None:
    desk = with_drugs(infusing("iv-standard"))
    known = desk.chair.beside.drugs
    other = Drug(id="lorazepam", name="lorazepam", units=("mg",), routes=("IV",), counts_as="midazolam")
    desk.chair.beside.drugs = msgspec.structs.replace(known, drug=(*known.drug, other))
    entry = desk.act(medicate("lorazepam"))
    assert entry.payload["counts_as"] == "midazolam"
    assert in_s(desk, "sedation-midazolam") == 300
    assert in_s(restarted(desk), "sedation-midazolam") is None  # no quick events there
