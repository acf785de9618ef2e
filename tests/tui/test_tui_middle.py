"""The chair's screen with curves: every size filled, acts in sight, curves asked for no more often than needed."""

from __future__ import annotations

import msgspec
import pytest
from axis_fakes import drawn, rehearsed
from screen_text import text, until
from tui_fakes import CHAIR, IDLE, NUMBERS, PLANNED, QUIET, RICH, RUNNING, FakeRecorder

from charting.trends import Trend, ghost_of
from station.clock import NS
from station.tui.app import StationApp
from station.tui.column import column, tiny
from station.tui.keys import KEYS
from station.tui.middle import middle
from station.tui.spans import cells
from station.tui.tiles import tiles
from station.tui.trending import AGAIN_S, Trending
from station.tui.widgets.lines import Lines
from station.wire.messages import ChairView, Tile as EventTile, TrendView

CHANGED = msgspec.structs.replace
VIEWS = {
    "quiet": CHAIR,
    "rich": RICH.chairs[0],
    "before": CHANGED(CHAIR, infusion=PLANNED),
    "held": CHANGED(CHAIR, infusion=CHANGED(RUNNING, phase="held", hold_s=75.0)),
    "empty": CHANGED(CHAIR, session=None, infusion=CHANGED(IDLE, phase="none")),
}


@pytest.mark.parametrize("size", [(80, 17), (80, 34), (110, 20), (120, 32), (200, 52), (300, 90)])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_part_keeps_to_its_width_and_leaves_entries(size: tuple[int, int], view: ChairView) -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    cut = middle(view, KEYS, trend, now_ms, *size)
    assert len(cut.rows) <= size[1] - 2
    assert all(cells(row) <= size[0] for row in cut.rows)
    assert cut.axis is (size[1] >= 20)
    if size[0] >= 110:
        assert {cells(row) for row in cut.rows} == {size[0]}


def test_a_screen_without_a_column_at_the_side_names_the_quick_events_where_entries_still_have_room() -> None:
    words = ("nausea", "dissociation", "spoke to the patient", "comfortable, eyes closed", "vomited")
    events = tuple(
        EventTile(id=word, key=str(n), text=word, lowest=None, highest=None) for n, word in enumerate(words, 1)
    )
    view = msgspec.structs.replace(CHAIR, events=events)
    told = drawn(middle(view, KEYS, None, 0, 80, 17).rows)
    assert all(f"{event.key} {event.text}" in told for event in events) and "…" not in told
    assert "vomited" not in drawn(middle(view, KEYS, None, 0, 80, 9).rows)


@pytest.mark.parametrize("height", range(12, 60, 4))
def test_a_column_is_never_taller_than_its_room_while_that_is_possible(height: int) -> None:
    shown = tiles(NUMBERS)
    rows = column(shown, None, 0, 36, height)
    assert len(rows) <= max(height, 10) and {cells(row) for row in rows} == {36}


def test_a_tiny_trend_has_dots_where_there_are_values_and_none_where_there_are_not() -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    assert any(c != " " for c in "".join(tiny(trend, "HR", now_ms, 17)))
    assert tiny(trend, "ETCO2", now_ms - 86_400_000, 17) == (" " * 17, " " * 17) or trend.buckets("ETCO2")


def test_a_tiny_trend_of_a_session_that_has_just_begun_is_blank() -> None:
    assert tiny(Trend(opened_ms=0, now_ms=100), "HR", 0, 17) == (" " * 17, " " * 17)


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_the_screen_shows_the_axis_and_then_stands_still(size: tuple[int, int]) -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, at_ms=now_ms))
    recorder.curves = trend
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.002
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "mL/h" in text(app) and "now" in text(app))
        await pilot.pause()
        before = {widget.id: widget.drawn for widget in app.screen.query(Lines)}
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 10)
        assert {widget.id: widget.drawn for widget in app.screen.query(Lines)} == before


async def test_curves_are_asked_for_when_old_or_after_an_entry_and_belong_to_one_session() -> None:
    trend, _ = rehearsed("hypertensive-response", 3300.0)
    asked: list[str] = []

    async def ask(chair: str) -> TrendView:
        asked.append(chair)
        return TrendView(chair=chair, trend=trend)

    trending = Trending(ask)
    assert trending.of(CHAIR) is None
    assert await trending.follow(CHAIR, 0)  # to be drawn at once
    assert not await trending.follow(CHAIR, NS) and len(asked) == 1
    newer = msgspec.structs.replace(CHAIR, lines=CHAIR.lines[1:])
    assert not await trending.follow(newer, 2 * NS) and len(asked) == 2  # to be drawn with the next snapshot
    assert not await trending.follow(newer, round((2 + AGAIN_S) * NS))
    assert len(asked) == 3 and trending.of(newer) is trend
    later_ns = round((2 + AGAIN_S) * NS)
    assert not await trending.follow(newer, later_ns + 2 * NS, speed=4.0) and len(asked) == 3
    assert not await trending.follow(newer, later_ns + 3 * NS, speed=4.0) and len(asked) == 4  # 12 s of the session
    assert not await trending.follow(newer, later_ns + 3 * NS + NS // 2, speed=60.0) and len(asked) == 4
    other = msgspec.structs.replace(CHAIR, session=None)
    assert trending.of(other) is None and await trending.follow(other, later_ns + 4 * NS) and len(asked) == 4


@pytest.mark.parametrize("size", [(80, 40), (120, 40)])
async def test_the_session_before_is_shown_and_one_key_hides_it(size: tuple[int, int]) -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, at_ms=now_ms))
    recorder.curves = msgspec.structs.replace(trend, ghost=ghost_of(rehearsed("cable-pulled", 2400.0)[0]))
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "ghost: 2026-01-01" in text(app) and "▿" in text(app))
        await pilot.press("c")
        await until(app, lambda: "ghost" not in text(app) and "previous session hidden" in text(app))
        assert "cuff" in text(app)
        await pilot.press("c")
        await until(app, lambda: "ghost: 2026-01-01" in text(app))
