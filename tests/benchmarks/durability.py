"""P7: what a saved entry costs beside the disk's own sync, and whether kill -9 ever loses one.

``Store.commit`` (hashes checked again, written in WAL with full sync; entries staged before, as the recorder does on
another thread) turn by turn with appending 64 bytes to a file of the same disk and ``fdatasync``. The storm is the
journey's own: a recorder under its keeper, killed at random moments.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Draft, Kind, NumericRow

from .ratio import REPEATS, Interval, Pairing, at_most, pair
from .station import throwaway, until
from .table import Row

CHAIRS = 64
# what is committed at once, its goal, entries, rows of six numbers
SHAPES = (
    ("1 entry", 2.5, 1, 0),
    ("64 rows", 5.0, 0, CHAIRS),
    ("64 rows and 64 entries", 5.0, CHAIRS, CHAIRS),
)
T0_MS = 1_767_225_600_000
SEED = 20261122
DISK = Path(__file__).parents[2] / "build"  # a real disk, which the folder for temporary files may not be


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P7."""
    yield from commits(quick, rng)
    found = storm(10 if quick else 100, SEED)
    said = f"{found.acknowledged} acknowledged, {len(found.lost)} lost, slowest return {found.slowest_s:.1f} s"
    whole = not found.lost and not found.problems
    yield Row("P7", said, f"{found.kills} x kill -9", None, "0 lost, chain whole", whole)


def commits(quick: bool, rng: random.Random) -> Iterator[Row]:
    """What commits of several sizes cost."""
    rounds = 30 if quick else 150
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=DISK) as folder, _Floor(Path(folder)) as floor:
        for name, limit, entries, records in SHAPES:
            with _Commits(Path(folder) / name, entries, records, (rounds + 1) * (REPEATS + 1)) as commits:
                arms = {"fdatasync": floor.append, "ours": commits.next}
                seen: list[Pairing] = []

                def measured(arms: Mapping[str, Callable[[], None]] = arms, seen: list[Pairing] = seen) -> Interval:
                    seen.append(pair(arms, "fdatasync", rounds, 1, rng))
                    return seen[-1].wall["ours"]

                ratio, met = at_most(limit, measured)
                cost = seen[-1].wall_us
                arm = f"append 64 B + fdatasync {cost['fdatasync'] / 1000:.2f} ms"
                yield Row("P7", f"commit of {name} {cost['ours'] / 1000:.2f} ms", arm, ratio, f"wall <= {limit}x", met)


class _Floor:
    """A plain file on the ledger's disk."""

    def __init__(self, folder: Path) -> None:
        self._fd = os.open(folder / "plain", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> _Floor:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def append(self) -> None:
        """64 bytes, synced."""
        os.write(self._fd, b"x" * 64)
        os.fdatasync(self._fd)


class _Commits:
    """A ledger with a session at each of 64 chairs and ``count`` commits ready to be made."""

    def __init__(self, folder: Path, entries: int, records: int, count: int) -> None:
        self._store = Store.open(folder / "ledger.db")
        chain = self._store.chain()
        opening = {"patient": {"name": "A", "identifier": "1"}, "weight_kg": 70.0, "zone": "UTC"}
        preset = {"preset": {"name": "standard", "version": "1", "digest": ""}}
        drafts = [_draft(Kind.SESSION_OPENED, chair, **opening, **preset) for chair in range(CHAIRS)]
        self._store.commit([chain.stage(draft) for draft in drafts], [])
        notes = [_draft(Kind.NOTE, chair, text="restless, talking") for chair in range(entries)]
        self._staged = iter([[chain.stage(note) for note in notes] for _ in range(count)])
        six: dict[str, tuple[float | None, str]] = dict.fromkeys(
            ("HR", "SPO2", "PULSE_RATE", "RESP_RATE", "ETCO2", "TEMP"), (60.0, "valid")
        )
        self._rows = [
            NumericRow(t_ms=T0_MS, session=f"s-{chair}", source="ge_dri", device_ms=T0_MS, values=six)
            for chair in range(records)
        ]

    def __enter__(self) -> _Commits:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def next(self) -> None:
        """One commit."""
        self._store.commit(next(self._staged), self._rows)


def _draft(kind: Kind, chair: int, **payload: object) -> Draft:
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
    from test_recorder_dies import BEGIN, _storm

    with throwaway() as station:
        link = station.home.with_name("ge")
        station.simulate("ge_dri", "--link", str(link))
        station.record("--device", "ge_dri", "--port", str(link), keeper=True)
        station.act(*BEGIN)
        acknowledged, returns = asyncio.run(_storm(station.folders.socket, kills, random.Random(seed)))
        until(station.pid, what="the recorder after the last kill")
        station.run("stop", "--force")
        report = verify(station.folders.ledger)
        with Reader.open(station.folders.ledger) as reader:
            entries = {entry.seq: entry for entry in reader.entries()}
    lost = [seq for seq, text in acknowledged.items() if seq not in entries or entries[seq].payload.get("text") != text]
    gaps = sum(entry.kind is Kind.GAP for entry in entries.values())
    return Storm(kills, len(acknowledged), lost, gaps, list(map(str, report.problems)), max(returns[1:], default=0.0))
