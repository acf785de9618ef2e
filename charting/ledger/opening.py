"""Opening a ledger file for writing: which files are let in, and how the connection writes."""

from __future__ import annotations

from pathlib import Path

from charting.ledger import place, schema
from charting.ledger.engine import connect, failed, sqlite3, sqlite_facts
from charting.ledger.errors import LedgerFailed, LedgerNewer, LedgerUnusable
from charting.ledger.reader import newer_sentence

MEMORY = ":memory:"


def open_for_writing(path: Path | str, rehearsal: bool) -> sqlite3.Connection:
    """The writing connection: gate, rights, journal, schema. Raises ``LedgerError``."""
    in_memory = str(path) == MEMORY
    try:
        conn = connect(path, "" if in_memory else "mode=rw")
    except sqlite3.Error as error:
        raise failed(error, path) from error
    try:
        version = _gate(conn, path)
        if not in_memory:
            place.narrow(Path(path))
        safe = sqlite_facts().wal_safe
        journal, synchronous = ("MEMORY", "OFF") if rehearsal else ("WAL" if safe else "PERSIST", "FULL")
        found = conn.execute(f"PRAGMA journal_mode = {journal}").fetchone()[0]
        if found.upper() != journal:
            raise LedgerFailed(f"{path} takes no {journal} journal but {found}; put it on a local disk")
        conn.execute(f"PRAGMA synchronous = {synchronous}")
        if version < schema.VERSION:
            schema.migrate(conn)
    except sqlite3.Error as error:
        conn.close()
        raise failed(error, path) from error
    except BaseException:
        conn.close()
        raise
    return conn


def _gate(conn: sqlite3.Connection, path: Path | str) -> int:
    """Version of a file that is ours or empty; refuses every other one."""
    version = schema.version_of(conn)
    mark = conn.execute("PRAGMA application_id").fetchone()[0]
    filled = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version > schema.VERSION:
        raise LedgerNewer(newer_sentence(path))
    if filled and (mark != schema.APPLICATION_ID or version == 0):
        raise LedgerUnusable(f"{path} belongs to another program; choose another file")
    return version
