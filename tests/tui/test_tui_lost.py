"""A silent or absent recorder: the whole screen says so, no old number stays, and all comes back by itself."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from screen_text import text, until
from tui_fakes import QUIET, RICH, FakeRecorder

from station.tui.app import StationApp
from station.tui.screens.failed import FAILED, FailedScreen
from station.wire.client import ConnectionGone
from station.wire.messages import Snapshot, TrendView


def quick(recorder: FakeRecorder) -> StationApp:
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = app.follower.reconnect_s = 0.1
    return app


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_connection_gone_hides_every_number_and_comes_back(size: tuple[int, int]) -> None:
    recorder = FakeRecorder(RICH)
    app = quick(recorder)
    async with app.run_test(size=size):
        await until(app, lambda: "174/104" in text(app) or "(127)" in text(app))
        recorder.up = False
        await until(app, lambda: FAILED in text(app))
        seen = text(app)
        assert "the recorder has gone" in seen
        assert not [word for word in ("SpO2", "NIBP", "TEST, A.", "mg", "saved") if word in seen]
        recorder.up = True
        await until(app, lambda: "SpO2" in text(app))
        assert FAILED not in text(app) and recorder.closes == 1


async def test_silence_of_the_heartbeat_fails_the_screen_though_polls_are_answered() -> None:
    recorder = FakeRecorder(QUIET)
    app = quick(recorder)
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 1)
        recorder.beat_age_s = 3.1
        await until(app, lambda: FAILED in text(app))
        await asyncio.sleep(0.05)
        echoes = recorder.echoes
        await asyncio.sleep(0.05)
        assert recorder.echoes == echoes  # nothing was drawn, so nothing is echoed
        recorder.beat_age_s = 0.2
        await until(app, lambda: FAILED not in text(app) and "SpO2" in text(app))


class Mute(FakeRecorder):
    """Answers no poll once ``mute``, while its heartbeats have stopped ``beat_age_s`` ago."""

    mute = False

    async def trend(self, chair: str) -> TrendView:
        return TrendView(chair=chair, trend=None)

    async def poll(self) -> Snapshot:
        if self.mute:
            await asyncio.Event().wait()
        return await super().poll()


async def test_a_poll_without_an_answer_fails_the_screen() -> None:
    recorder = Mute(QUIET)
    app = quick(recorder)
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        recorder.mute, recorder.beat_age_s = True, 2.99
        await until(app, lambda: FAILED in text(app))
        assert "has not answered for 3 s" in text(app)


async def test_no_recorder_at_the_start_says_so_and_waits() -> None:
    recorder = FakeRecorder(QUIET)
    recorder.up = False
    app = quick(recorder)
    async with app.run_test() as pilot:
        await until(app, lambda: FAILED in text(app) and recorder.connects > 3)
        assert len([s for s in app.screen_stack if isinstance(s, FailedScreen)]) == 1
        await pilot.press("b", "g", "space", "question_mark", "ctrl+p")
        assert isinstance(app.screen, FailedScreen)  # no act and no page is possible now
        recorder.up = True
        await until(app, lambda: "SpO2" in text(app))


async def test_what_was_typed_survives_a_lost_recorder() -> None:
    recorder = FakeRecorder(QUIET)
    app = quick(recorder)
    async with app.run_test() as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("n", *"dizzy")
        recorder.up = False
        await until(app, lambda: FAILED in text(app))
        recorder.up = True
        await until(app, lambda: FAILED not in text(app))
        assert "dizzy" in text(app)


async def test_an_act_without_an_answer_is_never_called_saved() -> None:
    recorder = FakeRecorder(QUIET)
    app = quick(recorder)

    def break_down(_: object) -> Snapshot:
        raise ConnectionGone("the recorder has gone")

    async with app.run_test() as pilot:
        await until(app, lambda: recorder.echoes > 0)
        recorder.answer = break_down  # type: ignore[assignment]
        await pilot.press("space")
        await until(app, lambda: "NOT KNOWN TO BE SAVED" in text(app))


async def test_ctrl_q_leaves_also_a_failed_screen() -> None:
    recorder = FakeRecorder(QUIET)
    recorder.up = False
    app = quick(recorder)
    async with app.run_test() as pilot:
        await until(app, lambda: FAILED in text(app))
        await pilot.press("ctrl+q")
        await until(app, lambda: app._exit)
    assert app.return_code == 0


@pytest.mark.parametrize(("pid", "kept"), [(1, True), (2, False)])
async def test_a_sign_in_is_kept_over_connections_to_the_same_recorder_only(pid: int, kept: bool) -> None:
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, lock_s=1e9))
    app = quick(recorder)
    async with app.run_test():
        await until(app, lambda: recorder.echoes > 0)
        app.follower.token = "word"
        recorder.up = False
        await until(app, lambda: FAILED in text(app))
        recorder.up, recorder.pid = True, pid
        await until(app, lambda: FAILED not in text(app) and "SpO2" in text(app))
        assert bool(app.follower.token) is kept


async def test_a_digit_right_behind_a_refused_key_charts_nothing() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("g", "1")  # the infusion runs: g is refused, and the 1 was meant for something else
        await until(app, lambda: "not charted: the key before it was refused" in text(app))
        assert not recorder.acts
