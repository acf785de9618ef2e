"""Where a ledger lies: folder and files with narrow rights, no symbolic links, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

from charting.ledger.errors import LedgerBusy, LedgerUnusable

FILE_MODE, FOLDER_MODE = 0o600, 0o700
_SQLITE_MAGIC = b"SQLite format 3\x00"


def beside(path: Path, ending: str) -> Path:
    """The companion file of a ledger: ``-wal``, ``-shm``, ``-journal`` or ``.lock``."""
    return path.with_name(path.name + ending)


def look(path: Path) -> None:
    """Check before SQLite sees it that ``path`` can be a ledger: a regular file that is empty or has SQLite's
    header.

    Raises ``LedgerUnusable`` with what to do.
    """
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise LedgerUnusable(f"{path} is a symbolic link; name the file itself")
        if stat.S_ISDIR(mode):
            raise LedgerUnusable(f"{path} is a folder; name a file in it")
        if not stat.S_ISREG(mode):
            raise LedgerUnusable(f"{path} is no regular file; name another one")
        with path.open("rb") as file:
            start = file.read(len(_SQLITE_MAGIC))
    except FileNotFoundError as error:
        raise LedgerUnusable(
            f"{path} is not there: nothing was recorded there yet, or the path is another one", error
        ) from error
    except PermissionError as error:
        raise LedgerUnusable(f"{path} may not be read by this user; check its owner and rights", error) from error
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be read: {error.strerror}", error) from error
    if start and start != _SQLITE_MAGIC:
        raise LedgerUnusable(f"{path} is no SQLite file; choose another file, or restore a backup if it was a ledger")


def prepare(path: Path) -> None:
    """Make folder (0700) and file (0600) where missing and check that both are ours to write. Raises
    ``LedgerUnusable`` with what to do.
    """
    try:
        for folder in reversed([path.parent, *path.parent.parents]):
            if not folder.exists():
                folder.mkdir(mode=FOLDER_MODE)
                folder.chmod(FOLDER_MODE)  # whatever the umask took away
        if not os.path.lexists(path):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, FILE_MODE))
        look(path)
        if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            raise LedgerUnusable(f"{path} cannot be written; check its rights and whether the disk is read-only")
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be made or written: {error.strerror}", error) from error


def narrow(path: Path) -> None:
    """Take every right of others off an existing ledger (a copy made with ``cp`` is often 0644). SQLite gives
    a new -wal, -shm or -journal the rights of the file itself. Raises ``LedgerUnusable``.
    """
    try:
        for file in (path, *(beside(path, ending) for ending in ("-wal", "-shm", "-journal"))):
            if file.exists():
                file.chmod(FILE_MODE)
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be made private: {error.strerror}; check its owner", error) from error


class Lock:
    """The one writer's advisory lock, a file beside the ledger that holds its pid. Ends with the process.

    ``flock`` on a file of its own: closing a descriptor of the database itself would drop SQLite's locks.
    """

    def __init__(self, ledger: Path) -> None:
        """Take the lock. Raises ``LedgerBusy`` naming the holder, ``LedgerUnusable`` where there are no
        locks.
        """
        self.path = beside(ledger, ".lock")
        while True:
            try:
                self._fd = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, FILE_MODE)
                os.fchmod(self._fd, FILE_MODE)  # whatever the umask took away
            except OSError as error:
                raise LedgerUnusable(f"{self.path} cannot be made: {error.strerror}", error) from error
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(self._fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
                os.close(self._fd)
                raise LedgerBusy(
                    f"{ledger} is being written by process {holder}; stop that one first", error
                ) from error
            except OSError as error:
                os.close(self._fd)
                raise LedgerUnusable(
                    f"the file system of {ledger} has no locks; move it to a local disk ({error.strerror})",
                    error,
                ) from error
            if self._still_there():
                break
            os.close(self._fd)  # its last holder removed it between our open and our lock
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def _still_there(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._fd), self.path.lstat())
        except FileNotFoundError:
            return False

    def release(self, remove: bool = False) -> None:
        """Let the next writer in; ``remove`` also takes the file away."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._fd)
