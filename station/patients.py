"""``patients`` and ``sessions report --course``: records and courses from the shell. Read-only, beside a recorder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from charting.course_sheet import records, sheet
from charting.course_words import (
    LONGEST_LINE,
    consent_line,
    due_lines,
    fact_lines,
    flag_lines,
    judged_line,
    sheet_lines,
)
from charting.factors import dose_lines
from charting.ledger.reader import Reader
from charting.patient import who
from charting.record_rules import eligibility_of, intake_of
from charting.review import find_session
from charting.treatments import treatments
from drivers.core.text import clean
from station.clinic import clinic_of
from station.clock import Clock, clinic_day
from station.config import folders
from station.errors import Trouble
from station.sessions import give, reading


def list_patients(ledger: Path | None) -> int:
    """One line a patient, by name: identifier, sessions, course."""
    with reading(ledger) as reader:
        named = _known(reader)
        for name, identifier in sorted(named.values()):
            made = sheet(reader, name, identifier, clinic_day, *_now())
            stands = made.stands
            course = f"{stands.begun.template.name}, {stands.numbered()} next" if stands else "no course"
            flags = f"  *** {len(made.record.flagged)} FLAGS NOT SEEN" if made.record and made.record.flagged else ""
            given = sum(one.treated for one in made.sessions)
            known = f"{given} treated of {len(made.sessions)} sessions"
            click.echo(f"{clean(name)} ({clean(identifier)})  {known}  {clean(course)}{flags}")
        if not named:
            click.echo("no patient is charted here yet", err=True)
    return 0


def due(ledger: Path | None) -> int:
    """What of every patient is due today, one line each; nothing on stdout where nothing is."""
    today, now_ms = _now()
    with reading(ledger) as reader:
        for name, identifier in sorted(_known(reader).values()):
            made = sheet(reader, name, identifier, clinic_day, today, now_ms)
            flags = [f"*** {one}, NOT SEEN YET" for one in flag_lines(made.record)] if made.record is not None else []
            for line in (*flags, *due_lines(made.stands)):
                click.echo(clean(f"{name} ({identifier}): {line}", LONGEST_LINE))
    return 0


def show(ledger: Path | None, name: str) -> int:
    """The record of the patient called ``name`` (its beginning, or the second identifier), then the course sheet."""
    with reading(ledger) as reader:
        patient = _found(reader, name)
        made = sheet(reader, *patient, clinic_day, *_now())
        head, *rest = sheet_lines(made)
        click.echo(head)
        if made.record is not None:
            facts = fact_lines(made.record) or ["no fact is charted"]
            rules = clinic_of(folders().config).screening
            lacks = eligibility_of(rules.eligibility, made.record)
            lines = [
                *facts,
                consent_line(made.record),
                judged_line(made.record),
                *(f"Eligibility: {s}" for s in lacks),
                *(f"Intake: {s}" for s in intake_of(rules.intake, made.record, _now()[0])),
            ]
            for line in lines:
                if line:
                    click.echo(clean(line, LONGEST_LINE))
        for dose in dose_lines(treatments(reader, *patient, clinic_day)):
            click.echo(f"Dose: {dose}")
        for line in rest:
            click.echo(line)
    return 0


def course_report(ledger: Path | None, session: str | None, out: Path | None) -> int:
    """The course sheet of the patient of a session."""
    with reading(ledger) as reader:
        line = find_session(reader, session)
        made = sheet_lines(sheet(reader, line.patient, line.identifier, clinic_day, *_now()))
    return give("".join(f"{text}\n" for text in made), out)


def _now() -> tuple[date, int]:
    clock = Clock()
    at_ms = clock.utc_ms(clock.now_ns())
    return clinic_day(at_ms), at_ms


def _known(reader: Reader) -> dict[tuple[str, str], tuple[str, str]]:
    """Everybody with a session or a record, as last written."""
    found = {who(line.patient, line.identifier): (line.patient, line.identifier) for line in reader.sessions()}
    return found | {key: (one.name, one.identifier) for key, one in records(reader).items()}


def _found(reader: Reader, typed: str) -> tuple[str, str]:
    """The one patient whose name or second identifier begins so. ``Trouble`` where none does, or several do."""
    wanted = " ".join(typed.casefold().split())
    known = _known(reader)
    exact = [patient for key, patient in known.items() if wanted in key]
    fitting = exact or [patient for key, patient in known.items() if any(part.startswith(wanted) for part in key)]
    if not wanted or not fitting:
        raise Trouble(f"no patient's name or identifier begins with {clean(typed, 60)!r}; see: patients list")
    if len(fitting) > 1:
        named = ", ".join(f"{clean(name, 40)} ({clean(identifier, 40)})" for name, identifier in sorted(fitting)[:5])
        raise Trouble(f"{len(fitting)} patients fit {clean(typed, 60)!r}: {named}; give more of it, or the identifier")
    return fitting[0]
