"""A one-line input for text of people: what is typed or pasted is data, never a control character."""

from __future__ import annotations

from textual.widgets import Input

from drivers.core.text import LONGEST


class Typed(Input):
    """An input that takes printable characters only, at most as many as the chart keeps."""

    def __init__(self, id: str, value: str = "") -> None:
        super().__init__(value, id=id, max_length=LONGEST, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def insert(self, text: str, index: int) -> None:
        """Insert what of ``text`` is printable: a paste may hold escape sequences."""
        super().insert("".join(c for c in text if c.isprintable()), index)

    def replace(self, text: str, start: int, end: int) -> None:
        """As ``insert``, for a paste over a selection."""
        super().replace("".join(c for c in text if c.isprintable()), start, end)
