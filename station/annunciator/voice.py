"""The recorder's end of the annunciator: starts it, beats for it, hears whether it can be heard, starts it again.

No thread and no loop: ``step`` is called by the recorder's own 4 Hz step, never on its own, so that a recorder that has
stopped thinking stops beating.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from station.annunciator.orders import Order, Status
from station.clock import NS

BEAT_S = 1.0
ANSWER_WITHIN_S = 3.0  # then it is trouble
FIRST_ANSWER_WITHIN_S = 10.0  # a child comes up in half a second; a slow computer must not start it anew for ever
RESTART_AFTER_S = 2.0
ENDING_S = 1.0

Start = Callable[[], "subprocess.Popen[bytes]"]


class AudioTrouble(NamedTuple):
    """The sound device is not heard, since a real ns, and why."""

    since_ns: int
    sentence: str


class Voice:
    """One child at a time. ``start`` makes it; ``trouble`` is None while the sound device takes sound, ``heard`` says
    whether anything does.
    """

    def __init__(self, start: Start) -> None:
        self.trouble: AudioTrouble | None = None
        self.heard = False
        self._start = start
        self._child: subprocess.Popen[bytes] | None = None
        self._killed: subprocess.Popen[bytes] | None = None
        self._started_ns: int | None = None
        self._answered_ns = 0
        self._patience_s = FIRST_ANSWER_WITHIN_S
        self._beat_ns = 0
        self._beat = 0
        self._said = ""
        self._rest = b""

    def step(self, sound: str, now_ns: int) -> None:
        """Order ``sound`` (a priority or "") at once when it is new, else once a second; look at what came back."""
        if self._killed is not None and self._killed.poll() is not None:
            self._killed = None
        if self._child is None:
            if self._killed is not None:  # stuck in a sound driver: whoever comes next would be so too
                return
            if self._started_ns is not None and now_ns - self._started_ns < RESTART_AFTER_S * NS:
                return
            self._bring_up(now_ns)
        self._hear(now_ns)
        if self._child is not None and (sound != self._said or now_ns - self._beat_ns >= BEAT_S * NS):
            self._said = sound
            self._tell("", now_ns)

    def once(self, tone: str, now_ns: int) -> None:
        """Order one burst of ``tone`` now; what is to be sounded goes before it."""
        self._tell(tone, now_ns)

    def goodbye(self) -> None:
        """End the child in peace. Without this it cries out for us when we are gone."""
        child, self._child = self._child, None
        if child is not None:
            _write(child, Order(self._beat, goodbye=True))
            _close_pipes(child)
            if not _ended(child):
                child.kill()
                self._killed = child
        if self._killed is not None:
            _ended(self._killed)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _bring_up(self, now_ns: int) -> None:
        self._started_ns = self._answered_ns = now_ns
        self._patience_s = FIRST_ANSWER_WITHIN_S
        self._beat_ns = 0
        self._rest = b""
        try:
            self._child = self._start()
        except OSError as error:
            self._fail(f"the annunciator cannot be started: {error.strerror}", now_ns)

    def _hear(self, now_ns: int) -> None:
        if self._child is None or self._child.stdout is None:
            return
        try:
            said = os.read(self._child.stdout.fileno(), 65_536)
        except BlockingIOError:
            silent_ns = now_ns - self._answered_ns
            if silent_ns >= self._patience_s * NS:
                self._gone("the annunciator does not answer", now_ns)
            elif silent_ns >= ANSWER_WITHIN_S * NS:
                self._fail("the annunciator has not come up yet", now_ns)
            return
        if not said:
            self._gone("the annunciator has ended", now_ns)
            return
        *lines, self._rest = (self._rest + said).split(b"\n")
        for line in lines:
            try:
                status = msgspec.json.decode(line, type=Status)
            except msgspec.DecodeError:
                self._gone("the annunciator cannot be understood", now_ns)
                return
            self._answered_ns, self._patience_s = now_ns, ANSWER_WITHIN_S
            if status.fault:
                self._fail(status.fault, now_ns)
            elif status.heard:  # at first there is neither a fault nor a sign of life: nothing to say yet
                self.trouble = None
            self.heard = status.heard

    def _tell(self, once: str, now_ns: int) -> None:
        self._beat, self._beat_ns = self._beat + 1, now_ns
        if self._child is not None and not _write(self._child, Order(self._beat, self._said, once)):
            self._gone("the annunciator has ended", now_ns)

    def _gone(self, sentence: str, now_ns: int) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            self._killed = child  # looked at later: one that a driver holds does not end, and alarms wait for nobody
            _close_pipes(child)
        self._fail(sentence, now_ns)

    def _fail(self, sentence: str, now_ns: int) -> None:
        self.heard = False
        since_ns = self.trouble.since_ns if self.trouble else now_ns
        self.trouble = AudioTrouble(since_ns, sentence)


def child_command(sink: str, mark: str) -> Start:
    """How the real child is started: in a session of its own, so that it outlives a recorder that is killed."""
    command: Sequence[str] = (sys.executable, "-m", "station.annunciator", "--sink", sink, "--mark", mark)

    def start() -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        return child

    return start


def _write(child: subprocess.Popen[bytes], order: Order) -> bool:
    """Whether the child could be told; a pipe that is full or closed belongs to a dead one."""
    try:
        return child.stdin is not None and os.write(child.stdin.fileno(), msgspec.json.encode(order) + b"\n") > 0
    except (BlockingIOError, BrokenPipeError):
        return False


def _ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether it ends within ``ENDING_S``."""
    try:
        child.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
