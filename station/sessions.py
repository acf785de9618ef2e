"""``sessions``: the chart from the shell. Read-only (signing is in ``sign.py``); works while a recorder writes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from charting.due import due
from charting.haemodynamics import change_lines
from charting.ledger.chain import iso
from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.ledger.verify import verify as verify_ledger
from charting.lines import line, listed
from charting.model import Entry, Kind
from charting.review import export_csv, export_json, find_session
from charting.sbar import sbar
from charting.session import Phase, fold
from charting.sign import Signature, signatures, signed_by
from charting.summary import summary, words
from charting.trends import trend_of
from drivers.core.text import clean
from station.clock import Clock
from station.config import folders
from station.errors import NO, Trouble
from station.recorder.sight import NIBP_INTERVAL_S

LONGEST_NAMES = 120  # of those who signed, in a row of the list


@contextmanager
def reading(ledger: Path | None) -> Iterator[Reader]:
    """A ledger, the station's by default, open for reading. ``Trouble`` with one sentence where it cannot be read."""
    path = ledger or folders().ledger
    try:
        reader = Reader.open(path)
        try:
            yield reader
        finally:
            reader.close()
    except LedgerError as error:
        raise Trouble(error.sentence) from None


def list_sessions(ledger: Path | None) -> int:
    """One line a session, newest first."""
    with reading(ledger) as reader:
        found = sorted(reader.sessions(), key=lambda s: s.opened_seq, reverse=True)
        names = {entry.session: entry for entry in reversed(reader.of_kind(Kind.SIGNED))}  # the first of each
        for s in found:
            ended = f"ended {_when(s.closed_at_ms)}" if s.closed_at_ms is not None else "open"
            who = f"{clean(s.patient)} ({clean(s.identifier)})"
            given = _signatures(reader, s.session, names.get(s.session))
            words = f"  {clean(signed_by(given), LONGEST_NAMES)}" if given else ""
            click.echo(f"{s.session}  {_when(s.opened_at_ms)}  {clean(s.chair or '')}  {who}  {ended}{words}")
        if not found:
            click.echo("no session is charted here yet", err=True)
    return 0


def _signatures(reader: Reader, session: str, first: Entry | None) -> tuple[Signature, ...]:
    """The signatures of a session; ``first`` is the first one, None where there is none."""
    return signatures(reader.entries(session, first.payload["last_seq"])) if first is not None else ()


def show(ledger: Path | None, session: str | None) -> int:
    """The summary, then every entry a person reads."""
    with reading(ledger) as reader:
        name = find_session(reader, session).session
        entries = reader.entries(name)
        rows = list(reader.numerics(name))
        made, state = summary(entries, rows), fold(entries)
        changes = change_lines(state, entries, rows, made["as_of_ms"]) if state is not None else ()
        for sentence in (*words(made), *changes):
            click.echo(sentence)
        click.echo()
        gone = {entry.supersedes for entry in entries}
        for entry in entries:
            if listed(entry):
                said = f"[replaced] {line(entry)}" if entry.seq in gone else line(entry)
                click.echo(f"{_clock(entry.happened_at_ms)}  {entry.seq:>6}  {said}  [{clean(entry.entered_by)}]")
    return 0


def export(ledger: Path | None, session: str | None, form: str, out: Path | None) -> int:
    """The session as CSV or JSON, to a file or stdout. A file is written whole or not at all."""
    with reading(ledger) as reader:
        name = find_session(reader, session).session
        if form == "csv":
            text = "".join(export_csv(reader, name))
        else:
            entries = reader.entries(name)
            made = summary(entries, list(reader.numerics(name)))
            text = msgspec.json.encode(export_json(reader, name, made)).decode() + "\n"
    return give(text, out)


def report(ledger: Path | None, session: str | None, out: Path | None) -> int:
    """The hand-over card of a session: as it is now while it is open, as it ended afterwards."""
    with reading(ledger) as reader:
        found = find_session(reader, session)
        entries, rows = reader.entries(found.session), list(reader.numerics(found.session))
    clock = Clock()
    at_ms = found.closed_at_ms if found.closed_at_ms is not None else clock.utc_ms(clock.now_ns())
    state, trend = fold(entries), trend_of(entries, rows, at_ms)
    cuffs = [cuff.t_ms for cuff in trend.cuffs] if trend is not None else []
    owed = (
        due(state, at_ms, max(cuffs, default=None), NIBP_INTERVAL_S[state.phase])
        if state is not None and state.phase is not Phase.CLOSED
        else ()
    )
    card = sbar(entries, rows, at_ms, owed)
    return give(f"Hand-over card of {found.session}, {iso(at_ms)}\n" + "\n".join(card.lines) + "\n", out)


def give(text: str | bytes, out: Path | None) -> int:
    """``text``, or a file's bytes, to a file, whole or not at all, or to stdout."""
    if out is None:
        sys.stdout.buffer.write(text) if isinstance(text, bytes) else sys.stdout.write(text)
        return 0
    try:
        _write_whole(out.resolve(), text if isinstance(text, bytes) else text.encode())
    except OSError as error:
        raise Trouble(f"cannot write {out}: {error.strerror}") from None
    return 0


def _write_whole(out: Path, content: bytes) -> None:
    """A file is replaced by a whole one or left alone; a device or pipe is written to."""
    if out.exists() and not out.is_file():
        out.write_bytes(content)
        return
    part = out.with_name(out.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def verify(ledger: Path | None) -> int:
    """Check chain, seals and pages; the answer on stdout."""
    report = verify_ledger(ledger or folders().ledger)
    answer: dict[str, Any] = {
        "ok": report.ok,
        "entries": report.entries,
        "numerics": report.numerics,
        "head": report.head,
        "problems": report.problems,
        "remarks": report.remarks,
    }
    click.echo(msgspec.json.encode(answer))
    if not report.ok:
        raise Trouble(f"the ledger does not hold: {report.problems[0]}", NO)
    return 0


def _when(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}Z"


def _clock(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%H:%M:%S}"
