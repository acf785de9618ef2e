"""The screening before a dose: one key a row. What is passed over was not asked, and that is what is charted."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from charting.protocol import Protocol
from charting.screening_rules import Screening
from drivers.core.text import clean
from station.tui.fitness_rows import NOT_ASKED, AskedRow, answer_text, answered, asked_rows
from station.tui.screens.dialog import LEAVE, Dialog, Panel, button_row
from station.tui.spans import Row, Span, fill, spread, wrapped
from station.tui.widgets.lines import Lines
from station.wire.record_acts import Screen

_AROUND = 5 + 4
_FEW = 4  # so many options stand in one row


class ScreeningScreen(Dialog[Screen]):
    """Dismissed with the answers when they are to be charted, with None on escape; ``draft`` keeps them meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "app.acknowledge", "Acknowledge"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "chart", "Chart it", priority=True, show=False),
    ]

    def __init__(self, about: str, protocol: Protocol, rules: Screening, draft: Screen) -> None:
        super().__init__()
        self._about, self._protocol, self._rules = about, protocol, rules
        self.draft = draft
        self._at = 0
        self._list, self._options, self._buttons = Lines("asked"), Lines("options"), Lines("buttons")

    def compose(self) -> ComposeResult:
        """Whom it is about, the rows, the keys of the row that is asked now."""
        with Panel():
            named = f"Screening for {clean(self._protocol.name)}    {self._about}"
            yield Static(named, classes="title", markup=False)
            yield self._list
            yield self._options
            yield self._buttons

    def on_mount(self) -> None:
        """From the first row that nobody answered."""
        rows = self._rows
        self._at = next((n for n, row in enumerate(rows) if answer_text(self.draft, row) == NOT_ASKED), 0)
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width."""
        self._draw()

    @property
    def _rows(self) -> tuple[AskedRow, ...]:
        return asked_rows(self._protocol, self._rules, self.draft)

    def _draw(self) -> None:
        width, rows = self.app.size.width - 2, self._rows
        row = rows[self._at]
        named = [(f"{one.key}: {one.words}", f"screen.answer({one.key!r})") for one in row.options]
        several = len(named) > _FEW and row.kind != "wait"
        if row.kind == "wait":
            named = [(one.words if one.words != one.key else one.key, f"screen.answer({one.key!r})")
                     for one in row.options]  # fmt: skip
        asked = tuple(fill((Span(f" {line}", "bold"),), width) for line in wrapped(clean(row.text, 300), width - 2, 2))
        ways = tuple(button_row(one) for one in named) if several else (button_row(*named),)
        self._options.show((*asked, *ways))
        left = sum(answer_text(self.draft, one) == NOT_ASKED for one in rows)
        room = max(2, self.app.size.height - _AROUND - len(asked) - len(ways))
        first = max(0, min(self._at - room // 2, len(rows) - room))
        self._list.show(tuple(self._line(n, rows[n], width) for n in range(first, min(first + room, len(rows)))))
        hint = f"{left} of {len(rows)} not asked yet" if left else "all are asked"
        self._buttons.show((button_row(("Enter: chart it", "screen.chart"), LEAVE, hint=hint),))

    def _line(self, number: int, row: AskedRow, width: int) -> Row:
        answer = answer_text(self.draft, row)
        tone = "bold" if number == self._at else "dim" if answer == NOT_ASKED else "plain"
        go = f"screen.go({number})"
        mark = "> " if number == self._at else "  "
        return spread(
            (Span(f"{mark}{clean(row.text, 200)}", tone, go),), (Span(f" {clean(answer)} ", tone, go),), width
        )

    def on_key(self, event: events.Key) -> None:
        """The keys of the row's options."""
        if event.character and any(one.key == event.character for one in self._rows[self._at].options):
            event.stop()
            self.action_answer(event.character)

    def late(self, key: str) -> None:
        """It answers the row, where it can."""
        self.call_after_refresh(self.action_answer, key)

    def action_answer(self, key: str) -> None:
        """Answer the row and go on to the next."""
        row = self._rows[self._at]
        value = next((one.value for one in row.options if one.key == key), None)
        if value is not None:
            self.draft = answered(self.draft, row, value)
            self.action_move(1)

    def action_move(self, by: int) -> None:
        """Another row; it stops at the ends."""
        self.action_go(self._at + by)

    def action_go(self, number: int) -> None:
        """To a row."""
        self._at = max(0, min(number, len(self._rows) - 1))
        self._draw()

    def action_chart(self) -> None:
        """Chart what was answered, and what was not."""
        self.dismiss(self.draft)
