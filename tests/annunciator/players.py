"""Real players on PATH, made here, that write down what they were asked to play."""

from __future__ import annotations

from pathlib import Path

PLAYS = 'case "$f" in */silence.wav) sleep 1.2;; *) sleep 8;; esac'
FAILS = "exit 1"
HANGS = "exec sleep 60"
ENDS_AT_ONCE = "exit 0"


class Players:
    """A folder that is all of PATH; ``asked`` is what its programs were given, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"

    def install(self, name: str, does: str) -> None:
        program = self.folder / name
        program.write_text(
            f'#!/bin/sh\nPATH=/usr/bin:/bin\nfor f; do :; done\necho "{name} $f" >> {self.log}\n{does}\n'
        )
        program.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [f"{line.split()[0]} {Path(line.split()[1]).stem}" for line in lines]

    @property
    def last_file(self) -> Path:
        return Path(self.log.read_text().splitlines()[-1].split()[1])
