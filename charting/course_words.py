"""A patient's record and course sheet in words: the same lines for the shell and for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from charting.course import Course, Milestone
from charting.course_sheet import Figures, Sheet
from charting.facts import FACTS
from charting.record import PatientState, Scored
from charting.record_lines import scale_name
from charting.record_rules import Stands, change_of, change_text
from charting.scales.change import Change
from charting.scales.scoring import Asked
from charting.scales.shelf import shipped
from drivers.core.text import clean

LONGEST_LINE = 1000
NONE_YET = "no session is charted"
_COLUMNS = ("date", "mg/kg", "peak SBP", "rise", "min above", "holds", "dissoc.", "session")
_FORM = "{:<11}{:>6}{:>10}{:>6}  {:<13}{:>5}  {:>7}  {}"


def fact_lines(record: PatientState) -> list[str]:
    """Every fact that stands, by the table, with the day and who charted it."""
    return [
        f"{kind.words}: {one.text}  ({one.on}, {one.by})" for kind in FACTS.values() for one in record.standing(kind.id)
    ]


def flag_lines(record: PatientState) -> list[str]:
    """Flags that nobody has charted as seen."""
    return [f"{flag.sentence} ({scored.on}, charted by {scored.by})" for scored, flag in record.flagged]


def consent_line(record: PatientState) -> str:
    """The consent in force, or that there is none."""
    consent = record.consent
    return f"Consent: version {consent.version}, signed {consent.signed_on}" if consent else "Consent: none is charted"


def judged_line(record: PatientState) -> str:
    """The last judgement on eligibility; "" where there is none."""
    if not record.judged:
        return ""
    last = record.judged[-1]
    return f"Judged {'eligible' if last.eligible else 'NOT eligible'} on {last.on} by {last.by}: {last.reason}"


def score_line(scored: Scored, change: Change | None) -> str:
    """One score: total, band and set, its use, the change against the baseline; what was not asked is said."""
    score = scored.score
    total = "no total" if score.total is None else f"{score.total}"
    scale = shipped().get(score.scale)
    parts = [
        f"{scored.on}  {scale_name(score.scale)} {total}",
        f"{score.band} ({score.band_set})" if score.band else "",
        f"item {', '.join(score.missing)} not answered" if score.missing else "",
        "" if score.by_item else "total only",
        *(f"{flag.id} item {flag.state}" for flag in score.flags if flag.state is not Asked.NO),
        scored.use,
        change_text(change, scale) if change is not None and scale is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def score_lines(record: PatientState) -> list[str]:
    """Every score, the latest first."""
    return [score_line(one, change_of(record, one)) for one in sorted(record.scores, key=_when, reverse=True)]


def _when(scored: Scored) -> tuple[date, int]:
    return scored.on, scored.seq


def course_lines(stands: Stands | None) -> list[str]:
    """Which course, where it stands, what is due next and why."""
    if stands is None:
        return ["no course is begun"]
    template = stands.begun.template
    named = f"{template.name} ({template.id} version {template.version}, {template.source}), from {stands.begun.on}"
    response = [f"Response: {stands.response}"] if stands.response else []
    return [f"Course: {named}", *response, *([stands.fault] if stands.course is None else _standing(stands.course))]


def due_lines(stands: Stands | None) -> list[str]:
    """What of a course is due or overdue now, and what it warns of."""
    if stands is None or stands.course is None:
        return []
    named = (("Checkpoint", "checkpoints"), ("Follow-up", "followups"), ("Decision", "decisions"))
    due = [_milestone(what, one) for what, part in named for one in getattr(stands.course, part) if one.state == "due"]
    late = [one for one in _standing(stands.course) if one.startswith("Next session") and stands.course.overdue]
    return [*(f"Warning: {one}" for one in stands.course.warnings), *late, *due]


def _standing(course: Course) -> Iterator[str]:
    planned = course.most if course.least == course.most else f"{course.least} to {course.most}"
    yield f"{course.done} sessions done" + (f" of {planned}" if course.most is not None else "")
    if course.due is not None:
        due = course.due
        when = f"planned {due.planned}, not before {due.earliest}" if due.planned else f"not before {due.earliest}"
        late = f", OVERDUE since {due.overdue_from}" if course.overdue else ""
        yield f"Next session: {when}{late} ({'; '.join(due.reasons)})"
    yield from (f"Warning: {one}" for one in course.warnings)
    yield from (f"Note: {one}" for one in course.notes)
    yield from (_milestone("Checkpoint", one) for one in course.checkpoints)
    yield from (_milestone("Follow-up", one) for one in course.followups)
    yield from (_milestone("Decision", one) for one in course.decisions)


def _milestone(what: str, one: Milestone) -> str:
    if one.state == "not yet":
        return f"{what} {one.id}: not yet"
    state = f"done on {one.done_on}" if one.state == "done" else f"DUE since {one.due_on}"
    return f"{what} {one.id}: {state}. {one.text} ({one.source})"


def session_table(sessions: Sequence[Figures], numbers: dict[str, str]) -> list[str]:
    """A row for each session under a row of titles; ``-`` is not measured, not chosen or not rated."""
    if not sessions:
        return [NONE_YET]
    return [_FORM.format(*_COLUMNS), *(_FORM.format(*_cells(one, numbers.get(one.session, ""))) for one in sessions)]


def _cells(one: Figures, number: str) -> tuple[str, ...]:
    above = "no gate" if one.above_min is None else f"{one.above_min:.0f} ({one.line})"
    state = "" if one.treated else "nothing given"
    return (
        str(one.on),
        _number(one.mg_per_kg, 2) if one.treated else "-",
        _number(one.peak_sys),
        _number(one.rise_sys, sign=True),
        above,
        str(one.holds),
        _number(one.dissociation),
        ", ".join(part for part in (number, state, "open" if one.open else "") if part),
    )


def _number(value: float | None, decimals: int = 0, sign: bool = False) -> str:
    return "-" if value is None else f"{value:{'+' if sign else ''}.{decimals}f}"


def sheet_lines(made: Sheet) -> list[str]:
    """The course sheet: flags first, course and next due, the sessions, the scales. Clean of anything but text."""
    record = made.record
    flags = [f"*** {one}, NOT SEEN YET" for one in flag_lines(record)] if record is not None else []
    scores = [score_line(one, change) for one, change in made.scores]
    return [
        *_clean(f"{made.name} ({made.identifier})", *flags, *course_lines(made.stands)),
        "",
        *session_table(made.sessions, made.numbers),
        "",
        *_clean(*(scores or ["no scale is charted"])),
    ]


def _clean(*lines: str) -> list[str]:
    return [clean(line, LONGEST_LINE) for line in lines]
