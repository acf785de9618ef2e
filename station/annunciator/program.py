"""A program that plays files, where there is no sound device for us: the tones as WAV files, one process a burst.

A program knows nothing of its sound but its own exit code. One that fails, hangs, or ends before it can have played
what it was given is a fault. While all is silent it plays a moment of silence every ten seconds, so that a fault is
known before an alarm needs it: that one is long enough to be judged, the shortest tones are not.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from pathlib import Path

from station.annunciator.player import Player
from station.annunciator.rungs import PLAYERS
from station.annunciator.sink import NoSound
from station.annunciator.tones import RATE_HZ, Clip, Samples
from station.clock import NS, real_ns

LATE_S = 1.0  # beyond its length a clip may take so long: a process has to start
DYING_S = 0.1
LONG_NS = NS  # clips from here on are long enough to tell whether they were played


class Files:
    """What can be wanted of ``clips``, as WAV files in ``folder``."""

    def __init__(self, clips: Mapping[str, Clip], folder: Path) -> None:
        self._clips, self._folder = clips, folder
        self._written: set[Path] = set()

    def write(self) -> None:
        """Write all of them that this process has not written or that are there no more. Raises ``NoSound``."""
        for want in self._clips:
            self.of(want)

    def of(self, want: str) -> Path:
        """The file of ``want``. Raises ``NoSound`` where it cannot be written."""
        path = self._folder / f"{want.replace(' ', '-') or 'silence'}.wav"
        if path not in self._written or not path.exists():
            try:
                self._folder.mkdir(exist_ok=True)
                write_wav(path, self._clips[want].samples)
            except OSError as error:
                raise NoSound(f"cannot write {self._folder}: {error.strerror}") from None
            self._written.add(path)
        return path


class Program:
    """A sink that plays what ``player`` wants, as ``files``, with program ``name``.

    It waits for nothing: a program that hangs is looked at ten times a second, and killed when something else is
    wanted. Nothing else is played before the first moment of silence was.
    """

    patience_s = 3.0  # the moment of silence, and a slow computer

    def __init__(self, name: str, player: Player, files: Files) -> None:
        self.callbacks = 0
        self.gone = f"{name} hangs"
        self._name, self._player = name, player
        self._clips, self._files = player.clips, files
        self._proven = False
        self._sounding = ""
        self._running: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []
        self._started_ns = self._next_ns = 0

    def tend(self, now_ns: int) -> None:
        """Start what is due, judge what has ended. Raises ``NoSound`` where it did not end well."""
        self._killed = [one for one in self._killed if one.poll() is None]
        if self._proven and self._player.want != self._sounding:
            self._kill()
            self._sounding, self._next_ns = self._player.want, now_ns
        clip = self._clips[self._sounding]
        if self._running is not None:
            code = self._running.poll()
            if code is not None:
                self._running = None
                self._next_ns = self._started_ns + clip.length_ns + clip.rest_ms * NS // 1000
                _judge(self._name, code, clip.length_ns, now_ns - self._started_ns)
                self._proven = True
            elif now_ns - self._started_ns > clip.length_ns + LATE_S * NS:
                return  # no sign of life any more
        elif now_ns >= self._next_ns:
            self._running, self._started_ns = started(self._name, self._files.of(self._sounding)), now_ns
        self.callbacks += self._proven

    def close(self) -> None:
        """Silence now. One that does not die of it is waited for only so long: a dead device can hold it."""
        self._kill()
        for one in self._killed:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(DYING_S)

    def _kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._killed.append(self._running)
            self._running = None


def _judge(name: str, code: int, length_ns: int, took_ns: int) -> None:
    """Raises ``NoSound`` where program ``name`` cannot have played a clip of ``length_ns``."""
    if code:
        raise NoSound(f"{name} failed")
    if length_ns >= LONG_NS and took_ns < length_ns // 2:
        raise NoSound(f"{name} did not play")


def started(name: str, file: Path) -> subprocess.Popen[bytes]:
    """Program ``name`` playing ``file``. Raises ``NoSound``."""
    nowhere = subprocess.DEVNULL
    try:
        return subprocess.Popen([name, *PLAYERS[name], str(file)], stdin=nowhere, stdout=nowhere, stderr=nowhere)
    except OSError as error:
        raise NoSound(f"{name} cannot be started: {error.strerror}") from None


def play_once(name: str, samples: Samples) -> None:
    """Play ``samples`` to their end with program ``name``. Raises ``NoSound``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.wav"
        write_wav(file, samples)
        length_ns, began_ns = len(samples) * NS // RATE_HZ, real_ns()
        playing = started(name, file)
        try:
            code = playing.wait(len(samples) / RATE_HZ + LATE_S + Program.patience_s)
        except subprocess.TimeoutExpired:
            playing.kill()
            playing.wait()
            raise NoSound(f"{name} hangs") from None
        _judge(name, code, length_ns, real_ns() - began_ns)


def write_wav(path: Path, samples: Samples) -> None:
    """``samples`` as a file that is there as a whole or not at all. Raises OSError."""
    part = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(part), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    part.replace(path)
