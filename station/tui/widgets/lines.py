"""Rows of toned text drawn by the line API: what did not change is not drawn again."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from station.tui.spans import Row, Span, cells

TALL = " ▀▄█"  # what tall numerals are made of


def _tall(row: Row) -> bool:
    return any(span.text.strip() and not span.text.strip(TALL) for span in row)


class Lines(Widget):
    """Draws rows as they are given. Its height is their number, so only a change of that lays out the screen.

    Give ``flexible=True`` where the stylesheet decides the height.
    """

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, id: str, rows: tuple[Row, ...] = (), flexible: bool = False) -> None:
        super().__init__(id=id)
        self._rows = rows
        self._flexible = flexible
        if not flexible:
            self.styles.height = len(rows)
        self.drawn = 0
        self._width = 0
        self._behind = Color(0, 0, 0)
        self._strips: dict[int, Strip] = {}  # what was drawn, by line
        self._styles_of: dict[tuple[str, str], Style] = {}  # by tone and action

    @property
    def rows(self) -> int:
        """How many there are now."""
        return len(self._rows)

    def cut_above(self, y: int) -> bool:
        """Whether an edge above row ``y`` would cut a tall numeral in two."""
        return 0 < y < len(self._rows) and all(map(_tall, self._rows[y - 1 : y + 1]))

    def show(self, rows: tuple[Row, ...]) -> None:
        """Draw ``rows``: only lines that differ from those shown are repainted."""
        if rows == self._rows:
            return
        before, self._rows = self._rows, rows
        if len(rows) != len(before) and not self._flexible:
            self.styles.height = len(rows)
        changed = [y for y in range(max(len(rows), len(before))) if rows[y : y + 1] != before[y : y + 1]]
        for y in changed:
            self._strips.pop(y, None)
        self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def redraw(self) -> None:
        """Draw every line anew: its tones are other ones now."""
        self._strips.clear()
        self.refresh()

    def tone(self, span: Span) -> str:
        """The tone in which ``span`` is drawn now."""
        return span.tone

    def toned(self, tone: str) -> Style:
        """How ``tone`` looks on this widget's ground. The app has the tones: resolved by each widget, they took a third
        of the time to a first screen.
        """
        return self.rich_style + self.app.get_component_styles(f"tone--{tone}").partial_rich_style

    def notify_style_update(self) -> None:
        """The theme or the stylesheet changed: nothing kept is good any more."""
        self._strips.clear()
        self._styles_of.clear()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of ``crop``. The framework's own cache asks for much that these plain rows never have (borders,
        padding, opacity); it is used only while the pointer is on something that can be clicked.
        """
        if self.hover_style.link_id:
            return super().render_lines(crop)
        width = self.size.width
        if not self._strips and self._behind != (behind := self.background_colors[1]):
            self._behind = behind
            self._styles_of.clear()
        if width != self._width:
            self._strips.clear()
            self._width = width
        strips = [self._kept(y) for y in crop.line_range]
        return strips if crop.column_span == (0, width) else [strip.crop(*crop.column_span) for strip in strips]

    def _kept(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self.render_line(y)
        return strip

    def render_line(self, y: int) -> Strip:
        """Line ``y`` as a strip; blank past the last row."""
        self.drawn += 1
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width, self._filtered(self.rich_style))
        row = self._rows[y]
        filled = cells(row)
        strip = Strip([Segment(span.text, self._style(self.tone(span), span.action)) for span in row], filled)
        # rows are filled, so the widget's own style, dear to ask for, is seldom needed
        return strip if filled == width else strip.adjust_cell_length(width, self._filtered(self.rich_style))

    def _style(self, tone: str, action: str) -> Style:
        style = self._styles_of.get((tone, action))
        if style is None:
            style = self.toned(tone)
            if action:
                style += Style.from_meta({"@click": action})
            style = self._styles_of[tone, action] = self._filtered(style)
        return style

    def _filtered(self, style: Style) -> Style:
        """``style`` as the app's filters leave it (no colours, no dim): they look at styles alone, so asking them once
        a style costs less than once a line.
        """
        strip = Strip([Segment(" ", style)])
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self._behind)
        return next(iter(strip)).style or style
