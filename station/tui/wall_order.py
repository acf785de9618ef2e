"""In which order the chairs stand on the wall: worst first, but nothing moves away under a finger."""

from __future__ import annotations

from station.clock import NS
from station.tui.wall import worst_first
from station.wire.messages import ChairView

STILL_S = 4.0  # after a key or a movement of the pointer the order stays as it was read


class Order:
    """``touched`` says when a person did something at the wall; ``of`` is the order to draw."""

    def __init__(self) -> None:
        self._order: tuple[int, ...] = ()
        self._touched_ns: int | None = None

    def touched(self, now_ns: int) -> None:
        """A key was pressed or the pointer moved."""
        self._touched_ns = now_ns

    def untouched_s(self, now_ns: int) -> float | None:
        """For how long nobody touched the wall; None where nobody has yet."""
        return None if self._touched_ns is None else (now_ns - self._touched_ns) / NS

    def of(self, chairs: tuple[ChairView, ...], now_ns: int) -> tuple[int, ...]:
        """Places of the chairs: worst first as of now, or as of the last touch where that was a moment ago."""
        untouched_s = self.untouched_s(now_ns)
        if len(self._order) != len(chairs) or untouched_s is None or untouched_s > STILL_S:
            self._order = worst_first(chairs)
        return self._order
