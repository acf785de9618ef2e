"""Where a chair writes: the recorder's thread behind ``writer.py``, or straight into the ledger in a rehearsal."""

from __future__ import annotations

from typing import Protocol

from charting.ledger.store import Store
from charting.model import Draft, Entry, NumericRow


class Journal(Protocol):
    """One chain; what is written here is saved once ``saved_seq`` has passed it."""

    def write(self, draft: Draft) -> Entry:
        """Give ``draft`` its place in the chain and queue it for commit."""

    def record(self, row: NumericRow) -> None:
        """Queue a row of numerics, committed within a second."""

    @property
    def saved_seq(self) -> int:
        """The last entry whose COMMIT has returned."""


class Straight:
    """A journal that commits from the same thread, at fixed virtual times, so that the file's bytes repeat."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chain = store.chain()
        self._entries: list[Entry] = []
        self._rows: list[NumericRow] = []

    def write(self, draft: Draft) -> Entry:
        """Place and queue, until ``commit``."""
        entry = self._chain.stage(draft)
        self._entries.append(entry)
        return entry

    def record(self, row: NumericRow) -> None:
        """Queue, until ``commit``."""
        self._rows.append(row)

    @property
    def saved_seq(self) -> int:
        """The last entry saved."""
        return self._store.head().seq

    def commit(self) -> None:
        """Save what was written since the last time."""
        self._store.commit(self._entries, self._rows)
        self._entries, self._rows = [], []

    def seal(self, session: str, at_ms: int) -> None:
        """Save, and seal the session's rows so far."""
        self.commit()
        entry = self._store.seal(session, at_ms, at_ms, self._chain)
        if entry is not None:
            self._entries.append(entry)
            self.commit()
