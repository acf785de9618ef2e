"""Whose record is opened where nobody sits in the chair: name and second identifier as typed."""

from __future__ import annotations

from drivers.core.text import clean
from station.tui.acts import Field, Form
from station.tui.connection import Answer
from station.tui.screens.form import FormScreen
from station.wire.messages import Act

_FORM = Form("Whose record?", (Field("patient", "Patient's name"), Field("identifier", "Birth date or record no")), ())


class WhoScreen(FormScreen):
    """Dismissed as a form is; ``who`` then holds both identifiers."""

    def __init__(self, about: str, by: str) -> None:
        super().__init__(_FORM, about, by, _nothing)
        self.who: tuple[str, str] | None = None

    async def _send_steps(self) -> None:
        values = {field.name: clean(self._typed(field.name).value) for field in self._form.fields}
        if self._complete(values):
            self.who = values["patient"], values["identifier"]
            self._charted()


async def _nothing(_by: str, _act: Act) -> Answer | None:
    return None  # this form charts nothing
