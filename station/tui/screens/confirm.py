"""The recorder's question about an act that was asked for with one key: a yes, or a typed reason."""

from __future__ import annotations

from station.tui.acts import Form, Step
from station.tui.screens.dialog import LEAVE, button_row
from station.tui.screens.form import FormScreen, Send
from station.wire.messages import Act, Refused


class ConfirmScreen(FormScreen):
    """A form without fields that begins with the question ``asked`` about ``act``."""

    why_hint = button_row(("Send", "screen.answer('y')"), LEAVE, hint="Type the reason, then Enter")

    def __init__(self, title: str, act: Act, asked: Refused, about: str, by: str, send: Send, facts: str = "") -> None:
        super().__init__(Form(title, (), (Step((), lambda _: act),)), about, by, send, facts)
        self._first = asked

    def on_mount(self) -> None:
        """The question, at once."""
        self._ask(self._first)

    def action_leave(self) -> None:
        """No answer is no act."""
        self.dismiss(None)

    def action_answer(self, character: str) -> None:
        """n leaves: there is no field to go back to."""
        if character == "n" and self._read:
            self.dismiss(None)
        else:
            super().action_answer(character)
