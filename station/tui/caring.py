"""Acts around the treatment: who is on the session, drugs beside the plan, what goes wrong; and names out of sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from textual import work

from station.tui import drug_forms
from station.tui.acting import Acting
from station.tui.acts import FORMS as CHARTING, Field, Form, Step
from station.tui.connection import Answer
from station.tui.screens.card import CardScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.symptoms import SymptomsScreen
from station.tui.sending import about, whom
from station.tui.signing import WITHOUT_PIN, seconded
from station.wire.client import ConnectionGone
from station.wire.drug_acts import PressureSymptoms
from station.wire.messages import Act, ChairView, Saved, SignedIn, Unsaved
from station.wire.people_acts import CardDrawn, DrawCard, HandOver, SignOff, SignOn, SignOut, Vouch

FORMS: dict[str, Callable[[ChairView, str], Form]] = {
    "drug_given": lambda view, by: drug_forms.given(view, by),
    "drug_drawn": lambda view, _: drug_forms.drawn(view),
    "adverse": lambda _view, _: drug_forms.ADVERSE,
}
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
            answer = await self.send(view.chair, by, act, view.session)
            if isinstance(answer, SignedIn):
                sent = Sent(answer, answer.token, answer.initials)
            else:
                sent = sent._replace(answer=answer, second=sent.second or getattr(act, "second", ""))
            return answer

        dated = "" if form.now else self._dated()
        await self.asked(
            FormScreen(
                seconded(form, self.signing.needed), whom(view) if form.blind else about(view), self.by, send, dated
            )
        )
        return sent

    @work(group="form")
    async def action_emergency_access(self) -> None:
        """Act without a PIN, after giving initials; when on: end it."""
        view = self.shown
        if view is None:
            return
        if not self.signing.needed:
            self.say("no staff is named at this station: initials are enough", "dim")
        elif self.signing.emergency:
            await self.sign_out(view.chair)
        else:
            await self._fill(WITHOUT_PIN, view, about(view))

    @work(group="form")
    async def action_sign_out(self) -> None:
        """The next act asks who it is."""
        if self.shown is not None:
            await self.sign_out(self.shown.chair)

    async def sign_out(self, chair: str, locked: bool = False) -> None:
        """Void the token, here at once and at the recorder; without staff the initials are forgotten."""
        by, needed = self.by, self.signing.needed
        token = self.follower.token
        if needed and token:
            await self.send(chair, by, SignOut(locked=locked))
        self.signing.forget()
        self.by = ""
        self.signed()
        self.say(
            "locked: no key for some minutes; i signs in, alarms can be acknowledged" if locked else "signed out",
            "bold",
        )

    @work(group="form")
    async def action_hand_over(self) -> None:
        """Show the card; whoever receives the session reads it and signs."""
        view = self.shown
        if view is None or not self._taken("hand_over", view) or self.names_hidden() or not await self._initials():
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
            answer = await self.follower.act(view.chair, self.by, DrawCard(), 0.0, view.session)
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
            await self.send(view.chair, self.by, SignOff() if on else SignOn(), view.session)

    @work(group="form")
    async def action_care(self, name: str) -> None:
        """Open a form of ``FORMS`` about the chair shown now."""
        view = self.shown
        if view is not None and self._taken(name, view) and await self._initials():
            await self._fill(FORMS[name](view, self.by), view, about(view))

    @work(group="form")
    async def action_check(self) -> None:
        """Another person types weight and rate without having seen them."""
        view = self.shown
        if view is not None and self._taken("check", view) and await self._initials():
            await self.fill_seconded(CHARTING["check"], view)

    @work(group="form")
    async def action_waste(self) -> None:
        """A controlled drug was wasted; the witness signs in the same form."""
        view = self.shown
        if view is not None and self._taken("drug_wasted", view) and await self._initials():
            await self.fill_seconded(drug_forms.wasted(view), view)

    @work(group="form")
    async def action_symptoms(self) -> None:
        """Ask for the symptoms of a high pressure, and chart what was answered."""
        view = self.shown
        if view is None or not self._taken("symptoms", view):
            return
        answers = await self.asked(SymptomsScreen(about(view), _pressure(view)))
        if answers is not None and await self._initials():
            await self.send(view.chair, self.by, PressureSymptoms(answers=answers), view.session)

    @work(group="form")
    async def action_privacy(self) -> None:
        """Hide names; when hidden, show them: at once, or with a PIN where staff have them."""
        view = self.shown
        if not self.private:
            self.hide_names(True)
            self.say("names are hidden on this screen; z shows them again", "dim")
        elif not self.signing.needed:
            self.hide_names(False)
        elif view is not None:
            before = self.follower.token
            await self._sign_in(view)
            if self.follower.token not in ("", before):
                self.hide_names(False)


def _pressure(view: ChairView) -> str:
    values = {one.metric: one.value for one in view.numbers}
    sys_mmhg, dia_mmhg = values.get("NIBP_SYS"), values.get("NIBP_DIA")
    return f" {sys_mmhg:.0f}/{dia_mmhg:.0f}" if sys_mmhg is not None and dia_mmhg is not None else ""


def _hand_over(card: CardDrawn) -> Form:
    return Form(
        "Hand over: whoever receives the session signs for the card",
        (Field("second", _RECEIVES),),
        (Step(("second",), lambda t: HandOver(card=card.digest, second=t["second"])),),
        now=True,
    )
