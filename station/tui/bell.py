"""The terminal's bell: the last thing that can sound an alarm, where the recorder has nothing better (alarms.md a7)."""

from __future__ import annotations

from collections.abc import Callable

from station.clock import NS

EVERY_S = 1.0


class Bell:
    """``ring`` strikes it once."""

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._rung_ns: int | None = None

    def follow(self, wanted: bool, now_ns: int) -> None:
        """Ring while ``wanted``, at most once a second; asked at every snapshot, and while there are none."""
        if wanted and (self._rung_ns is None or now_ns - self._rung_ns >= EVERY_S * NS):
            self._rung_ns = now_ns
            self._ring()
