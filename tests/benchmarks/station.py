"""A throw-away station of real processes: the journeys' own, found beside this folder."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

JOURNEYS = str(Path(__file__).parents[1] / "journeys")
if JOURNEYS not in sys.path:
    sys.path.append(JOURNEYS)  # its tests import each other by bare name

from station_process import StationProcess, until  # noqa: E402 - found only after the path is known

__all__ = ["StationProcess", "throwaway", "until"]


@contextmanager
def throwaway() -> Iterator[StationProcess]:
    """A station whose folders and processes end with the block; its paths are short, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="is-") as folder:
        runtime = Path(folder) / "r"
        runtime.mkdir(mode=0o700)
        station = StationProcess(Path(folder) / "h", runtime)
        try:
            yield station
        finally:
            station.close()
