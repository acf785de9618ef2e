"""Looking back: the list of sessions, newest first, with a search."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from charting.ledger.errors import LedgerError
from charting.ledger.reader import SessionLine
from station.tui.review import session_row, window
from station.tui.review_keys import LIST, LIST_FOOT, review_bindings
from station.tui.review_past import matching, read_list, read_past
from station.tui.screens.review_frame import ReviewFrame
from station.tui.screens.review_session import ReviewSessionScreen
from station.tui.spans import Row, Span, fill, spread
from station.tui.widgets.lines import Lines
from station.tui.widgets.typed import Typed

READING = Span(" reading the chart ...", "dim")


class ReviewScreen(ReviewFrame):
    """Sessions of the ledger at ``ledger``. ``session`` is opened at once where it is given."""

    BINDINGS: ClassVar[list[BindingType]] = review_bindings(LIST)
    KEYS = LIST
    FOOT = LIST_FOOT

    def __init__(self, ledger: Path, session: str | None = None) -> None:
        super().__init__()
        self._ledger, self._session = ledger, session
        self._all: tuple[SessionLine, ...] | None = None
        self._found: tuple[SessionLine, ...] = ()
        self._cursor = 0
        self._said = READING
        self._head = Lines("top", ((),))
        self._wanted = Typed("wanted")
        self._search = Horizontal(Static("Search", classes="label"), self._wanted, id="search")
        self._search.display = False  # out of sight until ``/``
        self._list = Lines("sessions", flexible=True)

    def looked_at(self) -> ComposeResult:
        """Head, search, list."""
        yield self._head
        yield self._search
        yield self._list

    def on_mount(self) -> None:
        """The list is read."""
        super().on_mount()
        self._read(self._session)

    def on_screen_resume(self) -> None:
        """Back from a session: a new one may have been charted meanwhile."""
        if self._all is not None:
            self._read()

    @work(group="read list", exclusive=True)
    async def _read(self, opening: str | None = None) -> None:
        """Read the list, then open a session: one after the other, so that neither's sentence wipes the other's."""
        try:
            self._all = await asyncio.to_thread(read_list, self._ledger)
            if self._said is READING:
                self._said = Span("")
        except LedgerError as error:
            self._all, self._said = (), Span(f" {error.sentence}", "bad")
            opening = None
        if not self.is_mounted:  # left meanwhile
            return
        self._narrow()
        if opening is not None:
            self._open(opening)

    @work(group="open session", exclusive=True)
    async def _open(self, session: str) -> None:
        self._said = Span(" opening ...", "dim")
        self.draw()
        try:
            past = await asyncio.to_thread(read_past, self._ledger, session)
        except (LedgerError, ValueError) as error:
            self._said = Span(f" cannot be opened: {error}", "bad")
        else:
            if not self.is_mounted:
                return
            self._said = Span("")
            screen = ReviewSessionScreen(past)
            if self._now is not None:
                screen.live(*self._now)
            self.app.push_screen(screen)
        self.draw()

    def _narrow(self) -> None:
        chosen = self._found[self._cursor].session if self._found else None
        self._found = matching(self._all or (), self._wanted.value)
        names = [one.session for one in self._found]
        self._cursor = names.index(chosen) if chosen in names else 0
        self.draw()

    def draw(self) -> None:
        """Head and the part of the list around the cursor."""
        width, height = self.room
        height -= 2 if self._search.display else 1
        count = f"{len(self._found)} of {len(self._all)} sessions " if self._all is not None else ""
        self._head.show((spread((Span(" Looking back", "bold"), self._said), (Span(count, "dim"),), width),))
        rows: list[Row] = [
            tuple(
                span._replace(action=f"screen.choose({n})")
                for span in session_row(self._found[n], n == self._cursor, width)
            )
            for n in window(len(self._found), self._cursor, height)
        ]
        if not rows and self._all is not None:
            empty = "no session has these words" if self._all else "no session is charted here yet"
            rows.append(fill((Span(f" {empty}", "dim"),), width))
        self._list.show(tuple(rows))

    def action_move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        self._cursor = max(0, min(len(self._found) - 1, self._cursor + by))
        self.draw()

    def action_page(self, by: int) -> None:
        """Move the cursor by a screen."""
        self.action_move(by * max(1, self.room[1] - 3))

    def action_open(self) -> None:
        """Open the session at the cursor."""
        if self._found:
            self._open(self._found[self._cursor].session)

    def action_choose(self, place: int) -> None:
        """A click chooses, a second one on the same row opens."""
        if place == self._cursor:
            self.action_open()
        else:
            self.action_move(place - self._cursor)

    def action_search(self) -> None:
        """Show the search and type into it."""
        self._search.display = True
        self.set_focus(self._wanted)  # at once: the letters behind it are already typed
        self.draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list with every letter."""
        event.stop()
        self._narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the search opens what is chosen."""
        event.stop()
        self.action_open()

    def action_leave(self) -> None:
        """First out of the search, then out of the list."""
        if self._search.display:
            self._search.display = False
            self._wanted.value = ""
            self.set_focus(None)
            self._narrow()
        else:
            super().action_leave()
