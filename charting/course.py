"""Where a patient's course of treatment stands: session k of n, when the next is due and why, what is to be looked at.

Pure, over the dates of the sessions done and a template (``course_templates``). Dates are the clinic's own days and are
passed in, today too. It advises nothing: it says what the chosen template plans, and what does not fit it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from charting.course_templates import Checkpoint, Courses, Decision, Step, Template
from drivers.core.text import clean


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


class Due(msgspec.Struct, frozen=True):
    """The next session: not before ``earliest``, planned on ``planned``, overdue from ``overdue_from`` on; None where
    nothing is planned ahead. ``reasons`` say where the days come from."""

    earliest: date
    planned: date | None
    overdue_from: date | None
    reasons: tuple[str, ...]


class Milestone(msgspec.Struct, frozen=True):
    """A checkpoint or a decision: since ``due_on`` it is due, on ``done_on`` it was done."""

    id: str
    text: str
    source: str
    state: Literal["not yet", "due", "done"]
    due_on: date | None
    done_on: date | None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Where it stands. ``done`` sessions of ``least`` to ``most``, both None where the template has no end; ``step`` is
    the one of the next session, None when the course is over. ``warnings`` want an eye, ``notes`` explain."""

    done: int
    least: int | None
    most: int | None
    step: str | None
    due: Due | None
    overdue: bool
    checkpoints: tuple[Milestone, ...]
    decisions: tuple[Milestone, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    def numbered(self, session: int) -> str:
        """``session`` (1, 2 ...) in words, as "session 3 of 6" or "session 3 of 4 to 6"; one past the plan says so."""
        if self.most is None:
            return f"session {session}"
        of = f"{self.most}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"session {session} of {of}" if session <= self.most else f"session {session}, planned were {of}"


class _Walk(NamedTuple):
    """The sessions with the step each was in (None past the plan), where the next one stands, and the day of the last
    session of the induction."""

    sessions: tuple[tuple[date, Step | None], ...]
    step: int
    within: int
    extra: int
    induced: date | None


def course(courses: Courses, template: Template, history: History, today: date) -> Course:
    """Where the course stands on ``today``. Raises ``CourseError`` for what cannot be: days to come among the things
    done, names that the template does not have, a number of sessions outside its range."""
    for fault in _wrong(courses, template, history, today):
        raise CourseError(fault)
    walk = _walked(template, history)
    done = len(walk.sessions)
    least, most = _of(template, history, walk, done)
    over = walk.step == len(template.steps)
    due = None if over or history.ended else _due(template.steps[walk.step], walk, history)
    return Course(
        done=done,
        least=least,
        most=most,
        step=None if over or history.ended else template.steps[walk.step].name,
        due=due,
        overdue=due is not None and due.overdue_from is not None and today >= due.overdue_from,
        checkpoints=tuple(_checkpoints(courses, template, history, walk, today)),
        decisions=tuple(_decisions(courses, template, history, today)),
        warnings=tuple(_warnings(courses, walk, history, most)),
        notes=tuple(_notes(template, walk, history, least, most)),
    )


def _wrong(courses: Courses, template: Template, history: History, today: date) -> Iterator[str]:
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
    for ids, rows in (
        ((*history.checkpoints, *history.checked), courses.checkpoints),
        (tuple(history.decided), courses.decisions),
    ):
        known = [row.id for row in rows]
        for id in ids:
            if id not in known:
                yield f"there is no '{clean(id, 40)}'; choose one of {', '.join(known)}"
    for lapse in history.lapses:
        if lapse.first > lapse.last:
            yield f"the lapse from {lapse.first} ends before it begins, on {lapse.last}; correct the dates"
    if history.chosen is not None:
        ranges = [s.sessions for s in template.steps if s.sessions is not None and s.sessions[0] < s.sessions[1]]
        if not ranges:
            yield f"{template.id} leaves no choice of how many sessions; leave the number out"
        elif not ranges[0][0] <= history.chosen <= ranges[0][1]:
            least, most = ranges[0]
            yield f"{history.chosen} sessions are outside the {least} to {most} of {template.id}; choose another template"


def _limits(step: Step, history: History) -> tuple[int, int] | None:
    """Least and most sessions of a step, after the choice."""
    if step.sessions is None or step.sessions[0] == step.sessions[1] or history.chosen is None:
        return step.sessions
    return history.chosen, history.chosen


def _walked(template: Template, history: History) -> _Walk:
    moves = sorted(history.moves, key=lambda move: move.on)
    names = [step.name for step in template.steps]
    found: list[tuple[date, Step | None]] = []
    at = within = extra = 0
    induced: date | None = None
    for day in (*sorted(history.sessions), date.max):
        while moves and moves[0].on <= day:
            at, within, extra = names.index(moves.pop(0).to), 0, 0
        if day == date.max:
            break
        step = template.steps[at] if at < len(template.steps) else None
        found.append((day, step))
        if step is None:
            extra += 1
            continue
        within += 1
        limits = _limits(step, history)
        if limits is not None and within >= limits[1]:
            at, within = at + 1, 0
            induced = day if step.ends_induction else induced
    if history.ended and found and at < len(template.steps) and template.steps[at].ends_induction:
        induced = found[-1][0]
    return _Walk(tuple(found), at, within, extra, induced)


def _of(template: Template, history: History, walk: _Walk, done: int) -> tuple[int | None, int | None]:
    """The n of "session k of n", least and most: what is done as planned and what the template still plans."""
    left = [_limits(step, history) for step in template.steps[walk.step :]]
    counted = [one for one in left if one is not None]
    if len(counted) < len(left):
        return None, None
    planned = done - walk.extra - walk.within
    least, most = (planned + sum(one[side] for one in counted) for side in (0, 1))
    return max(least, done - walk.extra), most


def _due(step: Step, walk: _Walk, history: History) -> Due | None:
    slack = None if step.overdue_days is None else timedelta(step.overdue_days - max(step.planned_days))
    if not walk.sessions:
        if history.start is None:
            return None
        earliest = history.start
        planned: date | None = history.start
        reasons = [f"the first session is planned for {history.start}"]
    else:
        last = walk.sessions[-1][0]
        earliest = last + timedelta(step.earliest_days)
        reasons = [f"last session {last}", f"at least {step.earliest_days} days apart ({step.name})"]
        planned = None
        if step.planned_days:
            days = step.planned_days[max(walk.within - 1, 0) % len(step.planned_days)]
            planned = last + timedelta(days)
            reasons.append(f"planned {days} days after it")
    overdue_from = None if planned is None or slack is None else planned + max(slack, timedelta(1))
    if step.overdue_days is not None and walk.sessions:
        overdue_from = walk.sessions[-1][0] + timedelta(step.overdue_days)
    moved = max((move.on for move in history.moves), default=None)
    if planned is not None and moved is not None and moved > planned:
        planned = moved
        reasons.append(f"step '{step.name}' since {moved}")
    for lapse in sorted(history.lapses, key=lambda one: (one.first, one.last)):
        back = lapse.last + timedelta(1)
        if lapse.first <= earliest <= lapse.last:
            earliest = back
        if planned is not None and lapse.first <= planned <= lapse.last:
            planned = back
            reasons.append(f"no treatment until {lapse.last}: {clean(lapse.why)}")
    if planned is not None and overdue_from is not None and slack is not None:
        overdue_from = max(overdue_from, planned + slack)
    return Due(earliest, planned, overdue_from, tuple(reasons))


def _checkpoints(
    courses: Courses, template: Template, history: History, walk: _Walk, today: date
) -> Iterator[Milestone]:
    ends = any(step.ends_induction for step in template.steps)
    for row in courses.checkpoints:
        if row.id not in history.checkpoints or (row.at_end and not ends):
            continue
        after = walk.induced if row.at_end else _nth(history, row.after_sessions)
        due_on = None if after is None else after + timedelta(row.days)
        yield _milestone(row, due_on, history.checked.get(row.id), today)


def _decisions(courses: Courses, template: Template, history: History, today: date) -> Iterator[Milestone]:
    for row in courses.decisions:
        if row.id in template.decisions:
            yield _milestone(row, _nth(history, row.after_sessions), history.decided.get(row.id), today)


def _nth(history: History, number: int | None) -> date | None:
    days = sorted(history.sessions)
    return days[number - 1] if number is not None and len(days) >= number else None


def _milestone(row: Checkpoint | Decision, due_on: date | None, done_on: date | None, today: date) -> Milestone:
    """What was done before it was due does not count: a scale of the same day is none after 24 hours."""
    done = due_on is not None and done_on is not None and done_on >= due_on
    due = due_on is not None and today >= due_on
    state: Literal["not yet", "due", "done"] = "done" if done else "due" if due else "not yet"
    return Milestone(row.id, row.text, row.source, state, due_on, done_on if done else None)


def _warnings(courses: Courses, walk: _Walk, history: History, most: int | None) -> Iterator[str]:
    for number, ((before, was), (day, step)) in enumerate(pairwise(walk.sessions), 2):
        ruled = step or was
        if ruled is not None and (day - before).days < ruled.earliest_days:
            gap = f"{(day - before).days} days after the one before"
            yield f"session {number} on {day} was {gap}, at least {ruled.earliest_days} are planned"
    if walk.extra:
        yield f"{len(walk.sessions)} sessions are done, {most} were planned: chart why, or choose how the course goes on"
    if history.ended and walk.sessions and walk.sessions[-1][0] > history.ended:
        yield f"a session on {walk.sessions[-1][0]} is after the end of the course, {history.ended}"
    often = courses.often
    if walk.sessions:
        since = walk.sessions[-1][0] - timedelta(weeks=often.weeks)
        count = sum(day > since for day, _ in walk.sessions)
        if count > often.per_week * often.weeks:
            limit = f"more than {often.per_week} a week for {often.weeks} weeks"
            yield f"{count} sessions since {since}, {limit}: stop and review ({often.source})"


def _notes(template: Template, walk: _Walk, history: History, least: int | None, most: int | None) -> Iterator[str]:
    if template.outlier:
        yield template.outlier
    for move in sorted(history.moves, key=lambda one: one.on):
        yield f"step '{move.to}' since {move.on}: {clean(move.why)}"
    done = len(walk.sessions) - walk.extra
    if history.ended:
        yield f"the course was ended on {history.ended}"
    elif walk.step == len(template.steps):
        yield f"all {most} planned sessions are done"
    elif least is not None and least != most and done >= least:
        yield f"{done} sessions are done and up to {most} planned: go on or end, and chart which"
    if not walk.sessions and history.start is None:
        yield "no session is done and none is planned; choose a day"
