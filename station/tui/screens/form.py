"""A form: asks, sends step by step, shows refusals beside their field, keeps what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from drivers.core.text import clean
from station.tui.acts import Form, number
from station.tui.connection import Answer
from station.tui.screens.dialog import Dialog
from station.tui.widgets.typed import Typed
from station.wire.messages import Act, Refused

Send = Callable[[str, Act], Awaitable[Answer | None]]


class FormScreen(Dialog[str]):
    """Dismissed with the initials in force once every step is in the chart, with None on escape.

    ``send(by, act)`` answers None where the recorder was lost: the form stays and says so. A step that the
    recorder has taken is not sent again; its fields are closed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "next", "Next", priority=True)]

    def __init__(self, form: Form, about: str, by: str, send: Send) -> None:
        super().__init__()
        self._form, self._about, self._by, self._send = form, about, by, send
        self._taken = 0
        self._sending = False

    def compose(self) -> ComposeResult:
        """Whom it is about, the title, a line for each field with its complaint at the right."""
        with Vertical(classes="dialog"):
            yield Static(self._about, classes="about", markup=False)
            yield Static(self._form.title, classes="title", markup=False)
            for field in self._form.fields:
                with Horizontal(classes="field"):
                    yield Static(field.label, classes="label", markup=False)
                    yield Typed(field.name, self._by if field.name == "by" else "")
                    yield Static("", id=f"{field.name}-complaint", classes="complaint", markup=False)
            yield Static("", id="complaint", classes="complaint", markup=False)
            yield Static("Enter: next, at the last field send    Esc: leave    F2: acknowledge alarms", classes="hint")

    def action_next(self) -> None:
        """Enter: on to the next open field, at the last one send. A priority binding, because it then takes effect
        before the keys behind it are handed to a field: what is typed fast lands where it belongs.
        """
        focused = self.focused
        if not isinstance(focused, Typed):
            return
        names = [field.name for field in self._form.fields]
        later = [name for name in names[names.index(focused.id or "") + 1 :] if not self._typed(name).disabled]
        if later:
            self.set_focus(self._typed(later[0]))
        else:
            focused.call_later(self._send_once)  # behind the keys that this field still has to take

    def _send_once(self) -> None:
        """A second Enter while the first one's act is on its way sends nothing: no act is charted twice."""
        if not self._sending:
            self._sending = True
            self._submit()

    def _typed(self, name: str) -> Typed:
        return self.query_one(f"#{name}", Typed)

    def _complain(self, name: str, sentence: str) -> None:
        known = any(field.name == name for field in self._form.fields)
        self.query_one(f"#{name}-complaint" if known else "#complaint", Static).update(clean(sentence))
        if known and not self._typed(name).disabled:
            self._typed(name).focus()

    def _complete(self, values: dict[str, str]) -> bool:
        faults = []
        for field in self._form.fields:
            self.query_one(f"#{field.name}-complaint", Static).update("")
            if not values[field.name]:
                faults.append((field.name, "please fill in"))
            elif field.number:
                try:
                    number(values[field.name])
                except ValueError:
                    faults.append((field.name, "a number, such as 70 or 70,5"))
            elif field.parse is not None:
                try:
                    field.parse(values[field.name])
                except ValueError as fault:
                    faults.append((field.name, str(fault)))
        self.query_one("#complaint", Static).update("")
        for name, sentence in reversed(faults):  # the first fault is told last and so keeps the cursor
            self._complain(name, sentence)
        return not faults

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
        for step in self._form.steps[self._taken :]:
            answer = await self._send(by, step.act(values))
            if answer is None:
                self._complain("", "No answer from the recorder: look at the last entries before sending again")
                return
            if isinstance(answer, Refused):
                self._complain(answer.field, answer.sentence)
                return
            self._taken += 1
            for name in step.fields:
                self._typed(name).disabled = True
        self.dismiss(by)
