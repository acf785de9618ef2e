"""Past cuff readings: as a list beside the numbers, and all of them on a key, at the chair and in the review."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import msgspec
import pytest
from axis_fakes import drawn, rehearsed
from review_makers import FIRST, ledger
from screen_text import text, until
from tui_fakes import AT_MS, NUMBERS, QUIET, FakeRecorder, number

from charting.trends import Cuff, Trend
from station.tui.app import StationApp
from station.tui.column import column
from station.tui.readings import cuff_block, cuff_count, cuff_rows
from station.tui.review_app import ReviewApp
from station.tui.spans import cells
from station.tui.tiles import tiles
from station.wire.messages import Acknowledge

MIN = 60_000
CUFFS = (
    Cuff(AT_MS, 128, 78, 95, False, True),
    Cuff(AT_MS + 5 * MIN, 141, 86, None, True, True),
    Cuff(AT_MS + 10 * MIN, 250, None, None, False, False),
)
TREND = Trend(opened_ms=AT_MS, now_ms=AT_MS + 12 * MIN, cuffs=CUFFS)


def test_newest_first_with_time_mean_and_what_must_be_known_of_it() -> None:
    lines = drawn(cuff_rows(TREND, TREND.now_ms, 40, 9, UTC)).split("\n")
    assert [line.split() for line in lines[:3]] == [
        ["00:10", "250/---", "age", "unknown"],
        ["00:05", "141/86", "typed"],
        ["00:00", "128/78", "(95)"],
    ]
    assert [span.tone for span in cuff_rows(TREND, TREND.now_ms, 40, 1, UTC)[0] if "250" in span.text] == ["dim"]


def test_a_moment_before_some_does_not_know_them_and_a_list_goes_on_from_anywhere() -> None:
    assert cuff_count(TREND, AT_MS + 6 * MIN) == 2
    assert "141/86" in drawn(cuff_rows(TREND, AT_MS + 6 * MIN, 40, 1, UTC))
    assert drawn(cuff_rows(TREND, TREND.now_ms, 40, 9, UTC, first=2)).split() == ["00:00", "128/78", "(95)"]


def test_the_block_says_how_many_more_there_are_and_leaves_out_a_list_of_two() -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    block = cuff_block(trend, now_ms, 33, 5)
    assert len(block) == 5 and {cells(row) for row in block} == {33}
    assert f"{len(trend.cuffs) - 4} more" in drawn(block)
    assert cuff_block(trend, now_ms, 33, 3) == ()


@pytest.mark.parametrize(("width", "height"), [(33, 26), (36, 30), (44, 46)])
def test_the_column_has_room_for_it_from_120x40_on_and_no_value_is_lost(width: int, height: int) -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    usual = tuple(number(n.metric, n.value) for n in NUMBERS if n.metric != "PERFUSION_INDEX")
    rows = column(tiles(usual), trend, now_ms, width, height)
    seen = drawn(rows)
    assert len(rows) <= height and "CUFF READINGS" in seen
    assert all(label in seen for label in ("HR", "SpO2", "NIBP", "RR", "EtCO2", "Temp"))
    assert "CUFF READINGS" not in drawn(column(tiles(usual), trend, now_ms, width, 20))


async def test_one_key_shows_all_of_them_and_they_can_be_gone_through() -> None:
    cuffs = tuple(Cuff(AT_MS + n * MIN, 100 + n, 60, None, n == 29, True) for n in range(30))
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, at_ms=AT_MS + 40 * MIN))
    recorder.curves = Trend(opened_ms=AT_MS, now_ms=AT_MS + 40 * MIN, cuffs=cuffs)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: app._curves()[0] is not None)
        await pilot.press("o")
        await until(app, lambda: "129/60" in text(app) and "typed" in text(app))
        assert "no alarm signalled" in text(app) and "100/60" not in text(app)  # what is above stays in sight
        await pilot.press("space")
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", Acknowledge())])
        await pilot.press("down", "pagedown", "pagedown", "pagedown")
        await until(app, lambda: "100/60" in text(app))
        await pilot.press("pageup", "pageup", "pageup", "up")
        await until(app, lambda: "129/60" in text(app))
        await pilot.press("o")
        await until(app, lambda: "129/60" not in text(app))


async def test_without_curves_it_says_that_there_is_none() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("o")
        await until(app, lambda: "no cuff reading" in text(app))


async def test_in_the_review_it_knows_what_the_moment_knows(tmp_path: Path) -> None:
    app = ReviewApp(ledger(tmp_path / "l.db"), FIRST)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: "better words" in text(app))
        await pilot.press("o")
        await until(app, lambda: "no cuff reading" in text(app))
        await pilot.press("escape", "down", "o")
        await until(app, lambda: "128/78 (95)" in text(app) and "newest first" in text(app))
