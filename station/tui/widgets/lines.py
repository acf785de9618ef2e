"""Rows of toned text drawn by the line API: what did not change is not drawn again."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from station.tui.spans import TONES, Row, Span


class Lines(Widget):
    """Draws rows as they are given. Its height is their number, so only a change of that lays out the screen.

    Give ``flexible=True`` where the stylesheet decides the height.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{tone}" for tone in TONES}
    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, id: str, rows: tuple[Row, ...] = (), flexible: bool = False) -> None:
        super().__init__(id=id)
        self._rows = rows
        self._flexible = flexible
        if not flexible:
            self.styles.height = len(rows)
        self.drawn = 0

    @property
    def rows(self) -> int:
        """How many there are now."""
        return len(self._rows)

    def show(self, rows: tuple[Row, ...]) -> None:
        """Draw ``rows``: only lines that differ from those shown are repainted."""
        if rows == self._rows:
            return
        before, self._rows = self._rows, rows
        if len(rows) != len(before) and not self._flexible:
            self.styles.height = len(rows)
        changed = [y for y in range(max(len(rows), len(before))) if rows[y : y + 1] != before[y : y + 1]]
        self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def tone(self, span: Span) -> str:
        """The tone in which ``span`` is drawn now."""
        return span.tone

    def render_line(self, y: int) -> Strip:
        """Line ``y`` as a strip; blank past the last row."""
        self.drawn += 1
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        segments = []
        for span in self._rows[y]:
            style = self.get_component_rich_style(f"tone--{self.tone(span)}")
            if span.action:
                style += Style.from_meta({"@click": span.action})
            segments.append(Segment(span.text, style))
        strip = Strip(segments)
        # rows are filled, so the widget's own style, dear to ask for, is seldom needed
        return strip if strip.cell_length == width else strip.adjust_cell_length(width, self.rich_style)
