"""The annunciator: sounds what it is told, and cries out by itself when nobody tells it anything any more.

    python -m station.annunciator [--sink RUNG,...] [--mark FILE]

Orders come on stdin, each is answered on stdout (``orders.py``). The rungs of the ladder, best first, are ``device``,
``null``, ``wav:PATH`` and the programs of ``program.py``. ``--mark`` names a file with the number of the annunciator
that speaks for the station: an orphan that finds another's there was replaced, and goes in peace.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from station.annunciator.ladder import Ladder
from station.annunciator.orders import Order, Status
from station.annunciator.player import Player
from station.annunciator.tones import ONCE
from station.clock import NS, real_ns

TICK_S = 0.1
SILENT_AFTER_S = 5.0  # without an order for so long the recorder counts as dead (alarms.md a7)
CRY_S = 120.0  # and so long at least the failure tone sounds
ONCE_LATE_S = 1.0  # a program that plays a single burst has to start first
LATE_S = 2.0  # a tick that comes so late: the computer slept, and so did the recorder


class DeadMan:
    """When to cry out. Told of each order and each tick; the time comes with the call."""

    def __init__(self, now_ns: int) -> None:
        self._heard_ns = self._tick_ns = now_ns

    def order(self, now_ns: int) -> None:
        """The recorder is alive."""
        self._heard_ns = now_ns

    def cries(self, now_ns: int) -> bool:
        """Whether the failure tone must sound now; to be asked at each tick."""
        if now_ns - self._tick_ns > LATE_S * NS:
            self._heard_ns = now_ns
        self._tick_ns = now_ns
        return now_ns - self._heard_ns >= SILENT_AFTER_S * NS

    def cried_out(self, now_ns: int) -> bool:
        """Whether it has cried long enough."""
        return now_ns - self._heard_ns >= (SILENT_AFTER_S + CRY_S) * NS


class Once:
    """A single burst that was ordered: wanted for as long as it lasts."""

    def __init__(self, player: Player) -> None:
        self._clips = player.clips
        self._want = ""
        self._until_ns = 0

    def order(self, tone: str, now_ns: int) -> None:
        """Begin the burst of ``tone`` now."""
        self._want = ONCE + tone
        self._until_ns = now_ns + self._clips[self._want].length_ns + int(ONCE_LATE_S * NS)

    def want(self, now_ns: int) -> str:
        """What is to be heard of it now."""
        return self._want if now_ns < self._until_ns else ""


class Orders:
    """Lines of a descriptor as orders. ``ended`` once the other end has closed it."""

    def __init__(self, fd: int) -> None:
        self.ended = False
        self._fd = fd
        self._rest = b""

    def read(self, wait_s: float) -> Iterator[Order]:
        """Those that came within ``wait_s``."""
        if self.ended:
            time.sleep(wait_s)
            return
        if not select.select([self._fd], [], [], wait_s)[0]:
            return
        said = os.read(self._fd, 65_536)
        self.ended = not said
        *lines, self._rest = (self._rest + said).split(b"\n")
        for line in lines:
            try:
                yield msgspec.json.decode(line, type=Order)
            except msgspec.DecodeError:
                continue  # no order, so no sign of life: who goes on like this is dead to us after five seconds


def attend(orders: Orders, statuses: int, ladder: Ladder, player: Player, mark: Path | None) -> None:
    """Sound what is ordered until told goodbye; without orders, what a dead recorder deserves."""
    dead_man = DeadMan(real_ns())
    sound, once = "", Once(player)
    while True:
        for order in orders.read(TICK_S):
            if order.goodbye:
                return
            dead_man.order(real_ns())
            sound = order.sound
            if order.once:
                once.order(order.once, real_ns())
            _answer(statuses, Status(order.beat, ladder.callbacks, ladder.fault, ladder.heard))
        now_ns = real_ns()
        player.want = "failure" if dead_man.cries(now_ns) else sound or once.want(now_ns)
        ladder.tend(now_ns)
        if orders.ended and (_replaced(mark) or dead_man.cried_out(now_ns)):
            return


def main(arguments: Sequence[str]) -> int:
    """Be the annunciator until told goodbye."""
    parser = argparse.ArgumentParser(prog="station.annunciator")
    parser.add_argument("--sink", default="device")
    parser.add_argument("--mark", type=Path)
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c is for the recorder, which then says goodbye
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    silence_libraries()
    if given.mark is not None:
        given.mark.write_text(str(os.getpid()), encoding="ascii")
    player = Player()
    folder = given.mark.with_name("tones") if given.mark is not None else None
    ladder = Ladder(given.sink.split(","), player, folder)
    try:
        attend(Orders(0), 1, ladder, player, given.mark)
    finally:
        ladder.close()
    return 0


def silence_libraries() -> None:
    """Descriptor 2 to nowhere: sound libraries print there what they think. Our own errors keep the way out."""
    ours = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    sys.stderr = os.fdopen(ours, "w", buffering=1)


def _answer(statuses: int, status: Status) -> None:
    try:
        os.write(statuses, msgspec.json.encode(status) + b"\n")
    except BrokenPipeError:
        return  # the recorder has died; stdin says so too


def _replaced(mark: Path | None) -> bool:
    try:
        return mark is not None and mark.read_text(encoding="ascii") != str(os.getpid())
    except OSError:  # who cannot know goes on, but for a throw-away station that was taken away as a whole
        return mark is not None and not mark.parent.exists()
