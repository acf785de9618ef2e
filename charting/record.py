"""A patient's record as a fold over the entries outside sessions: live and read from a file the same function.

Who a patient is, two identifiers say (``patient.who``). An entry that supersedes another takes its place; one that is
withdrawn leaves the record, never the chart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from charting.course_templates import Courses, Template
from charting.facts import FACTS
from charting.model import RECORD, Entry, Kind
from charting.patient import who
from charting.scales.scoring import Asked, Flagged, Score
from charting.screening import Consent

OTHERWISE = "something else"  # a decision beside what its options name: the reason says which
BASELINE = "baseline"  # the use of a score that later ones are compared with
BEGUN, LAPSE, MOVE, NUMBER, DECIDED, ENDED = "begun", "lapse", "move", "number", "decided", "ended"


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Any item of a record: its entry, the day it is about, who charted it and when (UTC ms)."""

    seq: int
    on: date
    by: str
    at_ms: int


class Fact(Noted, frozen=True, kw_only=True):
    """A row of ``facts.FACTS`` and what was charted."""

    fact: str
    text: str


class Scored(Noted, frozen=True, kw_only=True):
    """A scale's score; ``use`` is ``BASELINE``, the id of a checkpoint or "". ``remission`` is the line that the clinic
    judged by then, "" for the first that the scale has."""

    score: Score
    use: str = ""
    remission: str = ""


class Consented(Noted, frozen=True, kw_only=True):
    """A signed consent; ``on`` is the day of the signature."""

    version: str


class Judged(Noted, frozen=True, kw_only=True):
    """What somebody decided on eligibility, and the warnings that stood beside it then."""

    eligible: bool
    reason: str
    warnings: tuple[str, ...] = ()


class Seen(Noted, frozen=True, kw_only=True):
    """Somebody has seen flag ``flag`` of score ``of``, and what follows from it."""

    of: int
    flag: str
    reason: str


class CourseEvent(Noted, frozen=True, kw_only=True):
    """What happened to a course: ``root`` is the entry that began it, however often that was corrected.

    begun: ``rules`` (with the chosen template alone in them) as they were in force, ``start``, ``number`` of sessions
    chosen, ``checkpoints`` in use. lapse: ``on`` to ``last``. move: to step ``to`` from ``on``. number: chosen later.
    decided: the decision ``to`` on ``on``, with the ``choice`` among its options. ended: on ``on``. ``reason`` says
    why, or what was decided.
    """

    what: str
    root: int
    rules: Courses | None = None
    start: date | None = None
    number: int | None = None
    checkpoints: tuple[str, ...] = ()
    last: date | None = None
    to: str = ""
    choice: str = ""
    reason: str = ""

    @property
    def template(self) -> Template:
        """The template of a beginning."""
        if self.rules is None:
            raise ValueError(f"entry {self.seq} begins no course")
        return self.rules.templates[0]


Item = Fact | Scored | Consented | Judged | Seen | CourseEvent


class PatientState(msgspec.Struct, frozen=True, kw_only=True):
    """The current record; every tuple in the order of the chart. ``name`` and ``identifier`` as last charted."""

    name: str
    identifier: str
    facts: tuple[Fact, ...] = ()
    scores: tuple[Scored, ...] = ()
    consents: tuple[Consented, ...] = ()
    judged: tuple[Judged, ...] = ()
    seen: tuple[Seen, ...] = ()
    course: tuple[CourseEvent, ...] = ()

    def item(self, seq: int) -> Item | None:
        """What entry ``seq`` holds, where it stands in the record."""
        parts = (self.facts, self.scores, self.consents, self.judged, self.seen, self.course)
        return next((one for part in parts for one in part if one.seq == seq), None)

    @property
    def begun(self) -> CourseEvent | None:
        """The beginning of the course that is the patient's now."""
        return next((one for one in reversed(self.course) if one.what == BEGUN), None)

    @property
    def consent(self) -> Consent | None:
        """The last signed consent, as the screening asks for it."""
        last = max(self.consents, key=lambda one: (one.on, one.seq), default=None)
        return None if last is None else Consent(last.version, last.on)

    def standing(self, fact: str) -> tuple[Fact, ...]:
        """What stands of ``fact``: every one where several may, else the one of the latest day."""
        found = [one for one in self.facts if one.fact == fact]
        several = fact not in FACTS or FACTS[fact].several
        return tuple(found) if several else tuple(sorted(found, key=lambda one: (one.on, one.seq))[-1:])

    @property
    def flagged(self) -> tuple[tuple[Scored, Flagged], ...]:
        """Flags that are raised and that nobody has charted as seen; the oldest first."""
        seen = {(one.of, one.flag) for one in self.seen}
        return tuple(
            (scored, flag)
            for scored in self.scores
            for flag in scored.score.flags
            if flag.state is Asked.YES and (scored.seq, flag.id) not in seen
        )

    def baseline(self, scored: Scored) -> Scored | None:
        """The recorded baseline that ``scored`` is compared with: the last one of the same scale before it."""
        before = [one for one in self.scores if one.use == BASELINE and one.score.scale == scored.score.scale]
        return max((one for one in before if one.on <= scored.on), key=lambda one: (one.on, one.seq), default=None)


def fold_records(entries: Iterable[Entry]) -> dict[tuple[str, str], PatientState]:
    """The record of every patient in ``entries`` (in ``seq`` order; what is no part of a record is passed over)."""
    found: dict[tuple[str, str], PatientState] = {}
    for entry in entries:
        if entry.kind in RECORD:
            key = key_of(entry)
            found[key] = apply_record(found.get(key), entry)
    return found


def key_of(entry: Entry) -> tuple[str, str]:
    """Whose record the entry belongs to."""
    patient = entry.payload["patient"]
    return who(patient["name"], patient["identifier"])


def apply_record(state: PatientState | None, entry: Entry) -> PatientState:
    """The record after one more of its entries."""
    patient, payload = entry.payload["patient"], entry.payload
    before = state or PatientState(name=patient["name"], identifier=patient["identifier"])
    state = msgspec.structs.replace(before, name=patient["name"], identifier=patient["identifier"])
    if entry.supersedes is not None:
        state = _without(state, entry.supersedes)
    if entry.kind is Kind.WITHDRAWN:
        return state
    part, shape, more = _PARTS[entry.kind]
    noted = {"seq": entry.seq, "by": entry.entered_by, "at_ms": entry.entered_at_ms}
    if "reason" in shape.__struct_fields__:
        noted["reason"] = entry.reason or ""
    kept = {name: payload[name] for name in more if name in payload}
    if entry.kind is Kind.COURSE:
        kept["root"] = _root(before, entry)
    item = msgspec.convert({"on": payload["on"]} | kept | noted, shape)
    return msgspec.structs.replace(state, **{part: (*getattr(state, part), item)})


_PARTS: dict[Kind, tuple[str, Any, tuple[str, ...]]] = {
    Kind.FACT: ("facts", Fact, ("fact", "text")),
    Kind.SCALE_SCORE: ("scores", Scored, ("score", "use", "remission")),
    Kind.CONSENT: ("consents", Consented, ("version",)),
    Kind.ELIGIBILITY: ("judged", Judged, ("eligible", "warnings")),
    Kind.FLAG_SEEN: ("seen", Seen, ("of", "flag")),
    Kind.COURSE: ("course", CourseEvent, ("what", "rules", "start", "number", "checkpoints", "last", "to", "choice")),
}


def _root(before: PatientState, entry: Entry) -> int:
    """A beginning that corrects another keeps its root, so that what happened to the course stays with it."""
    if entry.payload["what"] != BEGUN:
        return int(entry.payload["root"])
    corrected = before.item(entry.supersedes) if entry.supersedes is not None else None
    return corrected.root if isinstance(corrected, CourseEvent) else entry.seq


def _without(state: PatientState, seq: int) -> PatientState:
    parts = {part: tuple(one for one in getattr(state, part) if one.seq != seq) for part, _, _ in _PARTS.values()}
    return msgspec.structs.replace(state, **parts)
