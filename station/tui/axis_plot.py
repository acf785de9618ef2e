"""The plot of the axis: cuff readings and heart rate over one scale of numbers. Pure."""

from __future__ import annotations

from typing import NamedTuple

from charting.trends import Cuff, Ghost, Trend, heart
from station.tui.axis_time import Axis
from station.tui.canvas import Cells, blank, dots, row_of, write
from station.tui.spans import Row

LOWEST, HIGHEST = 40, 200  # shown always; wider where a reading lies outside
TICK = 20
_MARGIN = 5
# a value that a person typed, and the marks of the session before: no live value is drawn with any of them
TYPED_MARK = "m"
GHOST_SYS, GHOST_DIA, GHOST_HEART = "▿▵◦"
GHOST_HEART_CELLS = 3
UNDER_GHOST = " ·╌"  # never the name of a limit


class Limits(NamedTuple):
    """The limits drawn: of the cuff as lines, of SpO2 as a change of tone. None where none is watched."""

    sys_low: float | None = None
    sys_high: float | None = None
    dia_high: float | None = None
    spo2_low: float | None = None


def any_line(limits: Limits) -> bool:
    """Whether any of ``limits`` is drawn as a line."""
    return any(limit is not None for limit in limits[:3])


class Scale(NamedTuple):
    """``rows`` from ``top`` down to ``bottom``, both of them on a row."""

    top: int
    bottom: int
    rows: int

    def row(self, value: float) -> int:
        """The row of ``value``."""
        return round((self.top - value) / (self.top - self.bottom) * (self.rows - 1))

    def quarter(self, value: float) -> int:
        """The quarter row of ``value``, so that its dot lies on the row that ``row`` gives."""
        return round((self.top - value) / (self.top - self.bottom) * (self.rows - 1) * 4 + 1.5)


def scale_of(trend: Trend, rows: int) -> Scale:
    """A scale in which every reading of the session has its place."""
    seen = [value for cuff in trend.cuffs for value in (cuff.sys, cuff.dia) if value is not None]
    seen += [value for bucket in trend.buckets(heart(trend)) for value in (bucket.low, bucket.high)]
    top = max([HIGHEST, *(-(-(int(v) + _MARGIN) // TICK) * TICK for v in seen)])
    bottom = min([LOWEST, *((int(v) - _MARGIN) // TICK * TICK for v in seen)])
    return Scale(top, bottom, rows)


def plot_rows(trend: Trend, axis: Axis, rows: int, limits: Limits) -> list[Row]:
    """The plot in ``rows`` rows: what is drawn later lies on top."""
    scale = scale_of(trend, rows)
    field = [blank(axis.cells) for _ in range(rows)]
    ticks = _ticks(scale)
    _grid(field, axis, ticks)
    for name, limit in (("sys", limits.sys_low), ("sys", limits.sys_high), ("dia", limits.dia_high)):
        if limit is not None and 0 <= scale.row(limit) < rows:
            _limit(field[scale.row(limit)], f" {name} {limit:.0f}")
    if trend.ghost is not None and trend.infusion:
        _ghost(field, trend.ghost, trend.infusion[0].start_ms, axis, scale)
    for start, end in axis.gaps:
        _gap(field, range(max(start, 0), min(end + 1, axis.cells)))
    if 0 <= axis.now < axis.cells:
        for cells in field:
            cells[axis.now] = ("│", "dim")
    _heart(field, trend, axis, scale)
    for cuff in trend.cuffs:
        _cuff(field, cuff, axis, scale)
    for typed in trend.typed:
        if typed.metric == heart(trend) and 0 <= axis.cell(typed.t_ms) < axis.cells:
            field[scale.row(typed.value)][axis.cell(typed.t_ms)] = (TYPED_MARK, "ecg")
    return [row_of(cells, f"{ticks.get(y, ''):>4}") for y, cells in enumerate(field)]


def _ticks(scale: Scale) -> dict[int, int]:
    """Row to number: each 20, or each 40 where rows are few."""
    apart = TICK if (scale.top - scale.bottom) / TICK <= (scale.rows - 1) / 1.5 else 2 * TICK
    return {scale.row(value): value for value in range(scale.bottom, scale.top + 1, apart)}


def _grid(field: list[Cells], axis: Axis, ticks: dict[int, int]) -> None:
    for _, x in axis.grid:
        for y in ticks:
            if 0 <= x < axis.cells:
                field[y][x] = ("·", "dim")


def _ghost(field: list[Cells], ghost: Ghost, start_ms: int, axis: Axis, scale: Scale) -> None:
    """The session before in marks that nothing live has, aligned where both infusions started. It moves no scale."""
    marks = [(after_s, GHOST_HEART, rate) for after_s, rate in ghost.heart]
    marks += [(s, mark, v) for s, sys, dia in ghost.cuffs for mark, v in ((GHOST_SYS, sys), (GHOST_DIA, dia))]
    free = 0
    for after_s, mark, value in marks:
        x = axis.cell(start_ms + after_s * 1000)
        if mark == GHOST_HEART and x < free:  # one in some cells: a trace, not a curve
            continue
        free = x + GHOST_HEART_CELLS
        y = scale.row(value)
        if 0 <= x < axis.cells and 0 <= y < scale.rows and field[y][x][0] in UNDER_GHOST:
            field[y][x] = (mark, "dim")


def _limit(cells: Cells, name: str) -> None:
    for x in range(0, len(cells) - len(name), 3):
        cells[x] = ("╌", "dim")
    write(cells, len(cells) - len(name), name, "dim")


def _gap(field: list[Cells], columns: range) -> None:
    """Nothing is drawn across a gap; its foot is hatched."""
    for x in columns:
        for cells in field[:-1]:
            cells[x] = (" ", "dim")
        field[-1][x] = ("╱", "dim")


def _heart(field: list[Cells], trend: Trend, axis: Axis, scale: Scale) -> None:
    points = (
        (int((b.t_ms - axis.start_ms) * 2 // axis.cell_ms), scale.quarter(b.last)) for b in trend.buckets(heart(trend))
    )
    for cells, row in zip(field, dots(points, axis.cells, scale.rows), strict=True):
        for x, character in enumerate(row):
            if character:
                cells[x] = (character, "ecg")


def _cuff(field: list[Cells], cuff: Cuff, axis: Axis, scale: Scale) -> None:
    """v and ^ joined by a thin line; m with it where a person typed it; dim where the device did not vouch for it."""
    x = axis.cell(cuff.t_ms)
    if not 0 <= x < axis.cells:
        return
    tone = "nibp" if cuff.sure else "dim"
    ends = [scale.row(value) for value in (cuff.sys, cuff.dia) if value is not None]
    for y in range(min(ends, default=0) + 1, max(ends, default=0)):
        field[y][x] = ("│", tone)
    for value, mark in ((cuff.sys, "v"), (cuff.dia, "^")):
        if value is not None:
            field[scale.row(value)][x] = (mark, tone)
    if cuff.typed and ends:  # between the two where there is a row, else beside them
        between = ends[-1] - ends[0] > 1
        write(field[sum(ends) // len(ends)], x if between else x + 1, TYPED_MARK, tone)
