"""The chair's screen as rows, top to bottom in the order of need: who, alarms, infusion, numbers and curves, what is
wrong with chart or cables, the last entries, what became of the last act, the keys. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from charting.trends import Trend
from drivers.core.text import clean
from station.tui import alarms, present
from station.tui.axis import number_mark
from station.tui.keys import Key
from station.tui.middle import middle
from station.tui.record_rows import chair_flag_rows
from station.tui.side import is_tile
from station.tui.spans import Row, Span, cells, cut, fill, foot_spans, on, spread
from station.wire.messages import ChairView, Snapshot

ALWAYS_IN_SIGHT = ("emergency", "keys", "quit")
LONGEST_ENTRY = 120  # cells: what stands at its end is read together with its words; more where a text needs it
BESIDE_TEXT = 40  # cells of an entry's time, number, author and state
NAMED_CELLS = 110  # a screen as wide as this names the protocol in its top line
FOOT_ROWS = 3  # status, secondary display, keys: at the end at every size
Foot = Callable[[str, bool, bool, bool, bool], tuple[Key, ...]]  # ``at_foot`` of the station's keys


class Page(NamedTuple):
    """``rows`` for the whole screen; those of ``alarm`` are the alarm block, which may flash."""

    rows: tuple[Row, ...]
    alarm: range


def chair_page(
    snapshot: Snapshot, chair: int, by: str, demo: bool, trend: Trend | None, said: Span, size: tuple[int, int],
    foot: Foot, next_key: str,
) -> Page:  # fmt: skip
    """Chair number ``chair`` (from 0) of ``snapshot`` in ``size`` cells and rows. ``by``: the operator's initials;
    ``said``: of the last act; ``next_key`` shows the next chair.
    """
    width, height = size
    view = snapshot.chairs[chair]
    head = (
        on("bar", top_row(snapshot, view, by, demo, width)),
        *alarms.chair_rows(snapshot.chairs, chair, width, next_key),
    )
    alarm = alarms.alarm_rows(view, width)
    above = (*head, *alarm, *alarms.other_rows(view, width, snapshot.sound))
    below = (
        *chair_flag_rows(view, width),
        *present.chart_rows(snapshot.chart, width),
        *present.port_rows(view.ports, width),
    )
    keys = _keys_of(view, foot)
    room = height - len(above) - len(below) - FOOT_ROWS
    shared = middle(view, keys, trend, snapshot.at_ms, width, room)
    entries = _entries(view, trend if shared.axis else None, width, max(room - len(shared.rows), 0))
    # on a screen that is too small numbers give way to what is wrong
    body = (*above, *shared.rows[: max(room, 0)], *below, *entries)[: height - FOOT_ROWS]
    blank = ((),) * (height - FOOT_ROWS - len(body))
    last = (fill((said,), width), present.secondary_row(width), _keys_row(keys, width, shared.tiled))
    return Page((*body, *blank, *last), range(len(head), len(head) + len(alarm)))


def top_row(snapshot: Snapshot, chair: ChairView, by: str, demo: bool, width: int, zone: tzinfo | None = None) -> Row:
    """Chair, patient, second identifier, weight, session; initials, clock and DEMO at the right end."""
    initials = clean(by) or "no initials"
    tone = "bad" if initials.endswith("NO PIN") else "plain"
    right = [Span(cut(initials, 11), tone, "app.form('initials')"), Span("  ")]
    right.append(Span(present.clock_text(snapshot.at_ms, zone), "bold"))
    word = present.demo_text(snapshot.speed, demo)
    right += [Span("  "), Span(f" {word} ", "mark")] if word else [Span(" ")]
    return spread(_who(chair, width), tuple(right), width)


def _who(chair: ChairView, width: int) -> Row:
    place = Span(f" {cut(clean(chair.chair), 10)}  ", "bold")
    if chair.session is None:
        return place, Span("no session", "dim")
    weight = f"{chair.weight_kg:.1f} kg" if chair.weight_kg is not None else ""
    course = f"{clean(chair.course, 60)}  " if chair.course else ""
    facts = f"  {cut(clean(chair.identifier), max(12, width // 6))}  {weight}  {course}{clean(chair.session)}"
    named = (Span(f"  {clean(chair.protocol)}", "dim"),) if chair.protocol and width >= NAMED_CELLS else ()
    return place, Span(cut(clean(chair.patient), max(14, width // 4)), "bold"), Span(facts), *named


def _keys_of(view: ChairView, foot: Foot) -> tuple[Key, ...]:
    i = view.infusion
    high = view.session is not None and any(alarm.condition == "NIBP_HIGH" for alarm in view.alarms)
    phase = i.phase if view.session else "none"
    return foot(phase, view.away_s is not None, high, not i.plan_fields, i.going_in)


def _entries(view: ChairView, numbered: Trend | None, width: int, room: int) -> Iterator[Row]:
    """The last entries, with the numbers they have on the axis."""
    numbers = {event.seq: event.number for event in numbered.events} if numbered else {}
    longest = max((len(line.text) for line in view.lines[:room]), default=0) + BESIDE_TEXT
    for line in view.lines[:room]:
        mark = number_mark(numbers[line.seq]) if line.seq in numbers else " " if numbers else ""
        yield present.entry_row(line, min(width, max(LONGEST_ENTRY, longest)), mark=mark, click="app.form('note')")


@lru_cache(maxsize=16)
def _keys_row(keys: tuple[Key, ...], width: int, tiled: bool) -> Row:
    """The last row: acts, unless they are tiles now; at its end, never cut, the keys that lead everywhere else."""
    acts: list[Row] = []
    ways: list[Row] = []
    for key in keys:
        if not (tiled and is_tile(key)):
            rows = ways if key.id in ALWAYS_IN_SIGHT else acts
            rows.append(foot_spans(key.shown, key.foot, key.action))
    right = tuple(span for row in ways for span in row)
    room = width - cells(right)
    row: Row = ()
    for act in acts:  # whole or not at all; for the last one the blank before the first makes room
        if cells((*row, *act)) > room + 1:
            break
        row = (*row, *act)
    row = row[1:] if cells(row) > room else row
    return on("bar", (*fill(row, room), *right))
