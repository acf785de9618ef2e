"""What a tone can be sounded with, best first: names only, so that who asks need not carry a sound library."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence

# programs that play a file, and what they are told beside it; those that go through the desktop's mixer first
PLAYERS: Mapping[str, tuple[str, ...]] = {"paplay": (), "pw-play": (), "aplay": ("-q",), "afplay": ()}
RUNGS = ",".join(("device", *PLAYERS))
SINK = "INFUSION_STATION_SINK"  # for tests: other rungs than these, such as ``null`` or ``wav:PATH,aplay``


def installed(names: Sequence[str]) -> list[str]:
    """``names`` without the programs that this computer does not have."""
    return [name for name in names if name not in PLAYERS or shutil.which(name) is not None]
