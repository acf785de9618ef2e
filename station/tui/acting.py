"""Keys to acts: what is asked first, and what is sent to the recorder (``sending.py``)."""

from __future__ import annotations

import msgspec
from textual import work

from charting.recovery import CHECKLISTS, HIGHEST
from drivers.core.text import clean
from station.tui.acts import FORMS, QUESTIONS, START, Form, Question
from station.tui.chosen import PLAIN, Chosen
from station.tui.connection import Answer
from station.tui.doses import beginning, giving, no_giving, planning, stated
from station.tui.fitness import Fitness
from station.tui.recording import Recording
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.confirm import ConfirmScreen
from station.tui.screens.digit import DigitScreen
from station.tui.screens.leaving import LeavingScreen
from station.tui.screens.question import QuestionScreen
from station.tui.sending import Sending, about, whom
from station.wire.messages import Acknowledge, Act, Back, ChairView, PauseSound, Refused, Score
from station.wire.patient_messages import PatientView

NOBODY = "somebody unnamed"  # charted for an acknowledgement before anybody gave initials


class Acting(Sending):
    """An app that acts on the chair shown."""

    sound_quiet = False

    def __init__(self, by: str = "", chosen: Chosen = PLAIN) -> None:
        super().__init__(by, chosen)
        self._recording = Recording(self, self._look)
        self._fitness = Fitness(self, self._recording, self._view, self.send)

    async def _look(self, chair: str, patient: str, identifier: str) -> PatientView:
        return await self.follower.patient(chair, patient, identifier)

    async def fill(self, form: Form, view: ChairView, about: str) -> None:
        """Let ``form`` of a patient's record be filled in: it names its patient and is of no session, and its days are
        typed; whoever did it charts here from now on.
        """
        await self._fill(form._replace(now=True), msgspec.structs.replace(view, session=None), about)

    def _facts(self, question: Question, view: ChairView) -> str:
        facts = question.facts(view, self._one_key.ago_min), self._dated()
        return "\n".join(fact for fact in facts if fact)

    @work(group="form")
    async def action_form(self, name: str) -> None:
        """Open a form of ``FORMS`` about the chair shown now."""
        view = self.shown
        if name == "initials" and self.signing.needed:
            await self._sign_in(view)
            return
        asked = any(field.name == "by" for field in FORMS[name].fields)
        if view is not None and self._taken(name, view) and (asked or await self._initials()):
            await self._fill(FORMS[name], view, whom(view) if FORMS[name].blind else about(view))

    @work(group="form")
    async def action_ask(self, name: str) -> None:
        """Ask a question of ``QUESTIONS`` about the chair shown now; only y sends its act."""
        view = self.shown
        question = QUESTIONS[name]
        refused = question.refused(view) if view is not None else ""
        if refused:
            self.refuse(refused)
        elif (
            view is not None
            and self._taken(name, view)
            and await self._initials()
            and await self.asked(QuestionScreen(about(view), self._facts(question, view), question.text))
        ):
            answer = await self.send(view.chair, self.by, question.act, view.session)
            if isinstance(answer, Refused) and answer.confirm:
                await self._confirm(view, question, answer)

    async def _confirm(self, view: ChairView, question: Question, asked: Refused) -> None:
        """The recorder's question about an act of one key; it is sent again with the answer."""

        async def send(by: str, act: Act) -> Answer | None:
            return await self.send(view.chair, by, act, view.session)

        title = clean(question.text.removesuffix(" y/n"))
        await self.asked(ConfirmScreen(title, question.act, asked, about(view), self.by, send, self._dated()))

    @work(group="form")
    async def action_patient(self) -> None:
        """The record of whoever sits in the chair, or of somebody named."""
        view = self.shown
        if view is not None and not self.names_hidden():
            await self._recording.page(view)

    def action_fit(self) -> None:
        """Fit for the dose; once it was begun: fit to leave."""
        if self.shown is not None and self.shown.infusion.phase == "baseline":
            self.action_screening()
        else:
            self.action_fit_to_leave()

    @work(group="form")
    async def action_screening(self) -> None:
        """The screening before the dose."""
        view = self.shown
        if view is not None and self._taken("screening", view):
            await self._fitness.page(view, about(view))

    @work(group="form")
    async def action_begin(self) -> None:
        """Begin a session; in an open one, ask for the dose plan alone."""
        view = self.shown
        if view is not None:
            if view.session is None:
                await self._fill(beginning(view.protocols), view, clean(view.chair), start=True)
            elif self._taken("plan", view):
                dose: str | None = ""
                if ways := stated(view):
                    dose = await self.asked(ChoiceScreen(about(view), "How is the dose stated?", ways))
                if dose is not None:
                    await self._fill(planning(view, dose), view, about(view), start=not view.paper)

    @work(group="form")
    async def action_monitor(self) -> None:
        """Confirm whose monitor it is, then the sound test."""
        view = self.shown
        if view is not None and self._taken("monitor", view) and await self._initials():
            await self._fill(START["monitor"], view, about(view), start=True)

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
            self.refuse(sentence)
        elif await self._initials():
            await self._fill(giving(view), view, about(view))

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
            await self.send(view.chair, self.by, act, view.session)
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
            await self._fill(FORMS["away"], view, about(view))
        else:
            await self.send(view.chair, self.by, Back(), view.session)

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
        self.hide_names(False)
        await self._one_key.emergency(self.by or NOBODY)

    @work(group="sound")
    async def action_pause_sound(self) -> None:
        """Pause the sound of every chair, or let it sound again; like an acknowledgement it waits for no name."""
        view = self.shown
        if view is not None:
            await self.send(view.chair, self.by or NOBODY, PauseSound(resume=self.sound_quiet))
