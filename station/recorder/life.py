"""The life of the recorder's process: alone under its lock, with private files, until it is asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator

from charting.ledger.errors import LedgerError
from station.alarms.preset import Preset
from station.config import LONGEST_SOCKET_PATH, Config, Folders, make_private
from station.errors import Trouble
from station.events import Event
from station.protocols import Protocols
from station.recorder.process import Recorder


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
    config: Config,
    preset: Preset,
    events: tuple[Event, ...],
    protocols: Protocols,
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
            asyncio.run(_life(folders, config, preset, events, protocols, speed, leash, ready))
        except LedgerError as error:
            raise Trouble(error.sentence) from error


async def _life(
    folders: Folders,
    config: Config,
    preset: Preset,
    events: tuple[Event, ...],
    protocols: Protocols,
    speed: float,
    leash: int | None,
    ready: Callable[[], None],
) -> None:
    recorder = Recorder(folders, config, preset, events, protocols, speed)
    if leash is not None:
        asyncio.get_running_loop().add_reader(leash, recorder.stop)
    await recorder.run(ready)
