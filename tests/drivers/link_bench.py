"""A bench for the link: a made-up driver, a running link whose clock is the test's, and a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import pty
from collections.abc import Callable, Iterator

from drivers.core.capture import CaptureWriter
from drivers.core.driver import DriverInfo, FrameStats, LineSettings
from drivers.core.link import Link
from drivers.core.measurement import FrameError, Item, Numeric, Validity

S = 1_000_000_000
INFO = DriverInfo("spoon", "none", "test", LineSettings(9600, parity="E"), frozenset(), 1.0, 3.0, 5.0, "grammar")


class Spoon:
    """A driver of a device that says bytes: each "!" is a good frame and an item; it asks "?" and leaves with "."."""

    def __init__(self, source: str = "spoon") -> None:
        self.stats = FrameStats()
        self.resets = 0
        self.ask = b"?"
        self.period_s = 1.0

    def receive(self, data: bytes, at_ns: int | None) -> Iterator[Item]:
        if b"bug" in data:
            raise KeyError("bug")
        good = data.count(b"!")
        self.stats.frames += good
        for _ in range(good):
            yield Numeric("HR", 1.0, "/min", Validity.VALID, None, None, at_ns, "spoon")

    def finish(self, at_ns: int | None) -> Iterator[Item]:
        yield FrameError("cut", 0, 1)

    def tick(self, now_ns: int) -> bytes:
        ask, self.ask = self.ask, b""
        return ask

    def farewell(self) -> bytes:
        return b"."

    def reset(self) -> None:
        self.resets += 1
        self.ask = b"?"


class Station:
    """A running link and what it told; the clock is the test's."""

    def __init__(self, port: str, capture: CaptureWriter | None = None, info: DriverInfo = INFO) -> None:
        self.now_ns = 100 * S
        self.driver = Spoon()
        self.items: list[tuple[list[Item], int]] = []
        self.told: list[tuple[str, str]] = []
        self.link = Link(
            port,
            self.driver,
            info,
            deliver=lambda items, at_ns: self.items.append((items, at_ns)),
            changed=lambda state, sentence: self.told.append((state.value, sentence)),
            now_ns=lambda: self.now_ns,
            capture=capture,
            retry_s=(0.02,),
            tick_s=0.01,
        )
        self.task = asyncio.create_task(self.link.run())

    async def until(self, true: Callable[[], object]) -> None:
        for _ in range(2000):
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"did not come about; told: {self.told[-3:]}")

    async def state(self, word: str) -> None:
        await self.until(lambda: self.link.state == word)

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


class Pty:
    """The device's end of a pseudo-terminal, quiet and raw."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.path = os.ttyname(self.slave)
        os.set_blocking(self.master, False)

    def heard(self) -> bytes:
        try:
            return os.read(self.master, 4096)
        except BlockingIOError:
            return b""

    def hang_up(self) -> None:
        os.close(self.slave)
        os.close(self.master)
