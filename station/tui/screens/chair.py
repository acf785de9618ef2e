"""The chair's screen: who, alarms, infusion, numbers, last entries. Its rows come from pure functions."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from charting.trends import Trend
from station.tui import alarms, present
from station.tui.axis import number_mark
from station.tui.keys import KEYS, Key, at_foot, bindings
from station.tui.middle import BESIDE, Middle, middle
from station.tui.record_rows import chair_flag_rows
from station.tui.side import is_tile
from station.tui.spans import Row, Span, cells, fill, foot_spans
from station.tui.widgets.alarm_block import AlarmBlock
from station.tui.widgets.lines import Beside, Ground, Lines
from station.wire.messages import Snapshot

ALWAYS_IN_SIGHT = ("emergency", "keys", "quit")
LONGEST_ENTRY = 120  # cells: what stands at its end is read together with its words; more where a text needs it
BESIDE_TEXT = 40  # cells of an entry's time, number, author and state
# rows that are always there: top, alarm block, other alarms, status, secondary display, keys
_ALWAYS = 1 + 3 + 1 + 1 + 1 + 1


class ChairScreen(Ground):
    """Shows one chair of a snapshot. ``show`` is the only way in; keys are actions of the app."""

    BINDINGS = bindings()
    ALLOW_SELECT = False

    def __init__(self, keys: tuple[Key, ...] = KEYS) -> None:
        super().__init__()
        self._bound = keys
        self._next = next(key.shown for key in keys if key.id == "next")
        self._shown: tuple[Snapshot, int, str, bool, Trend | None] | None = None
        self._said: Span = Span("")
        self._widths: tuple[int, ...] = ()
        self._alarm = AlarmBlock("alarm")
        self._lines = {
            "top": Lines("top", ((Span(" connecting to the recorder ...", "dim"),),)),
            "chairs": Lines("chairs"),
            "alarm": self._alarm,
            "others": Lines("others", ((),)),
            "infusion": Lines("infusion", ((), ())),
            "numbers": Lines("numbers"),
            "axis": Lines("axis"),
            "side": Lines("side"),
            "chart": Lines("chart"),
            "ports": Lines("ports"),
            "entries": Lines("entries", flexible=True),
            "status": Lines("status", ((),)),
            "secondary": Lines("secondary", ((Span(f" {present.SECONDARY}", "bold"),),)),
            "keys": Lines("keys", ((),)),
        }

    def compose(self) -> ComposeResult:
        """Top to bottom in the order of need."""
        for name, lines in self._lines.items():
            if name == "numbers":
                yield Beside(*(self._lines[part] for part in BESIDE), id="beside")
            elif name not in BESIDE:
                yield lines

    def _keys(self, keys: tuple[Key, ...], width: int, tiled: bool) -> Row:
        """The last row: acts, unless they are tiles now; at its end, never cut, the keys that lead everywhere else."""
        acts: list[Row] = []
        ways: list[Row] = []
        for key in keys:
            if not (tiled and is_tile(key)):
                rows = ways if key.id in ALWAYS_IN_SIGHT else acts
                rows.append(foot_spans(key.shown, key.foot, key.action))
        right = tuple(span for row in ways for span in row)
        room = width - cells(right)
        row: Row = ()
        for act in acts:  # whole or not at all; for the last one the blank before the first makes room
            if cells((*row, *act)) > room + 1:
                break
            row = (*row, *act)
        row = row[1:] if cells(row) > room else row
        return (*fill(row, room), *right)

    def show(self, snapshot: Snapshot, chair: int, by: str, demo: bool, trend: Trend | None = None) -> None:
        """Draw chair number ``chair`` (from 0) of ``snapshot``; ``by`` are the operator's initials."""
        self._shown = (snapshot, chair, by, demo, trend)
        width, height = self.app.size
        view = snapshot.chairs[chair]
        parts = {
            "top": (present.top_row(snapshot, view, by, demo, width),),
            "chairs": alarms.chair_rows(snapshot.chairs, chair, width, self._next),
            "others": alarms.other_rows(view, width, snapshot.sound),
            "chart": (*chair_flag_rows(view, width), *present.chart_rows(snapshot.chart, width)),
            "ports": present.port_rows(view.ports, width),
        }
        taken = _ALWAYS + sum(len(parts[name]) for name in ("chairs", "chart", "ports"))
        high = view.session is not None and any(alarm.condition == "NIBP_HIGH" for alarm in view.alarms)
        phase = view.infusion.phase if view.session else "none"
        i = view.infusion
        keys = at_foot(self._bound, phase, view.away_s is not None, high, not i.plan_fields, i.going_in)
        cut = middle(view, keys, trend, snapshot.at_ms, width, height - taken)
        parts |= cut.parts
        self._stand(cut)
        room = max(0, height - taken - cut.height)
        numbered = {event.seq: event.number for event in trend.events} if trend and cut.parts["axis"] else {}
        longest = max((len(line.text) for line in view.lines[:room]), default=0) + BESIDE_TEXT
        parts["entries"] = tuple(
            present.entry_row(
                line,
                min(width, max(LONGEST_ENTRY, longest)),
                mark=number_mark(numbered[line.seq]) if line.seq in numbered else " " if numbered else "",
                click="app.form('note')",
            )
            for line in view.lines[:room]
        )
        parts["keys"] = (self._keys(keys, width, cut.tiled),)
        parts["status"] = (fill((self._said,), width),)
        for name, rows in parts.items():
            self._lines[name].show(rows)
        flash_s = alarms.flash_s(alarms.highest(view)) if view.quiet is None else None
        self._alarm.present(alarms.alarm_rows(view, width), flash_s)

    def _stand(self, cut: Middle) -> None:
        """Numbers, axis and side beside each other, or one under the other; styles are touched only by a change."""
        if cut.widths == self._widths:
            return
        self._widths = cut.widths
        self.query_one("#beside").styles.layout = "horizontal" if len(set(cut.widths)) > 1 else "vertical"
        for name, its_width in zip(BESIDE, cut.widths, strict=True):
            self._lines[name].styles.width = its_width

    def say(self, text: str, tone: str) -> None:
        """One row about the act just made: pending, saved, not saved or refused."""
        self._said = Span(f" {text} ", tone)
        self._lines["status"].show((fill((self._said,), self.app.size.width),))

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        if self._shown is not None:
            self.show(*self._shown)
