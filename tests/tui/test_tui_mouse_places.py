"""The mouse on the other screens: the way out of each, the wheel and the foot of looking back."""

from __future__ import annotations

from pathlib import Path

import pytest
from review_makers import FIRST, ledger
from screen_text import click, rows, text, until
from textual.events import MouseScrollDown, MouseScrollUp
from tui_fakes import QUIET, FakeRecorder

from station.tui.app import StationApp
from station.tui.review_app import ReviewApp
from station.tui.screens.chair import ChairScreen
from station.tui.screens.emergency import EmergencyScreen
from station.tui.screens.failed import FAILED
from station.wire.messages import Acknowledge, Emergency


def following(recorder: FakeRecorder) -> StationApp:
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = app.follower.reconnect_s = 0.1
    return app


async def test_the_emergency_screen_acknowledges_and_is_left() -> None:
    recorder = FakeRecorder(QUIET)
    app = following(recorder)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 2)
        await pilot.press("f9")
        await until(app, lambda: isinstance(app.screen, EmergencyScreen))
        await click(app, pilot, "[ space: acknowledge alarms ]")
        await until(app, lambda: [type(act) for _, _, act in recorder.acts] == [Emergency, Acknowledge])
        await click(app, pilot, "[ Esc: back to the chair ]")
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_a_failed_screen_is_left_with_a_click() -> None:
    recorder = FakeRecorder(QUIET)
    app = following(recorder)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 2)
        recorder.up = False
        await until(app, lambda: FAILED in text(app))
        await click(app, pilot, "ctrl+q leaves")
        await until(app, lambda: app._exit)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("review") / "l.db")


def chosen(app: ReviewApp) -> str:
    """The entry under the cursor, as the row above the keys tells it."""
    return next(row for row in rows(app) if row.startswith(" #"))


async def test_looking_back_by_wheel_and_by_the_arrows_at_the_foot(path: Path) -> None:
    app = ReviewApp(path, FIRST)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: any(row.startswith(" #") for row in rows(app)))
        await pilot.pause()
        first = chosen(app)
        await pilot._post_mouse_events([MouseScrollDown], offset=(10, 12))
        await until(app, lambda: chosen(app) != first)
        second = chosen(app)
        await click(app, pilot, "↓ entry", into=0)
        await until(app, lambda: chosen(app) not in (first, second))
        await click(app, pilot, "↑", into=0)
        await until(app, lambda: chosen(app) == second)
        await pilot._post_mouse_events([MouseScrollUp], offset=(10, 12))
        await until(app, lambda: chosen(app) == first)
