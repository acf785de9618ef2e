"""A driver's port: opened, read, kept open, found again. The drivers' one place with a port and a loop.

The event loop watches the port's descriptor; only a port without one (``rfc2217://``) gets a thread. What can block
(opening, naming, asking the bus for adapters) runs beside the loop, so one dead port never delays another.
"""

from __future__ import annotations

import asyncio
import errno
import io
import os
import socket
import stat
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import serial
from serial.tools import list_ports

from drivers.core.adapter import Adapter, adapter_at, adapters, find, is_pty, locked
from drivers.core.capture import CaptureWriter
from drivers.core.driver import Driver, DriverInfo
from drivers.core.measurement import Item
from drivers.core.port_trouble import TROUBLE, PortTrouble, explain
from drivers.core.text import clean
from drivers.core.wire import DescriptorWire, ThreadWire, Wire

_S = 1_000_000_000
_OUTPUT_BLOCKED_S = 2.0
_FAREWELL_S = 0.3


class ConnectionState(StrEnum):
    """OpenICE's words. Connected = good frames come; lost stays lost until the next good frame."""

    INITIAL = "initial"
    CONNECTING = "connecting"
    NEGOTIATING = "negotiating"
    CONNECTED = "connected"
    LOST = "lost"


class Link:
    """One port and its driver, for as long as the recorder runs: ``await run()``.

    ``deliver(items, at_ns)`` gets the items of a chunk, ``changed(state, sentence)`` every new state or
    sentence, ``now_ns`` is the steady clock. A port that is lost is opened again after ``retry_s``, the last
    value repeating; ``last_good_ns`` is the arrival of the last chunk that completed a good frame, None
    before the first.
    """

    def __init__(
        self,
        port: str,
        driver: Driver,
        info: DriverInfo,
        *,
        deliver: Callable[[list[Item], int], None],
        changed: Callable[[ConnectionState, str], None],
        now_ns: Callable[[], int],
        capture: CaptureWriter | None,
        retry_s: Sequence[float] = (1.0, 2.0, 5.0),
        tick_s: float = 0.25,
    ) -> None:
        self.port = port
        self.state = ConnectionState.INITIAL
        self.sentence = ""
        self.good_frames = 0
        self.last_good_ns: int | None = None
        self._driver = driver
        self._info = info
        self._deliver = deliver
        self._changed = changed
        self._now_ns = now_ns
        self._capture = capture
        self._retry_s = retry_s
        self._tick_s = tick_s
        self._adapter: Adapter | None = None  # of the first good opening: another patient's monitor is refused
        self._advice = ""  # what is wrong though frames come

    async def run(self) -> None:
        """Keep the port open and the driver fed until cancelled; then the driver's farewell is sent."""
        failures = 0
        self._say(ConnectionState.CONNECTING, f"Opening {self.port}.")
        while True:
            good_before = self.good_frames
            try:
                why = await self._serve(await self._open_beside())
            except PortTrouble as trouble:
                why = trouble.sentence
            if self.good_frames > good_before:
                failures = 0
            self._say(ConnectionState.LOST, why)
            await asyncio.sleep(self._retry_s[min(failures, len(self._retry_s) - 1)])
            failures += 1

    # --- opening ---

    async def _open_beside(self) -> serial.SerialBase:
        """Open in a daemon thread. Cancelled meanwhile, the port that still opens is closed again at once."""
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[serial.SerialBase] = loop.create_future()

        def settle(port: serial.SerialBase | None, trouble: PortTrouble | None) -> None:
            if opening.done():
                if port is not None:
                    port.close()
            elif port is not None:
                opening.set_result(port)
            elif trouble is not None:
                opening.set_exception(trouble)

        def work() -> None:
            port, trouble = None, None
            try:
                port = self._open()
            except PortTrouble as found:
                trouble = found
            except Exception as fault:
                trouble = PortTrouble(self._bug(fault))
            try:
                loop.call_soon_threadsafe(settle, port, trouble)
            except RuntimeError:  # the loop ended meanwhile, nobody wants the port any more
                if port is not None:
                    port.close()

        _spawn(work)
        return await opening

    def _open(self) -> serial.SerialBase:
        line = self._info.line
        try:
            present = {} if "://" in self.port else adapters(list_ports.comports())
            name = find(self.port, self._adapter, present)
            pty = is_pty(name)  # a pty takes no parity: setting it makes the next opening fail with EINVAL
            port = serial.serial_for_url(name, do_not_open=True)
            port.baudrate = line.baud
            port.bytesize = line.data_bits
            port.stopbits = line.stop_bits
            port.parity = "N" if pty else line.parity
            port.rtscts = line.hardware_handshake and not pty
            port.xonxoff = False  # binary protocols carry 11 and 13
            port.exclusive = True
            port.timeout = 0
            port.open()
            self._adapter = self._adapter or adapter_at(name, present)
        except TROUBLE as trouble:
            raise PortTrouble(explain(self.port, trouble)) from trouble
        return port

    # --- an open port ---

    async def _serve(self, port: serial.SerialBase) -> str:
        """Feed the driver until the port ends; why it ended, in one sentence."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[str] = loop.create_future()

        def end(why: str) -> None:
            if not ended.done():
                ended.set_result(why)

        def arrived(data: bytes, at_ns: int) -> None:
            if not ended.done():
                try:
                    self._take(data, at_ns)
                except Exception as fault:
                    end(self._bug(fault))

        def broke(trouble: BaseException) -> None:
            end(explain(self.port, trouble))

        make = DescriptorWire if _has_descriptor(port) else ThreadWire
        wire: Wire = make(port, loop, arrived, broke, self._now_ns)
        opened_ns = self._now_ns()
        blocked_since_ns: int | None = None
        self._advice = ""
        if self.state is not ConnectionState.LOST:
            self._say(ConnectionState.NEGOTIATING, f"{self.port} is open; waiting for the device.")
        try:
            wire.start(_spawn)
            while not ended.done():
                now_ns = self._now_ns()
                wire.send(self._driver.tick(now_ns))
                blocked_since_ns = (blocked_since_ns or now_ns) if wire.unsent() else None
                blocked = blocked_since_ns is not None and now_ns - blocked_since_ns > _OUTPUT_BLOCKED_S * _S
                self._advise(f"{self.port} takes no requests: check RTS and CTS wires." if blocked else "")
                self._check_silence(end, max(opened_ns, self.last_good_ns or 0), now_ns)
                await asyncio.wait({ended}, timeout=self._tick_s)
        except OSError as trouble:
            end(explain(self.port, trouble))
        except Exception as fault:
            end(self._bug(fault))
        except asyncio.CancelledError:
            await self._say_farewell(wire)
            raise
        finally:
            wire.close()
        at_ns = self._now_ns()
        items = list(self._driver.finish(at_ns))
        self._driver.reset()
        if items:
            self._deliver(items, at_ns)
        return ended.result()

    def _take(self, data: bytes, at_ns: int) -> None:
        if self._capture is not None:
            self._capture.write(data, at_ns)
        frames_before = self._driver.stats.frames
        items = list(self._driver.receive(data, at_ns))
        good = self._driver.stats.frames - frames_before
        if good:
            self.good_frames += good
            self.last_good_ns = at_ns
            self._say(ConnectionState.CONNECTED, self._advice)
        if items:
            self._deliver(items, at_ns)

    def _check_silence(self, end: Callable[[str], None], since_ns: int, now_ns: int) -> None:
        """A port can be open and deaf (adapter hung, line settings wrong): open it anew, having said so."""
        line = self._info.line
        quiet_s = max(10.0, 3 * self._driver.period_s)
        if self._info.lost_after_s is not None and now_ns - since_ns > quiet_s * _S:
            end(
                f"Nothing readable on {self.port} for {quiet_s:.0f} s: check that the device is on, its cable "
                f"and its line settings ({line.baud} {line.data_bits}{line.parity}{line.stop_bits})."
            )

    async def _say_farewell(self, wire: Wire) -> None:
        try:
            wire.send(self._driver.farewell())
            for _ in range(int(_FAREWELL_S / 0.02)):
                if not wire.unsent():
                    return
                await asyncio.sleep(0.02)
        except OSError as trouble:
            self.sentence = explain(self.port, trouble)

    def _bug(self, fault: Exception) -> str:
        """A mistake of ours must neither pass unseen nor end the watching of this port for good."""
        return f"The program failed on {self.port} ({clean(repr(fault))}): please report it; it goes on."

    def _advise(self, advice: str) -> None:
        if advice != self._advice:
            self._advice = advice
            self._say(self.state, advice)

    def _say(self, state: ConnectionState, sentence: str) -> None:
        if (state, sentence) != (self.state, self.sentence):
            self.state, self.sentence = state, sentence
            self._changed(state, sentence)


def _spawn(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _has_descriptor(port: serial.SerialBase) -> bool:
    try:
        port.fileno()
    except (io.UnsupportedOperation, AttributeError):
        return False
    return True


def ports_here() -> list[str]:
    """Serial ports this machine has now, by device name."""
    return sorted(entry.device for entry in list_ports.comports())


def check_port(port: str) -> str:
    """Why ``port`` cannot be opened now, in one sentence; "" where nothing speaks against it.

    A pseudo-terminal is judged without opening it (opening and closing hangs up its other end), a URL by its
    scheme and host name alone (a device server may take one connection only).
    """
    try:
        if "://" in port:
            where = urlsplit(port)
            serial.serial_for_url(port, do_not_open=True)
            if where.scheme in ("socket", "rfc2217"):
                socket.getaddrinfo(where.hostname, where.port or 0)
            return ""
        mode = Path(port).stat().st_mode
        if not stat.S_ISCHR(mode):
            raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.ENOTTY, "no tty")
        if not os.access(port, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, "no permission")
        if locked(port):
            raise OSError(errno.EBUSY, "locked")
        if not is_pty(port):
            with os.fdopen(os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK), "rb", buffering=0) as opened:
                if not opened.isatty():
                    raise OSError(errno.ENOTTY, "no tty")
    except TROUBLE as trouble:
        return explain(port, trouble)
    return ""
