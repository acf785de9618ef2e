"""A program in a pseudo-terminal of 120x40, its bytes read for a marker, or not read at all."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from fcntl import ioctl
from termios import TIOCSWINSZ


class Terminal:
    """``python ARGUMENTS`` in a terminal; use it with ``with``. Times are steady seconds."""

    def __init__(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.fd, child_fd = pty.openpty()
        ioctl(child_fd, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=child_fd,
            stdout=child_fd,
            stderr=child_fd,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            start_new_session=True,
        )
        os.close(child_fd)
        self.began_s = time.monotonic()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self.fd)

    @property
    def alive(self) -> bool:
        """True while the program runs."""
        return self._child.poll() is None

    def until(self, marker: bytes, within_s: float) -> float | None:
        """Read until ``marker`` came; when it came, None where it did not within ``within_s``."""
        seen, end_s = b"", time.monotonic() + within_s
        while (left_s := end_s - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left_s)[0]:
                return None
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the program has left the terminal
                return None
            seen = seen[-len(marker) :] + data
            if marker in seen:
                return time.monotonic()
        return None
