"""The ladder (alarms.md a7): the sound device, below it programs that play files. Each comes and goes by itself.

Of the rungs the first without a fault sounds. The faulty ones above it are tried again, so a device that returns is
used again; until it has taken sound, the rung below goes on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from station.annunciator.player import Player
from station.annunciator.program import Files, Program
from station.annunciator.rungs import PLAYERS, installed
from station.annunciator.sink import NoSound, Sink, opened
from station.clock import NS

REOPEN_AFTER_S = 3.0


class Rung:
    """One sink: opened, watched by its count of what was taken, opened again some time after that stands still."""

    def __init__(self, name: str, player: Player, files: Files) -> None:
        self.name = name
        self.fault = ""
        self.callbacks = 0
        self._player, self._files = player, files
        self._sink: Sink | None = None
        self._moved_ns = self._tried_ns = 0
        self._counted = 0

    @property
    def heard(self) -> bool:
        """Whether it has taken sound and goes on taking it."""
        return self._sink is not None and self._counted > 0 and not self.fault

    def tend(self, now_ns: int) -> None:
        """Keep it going; ``fault`` says why it does not."""
        if self._sink is None:
            if not self.fault or now_ns - self._tried_ns >= REOPEN_AFTER_S * NS:
                self._open(now_ns)
            return
        try:
            self._sink.tend(now_ns)
        except NoSound as error:
            self._fail(str(error), now_ns)
            return
        if self._sink.callbacks != self._counted:
            self.callbacks += self._sink.callbacks - self._counted
            self._counted, self._moved_ns, self.fault = self._sink.callbacks, now_ns, ""
        elif now_ns - self._moved_ns >= self._sink.patience_s * NS:
            self._fail(self._sink.gone, now_ns)

    def close(self) -> None:
        """Let the sink go."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def _open(self, now_ns: int) -> None:
        self._tried_ns = self._moved_ns = now_ns
        self._counted = 0
        try:
            if self.name in PLAYERS:
                self._files.write()  # all of them now: when a tone is wanted, the disk may be full
                self._sink = Program(self.name, self._player, self._files)
            else:
                self._sink = opened(self.name, self._player.fill)
        except NoSound as error:
            self.fault = str(error)
        except ImportError as error:
            self.fault = f"the sound library cannot be loaded: {error}"

    def _fail(self, sentence: str, now_ns: int) -> None:
        self.fault, self._tried_ns = sentence, now_ns
        self.close()


class Ladder:
    """The rungs called ``names``, best first; files for programs go to ``folder``."""

    def __init__(self, names: Sequence[str], player: Player, folder: Path | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory() if folder is None else None
        place = Path(self._scratch.name) if self._scratch is not None else folder
        assert place is not None  # noqa: S101  # one of the two
        files = Files(player.clips, place)  # of all rungs, however often they are tried
        self._rungs = [Rung(name, player, files) for name in installed(list(names))]

    @property
    def callbacks(self) -> int:
        """How often sound was taken, by whatever."""
        return sum(rung.callbacks for rung in self._rungs)

    @property
    def heard(self) -> bool:
        """Whether anything takes sound."""
        return any(rung.heard for rung in self._rungs)

    @property
    def fault(self) -> str:
        """Why the best rung does not sound, and which one is in use; "" where the best one is."""
        faults: list[str] = []
        for rung in self._rungs:
            if rung.heard:
                return f"{faults[0]}: using {rung.name}" if faults else ""
            faults += [rung.fault] if rung.fault else []
        return "; ".join(faults)

    def tend(self, now_ns: int) -> None:
        """Keep the best rung going that can; those below it rest."""
        found = False
        for rung in self._rungs:
            if found:
                rung.close()
            else:
                rung.tend(now_ns)
                found = not rung.fault

    def close(self) -> None:
        """Silence."""
        for rung in self._rungs:
            rung.close()
        if self._scratch is not None:
            self._scratch.cleanup()
