"""M3: a recorder with a monitor that speaks 24 times as fast: memory, descriptors, threads and log must stay flat.

The slope of memory is judged over runs of half an hour and more; a shorter one has no slope worth the name and says so.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from benchmarks.station import StationProcess, throwaway, until

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from station.script import SURE
from station.wire.messages import Note, OpenSession, Plan, StartInfusion

from .closing import run, size

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]
SPEED = 24
GROWTH_MB_PER_H = 1.0
WAL_MB = 8.0
JUDGED_FROM_MINUTES = 30


class Sample(NamedTuple):
    """The recorder at one moment; ``at_s`` since the run began."""

    at_s: float
    rss_mb: float
    fds: int
    threads: int
    wal_mb: float


def test_an_hour_leaves_nothing_behind() -> None:
    minutes = size("SOAK_MINUTES", 60)
    with run("M3 long run") as soak, throwaway() as station:
        playback = station.home.with_name("day.csv")
        _write_playback(playback, seconds=(minutes * 60 + 120) * SPEED)
        link = station.home.with_name("ge")
        station.simulate("ge_dri", "--playback", str(playback), "--speed", str(SPEED), "--link", str(link))
        recorder = station.record("--device", "ge_dri", "--port", str(link))
        begin = (
            OpenSession(patient="Test, A", identifier="1", weight_kg=70),
            Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
            StartInfusion(confirmed=SURE),
        )
        station.act(*begin)
        until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
        samples = _watched(station, recorder.pid, minutes * 60)
        soak.n = round(minutes * SPEED)
        station.run("stop", "--force")
        warm = [s for s in samples if s.at_s >= samples[-1].at_s / 6]
        slope = statistics.linear_regression([s.at_s / 3600 for s in warm], [s.rss_mb for s in warm]).slope
        with Reader.open(station.folders.ledger) as reader:
            session = next(e.session for e in reader.entries() if e.session)
            records = sum(1 for _ in reader.numerics(session))
        expected = samples[-1].at_s * SPEED
        soak.seen = (
            f"minutes of monitor time; {records} records of about {expected:.0f}, "
            f"RSS {warm[0].rss_mb:.1f} to {warm[-1].rss_mb:.1f} MB, slope {slope:+.1f} MB/h"
            f"{'' if minutes >= JUDGED_FROM_MINUTES else ' (run too short to judge)'}, "
            f"fds {_range(s.fds for s in warm)}, threads {_range(s.threads for s in warm)}, "
            f"WAL <= {max(s.wal_mb for s in warm):.1f} MB"
        )
        problems = {
            "memory grows": minutes >= JUDGED_FROM_MINUTES and slope >= GROWTH_MB_PER_H,
            "descriptors are not flat": warm[-1].fds > warm[0].fds,
            "threads are not flat": warm[-1].threads > warm[0].threads,
            "the log is not checkpointed": warm[-1].wal_mb > WAL_MB,
            "records were missed": records < expected * 0.999 - SPEED,
            "the chain is broken": not verify(station.folders.ledger).ok,
        }
        soak.failures += [what for what, so in problems.items() if so]


def _watched(station: StationProcess, pid: int, for_s: float) -> list[Sample]:
    """A sample and a charted note every minute at most, sixty times at least where the run allows."""
    began_s = time.monotonic()
    samples: list[Sample] = []
    while (at_s := time.monotonic() - began_s) < for_s:
        samples.append(_sample(pid, station.folders.ledger, at_s))
        station.act(Note(text=f"still well after {at_s:.0f} s"))
        time.sleep(min(for_s / 60, 60))
    return samples


def _sample(pid: int, ledger: Path, at_s: float) -> Sample:
    status = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if ":" in line
    )
    wal = ledger.with_name(ledger.name + "-wal")
    return Sample(
        at_s,
        int(status["VmRSS"].split()[0]) / 1024,
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        int(status["Threads"]),
        wal.stat().st_size / 1e6 if wal.exists() else 0.0,
    )


def _write_playback(path: Path, seconds: int) -> None:
    """A quiet patient: a row every 10 s, the numbers moving a little, a cuff reading every 5 minutes."""
    rows = ["t_s,hr,pulse_rate,spo2,resp_rate,etco2,temp,nibp_sys,nibp_dia,nibp_mean"]
    for t_s in range(0, seconds, 10):
        swing = t_s // 10 % 7
        cuff = f"{118 + swing},{70 + swing},{86 + swing}" if t_s % 300 == 0 else ",,"
        rows.append(f"{t_s},{64 + swing},{64 + swing},{96 + swing % 3},{12 + swing % 4},{36 + swing % 3},36.6,{cuff}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _range(values: Iterable[int]) -> str:
    seen = sorted(set(values))
    return f"{seen[0]}" if len(seen) == 1 else f"{seen[0]}-{seen[-1]}"
