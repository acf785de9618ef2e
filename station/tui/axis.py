"""One time axis for the session, after the habit of the anaesthetic record: a pure function from curves to rows.

From top to bottom: a legend with ``now``; cuff readings as v (systolic) and ^ (diastolic) joined by a thin line, heart
rate as dots, limits of the cuff; SpO2 as a band of levels; the infusion as a bar with its rates, holds and the planned
rest, and a model of the plasma where one is asked for; numbers of the entries a person made; the clock. What was not
recorded stays blank and is marked. Behind it all, in marks of its own, the same patient's session before: the ghost.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import NamedTuple

from charting.trends import Bar, Trend
from station.tui.axis_plasma import plasma_rows, plasma_text
from station.tui.axis_plot import GHOST_DIA, GHOST_HEART, GHOST_SYS, TYPED_MARK, Limits, any_line, plot_rows
from station.tui.axis_time import Axis, axis_of
from station.tui.canvas import GUTTER, blank, row_of, write
from station.tui.present import minute_text
from station.tui.spans import Row

FEWEST_ROWS, FEWEST_CELLS = 11, 40
LEVELS = " ▁▂▃▄▅▆▇█"
SPO2_FLOOR, SPO2_TOP = 80.0, 100.0
NO_LIMITS = Limits()


class _Shape(NamedTuple):
    """How the rows are shared out: the rest is the plot's."""

    spo2: int
    infusion: int
    plasma: int


def _shape(height: int) -> _Shape:
    return _Shape(3, 2, 4) if height >= 34 else _Shape(2, 2, 2) if height >= 20 else _Shape(1, 1, int(height >= 13))


def axis_rows(
    trend: Trend,
    width: int,
    height: int,
    now_ms: int,
    limits: Limits = NO_LIMITS,
    zone: tzinfo | None = None,
    word: str = "now",
) -> tuple[Row, ...]:
    """``trend`` up to ``now_ms`` in exactly ``height`` rows of ``width`` cells; no rows where that is too little room.

    ``zone``: of the clock labels, by default that of this computer. ``word``: what that moment is
    called. Made anew only when something moves by a cell.
    """
    if width < FEWEST_CELLS or height < FEWEST_ROWS:
        return ()
    said = plasma_text(trend.plasma, now_ms, word)
    return _drawn(trend, axis_of(trend, width - GUTTER, now_ms), height, limits, zone, word, said)


@lru_cache(maxsize=2)  # a trend that is over is never drawn again
def _drawn(
    trend: Trend, axis: Axis, height: int, limits: Limits, zone: tzinfo | None, word: str, said: str
) -> tuple[Row, ...]:
    shape = _shape(height)
    plasma = plasma_rows(trend.plasma, said, axis, shape.plasma)
    return (
        _legend(trend, axis, limits, zone, word),
        *plot_rows(trend, axis, height - 3 - shape.spo2 - shape.infusion - len(plasma), limits),
        *_spo2(trend, axis, shape.spo2, limits.spo2_low),
        *_infusion(trend, axis, shape.infusion),
        *plasma,
        _events(trend, axis),
        _clock(axis, zone),
    )


_WORDS = (
    (("v ^", "nibp"), (" cuff", "dim")),
    (("⠒⠂", "ecg"), (" heart rate", "dim")),
)
_LIMIT_WORDS = ((("╌ limit", "dim"),),)


def _legend(trend: Trend, axis: Axis, limits: Limits, zone: tzinfo | None, word: str) -> Row:
    """What the marks are, as far as there is room on either side of ``word``; first what is not live."""
    words = [((f"{TYPED_MARK} typed", "bold"),)] if _has_typed(trend) else []
    if trend.ghost is not None and trend.infusion:
        day = datetime.fromtimestamp(trend.ghost.opened_ms / 1000, tz=UTC).astimezone(zone).strftime("%Y-%m-%d")
        words.insert(0, ((f"{GHOST_SYS}{GHOST_DIA}{GHOST_HEART} ghost: {day}", "dim"),))
    cells = blank(axis.cells)
    now = min(max(axis.now - 1, 0), axis.cells - len(word))
    write(cells, now, word, "bold")
    free = [range(now - 1), range(now + len(word) + 2, axis.cells)]
    for piece in (*words, *_WORDS, *(_LIMIT_WORDS if any_line(limits) else ())):
        length = sum(len(text) for text, _ in piece)
        side = next((n for n, room in enumerate(free) if len(room) >= length), None)
        if side is None:
            continue
        at = free[side].start
        free[side] = range(at + length + 2, free[side].stop)
        for text, tone in piece:
            write(cells, at, text, tone)
            at += len(text)
    return row_of(cells, "mmHg")


def _has_typed(trend: Trend) -> bool:
    return bool(trend.typed) or any(cuff.typed for cuff in trend.cuffs)


def _spo2(trend: Trend, axis: Axis, rows: int, low: float | None) -> list[Row]:
    """The lowest of each cell as a level between 80 and 100 %; white where it is below the limit."""
    lowest = axis.lowest(trend.buckets("SPO2"))
    first = min(lowest, default=axis.cells)
    bands = [blank(axis.cells) for _ in range(rows)]
    for x in range(first, min(max(axis.now, axis.cell(trend.now_ms)) + 1, axis.cells)):
        if axis.hidden(x) or x not in lowest:
            bands[-1][x] = ("╱" if axis.hidden(x) else "·", "dim")
            continue
        share = (lowest[x] - SPO2_FLOOR) / (SPO2_TOP - SPO2_FLOOR)
        eighths = min(max(round(share * 8 * rows), 1), 8 * rows)
        tone = "bold" if low is not None and lowest[x] < low else "pleth"
        for y, cells in enumerate(reversed(bands)):
            level = min(max(eighths - 8 * y, 0), 8)
            cells[x] = (LEVELS[level], tone)
    for typed in trend.typed:
        x = axis.cell(typed.t_ms)
        if typed.metric == "SPO2" and 0 <= x < axis.cells:
            share = min(max((typed.value - SPO2_FLOOR) / (SPO2_TOP - SPO2_FLOOR), 0), 0.99)
            bands[rows - 1 - int(share * rows)][x] = (TYPED_MARK, "bold")
    names = {1: ["SpO2"], 2: ["SpO2", "  80"], 3: [" 100", "SpO2", "  80"]}[rows]
    return [row_of(cells, name, "pleth" if name == "SpO2" else "dim") for cells, name in zip(bands, names, strict=True)]


def _infusion(trend: Trend, axis: Axis, rows: int) -> list[Row]:
    """The rate as the height of a bar, in words where it changes; holds and the planned rest in other characters."""
    bars = list(trend.infusion)
    planned = trend.planned
    if bars and planned is not None and bars[-1].end_ms == planned.start_ms:  # it ran on since the curves were made
        bars[-1] = Bar(bars[-1].start_ms, max(planned.start_ms, axis.now_ms), bars[-1].rate_ml_per_h)
    most = max((b.rate_ml_per_h for b in bars), default=0.0)
    cells = blank(axis.cells)
    said = blank(axis.cells)
    if planned is not None:
        for x in axis.between(max(planned.start_ms, axis.now_ms), planned.end_ms):
            cells[x] = ("░", "pump")
    for start_ms, end_ms in trend.holds:
        end_ms = axis.now_ms if end_ms == trend.now_ms else end_ms
        for x in axis.between(start_ms, end_ms):
            cells[x] = ("╌", "bold")
        if len(axis.between(start_ms, end_ms)) >= 4:
            write(said if rows > 1 else cells, axis.cell(start_ms), "held", "bold")
    told = -1.0
    for bar in bars:
        room = axis.between(bar.start_ms, bar.end_ms)
        level = LEVELS[max(round(8 * bar.rate_ml_per_h / most), 1)]
        for x in room:
            cells[x] = (level, "pump")
        text = f"{bar.rate_ml_per_h:.4g}"
        if rows > 1 and bar.rate_ml_per_h != told and len(room) > len(text):
            write(said, room[0], text, "pump")
            told = bar.rate_ml_per_h
    bar_row = row_of(cells, "mL/h", "pump")
    return [row_of(said, "", "pump"), bar_row] if rows > 1 else [bar_row]


def number_mark(number: int) -> str:
    """How an event is numbered on the axis and in the list: one cell up to 20, then plain digits."""
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


def _events(trend: Trend, axis: Axis) -> Row:
    """Numbers under the place where they happened; one that is in the way of another moves to the right."""
    cells = blank(axis.cells)
    free = 0
    for event in sorted(trend.events, key=lambda e: (e.t_ms, e.number)):
        mark = number_mark(event.number)
        at = max(axis.cell(event.t_ms), free)
        if event.t_ms >= axis.start_ms and at + len(mark) <= axis.cells:
            write(cells, at, mark, "bold")
            free = at + len(mark)
    return row_of(cells, "acts")


def _clock(axis: Axis, zone: tzinfo | None) -> Row:
    cells = blank(axis.cells + 2)
    for at_ms, x in axis.grid:
        label = minute_text(at_ms, zone)
        if x - 2 + len(label) <= len(cells):
            write(cells, x, label, "dim") if x < 2 else write(cells, x - 2, label, "dim")
    return row_of(cells[: axis.cells], "")
