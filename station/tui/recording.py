"""The page of a patient's record and what it leads to: dialogs one after the other, each entry an act of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from charting.record import DECIDED, MOVE, Fact
from drivers.core.text import clean
from station.tui import record_forms as forms
from station.tui.acts import Form
from station.tui.record_forms import Options, Whose
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.dialog import Dialog
from station.tui.screens.record import RecordScreen
from station.tui.screens.scale import ScaleScreen
from station.tui.screens.who import WhoScreen
from station.wire.client import ConnectionGone
from station.wire.messages import ChairView
from station.wire.patient_messages import PatientView

Looked = Callable[[str, str, str], Awaitable[PatientView]]


class Asks(Protocol):
    """What the app does for these pages."""

    async def asked(self, dialog: Dialog[Any]) -> Any:
        """What a person answers; None for no answer."""

    async def fill(self, form: Form, view: ChairView, about: str) -> None:
        """Let a form of a patient's record be filled in and sent: of no session, and with a day of its own."""

    def say(self, sentence: str, tone: str) -> None:
        """A sentence in the status row."""

    def named(self) -> Awaitable[str]:
        """The initials, asked for where they are not known."""


class Recording:
    """``look`` asks the recorder for a patient."""

    def __init__(self, app: Asks, look: Looked) -> None:
        self._app, self._look = app, look

    async def page(self, view: ChairView) -> None:
        """The record of whoever sits in the chair; of somebody named where nobody does."""
        who = (view.patient, view.identifier) if view.session is not None else await self._who(view)
        while who is not None:
            about = f"{clean(who[0])}  {clean(who[1])}"
            seen = await self.looked(view.chair, *who)
            do = await self._app.asked(RecordScreen(about, seen)) if seen is not None else None
            if seen is None or do is None:
                return
            if await self._app.named():
                whose = Whose(*who, seen.today)
                form = await self._form(do, whose, seen, about)
                if form is not None:
                    await self._app.fill(form, view, about)

    async def looked(self, chair: str, name: str, identifier: str) -> PatientView | None:
        """What is known of a patient; None, and a sentence, where the recorder was lost."""
        try:
            return await self._look(chair, name, identifier)
        except ConnectionGone as gone:
            self._app.say(f"the record cannot be shown: {clean(str(gone))}", "bad")
            return None

    async def _who(self, view: ChairView) -> tuple[str, str] | None:
        screen = WhoScreen(clean(view.chair), "nobody yet")
        await self._app.asked(screen)
        return screen.who

    async def _choose(self, about: str, title: str, options: Options) -> str | None:
        """One of ``options``; with a sentence where there is none."""
        if not options:
            self._app.say("there is nothing to choose from", "dim")
            return None
        answer: str | None = await self._app.asked(ChoiceScreen(about, title, options))
        return answer

    async def _form(self, do: str, whose: Whose, seen: PatientView, about: str) -> Form | None:
        made: Form | None = await getattr(self, f"_{do}")(whose, seen, about)
        return made

    async def _fact(self, whose: Whose, _: PatientView, about: str) -> Form | None:
        fact = await self._choose(about, "Which fact?", forms.FACT_OPTIONS)
        return None if fact is None else forms.fact_form(whose, fact)

    async def _scale(self, whose: Whose, seen: PatientView, about: str) -> Form | None:
        chosen = await self._choose(about, "Which scale?", forms.scale_options(seen.scales))
        if chosen is None:
            return None
        way, _, id = chosen.partition(" ")
        scale = next(one for one in seen.scales if one.id == id)
        answers = None
        if way == "items":
            answers = await self._app.asked(ScaleScreen(about, scale))
            if answers is None:
                return None
        use = await self._choose(about, "What is this score for?", forms.use_options(seen.courses))
        return None if use is None else forms.scale_form(whose, scale, use, answers)

    async def _course(self, whose: Whose, seen: PatientView, about: str) -> Form | None:
        begun = seen.record.begun if seen.record is not None else None
        what: str | None = "begin"
        if begun is not None:
            what = await self._choose(about, "What of the course?", forms.COURSE_OPTIONS)
        if what == "begin" or begun is None or begun.rules is None:
            if what is None:
                return None
            id = await self._choose(about, "Which course? The sources differ.", forms.template_options(seen.courses))
            template = seen.courses.template(id) if id is not None else None
            return None if template is None else forms.begin_form(whose, seen.courses, template)
        if what is None:
            return None
        to: str | None = ""
        if what in (MOVE, DECIDED):
            to = await self._choose(about, "Which?", forms.target_options(what, begun.template, begun.rules))
        choice: str | None = ""
        options = forms.decided_options(to, begun.rules) if what == DECIDED and to is not None else ()
        if options:
            choice = await self._choose(about, "What is decided? It is recorded, no more.", options)
        return None if to is None or choice is None else forms.course_form(whose, what, to, choice)

    async def _consent(self, whose: Whose, seen: PatientView, _: str) -> Form | None:
        return forms.consent_form(whose, seen.screening.consent.version)

    async def _eligibility(self, whose: Whose, seen: PatientView, about: str) -> Form | None:
        facts = "\n".join(clean(one, 200) for one in seen.warnings)
        options = (("yes", "judged eligible"), ("no", "judged not eligible"))
        answer = await self._app.asked(ChoiceScreen(about, "Eligibility, as somebody judged it", options, facts))
        return None if answer is None else forms.judge_form(whose, answer == "yes")

    async def _seen(self, whose: Whose, seen: PatientView, about: str) -> Form | None:
        flagged = seen.record.flagged if seen.record is not None else ()
        options = tuple((str(n), f"{flag.sentence} ({one.on})") for n, (one, flag) in enumerate(flagged))
        chosen = await self._choose(about, "Which flag was seen?", options) if len(options) > 1 else "0"
        if chosen is None or not options:
            return None
        scored, flag = flagged[int(chosen)]
        return forms.seen_form(whose, scored.seq, flag.id, clean(flag.sentence))

    async def _mend(self, whose: Whose, seen: PatientView, about: str) -> Form | None:
        if seen.record is None:
            return None
        options = forms.item_options(seen.record)
        chosen = await self._choose(about, "Which entry?", options)
        if chosen is None:
            return None
        item = seen.record.item(int(chosen))
        if isinstance(item, Fact):
            ways = (("correct", "correct it"), ("withdraw", "withdraw it: it was wrong, or is over"))
            way = await self._choose(about, dict(options)[chosen], ways)
            if way is None:
                return None
            if way == "correct":
                return forms.fact_form(whose, item.fact, item)
        return forms.withdraw_form(whose, int(chosen), dict(options)[chosen])
