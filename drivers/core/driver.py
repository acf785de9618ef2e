"""What every driver file provides: ``INFO`` and a class ``Driver`` (sans I/O, after h11's shape)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from drivers.core.measurement import Item


class LineSettings(msgspec.Struct, frozen=True):
    """Serial settings in the maker's words: 19200 8 E 1, hardware handshake or none."""

    baud: int
    parity: str = "N"
    data_bits: int = 8
    stop_bits: int = 1
    hardware_handshake: bool = False


class DriverInfo(msgspec.Struct, frozen=True):
    """What a driver says of its device. ``lost_after_s`` is None for devices that speak on demand only."""

    name: str
    maker: str
    models: str
    line: LineSettings
    metrics: frozenset[str]
    period_s: float
    stale_after_s: float
    lost_after_s: float | None
    integrity: str  # "sum8", "crc16", "grammar": what a damaged frame must get past


class FrameStats(msgspec.Struct):
    """Counted by a driver since it was made; ``bytes_skipped`` were in no valid frame."""

    frames: int = 0
    errors: int = 0
    bytes: int = 0
    bytes_skipped: int = 0


class Driver(Protocol):
    """Bytes in, items out; bytes to send out. No port, no clock, no thread inside; the buffer is bounded."""

    stats: FrameStats

    @property
    def period_s(self) -> float:
        """Seconds between records as the device now sends them; ``INFO.period_s`` unless it granted less."""

    def __init__(self, source: str = ...) -> None: ...

    def receive(self, data: bytes, at_ns: int | None) -> Iterator[Item]:
        """Items whose last byte is in ``data``, which arrived at ``at_ns`` (steady ns; None in a plain capture)."""

    def finish(self, at_ns: int | None) -> Iterator[Item]:
        """End of input: an unfinished frame becomes one ``FrameError`` with reason ``cut``."""

    def tick(self, now_ns: int) -> bytes:
        """Bytes to send now (polls, handshakes from the allow-list), b"" for none. Called a few times a second."""

    def farewell(self) -> bytes:
        """Bytes to send before a clean close, b"" for none."""

    def reset(self) -> None:
        """The line was lost or opened anew: forget half frames and what was on display. ``stats`` go on."""
