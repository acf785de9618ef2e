"""Alarms about the infusion itself: dose reached and passed, overrun, baseline missing or high."""

from __future__ import annotations

from desk import Desk

from station.script import SURE
from station.wire.messages import Hold, Resume, StopInfusion


def raised(desk: Desk, seconds: float) -> dict[str, float]:
    """Condition to the second, since the infusion's start, at which it became an alarm."""
    began_ns = desk.now_ns
    found: dict[str, float] = {}
    for t in desk.run(seconds):
        if t.to_state == "ACTIVE_UNACK":
            found.setdefault(t.condition, (t.at_ns - began_ns) / 1e9)
    return found


def test_dose_reached_then_overrun_then_over() -> None:
    desk = Desk()
    desk.begin()
    came = raised(desk, 46 * 60)
    assert came["NO_BASELINE"] == 0
    assert abs(came["DOSE_REACHED"] - 2400) <= 0.5
    assert abs(came["DOSE_OVER"] - 2520) <= 0.5  # 105 % of 40 min
    assert abs(came["INF_OVERRUN"] - 2640) <= 0.5  # 40 min + 10 %


def test_a_hold_moves_the_ends_and_the_stop_ends_them() -> None:
    desk = Desk()
    desk.begin()
    desk.run(1200)
    desk.act(Hold(reason="x"))
    desk.run(600)
    desk.act(Resume())
    came = raised(desk, 1300)
    assert abs(came["DOSE_REACHED"] - 1200) <= 0.5
    desk.act(StopInfusion(reason="done"))
    desk.run(5)
    standing = {s.condition for s in desk.chair.engine.standing() if s.state.startswith("ACTIVE")}
    assert not standing & {"DOSE_REACHED", "DOSE_OVER", "INF_OVERRUN", "NO_BASELINE"}


def test_a_high_baseline_is_said() -> None:
    desk = Desk()
    desk.begin(start=False)
    for _ in range(3):
        desk.say(NIBP_SYS=150, NIBP_DIA=85, NIBP_MEAN=105)
        desk.run(60)
    from station.wire.messages import StartInfusion

    desk.act(StartInfusion(confirmed=SURE))
    came = raised(desk, 5)
    assert "BASE_HIGH" in came
    assert "NO_BASELINE" not in came
