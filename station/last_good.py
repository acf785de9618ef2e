"""The settings of the recorder's last good start: what one that its keeper starts again goes on with where a file has
been broken meanwhile. A mistake in a file must not end the watch over patients in their chairs.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from station.config import Folders, make_private


def keep(here: Folders) -> None:
    """Remember what the config folder says now. Staff are not remembered: who was retired stays so."""
    kept = _kept(here)
    shutil.rmtree(kept, ignore_errors=True)
    make_private(here.runtime)
    if here.config.is_dir():
        shutil.copytree(here.config, kept, ignore=shutil.ignore_patterns(here.staff_toml.name))
    else:
        kept.mkdir()
    (kept / here.staff_toml.name).symlink_to(here.staff_toml)


def last_good(here: Folders) -> Folders | None:
    """``here`` with the settings remembered; None where nothing is."""
    kept = _kept(here)
    return msgspec.structs.replace(here, config=kept) if kept.is_dir() and here.config != kept else None


def _kept(here: Folders) -> Path:
    return here.runtime / "last-good"
