"""The wall's screen: the cards, what flashes on them, and the keys that lead to a chair."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer

from station.clock import real_ns
from station.tui.alarms import HALF_PERIOD_S
from station.tui.present import chart_rows, secondary_row, waiting_rows
from station.tui.spans import Row, Span, fill, foot_spans, on
from station.tui.wall import plan, states_flashing, top_row, wall
from station.tui.wall_order import Order
from station.tui.widgets.lines import Ground, Lines
from station.wire.messages import Snapshot

MOST_BY_ONE_DIGIT = 9  # chairs; among more of them every number has two digits, or Enter behind it
FORGET_S = 6.0  # a digit without a second one
BACK_TO_FIRST_S = 30.0  # nobody touches a later page: the worst are shown again

_KEYS = (
    ("1-9", "", "chair"),
    ("enter", "app.wall", "open"),
    ("tab", "app.next_chair", "choose"),
    ("/", "app.find", "find"),
    ("space", "app.acknowledge", "ack"),
    ("l", "app.look_back", "look back"),
    ("?", "app.keys", "keys"),
    ("ctrl+q", "app.quit", "quit"),
)


class WallScreen(Ground):
    """Shows all chairs of a snapshot. ``show`` is the only way in; acts are the app's, about the chosen chair."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space,f2", "app.acknowledge", "Acknowledge the alarms of the chosen chair", id="acknowledge", show=False
        ),
        Binding("f9", "app.emergency", "EMERGENCY at the chosen chair", id="emergency", show=False),
        Binding("tab", "app.next_chair", "Choose the next chair", id="next", show=False),
        Binding("slash", "app.find", "Find a chair", id="find", show=False),
        Binding("up", "screen.step(-1)", "Choose the chair above", show=False),
        Binding("down", "screen.step(1)", "Choose the chair below", show=False),
        Binding("pageup", "screen.turn(-1)", "The page before", show=False),
        Binding("pagedown", "screen.turn(1)", "The next page", show=False),
        Binding("enter,w,escape", "app.wall", "The chosen chair", show=False),
        Binding("z", "app.privacy", "Names out of sight", id="privacy", show=False),
        Binding("l", "app.look_back", "Look back", id="review", show=False),
        Binding("question_mark", "app.keys", "Keys", id="keys", show=False),
    ]
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Snapshot, int, str, bool] | None = None
        self._dark: set[str] = set()
        self._rhythms: dict[str, Timer] = {}
        self._order = Order()
        self._page = self._pages = 0
        self._digit = ""
        self._said = ""
        self._lines = Lines("wall", flexible=True)

    def compose(self) -> ComposeResult:
        """The station in one row, the cards, the permanent line, the keys: one page of rows, as the chair's."""
        yield self._lines

    def _keys(self, chairs: int = MOST_BY_ONE_DIGIT) -> Row:
        if self._digit:
            words = f" chair {self._digit}_   second digit, or Enter for chair {int(self._digit)}   Esc: none "
            return (Span(words, "mark"),)
        spans: list[Span] = [Span(f" {self._said} ", "bad")] if self._said else []
        digits = f"1-{chairs}" if chairs <= MOST_BY_ONE_DIGIT else f"01-{chairs}"
        for key, action, words in _KEYS:
            if action == "app.acknowledge" and chairs > MOST_BY_ONE_DIGIT and self._shown is not None:
                words = f"ack {self._shown[1] + 1}"  # that chair may be on another page
            spans += foot_spans(key if action else digits, words, action)
        return tuple(spans)

    def show(self, snapshot: Snapshot, chair: int, by: str, demo: bool) -> None:
        """Draw all chairs of ``snapshot``; number ``chair`` (from 0) is the one that keys are about."""
        now_ns = real_ns()
        chosen_anew = self._shown is not None and self._shown[1] != chair
        self._shown = (snapshot, chair, by, demo)
        width, height = self.app.size
        chart = chart_rows(snapshot.chart, width)
        room = height - 3 - len(chart)
        order = self._order.of(snapshot.chairs, now_ns)
        untouched_s = self._order.untouched_s(now_ns) or 0.0
        if chosen_anew:
            self._page = order.index(chair) // plan(len(order), width, room).at_once
        elif untouched_s > BACK_TO_FIRST_S:
            self._page = 0
        if untouched_s > FORGET_S:
            self._digit = self._said = ""
        self._flash(states_flashing(snapshot))
        lit = frozenset(HALF_PERIOD_S.keys() - self._dark)
        drawn = wall(snapshot, chair, width, room, lit, order, self._page)
        self._page, self._pages = drawn.page, drawn.pages
        self._lines.show(
            (
                on("bar", top_row(snapshot, by, demo, width)),
                *chart,
                *drawn.rows,
                *((),) * (room - len(drawn.rows)),
                secondary_row(width),
                on("bar", fill(self._keys(len(snapshot.chairs)), width)),
            )
        )

    def _again(self) -> None:
        if self._shown is not None:
            self.show(*self._shown)
        else:
            self._lines.show(waiting_rows(self.app.size, keys=self._keys()))

    # --- a person at the wall

    def on_mouse_move(self, _: events.MouseMove) -> None:
        """What somebody points at does not move."""
        self._order.touched(real_ns())

    async def on_key(self, event: events.Key) -> None:
        """Digits are the number of a chair, in the order in which they are pressed; every other key goes its way."""
        self._order.touched(real_ns())
        self._said = ""
        typed = self._digit
        if event.character is not None and event.character in "0123456789" and self._shown is not None:
            few = len(self._shown[0].chairs) <= MOST_BY_ONE_DIGIT
            if few or typed:
                await self._go(int(typed + event.character))
            else:
                self._digit = event.character
        elif typed and event.key == "enter":
            await self._go(int(typed))
        elif typed and event.key in ("escape", "backspace"):
            self._digit = ""
        else:
            self._digit = ""
            if typed:
                self._again()
            return
        event.stop()
        self._again()

    async def _go(self, number: int) -> None:
        self._digit = ""
        if self._shown is not None and 1 <= number <= len(self._shown[0].chairs):
            await self.app.run_action(f"to_chair({number})", self.app)
        else:
            self._said = f"there is no chair {number}"

    def action_turn(self, by: int) -> None:
        """The next page, after the last the first; or the one before."""
        self._order.touched(real_ns())
        self._page = (self._page + by) % max(1, self._pages)
        self._again()

    async def action_step(self, by: int) -> None:
        """Choose the chair that stands below or above."""
        if self._shown is not None:
            order = self._order.of(self._shown[0].chairs, real_ns())
            at = (order.index(self._shown[1]) + by) % len(order)
            await self.app.run_action(f"chair({order[at] + 1})", self.app)

    def _flash(self, priorities: frozenset[str]) -> None:
        """A timer for each rhythm that is needed; none runs on a wall without alarms."""
        for priority, half_s in HALF_PERIOD_S.items():
            if priority in priorities and priority not in self._rhythms:
                self._rhythms[priority] = self.set_interval(half_s, lambda p=priority: self._turn(p))
            elif priority not in priorities and priority in self._rhythms:
                self._rhythms.pop(priority).stop()
                self._dark.discard(priority)

    def _turn(self, priority: str) -> None:
        self._dark ^= {priority}
        if self.is_current:
            self._again()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        self._again()
