"""The plasma as a model has it, below the infusion: its label with the level of the moment, then the curve. Pure.

Thin and dim, in a band and on a scale of its own: nothing measured is drawn so.
"""

from __future__ import annotations

from charting.into_vein import Plasma
from station.tui.axis_time import Axis
from station.tui.canvas import blank, dots, row_of, write
from station.tui.spans import Row, wrapped

LABEL_ROWS = 2
_STEPS = (50, 500, 5000)  # of the top of the scale, each up to ten of it


def plasma_text(plasma: Plasma | None, at_ms: int, word: str) -> str:
    """The label with the level at ``at_ms``, which is called ``word``; why there is none; "" where none is asked."""
    if plasma is None:
        return ""
    return f"{plasma.label}: {plasma.at(at_ms):.0f} ng/mL {word}" if plasma.modelled else plasma.label


def plasma_rows(plasma: Plasma | None, text: str, axis: Axis, rows: int) -> list[Row]:
    """``text``, broken where it has to be, and the curve in ``rows`` rows; none where no model is asked."""
    if plasma is None:
        return []
    found = []
    for line in wrapped(text, axis.cells, LABEL_ROWS):
        cells = blank(axis.cells)
        write(cells, 0, line, "plain")
        found.append(row_of(cells))
    return found + _curve(plasma, axis, rows) if plasma.modelled else found


def _curve(plasma: Plasma, axis: Axis, rows: int) -> list[Row]:
    top = _top(max(plasma.ng_per_ml, default=0.0))
    end_ms = plasma.start_ms + len(plasma.ng_per_ml) * plasma.step_ms
    points: list[tuple[int, int]] = []
    before: int | None = None
    for x in range(2 * axis.cells):
        at_ms = round(axis.start_ms + (x + 0.5) * axis.cell_ms / 2)
        if not plasma.start_ms <= at_ms < end_ms:
            continue
        y = round((1 - plasma.at(at_ms) / top) * (4 * rows - 1))
        between = range(min(before, y) + 1, max(before, y)) if before is not None else range(0)
        points += [(x, one) for one in (y, *between)]
        before = y
    names = {0: f"{top:>4}", rows - 1: f"{0:>4}"} if rows > 1 else {0: f"{top:>4}"}
    drawn = dots(points, axis.cells, rows)
    return [row_of([(c or " ", "dim") for c in row], names.get(n, "")) for n, row in enumerate(drawn)]


def _top(most: float) -> int:
    step = next((step for step in _STEPS if most <= 10 * step), _STEPS[-1])
    return max(-(-int(most + 0.5) // step), 1) * step
