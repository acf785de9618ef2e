"""What the station sounds: every chair's alarms through one annunciator, with its pause and its trouble."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection

from charting.model import Kind
from station.annunciator.pause import Pause
from station.annunciator.voice import SINK, AudioTrouble, Voice, child_command
from station.clock import real_ns
from station.config import Folders
from station.recorder.chair import Chair
from station.wire.messages import PauseSound

BY_CHOICE = "without sound, as chosen in station.toml"


class Sound:
    """``step`` at 4 Hz and after every act. ``chairs`` are looked at anew each time; ``enabled`` False: by choice."""

    def __init__(
        self, folders: Folders, chairs: Callable[[], Collection[Chair]], enabled: bool, write: Callable[..., object]
    ) -> None:
        mark = folders.runtime / "annunciator"
        self._chairs = chairs
        self._pause = Pause()
        self._paused_at: Chair | None = None
        self._voice = Voice(child_command(os.environ.get(SINK, "device"), str(mark))) if enabled else None
        self._off = None if enabled else AudioTrouble(real_ns(), BY_CHOICE)
        if not enabled:
            mark.unlink(missing_ok=True)
            mark.write_text("none", encoding="ascii")  # an annunciator that a dead recorder left is not wanted any more
            write(Kind.SOUND, {"state": "off", "seconds": 0, "why": BY_CHOICE})

    def step(self, now_ns: int) -> None:
        """Sound the highest alarm that asks for it, unless paused. ``now_ns``: clinical, for the chart."""
        at_ns = real_ns()
        asking = [(chair.name, standing) for chair in self._chairs() for standing in chair.engine.standing()]
        sound, ended = self._pause.step(asking, at_ns)
        if ended and self._paused_at is not None:
            self._paused_at.write(Kind.SOUND, now_ns, payload={"state": "ended", "seconds": 0, "why": ended})
        if self._voice is not None:
            self._voice.step(sound, at_ns)

    def acted(self, act: PauseSound, chair: Chair) -> None:
        """A person paused it at ``chair``, or wants to hear it again; that is charted already."""
        if act.resume:
            self._pause.end()
        else:
            self._pause.begin(real_ns())
        self._paused_at = chair

    @property
    def trouble(self) -> AudioTrouble | None:
        """Since when nothing can be heard, in real ns, and why."""
        return self._off if self._voice is None else self._voice.trouble

    @property
    def shown(self) -> str:
        """For ``Snapshot.sound``."""
        left_s = self._pause.left_s(real_ns())
        if self._off is not None:
            return "off"
        if self.trouble is not None:
            return f"fail: {self.trouble.sentence}"
        return "" if left_s is None else f"paused {left_s}"

    def goodbye(self) -> None:
        """The station ends because it was asked to: the annunciator may go in peace."""
        if self._voice is not None:
            self._voice.goodbye()
