"""Keys to acts: what is asked first, what is sent to the recorder, and what became of it.

Nothing here cancels what was begun (no exclusive workers), nor awaits what the framework awaits itself: a worker that
is cancelled while it waits for a screen to go takes the app's own loop with it, and an act could be lost on its way.
"""

from __future__ import annotations

import asyncio
import random
from typing import TypeVar

from textual import work

from charting.recovery import CHECKLISTS, HIGHEST
from drivers.core.text import clean
from station.tui.acts import FORMS, QUESTIONS, START, Form, refused
from station.tui.chosen import PLAIN, Chosen
from station.tui.connection import Answer, Follower
from station.tui.doses import beginning, giving, no_giving, planning
from station.tui.one_key import OneKey
from station.tui.screens.dialog import Dialog
from station.tui.screens.digit import DigitScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.leaving import LeavingScreen
from station.tui.screens.question import QuestionScreen
from station.tui.screens.start import StartScreen
from station.tui.sound_test import Shuffle
from station.tui.themed import Themed
from station.wire.client import ConnectionGone
from station.wire.messages import Acknowledge, Act, Back, ChairView, PauseSound, Refused, Saved, Score

Result = TypeVar("Result")
NOBODY = "not named"  # charted for an acknowledgement before anybody gave initials


class Acting(Themed[int]):
    """An app that acts on the chair ``shown`` through ``follower``, in the name of ``by``."""

    follower: Follower
    sound_quiet = False

    def __init__(self, by: str = "", chosen: Chosen = PLAIN) -> None:
        super().__init__(chosen)
        self.by = clean(by)
        self.shuffle: Shuffle = random.SystemRandom().shuffle
        self._one_key = OneKey(self, self.asked, self._view, self._named, self.send, self.say, about)

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

    def say(self, sentence: str, tone: str) -> None:
        """Show a sentence in the status row."""
        raise NotImplementedError

    def signed(self) -> None:
        """Somebody gave initials: ``by``."""
        raise NotImplementedError

    async def send(self, chair: str, by: str, act: Act) -> Answer | None:
        """Send an act and say what became of it; None where the recorder was lost before it answered."""
        self.say("saving ...", "dim")
        try:
            answer = await self.follower.act(chair, by, act, self._one_key.ago_s(act))
        except ConnectionGone as gone:
            self._one_key.charted(act)  # perhaps: what is sent again is dated anew
            self.say(f"NOT KNOWN TO BE SAVED: {clean(str(gone))} - look at the last entries", "bad")
            return None
        if not isinstance(answer, Refused):
            self._one_key.charted(act)
        waiting = self._one_key.waiting
        match answer:
            case Saved():
                self.say(f"saved #{answer.seq}{waiting}", "bold")
            case Refused():
                self.say(f"REFUSED: {clean(answer.sentence)}{waiting}", "bad")
            case _:
                self.say(f"NOT SAVED: {clean(answer.sentence)}", "bad")
        return answer

    async def asked(self, dialog: Dialog[Result]) -> Result | None:
        """What a person answers; None for no answer, and where another dialog was quicker or no act is possible now."""
        if self.shown is None or any(isinstance(screen, Dialog) for screen in self.screen_stack):
            return None
        return await asyncio.shield(self.push_screen(dialog, wait_for_dismiss=True))

    async def _initials(self) -> bool:
        """Whether the initials are known; asks once where they are not."""
        if not self.by:
            await self._fill(FORMS["initials"], "", "")
        return bool(self.by)

    async def _named(self) -> str:
        return self.by if await self._initials() else ""

    async def _fill(self, form: Form, chair: str, about: str, start: bool = False) -> None:
        """Let ``form`` be filled in, on the start page with ``start``; whoever did it charts here from now on."""

        async def send(by: str, act: Act) -> Answer | None:
            return await self.send(chair, by, act)

        screen = (
            StartScreen(form, about, self.by, send, self._view, self.shuffle)
            if start
            else FormScreen(form, about, self.by, send)
        )
        by = await self.asked(screen)
        if by is not None:
            self.by = by
            self.signed()

    def _taken(self, name: str, view: ChairView) -> bool:
        """Whether form or question ``name`` can be charted now; if not, why is said before anything is filled in."""
        sentence = refused(name, view)
        if sentence:
            self.say(f"REFUSED: {sentence}", "bad")
        return not sentence

    @work(group="form")
    async def action_form(self, name: str) -> None:
        """Open a form of ``FORMS`` about the chair shown now."""
        view = self.shown
        asked = any(field.name == "by" for field in FORMS[name].fields)
        if view is not None and self._taken(name, view) and (asked or await self._initials()):
            await self._fill(FORMS[name], view.chair, whom(view) if FORMS[name].blind else about(view))

    @work(group="form")
    async def action_ask(self, name: str) -> None:
        """Ask a question of ``QUESTIONS`` about the chair shown now; only y sends its act."""
        view = self.shown
        question = QUESTIONS[name]
        refused = question.refused(view) if view is not None else ""
        if refused:
            self.say(f"REFUSED: {refused}", "bad")
        elif (
            view is not None
            and self._taken(name, view)
            and await self._initials()
            and await self.asked(QuestionScreen(about(view), question.facts(view), question.text))
        ):
            await self.send(view.chair, self.by, question.act)

    @work(group="form")
    async def action_begin(self) -> None:
        """Begin a session; in an open one, ask for the dose plan alone."""
        view = self.shown
        if view is not None:
            if view.session is None:
                await self._fill(beginning(view.protocols), view.chair, clean(view.chair), start=True)
            elif self._taken("plan", view):
                await self._fill(planning(view), view.chair, about(view), start=True)

    @work(group="form")
    async def action_monitor(self) -> None:
        """Confirm whose monitor it is, then the sound test."""
        view = self.shown
        if view is not None and self._taken("monitor", view) and await self._initials():
            await self._fill(START["monitor"], view.chair, about(view), start=True)

    def action_start(self) -> None:
        """The pump was started; without a pump: the dose, or its next device, was given."""
        if self.shown is not None and self.shown.infusion.plan_fields:
            self.action_give()
        else:
            self.action_ask("start")

    @work(group="form")
    async def action_give(self) -> None:
        """Chart what was given, and where."""
        view = self.shown
        if view is None:
            return
        sentence = no_giving(view)
        if sentence:
            self.say(f"REFUSED: {sentence}", "bad")
        elif await self._initials():
            await self._fill(giving(view), view.chair, about(view))

    @work(group="form")
    async def action_fit_to_leave(self) -> None:
        """What is missing before leaving; from there a recovery score, one key a row, and back again."""
        view = self.shown
        if view is None or not self._taken("fit", view):
            return
        while view is not None:
            name = await self.asked(LeavingScreen(about(view), lambda: (self.shown, self.at_ms)))
            act = await self._scored(name, view) if name is not None else None
            if act is None or not await self._initials():
                return
            await self.send(view.chair, self.by, act)
            view = self.shown

    async def _scored(self, name: str, view: ChairView) -> Score | None:
        """The answers to a checklist's rows; None where it was left before the last one."""
        of, answers = CHECKLISTS[name], dict[str, int]()
        rows = [row for row in of.rows if row.judged]
        for number, row in enumerate(rows, 1):
            text = f"{of.name}, {number} of {len(rows)}: {row.text}"
            given = await self.asked(DigitScreen(about(view), text, 0, HIGHEST, row.words))
            if given is None:
                self.say("the score was left: nothing is charted", "bad")
                return None
            answers[row.id] = given
        return Score(checklist=name, answers=answers)

    def action_hold(self) -> None:
        """Hold with a reason; when held, ask whether it runs again."""
        if self.shown is not None and self.shown.infusion.phase == "held":
            self.action_ask("resume")
        else:
            self.action_form("hold")

    def action_keep_held(self) -> None:
        """A hold that was rechecked goes on: why, and when to recheck again."""
        if self.shown is not None and self.shown.infusion.phase == "held":
            self.action_form("hold")
        else:
            self.say("the infusion is not held; h holds it", "bad")

    @work(group="form")
    async def action_away(self) -> None:
        """Ask why and for how long the patient is away; when away, chart at once that they are back."""
        view = self.shown
        if view is None or (view.away_s is None and not self._taken("away", view)) or not await self._initials():
            return
        if view.away_s is None:
            await self._fill(FORMS["away"], view.chair, about(view))
        else:
            await self.send(view.chair, self.by, Back())

    @work(group="acknowledge")
    async def action_acknowledge(self) -> None:
        """Acknowledge every alarm that is audible at the chair shown; nothing, not even a name, stands before it."""
        view = self.shown
        if view is not None:
            await self.send(view.chair, self.by or NOBODY, Acknowledge())

    @work(group="form")
    async def action_event(self, key: str) -> None:
        """Chart the quick event on ``key``."""
        await self._one_key.event(key)

    @work(group="form")
    async def action_undo(self) -> None:
        """Undo the last entry, visibly."""
        await self._one_key.undo()

    @work(group="form")
    async def action_ago(self) -> None:
        """Back-date the next act."""
        await self._one_key.ago()

    @work(group="form")
    async def action_emergency(self) -> None:
        """Emergency: charted at once, then the facts for the team."""
        await self._one_key.emergency(self.by or NOBODY)

    @work(group="sound")
    async def action_pause_sound(self) -> None:
        """Pause the sound of every chair, or let it sound again; like an acknowledgement it waits for no name."""
        view = self.shown
        if view is not None:
            await self.send(view.chair, self.by or NOBODY, PauseSound(resume=self.sound_quiet))


def whom(view: ChairView) -> str:
    """Chair, patient, second identifier."""
    who = f"{clean(view.patient)}  {clean(view.identifier)}" if view.session is not None else "no session"
    return f"{clean(view.chair)}   {who}"


def about(view: ChairView) -> str:
    """Whom an act is about, for the head of a dialog: with the plan."""
    i = view.infusion
    plan = f"plan {i.planned_mg:.1f} mg in {i.planned_minutes:.0f} min" if i.planned_mg and i.planned_minutes else ""
    return f"{whom(view)}   {plan}" if plan else whom(view)
