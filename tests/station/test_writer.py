"""The writer's thread over a real file: saved means committed, trouble is told, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from charting.ledger.ballast import Ballast
from charting.ledger.errors import DiskFault, DiskFull
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Draft, Kind, NumericRow
from station.clock import Clock
from station.recorder.writer import Writer

OPENED = {
    "patient": {"name": "A", "identifier": "1"},
    "weight_kg": 70.0,
    "preset": {"name": "standard", "version": "1", "digest": ""},
    "zone": "UTC",
}


class Bench:
    """A writer on a file, and a way to wait for what it does without sleeping long."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.db"
        self.store = Store.open(self.path)
        self.spill = Spill(folder / "spill.jsonl")
        self.saved = threading.Event()
        self.writer = Writer(self.store, self.spill, Ballast(folder / "ballast"), Clock(), lambda _: self.saved.set())

    def until(self, true: Callable[[], Any], seconds: float = 8.0) -> None:
        pause = threading.Event()
        for _ in range(int(seconds / 0.02)):
            if true():
                return
            pause.wait(0.02)
        raise AssertionError("it did not come true in time")

    def note(self, text: str, kind: Kind = Kind.NOTE, payload: dict[str, Any] | None = None) -> int:
        draft = Draft(
            kind=kind,
            happened_at_ms=1,
            entered_at_ms=1,
            entered_by="N1",
            source="person",
            session="s",
            chair="c",
            payload=payload if payload is not None else {"text": text},
        )
        return self.writer.write(draft).seq


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    tmp_path.chmod(0o700)
    made = Bench(tmp_path)
    yield made
    if made.writer._thread.is_alive():
        made.writer.stop()
    made.store.close()


def test_saved_is_said_after_the_commit(bench: Bench) -> None:
    bench.writer.start()
    seq = bench.note("one")
    bench.until(lambda: bench.writer.saved_seq == seq)
    other = Store.open(bench.folder / "other.db")
    other.close()
    from charting.ledger.reader import Reader

    reader = Reader.open(bench.path)
    assert [e.payload["text"] for e in reader.entries()] == ["one"]
    reader.close()


def test_rows_are_committed_within_a_second_and_sealed_at_the_end(bench: Bench) -> None:
    bench.writer.start()
    bench.note("", Kind.SESSION_OPENED, OPENED)
    for n in range(5):
        bench.writer.record(NumericRow(t_ms=n, session="s", source="x", device_ms=None, values={"HR": (70.0, "valid")}))
    assert bench.writer.stop()
    report = verify(bench.path)
    assert report.ok, report.problems
    assert (report.numerics, report.remarks) == (5, [])


@pytest.mark.parametrize("error", [DiskFull("the disk is full"), DiskFault("the disk answered with an error")])
def test_trouble_is_told_spilled_and_mended_without_loss(
    bench: Bench, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [True]
    commit = bench.store.commit

    def sometimes(entries: Any, rows: Any) -> None:
        if failing[0]:
            raise error
        commit(entries, rows)

    monkeypatch.setattr(bench.store, "commit", sometimes)
    bench.writer.start()
    seqs = [bench.note(f"n{k}") for k in range(3)]
    bench.until(lambda: bench.writer.trouble)
    assert bench.writer.trouble is not None
    assert bench.writer.trouble.sentence == str(error)
    assert bench.writer.saved_seq == 0
    bench.until(lambda: len(bench.spill.pending()) == 3)
    assert [e.seq for e in bench.spill.pending()] == seqs
    failing[0] = False
    bench.until(lambda: bench.writer.trouble is None)
    assert bench.writer.saved_seq == seqs[-1]
    assert bench.spill.pending() == []
    assert verify(bench.path).ok


def test_what_was_committed_though_the_sync_failed_is_not_written_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = bench.store.commit
    told = [DiskFault("fsync failed")]

    def commits_and_complains(entries: Any, rows: Any) -> None:
        commit(entries, rows)
        if told:
            raise told.pop()

    monkeypatch.setattr(bench.store, "commit", commits_and_complains)
    bench.writer.start()
    seq = bench.note("once")
    bench.until(lambda: bench.writer.saved_seq == seq)
    bench.until(lambda: bench.writer.trouble is None)
    bench.note("after")
    assert bench.writer.stop()
    report = verify(bench.path)
    assert report.ok
    assert report.entries == 2


def test_a_slow_disk_is_trouble_before_it_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    commit = bench.store.commit

    def slow(entries: Any, rows: Any) -> None:
        release.wait(10)
        commit(entries, rows)

    monkeypatch.setattr(bench.store, "commit", slow)
    monkeypatch.setattr("station.recorder.writer.SLOW_AFTER_S", 0.1)
    bench.writer.start()
    seq = bench.note("late")
    bench.until(lambda: bench.writer.trouble)
    assert bench.writer.trouble is not None
    assert "slow" in bench.writer.trouble.sentence
    release.set()
    bench.until(lambda: bench.writer.saved_seq == seq)
    assert bench.writer.trouble is None


def test_a_full_disk_gets_its_reserve_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = bench.store.commit
    ballast = bench.folder / "ballast"

    def full_while_the_reserve_is_there(entries: Any, rows: Any) -> None:
        if ballast.exists():
            raise DiskFull("the disk is full")
        commit(entries, rows)

    bench.writer.start()
    bench.until(ballast.exists)
    monkeypatch.setattr(bench.store, "commit", full_while_the_reserve_is_there)
    seq = bench.note("in need")
    bench.until(lambda: bench.writer.saved_seq == seq)
    assert not ballast.exists()
