"""Where an instant lies on the axis. Pure; equal as long as nothing would move by a cell, so it can key a cache."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from charting.model import MINUTE_MS
from charting.trends import BUCKET_MS, Bucket, Trend

SHORTEST_MIN, STEP_MIN, LONGEST_MIN = 30, 15, 12 * 60
AHEAD_MIN = 5  # room to the right of now and of the planned end
GRID_MIN = (5, 10, 15, 30, 60, 120, 240)
GRID_CELLS = 9  # at least so far apart, so that clock labels do not touch


class Axis(NamedTuple):
    """``cells`` of ``cell_ms`` from ``start_ms`` on. ``now`` is the cell of now, ``now_ms`` where that cell begins."""

    start_ms: int
    cell_ms: float
    cells: int
    now: int
    now_ms: int
    grid: tuple[tuple[int, int], ...]
    gaps: tuple[tuple[int, int], ...]

    def cell(self, t_ms: float) -> int:
        """The cell of ``t_ms``; it may lie outside."""
        return int((t_ms - self.start_ms) // self.cell_ms)

    def between(self, start_ms: float, end_ms: float) -> range:
        """Cells from ``start_ms`` up to ``end_ms``, at least one where any of it is inside."""
        if end_ms < self.start_ms or start_ms >= self.start_ms + self.cells * self.cell_ms:
            return range(0)
        first = max(self.cell(start_ms), 0)
        return range(first, min(max(self.cell(end_ms), first + 1), self.cells))

    def hidden(self, x: int) -> bool:
        """Whether cell ``x`` touches a gap of the record."""
        return any(start <= x <= end for start, end in self.gaps)

    def lowest(self, buckets: Iterable[Bucket]) -> dict[int, float]:
        """The lowest value of each cell that has one."""
        found: dict[int, float] = {}
        for bucket in buckets:
            x = self.cell(bucket.t_ms)
            if 0 <= x < self.cells:
                found[x] = min(found.get(x, bucket.low), bucket.low)
        return found


def axis_of(trend: Trend, cells: int, now_ms: int) -> Axis:
    """An axis of ``cells`` from the opening to past now and the planned end; of a long session its last hours."""
    step_ms = 5 * MINUTE_MS
    start_ms = trend.opened_ms - trend.opened_ms % step_ms
    end_ms = max(now_ms, trend.now_ms, trend.planned.end_ms if trend.planned else 0) + AHEAD_MIN * MINUTE_MS
    need_min = -(-(end_ms - start_ms) // (STEP_MIN * MINUTE_MS)) * STEP_MIN
    span_min = min(max(need_min, SHORTEST_MIN), LONGEST_MIN)
    if need_min > LONGEST_MIN:
        start_ms = (end_ms - LONGEST_MIN * MINUTE_MS) // step_ms * step_ms
    cell_ms = max(span_min * MINUTE_MS / cells, BUCKET_MS)  # a cell finer than a bucket would show holes that are none
    shown = range(0, round(cells * cell_ms), MINUTE_MS)
    apart = next((g for g in GRID_MIN if g * MINUTE_MS / cell_ms >= GRID_CELLS), GRID_MIN[-1])
    first_ms = -(-start_ms // (apart * MINUTE_MS)) * apart * MINUTE_MS
    grid = tuple(
        (at_ms, int((at_ms - start_ms) // cell_ms))
        for at_ms in range(first_ms, start_ms + shown.stop, apart * MINUTE_MS)
    )
    now = int((now_ms - start_ms) // cell_ms)
    gaps = tuple((int((a - start_ms) // cell_ms), int((b - start_ms) // cell_ms)) for a, b in trend.gaps)
    return Axis(start_ms, cell_ms, cells, now, math.ceil(start_ms + now * cell_ms), grid, gaps)
