"""What a person chose for this viewer: the theme of viewer.toml, the keys of keys.toml."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from station.tui.keymap import read_keys
from station.tui.keys import KEYS, Key
from station.tui.themes import THEMES, remembered


class Chosen(NamedTuple):
    """``folder`` is where a new theme is remembered, None for nowhere."""

    theme: str = THEMES[0]
    keys: tuple[Key, ...] = KEYS
    folder: Path | None = None


PLAIN = Chosen()


def chosen(config: Path, keep: bool = True) -> Chosen:
    """What the files in ``config`` say; a theme worn later is kept with ``keep``. ``Trouble`` at a mistake."""
    return Chosen(remembered(config).theme, read_keys(config), config if keep else None)
