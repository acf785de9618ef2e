"""What is owed comes from the session's protocol, and its alarm is late and louder when that protocol says."""

from __future__ import annotations

import msgspec
from desk import Desk
from test_session_protocol import KNOWN, desk_of, opened
from test_tasks import EVENTS, in_s, of, owed

from station.protocols import Protocols
from station.script import SURE
from station.wire import messages as m


def infusing(protocol: str, desk: Desk | None = None) -> Desk:
    desk = opened(protocol, desk)
    desk.chair.events = EVENTS
    desk.act(m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE))
    desk.act(m.StartInfusion(confirmed=SURE))
    return desk


def test_a_rating_that_is_late_alarms_after_the_protocols_minutes_and_rises_after_others() -> None:
    desk = infusing("iv-standard")
    assert in_s(desk, "rating") == 900
    assert of(desk.run(1801), "OBS_DUE", "rating") == [
        (1200.0, "low", "PENDING"),  # due at 900, late 5 min after that
        (1200.0, "low", "ACTIVE_UNACK"),
        (1800.0, "medium", "ACTIVE_UNACK"),  # escalated 15 min after it was due
    ]


def test_the_schedule_is_that_of_the_protocol() -> None:
    rows = {row.id for row in KNOWN.known["iv-slow"].observations}
    desk = infusing("iv-slow")
    assert {one.task for one in desk.chair.owed(desk.now_ns) if one.task} <= rows
    assert owed(desk, "rating") is not None
    slow = {row.id: row for row in KNOWN.known["iv-slow"].observations}
    assert in_s(desk, "rating") == (slow["rating"].every_min or 0) * 60


def test_a_row_that_never_escalates_stays_low() -> None:
    iv = KNOWN.known["iv-standard"]
    rating = next(row for row in iv.observations if row.id == "rating")
    quiet = msgspec.structs.replace(rating, late_min=0.0, escalate_min=None)
    own = msgspec.structs.replace(iv, observations=(quiet,))
    desk = infusing("", desk_of(Protocols({iv.id: own}, iv.id)))
    assert [priority for _, priority, _ in of(desk.run(3000), "OBS_DUE", "rating")] == ["low", "low"]


def test_oximetry_is_due_while_no_oximeter_sends_it_and_a_typed_value_is_one() -> None:
    desk = opened("esketamine-nasal")
    desk.act(m.PlanDose(dose_mg=56.0))
    desk.act(m.Give(detail="L1", confirmed=SURE))
    assert in_s(desk, "oximetry") == 1800
    desk.run(2, SPO2=97.0)
    assert owed(desk, "oximetry") is None
    desk.run(1900)
    assert owed(desk, "oximetry") is not None, "the oximeter was taken off"
    desk.act(m.ManualVitals(values={"SPO2": 96.0}))
    assert in_s(desk, "oximetry") == 1800
    desk.act(m.Undo())
    assert in_s(desk, "oximetry") < 0
