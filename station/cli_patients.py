"""``infusion-station patients``: its options and arguments. What they do is in ``patients.py``."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli_sessions import LEDGER


@click.group()
def patients() -> None:
    """Patients' records and courses from the shell: list, due, show."""


@patients.command("list")
@LEDGER
def patients_list(ledger: Path | None) -> int:
    """Every patient with a session or a record, by name."""
    from station import patients as room

    return room.list_patients(ledger)


@patients.command("due")
@LEDGER
def patients_due(ledger: Path | None) -> int:
    """What is due today, patient by patient: flags not seen, calls, scales, decisions, overdue sessions."""
    from station import patients as room

    return room.due(ledger)


@patients.command("show")
@LEDGER
@click.argument("name")
def patients_show(ledger: Path | None, name: str) -> int:
    """One patient: record, course, sessions, scales. NAME may be the beginning of a name or of an identifier."""
    from station import patients as room

    return room.show(ledger, name)
