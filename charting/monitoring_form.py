"""The draft of the esketamine monitoring form, filled from the chart (clinical.md 1.7, PMF [V]). Pure.

It is drawn for a person who reviews, completes and submits it; nothing here sends anything. A box is ticked only by
what somebody charted: what the chart does not say stays open, and how a value was chosen stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from charting.adverse import EVENT, adverse_text
from charting.drug_classes import CLASSES, classes_of, says_none
from charting.duty import HANDED, ON
from charting.figures import computed, said
from charting.medication import GIVEN
from charting.model import Entry, Kind, NumericRow
from charting.monitoring import ready
from charting.monitoring_signs import (
    DAYS,
    OPEN,
    Answer,
    Local,
    Seen,
    boxes,
    effects,
    lacks,
    least_min,
    minutes,
    seen_of,
    vitals,
)
from charting.record import PatientState
from drivers.core.text import clean

DRAFT = "DRAFT - not submitted: a person reviews, completes and submits it"
TITLE = "Esketamine: patient monitoring form"
LONGEST = 240


class Part(NamedTuple):
    """A titled group of answers."""

    title: str
    answers: tuple[Answer, ...]


class Form(NamedTuple):
    """The draft. ``lacks`` are said at its top: what the form will be asked about."""

    session: str
    drawn: str
    lacks: tuple[str, ...]
    parts: tuple[Part, ...]


def form_of(
    entries: Sequence[Entry], rows: Iterable[NumericRow], record: PatientState | None, at_ms: int, local: Local
) -> Form:
    """The form of one session at ``at_ms``. Raises ``FormError`` where the session gave no esketamine."""
    seen = seen_of(entries, rows, record, at_ms, local)
    parts = (
        Part("Patient", tuple(_patient(seen))),
        Part("Concomitant drugs", tuple(_drugs(seen))),
        Part("Provider and site", tuple(_provider(seen))),
        Part("Treatment", tuple(_treatment(seen))),
        Part("Vital signs", tuple(vitals(seen))),
        Part("Sedation and dissociation", tuple(effects(seen))),
        Part("Adverse events", tuple(_adverse(seen))),
        Part("Submission", tuple(_submission(seen))),
    )
    cleaned = (
        Part(title, tuple(Answer(one.asked, tuple(clean(line, LONGEST) for line in one.said)) for one in answers))
        for title, answers in parts
    )
    drawn = f"{local(at_ms):%Y-%m-%d %H:%M UTC%z}, session {seen.state.session}"
    protocol = f"protocol {seen.protocol.id} version {seen.protocol.version}"
    return Form(seen.state.session, f"Drawn {drawn}, {protocol}", tuple(lacks(seen)), tuple(cleaned))


def _patient(seen: Seen) -> Iterator[Answer]:
    yield Answer("Name", (seen.state.patient,))
    yield Answer("Date of birth", (f"{OPEN} as such; the second identifier is {seen.state.identifier}",))
    yield Answer("Sex", (OPEN,))


def _drugs(seen: Seen) -> Iterator[Answer]:
    """By class: yes where a charted drug is known to be of it, no only where somebody charted that there is none."""
    charted = [(one.text, f"{one.text} ({one.on})") for one in seen.record.standing("drug")] if seen.record else []
    named = [told for text, told in charted if not says_none(text)]
    none = bool(charted) and not named
    given = [
        entry.payload for entry in seen.entries if entry.kind is Kind.MEDICATION and entry.payload["what"] == GIVEN
    ]
    today = [f"{p['name']} {p['amount']:g} {p['unit']} {p['route']} (in this session)" for p in given]
    for name in CLASSES:
        of = [told for told in (*named, *today) if name in classes_of(told)]
        if of:
            yield Answer(name, (f"{boxes(True)}: {'; '.join(of)}",))
        elif none:
            yield Answer(name, (f"{boxes(False)}: {charted[-1][1]}",))
        else:
            yield Answer(name, (f"{boxes(None)} {OPEN} as such",))
    listed = named or (["none" if none else f"{OPEN}: no drug stands in the record"])
    yield Answer("Drugs in the record", tuple(listed))


def _provider(seen: Seen) -> Iterator[Answer]:
    came: list[str] = []
    for entry in seen.entries:
        p = entry.payload
        if entry.kind is Kind.SESSION_OPENED and entry.supersedes is None:
            came.append(_person({"initials": entry.entered_by} | p.get("staff", {})))
        elif entry.kind is Kind.DUTY and p["what"] in (ON, HANDED):
            came.append(_person(p["who" if p["what"] == ON else "to"]))
    yield Answer("Monitoring provider", (OPEN, f"on the session by the chart: {', '.join(dict.fromkeys(came))}"))
    yield Answer("Healthcare setting, site", (OPEN,))
    yield Answer("Prescriber", (OPEN,))


def _person(who: dict[str, str]) -> str:
    return f"{who['initials']}{' (' + who['role'] + ')' if who.get('role') else ''}"


def _treatment(seen: Seen) -> Iterator[Answer]:
    state, local = seen.state, seen.local
    mg = sum(one.mg_by(one.end_ms) for one in state.given)
    other = f": {computed(mg)} mg" if mg not in (56, 84) else ""
    planned = f"; planned {computed(state.planned_mg)} mg" if state.planned_mg not in (None, mg) else ""
    yield Answer("Date of treatment", (f"{local(seen.start_ms):%Y-%m-%d}",))
    doses = " ".join(f"[{'x' if mg == one else ' '}] {one} mg" for one in (56, 84))
    yield Answer("Dose given", (f"{doses} [{'x' if other else ' '}] other{other}{planned}",))
    devices = (e for e in seen.entries if e.kind is Kind.GIVEN)
    told = (
        f"device {e.payload['number']}: {computed(e.payload['dose_mg'])} mg at {local(e.happened_at_ms):%H:%M},"
        f" lot as charted: {e.payload['detail']}"
        for e in devices
    )
    yield Answer("Devices", tuple(told))
    least, stayed = least_min(seen), minutes(seen.end_ms - seen.start_ms)
    if state.closed_ms is None:
        yield Answer("Time left", (f"{OPEN}: the session is open",))
        yield Answer("Total minutes", (f"{boxes(None)}: at least {said(least)} min; {stayed} min so far",))
    else:
        yield Answer("Time left", (f"{local(seen.end_ms):%Y-%m-%d %H:%M}",))
        yield Answer("Total minutes", (f"{stayed} min, from the first device to the end of the session",))
        yield Answer(f"At least {said(least)} min", (boxes(stayed >= least),))
    found = ready(seen.entries, seen.protocol.recovery, seen.cuffs, seen.end_ms)
    rule = "rule: the protocol's criteria for leaving but for the stay, first met and not broken again"
    if found.at_ms is None:
        yield Answer("Ready without the two-hour rule", (f"{OPEN}; at the end: {'; '.join(found.lacking)}", rule))
    else:
        yield Answer("Ready without the two-hour rule", (seen.clock(found.at_ms), rule))


def _adverse(seen: Seen) -> Iterator[Answer]:
    events = [e for e in seen.entries if e.kind is Kind.ADVERSE and e.payload["what"] == EVENT]
    serious = [f"{seen.clock(e.happened_at_ms)} {adverse_text(e.payload)}" for e in events if e.payload["serious"]]
    others = [f"{seen.clock(e.happened_at_ms)} {adverse_text(e.payload)}" for e in events if not e.payload["serious"]]
    nothing = (f"{boxes(None)}: none is charted as serious; a person says",)
    yield Answer("Serious adverse event", (boxes(True), *serious) if serious else nothing)
    yield Answer("Other adverse events charted", tuple(others) or ("none",))


def _submission(seen: Seen) -> Iterator[Answer]:
    by = seen.local(seen.start_ms).date() + timedelta(days=DAYS)
    yield Answer("Due by", (f"{by} ({DAYS} days after the treatment)",))
    yield Answer("Reviewed by, date", ("[ ] ____________________",))
    yield Answer("Submitted by, date", ("[ ] ____________________",))
