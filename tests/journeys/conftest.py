"""A throw-away station for each journey."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from station_process import StationProcess


@pytest.fixture
def station() -> Iterator[StationProcess]:
    """A station whose folders and processes end with the test; its paths are short, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="is-") as folder:
        runtime = Path(folder) / "r"
        runtime.mkdir(mode=0o700)
        made = StationProcess(Path(folder) / "h", runtime)
        yield made
        made.close()


EARLY_PART = 0.8  # of the other tests: between them all journeys have begun, so that none is waited for at the end


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys mostly wait, so they stand between tests that mostly compute."""
    journeys = [item for item in items if item.get_closest_marker("journey")]
    others = iter([item for item in items if not item.get_closest_marker("journey")])
    between = int(EARLY_PART * (len(items) - len(journeys)) / max(len(journeys), 1))
    items[:] = [item for journey in journeys for item in (journey, *islice(others, between))]
    items += others
