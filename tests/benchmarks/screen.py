"""P4 and P3: what a chair's frame costs, and how long a key takes to the screen.

P4 draws a chair of which a few numbers change each tick, without a terminal: all of the viewer's work against its rows
of numbers written by hand with cursor moves. P3 types into a real pseudo-terminal and waits for the letter; its arm is
a bare loop that echoes each key in another one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from station.tui.app import StationApp
from station.tui.themes import THEMES, colours
from station.tui.widgets.lines import Lines
from station.wire.messages import OpenSession, Snapshot

from .ratio import Interval, at_most, interval, percentile
from .station import throwaway, until
from .table import Row
from .terminal import Terminal

TUI = str(Path(__file__).parents[1] / "tui")
if TUI not in sys.path:
    sys.path.append(TUI)  # its tests import each other by bare name

from tui_fakes import QUIET, FakeRecorder, with_chair  # noqa: E402 - found only after the path is known

GOAL_TICK, GOAL_TICK_MS, GOAL_KEY_P50_MS, GOAL_KEY_P99_MS = 4.0, 3.0, 5.0, 50.0
SIZE = (160, 48)
NOTHING = b"\0"  # never written
ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"READY")
while True:
    os.write(1, b"[" + os.read(0, 1) + b"]")
"""


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P4 and P3."""
    yield tick(quick, rng)
    yield key(quick)


def tick(quick: bool, rng: random.Random) -> Row:
    """A tick of the chair, CPU of this process, against the rows it changed written as plain ANSI."""
    ours_ms: list[float] = []
    arm_ms: list[float] = []

    def measured() -> Interval:
        ours, arm = asyncio.run(_ticks(30 if quick else 200))
        ours_ms[:], arm_ms[:] = ours, arm
        return interval([a / b for a, b in zip(ours, arm, strict=True)], rng)

    ratio, met = at_most(GOAL_TICK, measured)
    ms = percentile(ours_ms, 50)
    told = f"chair tick headless {SIZE[0]}x{SIZE[1]}, 3 numbers and the clock: {ms:.2f} ms"
    goal = f"CPU <= {GOAL_TICK:.0f}x, <= {GOAL_TICK_MS:.0f} ms"
    return Row(
        "P4", told, f"same cells as raw ANSI {percentile(arm_ms, 50):.2f} ms", ratio, goal, met and ms <= GOAL_TICK_MS
    )


def _snapshot(n: int) -> Snapshot:
    moving = {"HR": 80 + n % 9, "SPO2": 97 + n % 2, "RESP_RATE": 12 + n % 5}
    numbers = (msgspec.structs.replace(x, value=moving.get(x.metric, x.value)) for x in QUIET.chairs[0].numbers)
    return msgspec.structs.replace(with_chair(QUIET, numbers=tuple(numbers)), at_ms=QUIET.at_ms + n * 1000)


async def _ticks(count: int) -> tuple[list[float], list[float]]:
    """CPU ms of each tick, and of writing the rows of that tick by hand."""
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 3600.0  # only our own ticks
    ours: list[float] = []
    arm: list[float] = []
    with Path(os.devnull).open("wb", buffering=0) as nowhere:
        async with app.run_test(size=SIZE) as pilot:
            while not recorder.echoes:
                await pilot.pause(0.01)
            for n in range(1, count + 10):
                snapshot = _snapshot(n)
                began_ns = time.process_time_ns()
                await app._show(snapshot)
                ours_ns = time.process_time_ns() - began_ns
                began_ns = time.process_time_ns()
                nowhere.write(_by_hand(app).encode())
                if n >= 10:  # caches filled
                    ours.append(ours_ns / 1e6)
                    arm.append((time.process_time_ns() - began_ns) / 1e6)
    return ours, arm


def _by_hand(app: StationApp) -> str:
    """The rows of numbers and the top as a program without a framework writes them: moves, colours, text."""
    out: list[str] = []
    for name in ("top", "numbers"):
        lines = app.screen.query_one(f"#{name}", Lines)
        for y, row in enumerate(lines._rows):
            out.append(f"\x1b[{lines.region.y + y + 1};{lines.region.x + 1}H")
            for span in row:
                (r, g, b), (r2, g2, b2) = (bytes.fromhex(c[1:]) for c in colours(THEMES[0], span.tone))
                out.append(f"\x1b[38;2;{r};{g};{b};48;2;{r2};{g2};{b2}m{span.text}")
    return "".join(out)


def key(quick: bool) -> Row:
    """A letter typed into a note, while the chair behind it goes on at 4 Hz."""
    presses = 20 if quick else 150
    with throwaway() as station:
        link = station.home.with_name("ge")
        station.simulate("ge_dri", "--link", str(link))
        station.record("--device", "ge_dri", "--port", str(link))
        station.act(OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70))
        until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
        with Terminal("-m", "station", "attach", env=station.env) as viewer, Terminal("-c", ECHO) as echo:
            assert viewer.until(b"Test, A", 20), "the viewer did not show the session"
            assert echo.until(b"READY", 20), "the echo did not start"
            ours_ms: list[float] = []
            arm_ms: list[float] = []
            os.write(viewer.fd, b"n")
            assert viewer.until(b"Esc: leave", 5), "no form for a note"
            for _ in range(presses):
                viewer.until(NOTHING, 0.1)  # let it settle: what came between two keys is not the next key's
                ours_ms.append(_pressed(viewer, b"q", b"q"))
                os.write(viewer.fd, b"\x7f")  # a full field takes no more
                arm_ms.append(_pressed(echo, b"q", b"q"))
    p50, p99 = percentile(ours_ms, 50), percentile(ours_ms, 99)
    told = f"typed letter to terminal, {presses} presses at 4 Hz: p50 {p50:.1f} p99 {p99:.1f} ms"
    arm = f"bare echo p50 {percentile(arm_ms, 50):.2f} ms"
    goal = f"p50 <= {GOAL_KEY_P50_MS:.0f}, p99 <= {GOAL_KEY_P99_MS:.0f} ms"
    return Row("P3", told, arm, None, goal, p50 <= GOAL_KEY_P50_MS and p99 <= GOAL_KEY_P99_MS)


def _pressed(terminal: Terminal, pressed: bytes, marker: bytes) -> float:
    began_s = time.monotonic()
    os.write(terminal.fd, pressed)
    seen_s = terminal.until(marker, 5)
    assert seen_s is not None, f"{marker!r} did not come"
    return (seen_s - began_s) * 1000
