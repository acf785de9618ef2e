"""Rows of toned text drawn by the line API: what did not change is not drawn again."""

from __future__ import annotations

from itertools import zip_longest

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from station.tui.spans import ON, Row, Span, cells, text_cells

TALL = " ▀▄█"  # what tall numerals are made of
MOST_SEGMENTS = 2048  # kept
GROUND = ""  # in the place of a tone: the widget's own look


def changed_region(now: Row, then: Row, y: int, width: int) -> Region:
    """What differs between two looks of line ``y``, as far as whole spans tell."""
    shorter = min(len(now), len(then))
    before = behind = 0
    while before < shorter and now[before] == then[before]:
        before += 1
    while behind < shorter - before and now[-1 - behind] == then[-1 - behind]:
        behind += 1
    left = cells(now[:before])
    changed = cells(now[before : len(now) - behind])
    as_wide = changed == cells(then[before : len(then) - behind])  # what is behind stands where it stood
    return Region(left, y, changed if as_wide else max(width - left, 0), 1)


def _tall(row: Row) -> bool:
    return any(span.text.strip() and not span.text.strip(TALL) for span in row)


class Ground(Screen[None]):
    """A screen of lines. Hardly anything is ever seen of its own ground, so that is drawn once, not in each frame."""

    _drawn_ground: tuple[Region, list[Strip]] | None = None

    def notify_style_update(self) -> None:
        """The theme or the stylesheet changed: the ground is another one."""
        self._drawn_ground = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of ``crop``, as they were drawn before."""
        if self._drawn_ground is None or self._drawn_ground[0] != crop:
            self._drawn_ground = crop, super().render_lines(crop)
        return self._drawn_ground[1]


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
        self._behind = Color(0, 0, 0)
        self._drawn_size = Size(0, 0)
        self._strips: list[Strip] = []  # what was drawn, by line; none: all is to be drawn anew
        self._stale: set[int] = set()  # of them those to be drawn anew
        self._styles_of: dict[tuple[str, str], Style] = {}  # by tone and action
        # with their cells: the same few hundred numbers and words come again and again
        self._segments: dict[Span, tuple[Segment, int]] = {}

    @property
    def rows(self) -> int:
        """How many there are now."""
        return len(self._rows)

    def cut_above(self, y: int) -> bool:
        """Whether an edge above row ``y`` would cut a tall numeral in two."""
        return 0 < y < len(self._rows) and all(map(_tall, self._rows[y - 1 : y + 1]))

    def show(self, rows: tuple[Row, ...]) -> None:
        """Draw ``rows``: only lines that differ from those shown are repainted."""
        before, self._rows = self._rows, rows
        changed = [y for y, (now, then) in enumerate(zip_longest(rows, before)) if now != then]
        if not changed:
            return
        if len(rows) != len(before) and not self._flexible:
            self.styles.height = len(rows)
        self._stale.update(changed)
        dirty: list[Region] = []
        width = self.size.width
        for y in changed:
            now, then = (its[y] if y < len(its) else () for its in (rows, before))
            region = changed_region(now, then, y, width)
            # lines below each other are one region; never with another edge, which could cut a wide letter in two
            if dirty and dirty[-1].bottom == y and dirty[-1].column_span == region.column_span:
                region = dirty.pop().union(region)
            dirty.append(region)
        self.refresh(*dirty)

    def toned(self, tone: str) -> Style:
        """How ``tone`` looks on this widget's ground. The app has the tones: resolved by each widget, they took a third
        of the time to a first screen.
        """
        word, _, ground = tone.partition(ON)
        names = (f"ground--{ground}" if ground else "", f"tone--{word}" if word else "")
        found = (self.app.get_component_styles(name).partial_rich_style for name in names if name)
        return sum(found, self.rich_style)

    def _forget_styles(self) -> None:
        self._styles_of.clear()
        self._segments.clear()

    def notify_style_update(self) -> None:
        """The theme or the stylesheet changed: nothing kept is good any more."""
        self._strips.clear()
        self._forget_styles()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of ``crop``. The framework's own cache asks for much that these plain rows never have: borders,
        padding, opacity.
        """
        size = self.size
        if not self._strips and self._behind != (behind := self.background_colors[1]):
            self._behind = behind
            self._forget_styles()
        if not self._strips or size != self._drawn_size:
            self._drawn_size = size
            self._strips = [self._line(y, size.width) for y in range(size.height)]
        else:
            for y in self._stale:
                if y < size.height:
                    self._strips[y] = self._line(y, size.width)
        self._stale.clear()
        strips = self._pointed_at(self._strips[crop.y : crop.bottom])
        return strips if crop.column_span == (0, size.width) else [strip.crop(*crop.column_span) for strip in strips]

    def _pointed_at(self, strips: list[Strip]) -> list[Strip]:
        """``strips`` with what the pointer is on, where that can be clicked."""
        link = self.hover_style.link_id
        if not link:
            return strips
        style = self._filtered(self.link_style_hover)
        return [strip.style_links(link, style) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Line ``y`` as a strip; blank past the last row."""
        return self._line(y, self.size.width)

    def _line(self, y: int, width: int) -> Strip:
        self.drawn += 1
        known = self._segments
        row = self._rows[y] if y < len(self._rows) else ()
        found = [known.get(span) or self._segment(span) for span in row]
        filled = sum([its_cells for _, its_cells in found])
        if filled < width:
            found.append(self._segment(Span(" " * (width - filled), GROUND)))
        strip = Strip([segment for segment, _ in found], max(filled, width))
        return strip if filled <= width else strip.crop(0, width)

    def _segment(self, span: Span) -> tuple[Segment, int]:
        style = self._styles_of.get(span[1:])
        if style is None:
            style = self.toned(span.tone)
            if span.action:
                style += Style.from_meta({"@click": span.action})
            style = self._styles_of[span.tone, span.action] = self._filtered(style)
        if len(self._segments) >= MOST_SEGMENTS:
            self._segments.clear()
        return self._segments.setdefault(span, (Segment(span.text, style), text_cells(span.text)))

    def _filtered(self, style: Style) -> Style:
        """``style`` as the app's filters leave it (no colours, no dim): they look at styles alone, so asking them once
        a style costs less than once a line.
        """
        strip = Strip([Segment(" ", style)])
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self._behind)
        return next(iter(strip)).style or style
