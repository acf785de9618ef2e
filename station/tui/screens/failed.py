"""The whole screen when the recorder is silent: no number may stay in sight (alarms.md a7.5)."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Middle
from textual.screen import Screen
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.present import SECONDARY

FAILED = "ALARM SYSTEM FAILED - USE BEDSIDE MONITOR"


class FailedScreen(Screen[None]):
    """Says that the alarm system failed, why, and that the screen comes back by itself."""

    ALLOW_SELECT = False

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def compose(self) -> ComposeResult:
        """The words in a block, the reason below."""
        with Middle():
            yield Static(FAILED, id="failed", markup=False)
            yield Static(clean(self._sentence), id="reason", markup=False)
            yield Static("Trying to reach the recorder twice a second. [@click=app.quit]ctrl+q[/] leaves this screen.")
            yield Static(SECONDARY, markup=False)

    def say(self, sentence: str) -> None:
        """Another reason; the same one is not drawn again."""
        if sentence != self._sentence:
            self._sentence = sentence
            for reason in self.query("#reason").results(Static):  # none before the screen is composed
                reason.update(clean(sentence), layout=False)
