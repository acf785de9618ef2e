"""From what is asked to the recorder and back: who acts, forms, what is sent, and what became of it.

Nothing here cancels what was begun (no exclusive workers), nor awaits what the framework awaits itself: a worker that
is cancelled while it waits for a screen to go takes the app's own loop with it, and an act could be lost on its way.
"""

from __future__ import annotations

import asyncio
import random
from typing import TypeVar

from drivers.core.text import clean
from station.tui.acts import FORMS, INITIALS, Form, refused
from station.tui.chosen import PLAIN, Chosen
from station.tui.connection import Answer, Follower
from station.tui.one_key import OneKey
from station.tui.privacy import veiled
from station.tui.screens.dialog import Dialog
from station.tui.screens.form import FormScreen
from station.tui.screens.start import StartScreen
from station.tui.signing import FORMS as SIGNING_FORMS, SIGN_IN, SignedHere
from station.tui.sound_test import Shuffle
from station.tui.themed import Themed
from station.wire.client import ConnectionGone
from station.wire.messages import Act, ChairView, Refused, Saved, SignedIn, Snapshot, Unsaved
from station.wire.people_acts import CardDrawn, Vouch

Result = TypeVar("Result")


class Sending(Themed[int]):
    """An app that sends acts about the chair ``shown`` through ``follower``, in the name of ``by``. ``private``: names
    are out of sight on this screen.
    """

    follower: Follower
    private = False
    _plain: Snapshot | None = None  # as the recorder told it, with names

    def __init__(self, by: str = "", chosen: Chosen = PLAIN) -> None:
        super().__init__(chosen)
        self.by = clean(by)
        self.shuffle: Shuffle = random.SystemRandom().shuffle
        self._one_key = OneKey(self, self.asked, self._view, self.named, self.send, self.say, about, lambda: self.at_ms)
        self._signed: SignedHere | None = None

    @property
    def signing(self) -> SignedHere:
        """Who is signed in here."""
        if self._signed is None:
            self._signed = SignedHere(self.follower)
        return self._signed

    @property
    def waiting(self) -> str:
        """What still waits for its act; "" for nothing."""
        return self._one_key.waiting.strip()

    @property
    def shown(self) -> ChairView | None:
        """The chair that acts are about; None while no act is possible."""
        raise NotImplementedError

    def _view(self) -> ChairView | None:
        return self.shown

    @property
    def at_ms(self) -> int:
        """The moment that is shown, UTC ms."""
        raise NotImplementedError

    @property
    def unnamed(self) -> tuple[ChairView, ...]:
        """The chairs, with names, whose patients are out of sight here now."""
        return self._plain.chairs if self.private and self._plain is not None else ()

    def say(self, sentence: str, tone: str) -> None:
        """Show a sentence in the status row."""
        raise NotImplementedError

    def signed(self) -> None:
        """Somebody gave initials: ``by``."""
        raise NotImplementedError

    def hide_names(self, private: bool) -> None:
        """Put names out of sight, or back: the team that comes has to know who it is."""
        self.private = private

    def names_hidden(self) -> bool:
        """Whether names are out of sight now; if so, it is said."""
        if self.private:
            self.say("names are hidden on this screen; z shows them first", "bad")
        return self.private

    async def send(self, chair: str, by: str, act: Act, session: str | None = None) -> Answer | None:
        """Send an act, refused outside ``session`` where one is given, and say what became of it; None where the
        recorder was lost before it answered.
        """
        self.say("saving ...", "dim")
        minutes = self._one_key.take(act)
        answer = await self.carried(chair, by, act, minutes * 60.0, session)
        if isinstance(answer, Refused):
            self._one_key.give_back(chair, minutes)
        waiting = self._one_key.waiting
        match answer:
            case SignedIn() if isinstance(act, Vouch):
                self.say(f"{answer.initials} confirms", "dim")
            case SignedIn():
                self.by = answer.initials
                self.say(self.signing.took(answer), "bold")
                self.signed()
            case CardDrawn():
                self.say("", "dim")
            case Saved():
                self.say(f"saved #{answer.seq}{f', {minutes} min ago' if minutes else ''}{waiting}", "bold")
            case Refused():
                self.say(f"REFUSED: {clean(answer.sentence)}{waiting}", "bad")
            case Unsaved():
                self.say(f"NOT SAVED: {clean(answer.sentence)}", "bad")
        return answer

    async def carried(self, chair: str, by: str, act: Act, ago_s: float, session: str | None) -> Answer | None:
        """An act to the recorder and its answer back, before any dialog has it: names as they are shown here, and a
        sign-in that the recorder does not know any more is forgotten. None, and said, where the recorder was lost.
        """
        try:
            answer = await self.follower.act(chair, by, act, ago_s, session)
        except ConnectionGone as gone:  # perhaps it is charted: what is sent again is dated anew
            self.say(f"NOT KNOWN TO BE SAVED: {clean(str(gone))} - look at the last entries", "bad")
            return None
        if isinstance(answer, Refused) and self.signing.refused(act, answer):
            self.signing.forget()
            self.signed()
        return veiled(answer, self.unnamed)

    async def asked(self, dialog: Dialog[Result]) -> Result | None:
        """What a person answers; None for no answer, and where another dialog was quicker or no act is possible now."""
        if self.shown is None or any(isinstance(screen, Dialog) for screen in self.screen_stack):
            return None
        return await asyncio.shield(self.push_screen(dialog, wait_for_dismiss=True))

    async def _initials(self) -> bool:
        """Whether it is known who acts; asks once where it is not."""
        if self.signing.needed:
            if self.signing.missing:
                await self._sign_in(self.shown)
            return not self.signing.missing
        if not self.by:
            await self._fill(FORMS["initials"], None, "")
        return bool(self.by)

    async def _sign_in(self, view: ChairView | None) -> None:
        if view is not None:
            await self._fill(SIGN_IN, view, about(view))

    async def named(self) -> str:
        """The initials, asked for where they are not known; "" where nobody gave any."""
        return self.by if await self._initials() else ""

    async def _fill(self, form: Form, view: ChairView | None, about: str, start: bool = False) -> None:
        """Let ``form`` be filled in, on the start page with ``start``; whoever did it charts here from now on.

        All of it is charted in the session of ``view``, or the one that its first step opens, or not at all.
        """
        if self.signing.needed and INITIALS in form.fields and form not in SIGNING_FORMS:
            if not await self._initials():
                return
            form = form._replace(fields=tuple(field for field in form.fields if field is not INITIALS))
        chair, session = (view.chair, view.session) if view is not None else ("", None)

        async def send(by: str, act: Act) -> Answer | None:
            nonlocal session
            answer = await self.send(chair, by, act, session)
            if session is None and isinstance(answer, Saved | Unsaved):
                session = answer.session
            return answer

        screen = (
            StartScreen(form, about, self.by, send, self._view, self.shuffle, self._known)
            if start
            else FormScreen(form, about, self.by, send, "" if form.now else self._dated())
        )
        by = await self.asked(screen)
        if by is not None:
            self.by = by
            self.signed()

    async def _known(self, chair: str, patient: str, identifier: str) -> tuple[str, ...]:
        """What bears on a patient's dose; nothing where the recorder does not answer, because the page goes on."""
        try:
            return (await self.follower.patient(chair, patient, identifier)).factors
        except ConnectionGone:
            return ()

    def _dated(self) -> str:
        """When the next act will be charted to have happened, for its question or form; "" for now."""
        return f"Charted as {self._one_key.ago_min} min ago." if self._one_key.ago_min else ""

    def _taken(self, name: str, view: ChairView) -> bool:
        """Whether form or question ``name`` can be charted now; if not, why is said before anything is filled in."""
        sentence = refused(name, view)
        if sentence:
            self.refuse(sentence)
        return not sentence

    def refuse(self, sentence: str) -> None:
        """Say why a key leads nowhere now; the digits typed right behind it were meant for what did not open."""
        self._one_key.refused()
        self.say(f"REFUSED: {sentence}", "bad")


def whom(view: ChairView) -> str:
    """Chair, patient, second identifier."""
    who = f"{clean(view.patient)}  {clean(view.identifier)}" if view.session is not None else "no session"
    return f"{clean(view.chair)}   {who}"


def about(view: ChairView) -> str:
    """Whom an act is about, for the head of a dialog: with the plan."""
    i = view.infusion
    plan = f"plan {i.planned_mg:.1f} mg in {i.planned_minutes:.0f} min" if i.planned_mg and i.planned_minutes else ""
    return f"{whom(view)}   {plan}" if plan else whom(view)
