"""K1: kill -9 of a charting recorder, again and again, by the journey's own storm."""

from __future__ import annotations

import pytest
from benchmarks.durability import SEED, storm

from .closing import run, size

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]


def test_kills_lose_nothing_that_was_acknowledged() -> None:
    kills = size("SOAK_KILLS", 1000)
    with run("K1 kill storm") as soak:
        found = storm(kills, size("SOAK_SEED", SEED))
        soak.n = found.kills
        soak.seen = f"{found.acknowledged} acknowledged, {found.gaps} gaps charted, return <= {found.slowest_s:.1f} s"
        soak.failures += [f"entry {seq} was acknowledged and is not in the chart" for seq in found.lost]
        soak.failures += found.problems
        if found.gaps != kills:
            soak.failures.append(f"{found.gaps} gaps charted for {kills} kills")
        assert found.acknowledged > kills, "the storm charted too little to lose anything"
