"""Past cuff readings as a list, newest first: beside the chart's numbers, and on a key of its own. Pure."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache

from charting.trends import Cuff, Trend
from station.tui.present import minute_text, number_text
from station.tui.spans import Row, Span, fill, spread

CLICK = "app.readings"
FEWEST = 3  # fewer readings than this beside the numbers say nothing that the numbers do not


def cuff_rows(
    trend: Trend, at_ms: int, width: int, most: int, zone: tzinfo | None = None, first: int = 0, click: str = ""
) -> tuple[Row, ...]:
    """At most ``most`` rows of the readings up to ``at_ms``, from the ``first`` newest on. ``click``: what a click on
    one does.
    """
    taken = [cuff for cuff in reversed(trend.cuffs) if cuff.t_ms <= at_ms]
    return tuple(_row(cuff, width, zone, click) for cuff in taken[first : first + most])


def cuff_count(trend: Trend, at_ms: int) -> int:
    """How many readings there are up to ``at_ms``."""
    return sum(cuff.t_ms <= at_ms for cuff in trend.cuffs)


def cuff_block(trend: Trend, at_ms: int, width: int, height: int) -> tuple[Row, ...]:
    """A title and as many readings as ``height`` has room for, each a place to click for all of them; no rows where
    that is too few.
    """
    rows = cuff_rows(trend, at_ms, width, height - 1, click=CLICK)
    if not rows or height - 1 < FEWEST:
        return ()
    more = cuff_count(trend, at_ms) - len(rows)
    title = spread((Span(" CUFF READINGS", "dim"),), (Span(f"{more} more ", "dim"),) if more else (), width)
    return tuple(span._replace(action=CLICK) for span in title), *rows


@lru_cache(maxsize=64)
def _row(cuff: Cuff, width: int, zone: tzinfo | None, click: str) -> Row:
    """``00:34  182/112 (132)  typed``; one that the device did not vouch for is dim and says so."""
    mean = f"({number_text('NIBP_MEAN', cuff.mean)})" if cuff.mean is not None else ""
    value = f"{number_text('NIBP_SYS', cuff.sys):>3}/{number_text('NIBP_DIA', cuff.dia):<3} {mean}"
    word = "typed" if cuff.typed else "" if cuff.sure else "age unknown"
    at, shown = Span(f" {minute_text(cuff.t_ms, zone)}  ", "dim"), Span(f"{value:<14}", "nibp" if cuff.sure else "dim")
    return tuple(span._replace(action=click) for span in fill((at, shown, Span(word, "bold")), width))
