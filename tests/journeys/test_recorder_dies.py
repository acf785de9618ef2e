"""kill -9 of the recorder, again and again, in a running session: nothing acknowledged is lost, gaps are charted."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest
from station_process import LOST_WITHIN_S, PATIENCE_S, StationProcess, until

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from charting.model import Entry, Kind
from charting.session import Phase, fold
from station.script import SURE
from station.wire.client import Client, ConnectionGone
from station.wire.messages import Note, OpenSession, Plan, Saved, StartInfusion

pytestmark = pytest.mark.journey

KILLS = 100
BEGIN = (
    OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70),
    Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
    StartInfusion(confirmed=SURE),
)


async def _storm(socket: Path, kills: int, rng: random.Random) -> tuple[dict[int, str], list[float]]:
    """Write notes without pause, kill now and then; what was acknowledged, and how long each return took."""
    acknowledged: dict[int, str] = {}
    returns: list[float] = []
    number = 0
    for _ in range(kills):
        died = time.monotonic()
        while True:
            try:
                client = await Client.connect(socket, "script")
                break
            except ConnectionGone:
                assert time.monotonic() - died < PATIENCE_S, "the recorder did not come back"
                await asyncio.sleep(0.02)
        returns.append(time.monotonic() - died)
        kill_at = time.monotonic() + rng.uniform(0.005, 0.5)
        try:
            while time.monotonic() < kill_at:
                number += 1
                text = f"note {number}"
                answer = await client.act("Chair 1", "N1", Note(text=text))
                assert isinstance(answer, Saved), answer
                acknowledged[answer.seq] = text
        finally:
            os.kill(client.welcome.pid, signal.SIGKILL)
            await client.close()
    return acknowledged, returns


@pytest.mark.timeout(400)
def test_a_hundred_kills_lose_nothing(station: StationProcess) -> None:
    link = station.home.with_name("ge")
    station.simulate("ge_dri", "--link", str(link))
    station.record("--device", "ge_dri", "--port", str(link), keeper=True)
    assert all(isinstance(a, Saved) for a in station.act(*BEGIN))
    until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
    seed = 20261122
    acknowledged, returns = asyncio.run(_storm(station.folders.socket, KILLS, random.Random(seed)))
    until(station.pid, what="the recorder after the last kill")
    station.run("stop", "--force")
    report = verify(station.folders.ledger)
    assert report.ok, report.problems
    reader = Reader.open(station.folders.ledger)
    entries = reader.entries()
    by_seq = {e.seq: e for e in entries}
    lost = [seq for seq, text in acknowledged.items() if seq not in by_seq or by_seq[seq].payload.get("text") != text]
    assert lost == []
    assert len(acknowledged) > KILLS
    gaps = [e for e in entries if e.kind is Kind.GAP]
    starts = [e for e in entries if e.kind is Kind.RECORDER_STARTED]
    assert len(starts) == KILLS + 1
    assert len(gaps) == KILLS  # one for each death, none for the first start
    session = gaps[0].session
    state = fold(reader.entries(session))
    assert state is not None
    assert state.phase is Phase.INFUSING
    _durations_are_true(gaps)
    reader.close()
    slow = [round(r, 2) for r in returns[1:] if r > 3]
    print(f"{len(acknowledged)} acknowledged, 0 lost, slowest return {max(returns[1:]):.2f} s, over 3 s: {slow}")


def _durations_are_true(gaps: list[Entry]) -> None:
    for gap in gaps:
        assert 0 <= gap.payload["to_ms"] - gap.payload["from_ms"] < 20_000


def test_resumed_within_three_seconds_with_the_alarms_it_had(station: StationProcess) -> None:
    link = station.home.with_name("ge")
    simulator, _ = station.simulate("ge_dri", "--link", str(link))
    station.record("--device", "ge_dri", "--port", str(link), keeper=True)
    station.act(*BEGIN)
    until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
    station.pull(simulator)
    assert station.lost_after_s() <= LOST_WITHIN_S
    pid = station.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    died = time.monotonic()
    until(lambda: station.pid() not in (None, pid), what="the next recorder")
    took = time.monotonic() - died
    chair = station.snapshot().chairs[0]
    assert chair.patient == "Test, A"
    assert chair.infusion.phase == "infusing"
    assert [a.condition for a in chair.alarms if a.condition == "COMM_LOST"] == ["COMM_LOST"]
    assert chair.infusion.unobserved_mg > 0
    print(f"resumed after {took:.2f} s")


@pytest.mark.parametrize(
    ("file", "broken"), [("protocols/own.toml", "id = "), ("events.toml", "[[event"), ("courses/own.toml", "x")]
)
def test_a_file_broken_meanwhile_does_not_keep_the_next_one_away(
    station: StationProcess, file: str, broken: str
) -> None:
    station.record(keeper=True)
    station.act(*BEGIN)
    path = station.folders.config / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(broken)
    pid = station.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: station.pid() not in (None, pid), what="the next recorder")
    assert station.snapshot().chairs[0].infusion.phase == "infusing"
    told = (station.home / "stderr.txt").read_text()
    assert "going on with the settings of the last start" in told and Path(file).name in told
    assert station.run("stop", "--force").returncode == 0
    refused = station.run("record")
    assert refused.returncode and Path(file).name in refused.stderr.decode(), "a start of its own is refused as ever"
