"""What is still missing before somebody may leave, and when it can be met; the recovery scores are taken from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from charting.recovery import CHECKLISTS
from drivers.core.text import clean
from station.tui.present import countdown, minute_text
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill, spread, wrapped
from station.tui.widgets.lines import Lines
from station.wire.messages import ChairView

AGAIN_S = 0.5
MARGIN = 2
# by key: which checklist is scored, in the words that 80 columns have room for
SCORES = (
    ("1", "aldrete_percent", "Ald. %"),
    ("2", "aldrete_mmhg", "Ald. mmHg"),
    ("3", "padss", "PADSS"),
    ("4", "padss_modified", "PADSS m."),
)
LOOKED_AT = "All are met. That the patient may leave is a clinician's decision."
TOLD = "Tell the patient:"
MOST_LINES = 3  # of one sentence
TALL = 36  # rows from which on there is room for criteria and words below the numbers
NOT_YET = "No criteria: nothing was given yet, or this session has no protocol."


def leave_rows(
    view: ChairView, at_ms: int, width: int, zone: tzinfo | None = None, tall: bool = True
) -> tuple[Row, ...]:
    """A row for each criterion: met or why not, and the earliest time it can be met; then what the patient is told.
    Where there is no room for both, that is shown instead of the criteria once they all are met: no number is covered.
    """
    rows = []
    every_met = bool(view.leave) and all(one.met for one in view.leave)
    for one in view.leave:
        mark = Span(" ✓ ", "plain") if one.met else Span(" MISSING ", "bad")
        when = "" if one.met else _when(one.in_s, at_ms, zone)
        why = Span(f"  {clean(one.why)}", "dim") if one.why else Span("")
        left = (mark, Span(f" {clean(one.sentence)}", "plain" if one.met else "bold"), why)
        rows.append(spread(left, (Span(f"{when} "),), width))
    if not rows:
        rows = [fill((Span(f" {NOT_YET}", "dim"),), width)]
    elif every_met:
        rows.append(fill((Span(f" {LOOKED_AT}", "bold"),), width))
    if tall:
        return (*rows, *(_told(view, width) if view.leave else ()))
    return (rows[-1], *_told(view, width)) if every_met and view.told else tuple(rows)


def _told(view: ChairView, width: int) -> tuple[Row, ...]:
    """What the protocol has the patient told."""
    lines = [part for one in view.told for part in wrapped(f"- {clean(one, 240)}", width - 2, MOST_LINES)]
    heading = (fill((Span(f" {TOLD}", "bold"),), width),) if lines else ()
    return (*heading, *(fill((Span(f" {line}", "plain"),), width) for line in lines))


def _when(in_s: float | None, at_ms: int, zone: tzinfo | None) -> str:
    if in_s is None:
        return "no time known"
    if in_s <= 0:
        return "now"
    return f"in {countdown(in_s)}, at {minute_text(round(at_ms + in_s * 1000), zone)}"


class LeavingScreen(Dialog[str]):
    """Dismissed with the id of a checklist that is to be scored; ``now`` gives the chair, and the moment in UTC ms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("f", "leave", "Leave"),
        Binding("space", "app.acknowledge", "Acknowledge", show=False),
        *(Binding(key, f"score('{name}')", CHECKLISTS[name].name, show=False) for key, name, _ in SCORES),
    ]

    def __init__(self, about: str, now: Callable[[], tuple[ChairView | None, int]]) -> None:
        super().__init__()
        self._about, self._now = about, now
        self._list = Lines("leaving")

    def compose(self) -> ComposeResult:
        """Whom it is about, the criteria, the scores."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static("Before leaving: what is missing, and when it can be met", classes="title", markup=False)
            yield self._list
            scores = ((f"{key}: {words}", f"screen.score('{name}')") for key, name, words in SCORES)
            yield buttons(*scores, LEAVE)

    def late(self, key: str) -> None:
        """It begins its score, where it has one."""
        for of, name, _ in SCORES:
            if of == key:
                self.call_after_refresh(self.action_score, name)

    def on_mount(self) -> None:
        """The criteria now, and as they come true."""
        self.draw()
        self.set_interval(AGAIN_S, self.draw)

    def draw(self) -> None:
        """Draw the criteria as the recorder last told them."""
        view, at_ms = self._now()
        if view is not None:
            width, height = self.app.size
            self._list.show(leave_rows(view, at_ms, width - MARGIN, tall=height >= TALL))

    def action_score(self, name: str) -> None:
        """Go on to a score."""
        self.dismiss(name)
