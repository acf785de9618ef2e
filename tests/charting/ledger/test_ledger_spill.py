"""The second place and the ballast."""

from __future__ import annotations

import os
import shutil
import stat
from collections import namedtuple
from pathlib import Path

import pytest
from ledger_makers import draft, opening

from charting.ledger.ballast import FULL_SIZE_BYTES, Ballast
from charting.ledger.chain import Chain, Head
from charting.ledger.errors import DiskFault, DiskFull, LedgerUnusable
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.model import Entry, Kind


def entries(count: int) -> list[Entry]:
    chain = Chain(Head())
    return [chain.stage(opening()), *(chain.stage(draft(Kind.NOTE, n, text="a\nb ä")) for n in range(count - 1))]


def test_what_is_added_is_pending_until_cleared_also_for_a_new_process(tmp_path: Path) -> None:
    path, some = tmp_path / "spill.jsonl", entries(5)
    spill = Spill(path)
    assert spill.pending() == []
    spill.add(some[:2])
    spill.add(some[2:])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Spill(path).pending() == some
    Spill(path).clear()
    assert spill.pending() == [] and path.stat().st_size == 0


@pytest.mark.parametrize("cut", [1, 7, 100])
def test_a_cut_last_line_is_left_out_and_does_not_spoil_the_next(tmp_path: Path, cut: int) -> None:
    path, some = tmp_path / "spill.jsonl", entries(4)
    Spill(path).add(some[:3])
    path.write_bytes(path.read_bytes()[:-cut])
    expected = some[:3] if cut == 1 else some[:2]  # a line that lacks its line feed only is whole
    assert Spill(path).pending() == expected
    Spill(path).add(some[3:])
    assert Spill(path).pending() == [*expected, some[3]]


def test_entries_added_again_come_once_and_the_ledger_takes_them(tmp_path: Path) -> None:
    spill, some = Spill(tmp_path / "spill.jsonl"), entries(4)
    spill.add(some)
    spill.add(some[1:])
    with Store.open(tmp_path / "chart.db") as store:
        store.commit(some[:2], [])
        store.commit(spill.pending(), [])
        assert store.entries() == some


def test_a_failing_sync_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spill = Spill(tmp_path / "spill.jsonl")

    def failing(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(DiskFault, match="takes no entries"):
        spill.add(entries(1))
    with pytest.raises(DiskFault, match="emptied"):
        spill.clear()
    (tmp_path / "spill.jsonl").unlink()
    with pytest.raises(DiskFault, match="cannot be read"):
        spill.pending()


def test_a_link_or_a_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    for path in (tmp_path / "link", tmp_path / "none" / "spill"):
        with pytest.raises(LedgerUnusable, match="second place"):
            Spill(path)


def test_ballast_takes_a_quarter_at_most_and_gives_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    free = {"bytes": 8_000_000}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free["bytes"]))
    ballast = Ballast(tmp_path / "ballast")
    assert ballast.held_bytes == 0 == ballast.release()
    assert ballast.restore() == 2_000_000 == ballast.held_bytes
    assert (tmp_path / "ballast").stat().st_blocks * 512 >= 2_000_000  # really on the disk
    assert stat.S_IMODE((tmp_path / "ballast").stat().st_mode) == 0o600
    assert ballast.restore() == 2_000_000
    assert ballast.release() == 2_000_000 and ballast.held_bytes == 0
    free["bytes"] = 100_000
    assert ballast.restore() == 0 == ballast.held_bytes
    free["bytes"] = 10**12
    sizes: list[int] = []
    monkeypatch.setattr(os, "posix_fallocate", lambda fd, start, size: sizes.append(size))
    ballast.restore()
    assert sizes == [FULL_SIZE_BYTES]


def test_ballast_that_finds_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int, start: int, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    ballast = Ballast(tmp_path / "ballast")
    with pytest.raises(DiskFull):
        ballast.restore()
    assert ballast.held_bytes == 0
