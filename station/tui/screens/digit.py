"""One key: a rating, or how many minutes ago. Nothing else is asked."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from station.tui.screens.dialog import LEAVE, Button, Dialog, Panel, button_row, buttons
from station.tui.spans import Row, Span
from station.tui.widgets.lines import Lines

# what is no digit has a letter: RASS goes down to -5, numeric ratings up to 10
LETTERS = {"x": 10, "a": -1, "b": -2, "c": -3, "d": -4, "e": -5}
IN_A_ROW = 10  # so many, and the way out, fit 80 columns


class DigitScreen(Dialog[int]):
    """Dismissed with a number from ``lowest`` to ``highest`` (-5 to 10), with None on escape; ``words`` say what each
    one means.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("space", "app.acknowledge", "Acknowledge")]

    def __init__(self, about: str, text: str, lowest: int, highest: int, words: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._about, self._text, self._words = about, text, words
        keys = {n: key for key, n in LETTERS.items()}
        self._numbers = {keys.get(n, str(n)): n for n in range(lowest, highest + 1)}

    def compose(self) -> ComposeResult:
        """Whom it is about, what is asked, which digits answer it."""
        numbers = tuple(self._numbers.values())
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(f"{self._text}: {numbers[0]} to {numbers[-1]}", classes="title", markup=False)
            named = {key: f"{key}: {n}" if key in LETTERS else key for key, n in self._numbers.items()}
            answers = [(named[key], f"screen.answer({n})") for key, n in self._numbers.items()]
            if self._words:
                yield Lines("meanings", tuple(map(_meaning, answers, self._words)))
                yield buttons(LEAVE)
            elif len(answers) > IN_A_ROW:
                yield Lines("buttons", (button_row(*answers), button_row(LEAVE)))
            else:
                yield buttons(*answers, LEAVE)

    def on_key(self, event: events.Key) -> None:
        """The key of a number in the range closes the dialog; every other key goes its way."""
        if event.character is not None and event.character in self._numbers:
            event.stop()
            self.action_answer(self._numbers[event.character])

    def late(self, key: str) -> None:
        """It answers, where it can."""
        if key in self._numbers:
            self.call_after_refresh(self.action_answer, self._numbers[key])

    def action_answer(self, number: int) -> None:
        """Close with the number."""
        self.dismiss(number)


def _meaning(button: Button, words: str) -> Row:
    return (*button_row(button), Span(words))
