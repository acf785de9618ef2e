"""Typing the paper sheet back: a line for each due time, each charted by its Enter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from charting.paper_entry import EntryError, Written, twice
from drivers.core.text import clean
from station.tui.connection import Answer
from station.tui.screens.dialog import ACKNOWLEDGE, LEAVE, Dialog, Panel, button_row
from station.tui.spans import Row as Spans
from station.tui.widgets.lines import Lines
from station.tui.widgets.typed import Typed
from station.wire.messages import Act, Refused, Saved

_ACK = ("F2: acknowledge", ACKNOWLEDGE)
_HINT = button_row(("Chart all", "screen.all"), LEAVE, _ACK, hint="Enter: chart row")
_LOST = "no answer from the recorder: look at the last entries, then Enter"


class Typing(NamedTuple):
    """How a screen reads and sends a row. ``read`` raises ``EntryError``; ``acts`` are what a row is charted as and
    its instant, UTC ms; ``send`` answers None where the recorder was lost.
    """

    read: Callable[[str], Written | None]
    acts: Callable[[Written], tuple[int, tuple[Act, ...]]]
    send: Callable[[Act, int], Awaitable[Answer | None]]


class PaperScreen(Dialog[int]):
    """Dismissed with how many rows are in the chart. A row that is charted closes; one that failed stays open with its
    sentence, and its next Enter sends only what of it is not in the chart.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next", priority=True),
        ("up", "move(-1)", "Row above"),
        ("down", "move(1)", "Row below"),
    ]
    AUTO_FOCUS = "#row0"

    def __init__(self, about: str, title: str, labels: Sequence[str], typing: Typing) -> None:
        super().__init__()
        self._about, self._title, self._labels, self._typing = about, title, tuple(labels), typing
        self._turn = asyncio.Lock()  # rows are charted in the order of their Enters
        self._busy: set[int] = set()
        self._charted: dict[int, Written] = {}
        self._sent: dict[int, list[tuple[int, Act]]] = {}  # of a row that is in the chart in part
        self._faulty: dict[int, str] = {}  # by row: what was typed there when it was complained of
        self._warned: list[int] = []

    def compose(self) -> ComposeResult:
        """Whom it is about, how a row is written, the rows with their sentences."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(self._title, classes="facts", markup=False)
            with VerticalScroll(id="paper", can_focus=False):
                for number, label in enumerate(self._labels):
                    with Horizontal(classes="field"):
                        yield Static(label, id=f"label{number}", classes="label", markup=False)
                        yield Typed(f"row{number}")
                        yield Static("", id=f"complaint{number}", classes="complaint", markup=False)
            yield Static("", id="complaint", classes="complaint", markup=False)
            yield Lines("buttons", (self._hint(),))

    def action_next(self) -> None:
        """Enter: chart this row and go on to the next open one. A priority binding, as in a form: what is typed fast
        lands in the row it belongs to.
        """
        number = self._focused()
        if number is None:
            return
        typed = self._typed(number)
        after = next((n for n in range(number + 1, len(self._labels)) if not self._typed(n).disabled), None)
        if after is not None:
            self.set_focus(self._typed(after))
        typed.call_later(self._take, number)  # behind the keys that this row still has to take

    def action_move(self, by: int) -> None:
        """To the next open row above or below."""
        number = self._focused()
        rows = (
            range(len(self._labels)) if number is None else range(number + by, len(self._labels) if by > 0 else -1, by)
        )
        for one in rows:
            if not self._typed(one).disabled:
                self.set_focus(self._typed(one))
                return

    def action_all(self) -> None:
        """Chart every row that is typed and not in the chart."""
        for number in range(len(self._labels)):
            self.call_later(self._take, number)

    def action_leave(self) -> None:
        """Escape leaves; where a row is typed and not charted, only a second one does."""
        open_rows = [n for n in range(len(self._labels)) if clean(self._typed(n).value) and n not in self._charted]
        if open_rows and open_rows != self._warned:
            self._warned = open_rows
            which = ", ".join(clean(self._labels[n]).split("  ")[0] for n in open_rows)
            self._tell(None, f"not charted: {which}; Enter there charts it, Esc again leaves without")
            return
        self.dismiss(len(self._charted))

    def on_input_changed(self, event: Input.Changed) -> None:
        """A sentence is about what was typed: it goes when that changes."""
        number = int((event.input.id or "row-1").removeprefix("row"))
        now = event.input.value  # the event's own may be one of the letters before
        if self._faulty.get(number, now) != now:
            del self._faulty[number]
            self._tell(number, "")

    def late(self, key: str) -> None:
        """It belongs to the row that has the cursor."""

        def insert() -> None:
            if isinstance(self.focused, Typed):
                self.focused.insert_text_at_cursor(key)

        self.call_after_refresh(insert)

    def _take(self, number: int) -> None:
        """Read a row; what can be read is on its way to the chart, for anything else its sentence is shown."""
        typed = self._typed(number)
        if typed.disabled or number in self._busy:
            return
        try:
            row = self._typing.read(typed.value)
            if row is None:
                self._tell(number, "")
                return
            others = [*self._charted.items(), (number, row)]
            again = twice([one for _, one in others]).get(len(others) - 1)
            if again is not None:
                raise EntryError(again)
            at_ms, acts = self._typing.acts(row)
        except EntryError as fault:
            self._complain(number, str(fault))
            return
        self._busy.add(number)
        self._tell(number, "saving ...")
        self._chart(number, row, at_ms, acts)

    @work(group="form")
    async def _chart(self, number: int, row: Written, at_ms: int, acts: tuple[Act, ...]) -> None:
        try:
            async with self._turn:
                sentence, unsaved = await self._send(number, at_ms, acts)
        finally:
            self._busy.discard(number)
        if sentence:
            self._complain(number, sentence)
            return
        self._charted[number] = row
        self._close(number, unsaved)

    async def _send(self, number: int, at_ms: int, acts: tuple[Act, ...]) -> tuple[str, str]:
        """Send what of the row is not in the chart: why it failed, and why what the recorder holds is not saved."""
        sent, unsaved = self._sent.setdefault(number, []), ""
        for act in acts:
            if (at_ms, act) in sent:
                continue
            answer = await self._typing.send(act, at_ms)
            if answer is None:
                return _LOST, ""
            if isinstance(answer, Refused):
                return answer.sentence, ""
            sent.append((at_ms, act))
            if not isinstance(answer, Saved):  # the recorder holds it: sent again it would be charted twice
                unsaved = getattr(answer, "sentence", "") or "not saved yet"
        return "", unsaved

    def _close(self, number: int, unsaved: str) -> None:
        typed, label = self._typed(number), self.query_one(f"#label{number}", Static)
        moved = self.focused is typed
        typed.disabled = True
        label.update(f"{'NOT SAVED' if unsaved else '✓'} {self._labels[number]}")
        label.add_class("unsaved" if unsaved else "charted")
        self._tell(number, f"NOT SAVED: {unsaved}" if unsaved else "")
        self.query_one("#buttons", Lines).show((self._hint(),))
        if moved:  # the last row: on to one that is still open
            self.action_move(1)
            if self.focused is None or self.focused is typed:
                self.set_focus(next((self._typed(n) for n in sorted(self._faulty)), None))

    def _complain(self, number: int, sentence: str) -> None:
        self._faulty[number] = self._typed(number).value
        self._tell(number, sentence)

    def _tell(self, number: int | None, sentence: str) -> None:
        where = "#complaint" if number is None else f"#complaint{number}"
        self.query_one(where, Static).update(clean(sentence, 240))

    def _hint(self) -> Spans:
        return _HINT

    def _focused(self) -> int | None:
        typed = self.focused
        return int((typed.id or "").removeprefix("row")) if isinstance(typed, Typed) else None

    def _typed(self, number: int) -> Typed:
        return self.query_one(f"#row{number}", Typed)
