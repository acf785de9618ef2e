"""Room kept in hand: a file to delete when the disk is full, so that charting goes on to the end of the
session.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from charting.ledger.errors import DiskFull
from charting.ledger.place import FILE_MODE

FULL_SIZE_BYTES = 64 * 1024 * 1024
LEAST_BYTES = 64 * 1024  # below that there is nothing worth keeping


class Ballast:
    """The file at ``path``, beside the ledger. Holds nothing until ``restore`` is called."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @property
    def held_bytes(self) -> int:
        """Size of the file now, 0 where there is none."""
        return self.path.lstat().st_size if os.path.lexists(self.path) else 0

    def restore(self) -> int:
        """Take 64 MiB, or a quarter of what is free, unless the file is there already; returns the bytes
        held.

        On a nearly full disk it takes nothing and returns 0. Raises ``DiskFull`` where the room went
        meanwhile.
        """
        if self.held_bytes:
            return self.held_bytes
        size = min(FULL_SIZE_BYTES, shutil.disk_usage(self.path.parent).free // 4)
        if size < LEAST_BYTES:
            return 0
        try:
            fd = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, FILE_MODE)
            try:
                os.posix_fallocate(fd, 0, size)  # really taken: a sparse file would free nothing
            finally:
                os.close(fd)
        except OSError as error:
            self.release()
            raise DiskFull(f"no room for {self.path}: {error.strerror}", error) from error
        return size

    def release(self) -> int:
        """Delete the file so the ledger can go on; returns the bytes it held."""
        size = self.held_bytes
        self.path.unlink(missing_ok=True)
        return size
