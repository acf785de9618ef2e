"""Where a chair writes: the recorder's thread behind ``writer.py``, or straight into the ledger in a rehearsal."""

from __future__ import annotations

from typing import Protocol

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
