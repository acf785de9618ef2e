"""Acts on a patient's record: each checks, then drafts an entry outside sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from charting.course_history import wrong
from charting.facts import FactError, value_of
from charting.model import Kind
from charting.record import (
    BASELINE,
    BEGUN,
    DECIDED,
    ENDED,
    LAPSE,
    MOVE,
    NUMBER,
    OTHERWISE,
    Consented,
    CourseEvent,
    Fact,
    Item,
    Judged,
    PatientState,
    Scored,
    Seen,
)
from charting.record_rules import eligibility_of, history_of, intake_of
from charting.rule_file import digest
from charting.scales.scale import Scale, ScaleError
from charting.scales.scoring import Asked, score, score_total
from charting.scales.shelf import scale_called
from drivers.core.text import clean
from station.clock import clinic_day
from station.recorder.drafts import Drafted, Made, Present, Refusal, text_of
from station.wire import record_acts as acts

EARLIEST = date(1900, 1, 1)


def _kept(now: Present, act: acts.OfPatient) -> tuple[dict[str, Any], PatientState]:
    """Whose record it is, and that record; an empty one where nothing is charted yet."""
    name = text_of(act.patient, "patient", "the patient's name")
    identifier = text_of(act.identifier, "identifier", "the second identifier (date of birth or record number)")
    record = now.past.record(name, identifier) or PatientState(name=name, identifier=identifier)
    return {"patient": {"name": name, "identifier": identifier}}, record


def _made(
    kind: Kind, act: acts.OfPatient, record: PatientState, shape: type[Item], payload: dict[str, Any], need: str = ""
) -> Drafted:
    """The entry; ``need`` names a reason that has to be given. A correction needs one always."""
    reason = text_of(act.reason, "reason", need) if need else clean(act.reason)
    if act.supersedes is not None:
        reason = text_of(act.reason, "reason", "the reason for the correction")
        replaceable(record, act.supersedes, shape)
    return [Made(kind, payload, reason or None, act.supersedes)]


def replaceable(record: PatientState, seq: int, shape: type[Item] | None) -> Item:
    """What entry ``seq`` holds; refused where it is not in this record, is another kind of thing, or is a score with a
    flag that nobody has charted as seen: no flag goes unseen.
    """
    item = record.item(seq)
    if item is None or (shape is not None and type(item) is not shape):
        raise Refusal(f"entry {seq} is not in this patient's record, or was corrected before; look again")
    if any(scored.seq == seq for scored, _ in record.flagged):
        raise Refusal("this score raises a flag that nobody has charted as seen; chart that first")
    return item


def _day(typed: str, field: str, now: Present, ahead: bool = False) -> date:
    """A typed day, today where nothing was typed; only with ``ahead`` a day to come."""
    today = clinic_day(now.at_ms)
    if not clean(typed):
        return today
    try:
        day = date.fromisoformat(clean(typed))
    except ValueError:
        raise Refusal("a day is written as 2026-11-22", field) from None
    if day < EARLIEST or (day > today and not ahead):
        raise Refusal(f"{day} is {'a day to come' if day > today else 'too long ago'}; correct the date", field)
    return day


def fact(now: Present, act: acts.ChartFact) -> Drafted:
    """A fact of the patient."""
    patient, record = _kept(now, act)
    try:
        text = value_of(act.fact, act.text)
    except FactError as error:
        raise Refusal(str(error), "text") from None
    return _made(
        Kind.FACT,
        act,
        record,
        Fact,
        patient | {"fact": act.fact, "text": text, "on": str(_day(act.on, "on", now))},
    )


def scale_score(now: Present, act: acts.ChartScale) -> Drafted:
    """A scale by its items or by its total, scored here."""
    patient, record = _kept(now, act)
    uses = ("", BASELINE, *(row.id for row in now.beside.clinic.courses.asked))
    if act.use not in uses:
        raise Refusal(f"a score is for {', '.join(use for use in uses if use)}, or for nothing of these", "use")
    try:
        scale = scale_called(act.scale, now.beside.clinic.scales)
        if act.answers is not None and act.total is not None:
            raise Refusal("give the answers or the total, not both", "total")
        if act.answers is not None:
            if not any(answer is not None for answer in act.answers.values()):
                raise Refusal("no item is answered; answer one, or leave")
            made = score(scale, act.answers, act.bands)
        elif act.total is not None:
            made = score_total(scale, act.total, act.bands)
        else:
            raise Refusal("there are neither answers nor a total", "total")
    except ScaleError as error:
        raise Refusal(str(error), "total") from None
    if act.use == BASELINE and made.total is None:
        raise Refusal("a score without a total is no baseline; answer every item, or chart it without that use", "use")
    answers = None if act.answers is None else {item: act.answers.get(item) for item in scale.items}
    scored = {"answers": answers, "score": msgspec.to_builtins(made), "use": act.use, "rules": _instrument(scale)}
    scored |= {"remission": scale.remission[0].id} if scale.remission else {}
    return _made(Kind.SCALE_SCORE, act, record, Scored, patient | scored | {"on": str(_day(act.on, "on", now))})


def _instrument(scale: Scale) -> dict[str, str]:
    """What a score was made with: the instrument with its bands and words, and by what right words were shown."""
    text = scale.installed or ("shipped" if scale.has_text else "item numbers only")
    return {"id": scale.id, "version": scale.version, "digest": digest(scale), "text": text}


def course_begun(now: Present, act: acts.BeginCourse) -> Drafted:
    """A course by a template, with the rules as they are in force."""
    patient, record = _kept(now, act)
    courses = now.beside.clinic.courses
    template = courses.template(act.template)
    if template is None:
        raise Refusal(f"no course is called {clean(act.template, 40)!r}", "template")
    on = _day(act.on, "on", now, ahead=True)
    rules = courses.under(template)
    event = {
        "what": BEGUN,
        "root": None,
        "on": str(on),
        "start": str(_day(act.start, "start", now, ahead=True)) if clean(act.start) else None,
        "number": act.number,
        "checkpoints": list(act.checkpoints),
        "rules": msgspec.to_builtins(rules),
        "digest": digest(rules),
    }
    begun = msgspec.convert({"root": 0, "seq": 0, "by": now.by, "at_ms": now.at_ms} | _without_root(event), CourseEvent)
    _fits(now, record, begun)
    return _made(Kind.COURSE, act, record, CourseEvent, patient | event)


def _without_root(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in ("root", "digest")}


# what happened to a course: the fields it takes beside the day, and what its reason says
_HAPPENED: dict[str, tuple[tuple[str, ...], str]] = {
    LAPSE: (("last",), "why there is no treatment"),
    MOVE: (("to",), "the reason for the step"),
    NUMBER: (("number",), ""),
    DECIDED: (("to",), "what is decided"),
    ENDED: ((), "why the course ends"),
}


def course_happened(now: Present, act: acts.ChartCourse) -> Drafted:
    """A lapse, a step back or on, a chosen number, a decision, the end."""
    patient, record = _kept(now, act)
    begun = record.begun
    if begun is None:
        raise Refusal("no course is begun for this patient; begin one first")
    if act.what not in _HAPPENED:
        raise Refusal(f"what happens to a course is one of {', '.join(_HAPPENED)}", "what")
    fields, need = _HAPPENED[act.what]
    event: dict[str, Any] = {"what": act.what, "root": begun.root}
    event["on"] = str(_day(act.on, "on", now, ahead=act.what == LAPSE))
    if "last" in fields:
        event["last"] = str(_day(act.last, "last", now, ahead=True))
    if "to" in fields:
        event["to"] = text_of(act.to, "to", "which one it is")
    if act.what == DECIDED:
        event["choice"] = _choice(begun, act)
    if "number" in fields:
        event["number"] = act.number
    noted = {"seq": 0, "by": now.by, "at_ms": now.at_ms, "reason": clean(act.reason)}
    _fits(now, record, begun, msgspec.convert(event | noted, CourseEvent))
    return _made(Kind.COURSE, act, record, CourseEvent, patient | event, need)


def _choice(begun: CourseEvent, act: acts.ChartCourse) -> str:
    """Which of the options of a decision; one that has none is told by its reason alone."""
    row = next((one for one in (begun.rules.decisions if begun.rules else ()) if one.id == clean(act.to)), None)
    choice = clean(act.choice)
    if row is not None and row.options and choice not in (*row.options, OTHERWISE):
        raise Refusal(f"choose one of: {', '.join((*row.options, OTHERWISE))}", "choice")
    return choice


def _fits(now: Present, record: PatientState, begun: CourseEvent, event: CourseEvent | None = None) -> None:
    """Refused where the course, with ``event`` in it, does not fit its template."""
    course = (*record.course, event) if event is not None else record.course
    history = history_of(msgspec.structs.replace(record, course=course), begun, ())
    if begun.rules is None:
        return
    for fault in wrong(begun.rules, begun.template, history, clinic_day(now.at_ms)):
        raise Refusal(fault, {LAPSE: "last", MOVE: "to", DECIDED: "to"}.get(event.what, "on") if event else "number")


def consent(now: Present, act: acts.ChartConsent) -> Drafted:
    """A signed consent: which form, and the day of the signature."""
    patient, record = _kept(now, act)
    version = text_of(act.version, "version", "the version of the form")
    signed = patient | {"version": version, "on": str(_day(act.on, "on", now))}
    return _made(Kind.CONSENT, act, record, Consented, signed)


def eligibility(now: Present, act: acts.JudgeEligibility) -> Drafted:
    """Somebody's judgement, beside what the record does not show."""
    patient, record = _kept(now, act)
    rules = now.beside.clinic.screening
    lacks = intake_of(rules.intake, record, clinic_day(now.at_ms))
    judged = {
        "eligible": act.eligible,
        "warnings": [*eligibility_of(rules.eligibility, record), *lacks],
        "rules": {"id": rules.id, "version": rules.version, "digest": digest(rules)},
        "on": str(clinic_day(now.at_ms)),
    }
    return _made(Kind.ELIGIBILITY, act, record, Judged, patient | judged, "the reason for the judgement")


def flag_seen(now: Present, act: acts.SeeFlag) -> Drafted:
    """A raised flag was seen; what follows from it is the reason."""
    patient, record = _kept(now, act)
    scored = next((one for one in record.scores if one.seq == act.of), None)
    flags = scored.score.flags if scored is not None else ()
    raised = next((flag for flag in flags if flag.id == act.flag and flag.state is Asked.YES), None)
    if raised is None:
        raise Refusal("no such flag is raised in this record; look again")
    seen = {"of": act.of, "flag": act.flag, "sentence": raised.sentence, "on": str(clinic_day(now.at_ms))}
    return _made(Kind.FLAG_SEEN, act, record, Seen, patient | seen, "what follows from it")


def withdrawn(now: Present, act: acts.Withdraw) -> Drafted:
    """An item leaves the record; the chart keeps it."""
    patient, record = _kept(now, act)
    if act.supersedes is None:
        raise Refusal("say which entry is withdrawn", "supersedes")
    reason = text_of(act.reason, "reason", "the reason for the withdrawal")
    replaceable(record, act.supersedes, None)
    what = now.past.record_line(act.supersedes)
    return [Made(Kind.WITHDRAWN, patient | {"what": what}, reason, act.supersedes)]


RECORDING: dict[type, Callable[[Present, Any], Drafted]] = {
    acts.ChartFact: fact,
    acts.ChartScale: scale_score,
    acts.BeginCourse: course_begun,
    acts.ChartCourse: course_happened,
    acts.ChartConsent: consent,
    acts.JudgeEligibility: eligibility,
    acts.SeeFlag: flag_seen,
    acts.Withdraw: withdrawn,
}
