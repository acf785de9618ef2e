"""Masimo ASCII 1 (Rad-8, Radical-7 docked, Rad-87): one pushed line a second, 9600 8N1, nothing to ask for.

Source: protocols.md 3 (maker's manual, serial section, and real lines). No checksum exists on this line.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from simulators.readings import Readings

SENDS = frozenset({"spo2", "pulse_rate", "perfusion_index"})
PERIOD_S = 1.0

# EXC bits (protocols.md 3)
_NO_SENSOR = 0x001
_SENSOR_OFF = 0x020
_LOW_SIGNAL_IQ = 0x400
_SET = 0x800  # alone: measuring, nothing to report
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Device:
    """A Rad-8 set to ``SEr = AS1``; ``seed`` makes its serial number, ``clock_utc_s`` is its clock."""

    name = "masimo_ascii"

    def __init__(self, seed: int = 0, clock_utc_s: int = 1767225600) -> None:
        self._serial = 40_000 + seed % 10_000
        self._clock_utc_s = clock_utc_s
        self._said_s: int | None = None

    def hear(self, data: bytes, now_s: float) -> None:
        """The device takes no requests: what arrives is ignored."""

    def say(self, now_s: float, readings: Readings | None) -> bytes:
        """The line of this second, once; b"" when it was said already or the line is silent."""
        second = math.floor(now_s)
        if self._said_s is not None and second <= self._said_s:
            return b""
        self._said_s = second
        if readings is None:
            return b""
        clock = _EPOCH + timedelta(seconds=self._clock_utc_s + second)
        return (f"{clock:%m/%d/%y %H:%M:%S} SN={self._serial:010d} {fields(readings)}\r\n").encode("ascii")


def fields(readings: Readings) -> str:
    """The part of a line from ``SPO2=`` to ``EXC=``; dashes where there is no reading."""
    spo2 = "---" if readings.spo2 is None else f"{_whole(readings.spo2):03d}"
    pulse = "---" if readings.pulse_rate is None else f"{_whole(readings.pulse_rate):03d}"
    index = "--.--" if readings.perfusion_index is None else f"{min(max(readings.perfusion_index, 0.0), 99.99):05.2f}"
    return (
        f"SPO2={spo2}% BPM={pulse} PI={index}% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- "
        f"ALARM=0000 EXC={exceptions(readings):06X}"
    )


def exceptions(readings: Readings) -> int:
    """The EXC bits of a display."""
    if "spo2" not in readings.modules:
        return _NO_SENSOR
    return _SET | (_SENSOR_OFF if readings.probe_off else 0) | (_LOW_SIGNAL_IQ if readings.low_signal else 0)


def _whole(value: float) -> int:
    """Nearest whole number, halves up, as a display rounds; three digits at most."""
    return math.floor(min(max(value, 0.0), 999.0) + 0.5)
