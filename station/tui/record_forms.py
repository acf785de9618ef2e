"""What is asked for each entry of a patient's record: forms over the acts, and what one chooses among."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from charting.course_templates import Courses, Template
from charting.course_words import score_line
from charting.facts import FACTS, FactError, value_of
from charting.record import BASELINE, DECIDED, ENDED, LAPSE, MOVE, NUMBER, OTHERWISE, Fact, PatientState
from charting.scales.scale import Scale
from station.tui.acts import Field, Form, Step, Typed, number
from station.wire.record_acts import (
    BeginCourse,
    ChartConsent,
    ChartCourse,
    ChartFact,
    ChartScale,
    JudgeEligibility,
    SeeFlag,
    Withdraw,
)

Options = tuple[tuple[str, str], ...]


class Whose(NamedTuple):
    """The patient a form is about, and the clinic's day."""

    patient: str
    identifier: str
    today: date


def _day(label: str, day: date | str) -> Field:
    return Field("on", label, value=str(day))


def fact_form(whose: Whose, fact: str, mends: Fact | None = None) -> Form:
    """One fact; with ``mends`` the correction of one."""
    kind = FACTS[fact]

    def parsed(text: str) -> object:
        try:
            return value_of(fact, text)
        except FactError as error:
            raise ValueError(str(error)) from None

    text = Field("text", kind.words, parse=parsed, value=mends.text if mends else "")
    why = (Field("reason", "Reason for correction"),) if mends else ()

    def act(t: Typed) -> ChartFact:
        seq, reason = (mends.seq, t["reason"]) if mends else (None, "")
        return ChartFact(
            patient=whose.patient, identifier=whose.identifier, fact=fact, text=t["text"], on=t["on"],
            supersedes=seq, reason=reason,
        )  # fmt: skip

    fields = (text, _day("On", mends.on if mends else whose.today), *why)
    title = f"{kind.words}: {kind.hint}"
    return Form(title, fields, (Step(tuple(f.name for f in fields), act),))


FACT_OPTIONS: Options = tuple((kind.id, f"{kind.words}: {kind.hint}") for kind in FACTS.values())


def scale_options(scales: Sequence[Scale]) -> Options:
    """Every scale by its items, by their numbers alone where no text may be shown, and each by its total."""
    worded = sorted(scales, key=lambda one: not one.has_text)  # those that can be read out come first
    by_item = [(f"items {s.id}", f"{s.name}, {_by_item(s)}") for s in worded]
    total = [(f"total {s.id}", f"{s.name}, total only: no item is asked") for s in scales if s.summed]
    return (*by_item, *total)


def _by_item(scale: Scale) -> str:
    return "item by item" if scale.has_text else "item by item from the paper form: numbers only"


def use_options(courses: Courses) -> Options:
    """What a score is for."""
    rows = [(row.id, f"checkpoint: {row.text}") for row in courses.checkpoints]
    rows += [(row.id, f"follow-up: {row.text}") for row in courses.followups]
    return (("", "none of these"), (BASELINE, "baseline: later scores are compared with it"), *rows)


def scale_form(whose: Whose, scale: Scale, use: str, answers: dict[str, int | None] | None) -> Form:
    """The day of a score; the total where it is not made of ``answers``."""
    total = () if answers is not None else (Field("total", "Total, {} to {}".format(*scale.range), number=True),)

    def act(t: Typed) -> ChartScale:
        typed = None if answers is not None else int(number(t["total"]))
        return ChartScale(
            patient=whose.patient, identifier=whose.identifier, scale=scale.id, answers=answers, total=typed,
            use=use, on=t["on"],
        )  # fmt: skip

    fields = (*total, _day("Filled in on", whose.today))
    missing = sum(answer is None for answer in answers.values()) if answers is not None else 0
    left = f", {missing} not answered" if missing else ""
    title = f"{scale.name}{f', {use}' if use else ''}{left}: chart it"
    return Form(title, fields, (Step(tuple(f.name for f in fields), act),))


def template_options(courses: Courses) -> Options:
    """Templates with their source: they contradict each other, so somebody chooses."""
    return tuple((one.id, f"{one.name} [{one.source}]") for one in courses.templates)


def begin_form(whose: Whose, courses: Courses, template: Template) -> Form:
    """The beginning of a course."""
    ranges = [s.sessions for s in template.steps if s.sessions is not None and s.sessions[0] < s.sessions[1]]
    count = (Field("number", f"Sessions, {ranges[0][0]} to {ranges[0][1]}", number=True),) if ranges else ()
    checks = Field("checkpoints", "Checkpoints", value=", ".join(row.id for row in courses.checkpoints))

    def act(t: Typed) -> BeginCourse:
        return BeginCourse(
            patient=whose.patient, identifier=whose.identifier, template=template.id, on=t["on"], start=t["start"],
            number=int(number(t["number"])) if count else None,
            checkpoints=tuple(word.strip() for word in t["checkpoints"].split(",") if word.strip() != "none"),
        )  # fmt: skip

    first = Field("start", "First session planned", value=str(whose.today))
    fields = (*count, _day("Sessions count from", whose.today), first, checks)
    return Form(f"Course: {template.name}", fields, (Step(tuple(f.name for f in fields), act),))


COURSE_OPTIONS: Options = (
    (LAPSE, "no treatment for some days, by intention"),
    (MOVE, "another step: back on relapse, or on"),
    (NUMBER, "how many sessions"),
    (DECIDED, "a decision that is due"),
    (ENDED, "the course ends"),
    ("begin", "another course begins"),
)


def target_options(what: str, template: Template, courses: Courses) -> Options:
    """The steps or decisions of a template; empty where nothing is chosen."""
    if what == MOVE:
        return tuple((step.name, step.name) for step in template.steps)
    if what == DECIDED:
        return tuple((row.id, row.text) for row in courses.decisions if row.id in template.decisions)
    return ()


def decided_options(to: str, courses: Courses) -> Options:
    """What decision ``to`` is chosen among; empty where its reason alone says it."""
    row = next((one for one in courses.decisions if one.id == to), None)
    return tuple((one, one) for one in (*row.options, OTHERWISE)) if row is not None and row.options else ()


def course_form(whose: Whose, what: str, to: str, choice: str = "") -> Form:
    """What happened to the course; ``to`` is the step or the decision, ``choice`` what was chosen in it."""
    days = (_day("From" if what in (LAPSE, MOVE) else "On", whose.today),)
    last = (Field("last", "Up to and with"),) if what == LAPSE else ()
    count = (Field("number", "Sessions", number=True),) if what == NUMBER else ()
    why = {DECIDED: "What is decided, and why"}.get(what, "Reason")
    fields = (*count, *days, *last, Field("reason", why))

    def act(t: Typed) -> ChartCourse:
        return ChartCourse(
            patient=whose.patient, identifier=whose.identifier, what=what, to=to, choice=choice, on=t["on"],
            last=t.get("last", ""), number=int(number(t["number"])) if count else None, reason=t["reason"],
        )  # fmt: skip

    words = dict(COURSE_OPTIONS)[what]
    said = f"{to}: {choice}" if choice else to
    return Form(f"Course: {words}{f' - {said}' if said else ''}", fields, (Step(tuple(f.name for f in fields), act),))


def consent_form(whose: Whose, version: str) -> Form:
    """A signed consent; ``version`` is the one in use."""
    fields = (Field("version", "Version of the form", value=version), _day("Signed on", ""))

    def act(t: Typed) -> ChartConsent:
        return ChartConsent(patient=whose.patient, identifier=whose.identifier, version=t["version"], on=t["on"])

    return Form("Consent: the patient has signed", fields, (Step(("version", "on"), act),))


def judge_form(whose: Whose, eligible: bool) -> Form:
    """The judgement on eligibility."""

    def act(t: Typed) -> JudgeEligibility:
        return JudgeEligibility(
            patient=whose.patient, identifier=whose.identifier, eligible=eligible, reason=t["reason"]
        )

    title = "Judged eligible" if eligible else "Judged not eligible"
    return Form(title, (Field("reason", "Reason"),), (Step(("reason",), act),))


def seen_form(whose: Whose, of: int, flag: str, sentence: str) -> Form:
    """A flag was seen, and what follows."""

    def act(t: Typed) -> SeeFlag:
        return SeeFlag(patient=whose.patient, identifier=whose.identifier, of=of, flag=flag, reason=t["reason"])

    return Form(f"Seen: {sentence}", (Field("reason", "What follows"),), (Step(("reason",), act),))


def withdraw_form(whose: Whose, seq: int, words: str) -> Form:
    """An item leaves the record."""

    def act(t: Typed) -> Withdraw:
        return Withdraw(patient=whose.patient, identifier=whose.identifier, supersedes=seq, reason=t["reason"])

    return Form(f"Withdraw: {words}", (Field("reason", "Reason"),), (Step(("reason",), act),))


def item_options(record: PatientState) -> Options:
    """What of a record can be corrected or withdrawn, the latest first."""
    items = [
        *((one.seq, f"{FACTS[one.fact].words if one.fact in FACTS else one.fact}: {one.text}") for one in record.facts),
        *((one.seq, score_line(one, None)) for one in record.scores),
        *((one.seq, f"consent version {one.version}, signed {one.on}") for one in record.consents),
        *((one.seq, f"judged {'eligible' if one.eligible else 'not eligible'}") for one in record.judged),
        *((one.seq, f"course: {one.what} {one.to}, {one.on}") for one in record.course),
    ]
    return tuple((str(seq), f"{words} #{seq}") for seq, words in sorted(items, reverse=True))
