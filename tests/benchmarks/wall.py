"""P14: what a frame of the wall costs with 64 chairs, and how that grows; the recorder's tick and its answer beside it.

Drawn without a terminal, CPU of this process, from a snapshot to the painted rows. The arm is a tree of labels, four a
chair, of which every one changes.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from textual.app import App, ComposeResult
from textual.widgets import Label

from station.tui.app import StationApp
from station.tui.screens.wall import WallScreen
from station.wire.frames import frame
from station.wire.messages import Snapshot

from .ratio import Interval, at_most, interval, percentile
from .table import Row

TUI = str(Path(__file__).parents[1] / "tui")
if TUI not in sys.path:
    sys.path.append(TUI)  # its tests import each other by bare name

from tui_fakes import CHAIR, NUMBERS, QUIET, FakeRecorder  # noqa: E402 - found only after the path is known

GOAL_ALL_MS, GOAL_ONE_MS, GOAL_GROWTH = 5.0, 1.0, 4.0
MANY, FEW = 64, 16
SIZE = (200, 60)


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P14."""
    frames = 30 if quick else 150
    many_ms: list[float] = []
    few_ms: list[float] = []
    one_ms: list[float] = []

    def growth() -> Interval:
        many_ms[:] = asyncio.run(_frames(frames, MANY, MANY))
        few_ms[:] = asyncio.run(_frames(frames, FEW, FEW))
        one_ms[:] = asyncio.run(_frames(frames, MANY, 1))
        return interval([a / b for a, b in zip(many_ms, few_ms, strict=True)], rng)

    ratio, met = at_most(GOAL_GROWTH, growth)
    told = f"wall {SIZE[0]}x{SIZE[1]}, {MANY} chairs all changing {percentile(many_ms, 50):.2f} ms"
    arm = f"{FEW} chairs (cards) {percentile(few_ms, 50):.2f} ms"
    yield Row("P14", told, arm, ratio, f"CPU <= {GOAL_GROWTH:.0f}x", met)
    tree_ms = percentile(asyncio.run(_tree(frames)), 50)
    for what, ms, goal in (("all", many_ms, GOAL_ALL_MS), ("one", one_ms, GOAL_ONE_MS)):
        p50 = percentile(ms, 50)
        label = f"tree of labels, all {tree_ms:.1f} ms"
        yield Row("P14", f"wall of {MANY}, {what} changing {p50:.2f} ms", label, None, f"<= {goal:.0f} ms", p50 <= goal)
    size = len(frame(_snapshot(1, MANY, MANY)))
    yield Row("P14", f"snapshot of {MANY} chairs with {len(CHAIR.lines)} lines each: {size / 1000:.0f} kB")


def _snapshot(n: int, count: int, changing: int) -> Snapshot:
    def moved(c: int) -> dict[str, float]:
        k = n + c if c < changing else c
        return {"HR": 80 + k % 9, "SPO2": 97 + k % 2, "RESP_RATE": 12 + k % 5}

    chairs = tuple(
        msgspec.structs.replace(
            CHAIR,
            chair=f"Chair {c + 1}",
            numbers=tuple(msgspec.structs.replace(x, value=moved(c).get(x.metric, x.value)) for x in NUMBERS),
        )
        for c in range(count)
    )
    return msgspec.structs.replace(QUIET, chairs=chairs, at_ms=QUIET.at_ms)


async def _frames(count: int, chairs: int, changing: int) -> list[float]:
    """CPU ms from a snapshot to its painted wall."""
    recorder = FakeRecorder(_snapshot(0, chairs, changing))
    app = StationApp(recorder.connect, by="KS", wall_first=True)
    app.follower.poll_s = 3600.0  # only our own frames
    async with app.run_test(size=SIZE) as pilot:
        while not recorder.echoes:
            await pilot.pause(0.01)
        await pilot.pause(0.2)
        wall = app.screen
        assert isinstance(wall, WallScreen)
        made = [_snapshot(n, chairs, changing) for n in range(count + 10)]
        return await _timed(app, count, lambda n: wall.show(made[n], 0, "KS", False))


async def _timed(app: App[object] | App[int], count: int, draw: Callable[[int], None]) -> list[float]:
    spent: list[float] = []
    for n in range(1, count + 10):
        drawn = asyncio.Event()
        began_ns = time.process_time_ns()
        draw(n)
        app.call_after_refresh(drawn.set)
        await drawn.wait()
        if n >= 10:  # caches filled
            spent.append((time.process_time_ns() - began_ns) / 1e6)
    return spent


class _Tree(App[object]):
    """Four labels a chair."""

    def compose(self) -> ComposeResult:
        """All of them."""
        for n in range(MANY * 4):
            yield Label(str(n))


async def _tree(count: int) -> list[float]:
    app = _Tree()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        labels = list(app.query(Label))

        def draw(n: int) -> None:
            for k, label in enumerate(labels):
                label.update(f"{(n + k) % 90 + 10}", layout=False)

        return await _timed(app, count, draw)
