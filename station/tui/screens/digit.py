"""One digit: a rating, or how many minutes ago. Nothing else is asked."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from station.tui.screens.dialog import LEAVE, Button, Dialog, Panel, button_row, buttons
from station.tui.spans import Row, Span
from station.tui.widgets.lines import Lines


class DigitScreen(Dialog[int]):
    """Dismissed with a digit from ``lowest`` to ``highest``, with None on escape; ``words`` say what each one means."""

    BINDINGS: ClassVar[list[BindingType]] = [("space", "app.acknowledge", "Acknowledge")]

    def __init__(self, about: str, text: str, lowest: int, highest: int, words: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._about, self._text, self._words = about, text, words
        self._digits = {str(n): n for n in range(lowest, highest + 1)}

    def compose(self) -> ComposeResult:
        """Whom it is about, what is asked, which digits answer it."""
        keys = f"{min(self._digits)} to {max(self._digits)}"
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(f"{self._text}: {keys}", classes="title", markup=False)
            answers = [(digit, f"screen.answer({n})") for digit, n in self._digits.items()]
            if self._words:
                yield Lines("meanings", tuple(map(_meaning, answers, self._words)))
                yield buttons(LEAVE)
            else:
                yield buttons(*answers, LEAVE)

    def on_key(self, event: events.Key) -> None:
        """A digit in the range closes the dialog; every other key goes its way."""
        if event.character is not None and event.character in self._digits:
            event.stop()
            self.action_answer(self._digits[event.character])

    def late(self, key: str) -> None:
        """It answers, where it can."""
        if key in self._digits:
            self.call_after_refresh(self.action_answer, self._digits[key])

    def action_answer(self, digit: int) -> None:
        """Close with the digit."""
        self.dismiss(digit)


def _meaning(button: Button, words: str) -> Row:
    return (*button_row(button), Span(words))
