"""An alarm preset by the name or path that somebody typed."""

from __future__ import annotations

from pathlib import Path

from station.alarms.preset import Preset, PresetError, PresetFile, load_preset, preset_path
from station.errors import USAGE, Trouble
from station.written import load_toml, read_toml


def preset_called(name: str) -> Preset:
    """A shipped preset, or one in a file (anything with a slash or ending in .toml). ``Trouble`` in one sentence."""
    try:
        path = Path(name) if "/" in name or name.endswith(".toml") else preset_path(name)
        load_toml(path, PresetFile, "alarm preset")  # first, because it knows lines and the nearest key
        return load_preset(read_toml(path, "alarm preset"), path.stem)
    except PresetError as error:
        raise Trouble(f"{name}: {error}" if "/" in name or name.endswith(".toml") else str(error), USAGE) from None
