"""The real annunciator as a child of a test, and what would have been heard of it."""

from __future__ import annotations

import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from station.annunciator.orders import Status
from station.annunciator.tones import RATE_HZ


class Child:
    """An annunciator and the pipes to it."""

    def __init__(self, folder: Path, sink: str, *more: str) -> None:
        self.stderr = folder / "stderr"
        with self.stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "station.annunciator", "--sink", sink, *more],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=0,
            )

    def order(self, number: int, sound: str = "", goodbye: bool = False, once: str = "") -> None:
        assert self.process.stdin is not None
        line = msgspec.json.encode({"beat": number, "sound": sound, "once": once, "goodbye": goodbye})
        self.process.stdin.write(line + b"\n")

    def status(self) -> Status:
        assert self.process.stdout is not None
        return msgspec.json.decode(self.process.stdout.readline(), type=Status)

    def until(self, true: Callable[[Status], bool], sound: str = "") -> Status:
        """Order and look until it is so."""
        for number in range(200):
            self.order(number, sound)
            status = self.status()
            assert status.beat == number
            if true(status):
                return status
            time.sleep(0.05)
        raise AssertionError(status)

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.kill()
        self.process.wait()


def heard(path: Path) -> Any:
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
