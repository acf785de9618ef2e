"""The screening at the chair: asked, charted, what stands in the way, and who goes on all the same and why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from charting.screening import Override
from charting.screening_rules import Role
from drivers.core.text import clean
from station.tui.acts import Field, Form, Step
from station.tui.connection import Answer
from station.tui.fitness_rows import overridden
from station.tui.recording import Asks, Recording
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.screening import ScreeningScreen
from station.tui.spans import cut
from station.wire.messages import Act, ChairView, Refused, Saved
from station.wire.patient_messages import ScreenedView
from station.wire.record_acts import Screen

AGAIN = "answer again"
MOST_FACTS, FACT_CELLS = 6, 76
_WAIT_S, _TIMES = 0.05, 60


class Fitness:
    """``view`` is the chair now, ``send`` charts. What was answered is kept while the session lasts."""

    def __init__(
        self,
        app: Asks,
        recording: Recording,
        view: Callable[[], ChairView | None],
        send: Callable[[str, str, Act, str | None], Awaitable[Answer | None]],
    ) -> None:
        self._app, self._recording, self._view, self._send = app, recording, view, send
        self._drafts: dict[str, Screen] = {}

    async def page(self, view: ChairView, about: str) -> None:
        """Ask, chart, show what stands in the way; over again until it is left."""
        by = await self._app.named()
        seen = await self._recording.looked(view.chair, view.patient, view.identifier) if by else None
        session = view.session or ""
        while seen is not None:
            screen = ScreeningScreen(about, seen.protocol, seen.screening, self._drafts.get(session, Screen()))
            draft = await self._app.asked(screen)
            self._drafts[session] = screen.draft
            if draft is None or not await self._charted(view, by, screen.draft, about):
                return

    async def _charted(self, view: ChairView, by: str, draft: Screen, about: str) -> bool:
        """Chart ``draft``, then overrides one by one; whether the questions are to be shown again."""
        while True:
            before = self._now(view)
            answer = await self._send(view.chair, by, draft, view.session)
            if answer is None or isinstance(answer, Refused):
                return False
            result = await self._new(view, before)
            if result is None:
                return False
            if result.result.passed:
                self._app.say("screening passed", "bold")
                return False
            stands = {one.id: one for one in result.result.stands}
            options = [
                (one.id, f"override: {one.sentence}") for one in stands.values() if one.override_by
            ]  # what is missing has no override
            facts = _facts([f"{one.level}: {one.sentence}" for one in stands.values()], result.result.refused)
            title = f"{len(stands)} in the way; what is missing has to be charted"
            chosen = await self._app.asked(ChoiceScreen(about, title, ((AGAIN, AGAIN), *options), facts))
            if chosen is None or chosen == AGAIN:
                return bool(chosen == AGAIN)
            more = await self._override(chosen, stands[chosen].sentence, stands[chosen].override_by, about)
            if more is None:
                return True
            draft = overridden(draft, more)
            self._drafts[view.session or ""] = draft

    def _now(self, view: ChairView) -> ScreenedView | None:
        seen = self._view()
        return seen.screened if seen is not None and seen.session == view.session else None

    async def _new(self, view: ChairView, before: ScreenedView | None) -> ScreenedView | None:
        """The result, as soon as the recorder shows it."""
        for _ in range(_TIMES):
            now = self._now(view)
            if now is not None and now != before:
                return now
            await asyncio.sleep(_WAIT_S)
        return self._now(view)

    async def _override(self, of: str, sentence: str, roles: tuple[Role, ...], about: str) -> Override | None:
        """Why, who, in which role."""
        found: list[Override] = []

        def role(text: str) -> Role:
            for one in roles:
                if text.casefold() == one:
                    return one
            raise ValueError(f"only {' or '.join(roles)} can override this")

        def act(typed: dict[str, str]) -> Screen:
            found.append(Override(of, sentence, typed["reason"], typed["name"], role(typed["role"])))
            return Screen()

        fields = (
            Field("reason", "Reason"),
            Field("name", "Who decides it"),
            Field("role", "As", parse=role, value=roles[0]),
        )
        form = Form(f"Override: {clean(sentence, 120)}", fields, (Step(("reason", "name", "role"), act),))
        await self._app.asked(FormScreen(form, about, "", _kept))
        return found[-1] if found else None


def _facts(stands: list[str], refused: tuple[str, ...]) -> str:
    """The gravest of what stands in the way, and why an override does not count, a line each."""
    shown = [*refused, *stands][:MOST_FACTS]
    more = len(stands) + len(refused) - len(shown)
    return "\n".join([*(cut(clean(one, 240), FACT_CELLS) for one in shown), *([f"and {more} more"] if more else [])])


async def _kept(_by: str, _act: Act) -> Answer | None:
    """An override is charted with the screening, not alone."""
    return Saved(id=0, seq=0)
