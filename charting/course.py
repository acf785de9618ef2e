"""Where a patient's course of treatment stands: session k of n, when the next is due and why, what is to be looked at.

Pure, over the dates of the sessions done and a template (``course_templates``). Dates are the clinic's own days and are
passed in, today too. It advises nothing: it says what the chosen template plans, and what does not fit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from charting.course_history import CourseError, History, wrong
from charting.course_templates import Checkpoint, Courses, Decision, FollowUp, Step, Template
from drivers.core.text import clean


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
    followups: tuple[Milestone, ...] = ()
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    def numbered(self, session: int) -> str:
        """``session`` (1, 2 ...) in words, as "session 3 of 6" or "session 3 of 4 to 6"; one past the plan says so."""
        if self.most is None:
            return f"session {session}"
        of = f"{self.most}" if self.least == self.most else f"{self.least} to {self.most}"
        return f"session {session} of {of}" if session <= self.most else f"session {session}, planned were {of}"


class _Walk(NamedTuple):
    """The sessions with the step each was in (past the plan, the last one), the step of the next session and how many
    of it are done, how many sessions are past the plan, and the day of the last session of the induction."""

    sessions: tuple[tuple[date, Step], ...]
    step: int
    within: int
    extra: int
    induced: date | None


def course(courses: Courses, template: Template, history: History, today: date) -> Course:
    """Where the course stands on ``today``. Raises ``CourseError`` for what cannot be: days to come among the things
    done, names that the template does not have, a number of sessions outside its range."""
    for fault in wrong(courses, template, history, today):
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
        followups=tuple(_followups(courses, history, walk, today)),
        decisions=tuple(_decisions(courses, template, history, walk, today)),
        warnings=tuple(_warnings(courses, walk, history, most)),
        notes=tuple(_notes(template, walk, history, least, most)),
    )


def _limits(step: Step, history: History) -> tuple[int, int] | None:
    """Least and most sessions of a step, after the choice."""
    if step.sessions is None or step.sessions[0] == step.sessions[1] or history.chosen is None:
        return step.sessions
    return history.chosen, history.chosen


def _walked(template: Template, history: History) -> _Walk:
    moves = sorted(history.moves, key=lambda move: move.on)
    names = [step.name for step in template.steps]
    found: list[tuple[date, Step]] = []
    at = within = extra = 0
    induced: date | None = None
    for day in (*sorted(history.sessions), date.max):
        while moves and moves[0].on <= day:
            at, within, extra = names.index(moves.pop(0).to), 0, 0
        if day == date.max:
            break
        step = template.steps[min(at, len(template.steps) - 1)]
        found.append((day, step))
        if at == len(template.steps):
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
    last = walk.sessions[-1][0] if walk.sessions else None
    planned: date | None = None
    if last is None:
        if history.start is None:
            return None
        earliest = planned = history.start
        reasons = [f"the first session is planned for {history.start}"]
    else:
        earliest = last + timedelta(step.earliest_days)
        reasons = [f"last session {last}", f"at least {_days(step.earliest_days)} apart ({step.name})"]
        if step.planned_days:
            days = step.planned_days[max(walk.within - 1, 0) % len(step.planned_days)]
            planned = last + timedelta(days)
            reasons.append(f"planned {_days(days)} after it")
    moved = max((move.on for move in history.moves), default=None)
    if planned is not None and moved is not None and moved > planned:
        planned = moved
        reasons.append(f"step '{step.name}' since {moved}")
    for lapse in sorted(history.lapses, key=lambda one: (one.first, one.last)):
        back = lapse.last + timedelta(1)
        within = [day for day in (earliest, planned) if day is not None and lapse.first <= day <= lapse.last]
        earliest = back if earliest in within else earliest
        planned = back if planned in within else planned
        if within:
            reasons.append(f"no treatment until {lapse.last}: {clean(lapse.why)}")
    if planned is None:
        return Due(earliest, None, None, tuple(reasons))
    if step.overdue_days is None:  # a day that somebody chose, and it passed
        return Due(earliest, planned, planned + timedelta(1), tuple(reasons))
    overdue_from = planned + timedelta(step.overdue_days - max(step.planned_days))
    if last is not None:
        overdue_from = max(overdue_from, last + timedelta(step.overdue_days))
    return Due(earliest, planned, overdue_from, tuple(reasons))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


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


def _decisions(courses: Courses, template: Template, history: History, walk: _Walk, today: date) -> Iterator[Milestone]:
    for row in courses.decisions:
        if row.id in template.decisions:
            due_on = walk.induced if row.at_end else _nth(history, row.after_sessions)
            yield _milestone(row, due_on, history.decided.get(row.id), today)


def _followups(courses: Courses, history: History, walk: _Walk, today: date) -> Iterator[Milestone]:
    """Those of the last session: where another came first, that visit was the time to ask."""
    if walk.sessions:
        for row in courses.followups:
            due_on = walk.sessions[-1][0] + timedelta(row.days)
            yield _milestone(row, due_on, history.checked.get(row.id), today)


def _nth(history: History, number: int | None) -> date | None:
    days = sorted(history.sessions)
    return days[number - 1] if number is not None and len(days) >= number else None


def _milestone(
    row: Checkpoint | Decision | FollowUp, due_on: date | None, done_on: date | None, today: date
) -> Milestone:
    """What was done before it was due does not count: a scale of the same day is none after 24 hours."""
    done = due_on is not None and done_on is not None and done_on >= due_on
    due = due_on is not None and today >= due_on
    state: Literal["not yet", "due", "done"] = "done" if done else "due" if due else "not yet"
    return Milestone(row.id, row.text, row.source, state, due_on, done_on if done else None)


def _warnings(courses: Courses, walk: _Walk, history: History, most: int | None) -> Iterator[str]:
    for number, ((before, _), (day, step)) in enumerate(pairwise(walk.sessions), 2):
        if (day - before).days < step.earliest_days:
            gap = f"{_days((day - before).days)} after the one before"
            yield f"session {number} on {day} was {gap}, at least {_days(step.earliest_days)} are planned"
    if walk.extra:
        yield f"{len(walk.sessions)} sessions are done, {most} were planned: chart why, or how the course goes on"
    if history.ended and walk.sessions and walk.sessions[-1][0] > history.ended:
        yield f"a session on {walk.sessions[-1][0]} is after the end of the course, {history.ended}"
    often = courses.often
    if walk.sessions:
        last = walk.sessions[-1][0]
        count = sum(last - day < timedelta(weeks=often.weeks) for day, _ in walk.sessions)
        if count > often.per_week * often.weeks:
            limit = f"more than {often.per_week} a week"
            yield f"{count} sessions in the {often.weeks} weeks to {last}, {limit}: stop and review ({often.source})"


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
