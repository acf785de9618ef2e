"""A session found open hours later: asked about once, at the start of a viewer."""

from __future__ import annotations

from datetime import UTC, datetime

from textual import work

from drivers.core.text import clean
from station.tui.quieting import Quieting
from station.tui.screens.dialog import Dialog
from station.tui.screens.question import QuestionScreen
from station.tui.sending import about
from station.wire.acts import GoOn
from station.wire.messages import ChairView

FACTS = "n: it has ended; then its infusion is stopped first, and a reason is asked for. Esc: asked at the next start."


class LeftOpen(Quieting):
    """An app that asks about each session that was left open."""

    _asked_about: frozenset[str] = frozenset()

    def ask_left_open(self) -> None:
        """Ask about the first session that was left open and not asked about yet; nothing while a dialog is open."""
        if any(isinstance(screen, Dialog) for screen in self.screen_stack):
            return
        for number, view in enumerate(self.chairs(), 1):
            if view.left_open_ms is not None and view.session is not None and view.session not in self._asked_about:
                self._asked_about |= {view.session}
                self._ask_about(number, view, view.left_open_ms)
                return

    @work(group="form")
    async def _ask_about(self, number: int, view: ChairView, since_ms: int) -> None:
        since = datetime.fromtimestamp(since_ms / 1000, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        asked = f"Session of {clean(view.patient)} at {clean(view.chair)}: nothing charted since {since}. Goes on? y/n"
        goes_on = await self.asked(QuestionScreen(about(view), FACTS, asked))
        if goes_on is None:
            return
        self.action_to_chair(number)
        if not goes_on:
            self.action_form("stop" if view.infusion.phase in ("infusing", "held") else "end")
        elif await self._initials():
            await self.send(view.chair, self.by, GoOn(), view.session)
