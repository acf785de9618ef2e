"""The wall: every chair, worst first: as cards, or as a table where there are more than cards have room for. Pure: a
snapshot in, rows of toned text out.

A chair keeps its number wherever it stands, so a key always means the same chair. What is stale or missing says so in
every form; an alarm keeps its stars, words and block, and one of a chair out of sight is named in the last row.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from drivers.core.text import clean
from station.tui.alarms import FLASHING, STATES, highest, sound_spans, urgency
from station.tui.present import clock_text, demo_text
from station.tui.spans import Row, Span, cells, cut, fill, spread
from station.tui.wall_card import FORMS, Form, card
from station.tui.wall_table import LEAST_CELLS, heads, row_of, unseen_row
from station.wire.messages import ChairView, Snapshot


def worst_first(chairs: tuple[ChairView, ...]) -> tuple[int, ...]:
    """Places of the chairs: by what alarm stands in front there, then infusing, then as listed."""

    def rank(n: int) -> tuple[tuple[int, ...], int, int]:
        alarm, phase = highest(chairs[n]), chairs[n].infusion.phase if chairs[n].session else ""
        urgent = tuple(-part for part in urgency(alarm)) if alarm is not None else (1,)
        on = ("infusing", "held").index(phase) if phase in ("infusing", "held") else 2 if phase else 3
        return urgent, on, n

    return tuple(sorted(range(len(chairs)), key=rank))


class Plan(NamedTuple):
    """``form`` None: the table. ``down`` are the cards or rows under each other, ``at_once`` the chairs on a page."""

    form: Form | None
    columns: int
    down: int
    at_once: int


@lru_cache(maxsize=16)
def plan(count: int, width: int, height: int) -> Plan:
    """The form of the cards and how many stand side by side: at least two where they fit, with the fewest places
    left empty, so that no card is narrower than it need be. Where no form fits all chairs, the table, in pages if need
    be.
    """
    for form in FORMS:
        fits = [
            columns
            for columns in range(count, 0, -1)
            if width // columns >= form.cells and height // -(-count // columns) >= form.rows
        ]
        if fits:
            columns = min(fits, key=lambda columns: (columns == 1, -count % columns))
            return Plan(form, columns, -(-count // columns), count)
    columns = max(1, width // LEAST_CELLS)
    down = -(-count // columns)
    if down + 1 > height:  # a row of heads, and one for what is out of sight
        down = max(1, height - 2)
    return Plan(None, columns, down, down * columns)


class Wall(NamedTuple):
    """The rows drawn, and which page of how many they are (from 0)."""

    rows: tuple[Row, ...]
    page: int
    pages: int


def wall(
    snapshot: Snapshot,
    chosen: int,
    width: int,
    height: int,
    lit: frozenset[str],
    order: tuple[int, ...] = (),
    page: int = 0,
) -> Wall:
    """The chairs in ``height`` rows, each a place to click, in ``order`` (worst first where none is given)."""
    chairs = snapshot.chairs
    order = order or worst_first(chairs)
    cut = plan(len(chairs), width, height)
    pages = max(1, -(-len(chairs) // cut.at_once))
    page = min(max(page, 0), pages - 1)
    here = order[page * cut.at_once : (page + 1) * cut.at_once]
    if cut.form is not None:
        return Wall(_cards(chairs, here, chosen, cut, width, height, lit)[:height], page, pages)
    rows = _table(chairs, here, chosen, cut, width, lit)
    if pages > 1:
        unseen = tuple(n for n in order if n not in here)
        rows = (*rows[: max(0, height - 1)], unseen_row(chairs, unseen, page, pages, width, lit))
    return Wall(rows[:height], page, pages)


def _cards(chairs: tuple[ChairView, ...], here: tuple[int, ...], chosen: int, cut: Plan, width: int, height: int,
           lit: frozenset[str]) -> tuple[Row, ...]:  # fmt: skip
    each, tall = width // cut.columns, height // cut.down
    form = cut.form or FORMS[-1]
    rows: list[Row] = []
    for first in range(0, len(here), cut.columns):
        band = [
            tuple(
                tuple(span._replace(action=f"app.to_chair({n + 1})") for span in row)
                for row in card(chairs[n], n + 1, n == chosen, form, each, tall, lit)
            )
            for n in here[first : first + cut.columns]
        ]
        rows += [fill(tuple(span for cell in line for span in cell), width) for line in zip(*band, strict=True)]
    return tuple(rows)


def _table(chairs: tuple[ChairView, ...], here: tuple[int, ...], chosen: int, cut: Plan, width: int,
           lit: frozenset[str]) -> tuple[Row, ...]:  # fmt: skip
    """Down the first column, then down the next."""
    each = width // cut.columns
    parts = [row_of(chairs[n], n + 1, n == chosen, each, lit) for n in here]
    top = tuple(span for _ in range(cut.columns) for span in heads(each))
    rows = [top]
    rows += [tuple(chain.from_iterable(parts[y :: cut.down])) for y in range(min(cut.down, len(parts)))]
    return tuple(rows)


def top_row(snapshot: Snapshot, by: str, demo: bool, width: int) -> Row:
    """The station in one row: chairs, how many have an alarm, initials, clock, DEMO."""
    loud = sum(highest(chair) is not None for chair in snapshot.chairs)
    on = sum(chair.infusion.phase in ("infusing", "held") for chair in snapshot.chairs)
    counts = (
        f"   {len(snapshot.chairs)} chairs, {on} on infusion, {loud} with an alarm",
        f"  {on} on infusion, {loud} alarm",
        f"  {on} on, {loud} alarm",
    )
    word = demo_text(snapshot.speed, demo)
    right = [span for span in sound_spans(snapshot.sound) if span.tone != "plain"]  # the words in capitals
    right += [Span("  ")] if right else []
    right += [Span(f"{cut(clean(by) or 'no initials', 11)}  "), Span(clock_text(snapshot.at_ms), "bold")]
    right += [Span("  "), Span(f" {word} ", "mark")] if word else [Span(" ")]
    title = Span(" All chairs", "bold")
    room = width - cells((title, *right)) - 1
    said = next((text for text in counts if len(text) <= room), counts[-1])
    return spread((title, Span(said)), tuple(right), width)


def states_flashing(snapshot: Snapshot) -> frozenset[str]:
    """Priorities of which an alarm flashes somewhere."""
    alarms = (highest(chair) for chair in snapshot.chairs)
    return frozenset(a.priority for a in alarms if a is not None and a.state in FLASHING and a.state in STATES)
