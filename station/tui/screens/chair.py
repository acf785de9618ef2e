"""The chair's screen: who, alarms, infusion, numbers, last entries. Its rows come from pure functions."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from station.tui import alarms, present, tiles
from station.tui.keys import KEYS, bindings
from station.tui.spans import Row, Span, fill
from station.tui.widgets.alarm_block import AlarmBlock
from station.tui.widgets.lines import Lines
from station.wire.messages import Snapshot

FEWEST_ENTRIES = 2
# rows that are always there: top, alarm block, other alarms, infusion, status, secondary display, keys
_ALWAYS = 1 + 3 + 1 + 2 + 1 + 1 + 1


class ChairScreen(Screen[None]):
    """Shows one chair of a snapshot. ``show`` is the only way in; keys are actions of the app."""

    BINDINGS = bindings()
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Snapshot, int, str, bool] | None = None
        self._said: Span = Span("")
        self._alarm = AlarmBlock("alarm")
        self._lines = {
            "top": Lines("top", ((Span(" connecting to the recorder ...", "dim"),),)),
            "chairs": Lines("chairs"),
            "alarm": self._alarm,
            "others": Lines("others", ((),)),
            "infusion": Lines("infusion", ((), ())),
            "numbers": Lines("numbers"),
            "chart": Lines("chart"),
            "ports": Lines("ports"),
            "entries": Lines("entries", flexible=True),
            "status": Lines("status", ((),)),
            "secondary": Lines("secondary", ((Span(f" {present.SECONDARY}", "bold"),),)),
            "keys": Lines("keys", (self._keys(),)),
        }

    def compose(self) -> ComposeResult:
        """Top to bottom in the order of need."""
        yield from self._lines.values()

    def _keys(self) -> Row:
        spans: list[Span] = []
        for key in KEYS:
            if key.foot:
                spans += [Span(f" {key.shown}", "key", key.action), Span(f" {key.foot}", "dim", key.action)]
        return tuple(spans)

    def show(self, snapshot: Snapshot, chair: int, by: str, demo: bool) -> None:
        """Draw chair number ``chair`` (from 0) of ``snapshot``; ``by`` are the operator's initials."""
        self._shown = (snapshot, chair, by, demo)
        width, height = self.app.size
        view = snapshot.chairs[chair]
        parts = {
            "top": (present.top_row(snapshot, view, by, demo, width),),
            "chairs": alarms.chair_rows(snapshot.chairs, chair, width),
            "others": alarms.other_rows(view, width),
            "infusion": present.infusion_rows(view.infusion, width),
            "chart": present.chart_rows(snapshot.chart, width),
            "ports": present.port_rows(view.ports, width),
        }
        shown = tiles.tiles(view.numbers)
        taken = _ALWAYS + sum(len(parts[name]) for name in ("chairs", "chart", "ports"))
        tall = tiles.tile_height(shown, width, height - taken - FEWEST_ENTRIES)
        parts["numbers"] = tiles.grid(shown, width, tall)
        room = max(0, height - taken - len(parts["numbers"]))
        parts["entries"] = tuple(present.entry_row(line, width) for line in view.lines[:room])
        parts["status"] = (fill((self._said,), width),)
        for name, rows in parts.items():
            self._lines[name].show(rows)
        self._alarm.present(alarms.alarm_rows(view, width), alarms.flash_s(alarms.highest(view)))

    def say(self, text: str, tone: str) -> None:
        """One row about the act just made: pending, saved, not saved or refused."""
        self._said = Span(f" {text} ", tone)
        self._lines["status"].show((fill((self._said,), self.app.size.width),))

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        if self._shown is not None:
            self.show(*self._shown)
