"""``review`` without a station: the screens of looking back on any ledger."""

from __future__ import annotations

from pathlib import Path

from station.tui.chosen import PLAIN, Chosen
from station.tui.screens.review import ReviewScreen
from station.tui.themed import Themed


class ReviewApp(Themed[None]):
    """Shows the ledger at ``ledger``; ``session`` is opened at once where it is given. Ends with its first screen."""

    TITLE = "infusion-station review"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, ledger: Path, session: str | None = None, chosen: Chosen = PLAIN) -> None:
        super().__init__(chosen)
        self._ledger, self._session = ledger, session

    def on_mount(self) -> None:
        """The list; leaving it leaves the program."""
        self.animation_level = "none"
        self.push_screen(ReviewScreen(self._ledger, self._session), lambda _: self.exit())

    def action_acknowledge(self) -> None:
        """There is no alarm to acknowledge in what is over."""

    def told(self, sentence: str) -> None:
        """What became of the theme, for a moment in a corner."""
        self.notify(sentence, timeout=2, markup=False)

    def action_to_chair(self, number: int) -> None:
        """There is no chair to go to."""


def run_review(ledger: Path, session: str | None, chosen: Chosen = PLAIN) -> int:
    """Look back in this terminal until it is left; the process's exit code."""
    app = ReviewApp(ledger, session, chosen)
    app.run()
    return app.return_code or 0
