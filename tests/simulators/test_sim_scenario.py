"""Scenario files: the shipped ones tell what they promise, wrong ones are told apart in words."""

import tomllib

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

import simulators
from simulators import ge_dri, masimo_ascii
from simulators.bedside import Bedside
from simulators.faults import LINE_FAULTS
from simulators.readings import Readings
from simulators.scenario import (
    EVENTS,
    FAULTS,
    RESPONSES,
    Event,
    Fault,
    Nurse,
    Person,
    Scenario,
    check,
    infusion_timeline,
    names,
    path,
)

PROMISED = {
    *("quiet", "hypertensive-response", "desaturation", "vagal"),
    *("motion", "cable-pulled", "cuff-failing", "probe-off"),
}


def read(name: str) -> Scenario:
    return msgspec.convert(tomllib.loads(path(name).read_text("utf-8")), Scenario)


def written(**changes: object) -> Scenario:
    plain = {
        "name": "x",
        "title": "x",
        "duration_s": 3000,
        "nurse": [{"at_s": 360, "command": "start", "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 2}],
    }
    return msgspec.convert(plain | changes, Scenario)


def shown(bedside: Bedside, begin_s: int, end_s: int) -> list[Readings]:
    readings = [bedside.readings(t) for t in range(begin_s, end_s)]
    assert None not in readings
    return [one for one in readings if one is not None]


def test_all_promised_scenarios_are_shipped() -> None:
    assert set(names()) >= PROMISED


@pytest.mark.parametrize("name", names())
def test_shipped_scenario(name: str) -> None:
    scenario = read(name)
    assert scenario.name == name
    assert check(scenario, simulators.device_names()) == []
    start_s = next(act.at_s for act in scenario.nurse if act.command == "start")
    stop_s = next(act.at_s for act in scenario.nurse if act.command == "stop")
    before = [one for one in Bedside(scenario).determinations if one.end_s < start_s and one.cuff]
    typed = [act for act in scenario.nurse if act.command == "vitals" and act.at_s < start_s]
    assert len(before) + len(typed) >= 3
    assert stop_s < scenario.duration_s - 600
    assert 3600 <= scenario.duration_s <= 4800


def test_a_scenario_plays_the_same_every_time() -> None:
    first, again = Bedside(read("motion")), Bedside(read("motion"))
    assert all(first.readings(t) == again.readings(t) for t in range(0, 3900, 7))
    assert (first.start_s, first.end_s) == (0, 3900)
    assert first.readings(-1) is None
    assert first.readings(3900) is not None
    assert first.readings(3900.25) is None


def test_quiet_stays_inside_every_limit() -> None:
    for one in shown(Bedside(read("quiet")), 0, 3901):
        assert 50 < (one.hr or 0) < 110
        assert (one.spo2 or 0) >= 94
        assert 8 < (one.resp_rate or 0) < 25
        assert 15 < (one.etco2 or 0) < 50
        assert one.cuff is None or (one.cuff.sys or 0) < 140
        assert not (one.probe_off or one.lead_off or one.low_signal or one.apnoea)


def test_hypertensive_response_crosses_its_lines_and_comes_down() -> None:
    scenario = read("hypertensive-response")
    done = [(one.end_s, one.cuff) for one in Bedside(scenario).determinations if one.cuff]
    cuffs = [(t, cuff.sys or 0, cuff.dia or 0) for t, cuff in done]
    assert sorted(sys for _, sys, _ in cuffs[:3])[1] == pytest.approx(128, abs=4)
    assert sorted(dia for _, _, dia in cuffs[:3])[1] == pytest.approx(80, abs=3)
    first_high_s = next(t for t, sys, _ in cuffs if sys >= 180)
    assert 25 * 60 <= first_high_s - 360 <= 40 * 60
    assert all(sys < 150 for t, sys, _ in cuffs if t > first_high_s + 600)
    commands = [act.command for act in scenario.nurse]
    assert [word for word in commands if word not in ("note", "event")] == ["start", "hold", "ack", "resume", "stop"]


def test_desaturation_and_vagal_reach_their_depth() -> None:
    assert min(one.spo2 or 0 for one in shown(Bedside(read("desaturation")), 1500, 1670)) == 84
    bedside = Bedside(read("vagal"))
    assert min(one.hr or 0 for one in shown(bedside, 1060, 1320)) < 45
    assert any(one.cuff and (one.cuff.sys or 0) < 90 for one in bedside.determinations if 1060 < one.end_s < 1320)


def test_motion_shows_falls_that_are_not_there() -> None:
    scenario = read("motion")
    bedside = Bedside(scenario)
    moving = [one for event in scenario.event for one in shown(bedside, int(event.at_s), int(event.at_s + event.for_s))]
    assert min(one.spo2 or 0 for one in moving) < 88
    assert 0.15 < sum(one.low_signal for one in moving) / len(moving) < 0.6
    assert any(abs((one.pulse_rate or 0) - (one.hr or 0)) > 6 for one in moving)
    assert min(bedside.patient.course(3900)["spo2"]) >= 94


def test_cable_pulled_is_silence_on_every_line() -> None:
    bedside = Bedside(read("cable-pulled"))
    silent = [t for t in range(3900) if bedside.readings(t, "ge_dri") is None]
    assert silent == list(range(1320, 1415))
    assert bedside.line_fault(1330, "masimo_ascii") == "pulled"
    assert bedside.line_fault(1500) == ""


def test_cuff_failing_tries_twice_and_shows_nothing() -> None:
    bedside = Bedside(read("cuff-failing"))
    failed = [one for one in bedside.determinations if one.cuff is None]
    assert len(failed) == 6
    assert [one.cuff for one in shown(bedside, int(failed[0].end_s), int(failed[-1].end_s))] == [None] * 665
    assert all(one.measuring for one in shown(bedside, int(failed[1].begin_s), int(failed[1].end_s)))
    assert bedside.determinations[-1].cuff is not None


def test_probe_and_lead_off_blank_what_they_measure() -> None:
    bedside = Bedside(read("probe-off"))
    for one in shown(bedside, 1300, 1420):
        assert (one.probe_off, one.spo2, one.pulse_rate, one.perfusion_index) == (True, None, None, None)
        assert one.hr is not None
    for one in shown(bedside, 2400, 2460):
        assert (one.lead_off, one.hr) == (True, None)
        assert one.pulse_rate is not None


def test_a_fault_hits_the_device_it_names() -> None:
    fault = {"at_s": 10, "for_s": 10, "device": "ge_dri", "what": "silent"}
    bedside = Bedside(written(fault=[fault]))
    assert bedside.readings(12, "ge_dri") is None
    assert bedside.readings(12, "masimo_ascii") is not None
    assert bedside.readings(20, "ge_dri") is not None
    assert bedside.line_fault(12, "ge_dri") == "silent"
    assert set(LINE_FAULTS) < set(FAULTS)


def test_infusion_timeline_follows_the_nurse() -> None:
    acts = [
        {"at_s": 360, "command": "start", "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 2},
        {"at_s": 600, "command": "hold", "reason": "r"},
        {"at_s": 700, "command": "resume"},
        {"at_s": 800, "command": "rate", "rate_ml_per_h": 15, "reason": "r"},
        {"at_s": 900, "command": "hold", "reason": "r"},
        {"at_s": 950, "command": "resume"},
        {"at_s": 990, "command": "ack"},
        {"at_s": 1000, "command": "stop", "reason": "r"},
    ]
    scenario = written(nurse=acts, patient={"weight_kg": 80})
    assert check(scenario) == []
    assert infusion_timeline(scenario) == [
        (360, 1.0),
        (600, 0.0),
        (700, 1.0),
        (800, 0.5),
        (900, 0.0),
        (950, 0.5),
        (1000, 0.0),
    ]


START = {"at_s": 360, "command": "start", "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 2}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"patient": {"response": "flta"}}, "patient.response: 'flta' is not known, did you mean flat."),
        ({"patient": {"weight_kg": 0}}, "patient.weight_kg must lie in 20 to 300, not 0."),
        (
            {"cuff_every_s": 119},
            "cuff_every_s must be at least 120, not 119: a cuff that fails twice takes that long.",
        ),
        ({"duration_s": 1e9}, "duration_s must be above 0 and at most 86400, not 1e+09."),
        (
            {"event": [{"at_s": 5, "what": "motion", "for_s": 5, "how_much": -1}]},
            "event at 5 s: how_much must be from 0 to 250, not -1.",
        ),
        (
            {"event": [{"at_s": 5, "what": "desaturatoin", "for_s": 9}]},
            "event at 5 s: 'desaturatoin' is not known, did you mean desaturation.",
        ),
        (
            {"event": [{"at_s": 5, "what": "motion", "for_s": 0}]},
            "event at 5 s: for_s must be above 0 and at most 86400, not 0.",
        ),
        (
            {"event": [{"at_s": 9999, "what": "motion", "for_s": 5}]},
            "9999 s lies outside the scenario's 0 to 3000 s.",
        ),
        (
            {"fault": [{"at_s": 5, "what": "puled", "for_s": 9}]},
            "fault at 5 s: 'puled' is not known, did you mean pulled.",
        ),
        (
            {"fault": [{"at_s": 5, "what": "pulled", "for_s": 9, "device": "gedri"}]},
            "fault at 5 s: device: 'gedri' is not known, did you mean ge_dri.",
        ),
        ({"nurse": [{"at_s": 5, "command": "strat"}]}, "nurse at 5 s: 'strat' is not known, did you mean start."),
        ({"nurse": [{"at_s": 5, "command": "note"}]}, "nurse at 5 s: note needs text."),
        ({"nurse": [{"at_s": 5, "command": "ack", "text": "x"}]}, "nurse at 5 s: ack takes no text."),
        ({"nurse": [{**START, "minutes": 0}]}, "nurse at 360 s: minutes must be above 0 and at most 86400, not 0."),
        ({"nurse": [START, START]}, "nurse at 360 s: start while the pump is running."),
        ({"nurse": [{"at_s": 5, "command": "resume"}]}, "nurse at 5 s: resume while the pump is ready."),
        (
            {"nurse": [START, {"at_s": 5, "command": "ack"}]},
            "nurse at 5 s: comes after a command at 360 s.",
        ),
    ],
)
def test_check_names_the_problem(changes: dict[str, object], sentence: str) -> None:
    assert check(written(**changes), ["ge_dri"]) == [sentence]


@pytest.mark.parametrize("table", ["patient", "event", "fault", "nurse"])
def test_unknown_keys_are_refused(table: str) -> None:
    extra = {"patient": {"wieght": 5}, "event": [{"wieght": 5}], "fault": [{"wieght": 5}], "nurse": [{"wieght": 5}]}
    with pytest.raises(msgspec.ValidationError, match=r"unknown field|missing required"):
        written(**{table: extra[table]})


SECONDS = st.floats(1, 400)
EVENT = st.builds(
    Event, at_s=SECONDS, what=st.sampled_from([*EVENTS]), how_much=st.none() | st.floats(0, 250), for_s=SECONDS
)
FAULT = st.builds(Fault, at_s=SECONDS, what=st.sampled_from([*FAULTS]), for_s=SECONDS)
PERSON = st.builds(
    Person,
    age=st.integers(1, 110),
    weight_kg=st.floats(20, 300),
    hypertensive=st.booleans(),
    response=st.sampled_from([*RESPONSES]),
    seed=st.integers(),
)
PLAYED = st.builds(
    Scenario,
    name=st.just("x"),
    title=st.just("x"),
    duration_s=st.floats(400, 500),
    patient=PERSON,
    event=st.lists(EVENT, max_size=4).map(tuple),
    fault=st.lists(FAULT, max_size=3).map(tuple),
    nurse=st.just((msgspec.convert(START | {"at_s": 0}, Nurse),)),
)


@given(PLAYED)
@settings(max_examples=40, deadline=None)
def test_whatever_passes_the_check_can_be_played_and_encoded(scenario: Scenario) -> None:
    assert check(scenario) == []
    bedside = Bedside(scenario)
    for t_s in range(0, 401, 5):
        if (one := bedside.readings(t_s)) is not None:
            assert len(ge_dri.basic(one)) == 270
            assert len(masimo_ascii.fields(one)) == 93


def test_unknown_scenario_and_device_are_one_sentence() -> None:
    with pytest.raises(LookupError, match=r"No scenario is called 'quite', did you mean quiet."):
        path("quite")
    with pytest.raises(LookupError, match=r"No simulated device is called 'ge'; known: ge_dri, masimo_ascii."):
        simulators.load("ge")


@pytest.mark.parametrize("name", simulators.device_names())
def test_device_modules_have_what_the_rest_asks_for(name: str) -> None:
    module = simulators.load(name)
    device = module.Device(seed=3, clock_utc_s=0)
    assert device.name == name
    assert module.PERIOD_S == 1.0
    assert module.SENDS
    assert device.say(0.0, None) == b""
