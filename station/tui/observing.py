"""Acts about what nobody saw, and about what somebody sees: the pump without a recorder, ratings and symptoms."""

from __future__ import annotations

from textual import work

from charting.downtime import ON
from charting.observation import OBSERVATIONS
from station.tui import gap as unrecorded, observations
from station.tui.caring import Caring
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.digit import DigitScreen
from station.tui.sending import about
from station.wire.messages import QuickEvent, RanWithout


class Observing(Caring):
    """An app that charts them."""

    @work(group="form")
    async def action_gap(self) -> None:
        """Ask of the oldest time without recorder whether the pump ran."""
        view = self.shown
        gap = view.infusion.unsure if view is not None else None
        if view is None or gap is None:
            self.say("nothing is assumed: no pump ran for more than half a minute without recorder", "dim")
            return
        if not await self._initials():
            return
        ran = await self.asked(
            ChoiceScreen(about(view), unrecorded.title(gap), unrecorded.options(gap), unrecorded.FACTS)
        )
        if ran == ON:
            act = RanWithout(from_ms=gap.from_ms, to_ms=gap.to_ms, ran=ON)
            await self.send(view.chair, self.by, act, view.session)
        elif ran is not None:
            await self._fill(unrecorded.form(gap, ran), view, about(view))

    @work(group="form")
    async def action_observe(self) -> None:
        """Chart one of the observations that have no key of their own."""
        view = self.shown
        if view is None or not self._taken("observe", view):
            return
        name = await self.asked(
            ChoiceScreen(about(view), observations.TITLE, observations.options(view), self._dated())
        )
        if name is None:
            return
        what = OBSERVATIONS[name]
        if not what.one_key:
            if await self._initials():
                await self._fill(observations.typed(what), view, about(view))
            return
        rating = None
        if what.lowest is not None and what.highest is not None:
            dated = f", {self._dated().lower().removesuffix('.')}" if self._dated() else ""
            digits = DigitScreen(about(view), f"{what.text}{dated}", what.lowest, what.highest, what.words)
            rating = await self.asked(digits)
            if rating is None:
                return
        if await self._initials():
            await self.send(view.chair, self.by, QuickEvent(event=name, rating=rating), view.session)
