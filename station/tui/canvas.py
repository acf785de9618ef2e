"""Cells to draw on: a character and a tone each, and dots of half a cell by a quarter of a row as braille. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from station.tui.spans import Row, Span

Cells = list[tuple[str, str]]
GUTTER = 5  # cells before a row for what it is called
# bit of each dot of a braille cell: two columns of four
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))


def blank(width: int) -> Cells:
    """A row of nothing."""
    return [(" ", "dim")] * width  # as most marks are: a run of them is one span


def write(cells: Cells, at: int, text: str, tone: str) -> None:
    """Put ``text`` into ``cells`` from ``at`` on; what does not fit is left out."""
    for x, character in enumerate(text, at):
        if 0 <= x < len(cells):
            cells[x] = (character, tone)


def row_of(cells: Cells, name: str = "", tone: str = "dim", gutter: int = GUTTER) -> Row:
    """``cells`` behind ``name``, runs of one tone as one span."""
    runs = _runs(tuple(cells))
    return (Span(f"{name:<{gutter}}", tone), *runs) if gutter else runs


@lru_cache(maxsize=128)  # most rows are as they were when the curves were a little shorter
def _runs(cells: tuple[tuple[str, str], ...]) -> Row:
    return tuple(Span("".join([text for text, _ in run]), tone) for tone, run in groupby(cells, key=itemgetter(1)))


def dots(points: Iterable[tuple[int, int]], width: int, height: int) -> list[list[str]]:
    """``height`` rows of ``width`` characters with a dot at each (x, y) of half cells and quarter rows; "" for no dot.

    Points outside are left out.
    """
    bits = [[0] * width for _ in range(height)]
    for x, y in points:
        if 0 <= x < 2 * width and 0 <= y < 4 * height:
            bits[y // 4][x // 2] |= _BITS[x % 2][y % 4]
    return [[chr(0x2800 + b) if b else "" for b in row] for row in bits]
