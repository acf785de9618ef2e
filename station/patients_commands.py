"""The commands over patients and courses; ``cli.py`` takes them in."""

from __future__ import annotations

from pathlib import Path

import click

from station.errors import USAGE, Trouble

_LEDGER = click.option("--ledger", type=click.Path(path_type=Path), help="Another ledger than the station's.")


@click.group()
def patients() -> None:
    """Patients' records and courses from the shell: list, show."""


@patients.command("list")
@_LEDGER
def patients_list(ledger: Path | None) -> int:
    """Every patient with a session or a record, by name."""
    from station import patients as room

    return room.list_patients(ledger)


@patients.command("show")
@_LEDGER
@click.argument("name")
def patients_show(ledger: Path | None, name: str) -> int:
    """One patient: record, course, sessions, scales. NAME may be the beginning of a name or of an identifier."""
    from station import patients as room

    return room.show(ledger, name)


@click.command("report")
@_LEDGER
@click.option("--course", is_flag=True, help="The course sheet of the session's patient.")
@click.argument("session", required=False)
def report(ledger: Path | None, course: bool, session: str | None) -> int:
    """A report to read or print, as text."""
    from station import patients as room

    if not course:
        raise Trouble("say which report: --course", USAGE)
    return room.course_report(ledger, session)
