"""Protocols: every shipped one passes, replaces today's tables, and a mistake is told in one sentence with its key."""

from __future__ import annotations

import copy
import tomllib
from importlib import resources
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from mutants import field_names, mutated, names_its_key

from charting.bands import IV
from charting.gates import load_gates
from charting.model import Draft, Entry, Kind
from charting.protocol import Protocol
from charting.protocol_check import LONGEST_TASK, Known, faults
from charting.protocol_files import load_protocols, protocol_from
from charting.rule_file import FileError, digest
from charting.session import Phase, fold
from charting.tasks import TASKS, due_ms, tasks_of
from station.alarms.preset import preset_names
from station.events import SHIPPED, load_events

KNOWN = Known(frozenset(preset_names()), frozenset(e.id for e in load_events(SHIPPED)) | {"oximetry"})
GATES = load_gates()
PROTOCOLS = load_protocols(known=KNOWN)
IDS = (
    "ed-bolus",
    "esketamine-nasal",
    "im",
    "iv-slow",
    "iv-standard",
    "iv-wide",
    "oral",
    "sc",
    "sublingual",
)
FOLDER = resources.files("charting") / "protocols"
FILES = {id: tomllib.loads((FOLDER / f"{id}.toml").read_text("utf-8")) for id in IDS}


def changed(id: str, path: str, value: Any = None) -> dict[str, Any]:
    """A shipped file with the value at ``path`` (dots, numbers count from 0) put in; None takes the key away."""
    data = copy.deepcopy(FILES[id])
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node: Any = data
    for step in way:
        node = node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return data


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(FileError) as caught:
        protocol_from(data, "x.toml", GATES, KNOWN)
    return str(caught.value)


def test_every_treatment_that_was_asked_for_is_shipped_and_passes() -> None:
    assert tuple(PROTOCOLS) == IDS
    for protocol in PROTOCOLS.values():
        assert list(faults(protocol, KNOWN)) == []
        assert protocol.source and all(dose.source for dose in protocol.doses)


@pytest.mark.parametrize(
    ("id", "kind", "usual", "minutes"),
    [
        ("iv-standard", "infusion", (0.5, 0.75), (40, 40)),
        ("iv-wide", "infusion", (0.5, 1.0), (40, 60)),
        ("iv-slow", "infusion", (0.5, 0.75), (100, 100)),
        ("ed-bolus", "bolus", (0.2, 0.25), (1, 2)),
        ("im", "single", (0.5, 1.0), None),
        ("sc", "single", (0.5, 0.9), None),
        ("esketamine-nasal", "devices", (56, 84), None),
    ],
)
def test_doses_and_lengths_are_those_of_the_table(
    id: str, kind: str, usual: tuple[float, float], minutes: tuple[float, float] | None
) -> None:
    protocol = PROTOCOLS[id]
    assert (protocol.kind, protocol.doses[0].usual) == (kind, usual)
    assert (protocol.minutes.usual if protocol.minutes else None) == minutes


def test_esketamine_is_devices_with_rests_a_pressure_at_forty_minutes_and_two_hours() -> None:
    protocol = PROTOCOLS["esketamine-nasal"]
    assert protocol.devices is not None
    assert (protocol.devices.device_mg, protocol.devices.rest_s) == (28, 300)
    assert protocol.doses[0].choices == (56, 84)
    assert protocol.recovery.stay_after_start_min == 120
    assert [task.at_s for task in tasks_of(protocol) if task.name == "pressure-40"] == [2400]
    assert PROTOCOLS["ed-bolus"].recovery.stay_after_start_min == 120
    assert PROTOCOLS["iv-standard"].recovery.stay_after_end_min == 60


def test_oral_is_two_ways_of_stating_a_dose() -> None:
    by_kg, fixed = PROTOCOLS["oral"].doses
    assert (by_kg.basis, by_kg.floor, by_kg.override_above) == ("mg_per_kg", 0.25, 7)
    assert (fixed.basis, fixed.usual) == ("mg", (25, 300))


def test_the_standard_infusion_yields_the_tasks_of_today() -> None:
    found = tasks_of(PROTOCOLS["iv-standard"])
    assert tuple(msgspec.structs.replace(task, late_s=0.0, escalate_s=None) for task in found) == TASKS
    assert [(task.late_s, task.escalate_s) for task in found] == [(300, 900), (300, 600), (300, 900)]


def test_the_standard_infusion_holds_the_bands_of_todays_doubts() -> None:
    protocol = PROTOCOLS["iv-standard"]
    dose, minutes, strength, pump = protocol.doses[0], protocol.minutes, protocol.strength, protocol.pump
    assert minutes is not None and strength is not None and pump is not None
    limits = (IV.studied, IV.usual, IV.second, IV.stop, IV.shortest_min)
    assert [limit.high for limit in limits if limit] == [
        dose.floor,
        dose.usual[1],
        dose.second_above,
        dose.override_above,
        minutes.ask_below,
    ]
    rest = (IV.vials_mg_per_ml, IV.pump_ml_per_h, IV.rate_part)
    assert [limit.values for limit in rest if limit] == [
        strength.vials_mg_per_ml,
        pump.usual_ml_per_h,
        (pump.ask_above_planned,),
    ]


def test_a_benzodiazepine_makes_sedation_more_frequent_and_nothing_else() -> None:
    plain = tasks_of(PROTOCOLS["iv-standard"])
    *as_before, denser = tasks_of(PROTOCOLS["iv-standard"], {"midazolam": 7, "ondansetron": 1})
    assert tuple(as_before) == plain
    assert (denser.every_s, denser.ratings, denser.from_ms, denser.phases) == (300, ("sedation",), 7, plain[0].phases)
    assert len(denser.text) <= 34
    assert tasks_of(PROTOCOLS["iv-standard"], {"ondansetron": 1}) == plain
    assert tasks_of(PROTOCOLS["ed-bolus"], {"midazolam": 7}) == tasks_of(PROTOCOLS["ed-bolus"])  # 5 min already


def entry(seq: int, kind: Kind, at_ms: int, payload: dict[str, Any]) -> Entry:
    draft = Draft(
        kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, entered_by="N", source="person", payload=payload
    )
    return Entry(**msgspec.structs.asdict(draft), seq=seq, prev_hash="", hash="")


def test_a_task_of_the_baseline_counts_from_the_opening() -> None:
    before = tasks_of(PROTOCOLS["im"])[0]
    opening = {"patient": {"name": "A", "identifier": "1"}, "weight_kg": 70, "preset": {"name": "standard"}}
    opened = entry(1, Kind.SESSION_OPENED, 60_000, opening)
    started = entry(2, Kind.INFUSION_STARTED, 120_000, {"rate_ml_per_h": 50, "mg_per_ml": 1})
    state = fold([opened])
    assert state is not None
    assert due_ms(before, state, None, frozenset()) == 60_000
    assert due_ms(before, state, 59_999, frozenset()) == 60_000  # a pressure from before the session is none of it
    assert due_ms(before, state, 60_000, frozenset()) is None
    running = fold([opened, started])
    assert running is not None and running.phase is Phase.INFUSING
    assert due_ms(before, running, None, frozenset()) is None


def test_equal_content_has_equal_digest_and_any_number_changes_it() -> None:
    as_written = digest(PROTOCOLS["iv-standard"])
    whole = protocol_from(changed("iv-standard", "minutes.default", 40.0), "x", GATES)
    assert digest(whole) == as_written
    other = protocol_from(changed("iv-standard", "pump.ask_above_planned", 1.6), "x", GATES)
    assert digest(other) != as_written
    stricter = msgspec.structs.replace(GATES["canmat-2021"], version="2", no_start=GATES["canmat-2021"].no_start[:1])
    gated = protocol_from(FILES["iv-standard"], "x", GATES | {"canmat-2021": stricter})
    assert digest(gated) != as_written  # what is in force includes the lines, not only their name
    assert len({digest(protocol) for protocol in PROTOCOLS.values()}) == len(PROTOCOLS)


def test_a_chart_can_hold_a_protocol_and_give_it_back() -> None:
    for protocol in PROTOCOLS.values():
        held = msgspec.json.encode(protocol)
        assert msgspec.json.decode(held, type=Protocol) == protocol


@pytest.mark.parametrize(
    ("id", "path", "value", "sentence"),
    [
        ("iv-standard", "dose.0.usaul", 1, "dose #1.usaul: there is no key 'usaul' here; did you mean 'usual'?"),
        ("iv-standard", "minuts", {}, "minuts: there is no key 'minuts' here; did you mean 'minutes'?"),
        ("iv-standard", "source", None, "source: this key is missing; add it"),
        ("iv-standard", "source", "  ", "source: this is empty; fill it in"),
        ("iv-standard", "version", 2, "version: text in quotes must stand here, not a whole number"),
        ("iv-standard", "id", "IV standard", "id: only small letters, digits and single hyphens can stand here, as in"),
        ("iv-standard", "route", "ivv", "route: 'ivv' cannot stand here; did you mean 'iv'?"),
        (
            "iv-standard",
            "dose.0.usual",
            [0.75, 0.5],
            "dose #1.usual #2: 0.5 is below usual #1 0.75; the bands must rise",
        ),
        (
            "iv-standard",
            "dose.0.usual",
            [0.5],
            "dose #1.usual: 2 values must stand here, not 1; write [lowest, highest]",
        ),
        ("iv-standard", "dose.0.reason_above", 0.6, "dose #1.reason_above: 0.6 is below usual #2 0.75; the bands must"),
        (
            "iv-standard",
            "dose.0.second_above",
            0.9,
            "dose #1.second_above: 0.9 is below reason_above 1; the bands must",
        ),
        ("iv-standard", "dose.0.override_above", 15, "dose #1.override_above: 15 mg/kg is outside 0.001 to 10 mg/kg"),
        ("iv-standard", "dose.0.floor", -0.1, "dose #1.floor: the number must be above 0; check it"),
        ("iv-standard", "dose.0.floor", float("nan"), "dose #1.floor: this is no number that can be used"),
        ("iv-standard", "dose.0.override_above", float("inf"), "dose #1.override_above: this is no number that can be"),
        ("iv-standard", "dose.0.default", 0.8, "dose #1.default: 0.8 is outside usual; choose one inside"),
        ("iv-standard", "dose", [], "dose: there is no [[dose]]; add one"),
        ("iv-standard", "dose.0.floor", "low", "dose #1.floor: a number must stand here, not text in quotes"),
        ("iv-standard", "minutes.default", 0, "minutes.default: the number must be above 0; check it"),
        (
            "iv-standard",
            "minutes.usual",
            [60, 40],
            "minutes.usual: 60 to 40 is upside down; write the shorter one first",
        ),
        ("iv-standard", "minutes.default", 50, "minutes.default: 50 is outside usual 40 to 40; choose one inside"),
        ("iv-standard", "minutes.ask_below", 45, "minutes.ask_below: 45 would ask about the usual 40; lower it"),
        ("iv-standard", "minutes", None, "minutes: a protocol of kind 'infusion' needs a table [minutes]; add it"),
        (
            "im",
            "minutes",
            FILES["iv-standard"]["minutes"],
            "minutes: a protocol of kind 'single' has no table [minutes]",
        ),
        ("iv-standard", "strength.usual_mg_per_ml", [1, 10], "strength.usual_mg_per_ml: 10 mg/mL is a vial's strength"),
        ("iv-standard", "strength.usual_mg_per_ml", [], "strength.usual_mg_per_ml: there is no strength here"),
        ("iv-standard", "strength.usual_mg_per_ml", [2, 1], "strength.usual_mg_per_ml: the numbers do not rise"),
        ("iv-standard", "pump.usual_ml_per_h", [1, 3000], "pump.usual_ml_per_h #2: 3000 mL/h is outside 0.01 to 1800"),
        ("iv-standard", "pump.usual_ml_per_h", [3, 1], "pump.usual_ml_per_h: 3 to 1 is upside down"),
        ("iv-standard", "pump.ask_above_planned", 1, "pump.ask_above_planned: the planned rate itself would be asked"),
        ("iv-standard", "phase.2", None, "observe #1.phases: this protocol has no phase 'held'; take one of baseline,"),
        ("iv-standard", "phase.1", None, "phase: phase 'infusing' is missing; add a [[phase]] with that id"),
        (
            "iv-standard",
            "phase.1.minutes",
            40,
            "phase #2.minutes: the length of the dose stands in [minutes]; remove it",
        ),
        ("iv-standard", "phase.3.minutes", 30, "phase #4.minutes: 30 is shorter than recovery.stay_after_end_min 60"),
        ("iv-standard", "phase.0.id", "recovery", "phase: phase 'recovery' stands there twice; keep one"),
        ("im", "phase.0.id", "held", "phase #1.id: a protocol of kind 'single' has no phase 'held'; remove it"),
        ("iv-standard", "observe.0.phases", [], "observe #1.phases: the row is in no phase, so it is never owed"),
        (
            "iv-standard",
            "observe.0.what",
            ["sedatoin"],
            "observe #1.what: no observation is called 'sedatoin'; did you",
        ),
        ("iv-standard", "observe.0.what", ["pressure", "sedation"], "observe #1.what: a pressure and a rating cannot"),
        (
            "iv-standard",
            "observe.0.phases",
            ["baseline", "infusing"],
            "observe #1.phases: minutes of the baseline count",
        ),
        (
            "iv-standard",
            "observe.0.at_min",
            3,
            "observe #1.every_min: exactly one of every_min and at_min must be given",
        ),
        ("iv-standard", "observe.1.at_min", None, "observe #2.every_min: exactly one of every_min and at_min must be"),
        ("iv-standard", "observe.0.every_min", 0, "observe #1.every_min: the number must be above 0; check it"),
        ("iv-standard", "observe.1.early_min", 41, "observe #2.early_min: it must belong to at_min and not be longer"),
        ("iv-standard", "observe.0.early_min", 1, "observe #1.early_min: it must belong to at_min and not be longer"),
        (
            "iv-standard",
            "observe.0.escalate_min",
            1,
            "observe #1.escalate_min: it comes before late_min 5; make it later",
        ),
        ("iv-standard", "observe.0.text", "x" * 35, "observe #1.text: it is longer than 34 characters and would not"),
        ("iv-standard", "observe.1.id", "rating", "observe: id 'rating' stands there twice; give each row an id"),
        ("iv-standard", "observe.0.phases", ["held", "held"], "observe #1.phases: 'held' stands there twice; keep one"),
        ("iv-standard", "alarm_preset", "standart", "alarm_preset: no alarm preset is called 'standart'; did you mean"),
        ("iv-standard", "gates", ["canmat"], "gates #1: there is no such gate profile; did you mean 'canmat-2021'?"),
        ("iv-standard", "gates", [], "gates: the protocol offers no gate; name at least one"),
        ("iv-standard", "gates", "canmat-2021", "gates: a list of gate profiles by name must stand here"),
        ("iv-standard", "gates", ["wan-2015", "wan-2015"], "gates: 'wan-2015' stands there twice; keep one"),
        ("iv-standard", "high_pressure.ask", ["repeat"], "high_pressure.ask: symptoms are asked before anything else"),
        ("iv-standard", "recovery.aldrete_at_least", 11, "recovery.aldrete_at_least: 11 is no score from 0 to 10"),
        ("iv-standard", "recovery.stay_after_end_min", None, "recovery.stay_after_end_min: no minimum stay is given"),
        (
            "iv-standard",
            "co_medication.0.dose_mg",
            2,
            "co_medication #1.dose_mg: there is no key 'dose_mg' here; known",
        ),
        (
            "iv-standard",
            "leave",
            [],
            "leave: there is nothing to tell a person who leaves; write at least one sentence",
        ),
        (
            "esketamine-nasal",
            "dose.0.choices",
            [56, 80],
            "dose #1.choices #2: 80 mg is no whole number of devices of 28",
        ),
        ("esketamine-nasal", "dose.0.choices", [84, 56], "dose #1.choices: the numbers do not rise"),
        ("esketamine-nasal", "dose.0.choices", None, "dose #1.choices: devices give only some doses; list them"),
        ("esketamine-nasal", "devices.rest_s", 0, "devices.rest_s: the number must be above 0; check it"),
        ("oral", "dose.1.basis", "mg_per_kg", "dose: basis 'mg_per_kg' stands there twice; keep one [[dose]] of it"),
        ("iv-standard", "name", "x" * 601, "name: the text is longer than 600 characters; shorten it"),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_to_do(id: str, path: str, value: Any, sentence: str) -> None:
    said = refusal(changed(id, path, value))
    assert said.startswith(f"x.toml: {sentence}")
    assert "\n" not in said and "Expected" not in said


def test_a_row_for_a_phase_in_wrong_order_is_told() -> None:
    data = copy.deepcopy(FILES["iv-standard"])
    data["phase"][0], data["phase"][1] = data["phase"][1], data["phase"][0]
    assert refusal(data).startswith(
        "x.toml: phase: the phases are not in the order in which they happen; order them as"
    )


def test_text_from_a_file_is_only_text() -> None:
    protocol = protocol_from(changed("iv-standard", "name", "IV\x1b[2J \u202esafe\n[b]"), "x", GATES)
    assert protocol.name == "IV[2J safe [b]"
    assert "\x1b" not in refusal(changed("iv-standard", "a\x1bb", 1))


FIELDS = field_names(Protocol)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_a_file_changed_at_random_is_good_or_refused_in_one_sentence_with_its_key(data: st.DataObject) -> None:
    mutant, keys = mutated(data, FILES[data.draw(st.sampled_from(IDS))])
    try:
        made = protocol_from(mutant, "x.toml", GATES, KNOWN)
    except FileError as error:
        assert names_its_key(str(error), FIELDS | keys)
    else:
        assert list(faults(made, KNOWN)) == []
        for dose in made.doses:
            assert 0 < dose.floor <= dose.usual[0] <= dose.usual[1] <= dose.reason_above
            assert dose.reason_above <= dose.second_above <= dose.override_above
        has = {phase.id for phase in made.phases}
        for task in tasks_of(made):
            assert set(task.phases) <= has and len(task.text) <= LONGEST_TASK
            assert task.every_s is None or task.every_s > 0
