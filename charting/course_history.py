"""What was done and decided in a patient's course, and what of it cannot be.

The dates are the clinic's own days. A lapse and a step back are charted by a person; nothing here infers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from charting.course_templates import Courses, Row, Template
from drivers.core.text import clean

FARTHEST_DAYS = 3653  # a plan farther ahead is a slip in typing the year


class CourseError(ValueError):
    """What was given does not fit the template; the message is one sentence made to be shown."""


class Lapse(msgspec.Struct, frozen=True):
    """Days without treatment by intention (a holiday), from ``first`` up to and with ``last``."""

    first: date
    last: date
    why: str


class Move(msgspec.Struct, frozen=True):
    """From ``on`` the step called ``to`` counts from its beginning: a step back on relapse, or on by decision."""

    on: date
    to: str
    why: str


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What was done and decided. ``start``: when the first session is planned. ``chosen``: sessions of the step that
    leaves a choice. ``checkpoints``: ids of those the clinic uses; ``checked`` and ``decided``: when, by id."""

    sessions: tuple[date, ...] = ()
    start: date | None = None
    chosen: int | None = None
    ended: date | None = None
    lapses: tuple[Lapse, ...] = ()
    moves: tuple[Move, ...] = ()
    checkpoints: tuple[str, ...] = ()
    checked: Mapping[str, date] = {}
    decided: Mapping[str, date] = {}


def wrong(courses: Courses, template: Template, history: History, today: date) -> Iterator[str]:
    """Sentences about what does not fit: days to come among the things done, names that the template or the file does
    not have, a lapse upside down, a number of sessions outside the range."""
    done = {
        "a session": history.sessions,
        "a step": tuple(move.on for move in history.moves),
        "a checkpoint": tuple(history.checked.values()),
        "a decision": tuple(history.decided.values()),
        "the end": (history.ended,) if history.ended else (),
    }
    for what, days in done.items():
        if ahead := [day for day in days if day > today]:
            yield f"{what} is charted on {min(ahead)}, a day to come; correct the date"
    names = [step.name for step in template.steps]
    for move in history.moves:
        if move.to not in names:
            yield f"{template.id} has no step '{clean(move.to, 40)}'; choose one of {', '.join(names)}"
    named: tuple[tuple[tuple[str, ...], tuple[Row, ...]], ...] = (
        ((*history.checkpoints, *history.checked), courses.asked),
        (tuple(history.decided), courses.decisions),
    )
    for ids, rows in named:
        known = [row.id for row in rows]
        for id in ids:
            if id not in known:
                yield f"there is no '{clean(id, 40)}'; choose one of {', '.join(known)}"
    for day in (*((history.start,) if history.start else ()), *(lapse.last for lapse in history.lapses)):
        if (day - today).days > FARTHEST_DAYS:
            yield f"{day} is more than ten years ahead; correct the date"
    for lapse in history.lapses:
        if lapse.first > lapse.last:
            yield f"the lapse from {lapse.first} ends before it begins, on {lapse.last}; correct the dates"
    if history.chosen is not None:
        ranges = [s.sessions for s in template.steps if s.sessions is not None and s.sessions[0] < s.sessions[1]]
        if not ranges:
            yield f"{template.id} leaves no choice of how many sessions; leave the number out"
        elif not ranges[0][0] <= history.chosen <= ranges[0][1]:
            least, most = ranges[0]
            yield f"{history.chosen} sessions are not the {least} to {most} of {template.id}; choose another template"
