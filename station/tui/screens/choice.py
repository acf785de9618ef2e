"""One of several, by one key or a click."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines

LETTERS = "123456789abcdefghijklmnoprstvw"  # space acknowledges
_AROUND = 5 + 5  # top, chairs and alarm block above; line, whose, facts, title and buttons of the dialog


class ChoiceScreen(Dialog[str]):
    """Dismissed with the value of what was chosen. ``options`` are (value, words); a long list rolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "app.acknowledge", "Acknowledge"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
    ]

    def __init__(self, about: str, title: str, options: tuple[tuple[str, str], ...], facts: str = "") -> None:
        super().__init__()
        self._about, self._title, self._options, self._facts = about, title, options, facts
        self._first = 0
        self._list = Lines("choices")

    def compose(self) -> ComposeResult:
        """Whom it is about, what is asked, one line a choice."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            if self._facts:
                yield Static(self._facts, classes="facts", markup=False)
            yield Static(self._title, classes="title", markup=False)
            yield self._list
            yield buttons(LEAVE, hint="up, down: more" if len(self._options) > self._room else "")

    def on_mount(self) -> None:
        """First rows."""
        self._draw()

    @property
    def _room(self) -> int:
        return max(3, self.app.size.height - _AROUND - self._facts.count("\n"))

    def _draw(self) -> None:
        width = self.app.size.width - 2
        shown = tuple(zip(LETTERS, self._options, strict=False))[self._first : self._first + self._room]
        self._list.show(tuple(_choice(key, clean(words, 240), width) for key, (_, words) in shown))

    def action_move(self, by: int) -> None:
        """Roll; it stops at the ends."""
        self._first = max(0, min(self._first + by, len(self._options) - self._room))
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """The key of a choice closes the dialog; every other key goes its way."""
        if event.character and event.character in LETTERS[: len(self._options)]:
            event.stop()
            self.action_choose(event.character)

    def late(self, key: str) -> None:
        """It chooses, where it can."""
        if key in LETTERS[: len(self._options)]:
            self.call_after_refresh(self.action_choose, key)

    def action_choose(self, key: str) -> None:
        """Close with the choice behind ``key``."""
        self.dismiss(self._options[LETTERS.index(key)][0])


def _choice(key: str, words: str, width: int) -> Row:
    action = f"screen.choose({key!r})"
    return fill((Span(f" {key} ", "key", action), Span(f" {words}", "plain", action)), width)
