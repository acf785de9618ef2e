"""What can go wrong with a ledger, each with one sentence made to be shown to a person."""

from __future__ import annotations

from drivers.core.text import clean

LONGEST = 400  # a path and SQLite's own words, which may quote a damaged file


class LedgerError(Exception):
    """Base of all. ``sentence`` says what happened and what to do; ``cause`` is the error underneath."""

    def __init__(self, sentence: str, cause: BaseException | None = None) -> None:
        self.sentence = clean(sentence, LONGEST)
        super().__init__(self.sentence)
        self.cause = cause


class LedgerBusy(LedgerError):
    """Another recorder is writing this ledger."""


class LedgerNewer(LedgerError):
    """A later version of the program wrote this file."""


class LedgerUnusable(LedgerError):
    """The path holds nothing that can be a ledger, or nothing that may be opened."""


class LedgerRefused(LedgerError, ValueError):
    """What was to be written cannot be a chart entry or row (not finite, not JSON, changed after staging)."""


class LedgerForked(LedgerError):
    """The file holds other entries than the ones staged here: two histories, which only a person can sort
    out.
    """


class LedgerFailed(LedgerError):
    """SQLite could not write or read. Nothing of the failed commit may be called saved; ``Store.recover``
    first.
    """


class DiskFull(LedgerFailed):
    """No room on the disk. The transaction is already rolled back."""


class DiskFault(LedgerFailed):
    """The disk or file system answered with an error."""


class DiskReadOnly(LedgerFailed):
    """The disk or the file no longer takes writes."""


class DatabaseLocked(LedgerFailed):
    """Another program holds the file; trying again is right."""


class DatabaseCorrupt(LedgerFailed):
    """The file's pages do not hang together any more."""
