"""What a recorder does before it serves: takes in what an earlier one could not save, and stands where it stood."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import drivers
from charting.ledger.ballast import Ballast
from charting.ledger.engine import sqlite_facts
from charting.ledger.errors import DiskFull
from charting.ledger.reader import SessionLine
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.left_open import left_open_ms
from charting.model import RECORD, Entry, Kind
from charting.session import SOUND_TESTS
from station import __version__
from station.clock import Clock, boot_id
from station.config import ChairConfig, Config
from station.recorder.chair import Chair
from station.recorder.past import Past
from station.recorder.vitals import Source

PAST_SESSIONS = 100  # more than a station has in the hours for which a sound test counts


def open_ledger(path: Path, ballast: Ballast) -> Store:
    """The ledger opened for writing; on a full disk the reserve is given up for it."""
    try:
        return Store.open(path)
    except DiskFull:
        if not ballast.release():
            raise
        return Store.open(path)


def same_boot_offset(store: Store) -> int | None:
    """The chart's anchor to UTC (ns), kept over restarts within one boot while a session is open; else None."""
    started = store.last(Kind.RECORDER_STARTED) if store.open_sessions() else None
    if started is None or not boot_id() or started.payload["boot_id"] != boot_id() or started.payload["speed"] != 1.0:
        return None
    return int(started.payload["steady_to_utc_ns"])


def take_in(spill: Spill, store: Store) -> tuple[int, Path | None]:
    """Save entries that a recorder before us could not, as they were chained: how many.

    Entries that do not continue this chart are set aside in a file of their own, which is returned.
    """
    head = store.head()
    pending: list[Entry] = [e for e in spill.pending() if e.seq > head.seq]
    if not pending:
        return 0, None
    if pending[0].prev_hash == head.hash:
        store.commit(pending, [])
        spill.clear()
        return len(pending), None
    aside = spill.path.with_name(f"set-aside-after-{head.seq}.jsonl")
    aside.write_bytes(spill.path.read_bytes())
    spill.clear()
    return 0, aside


def started_payload(clock: Clock, late: int, aside: Path | None) -> dict[str, object]:
    """What the first entry of a recorder's life says."""
    facts = sqlite_facts()
    return {
        "pid": os.getpid(),
        "version": __version__,
        "boot_id": boot_id(),
        "steady_to_utc_ns": clock.steady_to_utc_ns,
        "speed": clock.speed,
        "sqlite": facts.version,
        "wal": facts.wal_safe,
        "late_entries": late,
        "set_aside": str(aside) if aside else "",
    }


def seat(store: Store, line: SessionLine) -> str:
    """The chair at which an open session goes on: the one it was opened at, or the last it changed to."""
    moves = store.of_kind(Kind.CHAIR_CHANGED, line.opened_seq)
    mine = [entry.payload["to_chair"] for entry in moves if entry.session == line.session]
    return mine[-1] if mine else line.chair or ""


def resume(chair: Chair, session: str, store: Store, now_ns: int, at_ms: int) -> None:
    """Let ``chair`` stand where the chart says its open session stood, and chart the hole."""
    entries = store.entries(session)
    rows = list(store.numerics(session))
    chair.resume(entries, rows, now_ns)
    stopped = store.of_kind(Kind.RECORDER_STOPPED, entries[-1].seq)  # it lived so long, though it had nothing to chart
    signs_ms = (entries[-1].entered_at_ms, *(e.entered_at_ms for e in stopped), *(row.t_ms for row in rows[-1:]))
    alive_ms = max(signs_ms)  # not when things happened: that may have been charted late
    chair.gap(alive_ms, at_ms, "the recorder was not running", now_ns)
    chair.left_open_ms = left_open_ms([*entries, chair.lines[-1]])  # its last line is the gap


def earlier(store: Store) -> Past:
    """What is remembered of the sessions in the chart; of sounds, what a sound test of now could still rest on."""
    return Past(store.sessions(), _sounds(store), store.among(None, RECORD))


def staff_listed(store: Store) -> dict[str, Any] | None:
    """The list of staff as the chart last told it; None where it never did."""
    lists = (e.payload for e in reversed(store.of_kind(Kind.STAFF)) if e.payload["what"] == "list")
    return next(lists, None)


def end_silence(store: Store, chairs: Mapping[str, Chair], now_ns: int) -> None:
    """Chart that a silence of the recorder before us is over, where that one was killed and could not."""
    last = next((e for e in reversed(_sounds(store)) if e.payload["state"] not in SOUND_TESTS), None)
    chair = chairs.get(last.chair or "") if last is not None and last.payload["seconds"] else None
    if chair is not None:
        ended = {"state": "ended", "seconds": 0, "why": "the recorder was started anew"}
        chair.write(Kind.SOUND, now_ns, payload=ended)


def _sounds(store: Store) -> list[Entry]:
    sessions = store.sessions()
    return store.of_kind(Kind.SOUND, sessions[-PAST_SESSIONS].opened_seq if len(sessions) >= PAST_SESSIONS else 0)


def chairs(config: Config) -> tuple[ChairConfig, ...]:
    """The chairs of the station; one without devices where none is written."""
    return config.chair or (ChairConfig(name="Chair 1"),)


def sources(chair: ChairConfig) -> list[Source]:
    """The chair's devices; a second one of a kind gets a number."""
    found: list[Source] = []
    for port in chair.port:
        info = drivers.load(port.device).INFO
        same = sum(s.device == port.device for s in found)
        name = port.device if not same else f"{port.device}-{same + 1}"
        found.append(Source(name, port.device, port.port, info.stale_after_s, info.lost_after_s))
    return found


def free_bytes(folder: Path) -> int | None:
    """Room left where ``folder`` is; None where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None  # an unreadable disk is told by the writer; a guess here would be no fact
