"""Keys that come faster than the screen: no act is lost or sent twice, and the app's own loop never dies of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from screen_text import until
from textual.events import Key
from tui_fakes import QUIET, FakeRecorder, with_chair

from station.errors import Trouble
from station.tui import app as viewer
from station.tui.app import StationApp
from station.tui.chosen import PLAIN
from station.tui.connection import Answer
from station.tui.screens.dialog import Dialog
from station.tui.screens.form import FormScreen
from station.wire.messages import Act, Note, QuickEvent, SetRate, Tile

TILES = tuple(Tile(id=name, key=key, text=name, lowest=None, highest=None) for key, name in ("1a", "2b", "3c"))


class Slow(FakeRecorder):
    """Answers an act only when ``go`` is set."""

    def __init__(self) -> None:
        super().__init__(with_chair(QUIET, events=TILES))
        self.go = asyncio.Event()

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        answer = await super().act(chair, by, act, ago_s, session)
        await self.go.wait()
        return answer


def press(app: StationApp, *keys: str) -> None:
    """All at once, as from a terminal that was read late."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_events_pressed_at_once_are_all_charted_in_order() -> None:
    recorder = Slow()
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        press(app, "1", "2", "3")
        await until(app, lambda: len(recorder.acts) == 3)
        recorder.go.set()
        assert [act for _, _, act in recorder.acts] == [QuickEvent(event=name) for name in "abc"]


async def test_two_forms_asked_for_at_once_are_one() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        app.action_form("note")
        app.action_form("vitals")
        app.action_ask("resume")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        await asyncio.sleep(0.05)
        assert sum(isinstance(screen, Dialog) for screen in app.screen_stack) == 1


async def test_enter_pressed_twice_charts_one_note() -> None:
    recorder = Slow()
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test() as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("n", "x")
        press(app, "enter", "enter", "enter")
        await until(app, lambda: bool(recorder.acts))
        press(app, "enter")
        await asyncio.sleep(0.05)
        recorder.go.set()
        await until(app, lambda: not isinstance(app.screen, FormScreen))
        assert recorder.acts == [("Chair 1", "KS", Note(text="x"))]


async def test_what_is_typed_right_behind_tab_lands_in_the_next_field() -> None:
    recorder = FakeRecorder(
        with_chair(QUIET, infusion=msgspec.structs.replace(QUIET.chairs[0].infusion, phase="infusing"))
    )
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        app.action_form("rate")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        press(app, "6", "0", "tab", "w", "shift+tab", "5", "tab", "y", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", SetRate(rate_ml_per_h=605, reason="wy"))]


@pytest.mark.parametrize("turns", [0, 8, 40])
async def test_keys_behind_a_form_that_is_slow_to_go_do_not_end_the_app(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def linger(_: object) -> None:
        await asyncio.sleep(0.05)

    monkeypatch.setattr(FormScreen, "on_unmount", linger, raising=False)
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        press(app, "n")
        await until(app, lambda: isinstance(app.screen, FormScreen) and app.screen.is_mounted)
        press(app, "escape")
        for act in ("note", "vitals"):
            for _ in range(turns):
                await asyncio.sleep(0)
            app.action_form(act)
        await asyncio.sleep(0.05)
        taken = asyncio.Event()
        app.call_later(taken.set)
        await asyncio.wait_for(taken.wait(), 5)
        echoes = recorder.echoes
        await until(app, lambda: recorder.echoes > echoes)


async def test_a_viewer_that_takes_no_keys_any_more_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "STILL_S", 0.1)
    monkeypatch.setattr(viewer, "DRAWN_S", 0.05)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET))
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        app.call_later(asyncio.Event().wait)  # whatever it is, it never comes
        for _ in range(200):
            if not app._running:
                break
            await asyncio.sleep(0.02)
        assert not app._running
    assert app.return_code is None


def test_whoever_ran_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(StationApp, "run", lambda _: None)
    with pytest.raises(Trouble, match="show it again with: infusion-station attach"):
        viewer.run_viewer(FakeRecorder().connect, chosen=PLAIN, ledger=tmp_path)
