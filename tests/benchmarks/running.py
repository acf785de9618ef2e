"""P5 and P11: what the station costs while it runs and until it shows something. CPU from /proc, so Linux only."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .ratio import Interval, at_most, pair
from .station import throwaway, until
from .table import Row
from .terminal import Terminal

GOAL_VERSION, GOAL_FIRST_TEXT = 6.0, 1.7
EMPTY_APP = """
from textual.app import App, ComposeResult
from textual.widgets import Static
class Empty(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("EMPTYAPP")
Empty().run()
"""


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P5 and P11."""
    with throwaway() as station:
        link = station.home.with_name("ge")
        station.simulate("ge_dri", "--link", str(link))
        recorder = station.record("--device", "ge_dri", "--port", str(link))
        until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
        yield _recorder_cpu(recorder.pid, 4 if quick else 30)
        yield _first_text(station.env, 3 if quick else 10, rng)
    yield _rehearsal()
    yield _version(5 if quick else 20, rng)


def _recorder_cpu(pid: int, for_s: float) -> Row:
    began_s, used_s = time.monotonic(), _cpu_s(pid)
    time.sleep(for_s)
    percent = 100 * (_cpu_s(pid) - used_s) / (time.monotonic() - began_s)
    return Row("P5", f"recorder, 1 chair with GE monitor, no viewer: {percent:.2f} % of a core", f"{for_s:.0f} s")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _first_text(env: dict[str, str], rounds: int, rng: random.Random) -> Row:
    """A viewer that attaches to a running recorder, to the chair's first text; beside an empty app."""

    def shown(marker: bytes, *arguments: str) -> Callable[[], None]:
        def start() -> None:
            with Terminal(*arguments, env=env) as terminal:
                assert terminal.until(marker, 20), f"{marker!r} did not come"

        return start

    arms = {"viewer": shown(b"Chair 1", "-m", "station", "attach"), "empty": shown(b"EMPTYAPP", "-c", EMPTY_APP)}
    return _started("P11", arms, "viewer to the chair's text", "empty app", GOAL_FIRST_TEXT, rounds, rng)


def _version(rounds: int, rng: random.Random) -> Row:
    arms = {"ours": _run("-m", "station", "--version"), "python": _run("-c", "pass")}
    return _started("P11", arms, "--version", "bare Python", GOAL_VERSION, rounds, rng)


def _started(
    title: str,
    arms: dict[str, Callable[[], None]],
    ours: str,
    arm: str,
    limit: float,
    rounds: int,
    rng: random.Random,
) -> Row:
    first, floor = arms
    cost: dict[str, float] = {}

    def measured() -> Interval:
        found = pair(arms, floor, rounds, 1, rng)
        cost.update(found.wall_us)
        return found.wall[first]

    ratio, met = at_most(limit, measured)
    told = f"{ours} {cost[first] / 1000:.0f} ms"
    return Row(title, told, f"{arm} {cost[floor] / 1000:.0f} ms", ratio, f"wall <= {limit}x", met)


def _run(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)

    return run


def _rehearsal() -> Row:
    """The scenario's 65 minutes; its CPU seconds are those of the children ended meanwhile."""
    before = _children_s()
    subprocess.run([sys.executable, "-m", "station", "rehearse"], check=True, stdout=subprocess.DEVNULL)
    took_s = _children_s() - before
    return Row("P5", f"rehearse of 65 minutes {took_s:.1f} s CPU, {65 * 60 / took_s:.0f} x real time")


def _children_s() -> float:
    used: Any = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(used.ru_utime + used.ru_stime)
