"""The pressure is overdue since the last reading whose age is known, live and after a restart the same."""

from __future__ import annotations

import pytest
from desk import Desk, restarted

from drivers.core.measurement import Validity
from station.script import SURE
from station.wire import messages as m


def reading(desk: Desk, sys_mmhg: float = 120, validity: Validity = Validity.VALID) -> None:
    desk.say(validity=validity, NIBP_SYS=sys_mmhg, NIBP_DIA=80, NIBP_MEAN=93)


def typed() -> m.ManualVitals:
    return m.ManualVitals(values={"NIBP_SYS": 118, "NIBP_DIA": 80})


def overdue(desk: Desk) -> str:
    """State and words of the alarm; "" where there is none."""
    found = (f"{s.state}: {s.text}" for s in desk.chair.engine.standing() if s.condition == "NIBP_STALE")
    return next(found, "")


def test_a_reading_on_display_after_a_restart_does_not_hide_the_timed_one_before_it() -> None:
    desk = Desk()
    desk.begin()
    for _ in range(4):
        desk.run(240)
        reading(desk)
    desk.run(60)
    desk = restarted(desk)
    desk.run(2)
    reading(desk, validity=Validity.QUESTIONABLE)
    desk.run(30)
    desk = restarted(desk)
    desk.run(2)
    assert overdue(desk) == ""


def test_a_typed_reading_that_was_taken_back_makes_the_series_no_younger() -> None:
    desk = Desk()
    desk.begin()
    reading(desk, validity=Validity.QUESTIONABLE)
    desk.run(400)
    desk.act(typed())
    desk.run(5)
    desk.act(m.Undo())
    desk.run(30)
    assert overdue(desk) == overdue(restarted(desk)) == "ACTIVE_UNACK: NIBP overdue: none for 7 min"


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("read", [False, True])
@pytest.mark.parametrize("run_s", [430, 1100])
def test_no_phase_and_no_restart_ends_the_alarm_that_no_reading_came(run_s: float, read: bool, restart: bool) -> None:
    desk = Desk()
    desk.begin(start=False)
    if read:
        reading(desk)
    desk.run(run_s)
    assert overdue(desk).startswith("ACTIVE_UNACK")
    for act in (
        m.StartInfusion(confirmed=SURE),
        m.Hold(reason="x"),
        m.Resume(),
        m.SetRate(rate_ml_per_h=50, reason="x"),
    ):
        desk.act(act)
        desk = restarted(desk) if restart else desk
        desk.run(1)
        assert overdue(desk).startswith("ACTIVE_UNACK"), act
    desk.act(m.StopInfusion(reason="x"))
    desk = restarted(desk) if restart else desk
    desk.run(1)  # the next reading would not be overdue before 12 min now, this one was owed before
    assert overdue(desk).startswith("ACTIVE_UNACK")
    reading(desk)
    ended = next(t for t in desk.run(1) if t.condition == "NIBP_STALE")
    assert (ended.to_state, ended.reason) == ("INACTIVE", "NIBP: reading came 0 s ago")


def test_a_typed_reading_from_some_minutes_ago_ends_it_in_recovery_too() -> None:
    desk = Desk()
    desk.begin()
    desk.run(500)
    desk.act(m.StopInfusion(reason="x"))
    desk.chair.handle(typed(), "N1", desk.now_ns, ago_s=450)
    desk.run(1)
    assert overdue(desk) == ""


def test_the_time_owed_begins_at_the_opening_and_not_at_a_reading_before_it() -> None:
    desk = Desk()
    reading(desk)
    desk.run(600)
    desk.begin(start=False)
    desk.run(1)
    assert overdue(desk) == overdue(restarted(desk)) == ""
    assert [round(d.owed(desk.now_ns)[0].in_s) for d in (desk.chair, restarted(desk).chair)] == [299, 299]
    desk.run(420)
    assert overdue(desk) == "ACTIVE_UNACK: NIBP overdue: none for 7 min"
