"""A terminal as a person has it: a child on a pty of its own, its bytes drawn by an emulator, keys as they are sent."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache

import pyte
from pyte.screens import Char
from station_process import PATIENCE_S, until

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "f2": "\x1bOQ",
    "ctrl+q": "\x11",
    "down": "\x1b[B",
    "tab": "\t",
    "home": "\x1b[H",
}
FRAME_S = 0.01  # between two pieces of one frame
FRAMES_S = 0.25  # after which somebody may look between them all the same
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")  # most of what is written, and nothing of it is text
HALF_COLOUR = re.compile(rb"\x1b(\[[0-9;]*)?\Z")
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
STATION = (sys.executable, "-m", "station")
NUMERALS = r"SpO2 %[^\n]*\n[^\n]*[▀▄█]{2}"  # a saturation in tall digits below its heading


@cache
def _cell(character: str) -> Char:
    return Char(character)


class _Answering(pyte.Screen):
    """A screen that answers the questions a program asks its terminal. Of what is drawn it keeps the text alone."""

    def __init__(self, columns: int, lines: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, lines)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def draw(self, data: str) -> None:
        """As the emulator does it; plain text within a line at once, for nearly all of it is that."""
        x, y = self.cursor.x, self.cursor.y
        if not data.isascii() or x + len(data) > self.columns:
            super().draw(data)
            return
        line = self.buffer[y]
        for at, character in enumerate(data, x):
            line[at] = _cell(character)
        self.cursor.x = x + len(data)
        self.dirty.add(y)

    def draw_rows(self, rows: list[str]) -> None:
        """Bring ``rows``, one a line of this screen, up to date: only those drawn to since, for all of them are slow.
        The cell after a wide character holds nothing.
        """
        rows += [""] * (self.lines - len(rows))
        for y in self.dirty:
            cells = self.buffer[y]
            rows[y] = "".join([cells[x].data for x in range(self.columns)])
        self.dirty.clear()


class Terminal:
    """``command`` as leader of a session whose controlling terminal this is.

    What it writes is read in the background: ``raw`` holds every byte, ``text()`` what a person sees. ``stall`` stops
    the reading, as a hung ssh or a suspended emulator does, until ``release``.
    """

    def __init__(self, command: tuple[str, ...], env: Mapping[str, str], columns: int = 80, lines: int = 24) -> None:
        self._fd, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # a runner of tests may say in its environment how large its own terminal is; this one says so itself
        inherited = {name: value for name, value in env.items() if name not in ("COLUMNS", "LINES")}
        self.child = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that closing it sends SIGHUP, as in life
        )
        os.close(theirs)
        self.raw = b""
        self.pressed = 0  # keys, each letter typed being one
        self._rows: list[str] = []
        self._screen = _Answering(columns, lines, self._send)
        self._stream = pyte.ByteStream(self._screen)
        self._half = b""  # of a colour that is still on its way
        self._lock = threading.Lock()
        self._reading, self._closed = threading.Event(), threading.Event()
        self._reading.set()
        self._thread = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._closed.is_set():
            if not self._reading.wait(0.05) or not select.select([self._fd], [], [], 0.05)[0]:
                continue
            with self._lock:  # a frame comes in several pieces: nobody looks between them
                begun = time.monotonic()  # on a busy machine one frame is followed by the next
                while (
                    self._reading.is_set()
                    and time.monotonic() - begun < FRAMES_S
                    and select.select([self._fd], [], [], FRAME_S)[0]
                ):
                    try:
                        data = os.read(self._fd, 65536)
                    except OSError:
                        return  # the last process on the other side has gone
                    self.raw += data
                    data = COLOUR.sub(b"", self._half + data)
                    half = HALF_COLOUR.search(data)
                    self._half = half[0] if half else b""
                    self._stream.feed(data.removesuffix(self._half))

    def text(self) -> str:
        """The screen now, one line a row."""
        with self._lock:
            self._screen.draw_rows(self._rows)
            return "\n".join(self._rows)

    def until(self, *words: str, seconds: float = PATIENCE_S) -> str:
        """The screen once all ``words`` are on it together; fails with the screen it had."""

        def there() -> str | None:
            text = self.text()
            return text if all(word in text for word in words) else None

        try:
            return str(until(there, seconds, f"{words} on the screen"))
        except AssertionError as error:
            raise AssertionError(f"{error}; it was:\n{self.text()}") from None

    def until_gone(self, word: str, seconds: float = PATIENCE_S) -> None:
        """Wait until ``word`` is no longer on the screen."""
        until(lambda: word not in self.text(), seconds, f"the end of {word!r}; the screen was:\n{self.text()}\nit")

    def keys(self, *names: str) -> None:
        """Press keys: names of ``KEYS``, or single characters."""
        self.pressed += len(names)
        for name in names:
            self._send(KEYS.get(name, name))

    def type(self, text: str) -> None:
        """Send ``text`` as it is typed."""
        self.pressed += len(text)
        self._send(text)

    def click(self, pattern: str, seconds: float = PATIENCE_S) -> None:
        """Click in the middle of what ``pattern`` finds: once it stands still on the screen, and where it is lowest:
        dialogs lie over the lower part. The reports are those of SGR mode (xterm's 1006).
        """
        looks: list[tuple[int, int] | None] = [None]

        def found() -> tuple[int, int] | None:
            rows = list(enumerate(self.text().split("\n"), 1))
            hits = ((y, hit) for y, row in reversed(rows) if (hit := re.search(pattern, row)))
            looks.append(next(((sum(hit.span()) // 2 + 1, y) for y, hit in hits), None))
            return looks[-1] if looks[-1] == looks[-2] else None

        try:
            x, y = until(found, seconds, f"{pattern!r} to click on")
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen was:\n{self.text()}") from None
        self._send(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")

    def roll(self, pattern: str) -> None:
        """Turn the mouse's wheel over the lower part, a notch down after the other, until ``pattern`` is to be seen."""
        x, y = self._screen.columns // 2, self._screen.lines * 3 // 4

        def seen() -> bool:
            if re.search(pattern, self.text()):
                return True
            self._send(f"\x1b[<65;{x};{y}M")
            return False

        until(seen, PATIENCE_S, f"{pattern!r} by rolling")

    def _send(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def paste(self, text: str) -> None:
        """Send ``text`` as a terminal sends a paste."""
        self._send(f"{PASTE_BEGINS}{text}{PASTE_ENDS}")

    def stall(self) -> None:
        """Stop reading what the child writes."""
        self._reading.clear()

    def release(self) -> None:
        """Read again."""
        self._reading.set()

    def ended(self, seconds: float = PATIENCE_S) -> int:
        """The child's exit code, once it has ended."""
        return self.child.wait(seconds)

    def hang_up(self) -> None:
        """Close the terminal, as a closed window or a lost ssh does."""
        if not self._closed.is_set():
            self._closed.set()
            self._thread.join()
            os.close(self._fd)

    def close(self) -> None:
        """Hang up and see the child end, by force if need be. For the end of a test."""
        self.hang_up()
        try:
            self.child.wait(3)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
