"""The second place: entries the ledger cannot take now, one JSON object a line, each batch synced before it
counts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from charting.ledger.errors import DiskFault, LedgerUnusable
from charting.ledger.place import FILE_MODE
from charting.model import Entry


class Spill:
    """One file, best on another disk than the ledger. Lies there empty while all is well."""

    def __init__(self, path: Path | str) -> None:
        """Raises ``LedgerUnusable`` where ``path`` is a symbolic link or no file can be there."""
        self.path = Path(path)
        try:
            os.close(self._opened(os.O_RDONLY))
        except OSError as error:
            raise LedgerUnusable(f"{path} cannot be the second place: {error.strerror}", error) from error

    def _opened(self, how: int) -> int:
        fd = os.open(self.path, how | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
        os.fchmod(fd, FILE_MODE)
        return fd

    def add(self, entries: Sequence[Entry]) -> None:
        """Append ``entries`` and return when they are on the disk. Raises ``DiskFault``: then they are
        nowhere.
        """
        lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
        try:
            fd = self._opened(os.O_RDWR | os.O_APPEND)
            try:
                end = os.fstat(fd).st_size
                if end and os.pread(fd, 1, end - 1) != b"\n":
                    lines = b"\n" + lines  # a cut line from before stays alone
                while lines:
                    lines = lines[os.write(fd, lines) :]
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise DiskFault(f"{self.path} takes no entries: {error.strerror}", error) from error

    def pending(self) -> list[Entry]:
        """Entries waiting, in order, each once. A cut line was never acknowledged and is left out.

        Raises ``DiskFault`` where the file cannot be read.
        """
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise DiskFault(f"{self.path} cannot be read: {error.strerror}", error) from error
        found: dict[int, Entry] = {}
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # empty, or cut by a crash in the middle of add()
            found[entry.seq] = entry  # a batch whose sync failed may have been added twice
        return [found[seq] for seq in sorted(found)]

    def clear(self) -> None:
        """Empty the file, once ``Store.commit`` has taken what was pending. Raises ``DiskFault``."""
        try:
            fd = self._opened(os.O_WRONLY | os.O_TRUNC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise DiskFault(f"{self.path} cannot be emptied: {error.strerror}", error) from error
