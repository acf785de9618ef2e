"""The viewer in a real pseudo-terminal: its bytes read by a terminal emulator, and signals of job control."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pyte

HERE = Path(__file__).parent
EVIL = "\x1b]0;evil\x07[/]\u202e\x9b31mANNA"
CHILD = f"""
import sys
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parents[1])!r}]
from tui_fakes import QUIET, FakeRecorder, with_chair
from station.tui.app import run_viewer
raise SystemExit(run_viewer(FakeRecorder(with_chair(QUIET, patient={EVIL!r})).connect, by="KS"))
"""


class Terminal:
    """A child in a pseudo-terminal of 80x24 with everything it wrote."""

    def __init__(self) -> None:
        self.fd, child_fd = pty.openpty()
        ioctl(child_fd, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.child = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            stdin=child_fd,
            stdout=child_fd,
            stderr=child_fd,
            env=env,
            start_new_session=True,
        )
        os.close(child_fd)
        self.raw = b""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def text(self) -> str:
        """The terminal's screen now."""
        return "\n".join(self._screen.display)

    def until(self, word: str) -> None:
        """Read until ``word`` is on the screen; fails after about 10 s."""
        for _ in range(200):
            if word in self.text():
                return
            if select.select([self.fd], [], [], 0.05)[0]:
                data = os.read(self.fd, 65536)
                self.raw += data
                self._stream.feed(data)
        raise AssertionError(f"{word!r} never came; the screen was:\n{self.text()}")


def test_a_real_terminal_gets_no_raw_text_and_job_control_does_not_stop_the_viewer() -> None:
    terminal = Terminal()
    try:
        terminal.until("[/]31mANNA")  # the words as data, without their controls
        assert b"evil\x07" not in terminal.raw and "\u202e".encode() not in terminal.raw
        os.kill(terminal.child.pid, signal.SIGTSTP)
        os.write(terminal.fd, b"\x1a?")  # ctrl+z, then a key that must still be answered
        terminal.until("a click on a line does what its key does")
        os.write(terminal.fd, b"\x11")  # ctrl+q
        for _ in range(200):
            if terminal.child.poll() is not None:
                break
            if select.select([terminal.fd], [], [], 0.05)[0]:
                try:
                    terminal.raw += os.read(terminal.fd, 65536)
                except OSError:
                    break  # the child has closed its side
        assert terminal.child.wait(10) == 0
    finally:
        if terminal.child.poll() is None:
            terminal.child.kill()
            terminal.child.wait()
        os.close(terminal.fd)


def test_one_that_was_stopped_all_the_same_goes_on_with_one_reader_of_its_keys() -> None:
    terminal = Terminal()
    try:
        terminal.until("[/]31mANNA")
        before = len(list(Path(f"/proc/{terminal.child.pid}/task").iterdir()))
        for _ in range(2):
            os.kill(terminal.child.pid, signal.SIGSTOP)
            os.kill(terminal.child.pid, signal.SIGCONT)
        os.write(terminal.fd, b"?")
        terminal.until("a click on a line does what its key does")
        assert len(list(Path(f"/proc/{terminal.child.pid}/task").iterdir())) == before
        os.write(terminal.fd, b"\x11")  # ctrl+q
        for _ in range(200):
            if terminal.child.poll() is not None:
                break
            if select.select([terminal.fd], [], [], 0.05)[0]:
                try:
                    os.read(terminal.fd, 65536)
                except OSError:
                    break
        assert terminal.child.wait(10) == 0
    finally:
        if terminal.child.poll() is None:
            terminal.child.kill()
            terminal.child.wait()
        os.close(terminal.fd)
