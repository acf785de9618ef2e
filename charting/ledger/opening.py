"""Opening a ledger file for writing: which files are let in, and how the connection writes."""

from __future__ import annotations

from pathlib import Path

from charting.ledger import place, schema
from charting.ledger.engine import FAULTS, connect, failed, sqlite3, sqlite_facts
from charting.ledger.errors import LedgerFailed, LedgerNewer, LedgerUnusable
from charting.ledger.reader import newer_sentence

MEMORY = ":memory:"


def clear_rehearsal(path: Path) -> None:
    """Take an earlier rehearsal away, so the next one begins empty. Raises ``LedgerUnusable`` for anything else: a
    rehearsal must never end up in a chart.
    """
    if not path.stat().st_size:
        return
    with path.open("rb") as file:
        header = file.read(100)
    if header[68:72] != schema.REHEARSAL_ID.to_bytes(4, "big"):  # place of application_id in the file format
        raise LedgerUnusable(f"{path} is no rehearsal; name a new file, a chart is never written over")
    for ending in ("", "-wal", "-shm", "-journal"):
        place.beside(path, ending).unlink(missing_ok=True)
    place.prepare(path)


def open_for_writing(path: Path | str, rehearsal: bool) -> sqlite3.Connection:
    """The writing connection: gate, rights, journal, schema. Raises ``LedgerError``."""
    in_memory = str(path) == MEMORY
    try:
        conn = connect(path, "" if in_memory else "mode=rw")
    except FAULTS as error:
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
            schema.migrate(conn, schema.VERSION, schema.REHEARSAL_ID if rehearsal else schema.APPLICATION_ID)
    except FAULTS as error:
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
    if filled and (mark not in schema.MARKS or version == 0):
        raise LedgerUnusable(f"{path} belongs to another program; choose another file")
    return version
