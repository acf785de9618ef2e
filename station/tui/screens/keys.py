"""The page of keys of a place, made from its one table."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.keys import Key
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines
from station.wire.messages import Tile

_AROUND = 5 + 3  # top row, chairs and alarm block above; line, title and buttons of the dialog
_EVENT_CELLS = 36  # two of them stand on 80 columns


class KeysScreen(Dialog[str]):
    """Every key with its words, and the quick events (``tiles``) of the chair. Escape or ``?`` leaves; a click on
    a key leaves with its action, where it has one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("question_mark", "leave", "Leave"),
        ("space", "app.acknowledge", "Acknowledge"),
    ]

    def __init__(self, keys: tuple[Key, ...], tiles: tuple[Tile, ...] = ()) -> None:
        super().__init__()
        self._bound, self._tiles = keys, tiles

    def compose(self) -> ComposeResult:
        """The quick events side by side, then one line a key; a small screen rolls."""
        events = event_rows(self._bound, self._tiles, self.app.size.width - 4)
        self._table = Lines("table", (*events, *(((),) if events else ()), *self._rows()))
        self._roll = VerticalScroll(self._table, id="roll")
        self._stretch(self.app.size.height)  # now, so that nothing moves under the mouse once it is drawn
        with Panel():
            yield Static("Keys", classes="title")
            yield self._roll
            yield buttons(LEAVE, hint=f"{self._rolls()}a click on a line does what its key does")

    def on_resize(self, event: events.Resize) -> None:
        """As much of the table as leaves the alarm block in sight."""
        self._stretch(event.size.height)

    def _stretch(self, height: int) -> None:
        self._roll.styles.height = min(self._table.rows, max(1, height - _AROUND))

    def _rolls(self) -> str:
        return "↑↓: more    " if self._table.rows > self.app.size.height - _AROUND else ""

    def _rows(self) -> tuple[Row, ...]:
        return tuple(
            (Span(f"{key.shown:>7} ", "key", _do(key)), Span(f" {key.words}", "plain", _do(key)))
            for key in self._bound
            if not key.id.startswith("event")
        )

    def action_do(self, id: str) -> None:
        """Close with the action of key ``id``."""
        self.dismiss(next(key.action for key in self._bound if key.id == id))


def event_rows(keys: tuple[Key, ...], tiles: tuple[Tile, ...], width: int) -> tuple[Row, ...]:
    """Each quick event with the key it is on now."""
    shown = {key.id.removeprefix("event"): key for key in keys if key.id.startswith("event")}
    cells = [
        fill(
            (Span(f" {key.shown} ", "key", _do(key)), Span(f" {clean(event.text)}", "plain", _do(key))),
            _EVENT_CELLS,
        )
        for event in tiles
        if (key := shown.get(event.key)) is not None
    ]
    across = max(1, width // _EVENT_CELLS)
    return tuple(tuple(span for cell in cells[n : n + across] for span in cell) for n in range(0, len(cells), across))


def _do(key: Key) -> str:
    return f"screen.do({key.id!r})" if key.action else ""


def ask_keys(app: App[Any], keys: tuple[Key, ...], tiles: tuple[Tile, ...] = ()) -> None:
    """Show the page of keys over what is there; one that is clicked on is as good as pressed."""

    def press(action: str | None) -> None:
        if action is not None:
            app.call_later(app.run_action, action)

    app.push_screen(KeysScreen(keys, tiles), press)
