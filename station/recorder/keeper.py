"""The recorder's small parent, in a session of its own: starts it, and starts it again within a second if it dies.

Imports nothing of ours, so that nothing of ours can break it. A recorder that ends by itself with 0 was asked to; one
that could not start at all is not tried again (its sentence waits in the runtime folder); anything else is restarted.

    python -m station.recorder.keeper [--leash FD] [--remove FOLDER]... COMMAND...
"""

from __future__ import annotations

import argparse
import os
import select
import shutil
import signal
import subprocess
import sys
import time

RESTART_AFTER_S = 0.1
AGAIN_AFTER_S = 0.9
FINAL = (2, 3)  # usage, could not: the recorder itself says that trying again is no use
GIVE_UP_AFTER = 3  # deaths of one that never was up; one that was is started again for ever
LEASH = 0  # among the numbers of signals: why to stop


def keep(command: list[str], leash: int | None = None, remove: tuple[str, ...] = ()) -> int:
    """Run ``command`` until it ends on purpose; its exit code. ``leash``: closing that descriptor ends both, and then
    the folders ``remove`` are taken away: whoever held the leash may have had no time to.
    """
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    signal.signal(signal.SIGINT, lambda number, _frame: stopping.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    was_up = False
    failures = 0
    while True:
        told, tells = os.pipe()
        held = ["--leash", str(leash)] if leash is not None else []
        child = subprocess.Popen(
            [*command, "--ready-fd", str(tells), *held, *(["--again"] if was_up else [])],
            stdin=subprocess.DEVNULL,
            pass_fds=[tells] if leash is None else [tells, leash],
        )
        os.close(tells)
        up = _watch(child, told, leash, stopping)
        os.close(told)
        was_up = was_up or up
        if child.returncode == 0 or stopping:
            for folder in remove if LEASH in stopping else ():
                shutil.rmtree(folder, ignore_errors=True)  # the holder may be at it too
            return 0
        failures = 0 if up else failures + 1
        if not was_up and (child.returncode in FINAL or failures >= GIVE_UP_AFTER):
            return child.returncode
        time.sleep(RESTART_AFTER_S if up else AGAIN_AFTER_S)


def _watch(child: subprocess.Popen[bytes], told: int, leash: int | None, stopping: list[int]) -> bool:
    """Wait for the child's end, passing on a wish to stop; True if it said it was up."""
    up = False
    watched = [told] if leash is None else [told, leash]
    asked = False
    while child.poll() is None:
        ready, _, _ = select.select(watched, [], [], 0.1)
        if told in ready:
            up = os.read(told, 1) == b"R" or up
            watched.remove(told)
        if leash is not None and leash in ready:
            stopping.append(LEASH)
            watched.remove(leash)
        if stopping and not asked:
            child.terminate()
            asked = True
    return up


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--leash", type=int)
    parser.add_argument("--remove", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    sys.exit(keep(given.command, given.leash, tuple(given.remove)))
