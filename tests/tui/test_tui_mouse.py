"""The mouse: keys at the foot, the alarm block, entries and initials answer to a click where they are seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import QUIET, RICH, FakeRecorder, alarm, with_chair

from station.tui.app import StationApp
from station.tui.screens.chair import ChairScreen
from station.wire.messages import Acknowledge, Snapshot

SIZES = [(80, 24), (120, 40), (200, 60)]


@asynccontextmanager
async def viewer(
    snapshot: Snapshot, size: tuple[int, int]
) -> AsyncIterator[tuple[FakeRecorder, StationApp, Pilot[Any]]]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.05
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 2)  # laid out, not only drawn
        await pilot.pause()
        yield recorder, app, pilot


async def click(app: StationApp, pilot: Pilot[Any], words: str, into: int = 1) -> None:
    """Click ``into`` cells behind the beginning of ``words`` on the screen."""
    y = next(n for n, row in enumerate(rows(app)) if words in row)
    await pilot.click(offset=(rows(app)[y].index(words) + into, y))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", ["*** SpO2 86 below 90", "13 s below the limit", "since 1 min 05 s", "space acknow"])
async def test_a_click_anywhere_on_the_block_acknowledges(size: tuple[int, int], words: str) -> None:
    snapshot = with_chair(RICH, alarms=RICH.chairs[0].alarms[:1])
    async with viewer(snapshot, size) as (recorder, app, pilot):
        y = max(n for n, row in enumerate(rows(app)) if words in row)  # the row of the chairs says it too
        await pilot.click(offset=(rows(app)[y].index(words) + 1, y))
        await until(app, lambda: len(recorder.acts) == 1)
        assert isinstance(recorder.acts[0][2], Acknowledge)


async def test_an_acknowledged_block_and_a_quiet_one_do_nothing() -> None:
    known = alarm("SpO2 86 below 90", "high", "ACTIVE_ACK")
    for snapshot, words in ((with_chair(QUIET, alarms=(known,)), "*** SpO2 86"), (QUIET, "no alarm signalled")):
        async with viewer(snapshot, (80, 24)) as (recorder, app, pilot):
            await click(app, pilot, words)
            await pilot.pause()
            assert recorder.acts == [] and isinstance(app.screen, ChairScreen)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("words", "opens"),
    [
        ("? keys", "Acknowledge the alarms of this chair"),
        ("note: speaks", "Text"),
        ("KS  ", "Who charts at this screen?"),
    ],
)
async def test_a_click_does_what_the_key_does(size: tuple[int, int], words: str, opens: str) -> None:
    async with viewer(QUIET, size) as (_, app, pilot):
        await click(app, pilot, words)
        await until(app, lambda: opens in text(app) and not isinstance(app.screen, ChairScreen))


async def test_acts_at_the_foot_of_a_small_screen_open_their_forms() -> None:
    for words, opens in (
        ("g start", "Start at the planned rate"),
        ("h hold", "Hold: the pump"),
        ("x stop", "Stop: the"),
    ):
        async with viewer(QUIET, (80, 24)) as (recorder, app, pilot):
            await click(app, pilot, words, into=3)
            await until(app, lambda opens=opens: opens in text(app))  # type: ignore[misc]
            assert recorder.acts == []
