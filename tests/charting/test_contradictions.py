"""The sources contradict each other (clinical.md 0): each row of that table is a choice that can be seen, hidden in no
constant. One test a row."""

from __future__ import annotations

import re

import msgspec
import pytest

from charting.course_templates import load_courses
from charting.gates import load_gates
from charting.protocol import CoMedication
from charting.protocol_check import Known, faults
from charting.protocol_files import load_protocols

PROTOCOLS = load_protocols()
COURSES = load_courses()
GATES = load_gates()


def test_iv_dose_is_a_range_with_bands_in_several_protocols() -> None:
    iv = [p for p in PROTOCOLS.values() if p.route == "iv"]
    assert {p.id: p.doses[0].usual for p in iv} == {
        "iv-standard": (0.5, 0.75),
        "iv-wide": (0.5, 1.0),
        "iv-slow": (0.5, 0.75),
        "ed-bolus": (0.2, 0.25),
    }
    sources = " ".join(p.source + dose.source for p in iv for dose in p.doses)
    assert all(re.search(rf"\b{named}\b", sources) for named in ("S0", "S1", "S2", "S3", "Andrade 2017"))


def test_iv_duration_is_a_field_of_the_protocol() -> None:
    usual = {p.minutes.usual for p in PROTOCOLS.values() if p.minutes is not None}
    assert usual == {(40, 40), (40, 60), (100, 100), (1, 2)}


def test_induction_is_a_choice_of_four_templates_with_their_numbers() -> None:
    numbers = {
        one.source.split()[0]: one.steps[0].sessions
        for one in COURSES.templates
        if one.use == "induction" and one.id.startswith("s")
    }
    assert numbers == {"S1": (6, 6), "S2": (4, 6), "S3": (4, 6), "S4": (4, 6)}


def test_response_check_is_three_named_checkpoints_of_three_sources() -> None:
    found = {one.id: one.source.split()[0] for one in COURSES.checkpoints}
    assert found == {"day-1": "S3", "after-3": "S1", "end": "S4"}


def test_maintenance_is_a_free_interval_and_the_outlier_says_so() -> None:
    maintenance = [one for one in COURSES.templates if one.use in ("maintenance", "booster")]
    assert {one.source.split()[0].rstrip(";") for one in maintenance} >= {"S0", "S1", "S2", "S4", "KvECT"}
    planned = {days for one in maintenance for step in one.steps for days in step.planned_days}
    assert {4, 7, 14, 21, 28} <= planned
    assert [one.id for one in maintenance if one.outlier] == ["s1-2-to-4-days"]


@pytest.mark.parametrize(
    ("gate", "line"),
    [
        ("canmat-2021", (160, 100, None)),
        ("wan-2015", (180, 100, 110)),
        ("crtce-203", (165, 100, None)),
        ("sc-esketamine-2020", (180, 110, None)),
    ],
)
def test_bp_line_for_action_is_a_profile_that_a_person_picks(
    gate: str, line: tuple[float, float, float | None]
) -> None:
    found = {one.measure: one.limit for one in GATES[gate].hold if one.high}
    assert (found.get("sys"), found.get("dia"), found.get("hr")) == line
    assert GATES[gate].source and any(protocol.gate(gate) for protocol in PROTOCOLS.values())
    assert all(len(protocol.gates) > 1 for protocol in PROTOCOLS.values())


def test_treating_a_high_bp_begins_with_the_symptoms_whatever_a_clinic_writes() -> None:
    for protocol in PROTOCOLS.values():
        assert protocol.high_pressure.ask[0] == "symptoms"
        assert "Yip 2022" in protocol.high_pressure.source and "recheck" in protocol.high_pressure.source
        for ask in ((), ("repeat",), ("repeat", "symptoms")):
            other = msgspec.structs.replace(protocol.high_pressure, ask=ask)
            turned = msgspec.structs.replace(protocol, high_pressure=other)
            assert [fault.key for fault in faults(turned, Known())] == ["high_pressure.ask"]
        alone = msgspec.structs.replace(protocol.high_pressure, ask=("symptoms",))
        assert not list(faults(msgspec.structs.replace(protocol, high_pressure=alone), Known()))


def test_midazolam_is_recorded_and_has_no_dose_to_prefill() -> None:
    assert all(protocol.co_medications[0].id == "midazolam" for protocol in PROTOCOLS.values())
    fields = msgspec.structs.fields(CoMedication)
    assert {one.name for one in fields} == {"id", "name", "note", "source", "sedation_every_min"}  # none takes a dose
    for drug in (drug for protocol in PROTOCOLS.values() for drug in protocol.co_medications):
        assert not re.search(r"\d", drug.name + drug.note)
