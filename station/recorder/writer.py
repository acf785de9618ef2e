"""The one thread that writes the chart, and what happens when it cannot.

Entries get their place in the chain when they are written, on the caller's thread; this thread commits them in order,
everything queued in one transaction. ``saved`` is told only after COMMIT returned. When a commit fails, nothing is
called saved: entries go to the spill file (a second place), the ballast is released if the disk is full, and once a
second the ledger is closed, opened anew, compared with the chain and written again (PostgreSQL's lesson of 2018: never
simply retry an fsync).
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable

import msgspec

from charting.ledger.ballast import Ballast
from charting.ledger.errors import DiskFull, LedgerError, LedgerForked
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.model import Draft, Entry, Kind, NumericRow
from station.clock import NS, Clock, real_ns

NUMERICS_EVERY_S = 1.0
SEAL_EVERY_S = 60.0
RETRY_EVERY_S = 1.0
SLOW_AFTER_S = 3.0
BALLAST_EVERY_S = 60
ROWS_KEPT = 8 * 3600 * 4  # eight hours of four devices, should the disk stay away that long


class Trouble(msgspec.Struct, frozen=True):
    """Why the chart is not being saved, and since when (real steady ns)."""

    since_ns: int
    sentence: str


class Writer:
    """A ``Journal`` over a ``Store``. ``saved`` is called from the thread after each commit that held entries."""

    def __init__(
        self, store: Store, spill: Spill, ballast: Ballast, clock: Clock, saved: Callable[[int], None]
    ) -> None:
        self._store, self._spill, self._ballast, self._clock = store, spill, ballast, clock
        self._saved = saved
        self._chain = store.chain()
        self._saved_seq = self._chain.head.seq
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._entries: deque[Entry] = deque()
        self._rows: deque[NumericRow] = deque(maxlen=ROWS_KEPT)
        self._oldest_ns: int | None = None
        self._to_seal: dict[str, int] = {}  # session -> real ns of its last seal
        self._trouble: Trouble | None = None
        self._spilled_seq = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def stop(self, patience_s: float = 5.0) -> bool:
        """Seal, commit what is queued and end. False where it could not all be saved (it is in the spill file then)."""
        self._stopping = True
        self._wake.set()
        self._thread.join(patience_s)
        with self._lock:
            return not self._entries

    # --- the journal (caller's thread) ----------------------------------------------------------------------------

    def write(self, draft: Draft) -> Entry:
        """Give ``draft`` its place and queue it. Never waits for the disk."""
        with self._lock:
            entry = self._chain.stage(draft)
            self._queue(entry)
        self._wake.set()
        return entry

    def record(self, row: NumericRow) -> None:
        """Queue a row, committed within ``NUMERICS_EVERY_S``."""
        with self._lock:
            self._rows.append(row)
            self._to_seal.setdefault(row.session, real_ns())

    @property
    def saved_seq(self) -> int:
        """The last entry whose COMMIT has returned."""
        return self._saved_seq

    @property
    def trouble(self) -> Trouble | None:
        """Set while entries are not being saved, or wait longer than ``SLOW_AFTER_S``."""
        oldest_ns = self._oldest_ns
        if self._trouble is None and oldest_ns is not None and real_ns() - oldest_ns > SLOW_AFTER_S * NS:
            waited_s = (real_ns() - oldest_ns) / NS
            return Trouble(oldest_ns, f"the disk is slow: an entry has waited {waited_s:.0f} s to be saved")
        return self._trouble

    def _queue(self, entry: Entry) -> None:
        self._entries.append(entry)
        if self._oldest_ns is None:
            self._oldest_ns = real_ns()

    # --- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        last_ns = real_ns()
        ballast_due_ns = last_ns
        while True:
            self._wake.wait(
                RETRY_EVERY_S if self._trouble else NUMERICS_EVERY_S - min((real_ns() - last_ns) / NS, 0.95)
            )
            self._wake.clear()
            due = real_ns() - last_ns >= NUMERICS_EVERY_S * NS
            if self._entries or due or self._stopping:
                last_ns = real_ns() if due else last_ns
                self._turn(with_rows=due or self._stopping)
            if self._trouble is None and real_ns() >= ballast_due_ns:
                with contextlib.suppress(DiskFull, OSError):  # no reserve now: a commit that fails will tell
                    self._ballast.restore()
                ballast_due_ns = real_ns() + BALLAST_EVERY_S * NS
            if self._stopping and (self._trouble or not (self._entries or self._rows)):
                return

    def _turn(self, *, with_rows: bool) -> None:
        try:
            if self._trouble:
                self._recover()
            self._commit(with_rows=with_rows)
            self._seal_due()
            if self._trouble:
                self._spill.clear()
                self._trouble = None
        except LedgerError as error:
            self._fail(error)
        except Exception as error:  # whatever it is, the chart is not being saved: say so, go on trying
            self._fail(LedgerError(f"the chart cannot be written: {type(error).__name__}: {error}"))

    def _commit(self, *, with_rows: bool) -> None:
        with self._lock:
            entries = list(self._entries)
            rows = list(self._rows) if with_rows or any(e.kind is Kind.SESSION_CLOSED for e in entries) else []
        if not entries and not rows:
            return
        self._store.commit(entries, rows)
        with self._lock:
            for _ in entries:
                self._entries.popleft()
            for _ in rows:
                self._rows.popleft()
            self._oldest_ns = real_ns() if self._entries else None
        if entries:
            self._saved_seq = entries[-1].seq
            self._saved(self._saved_seq)
        for entry in entries:
            if entry.kind is Kind.SESSION_CLOSED and entry.session:
                self._to_seal[entry.session] = 0

    def _seal_due(self) -> None:
        for session, since_ns in tuple(self._to_seal.items()):
            if self._stopping or real_ns() - since_ns >= SEAL_EVERY_S * NS:
                self._seal(session)

    def _seal(self, session: str) -> None:
        at_ms = self._clock.utc_ms(self._clock.now_ns())
        with self._lock:
            entry = self._store.seal(session, at_ms, at_ms, self._chain)
            self._to_seal.pop(session, None)
            if entry is not None:
                self._queue(entry)
        if entry is not None:
            self._commit(with_rows=False)

    def _recover(self) -> None:
        head = self._store.recover()
        with self._lock:
            while self._entries and self._entries[0].seq <= head.seq:
                known = self._entries.popleft()
                if known.seq == head.seq and known.hash != head.hash:
                    raise LedgerForked(f"entry {known.seq} in the file is not the one written here")
        if head.seq > self._saved_seq:
            self._saved_seq = head.seq
            self._saved(head.seq)

    def _fail(self, error: LedgerError) -> None:
        if isinstance(error, DiskFull):
            self._ballast.release()
        since_ns = self._trouble.since_ns if self._trouble else real_ns()
        sentence = error.sentence
        with self._lock:
            waiting = list(self._entries)
        try:
            self._spill.add([e for e in waiting if e.seq > self._spilled_seq])
            self._spilled_seq = waiting[-1].seq if waiting else self._spilled_seq
        except LedgerError as spilled:
            sentence = f"{sentence}; the second place {self._spill.path} fails too: {spilled}"
        self._trouble = Trouble(since_ns, sentence)
