"""What the station sounds: every chair's alarms through one annunciator, with its pause, its trouble and its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection

from charting.model import Kind
from drivers.core.text import clean
from station.alarms.rules import PRIORITIES
from station.annunciator.pause import Pause
from station.annunciator.quiet import Hush
from station.annunciator.rungs import RUNGS, SINK
from station.annunciator.voice import AudioTrouble, Voice, child_command
from station.clock import NS, real_ns
from station.config import Folders
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.wire.messages import Act, OpenSession, PauseSound, SoundOff

BY_CHOICE = "without sound, as chosen in station.toml"
ONLY_BELL = "only the terminal's bell"
REMINDER = "reminder"
BELL_S = 1.0  # where only the bell is left, one stroke is the reminder: viewers ring at most once a second


class Sound:
    """``step`` at 4 Hz and after every act. ``chairs`` are looked at anew each time; ``enabled`` False: by choice."""

    def __init__(
        self, folders: Folders, chairs: Callable[[], Collection[Chair]], enabled: bool, write: Callable[..., object]
    ) -> None:
        mark = folders.runtime / "annunciator"
        self.bell = False
        self._chairs = chairs
        self._pause, self._hush = Pause(), Hush()
        self._quieted_at: Chair | None = None
        self._reminder_owed = False
        self._remind_until_ns = 0
        self._sounding = ""
        self._voice = Voice(child_command(os.environ.get(SINK, RUNGS), str(mark))) if enabled else None
        self._off = None if enabled else AudioTrouble(real_ns(), BY_CHOICE)
        if not enabled:
            mark.unlink(missing_ok=True)
            mark.write_text("none", encoding="ascii")  # an annunciator that a dead recorder left is not wanted any more
            write(Kind.SOUND, {"state": "off", "seconds": 0, "why": BY_CHOICE})

    def step(self, now_ns: int) -> None:
        """Sound the highest alarm that asks for it, where its room is not quiet, unless paused or off. ``now_ns``:
        clinical, for the chart.
        """
        at_ns = real_ns()
        standing = [(chair.name, alarm) for chair in self._chairs() for alarm in chair.engine.standing()]
        quiet = {chair.name for chair in self._chairs() if chair.state is not None and chair.state.care.quiet}
        asking = self._hush.step(standing, quiet, at_ns)
        self._sounding, ended = self._pause.step(asking, at_ns)
        if ended:
            self._chart_end(ended, now_ns)
        if self._voice is None:
            return
        self._voice.step(self._sounding, at_ns)
        self._remind(self._voice, at_ns)
        silent = self._voice.trouble is not None and not self._voice.heard
        self.bell = silent and bool(self._sounding or at_ns < self._remind_until_ns)

    def acted(self, act: Act, chair: Chair, now_ns: int) -> None:
        """What ``act`` of a person at ``chair`` means for the sound; that act is charted already."""
        match act:
            case PauseSound(resume=True):
                self._pause.end()
            case PauseSound():
                self._pause.begin(real_ns())
                self._quieted_at = chair
            case SoundOff():
                self._pause.switch_off(real_ns())
                self._quieted_at = chair
            case OpenSession() if self._pause.off:  # alarms.md a6: nobody inherits a silence
                self._pause.end()
                self._quieted_at = chair
                self._chart_end("a session begins", now_ns)

    def test(self, priority: str) -> None:
        """Sound one burst of ``priority`` now. Raises ``Refusal`` where nobody could hear it."""
        if priority not in PRIORITIES:
            raise Refusal(f"no alarm sounds like {clean(priority)!r}; there are {', '.join(PRIORITIES)}", "priority")
        if self._sounding:
            raise Refusal("an alarm is sounding: acknowledge it or pause the sound, then test")
        if self._voice is None or not self._voice.heard:
            trouble = self.trouble
            raise Refusal(f"nothing can be heard: {trouble.sentence if trouble else 'the sound is still starting'}")
        self._voice.once(priority, real_ns())

    @property
    def trouble(self) -> AudioTrouble | None:
        """Since when the sound device is not heard, in real ns, and what is in use instead."""
        if self._voice is None or self._voice.trouble is None:
            return self._off
        trouble = self._voice.trouble
        if self._voice.heard:
            return trouble
        return AudioTrouble(trouble.since_ns, f"{ONLY_BELL}: {trouble.sentence}")

    @property
    def shown(self) -> str:
        """For ``Snapshot.sound``."""
        if self._off is not None:
            return "off"
        left_s = self._pause.left_s(real_ns())
        quiet = "off reminded" if self._pause.off else "" if left_s is None else f"paused {left_s}"
        fault = f"fail: {self.trouble.sentence}" if self.trouble is not None else ""
        return "; ".join(part for part in (quiet, fault) if part)

    def goodbye(self, now_ns: int) -> None:
        """The station ends because it was asked to: the annunciator may go in peace, and sound is on afterwards."""
        if self._pause.quiet:
            self._pause.end()
            self._chart_end("the recorder stops", now_ns)
        if self._voice is not None:
            self._voice.goodbye()

    def _remind(self, voice: Voice, at_ns: int) -> None:
        """A reminder that falls due while nothing sounds is the bell's, and owed until something sounds again."""
        if self._pause.reminds(at_ns):
            self._reminder_owed = True
            self._remind_until_ns = at_ns + int(BELL_S * NS)
        self._reminder_owed = self._reminder_owed and self._pause.off
        if self._reminder_owed and voice.heard:
            voice.once(REMINDER, at_ns)
            self._reminder_owed = not voice.heard  # a child that had died is found out by being told

    def _chart_end(self, why: str, now_ns: int) -> None:
        if self._quieted_at is not None:
            self._quieted_at.write(Kind.SOUND, now_ns, payload={"state": "ended", "seconds": 0, "why": why})
