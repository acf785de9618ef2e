"""P7: what a saved entry costs beside the disk's own sync, and whether kill -9 ever loses one.

``Store.commit`` (entry staged, hashed and written, WAL with full sync) turn by turn with appending 64 bytes to a file of
the same disk and ``fdatasync``. The storm is the journey's own: a recorder under its keeper, killed at random moments.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Draft, Kind, NumericRow

from .ratio import Interval, at_most, pair
from .table import Row

JOURNEYS = str(Path(__file__).parents[1] / "journeys")
CHAIRS = 64
GOAL_ONE, GOAL_CHAIRS = 2.5, 5.0
T0_MS = 1_767_225_600_000
SEED = 20261122


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P7."""
    rounds = 30 if quick else 200
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as folder:
        with _Disk(Path(folder)) as disk:
            arms = {"fdatasync": disk.append, "one": disk.one, "chairs": disk.chairs}

            def measured(arm: str) -> Interval:
                return pair({name: arms[name] for name in ("fdatasync", arm)}, "fdatasync", rounds, 1, rng).wall[arm]

            cost = pair(arms, "fdatasync", rounds, 1, rng).wall_us
            floor = f"append 64 B + fdatasync {cost['fdatasync'] / 1000:.2f} ms"
            for arm, limit, what in (
                ("one", GOAL_ONE, "commit of 1 entry"),
                ("chairs", GOAL_CHAIRS, f"commit of {CHAIRS} entries and {CHAIRS} rows"),
            ):
                ratio, met = at_most(limit, partial(measured, arm))
                yield Row("P7", f"{what} {cost[arm] / 1000:.2f} ms", floor, ratio, f"wall <= {limit}x", met)
    found = storm(10 if quick else 100, SEED)
    said = f"{found.acknowledged} acknowledged, {len(found.lost)} lost, slowest return {found.slowest_s:.1f} s"
    whole = not found.lost and not found.problems
    yield Row("P7", said, f"{found.kills} x kill -9", None, "0 lost, chain whole", whole)


class _Disk:
    """A ledger with a session at each of 64 chairs, and a plain file beside it."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o700)
        self._store = Store.open(folder / "ledger.db")
        self._chain = self._store.chain()
        self._fd = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        opening = {"patient": {"name": "A", "identifier": "1"}, "weight_kg": 70.0, "zone": "UTC"}
        preset = {"preset": {"name": "standard", "version": "1", "digest": ""}}
        drafts = [self._draft(Kind.SESSION_OPENED, chair, **opening, **preset) for chair in range(CHAIRS)]
        self._store.commit([self._chain.stage(draft) for draft in drafts], [])

    def __enter__(self) -> _Disk:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
        self._store.close()

    def append(self) -> None:
        """The floor."""
        os.write(self._fd, b"x" * 64)
        os.fdatasync(self._fd)

    def one(self) -> None:
        """One note, saved."""
        self._store.commit([self._chain.stage(self._draft(Kind.NOTE, 0, text="restless, talking"))], [])

    def chairs(self) -> None:
        """A second of 64 chairs: a note and a row of six numbers from each."""
        entries = [self._chain.stage(self._draft(Kind.NOTE, chair, text="a note")) for chair in range(CHAIRS)]
        six = {m: (60.0, "valid") for m in ("HR", "SPO2", "PULSE_RATE", "RESP_RATE", "ETCO2", "TEMP")}
        records = [
            NumericRow(t_ms=T0_MS, session=f"s-{chair}", source="ge_dri", device_ms=T0_MS, values=six)
            for chair in range(CHAIRS)
        ]
        self._store.commit(entries, records)

    def _draft(self, kind: Kind, chair: int, **payload: object) -> Draft:
        return Draft(
            kind=kind,
            happened_at_ms=T0_MS,
            entered_at_ms=T0_MS,
            entered_by="N1",
            source="person",
            session=f"s-{chair}",
            chair=f"Chair {chair}",
            payload=payload,
        )


class Storm(NamedTuple):
    """What a kill storm left: notes acknowledged, those of them that are not in the file, what ``verify`` says."""

    kills: int
    acknowledged: int
    lost: list[int]
    gaps: int
    problems: list[str]
    slowest_s: float


def storm(kills: int, seed: int) -> Storm:
    """Kill a charting recorder ``kills`` times at random moments and read what is left."""
    if JOURNEYS not in sys.path:
        sys.path.append(JOURNEYS)
    from station_process import StationProcess, until
    from test_recorder_dies import BEGIN, _storm

    with tempfile.TemporaryDirectory(prefix="is-") as folder:
        runtime = Path(folder) / "r"
        runtime.mkdir(mode=0o700)
        station = StationProcess(Path(folder) / "h", runtime)
        try:
            link = Path(folder) / "ge"
            station.simulate("ge_dri", "--link", str(link))
            station.record("--device", "ge_dri", "--port", str(link), keeper=True)
            station.act(*BEGIN)
            acknowledged, returns = asyncio.run(_storm(station.folders.socket, kills, random.Random(seed)))
            until(station.pid, what="the recorder after the last kill")
            station.run("stop", "--force")
            report = verify(station.folders.ledger)
            with Reader.open(station.folders.ledger) as reader:
                entries = {entry.seq: entry for entry in reader.entries()}
        finally:
            station.close()
    lost = [seq for seq, text in acknowledged.items() if seq not in entries or entries[seq].payload.get("text") != text]
    gaps = sum(entry.kind is Kind.GAP for entry in entries.values())
    return Storm(kills, len(acknowledged), lost, gaps, list(map(str, report.problems)), max(returns[1:], default=0.0))
