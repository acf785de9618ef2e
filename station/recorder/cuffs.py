"""Cuff readings as the chart of a session holds them: those of its devices and those that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from charting.model import Entry, Kind, NumericRow
from drivers.core.catalogue import NIBP


class ChartedCuff(NamedTuple):
    """One reading at ``t_ms`` (UTC ms): sys, dia, mean in mmHg. ``timed`` False: it was on display, its age unknown."""

    t_ms: int
    pressure: tuple[float | None, ...]
    timed: bool


def charted_cuffs(entries: Sequence[Entry], rows: Sequence[NumericRow]) -> list[ChartedCuff]:
    """Every reading with a systolic pressure in the order of time, without those that were taken back."""
    gone = {e.supersedes for e in entries}
    found = [
        ChartedCuff(r.t_ms, tuple(r.values.get(m, (None, ""))[0] for m in NIBP), r.device_ms is not None) for r in rows
    ]
    found += [
        ChartedCuff(e.happened_at_ms, tuple(e.payload["values"].get(m) for m in NIBP), True)
        for e in entries
        if e.kind is Kind.VITALS and e.seq not in gone
    ]
    return sorted((c for c in found if c.pressure[0] is not None), key=lambda c: c.t_ms)
