"""The recorder's curves: live, after a restart and read from the ledger they are the same."""

from __future__ import annotations

from desk import Desk

from charting.trends import trend_of
from station.recorder.trend import trend_view
from station.wire.messages import Hold, ManualVitals


def test_live_resumed_and_read_afterwards_are_the_same() -> None:
    desk = Desk()
    assert trend_view(desk.chair, "Chair 1", 0).trend is None
    desk.begin()
    desk.run(65, HR=70, SPO2=97)
    desk.say(NIBP_SYS=130, NIBP_DIA=80, NIBP_MEAN=97)
    desk.act(Hold(reason="asked"))
    desk.act(ManualVitals(values={"NIBP_SYS": 140.0, "NIBP_DIA": 85.0}))
    desk.run(30, HR=90, SPO2=92)
    now_ms = desk.clock.utc_ms(desk.now_ns)
    live = trend_view(desk.chair, "Chair 1", now_ms).trend
    assert live is not None and len(live.cuffs) == 2 and live.holds and live.planned is not None
    desk.journal.commit()
    session = desk.chair.state.session if desk.chair.state else ""
    entries, rows = desk.store.entries(session), list(desk.store.numerics(session))
    assert trend_of(entries, rows, now_ms) == live
    after = Desk()
    after.chair.resume(entries, rows, after.now_ns)
    assert after.chair.curves.trend(now_ms) == live
