"""The chair's screen. Its rows come from pure functions."""

from __future__ import annotations

from functools import lru_cache, partial

from textual import events
from textual.app import ComposeResult

from charting.trends import Trend
from station.tui import alarms
from station.tui.chair_page import chair_page
from station.tui.keys import KEYS, Key, at_foot, bindings
from station.tui.present import NOTHING, waiting_rows
from station.tui.spans import Span
from station.tui.widgets.flashing import Flashing
from station.tui.widgets.lines import Ground
from station.wire.messages import Snapshot


class ChairScreen(Ground):
    """Shows one chair of a snapshot. ``show`` is the only way in; keys are actions of the app."""

    BINDINGS = bindings()
    ALLOW_SELECT = False

    def __init__(self, keys: tuple[Key, ...] = KEYS) -> None:
        super().__init__()
        self._at_foot = lru_cache(partial(at_foot, keys))
        self._next = next(key.shown for key in keys if key.id == "next")
        self._shown: tuple[Snapshot, int, str, bool, Trend | None] | None = None
        self._said = NOTHING
        self._page = Flashing("chair")

    def compose(self) -> ComposeResult:
        """One widget for all rows: several would each cost messages and a layout."""
        yield self._page

    def show(self, snapshot: Snapshot, chair: int, by: str, demo: bool, trend: Trend | None = None) -> None:
        """Draw chair number ``chair`` (from 0) of ``snapshot``; ``by`` are the operator's initials."""
        self._shown = (snapshot, chair, by, demo, trend)
        view, size = snapshot.chairs[chair], self.app.size
        page = chair_page(snapshot, chair, by, demo, trend, self._said, size, self._at_foot, self._next)
        flash_s = alarms.flash_s(alarms.highest(view)) if view.quiet is None else None
        self._page.present(page.rows, page.alarm, flash_s)

    def say(self, text: str, tone: str) -> None:
        """One row about the act just made: pending, saved, not saved or refused."""
        self._said = Span(f" {text} ", tone)
        self._again()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        self._again()

    def _again(self) -> None:
        if self._shown is not None:
            self.show(*self._shown)
        else:
            self._page.present(waiting_rows(self.app.size, self._said), range(0), None)
