"""The numbers as one column beside the time axis: the vital ones tall with a tiny trend, others below, and past cuff
readings where there is room. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import zip_longest

from charting.trends import BUCKET_MS, Trend
from station.tui.canvas import dots
from station.tui.numerals import numerals
from station.tui.present import STARS
from station.tui.readings import FEWEST, cuff_block, cuff_count
from station.tui.spans import Row, Span, cells, fill, spread
from station.tui.tiles import PLAIN, SHORT, TALL, Tile, beside, grid, in_block, is_vital, tile_rows

TREND_MS = 15 * 60_000
# what the tiny trend spans at least: small changes stay small
SPANS = {"HR": (50, 110), "PULSE_RATE": (50, 110), "SPO2": (86, 100), "RESP_RATE": (6, 24), "ETCO2": (25, 50)}
KEPT = (9, 2 + FEWEST, 0)  # rows kept for past cuff readings, with their title and an empty row before it
Block = tuple[Row, ...]


def column(shown: tuple[Tile, ...], trend: Trend | None, now_ms: int, width: int, height: int) -> Block:
    """All tiles in ``width`` cells and at most ``height`` rows: as tall as there is room for, never a value cut."""
    vital = [tile for tile in shown if is_vital(tile, shown)]
    others = tuple(tile for tile in shown if tile not in vital)
    tall = [_big(tile, _curve(tile, trend, now_ms, width), width) for tile in vital]
    taken, pairs = sum(map(len, tall)), -(-len(others) // 2)
    # how many rows the others take, and who makes them
    forms: list[tuple[int, Callable[[], tuple[Block, ...] | None]]] = [
        *((pairs * form, partial(_pairs, others, width, form)) for form in (TALL, PLAIN, SHORT)),
        (len(others) * SHORT, partial(_each, others, width)),
    ]
    for kept in KEPT if trend is not None and cuff_count(trend, now_ms) >= FEWEST else KEPT[-1:]:
        for below, made in forms:
            rest = made() if taken + below <= height - kept else None
            if rest is not None:
                rows = _spaced([*tall, *rest], width, height - kept)
                room = height - len(rows) - 1
                room -= room > 2 + FEWEST  # an empty row below them, too
                past = cuff_block(trend, now_ms, width, room) if trend is not None and kept else ()
                return (*rows, fill((), width), *past) if past else rows
    return grid(shown, width, SHORT)


def _spaced(blocks: list[Block], width: int, height: int) -> Block:
    """Blocks one under the other, with an empty row between them where there is room for all of those."""
    apart = len(blocks) > 1 and sum(map(len, blocks)) + len(blocks) - 1 <= height
    rows: list[Row] = []
    for block in blocks:
        if rows and apart:
            rows.append(fill((), width))
        rows += block
    return tuple(rows)


def _each(tiles: tuple[Tile, ...], width: int) -> tuple[Block, ...]:
    return tuple(_small(tile, width, SHORT) for tile in tiles)


@lru_cache(maxsize=8)
def _pairs(tiles: tuple[Tile, ...], width: int, height: int) -> tuple[Block, ...] | None:
    """Two side by side; None where a word on the last row would be cut."""
    half = width // 2
    if any(len(tile.status) + beside(tile, height) > half - 2 for tile in tiles if tile.status):
        return None
    drawn = [_small(tile, half, height) for tile in tiles]
    empty = (fill((), width - half),) * height
    return tuple(
        tuple(fill((*a, *b), width) for a, b in zip(left, right, strict=True))
        for left, right in zip_longest(drawn[::2], drawn[1::2], fillvalue=empty)
    )


@lru_cache(maxsize=64)
def _small(tile: Tile, width: int, height: int) -> Block:
    return _barred(tile, tile_rows(tile, width - 1, height), width)


def _barred(tile: Tile, rows: Block, width: int) -> Block:
    """A bar of the tile's colour before each row; an alarm's tone while it has one."""
    return tuple(fill((Span("▌", tile.colour), *row), width) for row in rows)


def _curve(tile: Tile, trend: Trend | None, now_ms: int, width: int) -> tuple[str, str]:
    """The tiny trend behind a tall value; blank without one, and beside a pressure, which has no room for it."""
    if trend is None or tile.columns > 1 or tile.value == "---":
        return "", ""
    return tiny(trend, tile.metric, now_ms - now_ms % BUCKET_MS, width - len(numerals(tile.value)[0]) - 5)


@lru_cache(maxsize=16)  # most tiles are those of the snapshot before
def _big(tile: Tile, curve: tuple[str, str], width: int) -> Block:
    """Head, three rows of numerals with what is known beside them; a pressure has its other limits below."""
    room = width - 2
    stars = STARS.get(tile.priority, "").strip()
    tone = tile.priority if stars else "dim" if tile.dimmed or tile.value == "---" else tile.colour
    label = (Span(f"{stars or tile.mark} {tile.label}", tile.colour), Span(f" {tile.unit}", "dim"))
    head = spread(label if cells(label) + len(tile.right[0]) < room else label[:1], _limit(tile.right[0]), room)
    head = in_block(head, tile)
    tall = numerals(tile.value)
    said = Span(tile.status, "bold" if tile.value == "---" else "plain")
    free = room - len(tall[0]) - 3
    if tile.columns > 1:
        after = (Span(f" {tile.after}", tone),) if tile.after and free >= len(tile.after) else ()
        spare = (Span(tile.after, tone), Span("  ")) if tile.after and not after else ()
        body = [fill((Span(f" {line} ", tone), *(after if y == 1 else ())), room) for y, line in enumerate(tall)]
        low = (fill((*spare, said), room), spread(_limit(tile.right[1]), _limit(tile.right[2]), room))
        return _barred(tile, (head, *body, *low), width)
    second: Row = (Span("  "), *_limit(tile.right[1])) if tile.right[1] else ()
    right = ((said, *second), *((Span(c, tile.colour),) for c in curve))
    rows = (fill((Span(f" {line} ", tone), Span(" "), *more), room) for line, more in zip(tall, right, strict=True))
    return _barred(tile, (head, *rows), width)


def _limit(text: str) -> Row:
    return (Span(text, "bold" if "ALARM OFF" in text else "dim"),) if text else ()


@lru_cache(maxsize=8)
def tiny(trend: Trend, metric: str, now_ms: int, width: int) -> tuple[str, str]:
    """The last quarter of an hour of ``metric`` as dots in two rows; blank where nothing was measured."""
    from_ms = now_ms - TREND_MS
    found = [b for b in trend.buckets(metric) if b.t_ms >= from_ms]
    least, most = SPANS.get(metric, (0, 100))
    bottom, top = (f([limit, *(b.last for b in found)]) for f, limit in ((min, least), (max, most)))
    points = (
        (int((b.t_ms - from_ms) * 2 * width // TREND_MS), round((top - b.last) / (top - bottom) * 7)) for b in found
    )
    upper, lower = ("".join(c or " " for c in row) for row in dots(points, max(width, 0), 2))
    return upper, lower
