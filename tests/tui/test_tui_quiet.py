"""A viewer of a quiet room: dim, nothing flashes, words that say so; and the wall, which warns others as ever."""

from __future__ import annotations

import msgspec
import pytest
from screen_text import rows, text, until
from tui_fakes import AT_MS, CHAIR, RICH, FakeRecorder, alarm, with_chair

from charting.quiet import Quiet
from station.tui.alarms import alarm_rows, other_rows
from station.tui.app import StationApp
from station.tui.chosen import Chosen
from station.tui.present import minute_text
from station.tui.spans import Row, cells
from station.tui.themes import NO_COLOUR, QUIET_ROOM
from station.tui.wall import wall
from station.tui.widgets.flashing import Flashing
from station.wire.messages import Snapshot
from station.wire.room_acts import QuietRoom

SINCE_MS = AT_MS - 12 * 60_000
STILL = Quiet(SINCE_MS, SINCE_MS + 3_600_000, "KS")
WORDS = f"QUIET ROOM since {minute_text(SINCE_MS)}"
RICH_QUIET = with_chair(RICH, quiet=STILL)


def words(row: Row) -> str:
    return "".join(span.text for span in row)


def viewer(snapshot: Snapshot, theme: str = "light") -> tuple[StationApp, FakeRecorder]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS", chosen=Chosen(theme))
    app.follower.poll_s = 0.1
    return app, recorder


async def test_q_makes_the_room_quiet_r_renews_it_and_q_ends_it() -> None:
    app, recorder = viewer(with_chair(RICH))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, lambda: "TEST, A." in text(app))
        await pilot.press("R")
        await until(app, lambda: "the room is not quiet; Q makes it so" in text(app))
        await pilot.press("Q")
        await until(app, lambda: len(recorder.acts) == 1)
        recorder.snapshot = RICH_QUIET
        await until(app, lambda: WORDS in text(app))
        await pilot.press("R")
        await until(app, lambda: len(recorder.acts) == 2)
        await pilot.press("Q")
        await until(app, lambda: len(recorder.acts) == 3)
        assert [act for _, _, act in recorder.acts] == [QuietRoom(), QuietRoom(), QuietRoom(end=True)]
        assert recorder.sessions == ["S-0042"] * 3


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_quiet_room_is_dim_and_still_with_every_alarm_in_words_and_as_before_afterwards(
    size: tuple[int, int],
) -> None:
    app, recorder = viewer(with_chair(RICH))
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "TEST, A." in text(app))
        block = app.screen.query_one("#chair", Flashing)
        await until(app, lambda: block._timer is not None)
        recorder.snapshot = RICH_QUIET
        await until(app, lambda: app.theme == QUIET_ROOM and WORDS in text(app))
        assert block._timer is None and block.lit
        assert "*** SpO2 86 below 90" in text(app)
        await pilot.press("t")
        await until(app, lambda: "worn once the room is not quiet any more" in text(app))
        assert app.theme == QUIET_ROOM
        await pilot.press("space")
        await until(app, lambda: bool(recorder.acts))  # an alarm is acknowledged as ever
        recorder.snapshot = with_chair(RICH)
        await until(app, lambda: app.theme == "monitor" and "QUIET ROOM" not in text(app))  # the one after light
        assert block._timer is not None


async def test_another_chair_and_the_wall_are_as_bright_as_ever_and_the_wall_says_it() -> None:
    app, _ = viewer(RICH_QUIET)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, lambda: app.theme == QUIET_ROOM)
        await pilot.press("tab")
        await until(app, lambda: app.theme == "light")
        assert "QUIET ROOM" not in text(app)
        await pilot.press("tab")
        await until(app, lambda: app.theme == QUIET_ROOM)
        await pilot.press("w")
        await until(app, lambda: app.theme == "light" and WORDS in text(app))
        assert sum(WORDS in row for row in rows(app)) == 1


async def test_without_colours_it_is_still_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = viewer(RICH_QUIET)
    async with app.run_test(size=(80, 24)):
        await until(app, lambda: WORDS in text(app))
        assert app.theme == NO_COLOUR
        assert app.screen.query_one("#chair", Flashing)._timer is None


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("sound", ["", "paused 102", "off reminded; fail: the sound card was taken out"])
def test_the_words_are_in_sight_whatever_else_is(width: int, sound: str) -> None:
    many = tuple(alarm(f"alarm number {n} of this chair", "medium") for n in range(5))
    for alarms in ((), many[:1], many):
        view = msgspec.structs.replace(CHAIR, alarms=alarms, quiet=STILL)
        row = other_rows(view, width, sound)[0]
        assert cells(row) == width
        assert WORDS in words(row)


def test_a_calm_quiet_room_says_what_still_sounds_and_until_when() -> None:
    view = msgspec.structs.replace(CHAIR, quiet=STILL)
    assert "high alarms sound at once, medium ones after 30 s, low ones not" in words(alarm_rows(view, 80)[2])
    assert f"until {minute_text(STILL.until_ms)}; Q ends it, R renews it" in words(other_rows(view, 80)[0])


@pytest.mark.parametrize("count", [1, 4, 9, 16, 64])
@pytest.mark.parametrize(("width", "height"), [(80, 21), (120, 37), (200, 60)])
@pytest.mark.parametrize("loud", [True, False])
def test_on_the_wall_a_quiet_room_is_named_in_every_form(count: int, width: int, height: int, loud: bool) -> None:
    alarms = (alarm("SpO2 86 below 90", "high"),) if loud else ()
    still = msgspec.structs.replace(CHAIR, alarms=alarms, quiet=STILL)
    snapshot = Snapshot(at_ms=AT_MS, speed=1.0, chart="", chairs=(still, *(CHAIR,) * (count - 1)))
    drawn = wall(snapshot, 0, width, height, frozenset())
    said = [words(row) for row in drawn.rows]
    assert sum("QUIET ROOM" in row for row in said) == 1
    assert not loud or any("*** SpO2 86" in row for row in said)
    assert all(cells(row) == width for row in drawn.rows)
