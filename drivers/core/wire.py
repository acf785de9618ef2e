"""Bytes to and from an open port: watched by the event loop, or by a thread where there is no descriptor."""

from __future__ import annotations

import errno
import os
import queue
from collections.abc import Callable
from typing import Any, Protocol

from drivers.core.port_trouble import TROUBLE

Arrived = Callable[[bytes, int], None]  # a chunk and its arrival, steady ns
Broke = Callable[[BaseException], None]
Clock = Callable[[], int]


class Loop(Protocol):
    """What a wire needs of the event loop."""

    def add_reader(self, fd: int, callback: Callable[[], None]) -> None:
        """Call when ``fd`` can be read."""

    def remove_reader(self, fd: int) -> bool:
        """Watch ``fd`` no more."""

    def call_soon_threadsafe(self, callback: Callable[..., None], *args: Any) -> Any:
        """Call on the loop's thread."""


class Wire(Protocol):
    """Bytes to and from an open port, beside the loop or on it."""

    def start(self, spawn: Callable[[Callable[[], None]], None]) -> None:
        """Begin to read. ``spawn`` runs its argument in a thread of its own, for wires that need one."""

    def send(self, data: bytes) -> None:
        """Write ``data`` behind what is left of earlier ones, as far as it goes. OSError: port gone."""

    def unsent(self) -> bool:
        """True while bytes wait to leave."""

    def close(self) -> None:
        """Stop reading and let go of the port; what has not left by now is thrown away."""


class DescriptorWire(Wire):
    """A port the event loop can watch."""

    def __init__(self, port: Any, loop: Loop, arrived: Arrived, broke: Broke, now_ns: Clock) -> None:
        self._port = port
        self._loop = loop
        self._arrived = arrived
        self._broke = broke
        self._now_ns = now_ns
        self._descriptor: int = port.fileno()
        self._waiting = b""

    def start(self, spawn: Callable[[Callable[[], None]], None]) -> None:  # noqa: ARG002 - needs no thread
        os.set_blocking(self._descriptor, False)
        self._loop.add_reader(self._descriptor, self._ready)

    def _ready(self) -> None:
        at_ns = self._now_ns()
        try:
            data = os.read(self._descriptor, 65536)
        except BlockingIOError:
            return
        except OSError as trouble:
            self._hang_up(trouble)
        else:
            if data:
                self._arrived(data, at_ns)
            else:
                self._hang_up(OSError(errno.EIO, "hung up"))

    def _hang_up(self, trouble: OSError) -> None:
        self._loop.remove_reader(self._descriptor)  # a hung-up descriptor stays readable and would spin
        self._broke(trouble)

    def send(self, data: bytes) -> None:
        self._waiting += data
        if self._waiting:
            try:
                self._waiting = self._waiting[os.write(self._descriptor, self._waiting) :]
            except BlockingIOError:
                return

    def unsent(self) -> bool:
        return bool(self._waiting) or getattr(self._port, "out_waiting", 0) > 0

    def close(self) -> None:
        self._loop.remove_reader(self._descriptor)
        try:
            if self.unsent():
                self._port.reset_output_buffer()  # or close waits up to 30 s for a cable that holds CTS
            self._port.close()
        except TROUBLE as trouble:
            self._broke(trouble)


class ThreadWire(Wire):
    """A port without a descriptor: one daemon thread reads and writes it."""

    def __init__(self, port: Any, loop: Loop, arrived: Arrived, broke: Broke, now_ns: Clock) -> None:
        self._port = port
        self._loop = loop
        self._arrived = arrived
        self._broke = broke
        self._now_ns = now_ns
        self._requests: queue.Queue[bytes] = queue.Queue()
        self._closing = False

    def start(self, spawn: Callable[[Callable[[], None]], None]) -> None:
        self._port.timeout = 0.2
        spawn(self._work)

    def _work(self) -> None:
        try:
            while not self._closing or not self._requests.empty():
                while not self._requests.empty():
                    self._port.write(self._requests.get())
                    self._requests.task_done()
                data = self._port.read(self._port.in_waiting or 1)
                if data:
                    self._loop.call_soon_threadsafe(self._arrived, data, self._now_ns())
            self._port.close()
        except Exception as trouble:
            try:
                self._loop.call_soon_threadsafe(self._broke, trouble)
            except RuntimeError:
                return  # the loop has ended: nobody is left to be told

    def send(self, data: bytes) -> None:
        if data:
            self._requests.put(data)

    def unsent(self) -> bool:
        return self._requests.unfinished_tasks > 0

    def close(self) -> None:
        self._closing = True
