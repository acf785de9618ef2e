"""The page of keys, made from the one table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from station.tui.keys import Key
from station.tui.screens.dialog import Dialog


class KeysScreen(Dialog[None]):
    """Every key with its words; escape or ``?`` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("question_mark", "leave", "Leave"),
        ("space", "app.acknowledge", "Acknowledge"),
    ]

    def __init__(self, keys: tuple[Key, ...]) -> None:
        super().__init__()
        self._bound = keys

    def compose(self) -> ComposeResult:
        """One line a key; the keys of the quick events share one."""
        events = [key for key in self._bound if key.id.startswith("event")]
        with Vertical(classes="dialog") as page:
            page.border_title = "Keys"  # every row of a small terminal is needed for a key
            for key in self._bound:
                if key not in events:
                    yield Static(f"{key.shown:>7}  {key.words}", markup=False)
            yield Static(
                f"{events[0].shown + '-' + events[-1].shown:>7}  Chart the quick event of that key", markup=False
            )
