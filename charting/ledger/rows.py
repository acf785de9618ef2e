"""Numeric rows between ``NumericRow`` and the wide table. Pure: which metrics a file knows is given as
columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, groupby
from typing import Any

from charting.ledger.errors import LedgerRefused
from charting.ledger.schema import QUALITIES
from charting.model import NumericRow

FIXED = ("id", "t_ms", "session", "source", "device_ms")
_NOT_FINITE = (math.inf, -math.inf)  # JSON would make null of them, and a forged one look like no value
_NUMBER_OF = {word: number for number, word in enumerate(QUALITIES)}


def metrics_in(columns: Iterable[str]) -> tuple[str, ...]:
    """Metrics among ``columns`` of table numeric: those with a quality column ``<name>_q`` beside them."""
    names = tuple(columns)
    return tuple(name.upper() for name in names if f"{name}_q" in names)


def column_list(metrics: Sequence[str]) -> str:
    """The columns as SQL, in the order ``to_columns`` and ``from_columns`` use."""
    return ", ".join((*FIXED, *(f"{name.lower()}, {name.lower()}_q" for name in metrics)))


def to_columns(row: NumericRow, row_id: int, session_seq: int, metrics: Sequence[str]) -> tuple[object, ...]:
    """``row`` as column values. Raises ``LedgerRefused`` for NaN, infinity, an unknown metric or validity."""
    cells: list[object] = [row_id, row.t_ms, session_seq, row.source, row.device_ms]
    carried = 0
    for name in metrics:
        found = row.values.get(name)
        if found is None:
            cells += (None, None)
            continue
        value, word = found
        if value is not None and not math.isfinite(value):
            raise LedgerRefused(f"{name} of {row.source} is {value}, which is no measurement")
        if word not in _NUMBER_OF:
            raise LedgerRefused(f"{name} of {row.source} has unknown validity {word}")
        cells += (None if value is None else float(value), _NUMBER_OF[word])
        carried += 1
    if carried != len(row.values):
        raise LedgerRefused(f"the ledger has no column for one of {', '.join(row.values)}")
    return tuple(cells)


def without_blanks(
    cells: Iterable[tuple[object, ...]], metrics: Sequence[str]
) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Rows that follow each other and carry the same columns: those columns as SQL, the rows without the others.

    Column and row are the same in the file, but sqlite3 looks for an adapter for every NULL it is given (1 us each).
    """
    names = column_list(metrics).split(", ")
    for carried, same in groupby(cells, key=_carried):
        yield ", ".join(compress(names, carried)), [tuple(compress(row, carried)) for row in same]


def _carried(cells: tuple[object, ...]) -> tuple[bool, ...]:
    return tuple([cell is not None for cell in cells])


def from_columns(cells: Sequence[Any], session: str, metrics: Sequence[str]) -> NumericRow:
    """The row as it was given. Raises ``LedgerRefused`` where a quality is none of ours."""
    values: dict[str, tuple[float | None, str]] = {}
    for place, name in enumerate(metrics):
        value, number = cells[5 + 2 * place], cells[6 + 2 * place]
        if number is None:
            continue
        if not 0 <= number < len(QUALITIES):
            raise LedgerRefused(f"row {cells[0]} has {name} of unknown quality {number}; run: sessions verify")
        values[name] = (value, QUALITIES[number])
    return NumericRow(t_ms=cells[1], session=session, source=cells[3], device_ms=cells[4], values=values)


def sealed_form(rows: Iterable[Sequence[Any]], metrics: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Rows as the digest sees them: only metrics they carry, by name, so a later schema's new columns change
    nothing.
    """
    places = tuple((name, 5 + 2 * place) for place, name in enumerate(metrics))
    for cells in rows:
        carried: list[object] = list(cells[:5])
        for name, at in places:
            value, quality = cells[at], cells[at + 1]
            if value is not None or quality is not None:
                carried += (name, "not finite" if value in _NOT_FINITE else value, quality)
        yield tuple(carried)
