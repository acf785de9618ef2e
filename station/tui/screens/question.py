"""A question answered with y or n. Enter answers nothing: it never gives a drug."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons


class QuestionScreen(Dialog[bool]):
    """Dismissed with True on y, False on n, None on escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "answer(True)", "Yes"),
        ("n", "answer(False)", "No"),
        ("space", "app.acknowledge", "Acknowledge"),
    ]

    def __init__(self, about: str, facts: str, text: str) -> None:
        super().__init__()
        self._about, self._facts, self._text = about, facts, text

    def compose(self) -> ComposeResult:
        """Whom it is about, what must be known, then the question."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            if self._facts:
                yield Static(self._facts, classes="facts", markup=False)
            yield Static(self._text, classes="title", markup=False)
            yield buttons(("y: yes", "screen.answer(True)"), ("n: no", "screen.answer(False)"), LEAVE)

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)
