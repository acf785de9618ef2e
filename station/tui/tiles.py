"""The numbers as tiles: label and limits, value and unit, what must be known of it. Pure.

A cuff reading and an arterial pressure are one tile of two columns: ``128/80 (96)``. What is absent has none.
A tile is 2 rows high (short screens), 3, or 5 with tall numerals.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from drivers.core.catalogue import METRICS
from drivers.core.text import clean
from station.tui.numerals import numerals
from station.tui.present import STARS, limits_text, number_text, status_text
from station.tui.spans import Row, Span, cells, fill, spread
from station.wire.messages import TYPED, Number

TILE_CELLS = 20
SHORT, PLAIN, TALL = 2, 3, 5
PRESSURES = {"NIBP": ("NIBP_SYS", "NIBP_DIA", "NIBP_MEAN"), "ART": ("ART_SYS", "ART_DIA", "ART_MEAN")}
_PART_OF = {metric: name for name, parts in PRESSURES.items() for metric in parts}
_ORDER = {metric: n for n, metric in enumerate(METRICS)}
_RANK = {"high": 3, "medium": 2, "low": 1}


class Tile(NamedTuple):
    """One tile, all words decided. ``right``: limits at the right end of its rows; ``off``: what is off."""

    columns: int
    mark: str
    label: str
    colour: str
    value: str
    after: str
    unit: str
    priority: str
    dimmed: bool
    status: str
    right: tuple[str, str, str]
    off: str
    metric: str = ""


def _watched(number: Number, name: str = "") -> tuple[str, str]:
    """The limits, or the mark that one is off; then the limit left beside that mark."""
    limits = limits_text(number)
    first, second = ("ALARM OFF", limits) if number.alarm_off else (limits, "")
    return f"{name} {first}".strip() if first else "", second


@lru_cache(maxsize=64)  # of a ``number`` without its age, which is another one each time
def _single(number: Number, status: str) -> Tile:
    metric = METRICS.get(number.metric)
    first, second = _watched(number)
    return Tile(
        1,
        metric.symbol if metric else "?",
        metric.label if metric else clean(number.metric),
        metric.colour if metric else "plain",
        number_text(number.metric, number.value),
        "",
        metric.unit_shown if metric else "",
        number.priority,
        number.dimmed,
        status,
        (first, second, ""),
        first if number.alarm_off else "",
        number.metric,
    )


def _pressure(name: str, parts: dict[str, Number]) -> Tile:
    sys, dia, mean = (parts.get(metric) for metric in PRESSURES[name])
    present = [n for n in (sys, dia, mean) if n is not None]
    metric = METRICS[PRESSURES[name][0]]
    named = ((sys, "sys"), (dia, "dia"), (mean, "mean"))
    watched = [" ".join(w for w in _watched(n, word) if w) if n else "" for n, word in named]
    off = " ".join(word for n, word in named if n is not None and n.alarm_off)
    if off == "sys dia mean":  # said once, never cut
        watched = [f"ALARM OFF {off}", "", ""]
    said = [status_text(n) for n in present]
    # the worst is said: a part without a value before one with, an older before a younger; nobody types a mean
    told = [k for k, n in enumerate(present) if n is not mean or n.source != TYPED or n.value is not None]
    lead = max(
        told or range(len(present)), key=lambda k: (present[k].value is None, bool(said[k]), present[k].age_s or 0)
    )
    values = [number_text(m, n.value if n else None) for m, n in zip(PRESSURES[name], (sys, dia, mean), strict=True)]
    return Tile(
        2,
        metric.symbol,
        name,
        metric.colour,
        "---" if all(n.value is None for n in present) else f"{values[0]}/{values[1]}",
        f"({values[2]})" if mean and mean.value is not None else "",
        metric.unit_shown,
        max((n.priority for n in present), key=lambda p: _RANK.get(p, 0)),
        any(n.dimmed for n in present),
        said[lead],
        (watched[0], watched[1], watched[2]),
        f"ALARM OFF {off}" if off else "",
    )


def tiles(numbers: Iterable[Number]) -> tuple[Tile, ...]:
    """A tile for each number in the order of METRICS; sys, dia and mean of a pressure share one."""
    made: dict[str, Tile] = {}
    listed = sorted(numbers, key=lambda n: _ORDER.get(n.metric, len(_ORDER)))
    for k, number in enumerate(listed):
        name = _PART_OF.get(number.metric)
        if name is None:
            made[f"{k}"] = _single(msgspec.structs.replace(number, age_s=None), status_text(number))
        elif name not in made:
            made[name] = _pressure(name, {n.metric: n for n in listed if _PART_OF.get(n.metric) == name})
    return tuple(made.values())


@lru_cache(maxsize=64)
def tile_rows(tile: Tile, width: int, height: int) -> tuple[Row, ...]:
    """``tile`` in ``height`` rows (SHORT, PLAIN or TALL) of ``width`` cells, the last of them a gutter.

    A value is never cut: where room is short the unit leaves the first row, then the status is cut.
    """
    room = width - 1
    wide = tile.columns > 1
    stars = STARS.get(tile.priority, "")
    tone = tile.priority if stars else "dim" if tile.dimmed or tile.value == "---" else tile.colour
    label = Span(f"{stars.strip() if stars and height == TALL else tile.mark} {tile.label}", tile.colour)
    unit = Span(f" {tile.unit}", "dim")
    limits = tile.right[0]
    if wide and height != PLAIN:  # two limits share the head; where they do not fit, what is off comes first
        both = " ".join(text for text in tile.right[:2] if text)
        limits = both if cells((label, unit)) + len(both) < room else tile.off or limits
    in_head = (wide or height != PLAIN) and cells((label, unit)) + len(limits) < room
    head = spread((label, unit) if in_head else (label,), _right(limits), room)
    spare = () if in_head else (unit,)
    last = tile.right[2] if wide else tile.right[1]
    status = Span(tile.status, "bold" if tile.value == "---" else "plain")
    after = (Span(f" {tile.after}", tone),) if tile.after else ()
    value: Row = (Span(f"{stars}{tile.value}", tone), *after, *spare)
    match height:
        case 2:
            said = (*value, Span("  "), status) if tile.status else value
            rows: tuple[Row, ...] = (head, _behind(said, last if cells(value) + len(last) < room else "", wide, room))
        case 3:
            second = spread(value, _right(tile.right[1]), room)
            rows = (head, second, spread((status,), _right(tile.right[2]), room))
        case _:
            tall = numerals(tile.value)
            if len(tall[0]) + 2 > room:
                tall = ("", tile.value, "")
            top, middle, bottom = (Span(f" {line} ", tone) for line in tall)
            body = (fill(row, room) for row in ((top,), (middle, *after), (bottom,)))
            rows = (in_block(head, tile), *body, _behind((*spare, status), last, wide, room))
    return tuple(fill(row, width) for row in rows)


def _behind(said: Row, limits: str, wide: bool, room: int) -> Row:
    """``said`` with ``limits``: of a narrow tile right behind it, for at the end they would run into the next tile."""
    near = (*said, Span("  " if cells(said) else ""), *_right(limits))
    return fill(near, room) if limits and not wide and cells(near) <= room else spread(said, _right(limits), room)


def in_block(head: Row, tile: Tile) -> Row:
    """``head`` above tall numerals: in an alarm one block with them, for black ones right below a dark page would lose
    their upper edge.
    """
    return tuple(span._replace(tone=tile.priority) for span in head) if STARS.get(tile.priority) else head


def _right(text: str) -> Row:
    return (Span(text, "bold" if "ALARM OFF" in text else "dim"),) if text else ()


def _bands(shown: tuple[Tile, ...], columns: int) -> list[list[Tile]]:
    bands: list[list[Tile]] = []
    for tile in shown:
        if not bands or sum(t.columns for t in bands[-1]) + tile.columns > columns:
            bands.append([])
        bands[-1].append(tile)
    return bands


def grid(shown: tuple[Tile, ...], width: int, height: int) -> tuple[Row, ...]:
    """Tiles from left to right in as many columns as fit ``width``, behind a blank one; one that does not fit begins a
    band.
    """
    columns = max(2, width // TILE_CELLS)
    each = (width - 1) // columns
    rows: list[Row] = []
    for band in _bands(shown, columns):
        drawn = [tile_rows(tile, each * tile.columns, height) for tile in band]
        rows += [
            fill((Span(" "), *(span for cell in line for span in cell)), width) for line in zip(*drawn, strict=True)
        ]
    return tuple(rows)


def is_vital(tile: Tile, shown: Iterable[Tile]) -> bool:
    """Whether ``tile`` is one of those read from afar: pressure, saturation, and the heart rate of the best source."""
    of_heart = "HR" if any(other.metric == "HR" for other in shown) else "PULSE_RATE"
    return tile.columns > 1 or tile.metric in ("SPO2", of_heart)


def beside(tile: Tile, height: int) -> int:
    """Cells that share the row of the status with it."""
    return {TALL: len(tile.unit) + 1, PLAIN: 0, SHORT: len(STARS.get(tile.priority, "") + tile.value + tile.unit) + 3}[
        height
    ]


def standing(shown: tuple[Tile, ...], width: int, room: int) -> tuple[Row, ...]:
    """All tiles as tall as ``room`` rows allow, the vital ones before the others; no reason is cut for a tall value."""
    each = (width - 1) // max(2, width // TILE_CELLS)
    vital = tuple(tile for tile in shown if is_vital(tile, shown))
    others = tuple(tile for tile in shown if tile not in vital)
    said = all(not tile.status or len(tile.status) + beside(tile, SHORT) < each for tile in others)
    for height in (TALL, SHORT, PLAIN) if said else (TALL, PLAIN):
        rows = (*grid(vital, width, TALL), *grid(others, width, height))
        if len(rows) <= room:
            return rows
    return grid(shown, width, tile_height(shown, width, room))


def tile_height(shown: tuple[Tile, ...], width: int, room: int) -> int:
    """The tallest height at which all tiles fit ``room`` rows; SHORT where none does."""
    bands = len(_bands(shown, max(2, width // TILE_CELLS)))
    return next((height for height in (TALL, PLAIN) if bands * height <= room), SHORT)
