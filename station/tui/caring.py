"""Acts about who is on a session: join, leave, hand over with a card that is read and signed."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from textual import work

from station.tui.acting import Acting, about
from station.tui.acts import Field, Form, Step
from station.tui.connection import Answer
from station.tui.screens.card import CardScreen
from station.tui.screens.form import FormScreen
from station.tui.signing import seconded
from station.wire.client import ConnectionGone
from station.wire.messages import Act, ChairView, Saved, SignedIn, Unsaved
from station.wire.people_acts import CardDrawn, DrawCard, HandOver, SignOff, SignOn, Vouch

_RECEIVES = "Receives: initials"


class Sent(NamedTuple):
    """What became of a form with a second person: the last answer, the token of that person and their initials."""

    answer: Answer | None = None
    token: str = ""
    second: str = ""


class Caring(Acting):
    """An app that also knows of the people around a chair."""

    async def fill_seconded(self, form: Form, view: ChairView) -> Sent:
        """Let ``form`` be filled in. Its field ``second`` is another person, who types a PIN where staff have them."""
        sent = Sent()

        async def send(by: str, act: Act) -> Answer | None:
            nonlocal sent
            if sent.token and not isinstance(act, Vouch):
                act = msgspec.structs.replace(act, second=sent.token)
            answer = await self.send(view.chair, by, act)
            if isinstance(answer, SignedIn):
                sent = Sent(answer, answer.token, answer.initials)
            else:
                sent = sent._replace(answer=answer, second=sent.second or getattr(act, "second", ""))
            return answer

        await self.asked(FormScreen(seconded(form, self.signing.needed), about(view), self.by, send))
        return sent

    @work(group="form")
    async def action_hand_over(self) -> None:
        """Show the card; whoever receives the session reads it and signs."""
        view = self.shown
        if view is None or not self._taken("hand_over", view) or not await self._initials():
            return
        card = await self._card(view)
        if card is None or not await self.asked(CardScreen(about(view), card)):
            return
        sent = await self.fill_seconded(_hand_over(card), view)
        if isinstance(sent.answer, Saved | Unsaved):
            if self.signing.needed:
                await self.sign_out(view.chair)
                self.follower.token = sent.token
            self.by = sent.second
            self.signed()
            self.say(f"handed over to {self.by}", "bold")

    async def _card(self, view: ChairView) -> CardDrawn | None:
        try:
            answer = await self.follower.act(view.chair, self.by, DrawCard())
        except ConnectionGone as gone:
            self.say(f"no card: {gone}", "bad")
            return None
        if isinstance(answer, CardDrawn):
            return answer
        self.say(f"REFUSED: {getattr(answer, 'sentence', 'no card came')}", "bad")
        return None

    @work(group="form")
    async def action_duty(self) -> None:
        """Join this session; whoever is on it leaves it."""
        view = self.shown
        if view is not None and self._taken("duty", view) and await self._initials():
            on = self.by.casefold() in (one.casefold() for one in view.on)
            await self.send(view.chair, self.by, SignOff() if on else SignOn())


def _hand_over(card: CardDrawn) -> Form:
    return Form(
        "Hand over: whoever receives the session signs for the card",
        (Field("second", _RECEIVES),),
        (Step(("second",), lambda t: HandOver(card=card.digest, second=t["second"])),),
    )
