"""The page of keys, made from the one table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static

from station.tui.keys import KEYS
from station.tui.screens.dialog import Dialog


class KeysScreen(Dialog[None]):
    """Every key with its words; escape or ``?`` leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("question_mark", "leave", "Leave"),
        ("space", "app.acknowledge", "Acknowledge"),
    ]

    def compose(self) -> ComposeResult:
        """One line a key; the keys of the chairs share one."""
        chairs = [key for key in KEYS if key.id.startswith("chair")]
        with Vertical(classes="dialog"):
            yield Static("Keys", classes="title")
            for key in KEYS:
                if key not in chairs:
                    yield Static(f"{key.shown:>7}  {key.words}", markup=False)
            yield Static(f"{chairs[0].shown + '-' + chairs[-1].shown:>7}  Show chair of that number", markup=False)
