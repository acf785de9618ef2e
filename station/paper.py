"""``paper``: a protocol's sheet for a time without the station, as PDF or text. It needs no recorder and no ledger."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import click

from charting.paper import PaperError, Rating, Sheet, sheet_of
from charting.paper_entry import EntryError, minute_of
from charting.paper_page import pages_of
from charting.paper_words import text_of
from charting.pdf import document, strange
from charting.rule_file import nearest
from drivers.core.text import clean
from station.config import folders, load
from station.errors import USAGE, Trouble
from station.events import Event, load_events
from station.protocols import Protocols, protocols_of
from station.sessions import give


class Wanted(NamedTuple):
    """What was typed behind the command."""

    protocol: str
    start: str | None = None
    weight_kg: float | None = None
    mg_per_kg: float | None = None
    mg: float | None = None
    gate: str = ""


def made(wanted: Wanted, protocols: Protocols, events: tuple[Event, ...]) -> Sheet:
    """The sheet that is wanted, of the usual protocol where none is named. ``Trouble`` in one sentence."""
    protocol = protocols.called(wanted.protocol)
    if protocol is None:
        near = nearest(wanted.protocol, protocols.known)
        raise Trouble(f"no protocol is called {clean(wanted.protocol, 40)!r}; {near}", USAGE)
    known = {one.id: Rating(one.id, clean(one.text), one.lowest, one.highest, one.words) for one in events}
    try:
        return sheet_of(
            protocol,
            start_min=None if wanted.start is None else minute_of(wanted.start),
            weight_kg=wanted.weight_kg,
            mg_per_kg=wanted.mg_per_kg,
            mg=wanted.mg,
            gate=wanted.gate,
            known=known,
        )
    except (PaperError, EntryError) as error:
        raise Trouble(str(error), USAGE) from None


def print_text(wanted: Wanted, out: Path | None) -> int:
    """The sheet as text, to a file or stdout."""
    return give(text_of(_here(wanted)) + "\n", out)


def print_pdf(wanted: Wanted, out: Path | None) -> int:
    """The sheet as PDF, to a file or a pipe; a terminal cannot show one."""
    if out is None and sys.stdout.isatty():
        raise Trouble("a PDF cannot be shown here; name a file with -o, or use --text", USAGE)
    sheet = _here(wanted)
    pages = pages_of(sheet)
    lost = strange(words for page in pages for words in page.said)
    if lost:
        click.echo(f"printed as ?: {clean(lost, 40)}; the PDF has western European letters only, --text has all",
                   err=True)  # fmt: skip
    return give(document(pages, f"{sheet.protocol.name}: paper sheet"), out)


def _here(wanted: Wanted) -> Sheet:
    here = folders()
    events = load_events(here.events_toml)
    return made(wanted, protocols_of(here.protocols, load(here.station_toml).protocol, events), events)
