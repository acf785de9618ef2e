"""Which SQLite this is, how a connection to it is set up, and what its errors mean in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from charting.ledger.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    DiskFault,
    DiskFull,
    DiskReadOnly,
    LedgerFailed,
)

if TYPE_CHECKING:
    import sqlite3
else:  # the wheel brings a SQLite with the WAL-reset fix; the system's is often older
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["FAULTS", "SqliteFacts", "connect", "failed", "sqlite3", "sqlite_facts"]

# what a call into SQLite may raise: its message quotes a damaged schema, which need not be UTF-8
FAULTS = (sqlite3.Error, UnicodeDecodeError)
BUSY_TIMEOUT_S = 2.0
# lines of SQLite free of the WAL-reset bug (3.7.0 to 3.51.2): first fixed version, first of the next line
_WAL_SAFE = (((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), (99, 0, 0)))

# primary result codes of sqlite3.h
_FAILURES: dict[int, tuple[type[LedgerFailed], str]] = {
    5: (DatabaseLocked, "another program holds {path}; the chart is written as soon as it lets go"),
    6: (DatabaseLocked, "another program holds {path}; the chart is written as soon as it lets go"),
    8: (DiskReadOnly, "{path} cannot be written any more; check whether the disk is mounted read-only"),
    10: (
        DiskFault,
        "the disk failed while working on {path}; replace the disk, entries go to the second place",
    ),
    11: (DatabaseCorrupt, "{path} is damaged; keep it, restore the last backup and run: sessions verify"),
    13: (DiskFull, "the disk of {path} is full; make room"),
    14: (DiskFault, "{path} cannot be opened; check that disk and folder are still there"),
    26: (
        DatabaseCorrupt,
        "{path} is no SQLite file; keep it, restore the last backup and run: sessions verify",
    ),
}
_OTHER = (LedgerFailed, "{path} could not be used")


class SqliteFacts(msgspec.Struct, frozen=True):
    """``version`` of the SQLite in use, from ``library``; ``wal_safe``: two connections may share a WAL."""

    version: str
    wal_safe: bool
    library: str


def wal_safe(version: tuple[int, ...]) -> bool:
    """True where this SQLite is free of the WAL-reset corruption bug (sqlite.org, release 3.51.3)."""
    return any(first <= version < beyond for first, beyond in _WAL_SAFE)


def sqlite_facts() -> SqliteFacts:
    """The SQLite this process runs, for the entry ``recorder_started`` and for ``doctor``."""
    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    return SqliteFacts(sqlite3.sqlite_version, wal_safe(version), sqlite3.__name__.partition(".")[0])


def connect(path: Path | str, mode: str) -> sqlite3.Connection:
    """A connection to ``path`` with URI parameters ``mode``, set up alike for writer, reader and ``verify``.

    Every transaction is begun and ended in words (isolation_level None). Raises sqlite3.Error.
    """
    uri = "file::memory:" if str(path) == ":memory:" else f"file:{quote(str(Path(path).absolute()))}?{mode}"
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        # without recursive triggers INSERT OR REPLACE would walk round the DELETE trigger; checked cells and no map
        # keep a damaged file from doing more than failing
        for pragma in (
            "recursive_triggers = ON",
            "cell_size_check = ON",
            "mmap_size = 0",
        ):
            conn.execute(f"PRAGMA {pragma}")
    except BaseException:
        conn.close()
        raise
    return conn


def failed(error: Exception, path: Path | str) -> LedgerFailed:
    """One of ``FAULTS`` as one of the classes of ``LedgerFailed``, its sentence ending with SQLite's own words."""
    unreadable = 11 if isinstance(error, UnicodeDecodeError) else 0
    code = getattr(error, "sqlite_errorcode", unreadable) & 0xFF  # the low byte of an extended code is the primary one
    kind, sentence = _FAILURES.get(code, _OTHER)
    return kind(f"{sentence.format(path=path)} ({error})", error)
