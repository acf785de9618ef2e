"""A throw-away station for each journey."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: a journey that begins last is waited for by every other worker."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
