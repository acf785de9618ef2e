"""How the middle of the chair's screen is shared out at a given size: numbers, time axis, side. Pure."""

from __future__ import annotations

from itertools import chain, repeat
from typing import NamedTuple

from charting.trends import Trend
from station.tui import present, tiles
from station.tui.axis import FEWEST_ROWS, axis_rows
from station.tui.axis_plot import Limits
from station.tui.column import column
from station.tui.keys import Key
from station.tui.ready import before_rows
from station.tui.side import quick_rows, side
from station.tui.spans import Row, Span, fill, on
from station.wire.messages import ChairView

FEWEST_ENTRIES = 2
WIDE_CELLS, WIDE_ROWS = 110, 16  # from here on the three stand beside each other
MOST_ROWS = 46  # a taller axis says nothing more: the rest is for entries


class Middle(NamedTuple):
    """Its rows; ``axis``: a time axis is among them; ``tiled``: the acts are tiles."""

    rows: tuple[Row, ...]
    axis: bool
    tiled: bool


def middle(view: ChairView, keys: tuple[Key, ...], trend: Trend | None, at_ms: int, width: int, height: int) -> Middle:
    """Numbers, time axis and side beside each other where there is room, else one under the other; below them at least
    ``FEWEST_ENTRIES`` entries have room in ``height`` rows.
    """
    shown = tiles.tiles(view.numbers)
    limits = _limits(view)
    if width >= WIDE_CELLS and height >= WIDE_ROWS:
        rows = min(height - max(height // 5, FEWEST_ENTRIES + 1), MOST_ROWS)
        left, right = (44, 34) if width >= 170 else (36, 30) if width >= 130 else (33, 30)
        between = width - left - right
        numbers = column(shown, trend, at_ms, left, rows)
        axis = axis_rows(trend, between - 3, rows, at_ms, limits) if trend else ()
        beside = side(view, keys, at_ms, right, rows)
        seen = axis or empty_rows(view, keys, between - 3, rows)
        # two cells between limits and scale, one before the side
        made = _abreast((numbers, left), ((), 2), (seen, between - 3), ((), 1), (beside.rows, right))
        return Middle(made, bool(axis), beside.tiled)
    infusion = present.infusion_rows(view.infusion, width, view.due, present.baseline_text(view))
    if view.session is None:
        infusion = infusion[0], fill(begin_row(keys), width)
    elif view.infusion.phase == "baseline":  # nothing is delivered yet: the row is the baseline's
        infusion = before_rows(infusion[0], view, width)
    room = height - len(infusion) - FEWEST_ENTRIES
    short = tiles.grid(shown, width, tiles.PLAIN)  # with an axis to show, numbers one row lower make room for it
    for_axis = trend is not None and room - len(short) - FEWEST_ENTRIES >= FEWEST_ROWS
    numbers = tiles.standing(shown, width, len(short) if for_axis else room)
    left_over = min(room - len(numbers) - FEWEST_ENTRIES, MOST_ROWS)
    quick = quick_rows(view, width)
    tall = left_over - len(quick) if left_over - len(quick) >= FEWEST_ROWS else left_over
    axis = axis_rows(trend, width - 2, tall, at_ms, limits) if trend and tall >= FEWEST_ROWS else ()
    if len(numbers) + len(axis) + len(quick) > room:
        quick = ()
    shaded = (on("shade", fill(row, width)) for row in infusion)
    return Middle((*shaded, *numbers, *axis, *quick), bool(axis), False)


def _abreast(*columns: tuple[tuple[Row, ...], int]) -> tuple[Row, ...]:
    """Columns of rows that fill their widths, side by side; below the shorter ones it is blank."""
    height = max(len(rows) for rows, _ in columns)
    filled = ((*rows, *repeat((Span(" " * width),), height - len(rows))) for rows, width in columns)
    return tuple(tuple(chain(*row)) for row in zip(*filled, strict=True))


def begin_row(keys: tuple[Key, ...]) -> Row:
    """What begins a session, a place to click."""
    begin = next((key for key in keys if key.id == "begin"), None)
    if begin is None:
        return ()
    return Span("  "), Span(f" {begin.shown} ", "key", begin.action), Span(" begins a session", "plain", begin.action)


def empty_rows(view: ChairView, keys: tuple[Key, ...], width: int, height: int) -> tuple[Row, ...]:
    """In place of the axis: a chair without a session says how one begins."""
    if view.session is not None or height < FEWEST_ROWS:
        return ()
    words = ((), (), (Span("  No session at this chair.", "bold"),), (), begin_row(keys))
    return tuple(fill(row, width) for row in words)


def _limits(view: ChairView) -> Limits:
    """The limits in force, without those switched off."""

    def limit(metric: str, side: str) -> float | None:
        number = next((n for n in view.numbers if n.metric == metric and not n.alarm_off), None)
        return getattr(number, side) if number is not None else None

    drawn = (("NIBP_SYS", "low"), ("NIBP_SYS", "high"), ("NIBP_DIA", "high"), ("SPO2", "low"))
    return Limits(*(limit(metric, side) for metric, side in drawn))
