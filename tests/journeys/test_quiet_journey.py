"""A quiet room at a live station: one key, kept over the recorder's death, and ended by an emergency."""

from __future__ import annotations

import os
import signal

import pytest
from station_process import StationProcess, until
from terminal import STATION, Terminal

from station.wire.messages import Emergency, OpenSession

pytestmark = pytest.mark.journey
PATIENT = OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)


def test_a_quiet_room_from_key_to_emergency(station: StationProcess) -> None:
    station.record()
    station.act(PATIENT)
    terminal = Terminal((*STATION, "attach"), station.env)
    try:
        terminal.until("Test, A", "BASELINE")
        terminal.keys("Q")
        terminal.until("Who charts at this screen?")
        terminal.type("KS\r")
        terminal.until("QUIET ROOM since", "quiet room for 60 min at most", "saved")
        since = station.snapshot().chairs[0].quiet
        assert since is not None and since.by == "KS"
        pid = station.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: station.pid() is None, what="the recorder's end")
        station.record()
        assert station.snapshot().chairs[0].quiet == since
        terminal.until("QUIET ROOM since")
        station.act(Emergency())
        terminal.until_gone("QUIET ROOM since")
        assert station.snapshot().chairs[0].quiet is None
        terminal.until("quiet room ended: emergency")
    finally:
        terminal.close()
    assert station.run("sessions", "verify").returncode == 0
