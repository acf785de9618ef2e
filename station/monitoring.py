"""``sessions report --monitoring-form``: the draft of an esketamine session's form. It is written, never sent."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from charting.course_sheet import records
from charting.monitoring_form import form_of
from charting.monitoring_page import html_of, pages_of, pdf_of, text_of
from charting.monitoring_signs import FormError
from charting.patient import who
from charting.pdf import strange
from charting.review import find_session
from drivers.core.text import clean
from station.clock import Clock, clinic_time
from station.errors import Trouble
from station.sessions import give, reading


def monitoring_form(ledger: Path | None, session: str | None, out: Path | None) -> int:
    """The form as text on stdout; in a file whose name ends so as HTML or PDF. What it lacks goes to stderr, too."""
    with reading(ledger) as reader:
        found = find_session(reader, session)
        entries, rows = reader.entries(found.session), list(reader.numerics(found.session))
        record = records(reader).get(who(found.patient, found.identifier))
    clock = Clock()
    try:
        form = form_of(entries, rows, record, clock.utc_ms(clock.now_ns()), clinic_time)
    except FormError as error:
        raise Trouble(f"{found.session}: {error}") from None
    if out is None:
        sys.stdout.write(text_of(form))
        return 0
    for one in form.lacks:
        click.echo(f"look at: {one}", err=True)
    kind = out.suffix.casefold()
    if kind == ".pdf":
        lost = strange(words for page in pages_of(form) for words in page.said)
        if lost:
            click.echo(f"printed as ?: {clean(lost, 40)}; the text and HTML have all letters", err=True)
        return give(pdf_of(form), out)
    return give(html_of(form) if kind in (".html", ".htm") else text_of(form), out)
