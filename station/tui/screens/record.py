"""The page of a patient's record: flags first, then course, scores, facts; its keys lead to the forms."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from station.tui.record_rows import flag_rows, record_rows
from station.tui.screens.dialog import ACKNOWLEDGE, LEAVE, Dialog, Panel, button_row
from station.tui.widgets.lines import Lines
from station.wire.patient_messages import PatientView

_AROUND = 5 + 5  # top, chairs and alarm block above; line, title and three rows of buttons
DO = {
    "f": ("fact", "fact"),
    "s": ("scale", "score"),
    "c": ("course", "course"),
    "k": ("consent", "consent"),
    "e": ("eligibility", "eligible"),
    "x": ("mend", "correct"),
    "y": ("seen", "flag seen"),
}


class RecordScreen(Dialog[str]):
    """Dismissed with what is to be done next (a word of ``DO``), with None on escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "app.acknowledge", "Acknowledge"),
        ("p", "leave", "Leave"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Down", show=False),
    ]

    def __init__(self, about: str, seen: PatientView) -> None:
        super().__init__()
        self._about, self._seen = about, seen
        self._first = 0
        self._flags, self._list = Lines("flags"), Lines("record")

    def compose(self) -> ComposeResult:
        """Whose it is, flags that stand, the record, what can be done."""
        flagged = self._seen.record is not None and bool(self._seen.record.flagged)
        named = [(f"{key}: {words}", f"screen.do({key!r})") for key, (_, words) in DO.items() if key != "y" or flagged]
        with Panel():
            yield Static(f"Record    {self._about}", classes="title", markup=False)
            yield self._flags
            yield self._list
            first, second = button_row(*named[:5]), button_row(*named[5:], LEAVE, ("F2: ack", ACKNOWLEDGE))
            yield Lines("buttons", (first, second))

    def on_mount(self) -> None:
        """First rows."""
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.app.size.width - 2, self.app.size.height
        flags = flag_rows(self._seen.record, width)
        self._flags.show(flags)
        rows = record_rows(self._seen, width)
        room = max(3, height - _AROUND - len(flags))
        self._first = max(0, min(self._first, len(rows) - room))
        self._list.show(rows[self._first : self._first + room])

    def action_move(self, by: int) -> None:
        """Roll; it stops at the ends."""
        self._first += by
        self._draw()

    def action_page(self, by: int) -> None:
        """Roll by half a screen."""
        self.action_move(by * max(3, self.app.size.height // 2))

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """The wheel rolls."""
        self.action_move(-1)

    def on_mouse_scroll_down(self, _: events.MouseScrollDown) -> None:
        """The wheel rolls."""
        self.action_move(1)

    def on_key(self, event: events.Key) -> None:
        """The keys of what can be done."""
        if event.character in DO:
            event.stop()
            self.action_do(event.character)

    def action_do(self, key: str) -> None:
        """Close with what is to be done."""
        self.dismiss(DO[key][0])
