"""What a second costs: layouts and drawn rows, counted. A layout pass costs ten times a drawn row, so none is idle."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import IDLE, QUIET, RICH, RUNNING, FakeRecorder, alarm, with_chair

from station.tui.app import StationApp
from station.tui.themes import THEMES
from station.tui.widgets.flashing import Flashing
from station.tui.widgets.lines import Lines
from station.wire.messages import Snapshot

SIZES = [(80, 24), (120, 40), (200, 60)]


class Cost(NamedTuple):
    """Layout passes, and rows drawn by each widget that drew any."""

    layouts: list[object]
    drawn: dict[str | None, int]


@contextmanager
def counted(app: StationApp) -> Iterator[Cost]:
    """What is laid out and drawn within the block; known at its end."""
    screen, cost = app.screen, Cost([], {})
    before = {widget: widget.drawn for widget in screen.query(Lines)}
    refresh_layout = screen._refresh_layout
    screen._refresh_layout = lambda *a, **k: (cost.layouts.append(a), refresh_layout(*a, **k))[1]  # type: ignore[method-assign]
    try:
        yield cost
    finally:
        screen._refresh_layout = refresh_layout  # type: ignore[method-assign]
        cost.drawn.update({w.id: w.drawn - before.get(w, 0) for w in screen.query(Lines) if w.drawn > before.get(w, 0)})


@asynccontextmanager
async def viewer(recorder: FakeRecorder, size: tuple[int, int]) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.002
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.pause()
        yield app, pilot


async def polled(app: StationApp, recorder: FakeRecorder, snapshot: Snapshot) -> None:
    """Show ``snapshot``, and some polls more of the same."""
    recorder.snapshot, polls = snapshot, recorder.polls
    await until(app, lambda: recorder.polls > polls + 3)


def changed(metric: str, value: float) -> Snapshot:
    numbers = tuple(
        msgspec.structs.replace(n, value=value) if n.metric == metric else n for n in QUIET.chairs[0].numbers
    )
    return with_chair(QUIET, numbers=numbers)


@pytest.mark.parametrize("size", SIZES)
async def test_an_idle_second_lays_out_nothing_and_draws_the_clock(size: tuple[int, int]) -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, size) as (app, _):
        with counted(app) as cost:
            for second in range(1, 6):
                await polled(app, recorder, msgspec.structs.replace(QUIET, at_ms=QUIET.at_ms + second * 1000))
        assert cost.layouts == [] and cost.drawn == {"chair": 5}


@pytest.mark.parametrize("size", SIZES)
async def test_one_number_draws_its_own_rows_and_nothing_else(size: tuple[int, int]) -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, size) as (app, _):
        await polled(app, recorder, changed("HR", 87))
        with counted(app) as cost:
            await polled(app, recorder, changed("HR", 88))
        assert cost.layouts == [] and cost.drawn["chair"] <= 3  # the rows of a tall numeral


async def test_a_typed_letter_lays_out_nothing() -> None:
    async with viewer(FakeRecorder(QUIET), (80, 24)) as (app, pilot):
        app.follower.poll_s = 0.2  # keys are pressed only while the program rests
        await pilot.press("n")
        await until(app, lambda: "Note" in text(app))
        with counted(app) as cost:
            for letter in "headache":
                await pilot.press(letter)
            await until(app, lambda: "headache" in text(app))
        assert cost.layouts == []


async def test_a_minute_of_infusion_draws_the_rows_of_the_infusion() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, (80, 24)) as (app, _):
        with counted(app) as cost:
            later = msgspec.structs.replace(RUNNING, running_s=1390.0, left_s=1010.0, delivered_mg=20.3)
            await polled(app, recorder, with_chair(QUIET, infusion=later))
        assert cost.layouts == [] and cost.drawn["chair"] <= 2


async def test_a_flash_draws_the_block_alone() -> None:
    recorder = FakeRecorder(RICH)
    async with viewer(recorder, (120, 40)) as (app, _):
        block = app.screen.query_one("#chair", Flashing)
        before = block.drawn
        with counted(app) as cost:
            await until(app, lambda: block.drawn >= before + 6)
        assert cost.layouts == [] and cost.drawn["chair"] in (6, 9)  # two turns, or three on a slow machine


async def test_an_alarm_that_comes_lays_out_nothing() -> None:
    """The block has its rows always, so an alarm never moves the numbers under the eyes."""
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, (120, 40)) as (app, _):
        with counted(app) as cost:
            await polled(app, recorder, with_chair(QUIET, alarms=(alarm("SpO2 86 below 90", "high"),)))
            assert "*** SpO2 86 below 90" in text(app)
        assert cost.layouts == [] and cost.drawn["chair"] <= 4  # the block, and the row of keys


async def test_the_start_page_draws_what_changed_and_lays_out_nothing() -> None:
    recorder = FakeRecorder(with_chair(QUIET, infusion=IDLE))
    async with viewer(recorder, (120, 40)) as (app, pilot):
        await pilot.press("b")
        await until(app, lambda: "MONITOR OF CHAIR 1" in text(app))
        await pilot.pause(0.05)
        with counted(app) as cost:
            await polled(app, recorder, with_chair(changed("HR", 88), infusion=IDLE))
            await until(app, lambda: bool(app.screen.query_one("#live", Lines).drawn), tries=50)
            await pilot.pause(0.05)
        assert cost.layouts == [] and set(cost.drawn) <= {"live"} and cost.drawn.get("live", 0) <= 3


@pytest.mark.parametrize("theme", THEMES)
async def test_no_theme_costs_anything_once_it_is_worn(theme: str) -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, (120, 40)) as (app, pilot):
        app.action_wear(theme)
        await until(app, lambda: f"theme {theme}" in text(app))
        await pilot.pause()
        with counted(app) as cost:
            await polled(app, recorder, QUIET)
        assert cost == Cost([], {})


async def test_the_counter_counts() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, (120, 40)) as (app, pilot):
        with counted(app) as cost:
            await pilot.resize_terminal(100, 30)
            await until(app, lambda: len(rows(app)[0]) == 100)
        assert cost.layouts and cost.drawn["chair"] >= 30
