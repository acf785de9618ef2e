"""Tasks and the recheck of a hold: owed when the table says, an alarm when due, ended by what was charted."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import START_MS, Desk

from charting.due import Due
from charting.lines import line
from charting.model import Kind
from charting.session import fold
from charting.summary import summary
from charting.tasks import TASKS
from station.alarms.outcome import Transition
from station.events import load_events
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.wire import messages as m

EVENTS = {e.id: e for e in load_events(Path("nowhere"))}
PRESSURE = {"NIBP_SYS": 120.0, "NIBP_DIA": 70.0, "NIBP_MEAN": 87.0}


def infusing() -> Desk:
    desk = Desk()
    desk.chair.events = EVENTS
    desk.begin()
    return desk


def owed(desk: Desk, name: str) -> Due | None:
    return next((d for d in desk.chair.owed(desk.now_ns) if d.task == name), None)


def in_s(desk: Desk, name: str) -> float | None:
    one = owed(desk, name)
    return one.in_s if one else None


def of(came: list[Transition], condition: str, subject: str = "") -> list[tuple[float, str, str]]:
    """(seconds since the desk began, priority, state entered)."""
    return [
        (t.at_ns / 1e9, t.priority, str(t.to_state)) for t in came if (t.condition, t.subject) == (condition, subject)
    ]


def test_every_task_has_a_name_of_its_own_and_fits_the_banner() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)
    assert all(len(f"Due: {task.text}") <= 40 for task in TASKS)
    assert all(bool(task.ratings) != task.pressure for task in TASKS)
    assert {event for task in TASKS for event in task.ratings} <= {
        e.id for e in EVENTS.values() if e.highest is not None
    }


def test_a_rating_is_owed_every_quarter_of_an_hour_from_the_start() -> None:
    desk = infusing()
    assert in_s(desk, "rating") == 900
    came = desk.run(1201)
    assert [line(e) for e in desk.chair.lines if e.kind is Kind.ALARM and e.payload["subject"] == "rating"] == [
        "ALARM Due: sedation rating",
        "ALARM, now medium: Due: sedation rating",
    ]
    assert of(came, "OBS_DUE", "rating") == [
        (900.0, "low", "PENDING"),
        (900.0, "low", "ACTIVE_UNACK"),
        (1200.0, "medium", "ACTIVE_UNACK"),
    ]
    desk.act(m.QuickEvent(event="nausea"))
    assert in_s(desk, "rating") == -301
    desk.act(m.QuickEvent(event="sedation", rating=4))
    assert in_s(desk, "rating") == 900
    assert of(desk.run(1), "OBS_DUE", "rating") == [(1201.0, "medium", "INACTIVE")]
    desk.act(m.QuickEvent(event="dissociation", rating=2))
    desk.run(60)
    desk.act(m.Undo())  # the later rating was a mis-key: the one before it counts again
    assert in_s(desk, "rating") == 900 - 61


def test_no_rating_is_owed_where_no_key_could_chart_one() -> None:
    desk = infusing()
    desk.chair.events = {"nausea": EVENTS["nausea"]}
    assert owed(desk, "rating") is None
    assert of(desk.run(901), "OBS_DUE", "rating") == []


def test_the_pressure_at_forty_minutes_counts_from_thirty_five_on() -> None:
    desk = infusing()
    desk.run(2099)
    desk.say(**PRESSURE)
    assert in_s(desk, "pressure-40") == 301
    desk.run(2)
    desk.say(**PRESSURE)
    assert owed(desk, "pressure-40") is None
    assert of(desk.run(900), "OBS_DUE", "pressure-40") == []


def test_a_missed_pressure_at_forty_minutes_alarms_until_one_is_typed() -> None:
    desk = infusing()
    came = desk.run(2800)
    assert of(came, "OBS_DUE", "pressure-40")[1:] == [
        (2400.0, "low", "ACTIVE_UNACK"),
        (2700.0, "medium", "ACTIVE_UNACK"),
    ]
    desk.act(m.ManualVitals(values={"NIBP_SYS": 130.0, "NIBP_DIA": 80.0}))
    assert [s for _, _, s in of(desk.run(1), "OBS_DUE", "pressure-40")] == ["INACTIVE"]


def test_vital_signs_before_discharge_are_owed_in_recovery_only() -> None:
    desk = infusing()
    desk.run(600)
    desk.say(**PRESSURE)
    assert owed(desk, "discharge-vitals") is None
    desk.act(m.StopInfusion(reason="done"))
    assert in_s(desk, "discharge-vitals") == 900
    came = desk.run(901)
    assert of(came, "OBS_DUE", "discharge-vitals")[-1] == (1500.0, "low", "ACTIVE_UNACK")
    desk.say(**PRESSURE)
    assert of(desk.run(1), "OBS_DUE", "discharge-vitals") == [(1501.0, "low", "INACTIVE")]


def test_nothing_is_owed_before_the_start_and_after_the_end() -> None:
    desk = Desk()
    desk.chair.events = EVENTS
    assert desk.chair.owed(desk.now_ns) == ()
    desk.begin(start=False)
    assert [d.text for d in desk.chair.owed(desk.now_ns)] == ["blood pressure"]
    assert of(desk.run(1000), "OBS_DUE", "rating") == []


@pytest.mark.parametrize("minutes", [5.0, 2.0])
def test_a_hold_is_rechecked_when_it_was_said_and_louder_five_minutes_later(minutes: float) -> None:
    desk = infusing()
    desk.act(m.Hold(reason="dizzy") if minutes == 5 else m.Hold(reason="dizzy", recheck_min=minutes))
    came = desk.run(minutes * 60 + 301)
    assert of(came, "OBS_DUE", "recheck")[1:] == [
        (minutes * 60, "low", "ACTIVE_UNACK"),
        (minutes * 60 + 300, "medium", "ACTIVE_UNACK"),
    ]
    desk.act(m.Resume())
    assert [s for _, _, s in of(desk.run(1), "OBS_DUE", "recheck")] == ["INACTIVE"]


def test_a_rechecked_hold_goes_on_with_a_recheck_of_its_own() -> None:
    desk = infusing()
    desk.run(60)
    desk.act(m.Hold(reason="dizzy"))
    desk.run(302)
    entry = desk.act(m.Hold(reason="still dizzy", recheck_min=10))
    assert line(entry) == "infusion still held, recheck in 10 min: still dizzy"
    assert [s for _, _, s in of(desk.run(1), "OBS_DUE", "recheck")] == ["INACTIVE"]
    assert Due("recheck the hold", 599.0, "recheck") in desk.chair.owed(desk.now_ns)
    infusion = chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0).infusion
    assert (infusion.phase, infusion.hold_s, infusion.running_s) == ("held", 303.0, 60.0)
    desk.act(m.Undo())
    assert desk.chair.state is not None and desk.chair.state.recheck_ms == START_MS + 360_000
    desk.act(m.Hold(reason="still dizzy"))
    assert [s for _, _, s in of(desk.run(301), "OBS_DUE", "recheck")][-1] == "ACTIVE_UNACK"
    desk.act(m.Resume())
    desk.journal.commit()
    assert fold(desk.store.entries()) == desk.chair.state
    assert summary(desk.store.entries(), [])["holds"] == 1
    trend = desk.chair.curves.trend(desk.clock.utc_ms(desk.now_ns))
    assert trend is not None and len(trend.holds) == 1


def test_the_recheck_is_in_the_due_list_and_in_the_chart() -> None:
    desk = infusing()
    entry = desk.act(m.Hold(reason="dizzy", recheck_min=12))
    assert line(entry) == "infusion held, recheck in 12 min: dizzy"
    assert Due("recheck the hold", 720.0, "recheck") in desk.chair.owed(desk.now_ns)
    for wrong in (0.5, 31.0, float("nan")):
        with pytest.raises(Refusal, match="1 to 30") as refused:
            infusing().act(m.Hold(reason="dizzy", recheck_min=wrong))
        assert refused.value.field == "recheck_min"
