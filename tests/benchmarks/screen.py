"""P4 and P3: what a chair's frame costs, and how long a key takes to the screen.

P4 draws a chair's session tick by tick, without a terminal: numbers, curves, infusion and clock move. All of the
viewer's work against a program without a framework, which makes the same rows and writes those that changed by hand.
P3 types into a real pseudo-terminal and waits for the letter; its arm is a bare loop that echoes each key in another
one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from functools import lru_cache, partial
from io import FileIO
from itertools import islice, zip_longest
from pathlib import Path

import msgspec

from charting.trends import Bar, Bucket, Cuff, Stream, Trend
from station.tui.app import StationApp
from station.tui.chair_page import chair_page
from station.tui.collector import out_of_the_way
from station.tui.keys import KEYS, at_foot
from station.tui.spans import ON, Row as Drawn, Span
from station.tui.themes import THEMES, colours
from station.tui.trending import AGAIN_S
from station.wire.messages import Due, OpenSession, Snapshot

from .ratio import Interval, at_most, interval, percentile
from .station import throwaway, until
from .table import Row
from .terminal import Terminal

TUI = str(Path(__file__).parents[1] / "tui")
if TUI not in sys.path:
    sys.path.append(TUI)  # its tests import each other by bare name

from tui_fakes import CHAIR, QUIET, RUNNING, FakeRecorder, with_chair  # noqa: E402 - found only after the path is known

GOAL_TICK, GOAL_TICK_MS, GOAL_KEY_P50_MS, GOAL_KEY_P99_MS = 4.0, 3.0, 5.0, 50.0
SIZE = (160, 48)
FRAME_S = 1 / int(os.environ["TEXTUAL_FPS"])  # what a frame of the framework waits; set by station.tui
BLOCK = int(AGAIN_S)  # seconds, and ticks: the curves are asked for once in each
BEFORE_S = 30 * 60
CHAIRS = 64
WANDER = {"HR": 80.0, "PULSE_RATE": 80.0, "SPO2": 96.0, "RESP_RATE": 14.0}
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
    yield from tick(quick, rng)
    yield key(quick)


def tick(quick: bool, rng: random.Random) -> Iterator[Row]:
    """A tick of the chair, CPU of this process: against the same rows written as plain ANSI, and by itself."""
    took: dict[Interval, tuple[float, float]] = {}

    def against() -> Interval:
        ours, arm = asyncio.run(_ticks(12 if quick else 60))
        ratio = interval([a / b for a, b in zip(ours, arm, strict=True)], rng)
        took[ratio] = percentile(ours, 50), percentile(arm, 50)
        return ratio

    def alone() -> Interval:
        return interval(asyncio.run(_ticks(12 if quick else 60))[0], rng)

    ratio, met = at_most(GOAL_TICK, against)
    told = f"tick of one of {CHAIRS} chairs headless {SIZE[0]}x{SIZE[1]}: {took[ratio][0]:.2f} ms"
    yield Row("P4", told, f"the same as raw ANSI {took[ratio][1]:.2f} ms", ratio, f"CPU <= {GOAL_TICK:.0f}x", met)
    ms, met = at_most(GOAL_TICK_MS, alone)
    told = f"the same by itself: {ms.median:.2f} ms ({ms.low:.2f}-{ms.high:.2f})"
    yield Row("P4", told, goal=f"<= {GOAL_TICK_MS:.0f} ms", met=met)


def _session(seconds: int, rng: random.Random) -> Iterator[tuple[Snapshot, Trend]]:
    """A session second by second, half an hour after its start, in a station of ``CHAIRS``: numbers wander, ages and
    minutes run, a cuff reading every five minutes. No second is like the one before.
    """
    change = msgspec.structs.replace
    others = tuple(change(CHAIR, chair=f"Chair {n}", session=f"S-{n}") for n in range(2, CHAIRS + 1))
    station = change(QUIET, chairs=(CHAIR, *others))
    now = dict(WANDER)
    opened_ms = QUIET.at_ms - BEFORE_S * 1000
    streams: dict[str, list[Bucket]] = {metric: [] for metric in now}
    cuffs: list[Cuff] = []
    trend = Trend(opened_ms=opened_ms, now_ms=opened_ms)
    for second in range(BEFORE_S + seconds):
        at_ms = opened_ms + second * 1000
        for metric, middle in WANDER.items():
            now[metric] += rng.choice((-1, 0, 1)) + 0.1 * (middle - now[metric])
        if second % 300 == 0:
            cuffs.append(
                Cuff(at_ms, rng.randrange(110, 170), rng.randrange(70, 100), rng.randrange(80, 120), False, True)
            )
        if second % 10 == 0:
            for metric, value in now.items():
                streams[metric].append(Bucket(at_ms, value - 1, value + 1, value))
        if second < BEFORE_S:
            continue
        if second % BLOCK == 0:
            trend = Trend(
                opened_ms=opened_ms,
                now_ms=at_ms,
                streams=tuple(Stream(metric, tuple(found)) for metric, found in streams.items()),
                cuffs=tuple(cuffs),
                infusion=(Bar(opened_ms, at_ms, 52.5),),
                planned=Bar(at_ms, opened_ms + 2 * BEFORE_S * 1000, 52.5),
            )
        age_s = at_ms / 1000 - cuffs[-1].t_ms / 1000
        pressures = {"NIBP_SYS": cuffs[-1].sys, "NIBP_DIA": cuffs[-1].dia, "NIBP_MEAN": cuffs[-1].mean}
        told = {metric: (round(value), rng.random()) for metric, value in now.items()}
        told |= {metric: (value, age_s) for metric, value in pressures.items()}
        still = {number.metric: (number.value, rng.random()) for number in CHAIR.numbers}
        both = ((number, *(still | told)[number.metric]) for number in CHAIR.numbers)
        numbers = tuple(change(number, value=value, age_s=age_s) for number, value, age_s in both)
        running = change(RUNNING, running_s=second, left_s=2 * BEFORE_S - second, delivered_mg=35 * second / 3600)
        due = (Due("BP and vital signs", 300 - age_s, "vitals"),)
        yield change(with_chair(station, numbers=numbers, infusion=running, due=due), at_ms=at_ms), trend


async def _ticks(blocks: int) -> tuple[list[float], list[float]]:
    """CPU ms of a tick, and of one of the arm, each over blocks of ``BLOCK`` of them, in turn. The same caches, the
    same kind of session, and the same sleep between two ticks.
    """
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 3600.0  # only our own ticks
    ours: list[float] = []
    arm: list[float] = []
    total = (blocks + 2) * BLOCK
    session, another = _session(total, random.Random(1)), _session(total, random.Random(2))
    with Path(os.devnull).open("wb", buffering=0) as nowhere, out_of_the_way():
        by_hand = ByHand(nowhere)
        async with app.run_test(size=SIZE) as pilot:
            while not recorder.echoes:
                await pilot.pause(0.01)
            for block in range(blocks + 2):
                app._trending._asked_ns = None  # at one tick a second it is time to ask again in each block
                spent_ns = 0
                for snapshot, recorder.curves in islice(session, BLOCK):
                    began_ns = time.process_time_ns()
                    await app._show(snapshot)
                    spent_ns += time.process_time_ns() - began_ns
                by_hand_ns = 0
                for snapshot, curves in islice(another, BLOCK):
                    await asyncio.sleep(FRAME_S)
                    began_ns = time.process_time_ns()
                    by_hand.show(snapshot, curves)
                    by_hand_ns += time.process_time_ns() - began_ns
                if block >= 2:  # caches filled
                    ours.append(spent_ns / BLOCK / 1e6)
                    arm.append(by_hand_ns / BLOCK / 1e6)
    return ours, arm


class ByHand:
    """The same screen without a framework: the rows that changed are written as moves, colours and text."""

    def __init__(self, out: FileIO) -> None:
        self._out = out
        self._foot = lru_cache(partial(at_foot, KEYS))
        self._before: tuple[Drawn, ...] = ()
        self._colours: dict[str, str] = {}

    def show(self, snapshot: Snapshot, curves: Trend) -> None:
        """Write what differs from the snapshot before."""
        rows = chair_page(snapshot, 0, "KS", False, curves, Span(""), SIZE, self._foot, "tab").rows
        written = "".join(
            f"\x1b[{y};1H" + "".join([self._of(span.tone) + span.text for span in row])
            for y, (row, then) in enumerate(zip_longest(rows, self._before), 1)
            if row != then
        )
        self._out.write(written.encode())
        self._before = rows

    def _of(self, tone: str) -> str:
        if tone not in self._colours:
            (r, g, b), (r2, g2, b2) = (bytes.fromhex(c[1:]) for c in colours(THEMES[0], tone.partition(ON)[0]))
            self._colours[tone] = f"\x1b[38;2;{r};{g};{b};48;2;{r2};{g2};{b2}m"
        return self._colours[tone]


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
