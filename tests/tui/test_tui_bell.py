"""The viewer rings its terminal's bell once a second while the recorder asks for it, and never otherwise."""

from __future__ import annotations

import msgspec
import pytest
from screen_text import text, until
from tui_fakes import QUIET, FakeRecorder

from station.clock import NS
from station.tui.app import StationApp
from station.tui.bell import Bell
from station.tui.screens.failed import FAILED
from station.wire.messages import PauseSound, SoundOff


def test_it_rings_at_most_once_a_second() -> None:
    rung: list[int] = []
    at_ns = 0
    bell = Bell(lambda: rung.append(at_ns))
    for at_ns in range(0, 4 * NS, NS // 4):
        bell.follow(NS <= at_ns < 3 * NS, at_ns)
    assert rung == [NS, 2 * NS]


@pytest.mark.parametrize("wanted", [True, False])
async def test_a_viewer_rings_when_the_snapshot_says_so(wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(StationApp, "bell", lambda _: rung.append(True))
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, bell=wanted))
    app = StationApp(recorder.connect)
    app.follower.poll_s = 0.1
    async with app.run_test(size=(80, 24)):
        await until(app, lambda: recorder.echoes > 4)
        assert len(rung) == wanted


@pytest.mark.parametrize(("session", "rings"), [("S-0042", True), (None, False)])
async def test_it_rings_while_the_recorder_of_an_open_session_is_lost(
    session: str | None, rings: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(StationApp, "bell", lambda _: rung.append(True))
    for module in ("bell", "app"):
        monkeypatch.setattr(f"station.tui.{module}.EVERY_S", 0.04)
    chair = msgspec.structs.replace(QUIET.chairs[0], session=session)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, chairs=(chair,)))
    app = StationApp(recorder.connect)
    app.follower.poll_s = app.follower.reconnect_s = 0.1
    async with app.run_test(size=(80, 24)):
        await until(app, lambda: recorder.echoes > 4)
        assert not rung
        recorder.up = False
        await until(app, lambda: FAILED in text(app))
        tried = recorder.connects
        await until(app, lambda: len(rung) > 3 if rings else recorder.connects > tried + 10)
        assert bool(rung) == rings
        recorder.up = True
        await until(app, lambda: FAILED not in text(app))
        count, echoes = len(rung), recorder.echoes
        await until(app, lambda: recorder.echoes > echoes + 10)
        assert len(rung) == count


async def test_sound_off_asks_for_a_reason_and_s_switches_it_on_again() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("S")
        assert recorder.acts == []  # the key alone does nothing
        await pilot.press(*"migraine", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", SoundOff(reason="migraine"))]
        recorder.snapshot = msgspec.structs.replace(QUIET, sound="off reminded")
        await until(app, lambda: app.sound_quiet)
        await pilot.press("s")
        await until(app, lambda: len(recorder.acts) > 1)
        assert recorder.acts[1] == ("Chair 1", "KS", PauseSound(resume=True))
