"""The start page: who and what is planned, whose monitor this is, and whether the alarms can be heard.

One way down: the fields, then the monitor (y or n), then the sound test by ear. Every answer is charted at once, so
leaving in between loses nothing; ``m`` goes on where it was left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Input, Static

from drivers.core.text import clean
from station.tui import starting
from station.tui.acts import Form
from station.tui.beside_dose import LOW_ROWS, LOW_SCREEN, TALL_ROWS, factor_rows
from station.tui.doses import OF_A_PUMP, left_out
from station.tui.screens.dialog import ACKNOWLEDGE, LEAVE, Panel, button_row
from station.tui.screens.form import FormScreen, Send
from station.tui.sound_test import DIGITS, NOTHING, Shuffle, SoundTest
from station.tui.starting import Prompt
from station.tui.widgets.choice import Choice
from station.tui.widgets.lines import Lines
from station.tui.widgets.typed import Typed
from station.wire.messages import Act, BindMonitor, ChairView, Refused, SoundChecked, TestSound, Unsaved

Known = Callable[[str, str, str], Awaitable[tuple[str, ...]]]  # chair, name, identifier: what bears on a dose
REDRAW_S = 0.25
WIDE_CELLS = 110  # from here on the monitor stands beside the fields
FIELDS_CELLS = 76
PADDING = 2
FIELDS, MONITOR, SOUND, DONE = "fields", "monitor", "sound", "done"
_TEST_KEYS = (*DIGITS, NOTHING, "r", "w")
LATER = button_row(("Esc: leave, m goes on later", LEAVE[1]), ("space: acknowledge", ACKNOWLEDGE))
_NO_ANSWER = "No answer from the recorder: look at the last entries, then try again."


class StartScreen(FormScreen):
    """``view()`` is the chair now; ``shuffle`` makes the order of the sounds; ``known`` tells what bears on the
    dose of a patient."""

    BINDINGS: ClassVar[list[BindingType]] = [("space", "app.acknowledge", "Acknowledge")]

    def __init__(
        self,
        form: Form,
        about: str,
        by: str,
        send: Send,
        view: Callable[[], ChairView | None],
        shuffle: Shuffle,
        known: Known,
    ) -> None:
        super().__init__(form, about, by, send)
        self._view, self._shuffle, self._bears = view, shuffle, known
        self._whose = ("", "")
        self._bearing: tuple[str, ...] = ()
        self._factors = Lines("factors")
        self._seen: ChairView | None = None
        self._chair = ""
        self._stage = FIELDS if form.fields else MONITOR
        if not form.fields:
            self.hint = LATER
        self._test: SoundTest | None = None
        self._trouble = ""
        self._busy = False
        self._complaint: tuple[int, str] = (0, "")
        self._wide: bool | None = None
        self._complaints = Lines("complaints", flexible=True)
        self._working = Lines("working", ((),) * (starting.WORKING_ROWS if form.fields else 0))
        self._live = Lines("live")

    def compose(self) -> ComposeResult:
        """The title; the fields with their complaints and the working; the monitor; what the keys do."""
        with Panel():
            yield Static(f"{self._form.title}    {self._about}", classes="title", markup=False)
            with Container(id="start"):
                with Vertical(id="typing"):
                    with Horizontal(id="typed"):
                        with Vertical(id="fields"):
                            for field in self._form.fields:
                                with Horizontal(classes="field"):
                                    yield from self._line(field)
                        yield self._complaints
                    yield self._working
                    yield self._factors
                yield self._live
            yield from self._foot()

    def on_mount(self) -> None:
        """Draw now and as often as the recorder tells something new."""
        self._complaints.styles.height = len(self._form.fields)
        self._draw()
        self.set_interval(REDRAW_S, self._draw)
        self.must_be_read()

    def on_resize(self, _: events.Resize) -> None:
        """Everything depends on the width."""
        self._draw()

    def on_input_changed(self, _: Input.Changed) -> None:
        """The working follows what is typed, the fields the protocol."""
        if any(field.choices for field in self._form.fields) and not self._taken:
            self._leave_out()
        self._draw()

    def _leave_out(self) -> None:
        """Close what the protocol chosen does not ask for here."""
        offers = self._seen.protocols if self._seen is not None else ()
        self.left_out = left_out(offers, self.query_one(Choice).value.strip())
        for name in OF_A_PUMP:
            self._typed(name).disabled = name in self.left_out
            self.query_one(f"#{name}-label", Static).set_class(name in self.left_out, "charted")

    # --- what is shown

    def _draw(self) -> None:
        view = self._view()
        if view is not None and self._chair in ("", view.chair):
            self._seen, self._chair = view, view.chair
        if self._seen is None:
            return
        width = self.app.size.width - PADDING
        self._stand(width >= WIDE_CELLS and bool(self._form.fields))
        beside = FIELDS_CELLS if self._wide else width
        typed = {field.name: self._typed(field.name).value for field in self._form.fields}
        if self._form.fields:
            self._working.show(starting.working_rows(typed, beside))
            room = beside - 48
            self._complaints.show(starting.complaint_rows(*self._beside(), room, len(self._form.fields)))
            self._look_up(view, typed)
            most = LOW_ROWS if self.app.size.height < LOW_SCREEN else TALL_ROWS
            self._factors.show(factor_rows(self._bearing, beside, most))
        tall = self.app.size.width >= WIDE_CELLS
        live = width - FIELDS_CELLS if self._wide else width
        self._live.show(starting.live_rows(self._seen, self._prompt(self._seen), live, tall))

    def _beside(self) -> tuple[int, str, str]:
        """What stands beside the fields: row, text and tone of the complaint; without one, of what is chosen."""
        at, text = self._complaint
        chosen = next((n for n, field in enumerate(self._form.fields) if field.choices), None)
        if text or chosen is None:
            return at, text, "complaint"
        return chosen, self.query_one(Choice).facts, "plain"

    def _look_up(self, view: ChairView | None, typed: dict[str, str]) -> None:
        """Ask what bears on the dose of whoever sits here, or of who is typed once both identifiers are."""
        who = (typed.get("patient", ""), typed.get("identifier", ""))
        if "patient" not in typed and view is not None:
            who = (view.patient, view.identifier)
        typing = self.focused is not None and self.focused.id in ("patient", "identifier")
        if all(who) and who != self._whose and not typing:
            self._whose, self._bearing = who, ()
            self._find(who)

    @work(group="start")
    async def _find(self, who: tuple[str, str]) -> None:
        found = await self._bears(self._chair, *who)
        if self._whose == who:
            self._bearing = found
            self._draw()

    def _stand(self, wide: bool) -> None:
        """Monitor beside the fields or below them; styles are touched only by a change."""
        if wide == self._wide:
            return
        self._wide = wide
        self.query_one("#start").styles.layout = "horizontal" if wide else "vertical"
        self.query_one("#typing").styles.width = FIELDS_CELLS if wide else "100%"
        self._live.styles.width = "1fr" if wide else "100%"
        self._working.styles.margin = (1 if wide else 0, 0, 0, 0)

    def _prompt(self, view: ChairView) -> Prompt:
        match self._stage:
            case "fields":
                return starting.after_prompt()
            case "monitor":
                return starting.monitor_prompt(view, self._trouble)
            case "sound":
                return starting.sound_prompt(self._test, self._trouble)
            case _:
                return starting.done_prompt(view.prepared)

    def _tell(self, name: str, sentence: str) -> None:
        """Beside the field; what is of no field stands where the first one is."""
        names = [field.name for field in self._form.fields]
        at = names.index(name) if name in names else 0
        if sentence or self._complaint[0] == at or not name:
            self._complaint = at, sentence
        self._draw()

    # --- what is answered

    def answers(self, character: str) -> bool:
        """The keys of the question that stands."""
        keys = {MONITOR: ("y", "n"), SOUND: _TEST_KEYS, DONE: ("r",)}.get(self._stage, ())
        return super().answers(character) or character in keys

    def action_answer(self, character: str) -> None:
        """A key of the stage, pressed or clicked."""
        if self._asked is not None or self._stage == FIELDS:
            super().action_answer(character)
        elif self._read and not self._busy and self.answers(character):
            self._trouble, self._busy = "", True
            self._take(character)

    def action_next(self) -> None:
        """Enter: the next field; in the sound test the first sound; at the end back to the chair."""
        if isinstance(self.focused, Typed):
            super().action_next()
        elif self._stage == SOUND and self._test is None:
            self.action_answer("r")
        elif self._stage == DONE:
            self.dismiss(self._by)

    def action_leave(self) -> None:
        """What was charted stays; the initials given for it too."""
        if self._asked is None and self._taken:
            self.dismiss(self._by)
        else:
            super().action_leave()

    def _charted(self) -> None:
        for field in self._form.fields:
            self._typed(field.name).disabled = True
        self.set_focus(None)
        prepared = self._seen.prepared if self._seen is not None else None
        opened = any(field.name == "patient" for field in self._form.fields)
        if opened or prepared is None or prepared.monitors is None:
            self._go(MONITOR)
        elif not prepared.sound:
            self._go(SOUND)
        else:
            self.dismiss(self._by)

    def _go(self, stage: str) -> None:
        self._stage = stage
        self._hint(LATER)
        self.must_be_read()
        self._draw()

    @work(group="start")
    async def _take(self, character: str) -> None:
        try:
            match self._stage:
                case "monitor":
                    await self._bind(character)
                case _:
                    await self._hear(character)
        finally:
            self._busy = False
            self._draw()

    async def _bind(self, character: str) -> None:
        """y: these devices are this patient's; n: there is no monitor now."""
        sources = starting.connected(self._seen) if self._seen is not None and character == "y" else ()
        if (character == "n" or sources) and await self._told(BindMonitor(sources=sources)):
            heard = self._seen is not None and self._seen.prepared.sound == "tested"
            self._go(DONE if heard else SOUND)

    async def _hear(self, character: str) -> None:
        """A digit says which sound it was; r plays it (again), w goes on without sound."""
        if character == "w":
            if self._test is None and await self._told(SoundChecked(outcome="without")):
                self.dismiss(self._by)
            return
        if character == "r":
            self._stage = SOUND
            self._test = self._test or SoundTest(self._shuffle)
        elif self._test is None:
            return
        else:
            right = self._test.answer(character)
            if right is not None:
                self._test = None
                if not await self._told(SoundChecked(outcome="heard" if right else "not_heard")):
                    return
                if right:
                    self.dismiss(self._by)
                self._trouble = "That was not what was played; charted as not heard. Mend it and test again, or:"
                return
        if not await self._told(TestSound(priority=self._test.priority)):
            self._test = None

    async def _told(self, act: Act) -> bool:
        """Whether the recorder did ``act``; if not, why is said where the question stands."""
        answer = await self._send(self._by, act)
        if answer is None or isinstance(answer, Refused):
            self._trouble = clean(answer.sentence, 240) if answer is not None else _NO_ANSWER
            return False
        if isinstance(answer, Unsaved):  # the recorder holds it: on to the next question, with its keys
            self._trouble = f"NOT SAVED: {clean(answer.sentence, 240)}"
        return True
