"""What is around the chairs: viewers, chart, sound, disk, as the alarms see them. Watchdogs are never sped up."""

from __future__ import annotations

from pathlib import Path

from station.clock import NS, Clock, real_ns
from station.recorder.opening import free_bytes
from station.recorder.sight import Surroundings
from station.recorder.sound import Sound
from station.recorder.writer import Writer
from station.wire.server import Server

DISK_EVERY_S = 10.0


class Around:
    """Asks those who know; the room left in ``folder`` only every ten seconds."""

    def __init__(self, folder: Path, server: Server, writer: Writer, sound: Sound, clock: Clock) -> None:
        self._folder, self._server, self._writer, self._sound, self._clock = folder, server, writer, sound, clock
        self._disk_free: int | None = None
        self._disk_seen_ns = 0

    def now(self) -> Surroundings:
        """The surroundings of every chair."""
        if real_ns() - self._disk_seen_ns > DISK_EVERY_S * NS:
            self._disk_seen_ns = real_ns()
            self._disk_free = free_bytes(self._folder)
        trouble, audio = self._writer.trouble, self._sound.trouble
        return Surroundings(
            viewer_gone_ns=self._as_clinical(self._server.no_viewer_since_ns),
            viewer_frozen_ns=self._as_clinical(self._server.frozen_since_ns),
            chart_failing_ns=self._as_clinical(trouble.since_ns if trouble else None),
            chart_sentence=trouble.sentence if trouble else "",
            audio_failing_ns=self._as_clinical(audio.since_ns if audio else None),
            audio_sentence=audio.sentence if audio else "",
            disk_free_bytes=self._disk_free,
        )

    def _as_clinical(self, at_real_ns: int | None) -> int | None:
        """A real instant on the clinical clock with its real age: watchdogs are never sped up."""
        return None if at_real_ns is None else self._clock.now_ns() - (real_ns() - at_real_ns)
