"""Many chairs as a table: one row a chair, with all that a card says of it now. Pure.

A value that is old has ``~`` behind it, one that somebody typed ``t``, one that its device doubts ``?``; the pressure
has its age in a column of its own. The alarm and what is due share the rest of the row: neither hides the other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from drivers.core.text import clean
from station.tui.alarms import FLASHING, SIGNALLED, away_words, highest
from station.tui.present import STARS, phase_at
from station.tui.quiet import QUIET_ROOM, quiet_words
from station.tui.spans import Row, Span, cells, cut, fill, whole
from station.tui.wall_card import Shown, blocked, five
from station.wire.messages import ChairView, Due, Number

LEAST_CELLS = 80  # of a row; the table has as many columns as there is room for such rows
_MARKS = {  # where there is no room for the word
    "BASELINE": "BASE", "INFUSING": "INF", "DEVICES": "DEV", "GIVING": "GIV", "RECOVERY": "REC",
    "SESSION ENDED": "END", "NO SESSION": "-",
}  # fmt: skip
_VALUES = (("HR", 5), ("SpO2", 5), ("NIBP", 8), ("RR", 4), ("EtCO2", 6))  # cells, the first of them left empty
_CUFF = 2
_AGE = 6
_MOST_DRAWN = 512  # rows kept


class Shape(NamedTuple):
    """Cells of the parts of a row; ``patient`` is 0 where there is no room for one."""

    name: int
    phase: int
    patient: int
    rest: int


class Said(NamedTuple):
    """All that a row says: where it is as before, the row is the one before, though every age is another one."""

    head: Row
    shown: tuple[Shown, ...]
    rest: Row


_numbers: dict[int, tuple[tuple[Number, ...], tuple[Shown, ...]]] = {}  # of each chair, as last drawn
_drawn: dict[tuple[int, int], tuple[Said, Row]] = {}  # by number and width; hashing all of it costs more than drawing


@lru_cache(maxsize=16)
def shape(width: int) -> Shape:
    """How a row of ``width`` cells is divided."""
    name, phase, patient = (8, 4, 0) if width < 96 else (11, 8, 0) if width < 112 else (12, 8, 15)
    taken = 4 + name + 1 + phase + patient + sum(room for _, room in _VALUES) + _AGE + 1
    return Shape(name, phase, patient, max(0, width - taken))


def heads(width: int) -> Row:
    """What stands in which column, and what the marks behind a value mean."""
    s = shape(width)
    words = [
        f"{'':4}{'CHAIR':{s.name + 1}}{'PHASE' if s.phase > 4 else '':{s.phase}}{' PATIENT':{s.patient}}"[
            : 5 + s.name + s.phase + s.patient
        ]
    ]
    for n, (label, room) in enumerate(_VALUES):
        words.append(f"{label:>{room}}" + (f"{'AGE':>{_AGE}}" if n == _CUFF else ""))
    told = " ALARM, NEXT" + (
        "   ~ old  t typed  ? doubted" if s.rest > 40 else "  ~ old t typed" if s.rest > 26 else ""
    )
    return fill((Span("".join(words) + told, "dim"),), width)


def row_of(chair: ChairView, number: int, chosen: bool, width: int, lit: frozenset[str]) -> Row:
    """One chair in ``width`` cells, all of it a place to click."""
    patient = chair.patient if chair.session else ""
    head = _head(number, chosen, chair.chair, phase_at(chair), patient, width)
    said = Said(head, _five(chair, number), _rest(chair, shape(width).rest, lit))
    before = _drawn.get((number, width))
    if before is not None and before[0] == said:
        return before[1]
    if len(_drawn) >= _MOST_DRAWN:
        _drawn.clear()
    row = _row(said, number, width)
    _drawn[number, width] = said, row
    return row


@lru_cache(maxsize=1024)
def _head(number: int, chosen: bool, name: str, phase: tuple[str, str], patient: str, width: int) -> Row:
    """Which chair it is, its phase, and who is treated there."""
    s = shape(width)
    click = _click(number)
    word, colour = phase
    shown = word if s.phase > 4 and len(word) <= s.phase else _MARKS.get(word, word)
    mark = f"{'>' if chosen else ' '}{number:>2} {_padded(clean(name), s.name)}"
    spans = (
        Span(mark, "mark" if chosen else "key", click),
        Span(" ", "plain", click),
        Span(_padded(shown, s.phase), colour, click),
        Span(f" {_padded(clean(patient), s.patient - 1)}" if s.patient else "", "bold", click),
    )
    return tuple(span for span in spans if span.text)


def _click(number: int) -> str:
    return f"app.to_chair({number})"


def _five(chair: ChairView, number: int) -> tuple[Shown, ...]:
    """``five``, as it was where no number is another one: a flash draws the same snapshot again."""
    before = _numbers.get(number)
    if before is not None and before[0] == chair.numbers:
        return before[1]
    _numbers[number] = chair.numbers, five(chair)
    return _numbers[number][1]


def _row(said: Said, number: int, width: int) -> Row:
    click = _click(number)
    spans = [*said.head]
    for n, (one, (_, room)) in enumerate(zip(said.shown, _VALUES, strict=True)):
        spans.append(Span((one.text if n == _CUFF else one.text + one.mark).rjust(room), one.tone, click))
        if n == _CUFF:
            spans.append(Span(_brief(one.age).rjust(_AGE), "plain", click))
    if said.rest:
        spans.append(Span(" ", "plain", click))
        spans += [Span(span.text, span.tone, click) for span in said.rest]
    left = width - cells(tuple(spans))
    return (*spans, Span(" " * left, "plain", click)) if left >= 0 else fill(tuple(spans), width)


def _brief(age: str) -> str:
    """``t20s``, ``6m?``: an age in few cells."""
    return age.replace("typed", "t").replace("min", "m").replace(" ", "")


@lru_cache(maxsize=1024)
def _padded(text: str, width: int) -> str:
    return "".join(span.text for span in fill((Span(text),), width))


_BOTH_CELLS = 30  # of the rest of a row, for an alarm and what is due beside a quiet room
_SINCE_CELLS = 60  # of the rest of a row, from which on a quiet room says since when, too


def _rest(chair: ChairView, room: int, lit: frozenset[str]) -> Row:
    alarm = highest(chair)
    due = min(chair.due, key=lambda one: one.in_s) if chair.due else None
    words, colour = _silent(chair)
    if alarm is not None:
        more = sum(a.state in SIGNALLED for a in chair.alarms) - 1
        state = {"ACTIVE_ACK": "ACK ", "LATCHED": "OVER "}.get(alarm.state, "")
        away = " AWAY" if chair.away_s is not None else ""
        words = f"{STARS.get(alarm.priority, '')}{state}{clean(alarm.text)}{f' +{more}' if more else ''}{away}"
        colour = blocked(alarm, lit)
    still = ""
    if chair.quiet is not None:
        still = quiet_words(chair) if room > _SINCE_CELLS else QUIET_ROOM
        room -= len(still) + 1
        due = due if alarm is None or room > _BOTH_CELLS else None  # an alarm has its words first
    keep = len(_due(due)[0]) + 1 if due is not None else 0
    said = words if len(words) <= room - keep else cut(words.partition(": ")[0] + "…", room - keep)
    left = room - len(_padded(said, room).rstrip()) - 1 if said else room
    spans = [Span(said, colour), Span(" ")] if said else []
    spans += [Span(still, "held"), Span(" ")] if still else []
    if due is not None and left > 0:
        spans.append(Span(whole(_due(due), left, " "), "bad" if due.in_s < 0 else "plain"))
    return tuple(spans)


def _silent(chair: ChairView) -> tuple[str, str]:
    """What is said where no alarm is."""
    if chair.away_s is not None:
        return away_words(chair).removeprefix("PATIENT "), "held"
    bad = next((port for port in chair.ports if port.state not in ("connected", "initial")), None)
    return (f"NOT CONNECTED: {clean(bad.source)}", "bad") if bad else ("", "plain")


def _due(due: Due) -> tuple[str, str]:
    """``3m`` or ``LATE 1m``, and what: the time first, so that it is never cut."""
    seconds = abs(due.in_s)
    when = f"{seconds // 60:.0f}m" if seconds >= 60 else f"{seconds:.0f}s"
    return f"{'LATE ' if due.in_s < 0 else 'in '}{when}", clean(due.text)


def unseen_row(chairs: tuple[ChairView, ...], unseen: tuple[int, ...], page: int, pages: int, width: int,
               lit: frozenset[str]) -> Row:  # fmt: skip
    """Where there are more chairs than room: which of those out of sight have an alarm, in the tone of the worst."""
    loud = [(n, alarm) for n in unseen if (alarm := highest(chairs[n])) is not None]
    where = f" page {page + 1} of {pages}: page down "
    room = width - len(where)
    if not loud:
        text = f" {len(unseen)} chairs out of sight, none with an alarm"
        return (*fill((Span(text, "dim", "screen.turn(1)"),), room), Span(where, "key", "screen.turn(1)"))
    count = f"{len(loud)} more chair{'s' if len(loud) > 1 else ''} with alarms"
    named = ", ".join(
        f"{n + 1} {cut(clean(chairs[n].chair), 12)} {STARS.get(a.priority, '')}{_state(a.state)}{clean(a.text)}"
        for n, a in loud
    )
    colour = blocked(loud[0][1], lit)
    return (
        *fill((Span(f" {count}: {named}", colour, "screen.turn(1)"),), room, colour),
        Span(where, "key", "screen.turn(1)"),
    )


def _state(state: str) -> str:
    return "" if state in FLASHING else "ACK "
