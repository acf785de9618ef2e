"""A one-line input for text of people: what is typed or pasted is data, never a control character."""

from __future__ import annotations

from textual.events import Key
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from drivers.core.text import LONGEST

# these are bindings of Input, and a binding takes effect only after it has risen to the app and come back: behind the
# letters typed after it
EDITS = {
    "backspace": Input.action_delete_left,
    "delete": Input.action_delete_right,
    "left": Input.action_cursor_left,
    "right": Input.action_cursor_right,
    "home": Input.action_home,
    "end": Input.action_end,
}


class Typed(Input):
    """An input that takes printable characters only, at most as many as the chart keeps; with ``number`` only
    digits, point and comma: a paste that holds anything else is not taken, not even in part. ``secret`` shows dots.
    """

    virtual_size = Reactive(Size(0, 0))  # the framework's own lays out the screen with each letter; ours has its width

    def __init__(
        self, id: str, value: str = "", disabled: bool = False, number: bool = False, secret: bool = False
    ) -> None:
        super().__init__(
            value,
            id=id,
            max_length=LONGEST,
            compact=True,
            select_on_focus=False,
            disabled=disabled,
            password=secret,
            restrict=r"[0-9.,]*" if number else None,
        )
        self.cursor_blink = False

    def on_key(self, event: Key) -> None:
        """Edit in the order in which the keys were pressed, however fast."""
        edit = EDITS.get(event.key)
        if edit is not None:
            event.stop()
            event.prevent_default()
            edit(self)

    def insert(self, text: str, index: int) -> None:
        """Insert what of ``text`` is printable: a paste may hold escape sequences."""
        super().insert("".join(c for c in text if c.isprintable()), index)

    def replace(self, text: str, start: int, end: int) -> None:
        """As ``insert``, for a paste over a selection."""
        super().replace("".join(c for c in text if c.isprintable()), start, end)
