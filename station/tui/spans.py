"""Rows of toned text, cut and filled to a number of terminal cells: all that is drawn live."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

# every tone has a component class ``tone--<name>`` of the app in station.tcss; ``-unlit``: an alarm's dark half
TONES = (
    "plain", "dim", "bold", "mark", "key", "infusing", "held", "ecg", "pleth", "nibp", "art", "resp", "co2",
    "temp", "pump", "high", "medium", "low", "high-unlit", "medium-unlit", "low-unlit", "bad",
    "complaint",
)  # fmt: skip


class Span(NamedTuple):
    """A piece of text in one ``tone``; ``action`` is what a click on it does, "" for nothing."""

    text: str
    tone: str = "plain"
    action: str = ""


Row = tuple[Span, ...]
GROUNDS = ("bar", "shade")  # other than the page's, with component classes ``ground--<name>``
ON = "@"  # between a tone and its ground: ``dim@bar``


def text_cells(text: str) -> int:
    """Terminal cells that ``text`` fills; mostly it is plain, and each letter one."""
    return len(text) if text.isascii() else cell_len(text)


def cells(row: Row) -> int:
    """Terminal cells that ``row`` fills."""
    return sum([text_cells(span.text) for span in row])


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells; a cut text ends in ``…``, behind a whole word where that leaves half of it:
    half a number reads as another one.
    """
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    short = set_cell_size(text, width - 1)
    if text[len(short) : len(short) + 1] != " ":
        head = short.rpartition(" ")[0].rstrip()
        short = head if 2 * len(head) >= len(short) else short
    return short.rstrip(" ,:;") + "…"


@lru_cache(maxsize=512)  # most rows are those of the snapshot before
def fill(row: Row, width: int, tone: str = "plain") -> Row:
    """``row`` in exactly ``width`` cells: cut with ``…``, or filled up in ``tone``."""
    kept: list[Span] = []
    left = width
    for span in row:
        its = text_cells(span.text)
        if its > left:
            short = Span(cut(span.text, left), span.tone, span.action)
            kept.append(short)
            left -= text_cells(short.text)
            break
        kept.append(span)
        left -= its
    if left > 0:
        kept.append(Span(" " * left, tone))
    return tuple(span for span in kept if span.text)


@lru_cache(maxsize=256)
def spread(left: Row, right: Row, width: int, tone: str = "plain") -> Row:
    """``left`` and ``right`` at the two ends of ``width`` cells; where both do not fit, ``left`` is cut."""
    room = width - cells(right)
    if room <= 1:
        return fill(right, width, tone)
    return (*fill(left, room - 1, tone), Span(" ", tone), *right) if right else fill(left, width, tone)


def on(ground: str, row: Row) -> Row:
    """``row`` on one of ``GROUNDS``."""
    return tuple([Span(span.text, f"{span.tone}{ON}{ground}", span.action) for span in row])


def foot_spans(key: str, words: str, action: str) -> Row:
    """A key of a screen's last row with its word; only the key itself is raised."""
    return Span(" "), Span(key, "key", action), Span(f" {words}", "dim", action)


def whole(parts: Iterable[str], width: int, gap: str = "  ") -> str:
    """As many of ``parts``, from the first, as fit ``width`` cells whole; empty ones are passed over."""
    text = ""
    for part in parts:
        longer = f"{text}{gap if text else ''}{part}" if part else text
        if cell_len(longer) > width:
            break
        text = longer
    return text


def wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """``text`` broken at spaces into at most ``most`` lines of ``width`` cells; the last cut with ``…``."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and cell_len(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        if cell_len(line) > width:  # one word longer than a line
            words.insert(0, line[len(set_cell_size(line, width).rstrip()) :])
            line = set_cell_size(line, width)
        lines.append(line)
    return (*lines, cut(" ".join(words), width)) if words else tuple(lines)
