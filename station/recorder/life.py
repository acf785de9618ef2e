"""The life of the recorder's process: alone under its lock, with private files, until it is asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator

from charting.ledger.errors import LedgerError
from station.config import LONGEST_SOCKET_PATH, Folders, make_private
from station.errors import Trouble
from station.recorder.process import Recorder
from station.settings import Settings


@contextlib.contextmanager
def the_only_one(folders: Folders) -> Iterator[None]:
    """Hold the station's lock. ``Trouble`` where another recorder holds it."""
    make_private(folders.runtime)
    with folders.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble("a recorder is already running here; see: infusion-station status") from None
        yield


def run_recorder(
    folders: Folders,
    settings: Settings,
    *,
    speed: float = 1.0,
    leash: int | None = None,
    ready: Callable[[], None],
) -> None:
    """Be the recorder until asked to stop. ``leash``: a descriptor whose closing also ends it. Raises ``Trouble``."""
    os.umask(0o077)
    make_private(folders.data)
    if len(os.fsencode(folders.socket)) > LONGEST_SOCKET_PATH:
        raise Trouble(f"the path of the socket, {folders.socket}, is too long; set XDG_RUNTIME_DIR to a short folder")
    with the_only_one(folders):
        try:
            asyncio.run(_life(folders, settings, speed, leash, ready))
        except LedgerError as error:
            raise Trouble(error.sentence) from error


async def _life(
    folders: Folders, settings: Settings, speed: float, leash: int | None, ready: Callable[[], None]
) -> None:
    recorder = Recorder(folders, settings, speed)
    if leash is not None:
        asyncio.get_running_loop().add_reader(leash, recorder.stop)
    await recorder.run(ready)
