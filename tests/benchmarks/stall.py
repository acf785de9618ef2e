"""P13: a terminal that stops reading (Ctrl-S, dead ssh) must cost the recorder nothing and the viewer only the stall.

A recorder with a simulated monitor and an open session; a viewer whose terminal is not read for a while. A script's
connection notes when each heartbeat arrives; rows of the chart are counted against the monitor's one record a second.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from charting.ledger.reader import Reader
from station.wire.frames import frame, read_message
from station.wire.messages import WIRE_VERSION, Heartbeat, Hello, Note, OpenSession, ServerMessage

from .ratio import percentile
from .station import throwaway, until
from .table import Row
from .terminal import Terminal

HEARTBEAT_S = 1.0
GOAL_BEAT_MS, GOAL_BACK_S, GOAL_ROWS_S = 50.0, 1.0, 1.5
MARKER = "READAGAIN"


def rows(quick: bool, rng: random.Random) -> Iterator[Row]:
    """The rows of P13."""
    stall_s = 10.0 if quick else 60.0
    with throwaway() as station:
        link = station.home.with_name("ge")
        station.simulate("ge_dri", "--link", str(link))
        station.record("--device", "ge_dri", "--port", str(link))
        station.act(OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70))
        until(lambda: station.snapshot().chairs[0].ports[0].state == "connected", what="the monitor")
        with Terminal("-m", "station", "attach", env=station.env) as viewer:
            assert viewer.until(b"Test, A", 20), "the viewer did not show the session"
            began_ms = station.snapshot().at_ms
            late_ms = asyncio.run(_late_beats_ms(station.folders.socket, stall_s))
            ended_ms = station.snapshot().at_ms
            station.act(Note(text=MARKER))
            released_s = time.monotonic()
            back_s = viewer.until(MARKER.encode(), 30)
            alive = viewer.alive
        station.run("stop", "--force")
        with Reader.open(station.folders.ledger) as reader:
            session = next(e.session for e in reader.entries() if e.session)
            at_ms = [row.t_ms for row in reader.numerics(session) if began_ms <= row.t_ms <= ended_ms]
    stalled = f"terminal not read for {stall_s:.0f} s"
    p99_ms = percentile(late_ms, 99)
    beats = f"{len(late_ms)} heartbeats, off by p50 {percentile(late_ms, 50):.1f} p99 {p99_ms:.1f} ms"
    yield Row("P13", beats, stalled, None, f"p99 <= {GOAL_BEAT_MS:.0f} ms", p99_ms <= GOAL_BEAT_MS)
    longest_s = max(b - a for a, b in pairwise([began_ms, *at_ms, ended_ms])) / 1000
    kept = f"{len(at_ms)} records in {(ended_ms - began_ms) / 1000:.1f} s, longest pause {longest_s:.2f} s"
    whole = len(at_ms) >= (ended_ms - began_ms) // 1000 and longest_s <= GOAL_ROWS_S
    yield Row("P13", kept, stalled, None, "none lost", whole)
    took = None if back_s is None else back_s - released_s
    said = f"viewer {'alive' if alive else 'gone'}, new text after {'-' if took is None else f'{took:.2f}'} s"
    yield Row("P13", said, stalled, None, f"<= {GOAL_BACK_S:.0f} s", took is not None and took <= GOAL_BACK_S)


async def _late_beats_ms(socket: Path, for_s: float) -> list[float]:
    """How far each gap between two heartbeats was from a second."""
    reader, writer = await asyncio.open_unix_connection(str(socket))
    decoder = msgspec.msgpack.Decoder(ServerMessage)
    writer.write(frame(Hello(version=WIRE_VERSION, role="script")))
    end_s = time.monotonic() + for_s
    at_s: list[float] = []
    while time.monotonic() < end_s:
        if isinstance(await asyncio.wait_for(read_message(reader, decoder), 5 * HEARTBEAT_S), Heartbeat):
            at_s.append(time.monotonic())
    writer.close()
    await writer.wait_closed()
    return [abs(b - a - HEARTBEAT_S) * 1000 for a, b in pairwise(at_s)]
