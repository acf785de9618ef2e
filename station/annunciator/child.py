"""The annunciator: sounds what it is told, and cries out by itself when nobody tells it anything any more.

    python -m station.annunciator [--sink device|null|wav:PATH] [--mark FILE]

Orders come on stdin, each is answered on stdout (``orders.py``). ``--mark`` names a file with the number of the
annunciator that speaks for the station: an orphan that finds another's there was replaced, and goes in peace.
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

from station.annunciator.orders import Order, Status
from station.annunciator.player import Player
from station.annunciator.sink import NoSound, Sink, opened
from station.clock import NS, real_ns

TICK_S = 0.1
SILENT_AFTER_S = 5.0  # without an order for so long the recorder counts as dead (alarms.md a7)
CRY_S = 120.0  # and so long at least the failure tone sounds
STALLED_AFTER_S = 1.5  # a device that took nothing for so long is gone
REOPEN_AFTER_S = 3.0
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


class Outlet:
    """The sink as it comes and goes: opened, watched by its count of blocks, opened again when that stands still."""

    def __init__(self, name: str, player: Player) -> None:
        self.fault = ""
        self.callbacks = 0
        self._name, self._player = name, player
        self._sink: Sink | None = None
        self._moved_ns = self._tried_ns = 0
        self._counted = 0

    def tend(self, now_ns: int) -> None:
        """Keep it going; ``fault`` says why it does not."""
        if self._sink is None:
            if not self.fault or now_ns - self._tried_ns >= REOPEN_AFTER_S * NS:
                self._open(now_ns)
            return
        self._sink.tend(now_ns)
        if self._sink.callbacks != self._counted:
            self.callbacks += self._sink.callbacks - self._counted
            self._counted, self._moved_ns, self.fault = self._sink.callbacks, now_ns, ""
        elif now_ns - self._moved_ns >= STALLED_AFTER_S * NS:
            self.fault = "the sound device takes no sound any more"
            self._tried_ns = now_ns
            self.close()

    def close(self) -> None:
        """Let the sink go."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def _open(self, now_ns: int) -> None:
        self._tried_ns = self._moved_ns = now_ns
        self._counted = 0
        try:
            self._sink = opened(self._name, self._player.fill)
        except NoSound as error:
            self.fault = str(error)
        except ImportError as error:
            self.fault = f"the sound library cannot be loaded: {error}"


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


def attend(orders: Orders, statuses: int, outlet: Outlet, player: Player, mark: Path | None) -> None:
    """Sound what is ordered until told goodbye; without orders, what a dead recorder deserves."""
    dead_man = DeadMan(real_ns())
    sound = ""
    while True:
        for order in orders.read(TICK_S):
            if order.goodbye:
                return
            dead_man.order(real_ns())
            sound = order.sound
            _answer(statuses, Status(order.beat, outlet.callbacks, outlet.fault))
        now_ns = real_ns()
        player.want = "failure" if dead_man.cries(now_ns) else sound
        outlet.tend(now_ns)
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
    outlet = Outlet(given.sink, player)
    try:
        attend(Orders(0), 1, outlet, player, given.mark)
    finally:
        outlet.close()
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
    except OSError:
        return False  # who cannot know goes on
