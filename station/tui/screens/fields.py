"""Lines to type in, each with its complaint at the right: what every form is made of."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from drivers.core.text import clean
from station.tui.acts import Field, Form
from station.tui.screens.dialog import Dialog
from station.tui.widgets.choice import Choice
from station.tui.widgets.typed import Typed


class FieldsDialog(Dialog[str]):
    """The fields of ``form``, typed by ``by``."""

    # with priority, as Enter has it: the keys behind it land in the field that it leads to, however fast they come
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next field", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Field before", show=False, priority=True),
    ]

    def __init__(self, form: Form, by: str) -> None:
        super().__init__()
        self._form, self._by = form, by
        self._faulty: dict[str, str] = {}  # by field: what was typed there when its complaint was made

    @property
    def settled(self) -> bool:
        """Whether complaints go when their field changes."""
        return True

    def _line(self, field: Field) -> ComposeResult:
        yield Static(field.label, id=f"{field.name}-label", classes="label", markup=False)
        if field.choices:
            yield Choice(field.name, field.value, field.choices)
        else:
            value = self._by if field.name == "by" else field.value
            yield Typed(field.name, value, number=field.number, secret=field.secret)

    def get_focusable_widget_at(self, x: int, y: int) -> Widget | None:
        """The field on whose line the place is: its label and complaint take the click too. What is typed right after
        the click lands in it, because the framework asks this before it hands on the next key.
        """
        for widget in self.get_widget_at(x, y)[0].ancestors_with_self:
            if widget.has_class("field"):
                return widget.query_one(Typed)
        return super().get_focusable_widget_at(x, y)

    def _typed(self, name: str) -> Typed:
        return self.query_one(f"#{name}", Typed)

    def _known(self, name: str) -> bool:
        return any(field.name == name for field in self._form.fields)

    def _tell(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field, or below where there is no such field."""
        self.query_one(f"#{name}-complaint" if self._known(name) else "#complaint", Static).update(clean(sentence, 240))

    def on_input_changed(self, event: Input.Changed) -> None:
        """A complaint is about what was typed: it goes when that changes."""
        name = event.input.id or ""
        if self.settled and self._faulty.get(name, event.value) != event.value:
            del self._faulty[name]
            self._tell(name, "")

    def _complain(self, name: str, sentence: str) -> None:
        self._tell(name, sentence)
        if any(field.name == name and field.secret for field in self._form.fields):
            self._typed(name).value = ""  # the next one would be typed behind it
        if self._known(name):
            self._faulty[name] = self._typed(name).value
        if self._known(name) and not self._typed(name).disabled:
            self._typed(name).focus()

    def late(self, key: str) -> None:
        """It belongs to the field that has the cursor."""

        def insert() -> None:
            if isinstance(self.focused, Typed):
                self.focused.insert_text_at_cursor(key)

        self.call_after_refresh(insert)
