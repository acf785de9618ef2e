"""The hand-over card over the lower part of the screen: read first, then handed over, or just read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.present import clock_text
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, wrapped
from station.tui.widgets.lines import Lines
from station.wire.people_acts import CardDrawn

_AROUND = 5 + 4  # top row, chairs and alarm block above; line, title, whose and buttons of the dialog
_MOST_LINES = 4  # of one fact
_MARGIN = 4


class CardScreen(Dialog[bool]):
    """Dismissed with True where the session is to be handed over, with None where the card was only read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "hand_over", "Hand over"),
        ("space", "app.acknowledge", "Acknowledge"),
        Binding("up", "roll(-1)", "Up", show=False),
        Binding("down", "roll(1)", "Down", show=False),
        Binding("pageup", "roll(-10)", "Up", show=False),
        Binding("pagedown", "roll(10)", "Down", show=False),
    ]

    def __init__(self, about: str, card: CardDrawn) -> None:
        super().__init__()
        self._about, self._card = about, card

    def compose(self) -> ComposeResult:
        """Whose, the card, what the keys do; a small screen rolls."""
        text = Lines("card", card_rows(self._card, self.app.size.width - _MARGIN))
        self._roll = VerticalScroll(text, id="roll")
        self._roll.styles.height = min(text.rows, max(3, self.app.size.height - _AROUND))
        with Panel():
            yield Static(f"Hand-over card of {clock_text(self._card.at_ms)}", classes="title", markup=False)
            yield Static(self._about, classes="about", markup=False)
            yield self._roll
            yield buttons(("y: hand over", "screen.hand_over"), LEAVE, hint="up, down: the rest of it")

    def action_hand_over(self) -> None:
        """It was read; who receives it is asked next."""
        self.dismiss(True)

    def action_roll(self, by: int) -> None:
        """Further up or down."""
        self._roll.scroll_relative(y=by, animate=False)


def card_rows(card: CardDrawn, width: int) -> tuple[Row, ...]:
    """The card in rows of ``width`` cells: headings in bold, facts wrapped."""
    rows: list[Row] = []
    for title, lines in card.parts:
        rows.append((Span(clean(title).upper(), "bold"),))
        rows += [
            (Span(f"{'  ' if n else '- '}{part}"),)
            for one in lines
            for n, part in enumerate(wrapped(clean(one, 240), width - 2, _MOST_LINES))
        ]
    return tuple(rows)
