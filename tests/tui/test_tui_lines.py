"""Rows on the screen: what is drawn again is all that changed, whatever changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyte
from hypothesis import given, strategies as st
from rich.cells import cell_len
from textual._compositor import CompositorUpdate
from textual.app import ComposeResult
from textual.screen import Screen

from station.tui import themed
from station.tui.spans import Row, Span, cells
from station.tui.themed import Themed
from station.tui.widgets.lines import Lines, changed_region

WIDTH, HEIGHT = 24, 4
TEXT = st.text(st.sampled_from("ab 12▀█⠒漢"), max_size=6)
ROW = st.lists(st.builds(Span, TEXT, st.sampled_from(("plain", "dim", "bold@bar"))), max_size=6).map(tuple)


def cell_by_cell(row: Row) -> list[tuple[str, str]]:
    """What each cell of a line shows, and its tone; a wide letter is in two of them."""
    found = [(c, span.tone) for span in row for c in span.text for _ in range(cell_len(c))]
    return (found + [(" ", "")] * WIDTH)[:WIDTH]


@given(ROW, ROW)
def test_the_region_to_draw_holds_every_cell_that_changed(now: Row, then: Row) -> None:
    region = changed_region(now, then, 3, WIDTH)
    assert (region.y, region.height) == (3, 1)
    pairs = zip(cell_by_cell(now), cell_by_cell(then), strict=True)
    differ = [x for x, (a, b) in enumerate(pairs) if a != b]
    assert all(region.x <= x < region.right for x in differ)


def test_one_number_among_others_is_all_that_is_drawn() -> None:
    then = (Span("HR "), Span("86", "ecg"), Span(" /min"), Span("x" * 90))
    assert changed_region((then[0], Span("87", "ecg"), *then[2:]), then, 0, 100)[:4] == (3, 0, 2, 1)


class Page(Themed[None]):
    """A page of rows and nothing else, and a terminal that is sent what the framework would send."""

    CSS_PATH = Path(themed.__file__).with_name("station.tcss")

    def __init__(self) -> None:
        super().__init__()
        self.terminal = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.terminal)

    def compose(self) -> ComposeResult:
        """It."""
        yield Lines("chair", flexible=True)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if isinstance(renderable, CompositorUpdate):
            self._stream.feed(renderable.render_segments(self.console))


async def test_pages_one_after_another_leave_nothing_of_the_one_before() -> None:
    pages: list[tuple[Row, ...]] = [
        ((Span("long line of one tone"),), (Span("86", "ecg"), Span(" tail"))),
        ((Span("short"),), (Span("漢字", "ecg"), Span(" tail"))),
        ((), (Span("漢", "ecg"), Span("8"), Span(" tail"))),
        ((Span("a"), Span("b", "bold"), Span("c")), (Span("tail"),), (Span("third"),)),
        ((Span("a"), Span("B", "bold"), Span("c")),),
        ((Span("12:00:0"),), (Span("x "), Span("王小明"))),
        ((Span("12:00:1"),), (Span("X "), Span("王小明"))),  # the edge of the clock goes through 明
    ]
    app = Page()
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        lines = app.screen.query_one(Lines)
        for page in (*pages, *reversed(pages), *pages[::2]):
            lines.show(page)
            await pilot.pause()
            shown = [row.rstrip() for row in app.terminal.display]
            assert shown == ["".join(s.text for s in row).rstrip() for row in (*page, (), (), (), ())[:HEIGHT]]


def test_cells_of_wide_letters_count_twice() -> None:
    assert cells((Span("漢a"), Span("⠒"))) == 4
