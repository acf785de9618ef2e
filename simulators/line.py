"""The line a simulated device hangs on: a new pty, an existing port or a TCP port; and the loop serving it.

The only file here with a loop, a clock or a descriptor. All lines are polled and never block: what a
reader does not take is dropped and counted.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import socket
import termios
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import serial

from simulators import faults
from simulators.readings import Device, Source

TICK_S = 0.02
_TURNS_PER_S = 4  # a device is asked at least every 0.25 s of the scenario
_CHUNK = 65_536
_LINGER_S = 0.1  # a pty that closes throws away what was not read yet


class LineError(OSError):
    """The line cannot be had: one sentence."""


class Line(Protocol):
    """One end of a line. ``dropped`` counts bytes nobody took in time."""

    dropped: int

    def open(self) -> str:
        """Open, or open again after ``close``; the path or address to use. LineError if that cannot be."""

    def close(self) -> None:
        """As if the cable were pulled; harmless if closed."""

    def receive(self) -> bytes:
        """What has arrived, b"" for nothing."""

    def send(self, data: bytes) -> None:
        """Put ``data`` on the line; never waits."""


class _Descriptor:
    """Reading and writing a descriptor that must not block; subclasses open it."""

    def __init__(self) -> None:
        self.dropped = 0
        self._fd: int | None = None

    def receive(self) -> bytes:
        """What has arrived; a line in trouble has nothing."""
        if self._fd is None:
            return b""
        try:
            return os.read(self._fd, _CHUNK)
        except OSError:  # nothing there (EAGAIN), or the other side is gone for now (EIO)
            return b""

    def send(self, data: bytes) -> None:
        """Write what fits now; count the rest as dropped."""
        written = 0
        if self._fd is not None and data:
            try:
                written = os.write(self._fd, data)
            except OSError:  # full (EAGAIN), or the other side is gone for now (EIO)
                written = 0
        self.dropped += len(data) - written


class PtyLine(_Descriptor):
    """A new pseudo-terminal in raw mode, found by the stable symlink ``link``."""

    def __init__(self, link: Path) -> None:
        super().__init__()
        self._link = link
        self._slave: int | None = None
        self._name = ""

    def open(self) -> str:
        """A pty and the link to it. A link to a pty or to nothing is replaced; anything else is refused."""
        if self._link.is_symlink():
            if self._link.exists() and not str(self._link.readlink()).startswith("/dev/pts/"):
                raise LineError(f"{self._link} is a link to something that is no pty; it was left alone.")
        elif self._link.exists():
            raise LineError(f"{self._link} is a file; it was left alone.")
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        # the slave stays open here, so a reader may come and go without the master ever hanging up
        self._fd, self._slave, self._name = master, slave, os.ttyname(slave)
        fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        try:
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._name)
            fresh.replace(self._link)
        except OSError as error:
            self.close()
            raise LineError(f"{self._link} cannot be made: {error.strerror}.") from error
        return str(self._link)

    def send(self, data: bytes) -> None:
        """Write; where nobody reads, what waits is thrown away: a late reader must not take it for now."""
        before = self.dropped
        super().send(data)
        if self.dropped > before and self._slave is not None:
            termios.tcflush(self._slave, termios.TCIFLUSH)

    def close(self) -> None:
        """Hang up and remove the link if it is still ours."""
        if self._link.is_symlink() and str(self._link.readlink()) == self._name:
            self._link.unlink()
        for descriptor in (self._fd, self._slave):
            if descriptor is not None:
                os.close(descriptor)
        self._fd = self._slave = None


class PortLine(_Descriptor):
    """A port that exists: ``/dev/ttyUSB0`` and the like, 8 data bits, 1 stop bit."""

    def __init__(self, port: str, baud: int = 9600, parity: str = "N") -> None:
        super().__init__()
        self._port, self._baud, self._parity = port, baud, parity
        self._serial: serial.Serial | None = None

    def open(self) -> str:
        """Open the port; on a pty that refuses parity, without it."""
        for parity in dict.fromkeys((self._parity, serial.PARITY_NONE)):
            try:
                self._serial = serial.Serial(self._port, self._baud, parity=parity, timeout=0)
                break
            except termios.error:  # a pty keeps parity bits and refuses to be set again; it has no parity anyway
                continue
            except (OSError, ValueError) as error:
                raise LineError(f"{self._port} cannot be opened: {error}.") from error
        if self._serial is None:
            raise LineError(f"{self._port} cannot be set to {self._baud} baud.")
        self._fd = self._serial.fileno()
        os.set_blocking(self._fd, False)
        return self._port

    def close(self) -> None:
        """Close the port."""
        if self._serial is not None:
            self._serial.close()
        self._serial = self._fd = None


class TcpLine:
    """A listening TCP port; one client at a time, one after another. Port 0 takes a free one and keeps it."""

    def __init__(self, host: str, port: int) -> None:
        self.dropped = 0
        self._host, self._port = host, port
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None

    def open(self) -> str:
        """Listen; the address as HOST:PORT."""
        try:
            self._listener = socket.create_server((self._host, self._port), backlog=1)
        except (OSError, OverflowError) as error:
            raise LineError(f"{self._host}:{self._port} cannot be listened on: {error}.") from error
        self._listener.setblocking(False)
        self._port = self._listener.getsockname()[1]
        return f"{self._host}:{self._port}"

    def receive(self) -> bytes:
        """What the client sent; lets a new client in where there is none."""
        if self._client is None and self._listener is not None:
            try:
                self._client, _ = self._listener.accept()
                self._client.setblocking(False)
            except OSError:  # nobody waits, or they left again
                return b""
        if self._client is None:
            return b""
        try:
            data = self._client.recv(_CHUNK)
        except BlockingIOError:
            return b""
        except OSError:  # reset by the client: as good as left
            data = b""
        if not data:
            self._hang_up()
        return data

    def send(self, data: bytes) -> None:
        """Send what fits; with no client or a full buffer it is dropped and counted."""
        sent = 0
        if self._client is not None and data:
            try:
                sent = self._client.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:  # reset by the client
                self._hang_up()
        self.dropped += len(data) - sent

    def _hang_up(self) -> None:
        """Let the client go."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def close(self) -> None:
        """Let the client go and listen no more."""
        self._hang_up()
        if self._listener is not None:
            self._listener.close()
        self._listener = None


async def serve(
    device: Device,
    source: Source,
    line: Line,
    *,
    speed: float = 1.0,
    announce: Callable[[str], None],
    stop: asyncio.Event,
    seed: int = 0,
) -> None:
    """Play ``source`` through ``device`` on ``line`` until it ends or ``stop`` is set; then close the line.

    ``speed`` is scenario seconds per second; ``announce`` gets the path or address once.
    Raises LineError where the line cannot be opened at first.
    """
    clock = asyncio.get_running_loop().time
    rng = random.Random(seed)
    announce(line.open())
    plugged = True
    began = clock()
    turn, now_s = math.ceil(source.start_s * _TURNS_PER_S), source.start_s
    try:
        while not stop.is_set() and now_s < source.end_s:
            now_s = min(source.start_s + (clock() - began) * speed, source.end_s)
            fault = source.line_fault(now_s, device.name)
            plugged = _plug(line, plugged, wanted=fault != "pulled")
            heard = line.receive()
            if heard and fault not in ("pulled", "silent"):
                device.hear(heard, now_s)
            while turn <= now_s * _TURNS_PER_S:  # turns missed by a slow tick are made up, each once
                at_s = turn / _TURNS_PER_S
                said = device.say(at_s, source.readings(at_s, device.name))
                line.send(faults.apply(source.line_fault(at_s, device.name), said, rng))
                turn += 1
            await asyncio.sleep(TICK_S)
        await asyncio.sleep(_LINGER_S)
    finally:
        line.close()


def _plug(line: Line, plugged: bool, *, wanted: bool) -> bool:
    """Pull or put back the cable; a port that does not come back yet is tried again at the next tick."""
    if plugged and not wanted:
        line.close()
    elif wanted and not plugged:
        try:
            line.open()
        except LineError:
            return False
    return wanted
