"""Every shipped protocol from screening to signed discharge, by keys: a hold, a shift change, a recorder that dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from session_story import delivered_mg, seconds
from station_process import StationProcess, until
from treatment_begins import Course
from treatment_story import Treatment

from charting.protocol_files import load_protocols

pytestmark = pytest.mark.journey

COURSES = (
    Course("iv-standard", ("0.5", "40", "1"), 35, rate="52.5"),
    Course("iv-wide", ("0.8", "50", "2"), 56, rate="33.6", override="hypertension"),
    Course("iv-slow", ("0.5", "100", "1"), 35, rate="21"),
    Course("ed-bolus", ("0.2", "2", "10"), 14, detail="left hand"),
    Course("im", ("0.5", "50"), 35, detail="left deltoid", attended_min=32),
    Course("sc", ("0.7", "50"), 49, detail="abdomen", attended_min=42),
    Course("esketamine-nasal", ("84",), 84, detail="lot 7A", parts=3, attended_min=32),
    Course("oral", ("0.5",), 35, detail="solution", attended_min=62),
    Course("sublingual", ("10",), 10, detail="lozenge", attended_min=42, staff=False),
)
RATINGS = ("dissociation", "sedation")
LATE_MIN = 1  # by which a hurried clock may miss a moment
LONG_S = 300  # a hang, on whatever machine


def test_no_shipped_protocol_is_left_out() -> None:
    assert sorted(course.protocol for course in COURSES) == sorted(load_protocols())


@pytest.fixture
def treatment(station: StationProcess, request: pytest.FixtureRequest) -> Iterator[Treatment]:
    made = Treatment(station, request.param)
    yield made
    made.screen.close()
    station.run("stop", "--force")


@pytest.mark.timeout(LONG_S)
@pytest.mark.parametrize("treatment", COURSES, ids=lambda course: course.protocol, indirect=True)
def test_from_screening_to_signed_discharge(treatment: Treatment) -> None:
    treatment.opened()
    treatment.consented()
    treatment.vitals()
    treatment.vitals()
    treatment.screened()
    treatment.planned()
    treatment.begun()
    _dosed(treatment)
    treatment.stayed(but_min=10)
    treatment.recovered()
    treatment.left()
    treatment.signed()
    _told(treatment)


def _dosed(treatment: Treatment) -> None:
    """The dose goes in, with what happens on its way; at its end the patient is in recovery."""
    course = treatment.course
    if course.rate:
        treatment.attended(16)
        treatment.held()
        treatment.handed_over()
        treatment.killed()
        left_s = treatment.chair.infusion.left_s
        assert left_s is not None
        treatment.attended(left_s / 60 - 0.02)
        treatment.stopped()
    elif course.parts > 1:
        treatment.wait(5)
        treatment.gave(2)
        treatment.handed_over()
        treatment.killed()
        treatment.wait(5)
        treatment.gave(3)
    else:
        treatment.wait(float(course.dose[1]) if course.protocol == "ed-bolus" else 1)
        treatment.handed_over()
        treatment.killed()
    until(lambda: treatment.chair.infusion.phase == "recovery", what="recovery")
    treatment.attended(course.attended_min)


# kinds that have no place of their own in the order: what falls due, what the station says of itself, who signs in
AT_TIMES = {"vitals", "observation", "alarm", "sound", "numerics", "staff", "device", "recorder_started", "away"}


def _told(treatment: Treatment) -> None:
    """The chart tells it: the acts in order, the dose, who was on, what was checked, and nothing missing at the end."""
    course, chart = treatment.course, treatment.chart()
    entries: list[dict[str, Any]] = chart["entries"]
    acts = [entry for entry in entries if entry["kind"] not in AT_TIMES]
    assert [entry["kind"] for entry in acts] == [*_kinds(course)]
    times = [entry["happened_at"] for entry in entries]
    assert times == sorted(times)
    assert _one(entries, "session_opened")["payload"]["protocol"]["id"] == course.protocol
    _screened(course, _one(entries, "screened")["payload"])
    _dose(course, chart)
    _people(course, chart)
    _observed(treatment, entries)
    closed = _one(entries, "session_closed")
    assert "missing" not in closed["payload"]
    assert not {one["id"] for one in closed["payload"].get("confirmed", ())} & {"not_fit", "no_discharge_vitals"}
    score = _one(entries, "score")["payload"]
    assert (score["checklist"], score["total"], score["missing"]) == ("aldrete_percent", 10, [])
    words = treatment.station.run("sessions", "show", "latest").stdout.decode()
    assert "On the session: KS, BO" in words and f" of {course.mg:.1f} mg planned" in words
    assert f"Signed by BO{', nurse' if course.staff else ''}, " in words and "CHANGED" not in words
    signed = _one(entries, "signed")["payload"]
    assert (signed["first_seq"], signed["last_seq"]) == (entries[0]["seq"], entries[-2]["seq"])
    assert not [one for one in signed["missing"] if one.startswith(("left without", "no witness"))]
    verified = treatment.station.run("sessions", "verify")
    assert verified.returncode == 0 and json.loads(verified.stdout)["ok"]


def _kinds(course: Course) -> Iterator[str]:
    yield from ("session_opened", *(["plan"] if course.rate else []), "monitor_bound", "screened")
    yield from ["screened"] if course.override else []
    yield from ("second_check", "baseline", "infusion_started") if course.rate else ("plan", "baseline", "given")
    yield from ("infusion_held", "infusion_resumed") if course.rate else ["given"] * (course.parts > 1)
    yield from ("duty", "gap")
    yield from ["infusion_stopped"] if course.rate else ["given"] * (course.parts > 2)
    yield from ("score", "session_closed", "signed")


def _one(entries: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The last entry of its kind."""
    return next(entry for entry in reversed(entries) if entry["kind"] == kind)


def _screened(course: Course, payload: dict[str, Any]) -> None:
    assert payload["result"]["stands"] == []
    assert payload["facts"]["consent"]["version"] == "1"
    overridden = [one["of"] for one in payload["facts"]["overrides"]]
    assert overridden == ([course.override] if course.override else [])
    assert [one["reason"] for one in payload["facts"]["overrides"]] == ["controlled since"] * len(overridden)


def _dose(course: Course, chart: dict[str, Any]) -> None:
    """What was delivered is what was planned: to the thousandth where it is counted, to the hundredth by the pump."""
    summary, entries = chart["summary"], chart["entries"]
    assert summary["planned_mg"] == pytest.approx(course.mg)
    given_mg = [entry["payload"]["dose_mg"] for entry in entries if entry["kind"] == "given"]
    assert summary["delivered_mg"] == pytest.approx(delivered_mg(entries) if course.rate else sum(given_mg), abs=1e-3)
    assert summary["delivered_mg"] == pytest.approx(course.mg, rel=0.01 if course.rate else 1e-6)
    assert (summary["holds"], summary["second_check"]) == ((1, "agreed (BO)") if course.rate else (0, None))
    assert len(given_mg) == (0 if course.rate else course.parts)
    if course.parts > 1:
        at_s = [seconds(entry["happened_at"]) for entry in entries if entry["kind"] == "given"]
        assert all(after - before >= 300 for before, after in pairwise(at_s))


def _people(course: Course, chart: dict[str, Any]) -> None:
    """Who was on, and under whose sign-in each act was charted."""
    entries = chart["entries"]
    assert chart["summary"]["staffed_by"] == ["KS", "BO"]
    handed = _one(entries, "duty")
    assert handed["payload"]["card"]
    after = [entry for entry in entries if entry["source"] == "person" and entry["seq"] > handed["seq"]]
    assert {entry["entered_by"] for entry in after} == {"BO"}
    if course.staff:
        signed = {
            entry["entered_by"]: entry["payload"]["staff"]["role"] for entry in after if "staff" in entry["payload"]
        }
        assert signed == {"BO": "nurse"}
        assert _one(entries, "session_closed")["payload"]["staff"]["id"]


def _observed(treatment: Treatment, entries: list[dict[str, Any]]) -> None:
    """Each observation of the schedule that fell due while the patient was attended was charted in its time."""
    began_s = next(seconds(e["happened_at"]) for e in entries if e["kind"] in ("infusion_started", "given"))
    until_min = (treatment.attended_s - began_s) / 60
    charted = [
        ((seconds(e["happened_at"]) - began_s) / 60, {*e["payload"]["values"]})
        for e in entries
        if "values" in e["payload"]
    ]
    seen = 0
    for row in treatment.rules.observations:
        what = {"NIBP_SYS"} if row.what == ("pressure",) else {*row.what}
        at_min = [at for at, values in charted if values & what]
        late_min = row.late_min + LATE_MIN
        if row.at_min is not None and "baseline" not in row.phases and row.at_min < until_min:
            assert any(row.at_min - row.early_min <= at <= row.at_min + late_min for at in at_min), row
            seen += 1
        if row.every_min is not None and row.what == RATINGS:
            times = [0, *(at for at in at_min if 0 <= at <= until_min), until_min]
            assert max(after - before for before, after in pairwise(times)) <= row.every_min + late_min, row
            seen += 1
    assert seen
