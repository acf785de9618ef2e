"""How many minutes ago the next act happened: digits and Enter. More than one digit, so that 12 is never 1 and a 2."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines

LONGEST_MIN = 240  # the recorder takes four hours
USUAL_MIN = (0, 1, 2, 5, 10, 15, 30)  # to click on


class MinutesScreen(Dialog[int]):
    """Dismissed with whole minutes from 0 to ``LONGEST_MIN``, with None on escape."""

    def __init__(self, about: str) -> None:
        super().__init__()
        self._about, self._typed = about, ""
        self._field = Lines("minutes", (self._row(),))

    def compose(self) -> ComposeResult:
        """Whom it is about, what is asked, what is typed so far, what can be clicked."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static("The next act was how many minutes ago? Enter", classes="title", markup=False)
            yield self._field
            yield buttons(*((str(n), f"screen.answer({n})") for n in USUAL_MIN), LEAVE)

    def on_key(self, event: events.Key) -> None:
        """Digits are typed, backspace takes one back, Enter answers; every other key goes its way."""
        if event.character is not None and event.character in "0123456789":
            self.late(event.character)
        elif event.key == "backspace":
            self._type(self._typed[:-1])
        elif event.key == "enter":
            if self._typed:
                self.action_answer(int(self._typed))
        else:
            return
        event.stop()

    def late(self, key: str) -> None:
        """One more digit, where the number stays one that can be."""
        if int(self._typed + key) <= LONGEST_MIN:
            self._type(self._typed + key)

    def action_answer(self, minutes: int) -> None:
        """Close with the minutes."""
        self.dismiss(minutes)

    def _type(self, typed: str) -> None:
        self._typed = typed
        self._field.show((self._row(),))

    def _row(self) -> Row:
        return fill((Span(f"{self._typed or '_'} min ago", "bold"),), 40)
