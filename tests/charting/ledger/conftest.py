"""Where a test's ledger lies, and a small sealed one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_makers import fill

from charting.ledger.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's ledger goes."""
    return tmp_path / "data" / "chart.db"


@pytest.fixture(scope="session")
def sealed_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A closed, sealed ledger in one file, to be copied and damaged."""
    file = tmp_path_factory.mktemp("sealed") / "chart.db"
    with Store.open(file, rehearsal=True) as store:
        fill(store)
    return file.read_bytes()
