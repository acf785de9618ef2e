"""Curves of a seeded rehearsal, made once for all tests, and rows as text."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from charting.ledger.store import Store
from charting.trends import Trend
from station import feeds
from station.presets import preset_called
from station.rehearse import Rehearsal
from station.tui.spans import Row

SNAPSHOTS = Path(__file__).parent / "snapshots"


@lru_cache(maxsize=8)
def rehearsed(scenario: str, at_s: float) -> tuple[Trend, int]:
    """The session's curves ``at_s`` seconds into ``scenario``, and the clock then."""
    store = Store.open(":memory:", rehearsal=True)
    rehearsal = Rehearsal(feeds.feed(scenario, None, "ge_dri"), "ge_dri", preset_called("standard"), 0, store)
    for t_s, _ in rehearsal.steps():
        if t_s >= at_s:
            break
    now_ms = rehearsal.clock.utc_ms(rehearsal.clock.now_ns())
    trend = rehearsal.chair.curves.trend(now_ms)
    store.close()
    assert trend is not None
    return trend, now_ms


def drawn(rows: tuple[Row, ...]) -> str:
    """Rows as text, a line each; what colours them is left out."""
    return "\n".join("".join(span.text for span in row).rstrip() for row in rows) + "\n"


def same_as_kept(name: str, seen: str) -> None:
    """Compare with tests/tui/snapshots/``name``.txt; UPDATE_SNAPSHOTS=1 writes it anew, to be looked at in the diff."""
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(seen, encoding="utf-8")
    assert seen == path.read_text(encoding="utf-8"), f"{path.name} differs; now it is:\n{seen}"
