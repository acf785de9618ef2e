"""The only clock and the only source of ids of the product (tests and rehearsals bring their own).

Two clocks run side by side. The *steady* clock never steps and goes on through suspend; everything is ordered and
measured by it. The *clinical* clock is the steady one, sped up in a demo; chart times are clinical times, anchored once
to UTC, so that a step of the wall clock changes no order and no duration (the step itself is charted).
"""

from __future__ import annotations

import random
import secrets
import time
from datetime import UTC, date, datetime
from pathlib import Path

NS = 1_000_000_000
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # BOOTTIME counts suspend; macOS has only MONOTONIC


def real_ns() -> int:
    """Steady nanoseconds since boot, at real speed: heartbeats and watchdogs."""
    return time.clock_gettime_ns(_STEADY)


def boot_id() -> str:
    """Names this boot: steady stamps compare only within one. "" where the platform has none."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text().strip() if path.exists() else ""


def clinic_day(at_ms: int) -> date:
    """The day of an instant (UTC ms) in this computer's time zone: what a course of treatment is counted in."""
    return clinic_time(at_ms).date()


def clinic_time(at_ms: int) -> datetime:
    """An instant (UTC ms) in this computer's time zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()


class Clock:
    """The clinical clock: ``speed`` clinical seconds a real second, counted from its making."""

    def __init__(self, speed: float = 1.0, steady_to_utc_ns: int | None = None) -> None:
        self.speed = speed
        self._origin_ns = real_ns()
        self._wall_offset_ns = time.time_ns() - self._origin_ns
        self.steady_to_utc_ns = self._wall_offset_ns if steady_to_utc_ns is None else steady_to_utc_ns

    def now_ns(self) -> int:
        """Clinical steady nanoseconds."""
        return self._origin_ns + int((real_ns() - self._origin_ns) * self.speed)

    def utc_ms(self, now_ns: int) -> int:
        """Chart time of a clinical instant, UTC milliseconds since 1970."""
        return (now_ns + self.steady_to_utc_ns) // 1_000_000

    def wall_step_s(self) -> float:
        """Seconds by which the wall clock was moved since the last call that told more than 2 s, else 0."""
        offset = time.time_ns() - real_ns()
        step_ns = offset - self._wall_offset_ns
        if abs(step_ns) <= 2 * NS:
            return 0.0
        self._wall_offset_ns = offset
        return step_ns / NS


class VirtualClock(Clock):
    """A clock that stands until it is moved: rehearsals and tests."""

    def __init__(self, utc_ms: int) -> None:
        self.speed = 1.0
        self.steady_to_utc_ns = utc_ms * 1_000_000
        self.at_ns = 0

    def now_ns(self) -> int:
        return self.at_ns

    def wall_step_s(self) -> float:
        return 0.0


class Ids:
    """Session ids that sort by time. ``seed`` makes them repeatable; without it they are not guessable."""

    def __init__(self, seed: int | None = None) -> None:
        self._draw = random.Random(seed).getrandbits if seed is not None else secrets.randbits

    def session(self, utc_ms: int) -> str:
        """``YYYYMMDD-HHMMSS-xxxx`` in UTC."""
        when = datetime.fromtimestamp(utc_ms / 1000, UTC)
        return f"{when:%Y%m%d-%H%M%S}-{self._draw(16):04x}"
