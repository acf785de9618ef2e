"""The page of keys of a place, made from its one table."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from station.tui.screens.dialog import Dialog


class KeysScreen(Dialog[None]):
    """``told``: each key with its words; escape or ``?`` leaves. Where rows are few it scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("question_mark", "leave", "Leave"),
        ("space", "app.acknowledge", "Acknowledge"),
        *(
            Binding(key, f"scroll('{way}')", "More", show=False)
            for key, way in (("up", "up"), ("down", "down"), ("pageup", "page_up"), ("pagedown", "page_down"))
        ),
    ]

    def __init__(self, told: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._told = told

    def compose(self) -> ComposeResult:
        """One line a key."""
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static("Keys   (esc: back, up and down where there are more)", classes="title")
            for key, words in self._told:
                yield Static(f"{key:>7}  {words}", markup=False)

    def action_scroll(self, way: str) -> None:
        """Go on in the list."""
        getattr(self.query_one(VerticalScroll), f"scroll_{way}")(animate=False)
