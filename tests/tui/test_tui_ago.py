"""Back-dating (`-`): it is for one act at one chair, within a minute, and whatever is asked meanwhile names it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, PLANNED, QUIET, FakeRecorder

from station.tui import one_key
from station.tui.app import StationApp
from station.tui.connection import Answer
from station.wire.messages import Act, Tile

TILES = (
    Tile(id="nausea", key="1", text="nausea", lowest=None, highest=None),
    Tile(id="dissociation", key="3", text="dissociation", lowest=0, highest=4),
)
FIRST = msgspec.structs.replace(CHAIR, events=TILES)
SECOND = msgspec.structs.replace(FIRST, chair="Chair 2", session="S-2", infusion=PLANNED)
BOTH = msgspec.structs.replace(QUIET, chairs=(FIRST, SECOND))


@asynccontextmanager
async def viewer(recorder: FakeRecorder) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("minus", "5", "enter")
        await until(app, lambda: "the next act is charted as 5 min ago" in text(app))
        yield app, pilot


async def test_two_presses_before_the_first_is_answered_are_one_back_dated_act() -> None:
    class Slow(FakeRecorder):
        async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
            answer = await super().act(chair, by, act, ago_s, session)
            await go.wait()
            return answer

    go = asyncio.Event()
    recorder = Slow(BOTH)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("1", "1")
        await until(app, lambda: len(recorder.acts) == 2)
        go.set()
        assert recorder.ago_s == [300.0, 0.0]


async def test_it_does_not_go_along_to_another_chair() -> None:
    recorder = FakeRecorder(BOTH)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("tab")
        await until(app, lambda: "min ago" not in text(app).splitlines()[-3])
        await pilot.press("1")
        await until(app, lambda: bool(recorder.acts))
        assert (recorder.acts[0][0], recorder.ago_s) == ("Chair 2", [0.0])


async def test_it_ends_after_a_minute_but_not_under_a_form_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = FakeRecorder(BOTH)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("n")
        await until(app, lambda: "Charted as 5 min ago." in text(app))
        monkeypatch.setattr(one_key, "AGO_WAITS_S", 0.0)
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 2)
        await pilot.press("x", "enter")
        await until(app, lambda: recorder.ago_s == [300.0] and "saved #101, 5 min ago" in text(app))
        await pilot.press("minus", "4", "enter")
        await until(app, lambda: "a minute without an act: the next one is charted as now" in text(app))
        await pilot.press("1")
        await until(app, lambda: recorder.ago_s == [300.0, 0.0])


async def test_a_rating_and_the_start_name_it_and_the_start_promises_no_baseline() -> None:
    recorder = FakeRecorder(msgspec.structs.replace(BOTH, chairs=(SECOND,)))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("3")
        await until(app, lambda: "dissociation, charted as 5 min ago: 0 to 4" in text(app))
        await pilot.press("escape", "g")
        await until(app, lambda: "Start at the planned rate? y/n" in text(app))
        assert "Charted as 5 min ago." in text(app) and "the recorder decides" in text(app)
        await pilot.press("escape", "S")
        await until(app, lambda: "Sound off at every chair" in text(app))
        assert "Charted as" not in text(app)  # that is always now
