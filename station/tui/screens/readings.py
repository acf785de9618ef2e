"""All cuff readings of a session in a panel over the lower part of the screen; it goes on while it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from charting.trends import Trend
from station.tui.readings import cuff_count, cuff_rows
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span
from station.tui.widgets.lines import Lines

AGAIN_S = 1.0
MARGIN = 2  # cells at each side of a dialog
ABOVE = 12  # rows left to what lies above: alarms, infusion, the first numbers with their ages


class ReadingsScreen(Dialog[None]):
    """``about`` says whose; ``curves`` gives the session's curves and the moment up to which they are told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("o", "leave", "Leave"),
        Binding("space", "app.acknowledge", "Acknowledge", show=False),
        Binding("up", "move(-1)", "Newer", show=False),
        Binding("down", "move(1)", "Older", show=False),
        Binding("pageup", "page(-1)", "Newer", show=False),
        Binding("pagedown", "page(1)", "Older", show=False),
    ]

    def __init__(self, about: str, curves: Callable[[], tuple[Trend | None, int]]) -> None:
        super().__init__()
        self._about, self._curves = about, curves
        self._first = 0
        self._list = Lines("readings")

    def compose(self) -> ComposeResult:
        """Title, list, how to leave."""
        with Panel():
            yield Static("Cuff readings, newest first", classes="title")
            yield Static(self._about, classes="about", markup=False)
            yield self._list
            yield buttons(LEAVE, hint="up, down: newer and older")

    def on_mount(self) -> None:
        """The list now, and once a second."""
        self.draw()
        self.set_interval(AGAIN_S, self.draw)

    @property
    def _room(self) -> int:
        return max(3, self.app.size.height - ABOVE - 4)  # beside the list: border, title, whose, hint

    def draw(self) -> None:
        """The readings from the cursor on; the newest ones while nobody moved it."""
        trend, at_ms = self._curves()
        count = cuff_count(trend, at_ms) if trend is not None else 0
        self._first = max(0, min(self._first, count - self._room))
        width = self.app.size.width - MARGIN
        none: tuple[Row, ...] = ((Span("no cuff reading in this session yet"),),)
        rows = cuff_rows(trend, at_ms, width, self._room, first=self._first) if trend is not None else ()
        self._list.show(rows or none)

    def action_move(self, by: int) -> None:
        """Older or newer readings; it stops at the ends."""
        self._first = max(0, self._first + by)
        self.draw()

    def action_page(self, by: int) -> None:
        """Older or newer by what is in sight."""
        self.action_move(by * self._room)
