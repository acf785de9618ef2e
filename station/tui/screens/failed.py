"""The whole screen when the recorder is silent: no number may stay in sight (alarms.md a7.5)."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Middle
from textual.screen import Screen
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.numerals import numerals
from station.tui.present import SECONDARY

FAILED = "ALARM SYSTEM FAILED - USE BEDSIDE MONITOR"
NO_BREAK = "\u00a0"  # kept where a centred line would lose blanks at its ends
TALL_CELLS = 80  # from here on it is also said in letters that are read across the room


def failed_text(width: int) -> str:
    """The sentence, above it in tall letters where ``width`` has room for them."""
    if width < TALL_CELLS:
        return FAILED
    rows = ["", *(row for half in FAILED.split(" - ") for row in (*numerals(half), ""))]
    wide = max(map(len, rows)) + 1  # a blank on every side: without colour the block is no wider than its text
    return "\n".join((*(f" {row}".ljust(wide).replace(" ", NO_BREAK) for row in rows), FAILED))


class FailedScreen(Screen[None]):
    """Says that the alarm system failed, why, and that the screen comes back by itself."""

    ALLOW_SELECT = False

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def compose(self) -> ComposeResult:
        """The words in a block, the reason below."""
        with Middle():
            yield Static(failed_text(self.app.size.width), id="failed", markup=False)
            yield Static(clean(self._sentence), id="reason", markup=False)
            yield Static("Trying to reach the recorder twice a second. [@click=app.quit]ctrl+q[/] leaves this screen.")
            yield Static(SECONDARY, markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Tall letters need their width."""
        for block in self.query("#failed").results(Static):
            block.update(failed_text(event.size.width))

    def say(self, sentence: str) -> None:
        """Another reason; the same one is not drawn again."""
        if sentence != self._sentence:
            self._sentence = sentence
            for reason in self.query("#reason").results(Static):  # none before the screen is composed
                reason.update(clean(sentence), layout=False)
