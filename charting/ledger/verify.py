"""Is this file still what the program wrote? Reads only, and answers in sentences whatever the file holds."""

# ruff: noqa: S608 - only our own column names are put into statements, values always are parameters

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from charting.ledger import chain, rows, schema
from charting.ledger.engine import FAULTS, connect, sqlite3
from charting.ledger.errors import LedgerError
from charting.ledger.reader import COLUMNS, INDEXED, Reader
from charting.model import NO_CHANGE, Kind

MOST = 20  # problems named; the rest is counted


class Report(msgspec.Struct):
    """Answer of ``verify``. ``ok`` where nothing is wrong; ``problems`` names what is, the first bad row
    first; ``remarks`` are true but no fault (rows not sealed yet); ``head`` is the hash of the last entry.
    """

    ok: bool = True
    entries: int = 0
    numerics: int = 0
    problems: list[str] = msgspec.field(default_factory=list)
    remarks: list[str] = msgspec.field(default_factory=list)
    head: str = chain.GENESIS
    unnamed: int = 0

    def wrong(self, sentence: str) -> None:
        """Note a problem, or count it past the first ones."""
        self.ok = False
        if len(self.problems) < MOST:
            self.problems.append(sentence)
        else:
            self.unnamed += 1


class Seal(msgspec.Struct, frozen=True):
    """A ``numerics`` entry's claim over rows of the session with number ``session_seq``."""

    seq: int
    session_seq: int
    first_id: int
    last_id: int
    rows: int
    digest: str


class Claim(msgspec.Struct, frozen=True):
    """What a ``signed`` entry says it is over: entries of its session up to one with this hash."""

    first_seq: int
    last_seq: int
    last_hash: str


def verify(path: Path | str) -> Report:
    """Check pages, schema, seq, chain, seals and sessions of the ledger at ``path``. Raises nothing for any
    content.
    """
    report = Report()
    try:
        with Reader.open(path) as reader:
            conn = reader.conn
            conn.execute("BEGIN")  # one picture of the file, also while the recorder writes
            # a damaged text is one bad row, not the end of the reading
            conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
            for check in (_pages, _schema, _entries, _numerics, _sessions, _signatures):
                try:
                    check(conn, report)
                except (*FAULTS, OverflowError) as error:
                    report.wrong(f"{check.__doc__ or ''} stopped: {error}")
    except LedgerError as error:
        report.wrong(error.sentence)
    except FAULTS as error:
        report.wrong(f"{path} cannot be read: {error}")
    if report.unnamed:
        report.problems.append(f"and {report.unnamed} more")
    return report


def _pages(conn: sqlite3.Connection, report: Report) -> None:
    """SQLite's own check of the pages"""
    for (sentence,) in conn.execute(f"PRAGMA integrity_check({MOST})").fetchall():
        if sentence != "ok":
            report.wrong(f"SQLite finds the file damaged: {sentence}")


def _schema(conn: sqlite3.Connection, report: Report) -> None:
    """The check of tables, triggers and views"""
    version = schema.version_of(conn)
    if version > schema.VERSION:
        report.remarks.append(f"schema {version} is later than this program's {schema.VERSION}: not compared")
        return
    model = connect(":memory:", "")
    try:
        schema.migrate(model, version)
        wanted = schema.objects(model)
    finally:
        model.close()
    found = schema.objects(conn)
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            report.wrong(f"{name} is missing from the schema")
        elif name not in wanted:
            report.wrong(f"{name} does not belong into the schema")
        elif found[name] != wanted[name]:
            report.wrong(f"{name} of the schema was changed")


def _entries(conn: sqlite3.Connection, report: Report) -> None:
    """The check of the chain"""
    last = chain.Head()
    for record in conn.execute(f"SELECT {', '.join(COLUMNS)} FROM entry ORDER BY seq"):
        seq, prev_hash, stored = record[0], record[-2], record[-1]
        if seq != last.seq + 1:
            report.wrong(f"entry {last.seq + 1} is missing: entry {last.seq} is followed by entry {seq}")
        elif prev_hash != last.hash:
            report.wrong(f"entry {seq} does not continue the chain of entry {last.seq}")
        if chain.recomputed(COLUMNS, record) != stored:
            report.wrong(f"entry {seq} is not as it was written")
        last = chain.Head(seq, str(stored))
        report.entries += 1
    report.head = last.hash


def _seals(conn: sqlite3.Connection, report: Report) -> list[Seal]:
    question = (
        "SELECT seq, (SELECT min(o.seq) FROM entry o "
        "WHERE o.kind = 'session_opened' AND o.session = e.session), payload "
        f"FROM entry e WHERE kind = '{Kind.NUMERICS}' ORDER BY seq"
    )
    found: list[Seal] = []
    for seq, session_seq, payload in conn.execute(question):
        try:
            claim = msgspec.json.decode(payload, type=dict[str, Any])
            found.append(msgspec.convert({**claim, "seq": seq, "session_seq": session_seq}, Seal))
        except (msgspec.DecodeError, TypeError, UnicodeEncodeError, RecursionError) as error:
            report.wrong(f"entry {seq} seals nothing that can be read: {error}")
    return found


def _numerics(conn: sqlite3.Connection, report: Report) -> None:
    """The check of the numeric rows"""
    report.numerics, first, last = conn.execute("SELECT count(*), min(id), max(id) FROM numeric").fetchone()
    if report.numerics and (first, last) != (1, report.numerics):
        report.wrong(f"numeric rows are missing: {report.numerics} rows bear the numbers {first} to {last}")
    metrics = rows.metrics_in(row[1] for row in conn.execute("PRAGMA table_info(numeric)"))
    wanted = "session = ? AND id BETWEEN ? AND ? ORDER BY id"
    question = f"SELECT {rows.column_list(metrics)} FROM numeric WHERE {wanted}"
    sealed: dict[int, int] = {}  # session number to the last id sealed
    count = 0
    for seal in _seals(conn, report):
        cells = conn.execute(question, (seal.session_seq, seal.first_id, seal.last_id))
        found = chain.digest(rows.sealed_form(cells, metrics))
        if found != (seal.rows, seal.digest):
            report.wrong(
                f"numeric rows {seal.first_id} to {seal.last_id} are not as entry {seal.seq} sealed them"
                + (f" ({found[0]} rows, {seal.rows} sealed)" if found[0] != seal.rows else "")
            )
        sealed[seal.session_seq] = max(seal.last_id, sealed.get(seal.session_seq, 0))
        count += seal.rows
    _unsealed(conn, report, sealed, count)


def _unsealed(conn: sqlite3.Connection, report: Report, sealed: dict[int, int], count: int) -> None:
    tail = 0
    for (session_seq,) in conn.execute("SELECT DISTINCT session FROM numeric").fetchall():
        behind = sealed.get(session_seq, 0)
        tail += conn.execute(
            "SELECT count(*) FROM numeric WHERE session = ? AND id > ?", (session_seq, behind)
        ).fetchone()[0]
    if report.numerics != count + tail:
        report.wrong(f"{report.numerics} numeric rows, but {count} are sealed and {tail} follow the last seal")
    elif tail:
        report.remarks.append(f"{tail} numeric rows are not sealed yet: a change in them would not be found")


def _sessions(conn: sqlite3.Connection, report: Report) -> None:
    """The check of the sessions"""
    mine, truth = (f"SELECT {INDEXED} FROM {name}" for name in ("session_index", "v_session"))
    for (name,) in conn.execute(
        f"SELECT session FROM ({mine} EXCEPT {truth}) UNION SELECT session FROM ({truth} EXCEPT {mine})"
    ).fetchall():
        report.wrong(f"the list of sessions is wrong about {name}; the recorder mends it when it starts")
    strangers = "SELECT DISTINCT session FROM numeric EXCEPT SELECT seq FROM entry WHERE kind = 'session_opened'"
    for (number,) in conn.execute(strangers).fetchall():
        report.wrong(f"numeric rows belong to session {number}, which was never opened")
    standing = (  # SQLite takes the bare columns beside max() from the row that has the maximum
        "SELECT session, count(*) FROM (SELECT session, to_state, max(seq) FROM v_alarm "
        "GROUP BY session, condition, subject) JOIN v_session USING (session) "
        "WHERE closed_at IS NOT NULL AND to_state NOT IN ('INACTIVE', 'DISABLED') GROUP BY session"
    )
    for name, count in conn.execute(standing).fetchall():
        report.remarks.append(f"session {name} was closed with {count} alarms standing")


def _signatures(conn: sqlite3.Connection, report: Report) -> None:
    """The check of the signatures"""
    found = conn.execute(f"SELECT seq, session, entered_by, payload FROM entry WHERE kind = '{Kind.SIGNED}'").fetchall()
    for seq, session, by, payload in found:
        try:
            claim = msgspec.json.decode(payload, type=Claim)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            report.wrong(f"entry {seq} signs nothing that can be read: {error}")
            continue
        mine = conn.execute("SELECT min(seq) FROM entry WHERE session = ?", (session,)).fetchone()
        last = conn.execute("SELECT session, hash FROM entry WHERE seq = ?", (claim.last_seq,)).fetchone()
        if mine != (claim.first_seq,) or last != (session, claim.last_hash) or claim.last_seq >= seq:
            report.wrong(f"entry {seq} signs entries {claim.first_seq} to {claim.last_seq}, which are not what it says")
        later = "session = ? AND seq > ? AND kind NOT IN (?, ?)"
        question = f"SELECT count(*), min(seq) FROM entry WHERE {later}"
        count, first = conn.execute(question, (session, claim.last_seq, *NO_CHANGE)).fetchone()
        if count:
            entries = "an entry" if count == 1 else f"{count} entries"
            report.remarks.append(
                f"session {session} was changed after it was signed by {by}: {entries} from {first} on"
            )
