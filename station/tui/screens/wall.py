"""The wall's screen: the cards, what flashes on them, and the keys that lead to a chair."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from station.tui.alarms import HALF_PERIOD_S
from station.tui.present import SECONDARY, chart_rows
from station.tui.spans import Row, Span, fill, foot_spans
from station.tui.wall import states_flashing, top_row, wall_rows
from station.tui.widgets.lines import Lines
from station.wire.messages import Snapshot

_KEYS = (
    ("1-8", "", "chair"),
    ("enter", "app.wall", "open"),
    ("tab", "app.next_chair", "choose"),
    ("space", "app.acknowledge", "ack"),
    ("l", "app.look_back", "look back"),
    ("?", "app.keys", "keys"),
    ("ctrl+q", "app.quit", "quit"),
)


class WallScreen(Screen[None]):
    """Shows all chairs of a snapshot. ``show`` is the only way in; acts are the app's, about the chosen chair."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space,f2", "app.acknowledge", "Acknowledge the alarms of the chosen chair", id="acknowledge", show=False
        ),
        Binding("f9", "app.emergency", "EMERGENCY at the chosen chair", id="emergency", show=False),
        Binding("tab", "app.next_chair", "Choose the next chair", id="next", show=False),
        Binding("enter,w,escape", "app.wall", "The chosen chair", show=False),
        Binding("z", "app.privacy", "Names out of sight", id="privacy", show=False),
        Binding("l", "app.look_back", "Look back", id="review", show=False),
        Binding("question_mark", "app.keys", "Keys", id="keys", show=False),
        *(Binding(f"{n}", f"app.to_chair({n})", f"Go to chair {n}", show=False) for n in range(1, 9)),
    ]
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Snapshot, int, str, bool] | None = None
        self._dark: set[str] = set()
        self._rhythms: dict[str, Timer] = {}
        self._lines = {
            "top": Lines("top", ((),)),
            "chart": Lines("chart"),
            "wall": Lines("wall", flexible=True),
            "secondary": Lines("secondary", ((Span(f" {SECONDARY}", "bold"),),)),
            "keys": Lines("keys", (self._keys(),)),
        }

    def compose(self) -> ComposeResult:
        """The station in one row, the cards, the permanent line, the keys."""
        yield from self._lines.values()

    def _keys(self, chairs: int = 8) -> Row:
        spans: list[Span] = []
        for key, action, words in _KEYS:
            spans += foot_spans(key if action else f"1-{min(chairs, 8)}", words, action)
        return tuple(spans)

    def show(self, snapshot: Snapshot, chair: int, by: str, demo: bool) -> None:
        """Draw all chairs of ``snapshot``; number ``chair`` (from 0) is the one that keys are about."""
        self._shown = (snapshot, chair, by, demo)
        width, height = self.app.size
        chart = chart_rows(snapshot.chart, width)
        self._lines["top"].show((top_row(snapshot, by, demo, width),))
        self._lines["chart"].show(chart)
        self._lines["keys"].show((self._keys(len(snapshot.chairs)),))
        self._flash(states_flashing(snapshot))
        lit = frozenset(HALF_PERIOD_S.keys() - self._dark)
        self._lines["wall"].show(wall_rows(snapshot, chair, width, height - 3 - len(chart), lit))
        self._lines["secondary"].show((fill((Span(f" {SECONDARY}", "bold"),), width),))

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
        if self._shown is not None and self.is_current:
            self.show(*self._shown)

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        if self._shown is not None:
            self.show(*self._shown)
