"""How long ago the next act happened: minutes, or the clock time on a sheet of paper, and Enter. More than one digit,
so that 12 is never 1 and a 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from charting.paper_entry import EntryError, checked_ms, minute_of
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines

LONGEST_MIN = 720  # the recorder takes twelve hours
USUAL_MIN = (0, 1, 2, 5, 10, 15, 30)  # to click on
NEXT_ACT = "The next act was how many minutes ago, or when (10:05)? Enter"
_CELLS = 76
_CLOCK = re.compile(r"\d{1,2}:\d{0,2}", re.ASCII)


class MinutesScreen(Dialog[int]):
    """Dismissed with whole minutes from 0 to ``LONGEST_MIN``, with None on escape. ``asks`` is the question, ``now_ms``
    the moment (UTC ms) that a clock time is held against.
    """

    def __init__(self, about: str, asks: str, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._about, self._asks, self._now_ms, self._typed = about, asks, now_ms, ""
        self._field = Lines("minutes", (self._row(),))

    def compose(self) -> ComposeResult:
        """Whom it is about, what is asked, what is typed so far, what can be clicked."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(self._asks, classes="title", markup=False)
            yield self._field
            yield buttons(*((str(n), f"screen.answer({n})") for n in USUAL_MIN), LEAVE)

    def on_key(self, event: events.Key) -> None:
        """Digits and a colon are typed, backspace takes one back, Enter answers; every other key goes its way."""
        if event.character is not None and event.character in "0123456789:":
            self.late(event.character)
        elif event.key == "backspace":
            self._type(self._typed[:-1])
        elif event.key == "enter":
            if self._typed:
                self._answer()
        else:
            return
        event.stop()

    def late(self, key: str) -> None:
        """One more character, where it stays a number that can be, or becomes the time of a clock."""
        typed = self._typed + key
        minutes = typed.isdigit() and int(typed) <= LONGEST_MIN
        if minutes or _CLOCK.fullmatch(typed):
            self._type(typed)

    def _answer(self) -> None:
        if ":" not in self._typed:
            self.action_answer(int(self._typed))
            return
        try:
            now_ms = self._now_ms()
            at_ms = checked_ms(minute_of(self._typed), now_ms, LONGEST_MIN, None)
        except EntryError as error:
            self._field.show((self._row(str(error)),))
        else:
            self.action_answer((now_ms - at_ms) // 60_000)

    def action_answer(self, minutes: int) -> None:
        """Close with the minutes."""
        self.dismiss(minutes)

    def _type(self, typed: str) -> None:
        self._typed = typed
        self._field.show((self._row(),))

    def _row(self, complaint: str = "") -> Row:
        said = f"at {self._typed}" if ":" in self._typed else f"{self._typed or '_'} min ago"
        return fill((Span(said, "bold"), Span(f"   {complaint}" if complaint else "", "bad")), _CELLS)
