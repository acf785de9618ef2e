"""The column at the right of the time axis: the infusion in large, what is due next, the keys as tiles. Pure."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from drivers.core.text import clean
from station.tui.keys import Key
from station.tui.numerals import numerals
from station.tui.present import (
    baseline_text,
    countdown,
    duration_text,
    minute_text,
    parts_text,
    phase_word,
    rate_text,
    run_text,
    unseen_text,
)
from station.tui.ready import before_column
from station.tui.spans import Row, Span, cells, cut, fill, spread, wrapped
from station.wire.messages import ChairView, Infusion

# kept on the last row of the screen at every size; all others with a short word become tiles
FOOT = ("acknowledge", "emergency", "wall", "look_back", "theme", "sound", "keys", "palette", "quit")


def is_tile(key: Key) -> bool:
    """Whether ``key`` is a tile beside the axis: the acts on a treatment."""
    return bool(key.foot) and key.id not in FOOT


class Side(NamedTuple):
    """``tiled``: whether the acts found room as tiles."""

    rows: tuple[Row, ...]
    tiled: bool


def side(
    view: ChairView, keys: tuple[Key, ...], at_ms: int, width: int, height: int, zone: tzinfo | None = None
) -> Side:
    """Infusion, due, quick events and acts in at most ``height`` rows; what comes later gives way first."""
    acts = tuple((key.shown, key.foot, key.action) for key in keys if is_tile(key) and view.session is not None)
    open_now = view.session is not None
    quick = _quick(view)
    rows = (
        [*truth_rows(view.infusion, at_ms, width, zone)] if open_now else [fill((Span(" NO SESSION", "dim"),), width)]
    )
    base = baseline_text(view)
    rows += [fill((Span(f" {base}"),), width)] if base else []
    rows += before_column(view, width) if view.infusion.phase == "baseline" else ()
    title, last = "CHART IN ONE KEY", _tiles("ACTS", acts, width, 2)
    tiled = False
    for blocks in ([_due_rows(view, width)], [_tiles(title, quick, width, n) for n in (1, 2)], [last]):
        fitting = next((block for block in blocks if block and len(rows) + 1 + len(block) <= height), ())
        rows += [fill((), width), *fitting] if fitting else []
        tiled = fitting is last and bool(last)
    return Side(tuple(rows[:height]), tiled)


def _quick(view: ChairView) -> tuple[tuple[str, str, str], ...]:
    """Key, words and act of the quick events; none without a session."""
    return tuple((e.key, clean(e.text), f"app.event({e.key!r})") for e in view.events if view.session is not None)


def quick_rows(view: ChairView, width: int) -> tuple[Row, ...]:
    """The quick events one after the other, in as many rows as they need: for screens without room for a column."""
    rows: list[Row] = []
    for key, words, action in _quick(view):
        tile: Row = (Span(" "), Span(key, "key", action), Span(f" {cut(words, width - 4)}", "plain", action))
        if rows and cells((*rows[-1], *tile)) + 1 < width:
            rows[-1] = (*rows[-1], Span(" "), *tile)
        else:
            rows.append(tile)
    return tuple(fill(row, width) for row in rows)


def truth_rows(infusion: Infusion, at_ms: int, width: int, zone: tzinfo | None = None) -> tuple[Row, ...]:
    """The line of truth, in a column: phase, minutes left in tall numerals, progress, mg, mg/kg, rate."""
    i = infusion
    word, tone = phase_word(i)
    held = f" {duration_text(i.hold_s)}" if i.phase == "held" and i.hold_s is not None else ""
    rows: list[Row] = [fill((Span(f" {word}{held}", tone),), width, tone)]
    parts = parts_text(i)
    rows += [fill((Span(f" {parts}", "bold"),), width)] if parts else []
    words = [run_text(i)] if i.running_s is not None else []
    if i.planned_minutes is not None and i.running_s is None:
        words.append(f"planned {i.planned_minutes:.0f} min")
    if i.left_s is not None:
        ends = _clock(at_ms + i.left_s * 1000, zone)
        tall = numerals(f"{i.left_s / 60:.0f}", low=True)
        beside = (f"{i.left_s / 60:.0f} min left", *words, f"held, ends {ends}" if held else f"ends {ends}")
        rows += [
            fill((Span(f" {line}  ", "bold"), Span(text, "bold" if y == 0 else "plain")), width)
            for y, (line, text) in enumerate(zip(tall, beside, strict=True))
        ]
    elif words:
        rows.append(fill((Span(f" {'   '.join(words)}"),), width))
    if i.planned_mg:
        rows.append(_progress(i.delivered_mg / i.planned_mg, width))
    rows += [fill((Span(f" {line}", "bold"),), width) for line in wrapped(clean(i.resumes), width - 2, 2) if line]
    of = f" of {i.planned_mg:.1f}" if i.planned_mg is not None else ""
    dose = f"{i.delivered_mg_per_kg:.2f} mg/kg" if i.delivered_mg_per_kg is not None else ""
    rows.append(spread((Span(f" {i.delivered_mg:.1f}{of} mg", "bold"),), (Span(f"{dose} "),), width))
    rate = f" {rate_text(i)}" if i.rate_ml_per_h is not None else ""
    strength = f"{i.mg_per_ml:g} mg/mL " if i.mg_per_ml is not None else ""
    if rate:
        rows.append(spread((Span(rate),), (Span(strength, "dim"),), width))
    elif strength:
        rows.append(fill((Span(f" {strength}", "dim"),), width))
    if i.unobserved_mg > 0:  # the assumed part is said aloud: nobody saw the pump during a gap
        said = wrapped(unseen_text(i), width - 2, 3)
        rows += [fill((Span(f" {line} ", "bad", "app.gap"),), width, "bad") for line in said if line]
    return tuple(rows)


def _progress(share: float, width: int) -> Row:
    room = width - 2
    done = min(max(round(share * room), 0), room)
    return fill((Span(" "), Span("━" * done, "pump"), Span("╌" * (room - done), "dim")), width)


def _clock(at_ms: float, zone: tzinfo | None) -> str:
    """To the nearest minute, so that it stands still while all goes as planned."""
    return minute_text(round(at_ms / 60_000) * 60_000, zone)


def _due_rows(view: ChairView, width: int) -> tuple[Row, ...]:
    """What is to be done next, the most urgent first; what is overdue is a block."""
    rows = []
    for due in sorted(view.due, key=lambda d: d.in_s)[:3]:
        late = due.in_s < 0
        when = f"{'OVERDUE ' if late else ''}{countdown(due.in_s)} "
        tone = "bad" if late else "plain"
        rows.append(spread((Span(f" {clean(due.text)}", tone),), (Span(when, tone),), width, tone))
    return (fill((Span(" NEXT", "dim"),), width), *rows) if rows else ()


@lru_cache(maxsize=32)
def _tiles(title: str, tiles: tuple[tuple[str, str, str], ...], width: int, columns: int) -> tuple[Row, ...]:
    """Tiles in one or two columns, each a key and a word to click on; no rows without tiles."""
    each = width // columns
    drawn = [
        fill((Span(" "), Span(f" {key} ", "key", action), Span(f" {cut(words, each - 5)}", "plain", action)), each)
        for key, words, action in tiles
    ]
    rows = [
        fill(tuple(span for tile in drawn[n : n + columns] for span in tile), width)
        for n in range(0, len(drawn), columns)
    ]
    return (fill((Span(f" {title}", "dim"),), width), *rows) if rows else ()
