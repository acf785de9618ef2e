"""What bears on a dose as rows beside the fields where it is typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from charting.factors import NOT_CHARTED
from drivers.core.text import clean
from station.tui.spans import Row, Span, fill, wrapped

LOW_ROWS, TALL_ROWS = 2, 7
LOW_SCREEN = 30  # rows of a terminal that has no room for more


def factor_rows(factors: Sequence[str], width: int, rows: int) -> tuple[Row, ...]:
    """One after the other as ``rows`` allow, what nobody charted at the end; nothing where nothing is known."""
    if not factors:
        return ()
    named = [line.split(": ", 1) for line in factors]
    charted = [line for line, (_, said) in zip(factors, named, strict=True) if said != NOT_CHARTED]
    lacking = [words for words, said in named if said == NOT_CHARTED]
    last = [f"Not charted: {', '.join(lacking)}"] if lacking else []
    text = ". ".join(clean(line, 240) for line in (*charted, *last))
    lines = wrapped(text, width - 2, rows)
    return tuple(fill((Span(line, "plain"),), width) for line in lines)
