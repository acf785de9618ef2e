"""What follows from a patient's record: where the course stands, what eligibility lacks, response and remission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from charting.course import Course, course
from charting.course_history import CourseError, History, Lapse, Move
from charting.course_templates import Relapse
from charting.eligibility import Eligibility, EligibilityRule, warnings
from charting.facts import BIPOLAR, FAILED_TRIALS, MOOD_STABILISER
from charting.intake import IntakeRule, lacking
from charting.record import BASELINE, DECIDED, ENDED, LAPSE, MOVE, NUMBER, OTHERWISE, CourseEvent, PatientState, Scored
from charting.record_lines import scale_name
from charting.relapse import relapses
from charting.scales.change import Change, change
from charting.scales.scale import Scale, ScaleError
from charting.scales.shelf import scale_called, shipped
from drivers.core.text import clean


class Stands(msgspec.Struct, frozen=True):
    """The patient's course now: how it was begun and where it stands, or ``fault``, one sentence on why not; and what
    the last score says of ``response``."""

    begun: CourseEvent
    course: Course | None
    fault: str = ""
    response: str = ""

    def numbered(self, before: int = 0) -> str:
        """The session after those done in words, as "session 3 of 6"; ``before`` many come in between."""
        return "" if self.course is None else self.course.numbered(self.course.done + 1 + before)


def history_of(record: PatientState, begun: CourseEvent, days: Sequence[date]) -> History:
    """What was done and decided in the course that ``begun`` began; ``days`` are those of every treatment."""
    mine = [one for one in record.course if one.root == begun.root]
    numbers = [one.number for one in mine if one.what == NUMBER]
    ended = [one.on for one in mine if one.what == ENDED]
    checked = {one.use: one.on for one in record.scores if one.use not in ("", BASELINE) and one.on >= begun.on}
    rows = begun.rules.asked if begun.rules else ()
    known = {row.id for row in rows}
    return History(
        sessions=tuple(day for day in sorted(days) if day >= begun.on),
        start=begun.start,
        chosen=numbers[-1] if numbers else begun.number,
        ended=ended[-1] if ended else None,
        lapses=tuple(Lapse(one.on, one.last or one.on, one.reason) for one in mine if one.what == LAPSE),
        moves=tuple(Move(one.on, one.to, one.reason) for one in mine if one.what == MOVE),
        checkpoints=begun.checkpoints,
        checked={use: on for use, on in checked.items() if use in known},
        decided={one.to: one.on for one in mine if one.what == DECIDED},
    )


def course_of(record: PatientState | None, days: Sequence[date], today: date) -> Stands | None:
    """Where the patient's course stands on ``today``; None where none was begun."""
    begun = record.begun if record is not None else None
    if record is None or begun is None or begun.rules is None:
        return None
    try:
        made = course(begun.rules, begun.template, history_of(record, begun, days), today)
    except CourseError as error:
        return Stands(begun, None, str(error))
    more = (*made.warnings, *(_returned(*one) for one in relapses(begun.rules.relapse, record, begun.on)))
    decided = tuple(
        f"decided on {one.on}, {one.to}: {one.choice or OTHERWISE}: {clean(one.reason)} ({one.by})"
        for one in record.course
        if one.what == DECIDED and one.root == begun.root
    )
    made = msgspec.structs.replace(made, warnings=more, notes=(*made.notes, *decided))
    return Stands(begun, made, response=_response(record, begun.on))


def _returned(latest: Scored, best: Scored, rule: Relapse) -> str:
    line = f"{rule.points} points" if rule.points is not None else f"{rule.percent:g} % of the baseline"
    rise = f"{scale_name(latest.score.scale)} rose from {best.score.total} ({best.on}) to {latest.score.total}"
    return f"{rise} ({latest.on}), by {line} or more ({rule.source}): chart what is decided"


def _response(record: PatientState, since: date) -> str:
    """The last score of the course that can be held against its baseline, in words; "" where there is none."""
    for scored in sorted(record.scores, key=lambda one: (one.on, one.seq), reverse=True):
        made = change_of(record, scored) if scored.on >= since else None
        scale = shipped().get(scored.score.scale)
        if made is not None and scale is not None and made.fall_percent is not None:
            return f"{scale.name} {made.total} on {scored.on}: {change_text(made, scale)}"
    return ""


def eligibility_of(rule: EligibilityRule, record: PatientState) -> tuple[str, ...]:
    """What the record does not show of what treatment is usually given for."""
    said = {fact: next((one.text for one in record.standing(fact)), None) for fact in (BIPOLAR, MOOD_STABILISER)}
    failed = next((int(one.text) for one in record.standing(FAILED_TRIALS)), None)
    lines = {one.scale for one in rule.severity}
    usable = sorted((one for one in record.scores if one.score.total is not None), key=lambda one: (one.on, one.seq))
    scored = next((one for one in reversed(usable) if one.score.scale in lines), usable[-1] if usable else None)
    kept = Eligibility(
        failed_trials=failed,
        bipolar=_yes(said[BIPOLAR]),
        mood_stabiliser=_yes(said[MOOD_STABILISER]),
        scale=None if scored is None else scored.score.scale,
        score=None if scored is None else scored.score.total,
    )
    return warnings(rule, kept)


def intake_of(rules: Sequence[IntakeRule], record: PatientState | None, today: date) -> tuple[str, ...]:
    """What is to be in the record before a course, and is not there or has run out."""
    charted = {rule.fact: [one.on for one in record.standing(rule.fact)] for rule in rules} if record else {}
    return lacking(rules, charted, today)


def _yes(text: str | None) -> bool | None:
    return None if text is None else text == "yes"


def change_of(record: PatientState, scored: Scored, scales: Mapping[str, Scale] | None = None) -> Change | None:
    """``scored`` beside its recorded baseline; None for a baseline itself, and for a scale unknown here."""
    if scored.use == BASELINE:
        return None
    try:
        scale = scale_called(scored.score.scale, scales)
        before = record.baseline(scored)
        return change(scale, before.score if before is not None else None, scored.score, scored.use, scored.remission)
    except ScaleError:
        return None


def change_text(made: Change, scale: Scale) -> str:
    """The change in words, with the rule that it was judged by."""
    if made.why_not or made.fall_percent is None:
        return made.why_not
    moved = f"{abs(made.fall_percent):.0f} % {'below' if made.fall_percent >= 0 else 'above'} baseline {made.baseline}"
    rule, line = scale.response, next((one for one in scale.remission if one.id == made.remission_line), None)
    words = [moved]
    if rule is not None and made.response is not None:
        words.append(f"{'response' if made.response else 'no response'} (fall of {rule.percent} % or more)")
    if line is not None and made.remission is not None:
        words.append(f"{'remission' if made.remission else 'no remission'} (total at most {line.at_most}, {line.id})")
    return ", ".join(words)
