"""The recorder reads a session's ghost once, beside its loop, and sends it with the curves."""

from __future__ import annotations

import asyncio
from pathlib import Path

from desk import START_MS, Desk

from charting.ledger.store import Store
from charting.model import Draft, Kind
from charting.trends import Ghost
from station.recorder.trend import Ghosts, trend_view
from station.script import SURE
from station.wire.messages import CloseSession, StopInfusion

DAY_MS = 86_400_000
STARTED: dict[str, object] = {"rate_ml_per_h": 60.0, "mg_per_ml": 1.0}


def ledger(path: Path, started: dict[str, object] = STARTED) -> Path:
    """A closed session of the desk's patient, a day before it."""
    at_ms = START_MS - DAY_MS
    opened = {
        "patient": {"name": "TEST, A", "identifier": "1980-01-01"},
        "weight_kg": 70.0,
        "preset": {"name": "standard", "version": 1, "digest": ""},
    }
    kinds: tuple[tuple[Kind, int, dict[str, object]], ...] = (
        (Kind.SESSION_OPENED, 0, opened),
        (Kind.INFUSION_STARTED, 60_000, started),
        (Kind.VITALS, 120_000, {"values": {"NIBP_SYS": 131.0, "NIBP_DIA": 79.0}}),
        (Kind.SESSION_CLOSED, 3_600_000, {}),
    )
    with Store.open(path, rehearsal=True) as store:
        chain = store.chain()
        drafts = [
            Draft(
                kind=kind, happened_at_ms=at_ms + after, entered_at_ms=at_ms + after, entered_by="KS", source="person",
                session="before", chair="Chair 1", payload=payload,
            )
            for kind, after, payload in kinds
        ]  # fmt: skip
        store.commit([chain.stage(d) for d in drafts], [])
    return path


async def read(ghosts: Ghosts) -> None:
    while ghosts._reading:
        await asyncio.gather(*ghosts._reading)


async def test_it_is_read_when_first_asked_for_and_then_kept(tmp_path: Path) -> None:
    desk, said = Desk(), []
    ghosts = Ghosts(ledger(tmp_path / "l.db"), said.append)
    assert ghosts.of(None) is None and ghosts.of(desk.chair) is None and not ghosts._reading  # no session, no reading
    desk.begin()
    assert ghosts.of(desk.chair) is None  # not yet
    await read(ghosts)
    found = Ghost(START_MS - DAY_MS, ((60, 131.0, 79.0),), ())
    assert ghosts.of(desk.chair) == found and not ghosts._reading and said == []
    trend = trend_view(desk.chair, "Chair 1", START_MS, found).trend
    assert trend is not None and trend.ghost == found
    desk.act(StopInfusion(reason="given"))
    desk.act(CloseSession(reason="home", confirmed=SURE))
    assert ghosts.of(desk.chair) is None


async def test_a_chart_that_cannot_be_read_costs_the_ghost_alone(tmp_path: Path) -> None:
    desk, said = Desk(), []
    ghosts = Ghosts(tmp_path / "none.db", said.append)
    desk.begin()
    ghosts.of(desk.chair)
    await read(ghosts)
    assert ghosts.of(desk.chair) is None and len(said) == 1 and "cannot be read" in said[0]


async def test_a_strange_payload_is_told_and_costs_the_ghost_alone(tmp_path: Path) -> None:
    desk, said = Desk(), []
    ghosts = Ghosts(ledger(tmp_path / "l.db", {"rate_ml_per_h": "TEST, A"}), said.append)
    desk.begin()
    ghosts.of(desk.chair)
    await read(ghosts)
    assert ghosts.of(desk.chair) is None
    assert len(said) == 1 and said[0].endswith("cannot be read: TypeError in its entries")
