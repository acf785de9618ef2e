"""Looking back at one session: summary, entries under a cursor, exact values at the cursor's time, replay at speed."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from drivers.core.text import clean
from station.tui.axis import FEWEST_ROWS, axis_rows
from station.tui.modelling import Modelling
from station.tui.present import clock_text
from station.tui.review import (
    SPEEDS,
    beside,
    head_row,
    summary_rows,
    told_row,
    value_rows,
    values_cells,
    window,
)
from station.tui.review_keys import SESSION, SESSION_FOOT, review_bindings
from station.tui.review_past import Past
from station.tui.screens.readings import ReadingsScreen
from station.tui.screens.review_frame import ReviewFrame
from station.tui.spans import Span, fill
from station.tui.widgets.lines import Lines

TICK_S = 0.1
BOTH_ROWS = 34  # from here on summary and axis both have room above the entries
EVEN_ROWS = (14, 24)  # of the axis: its scale has as many rows between any two labels
STEP_MS = 10_000


class ReviewSessionScreen(ReviewFrame):
    """One session at one moment. The moment is moved by the cursor, by steps of time, or plays on."""

    BINDINGS: ClassVar[list[BindingType]] = review_bindings(SESSION)
    KEYS = SESSION
    FOOT = SESSION_FOOT

    def __init__(self, past: Past) -> None:
        super().__init__()
        self._past = past
        self._cursor = 0
        self._at_ms = past.told[0].at_ms
        self._speed = 0
        self._timer: Timer | None = None
        self._head = Lines("top", ((),))
        self._summary = Lines("summary")
        self._axis = Lines("axis")
        self._axis_shown = False
        self._trend = past.trend
        self._ghost = True
        self._plasma = Modelling()
        self._body = Lines("body", flexible=True)
        self._chosen = Lines("chosen", ((),))

    def looked_at(self) -> ComposeResult:
        """Head, summary, entries beside values, and the chosen entry in full."""
        yield self._head
        yield self._summary
        yield self._axis
        yield self._body
        yield self._chosen

    def draw(self) -> None:
        """Every row from the moment at the cursor."""
        width, height = self.room
        past = self._past
        moment = past.at(self._at_ms)
        self._head.show((head_row(past, moment, SPEEDS[self._speed], self._timer is not None, width),))
        # where there is no room for both, the axis stands in for the summary
        most = max(3, height // 4) if height >= BOTH_ROWS or not self._axis_shown else 0
        summary = summary_rows(past.sentences[1:], width, most) if most else ()
        self._summary.show(summary)
        least = max(FEWEST_ROWS, height // 3)
        room = next((rows for rows in EVEN_ROWS if rows >= least), least)
        shown = height >= BOTH_ROWS or self._axis_shown
        axis = axis_rows(self._trend, width, room, self._at_ms, word="here") if shown else ()
        self._axis.show(axis)
        rest = max(1, height - 2 - len(summary) - len(axis))
        chosen = past.told[self._cursor]
        self._chosen.show((fill((Span(f" #{chosen.seq} {chosen.text}", "bold"),), width),))
        told = tuple(
            tuple(span._replace(action=f"screen.choose({n})") for span in row)
            for n in window(len(past.told), self._cursor, rest)
            if (row := told_row(past.told[n], n == self._cursor, width - values_cells(width) - 1))
        )
        self._body.show(beside(told, value_rows(moment, past, values_cells(width)), width, rest))

    def action_choose(self, place: int) -> None:
        """Put the cursor on entry ``place``, and the moment to its time."""
        self._cursor = max(0, min(len(self._past.told) - 1, place))
        self._at_ms = self._past.told[self._cursor].at_ms
        self.draw()

    def action_move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        self.action_choose(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by what is in sight."""
        self.action_move(by * max(1, self._body.size.height - 1))

    def action_step(self, by: int) -> None:
        """Move the moment by ten seconds; the cursor goes to the last entry by then."""
        self._to(self._at_ms + by * STEP_MS)

    def _to(self, at_ms: int) -> None:
        first_ms = self._past.told[0].at_ms
        self._at_ms = max(first_ms, min(self._past.end_ms, at_ms))
        self._cursor = self._past.told_by(self._at_ms)
        self.draw()

    def action_play(self) -> None:
        """Let time go on at the speed chosen, or rest; at the end it rests by itself."""
        if self._timer is None:
            self._timer = self.set_interval(TICK_S, self._tick)
        else:
            self._rest()
        self.draw()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _tick(self) -> None:
        self._to(self._at_ms + round(TICK_S * 1000) * SPEEDS[self._speed])
        if self._at_ms >= self._past.end_ms:
            self._rest()
            self.draw()

    def action_axis(self) -> None:
        """On a small screen: the time axis in place of the summary, and back."""
        self._axis_shown = not self._axis_shown
        self.draw()

    def action_readings(self) -> None:
        """Every cuff reading up to the moment."""
        state = self._past.state
        about = f"{clean(state.patient)}  {clean(state.identifier)}  up to {clock_text(self._at_ms)}"
        self.app.push_screen(ReadingsScreen(about, lambda: (self._past.trend, self._at_ms)))

    def action_ghost(self) -> None:
        """Show or hide the patient's previous session behind the curves."""
        self._ghost = not self._ghost
        self._curves()

    def action_plasma(self) -> None:
        """The next model of the plasma below the infusion, after the last none; the axis comes into sight for it."""
        self._plasma.next()
        self._axis_shown = True
        self._curves()

    def _curves(self) -> None:
        whole = self._past.trend
        self._trend = self._plasma.put_into(whole if self._ghost else msgspec.structs.replace(whole, ghost=None))
        self.draw()

    def action_speed(self, by: int) -> None:
        """The next or the former of the speeds."""
        self._speed = max(0, min(len(SPEEDS) - 1, self._speed + by))
        self.draw()
