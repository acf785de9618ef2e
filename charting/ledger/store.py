"""The writer's side of a ledger: the one connection that appends. Saved means: ``commit`` has returned."""

# ruff: noqa: S608 - only our own column names are put into statements, values always are parameters

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from charting.ledger import chain as rule, place, rows
from charting.ledger.chain import Chain, Head
from charting.ledger.engine import FAULTS, failed, sqlite3
from charting.ledger.errors import (
    DatabaseCorrupt,
    DatabaseLocked,
    LedgerForked,
    LedgerRefused,
    LedgerUnusable,
)
from charting.ledger.opening import MEMORY, clear_rehearsal, open_for_writing
from charting.ledger.reader import COLUMNS, INDEXED, Reader
from charting.model import Draft, Entry, Kind, NumericRow

TAIL = 200  # entries looked at again after a failure
_INSERT_ENTRY = f"INSERT INTO entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


class Store(Reader):
    """One ledger opened for writing, used by one thread at a time.

    After a failed ``commit`` the same entries and rows are given again (more may follow them): what did reach
    the file is recognised and left out.
    """

    def __init__(self, conn: sqlite3.Connection, path: Path | str, lock: place.Lock | None, rehearsal: bool) -> None:
        super().__init__(conn, path)
        self._lock = lock
        self._rehearsal = rehearsal
        self._must_recover = False
        self._rows_ahead = 0  # rows of a failed commit that turned out to be in the file
        self._load()

    # --- opening and closing

    @classmethod
    def open(cls, path: Path | str, *, rehearsal: bool = False) -> Self:
        """Open ``path`` for writing, made where it is missing, older schemas migrated.

        ``rehearsal``: no chart, so it begins empty (replacing an earlier rehearsal, never a chart), nothing is
        synced, no lock file stays behind and the bytes depend on the content alone; ``:memory:`` is allowed. Raises
        ``LedgerBusy``, ``LedgerNewer``, ``LedgerUnusable``, ``LedgerFailed``.
        """
        if str(path) == MEMORY:
            if not rehearsal:
                raise LedgerUnusable("a chart is never kept in memory; name a file")
            return cls(open_for_writing(path, rehearsal), path, None, rehearsal)
        place.prepare(Path(path))
        lock = place.Lock(Path(path))
        try:
            if rehearsal:
                clear_rehearsal(Path(path))
            conn = open_for_writing(path, rehearsal)
            try:
                return cls(conn, path, lock, rehearsal)
            except BaseException:
                conn.close()
                raise
        except BaseException:
            lock.release(remove=rehearsal)
            raise

    def close(self) -> None:
        """Let go of file and lock. Raises ``LedgerFailed`` where the disk fails even now; the lock is free
        then too.
        """
        try:
            self.conn.close()
        except FAULTS as error:
            raise failed(error, self.path) from error
        finally:
            if self._lock is not None:
                self._lock.release(remove=self._rehearsal)
                self._lock = None

    def _load(self) -> None:
        """Read what the file holds: head, next row, the number of each session; mend the derived index."""
        self._head = self.head()
        self._next_row = int(self._ask("SELECT coalesce(max(id), 0) + 1 FROM numeric")[0][0])
        self._numbers: dict[str, int] = dict(
            self._ask("SELECT session, min(seq) FROM entry WHERE kind = 'session_opened' GROUP BY session")
        )
        mine, truth = (f"SELECT {INDEXED} FROM {name}" for name in ("session_index", "v_session"))
        if self._ask(f"SELECT * FROM ({mine} EXCEPT {truth}) UNION ALL SELECT * FROM ({truth} EXCEPT {mine}) LIMIT 1"):
            self.rebuild_index()

    def rebuild_index(self) -> None:
        """Make ``session_index`` anew from the entries. Raises ``LedgerFailed``."""
        fill = f"INSERT INTO session_index ({INDEXED}) SELECT {INDEXED} FROM v_session ORDER BY opened_seq"
        self._in_one_transaction((("DELETE FROM session_index", [()]), (fill, [()])))

    # --- writing

    def chain(self) -> Chain:
        """A chain to stage drafts on, at the end of this file."""
        return Chain(self._head)

    def commit(self, entries: Sequence[Entry], numeric_rows: Sequence[NumericRow]) -> None:
        """Write all or nothing, and return only when it is on the disk.

        Entries already in the file with the same hash are left out. Raises ``LedgerForked`` where the file's
        history is another one, ``LedgerRefused`` for content that cannot be written, ``LedgerFailed`` where
        SQLite fails.
        """
        if self._must_recover:
            self.recover()
        fresh = self._not_in_yet(entries)
        records = [_entry_columns(entry) for entry in fresh]
        numbers = self._numbers | {
            e.session: e.seq
            for e in reversed(fresh)  # reversed: the first opening entry counts
            if e.kind is Kind.SESSION_OPENED and e.session and e.session not in self._numbers
        }
        cells = self._cells_of(numeric_rows, numbers)
        if not records and not cells:
            return
        touched = sorted({e.session for e in fresh if e.session and _moves_index(e)})
        statements: tuple[tuple[str, Sequence[tuple[object, ...]]], ...] = (
            (_INSERT_ENTRY, records),
            *(
                (f"INSERT INTO numeric ({columns}) VALUES ({', '.join('?' * len(same[0]))})", same)
                for columns, same in rows.without_blanks(cells, self._metrics)
            ),
            (
                f"INSERT OR REPLACE INTO session_index ({INDEXED}) SELECT {INDEXED} FROM v_session WHERE session = ?",
                [(session,) for session in touched],
            ),
        )
        self._in_one_transaction(statements)
        self._numbers = numbers
        self._next_row += len(cells)
        self._rows_ahead = 0 if numeric_rows else self._rows_ahead
        if fresh:
            self._head = Head(fresh[-1].seq, fresh[-1].hash)

    def _in_one_transaction(self, statements: Sequence[tuple[str, Sequence[tuple[object, ...]]]]) -> None:
        try:
            self.conn.execute("BEGIN IMMEDIATE")  # a deferred one could fail half-way, deaf to the busy timeout
            for statement, values in statements:
                self.conn.executemany(statement, values)
            self.conn.execute("COMMIT")
        except FAULTS as error:
            failure = failed(error, self.path)
            # a lock leaves nothing in doubt; after anything else the file is opened anew before it is trusted
            self._must_recover = not isinstance(failure, DatabaseLocked) and str(self.path) != MEMORY
            self._roll_back()
            raise failure from error

    def _roll_back(self) -> None:
        if self.conn.in_transaction:  # on a full disk SQLite has done it already
            try:
                self.conn.execute("ROLLBACK")
            except FAULTS:
                self._must_recover = True  # the failure that led here is the one to report; opening anew rolls back

    def _not_in_yet(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those behind the head. The others must be in the file with the same hash, and all must hang
        together.
        """
        fresh: list[Entry] = []
        head = self._head
        for entry in entries:
            if entry.seq <= self._head.seq:
                found = self._ask("SELECT hash FROM entry WHERE seq = ?", entry.seq)
                if found != [(entry.hash,)]:
                    raise LedgerForked(f"{self.path} holds another entry {entry.seq}; restart the recorder")
            elif (entry.seq, entry.prev_hash) == (head.seq + 1, head.hash):
                fresh.append(entry)
                head = Head(entry.seq, entry.hash)
            else:
                raise LedgerForked(
                    f"entry {entry.seq} does not follow entry {head.seq} of {self.path}; restart the recorder"
                )
        return fresh

    def _cells_of(self, numeric_rows: Sequence[NumericRow], numbers: dict[str, int]) -> list[tuple[object, ...]]:
        """Column values of the rows that are not in the file yet."""

        def made(first_id: int, given: Sequence[NumericRow]) -> list[tuple[object, ...]]:
            try:
                return [
                    rows.to_columns(row, first_id + place, numbers[row.session], self._metrics)
                    for place, row in enumerate(given)
                ]
            except KeyError as error:
                raise LedgerRefused(f"session {error} was not opened in this ledger", error) from error

        ahead = self._rows_ahead
        if ahead:
            first = self._next_row - ahead
            known = self._ask(f"SELECT {rows.column_list(self._metrics)} FROM numeric WHERE id >= ? ORDER BY id", first)
            if known == made(first, numeric_rows[:ahead]):
                return made(self._next_row, numeric_rows[ahead:])
        return made(self._next_row, numeric_rows)

    # --- after a failure

    def recover(self) -> Head:
        """Close, open anew, write the log through to the file, look at the chain's tail; returns the durable
        head.

        Whatever a failed sync left in the page cache only is written and synced again by the checkpoint.
        Entries up to the head are in; the caller drops them, or gives them again and they are recognised.
        Raises ``LedgerFailed`` while the disk still fails: try again later.
        """
        self._must_recover = True
        expected_row = self._next_row - self._rows_ahead
        try:
            self.conn.close()
        except FAULTS as error:
            raise failed(error, self.path) from error
        try:
            self.conn = open_for_writing(self.path, self._rehearsal)
            blocked = self.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except FAULTS as error:
            raise failed(error, self.path) from error
        if blocked:
            raise DatabaseLocked(f"a reader holds {self.path}; the chart is written as soon as it lets go")
        self._check_tail()
        self._load()
        self._rows_ahead = self._next_row - expected_row
        self._must_recover = False
        return self._head

    def _check_tail(self) -> None:
        last: str | None = None
        for record in reversed(self._ask(f"SELECT {', '.join(COLUMNS)} FROM entry ORDER BY seq DESC LIMIT {TAIL}")):
            if rule.recomputed(COLUMNS, record) != record[-1] or last not in (None, record[-2]):
                raise DatabaseCorrupt(f"entry {record[0]} of {self.path} is damaged; run: sessions verify")
            last = record[-1]

    # --- sealing

    def seal_draft(self, session: str, happened_at_ms: int, entered_at_ms: int) -> Draft | None:
        """The ``numerics`` entry over all committed rows of ``session`` that no entry seals yet; None without
        any.
        """
        last = self._ask(
            "SELECT coalesce(max(payload ->> '$.last_id'), 0) FROM entry WHERE kind = 'numerics' AND session = ?",
            session,
        )[0][0]
        cells = self._cells(session, int(last))
        if not cells:
            return None
        count, digest = rule.digest(rows.sealed_form(cells, self._metrics))
        chair = self._ask("SELECT chair FROM entry WHERE seq = ?", cells[0][2])[0][0]
        return Draft(
            kind=Kind.NUMERICS,
            happened_at_ms=happened_at_ms,
            entered_at_ms=entered_at_ms,
            entered_by="recorder",
            source="recorder",
            session=session,
            chair=chair,
            payload={"first_id": cells[0][0], "last_id": cells[-1][0], "rows": count, "digest": digest},
        )

    def seal(self, session: str, happened_at_ms: int, entered_at_ms: int, chain: Chain) -> Entry | None:
        """``seal_draft`` staged on ``chain``; the caller commits it."""
        draft = self.seal_draft(session, happened_at_ms, entered_at_ms)
        return None if draft is None else chain.stage(draft)


def _moves_index(entry: Entry) -> bool:
    return entry.kind in (Kind.SESSION_OPENED, Kind.SESSION_CLOSED) or entry.supersedes is not None


def _entry_columns(entry: Entry) -> tuple[object, ...]:
    payload = rule.payload_text(entry.payload)
    fields = rule.fields_of(entry, entry.seq)
    if rule.entry_hash(entry.prev_hash, rule.canonical(fields, payload)) != entry.hash:
        raise LedgerRefused(f"entry {entry.seq} was changed after it was staged")
    written = fields | {"payload": payload, "prev_hash": entry.prev_hash, "hash": entry.hash}
    return tuple(written[name] for name in COLUMNS)
