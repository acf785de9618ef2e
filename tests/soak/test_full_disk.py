"""K5: the recorder's writer on a disk that fills up and is freed again, over and over.

A real small disk (tmpfs, so root is needed) holds ledger and ballast; the second place lies elsewhere. Nothing may be
called saved that is not in the file, and everything must be there once there is room.
"""

from __future__ import annotations

import errno
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from charting.ledger.ballast import Ballast
from charting.ledger.reader import Reader
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Draft, Kind
from station.clock import Clock
from station.recorder.writer import Writer

from .closing import Run, run, size

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
DISK_MB = 64
BACK_WITHIN_S = 10.0
MOST_NOTES = 400  # of one filling; the log has room of its own, so the first ones can still be saved
_pause = threading.Event()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount") or "mount"
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"mounting a small disk needs root: {done.stderr.decode(errors='replace').strip()}")
    yield disk
    subprocess.run([shutil.which("umount") or "umount", str(disk)], check=True)


class Disk:
    """What takes the room, and gives it back."""

    def __init__(self, folder: Path) -> None:
        self._hog = folder / "hog"

    def fill(self) -> None:
        """Take every byte there is."""
        with self._hog.open("ab", buffering=0) as hog:
            for piece in (b"x" * 65536, b"x" * 512):
                try:
                    while True:
                        hog.write(piece)
                except OSError as full:
                    assert full.errno == errno.ENOSPC, full

    def free(self) -> None:
        """Give it all back."""
        self._hog.unlink()


def test_a_disk_that_fills_again_and_again_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    rounds, chance = size("SOAK_FULL_DISKS", 200), random.Random(size("SOAK_SEED", 20261122))
    ledger = small_disk / "data" / "ledger.db"
    store = Store.open(ledger)
    told: list[int] = []
    ballast = Ballast(small_disk / "data" / "ballast")
    writer = Writer(store, Spill(tmp_path / "spill.jsonl"), ballast, Clock(), told.append)
    writer.start()
    written = 0
    waited_s: list[float] = []
    try:
        with run("K5 full disk") as soak:
            for soak.n in range(1, rounds + 1):
                written += _round(writer, Disk(small_disk), ledger, written, chance, soak, waited_s)
            assert writer.stop(), "not all could be saved at the end"
            with Reader.open(ledger) as reader:
                texts = [e.payload["text"] for e in reader.entries() if e.kind is Kind.NOTE]
            if texts != [_text(n) for n in range(written)]:
                soak.failures.append(f"{written} notes written, {len(texts)} found")
            soak.failures += map(str, verify(ledger).problems)
            if told != sorted(told):
                soak.failures.append("saved was told out of order")
            soak.seen = f"{written} notes, all there; after room came saved within {max(waited_s):.1f} s"
    finally:
        writer.stop()
        store.close()


def _round(
    writer: Writer, disk: Disk, ledger: Path, first: int, chance: random.Random, soak: Run, waited_s: list[float]
) -> int:
    """Fill the disk, write until saving fails, stay full for a while, free it; how many notes were written."""
    disk.fill()
    count, last = 0, 0
    while writer.trouble is None and count < MOST_NOTES:
        last = writer.write(_note(first + count)).seq
        count += 1
        _pause.wait(0.01)
    if writer.trouble is None:
        soak.failures.append(f"round {soak.n}: {count} notes and no trouble told")
    disk.fill()  # what the ballast gave back
    for _ in range(chance.randrange(20)):
        last = writer.write(_note(first + count)).seq
        count += 1
    _pause.wait(chance.uniform(0, 2.5))
    saved = writer.saved_seq
    with Reader.open(ledger) as reader:
        if reader.head().seq < saved:
            soak.failures.append(f"round {soak.n}: {saved} was called saved, the file ends at {reader.head().seq}")
    disk.free()
    began_s = time.monotonic()
    if not _until(lambda: writer.saved_seq == last and writer.trouble is None):
        soak.failures.append(f"round {soak.n}: not saved {BACK_WITHIN_S:.0f} s after there was room: {writer.trouble}")
    waited_s.append(time.monotonic() - began_s)
    return count


def _until(true: Callable[[], bool]) -> bool:
    end_s = time.monotonic() + BACK_WITHIN_S
    while not true() and time.monotonic() < end_s:
        _pause.wait(0.02)
    return true()


def _text(number: int) -> str:
    return f"note {number} " + "x" * 4000


def _note(number: int) -> Draft:
    return Draft(
        kind=Kind.NOTE,
        happened_at_ms=number,
        entered_at_ms=number,
        entered_by="N1",
        source="person",
        chair="Chair 1",
        payload={"text": _text(number)},
    )
