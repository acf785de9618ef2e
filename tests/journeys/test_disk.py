"""The disk full, failing or closed to us: no false "saved", nothing lost, one sentence where it cannot start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from station_process import LOST_WITHIN_S, StationProcess, until

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from charting.model import Kind
from station.script import SURE
from station.wire.messages import Note, OpenSession, Plan, Saved, StartInfusion, Unsaved

pytestmark = pytest.mark.journey

TOLD_S = 2.0
BEGIN = (
    OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70),
    Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
    StartInfusion(confirmed=SURE),
)


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own at ``folder``; skips where that is not allowed."""
    folder.mkdir(mode=0o700, parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"mode=0700,{options}", "none", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("K5, K10: a file system of its own needs root and the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def disk(station: StationProcess) -> Iterator[Path]:
    """The data folder on a disk of 2 MiB."""
    with _mounted(station.folders.data, "size=2m") as folder:
        yield folder
        station.close()


def _fill(disk: Path) -> Path:
    """Take every byte that is left, and the reserve the station keeps for this hour."""
    filler = disk / "filler"
    (disk / "ballast").unlink(missing_ok=True)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free)
    assert shutil.disk_usage(disk).free == 0
    return filler


def _notes(station: StationProcess, number: int) -> dict[int, str]:
    """Chart notes that are saved: seq and text of each."""
    texts = [f"early note {n}" for n in range(number)]
    answers = station.act(*(Note(text=text) for text in texts))
    assert all(isinstance(answer, Saved) for answer in answers), answers
    return {answer.seq: text for answer, text in zip(answers, texts, strict=True)}


def _note_until_unsaved(station: StationProcess, acknowledged: dict[int, str]) -> None:
    """Chart notes until one cannot be saved (its number is -1) and CHART_FAIL stands."""
    for number in range(2000):
        text = f"note {number} " + "x" * 100
        (answer,) = station.act(Note(text=text))
        if isinstance(answer, Unsaved):
            until(lambda: station.alarm("CHART_FAIL"), what="CHART_FAIL")
            acknowledged[-1] = text
            return
        assert isinstance(answer, Saved), answer
        acknowledged[answer.seq] = text
    pytest.fail("the disk never became full")


def _told_s(station: StationProcess, acknowledged: dict[int, str]) -> float:
    """Seconds from the entry that could not be saved to CHART_FAIL, as both were charted in the end."""
    with Reader.open(station.folders.ledger) as reader:
        entries = reader.entries()
    note = next(e for e in entries if e.payload.get("text") == acknowledged[-1])
    told_s = station.raised_s("CHART_FAIL", "high", after_s=0) - note.entered_at_ms / 1000
    assert told_s <= TOLD_S, f"CHART_FAIL {told_s:.1f} s after the entry"
    return told_s


def _line(station: StationProcess, text: str) -> bool | None:
    """Whether the entry of that note is called saved; None where it is not listed."""
    lines = station.snapshot().chairs[0].lines
    return next((x.saved for x in lines if text in x.text), None)


def _nothing_lost(station: StationProcess, acknowledged: dict[int, str], *also: str) -> None:
    report = verify(station.folders.ledger)
    assert report.ok, report.problems
    with Reader.open(station.folders.ledger) as reader:
        notes = {e.seq: e.payload["text"] for e in reader.entries() if e.kind is Kind.NOTE}
    assert {seq: text for seq, text in acknowledged.items() if seq > 0}.items() <= notes.items()
    for text in (acknowledged[-1], *also):
        assert text in notes.values()
    assert len(set(notes.values())) == len(notes)  # each once


def test_a_full_disk(station: StationProcess, disk: Path) -> None:
    link = station.home.with_name("L")
    simulator, _ = station.simulate("ge_dri", "--link", str(link))
    station.record("--device", "ge_dri", "--port", str(link))
    assert all(isinstance(a, Saved) for a in station.act(*BEGIN))
    acknowledged = _notes(station, 20)
    filler = _fill(disk)
    _note_until_unsaved(station, acknowledged)
    assert _line(station, acknowledged[-1]) is False
    spilled = station.folders.spill.read_text()
    assert acknowledged[-1] in spilled
    (later,) = station.act(Note(text="later"))  # the session goes on, truthfully
    assert isinstance(later, Unsaved)
    assert station.snapshot().chart
    before = station.snapshot().chairs[0]
    until(lambda: station.snapshot().chairs[0].infusion.delivered_mg > before.infusion.delivered_mg, what="the fold")
    station.pull(simulator)
    assert station.lost_after_s() <= LOST_WITHIN_S
    until(lambda: all(x in station.folders.spill.read_text() for x in ("later", "COMM_LOST")), what="the second place")
    filler.unlink()
    freed = time.monotonic()
    until(lambda: _line(station, acknowledged[-1]) and _line(station, "later"), what="Saved")
    saved_s = time.monotonic() - freed
    until(lambda: station.snapshot().chart == "", what="an end of the trouble")
    until(lambda: station.folders.spill.stat().st_size == 0, what="an empty second place")
    station.close()
    _nothing_lost(station, acknowledged, "later")
    told_s = _told_s(station, acknowledged)
    print(f"{len(acknowledged)} notes; CHART_FAIL after {told_s:.2f} s; saved {saved_s:.1f} s after room was made")


def test_killed_while_the_disk_is_full(station: StationProcess, disk: Path) -> None:
    station.record(keeper=True)
    station.act(*BEGIN)
    acknowledged = _notes(station, 20)
    filler = _fill(disk)
    _note_until_unsaved(station, acknowledged)
    pid = station.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    said = station.folders.trouble
    until(lambda: (said.exists() and "is full" in said.read_text()) or station.pid() not in (None, pid), what="a word")
    again = station.pid()
    filler.unlink()
    freed = time.monotonic()
    until(lambda: station.pid() not in (None, pid), what="the next recorder")
    up_s = time.monotonic() - freed
    assert _line(station, acknowledged[-1]) is True
    station.close()
    _nothing_lost(station, acknowledged)
    with Reader.open(station.folders.ledger) as reader:
        started = reader.last(Kind.RECORDER_STARTED)
    assert started is not None
    assert started.payload["late_entries"] >= 1
    late = started.payload["late_entries"]
    print(
        f"{'up' if again else 'not up'} while full; up {up_s:.1f} s after room was made; {late} late entries taken in"
    )


def test_a_disk_that_answers_with_errors(station: StationProcess) -> None:
    if shutil.which("strace") is None:
        pytest.skip("K4: strace is not installed")
    recorder = station.record()
    station.act(*BEGIN)
    acknowledged = _notes(station, 20)
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=fdatasync,fsync:error=EIO", "-p", str(recorder.pid)],
        stderr=subprocess.PIPE,
    )
    traced = Path(f"/proc/{recorder.pid}/status")
    try:
        until(lambda: f"TracerPid:\t{tracer.pid}" in traced.read_text() or tracer.poll() is not None, what="strace")
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            pytest.skip(f"K4: strace may not attach: {tracer.stderr.read().decode().strip()}")
        _note_until_unsaved(station, acknowledged)
        assert _line(station, acknowledged[-1]) is False
    finally:
        tracer.terminate()
        tracer.wait()
        if tracer.stderr is not None:
            tracer.stderr.close()
    healed = time.monotonic()
    until(lambda: _line(station, acknowledged[-1]), what="Saved")
    saved_s = time.monotonic() - healed
    until(lambda: station.alarm_over("CHART_FAIL"), what="its end")
    station.close()
    _nothing_lost(station, acknowledged)
    told_s = _told_s(station, acknowledged)
    print(f"CHART_FAIL {told_s:.2f} s after the first error, saved {saved_s:.1f} s after the last")


def _refused(station: StationProcess, *words: str) -> None:
    for arguments in (("record",), ()):
        answer = station.run(*arguments)
        said = answer.stderr.decode()
        assert answer.returncode == 3, (arguments, said)
        assert len(said.splitlines()) == 1, (arguments, said)
        assert all(word in said for word in words), (arguments, said)
    assert station.pid() is None


def test_a_folder_open_to_others_is_refused(station: StationProcess) -> None:
    station.folders.data.mkdir(parents=True)
    station.folders.data.chmod(0o755)
    _refused(station, "open to others", f"chmod 700 {station.folders.data}")


def test_a_folder_of_somebody_else_is_refused(station: StationProcess) -> None:
    if os.getuid() != 0:
        pytest.skip("K10: giving a folder away needs root")
    station.folders.data.mkdir(mode=0o700, parents=True)
    os.chown(station.folders.data, 65534, 65534)
    _refused(station, "belongs to another user", str(station.folders.data))


def test_a_read_only_disk_is_refused(station: StationProcess) -> None:
    with _mounted(station.folders.data, "size=2m,ro"):
        _refused(station, str(station.folders.data), "Read-only")
