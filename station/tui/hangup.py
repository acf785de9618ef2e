"""Ends a viewer whose terminal is gone. The framework does not always: where the terminal went with output still on its
way, the main thread waits for ever to hand over more, and the one that reads keys turns in circles at end of file.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

GRACE_S = 3.0  # for the program to end by itself, as it does where nothing is in the way
HUNG_UP = 129  # what a shell says of a program that SIGHUP ended


def watch(fd: int, gone: threading.Event, end: Callable[[int], object] = os._exit, grace_s: float = GRACE_S) -> None:
    """From now on set ``gone`` once the terminal ``fd`` is, and ``end`` this process ``grace_s`` seconds later. The
    recorder is another process, and nothing that was called saved is here.
    """

    def wait() -> None:
        poll = select.poll()
        poll.register(fd, 0)  # hang-up and error are always told
        poll.poll()
        gone.set()
        threading.Event().wait(grace_s)
        end(HUNG_UP)

    threading.Thread(target=wait, name="watch for the terminal's end", daemon=True).start()
