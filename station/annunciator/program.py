"""A program that plays files, where there is no sound device for us: the tones as WAV files, one process a burst.

A program knows nothing of its sound but its own exit code. One that fails, hangs, or ends before it can have played
what it was given is a fault. While all is silent it plays a moment of silence every ten seconds, so that a fault is
known before an alarm needs it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import wave
from pathlib import Path

from station.annunciator.player import Player
from station.annunciator.rungs import PLAYERS
from station.annunciator.sink import NoSound
from station.annunciator.tones import RATE_HZ, Clip, Samples
from station.clock import NS

LATE_S = 1.0  # beyond its length a clip may take so long: a process has to start
LONG_NS = NS  # clips from here on are long enough to tell whether they were played


class Program:
    """A sink that plays what ``player`` wants with program ``name``; files go to ``folder``. Raises ``NoSound``.

    It waits for nothing: a program that hangs is looked at ten times a second, and killed when something else is
    wanted. Nothing else is played before the first moment of silence was.
    """

    patience_s = 2.0

    def __init__(self, name: str, player: Player, folder: Path) -> None:
        self.callbacks = 0
        self.gone = f"{name} hangs"
        self._name, self._player = name, player
        self._clips = player.clips
        self._files = {want: folder / f"{want.replace(' ', '-') or 'silence'}.wav" for want in self._clips}
        self._proven = False
        self._sounding = ""
        self._running: subprocess.Popen[bytes] | None = None
        self._killed: list[subprocess.Popen[bytes]] = []
        self._started_ns = self._next_ns = 0
        try:
            folder.mkdir(exist_ok=True)
            for want, clip in self._clips.items():
                write_wav(self._files[want], clip.samples)
        except OSError as error:
            raise NoSound(f"cannot write {folder}: {error.strerror}") from None

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
                self._judge(code, clip, now_ns)
            elif now_ns - self._started_ns > clip.length_ns + LATE_S * NS:
                return  # no sign of life any more
        elif now_ns >= self._next_ns:
            self._running, self._started_ns = started(self._name, self._files[self._sounding]), now_ns
        self.callbacks += self._proven

    def close(self) -> None:
        """Silence now."""
        self._kill()

    def _judge(self, code: int, clip: Clip, now_ns: int) -> None:
        if code:
            raise NoSound(f"{self._name} failed")
        if clip.length_ns >= LONG_NS and now_ns - self._started_ns < clip.length_ns // 2:
            raise NoSound(f"{self._name} did not play")
        self._proven = True

    def _kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._killed.append(self._running)
            self._running = None


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
        playing = started(name, file)
        try:
            code = playing.wait(len(samples) / RATE_HZ + LATE_S + Program.patience_s)
        except subprocess.TimeoutExpired:
            playing.kill()
            playing.wait()
            raise NoSound(f"{name} hangs") from None
        if code:
            raise NoSound(f"{name} failed")


def write_wav(path: Path, samples: Samples) -> None:
    """``samples`` as a file that is there as a whole or not at all. Raises OSError."""
    part = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(part), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    part.replace(path)
