"""A session left open is asked about when a viewer starts: it goes on, or it is ended with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from screen_text import text, until
from textual.pilot import Pilot
from tui_fakes import AT_MS, IDLE, QUIET, FakeRecorder, with_chair

from station.tui.app import StationApp
from station.wire.acts import GoOn
from station.wire.messages import CloseSession, Snapshot

LEFT = with_chair(QUIET, infusion=IDLE, left_open_ms=AT_MS - 14 * 3_600_000)
ASKED = "Session of TEST, A. at Chair 1: nothing charted since"


@asynccontextmanager
async def viewer(snapshot: Snapshot) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.05
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 2)
        yield app, pilot, recorder


async def test_yes_charts_that_it_goes_on_and_it_is_asked_once() -> None:
    async with viewer(LEFT) as (app, pilot, recorder):
        await until(app, lambda: ASKED in text(app))
        await pilot.press("y")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", GoOn())] and recorder.sessions == ["S-0042"]
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 3)
        assert ASKED not in text(app)


async def test_no_ends_it_with_a_reason() -> None:
    async with viewer(LEFT) as (app, pilot, recorder):
        await until(app, lambda: ASKED in text(app))
        await pilot.press("n")
        await until(app, lambda: "End the session" in text(app))
        await pilot.press(*"left", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", CloseSession(reason="left"))]


async def test_an_infusion_that_was_left_open_is_stopped_first() -> None:
    async with viewer(with_chair(QUIET, left_open_ms=AT_MS - 14 * 3_600_000)) as (app, pilot, _):
        await until(app, lambda: ASKED in text(app))
        await pilot.press("n")
        await until(app, lambda: "Stop: the infusion has ended" in text(app))


async def test_nothing_is_asked_of_any_other_session() -> None:
    async with viewer(QUIET) as (app, _, recorder):
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 3)
        assert "nothing charted since" not in text(app)
