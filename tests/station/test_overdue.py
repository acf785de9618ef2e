"""The pressure is overdue since the last reading whose age is known, live and after a restart the same."""

from __future__ import annotations

from desk import Desk, restarted

from drivers.core.measurement import Validity
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
