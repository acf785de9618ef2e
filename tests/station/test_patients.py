"""What is told of a patient: the record of memory, the days of the chart, and a sentence where it cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path

from desk import Desk

from station.clinic import as_shipped
from station.clock import NS
from station.recorder.patients import Patients
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m, record_acts as acts
from station.wire.patient_messages import PatientView, PollPatient

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
ASKED = PollPatient(id=7, chair="Chair 1", **WHO)


async def told(patients: Patients, desk: Desk) -> PatientView:
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    patients.tell(ASKED, desk.chair, desk.clock.utc_ms(desk.now_ns), answer.set_result)
    seen = await asyncio.wait_for(answer, 5)
    assert isinstance(seen, PatientView)
    return seen


def session(desk: Desk, start: bool = True) -> None:
    desk.begin(start=start)
    if start:
        desk.act(m.StopInfusion(reason="done"))
    desk.act(m.CloseSession(reason="home", confirmed=SURE))
    desk.clock.at_ns += 2 * 86_400 * NS
    desk.journal.commit()


async def test_the_top_line_names_the_place_in_the_course_once_it_was_read(tmp_path: Path) -> None:
    desk = Desk(ledger=str(tmp_path / "ledger.db"))
    patients = Patients(tmp_path / "ledger.db", desk.chair._past, as_shipped(), lambda _: None)
    assert patients.days(desk.chair) is None
    desk.act(acts.BeginCourse(**WHO, template="s1-induction"))
    session(desk)
    session(desk, start=False)  # nothing was given: it is no session of the course
    desk.begin()
    desk.journal.commit()
    assert patients.days(desk.chair) is None  # being read
    while (days := patients.days(desk.chair)) is None:
        await asyncio.sleep(0.01)
    at_ms = desk.clock.utc_ms(desk.now_ns)
    assert chair_view(desk.chair, desk.now_ns, at_ms, 0, days=days).course == "session 2 of 6"
    assert chair_view(desk.chair, desk.now_ns, at_ms, 0).course == ""
    seen = await told(patients, desk)
    assert (len(seen.days), seen.id, seen.record) == (2, 7, desk.chair.record)
    assert seen.stands is not None and seen.stands.course is not None
    assert seen.stands.course.done == 2
    assert "how many adequate trials failed is not charted; ask" in seen.warnings


async def test_a_chart_that_cannot_be_read_costs_the_course_alone_and_no_name_is_logged(tmp_path: Path) -> None:
    desk = Desk()
    desk.act(acts.ChartFact(**WHO, fact="allergy", text="penicillin"))
    logged: list[str] = []
    seen = await told(Patients(tmp_path / "none.db", desk.chair._past, as_shipped(), logged.append), desk)
    assert seen.record is not None and seen.stands is None
    assert seen.trouble.startswith("earlier sessions cannot be read, so the course is not counted: ")
    assert len(logged) == 1 and "Test" not in logged[0]
