"""Where samples go: the sound device, or a file in which a test finds what would have been heard.

An open stream is no proof of sound. The count of blocks that were taken is the best a program can know; that the
speaker is on and loud only an ear can tell (``infusion-station doctor --sound``).
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Protocol

from station.annunciator.tones import RATE_HZ, Samples
from station.clock import NS

BLOCK_MS = 100
PATIENCE_S = 1.5  # a device that took nothing for so long is gone
Fill = Callable[[int], Samples]


class NoSound(Exception):
    """There is nothing to be heard with; ``str()`` is one sentence."""


class Sink(Protocol):
    """Takes samples from ``Fill`` at their own pace for as long as it lives.

    ``callbacks`` counts what was taken; where it stands still for ``patience_s`` it is over, and ``gone`` says so.
    """

    callbacks: int
    patience_s: float
    gone: str

    def tend(self, now_ns: int) -> None:
        """Called ten times a second. Raises ``NoSound`` where it cannot go on."""

    def close(self) -> None:
        """Let go."""


class Device:
    """The default sound device through miniaudio. ``null``: its backend that hears nothing, for tests."""

    patience_s = PATIENCE_S
    gone = "sound device gone"

    def __init__(self, fill: Fill, null: bool = False) -> None:
        import miniaudio  # here, because only a process that sounds may carry it, and it may be broken

        self.callbacks = 0
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE_HZ,
                buffersize_msec=BLOCK_MS,
                backends=[miniaudio.Backend.NULL] if null else None,
                app_name="infusion-station",
            )
            if not null and self._device.backend.lower() == "null":  # what it falls back to without saying so
                self._device.close()
                raise NoSound("no working sound device")
            stream = self._stream(fill)
            next(stream)
            self._device.start(stream)
        except miniaudio.MiniaudioError:
            raise NoSound("no working sound device") from None

    def _stream(self, fill: Fill) -> Generator[Any, int, None]:
        count = yield b""
        while True:
            self.callbacks += 1
            count = yield fill(count).tobytes()

    def tend(self, now_ns: int) -> None:
        """Nothing: the device has a thread of its own."""

    def close(self) -> None:
        """Close the stream."""
        self._device.close()


class WavFile:
    """A file of what would be heard, written as time passes."""

    patience_s = PATIENCE_S
    gone = "sound file gone"

    def __init__(self, fill: Fill, path: Path) -> None:
        self.callbacks = 0
        self._fill = fill
        self._last_ns: int | None = None
        try:
            self._raw = path.open("wb")
        except OSError as error:
            raise NoSound(f"cannot write {path}: {error.strerror}") from None
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115  # open as long as the sink
        self._file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))

    def tend(self, now_ns: int) -> None:
        """Write what the time since the last call would have sounded like."""
        if self._last_ns is not None:
            count = (now_ns - self._last_ns) * RATE_HZ // NS
            self._file.writeframes(self._fill(count).tobytes())
            self._raw.flush()
            self.callbacks += 1
        self._last_ns = now_ns

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
        self._raw.close()


def opened(name: str, fill: Fill) -> Sink:
    """The sink called ``device``, ``null`` or ``wav:PATH``. Raises ``NoSound``."""
    if name.startswith("wav:"):
        return WavFile(fill, Path(name.removeprefix("wav:")))
    return Device(fill, null=name == "null")
