"""A scale by its items: one key an item, y and n where it asks yes or no. What is passed over stays unanswered, and
that is what is charted; what an answer makes needless is skipped. Without text the items are numbers of the form."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from charting.scales.scale import Scale
from charting.scales.scoring import Asked, score, skipped_by
from drivers.core.text import clean
from station.tui.screens.dialog import LEAVE, Dialog, Panel, button_row
from station.tui.spans import Row, Span, fill, wrapped
from station.tui.widgets.lines import Lines

_YES_NO = {"n": 0, "y": 1}


class ScaleScreen(Dialog[dict[str, int | None]]):
    """Dismissed with the answers by item (None: not answered) once they are sent on, with None on escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("space", "app.acknowledge", "Acknowledge"),
        Binding("up", "move(-1)", "Item before", show=False),
        Binding("down", "move(1)", "Next item", show=False),
        Binding("backspace", "clear", "Not answered", show=False),
        Binding("enter", "next", "Next, then done", priority=True, show=False),
    ]

    def __init__(self, about: str, scale: Scale, answers: dict[str, int | None] | None = None) -> None:
        super().__init__()
        self._about, self._scale = about, scale
        self._answers: dict[str, int | None] = dict.fromkeys(scale.items) | (answers or {})
        self._at = 0
        self._item, self._buttons = Lines("item"), Lines("buttons")

    def compose(self) -> ComposeResult:
        """The form's instruction, the item, what each answer means, what is answered so far."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(clean(self._scale.name), classes="title", markup=False)
            yield self._item
            yield self._buttons

    def on_mount(self) -> None:
        """The first item."""
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width."""
        self._draw()

    @property
    def _ids(self) -> tuple[str, ...]:
        return tuple(self._scale.items)

    def _draw(self) -> None:
        width = self.app.size.width - 2
        if self._at == len(self._ids):
            open_still = [one for one in self._ids if self._answers[one] is None]
            open_still = [one for one in open_still if one not in skipped_by(self._scale, self._answers)]
            left = f"not answered: {', '.join(open_still)}" if open_still else "every item is answered"
            self._item.show(self._rows(left, self._flag_rows(width), width))
            self._buttons.show((button_row(("Enter: on", "screen.next"), LEAVE, hint="up: back to the items"),))
            return
        one = self._ids[self._at]
        item = self._scale.items[one]
        words = self._scale.meanings(one) or (("no", "yes") if self._yes_or_no() else ())
        lines = tuple(
            self._answer_row(n, words[n - item.lowest] if words else "", width)
            for n in range(item.lowest, item.highest + 1)
        )
        text = f"{self._at + 1} of {len(self._ids)}.  {item.text or f'item {one} of the form'}"
        self._item.show(self._rows(text, lines, width))
        hint = "down: leave it unanswered"
        self._buttons.show((button_row(("Enter: next", "screen.next"), LEAVE, hint=hint),))

    def _rows(self, text: str, lines: tuple[Row, ...], width: int) -> tuple[Row, ...]:
        skipped = skipped_by(self._scale, self._answers)
        said = [f"{one}:{self._mark(one, skipped)}" for one in self._ids]
        so_far = wrapped(" ".join(said), width - 2, 2)
        asked = wrapped(clean(text, 400), width - 2, 4)
        told = wrapped(clean(self._scale.instruction, 240), width - 2, 2) if self._scale.instruction else ()
        return (
            *(fill((Span(f" {line}", "dim"),), width) for line in told),
            *(fill((Span(f" {line}", "bold"),), width) for line in asked),
            *lines,
            *(fill((Span(f" {line}", "dim"),), width) for line in so_far),
        )

    def _flag_rows(self, width: int) -> tuple[Row, ...]:
        """What the answers raise, and what of it nobody asked: said before it is charted."""
        said = {Asked.YES: "*** {}", Asked.NOT_ASKED: "! not answered, so this is not known: {}"}
        flags = [one for one in score(self._scale, self._answers).flags if one.state in said]
        return tuple(
            fill((Span(f" {line}", "bad"),), width, "bad")
            for flag in flags
            for line in wrapped(clean(said[flag.state].format(flag.sentence), 240), width - 2, 2)
        )

    def _answer_row(self, number: int, words: str, width: int) -> Row:
        chosen = self._answers[self._ids[self._at]] == number
        action = f"screen.answer({number})"
        mark = Span(" ✓ " if chosen else "   ", "bold")
        return fill((mark, Span(f" {number} ", "key", action), Span(f" {clean(words, 200)}", "plain", action)), width)

    def on_key(self, event: events.Key) -> None:
        """A digit answers the item."""
        said = event.character or ""
        if said in _YES_NO and self._yes_or_no():
            event.stop()
            self.action_answer(_YES_NO[said])
        elif said.isascii() and said.isdigit():
            event.stop()
            self.action_answer(int(said))

    def _yes_or_no(self) -> bool:
        """Whether the item takes yes and no alone."""
        item = self._scale.item[self._at] if self._at < len(self._ids) else None
        return item is not None and (item.lowest, item.highest) == (0, 1)

    def late(self, key: str) -> None:
        """It answers the item."""
        self.call_after_refresh(self.action_answer, int(key))

    def action_answer(self, number: int) -> None:
        """Answer the item and go on; a number outside it changes nothing."""
        if self._at < len(self._ids):
            item = self._scale.items[self._ids[self._at]]
            if item.lowest <= number <= item.highest:
                self._answers[item.id] = number
                self.action_move(1)

    def _mark(self, item: str, skipped: tuple[str, ...]) -> str:
        answer = self._answers[item]
        return "skip" if item in skipped else "-" if answer is None else f"{answer}"

    def action_clear(self) -> None:
        """The item is not answered after all."""
        if self._at < len(self._ids):
            self._answers[self._ids[self._at]] = None
            self._draw()

    def action_move(self, by: int) -> None:
        """Another item; behind the last one is the end."""
        skipped = skipped_by(self._scale, self._answers)
        at = self._at + by
        while 0 <= at < len(self._ids) and self._ids[at] in skipped:  # not to be asked after what was answered
            at += by
        self._at = max(0, min(at, len(self._ids)))
        self._draw()

    def action_next(self) -> None:
        """The next item; behind the last one it is done."""
        if self._at == len(self._ids):
            self.dismiss(dict(self._answers))
        else:
            self.action_move(1)
