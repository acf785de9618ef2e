"""Reading a ledger: entries, rows, sessions. Read-only; the writer (``store.py``) reads the same way."""

# ruff: noqa: S608 - only our own column names are put into statements, values always are parameters

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import msgspec

from charting.ledger import place, rows, schema
from charting.ledger.chain import GENESIS, Head, from_iso
from charting.ledger.engine import FAULTS, connect, failed, sqlite3
from charting.ledger.errors import DiskFault, DiskReadOnly, LedgerFailed, LedgerNewer, LedgerUnusable
from charting.model import Entry, Kind, NumericRow

COLUMNS = (
    "seq",
    "session",
    "chair",
    "kind",
    "happened_at",
    "entered_at",
    "entered_by",
    "source",
    "supersedes",
    "reason",
    "payload",
    "prev_hash",
    "hash",
)
INDEXED = "session, chair, opened_seq, opened_at, closed_at, patient, identifier, weight_kg"
_KINDS = frozenset(str(kind) for kind in Kind)
_SELECT_ENTRY = f"SELECT {', '.join(COLUMNS)} FROM entry"
_SESSIONS = f"SELECT {INDEXED} FROM session_index"


class SessionLine(msgspec.Struct, frozen=True):
    """A session as the list shows it. Times are UTC ms; ``opened_seq`` is its first entry, its number in the
    rows.
    """

    session: str
    chair: str | None
    opened_seq: int
    opened_at_ms: int
    closed_at_ms: int | None
    patient: str
    identifier: str
    weight_kg: float | None


class Reader:
    """Questions to one open ledger. Every method raises ``LedgerFailed`` where SQLite fails."""

    def __init__(self, conn: sqlite3.Connection, path: Path | str) -> None:
        self.conn = conn
        self.path = path
        self._metrics = rows.metrics_in(row[1] for row in conn.execute("PRAGMA table_info(numeric)"))

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open read-only, also while the recorder writes, on a read-only disk, and a later version's file
        that still has the tables needed. Raises ``LedgerUnusable`` or ``LedgerNewer`` with one sentence.
        """
        place.look(Path(path))
        try:
            conn = cls._connect_read_only(Path(path))
            try:
                cls._check_tables(conn, path)
                return cls(conn, path)
            except BaseException:
                conn.close()
                raise
        except FAULTS as error:
            raise LedgerUnusable(f"{path} cannot be read: {error}", error) from error

    @staticmethod
    def _connect_read_only(path: Path) -> sqlite3.Connection:
        """``mode=ro``, or ``immutable=1`` where no WAL index can be made beside the file (read-only disk)."""
        conn = connect(path, "mode=ro")
        try:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except FAULTS as error:
            conn.close()
            log = place.beside(path, "-wal")
            no_index = isinstance(failed(error, path), DiskFault | DiskReadOnly)
            if not no_index or (log.exists() and log.stat().st_size):
                raise  # immutable would pass over what is in the log only
            conn = connect(path, "immutable=1")
        return conn

    @staticmethod
    def _check_tables(conn: sqlite3.Connection, path: Path | str) -> None:
        try:
            version = schema.version_of(conn)
            foreign = conn.execute("PRAGMA application_id").fetchone()[0] not in schema.MARKS
            if foreign or version == 0:
                raise LedgerUnusable(f"{path} is no ledger of this program; choose another file")
            for question in (_SELECT_ENTRY, f"SELECT {', '.join(rows.FIXED)} FROM numeric", _SESSIONS):
                conn.execute(f"{question} LIMIT 0")
        except FAULTS as error:
            if version_is_newer(conn):
                raise LedgerNewer(newer_sentence(path), error) from error
            raise LedgerUnusable(f"{path} cannot be read as a ledger: {error}", error) from error

    def close(self) -> None:
        """Let go of the file."""
        self.conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, question: str, *values: object) -> list[Any]:
        try:
            return self.conn.execute(question, values).fetchall()
        except FAULTS as error:
            raise failed(error, self.path) from error

    def head(self) -> Head:
        """The last entry in the file."""
        found = self._ask("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
        return Head(*found[0]) if found else Head(0, GENESIS)

    def entries(self, session: str | None = None, after_seq: int = 0) -> list[Entry]:
        """Entries in order, of one session or of all, from behind ``after_seq`` on."""
        only = " AND session = ?" if session is not None else ""
        values = (after_seq, session) if session is not None else (after_seq,)
        return [self._entry(row) for row in self._ask(f"{_SELECT_ENTRY} WHERE seq > ?{only} ORDER BY seq", *values)]

    def last(self, kind: Kind) -> Entry | None:
        """The newest entry of a kind."""
        found = self._ask(f"{_SELECT_ENTRY} WHERE kind = ? ORDER BY seq DESC LIMIT 1", kind.value)
        return self._entry(found[0]) if found else None

    def of_kind(self, kind: Kind, after_seq: int = 0) -> list[Entry]:
        """Entries of one kind in order, from behind ``after_seq`` on."""
        question = f"{_SELECT_ENTRY} WHERE seq > ? AND kind = ? ORDER BY seq"
        return [self._entry(row) for row in self._ask(question, after_seq, kind.value)]

    def among(self, session: str | None, kinds: Sequence[Kind]) -> list[Entry]:
        """Entries of these kinds in order, of one session or, with None, of no session."""
        question = f"{_SELECT_ENTRY} WHERE session IS ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY seq"
        return [self._entry(row) for row in self._ask(question, session, *(kind.value for kind in kinds))]

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        fields = dict(zip(COLUMNS, row, strict=True))
        if isinstance(row[3], str) and row[3] not in _KINDS:
            raise LedgerNewer(f"entry {row[0]} is of kind {row[3]}: {newer_sentence(self.path)}")
        with self._readable(f"entry {row[0]}"):
            return Entry(
                kind=Kind(fields.pop("kind")),
                happened_at_ms=from_iso(fields.pop("happened_at")),
                entered_at_ms=from_iso(fields.pop("entered_at")),
                payload=json.loads(fields.pop("payload")),
                **fields,
            )

    @contextmanager
    def _readable(self, what: str) -> Iterator[None]:
        """Damaged cells say so instead of failing somewhere in their use."""
        try:
            yield
        except (TypeError, ValueError, RecursionError) as error:
            raise LedgerFailed(f"{what} of {self.path} is damaged; run: sessions verify ({error})", error) from error

    def sessions(self) -> list[SessionLine]:
        """All sessions, the first opened first."""
        with self._readable("the list of sessions"):
            return [
                SessionLine(
                    name, chair, first, from_iso(opened), closed and from_iso(closed), who or "", number or "", kg
                )
                for name, chair, first, opened, closed, who, number, kg in self._ask(f"{_SESSIONS} ORDER BY opened_seq")
            ]

    def open_sessions(self) -> list[str]:
        """Sessions without a closing entry, the first opened first: what a recorder resumes after a crash."""
        return [line.session for line in self.sessions() if line.closed_at_ms is None]

    def opened_seq(self, session: str) -> int | None:
        """``seq`` of the entry that opened ``session``: its number in table numeric. None where there is
        none.
        """
        found = self._ask("SELECT min(seq) FROM entry WHERE kind = 'session_opened' AND session = ?", session)
        return found[0][0] if found and found[0][0] is not None else None

    def numerics(self, session: str, carrying: str = "") -> Iterator[NumericRow]:
        """Numeric rows of ``session`` in the order they were recorded; with ``carrying`` only those of a metric."""
        for cells in self._cells(session, 0, carrying):
            with self._readable(f"row {cells[0]}"):
                row = rows.from_columns(cells, session, self._metrics)
            yield row

    def _cells(self, session: str, after_id: int, carrying: str = "") -> list[Any]:
        only = f" AND {carrying.lower()} IS NOT NULL" if carrying in self._metrics else ""
        return self._ask(
            f"SELECT {rows.column_list(self._metrics)} FROM numeric WHERE session = ? AND id > ?{only} ORDER BY id",
            self.opened_seq(session),
            after_id,
        )

    def view(self, name: str, session: str | None = None) -> Iterator[dict[str, Any]]:
        """Rows of one of the views (``v_alarm`` ...) as dictionaries, of one session or all.

        Raises ``LedgerUnusable`` for a name that is no view of this file.
        """
        import sqlite_utils  # 0.1 s of import that neither recorder nor screen should wait for

        db = sqlite_utils.Database(self.conn, execute_plugins=False, strict=True)
        if name not in db.view_names():
            raise LedgerUnusable(f"{self.path} has no view {name}; it has {', '.join(sorted(db.view_names()))}")
        where = ("session = ?", [session]) if session is not None else (None, [])
        try:
            yield from db[name].rows_where(*where)
        except FAULTS as error:
            raise failed(error, self.path) from error


def version_is_newer(conn: sqlite3.Connection) -> bool:
    """True where a later program made the file; False also where the file cannot even say."""
    try:
        return schema.version_of(conn) > schema.VERSION
    except FAULTS:
        return False


def newer_sentence(path: Path | str) -> str:
    """What to say of a file made by a later program."""
    return f"{path} was written by a later version of this program; update the program, the file stays as it is"
