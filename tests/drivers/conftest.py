"""Fixtures of the drivers' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from link_bench import Station


@pytest.fixture
async def stations() -> AsyncIterator[list[Station]]:
    made: list[Station] = []
    yield made
    for station in made:
        await station.stop()
