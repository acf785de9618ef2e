"""A form: asks, sends step by step, shows refusals beside their field, keeps what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import msgspec
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.acts import Form, Step, faults
from station.tui.connection import Answer
from station.tui.privacy import key_of
from station.tui.screens.dialog import ACKNOWLEDGE, LEAVE, Panel, button_row
from station.tui.screens.fields import FieldsDialog
from station.tui.spans import Row
from station.tui.widgets.answer import ANSWERS, Answer as AnswerFields
from station.tui.widgets.lines import Lines
from station.tui.widgets.typed import Typed
from station.wire.messages import Act, Refused, Saved, Second, SignedIn, Unsaved
from station.wire.people_acts import Vouch

Send = Callable[[str, Act], Awaitable[Answer | None]]
_ACK = ("F2: acknowledge", ACKNOWLEDGE)
_FIELDS = button_row(("Send", "screen.send"), LEAVE, _ACK, hint="Enter: next field, then send")
_PREFILLED = button_row(("Send", "screen.send"), LEAVE, _ACK, hint="Tab: change what is filled in")
_PARTLY = button_row(("Send", "screen.send"), LEAVE, _ACK, hint="✓ is charted. Enter: next, send")
_YES_OR_NO = button_row(("y: yes, chart it", "screen.answer('y')"), ("n: no", "screen.answer('n')"))
_WHY = button_row(
    ("Send", "screen.answer('y')"), ("Esc: back to the field", LEAVE[1]), hint="Type the reason, then Enter"
)


class FormScreen(FieldsDialog):
    """Dismissed with the initials in force once every step is in the chart, with None on escape.

    ``send(by, act)`` answers None where the recorder was lost: the form stays and says so. A step that the
    recorder has taken is not sent again; its fields are closed. Where the recorder asks instead of refusing, y (or a
    typed reason) sends the same act again with its question confirmed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "next", "Next", priority=True)]
    hint: Row = _FIELDS
    why_hint: Row = _WHY
    READ_S = 0.7  # a key this soon after a question was meant for something else: nobody has read it yet

    def __init__(self, form: Form, about: str, by: str, send: Send, facts: str = "") -> None:
        super().__init__(form, by)
        self._facts = facts
        self._about, self._send = about, send
        if any(field.value for field in form.fields):
            self.hint = _PREFILLED
        first = next((field.name for field in form.fields if not field.value), "")
        self.AUTO_FOCUS = f"#{first}" if first else None  # type: ignore[misc]  # the framework asks the instance
        self.blind = form.blind
        self.left_out: tuple[str, ...] = ()  # fields, and with them their steps, that are not asked for
        self._taken = 0
        self._confirmed: dict[str, str] = {}
        self._vouched: dict[str, Second] = {}
        self._proof: tuple[Refused, Vouch] | None = None  # a question, and the PIN of whoever else answers it
        self._confirmed_of: list[str] = []  # what was typed when it was confirmed: another number is asked about anew
        self._asked: Refused | None = None
        self._read = False
        self._sending = False

    def compose(self) -> ComposeResult:
        """Whom it is about, the title, a line for each field with its complaint at the right."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            if self._facts:
                yield Static(self._facts, classes="facts", markup=False)
            yield Static(self._form.title, classes="title", markup=False)
            if self._form.facts:
                yield Static(self._form.facts, classes="facts", markup=False)
            for field in self._form.fields:
                with Horizontal(classes="field"):
                    yield from self._line(field)
                    yield Static("", id=f"{field.name}-complaint", classes="complaint", markup=False)
            yield Static("", id="complaint", classes="complaint", markup=False)
            yield from self._foot()

    def _foot(self) -> ComposeResult:
        """A place for a reason, hidden until one is asked for, and what the keys do."""
        yield AnswerFields()
        yield Lines("buttons", (self.hint,))

    def on_screen_resume(self) -> None:
        """Back from another screen: a question still stands, and no field takes the keys that answer it."""
        if self._asked is not None:
            self.call_after_refresh(self.set_focus, self.query_one(AnswerFields).open)

    def action_send(self) -> None:
        """Send what is in the fields, wherever the cursor is."""
        self.call_later(self._send_once)

    def action_next(self) -> None:
        """Enter: on to the next open field that was not filled in beforehand, at the last one send. A priority
        binding, because it then takes effect before the keys behind it are handed to a field: what is typed fast
        lands where it belongs.
        """
        focused = self.focused
        if not isinstance(focused, Typed):
            return
        if focused.id in ANSWERS:
            focused.call_later(self.action_answer, "y")
            return
        fields = self._form.fields
        here = next(n for n, field in enumerate(fields) if field.name == focused.id)
        later = [f.name for f in fields[here + 1 :] if not f.value and not self._typed(f.name).disabled]
        if later:
            self.set_focus(self._typed(later[0]))
        else:
            focused.call_later(self._send_once)  # behind the keys that this field still has to take

    def _send_once(self) -> None:
        """A second Enter while the first one's act is on its way sends nothing: no act is charted twice."""
        if not self._sending:
            self._sending = True
            self._submit()

    def on_key(self, event: events.Key) -> None:
        """The keys that answer a question, while no field has the cursor."""
        if event.character is not None and not isinstance(self.focused, Typed) and self.answers(event.character):
            event.stop()
            self.action_answer(event.character)

    def answers(self, character: str) -> bool:
        """Whether ``character`` answers what is asked now."""
        return self._asked is not None and character in "yn"

    def action_answer(self, character: str) -> None:
        """y confirms what was asked and sends again, n goes back to the field."""
        asked = self._asked
        if asked is None or not self._read:
            return
        fields = self.query_one(AnswerFields)
        if character == "y" and fields.open is not None:
            self.set_focus(fields.open)
            return
        said = fields.said
        self._ask(None)
        self._tell(asked.field, "")
        if character == "y":
            self._confirmed |= {key_of(asked): said.why}
            self._vouched |= {key_of(asked): said.second} if said.second is not None else {}
            self._proof = (asked, said.proof) if said.proof is not None else None
            self._send_once()
        else:
            self._complain(asked.field, asked.sentence)

    def action_leave(self) -> None:
        """Escape leaves a question first, then the form."""
        if self._asked is not None:
            self._read = True
            self.action_answer("n")
        else:
            self.dismiss(None)

    def _ask(self, question: Refused | None) -> None:
        """Show a question of the recorder's in place; None: it is answered."""
        self._asked = question
        fields = self.query_one(AnswerFields)
        fields.ask(question)
        self._hint(self.hint if question is None else self.why_hint if fields.open else _YES_OR_NO)
        if question is not None:
            self._tell(
                question.field, f"{question.lacks}. {question.sentence}" if question.lacks else question.sentence
            )
            self.set_focus(fields.open)
            self.must_be_read()

    def must_be_read(self) -> None:
        """Take no answer until a person can have read the question."""
        self._read = False
        self.set_timer(self.READ_S, self._was_read)

    def _was_read(self) -> None:
        self._read = True

    @property
    def settled(self) -> bool:
        """Whether no question stands: then a complaint goes when its field changes."""
        return self._asked is None

    def _hint(self, row: Row) -> None:
        self.query_one("#buttons", Lines).show((row,))

    def _complete(self, values: dict[str, str]) -> bool:
        found = faults(self._form, values, self.left_out)
        for name in ("", *(field.name for field in self._form.fields)):
            self._tell(name, "")
        for name, sentence in reversed(found):  # the first fault is told last and so keeps the cursor
            self._complain(name, sentence)
        return not found

    def _act(self, step: Step, values: dict[str, str]) -> Act:
        """The act of ``step``, with what was confirmed of just these values."""
        act = step.act(values)
        typed = [values[name] for name in step.fields]
        if typed != self._confirmed_of:
            self._confirmed, self._vouched, self._confirmed_of = {}, {}, typed
        if not self._confirmed:
            return act
        return msgspec.structs.replace(act, confirmed=self._confirmed, vouched=self._vouched)

    @work(group="form")
    async def _submit(self) -> None:
        try:
            await self._send_steps()
        finally:
            self._sending = False

    async def _send_steps(self) -> None:
        values = {field.name: clean(self._typed(field.name).value) for field in self._form.fields}
        if not self._complete(values):
            return
        by = values.get("by", self._by)
        if self._proof is not None and not await self._proved(by, *self._proof):
            return
        for step in self._form.steps[self._taken :]:
            if any(name in self.left_out for name in step.fields):
                self._taken += 1
                continue
            answer = await self._send(by, self._act(step, values))
            if answer is None:
                self._complain("", "No answer from the recorder: look at the last entries before sending again")
                return
            if isinstance(answer, Refused):
                if answer.confirm:
                    self._ask(answer)
                else:
                    self._complain(answer.field, answer.sentence)
                return
            self._taken += 1
            self._close(step, saved=isinstance(answer, Saved))
            if isinstance(answer, Unsaved):  # the recorder holds it: sent again it would be charted twice
                self._tell(step.fields[0], f"NOT SAVED: {answer.sentence}")
        self._by = by
        self._charted()

    async def _proved(self, by: str, asked: Refused, vouch: Vouch) -> bool:
        """Whether the PIN of whoever else answers was right; if not, it is asked again."""
        self._proof = None
        answer = await self._send(by, vouch)
        if isinstance(answer, SignedIn):
            self._vouched |= {key_of(asked): Second(who=answer.token)}
            return True
        why = answer.sentence if isinstance(answer, Refused) else "no answer from the recorder"
        self._ask(msgspec.structs.replace(asked, lacks=clean(why)))
        return False

    def _close(self, step: Step, saved: bool) -> None:
        """What ``step`` has charted can be typed no longer and says whether it is saved, but for what a later step
        corrects.
        """
        mark = "✓" if saved else "NOT SAVED"
        open_still = {name for later in self._form.steps[self._taken :] for name in later.fields}
        for field in self._form.fields:
            if field.name in step.fields and field.name not in open_still:
                self._typed(field.name).disabled = True
                label = self.query_one(f"#{field.name}-label", Static)
                label.update(f"{mark} {field.label}")
                label.add_class("charted" if saved else "unsaved")
        if open_still and saved:
            self.hint = _PARTLY
            self._hint(self.hint)

    def _charted(self) -> None:
        """Every step is in the chart."""
        self.dismiss(self._by)
