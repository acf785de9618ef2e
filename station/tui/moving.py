"""Choosing a chair, for whatever is done there: to go to it, or to let the session go on at it."""

from __future__ import annotations

from textual import work

from drivers.core.text import clean
from station.tui.paper import Papering
from station.tui.screens.find import TITLE, FindScreen, any_one
from station.tui.screens.question import QuestionScreen
from station.tui.sending import about
from station.wire.acts import ChangeChair
from station.wire.messages import ChairView, Saved

STAYS = "Infusion, alarms and what is due go on there. Monitors stay at their chairs: say whose the new one is (m)."


class Moving(Papering):
    """An app that also goes between ``chairs``."""

    def chairs(self) -> tuple[ChairView, ...]:
        """Those of now."""
        raise NotImplementedError

    def action_to_chair(self, number: int) -> None:
        """Show chair ``number`` (from 1)."""
        raise NotImplementedError

    @work(group="find")
    async def action_find(self) -> None:
        """Find a chair by name or patient, and go there."""
        number = await self.asked(FindScreen(self.chairs, TITLE, any_one))
        if number is not None:
            self.action_to_chair(number)

    @work(group="form")
    async def action_move(self) -> None:
        """Let the session of the chair shown go on at a free one: which, then a question."""
        view = self.shown
        if view is None or not self._taken("move", view):
            return
        if all(chair.session is not None for chair in self.chairs()):
            self.refuse("no other chair is free")
        elif await self._initials():
            await self._move(view)

    async def _move(self, view: ChairView) -> None:
        title = f"{clean(view.patient)} goes on at which free chair? Enter"
        number = await self.asked(FindScreen(self.chairs, title, lambda chair: chair.session is None))
        if number is None:
            return
        to = self.chairs()[number - 1].chair
        asked = f"Change of chair: {clean(view.patient)} from {clean(view.chair)} to {clean(to)}? y/n"
        if await self.asked(QuestionScreen(about(view), STAYS, asked)):
            answer = await self.send(view.chair, self.by, ChangeChair(to=to), view.session)
            if isinstance(answer, Saved):
                self.action_to_chair(number)
