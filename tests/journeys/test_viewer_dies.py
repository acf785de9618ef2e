"""The viewer killed, its terminal closed, its terminal deaf: the recorder records on, says so, and takes it back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from station_process import StationProcess, until
from terminal import STATION, Terminal

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from station.script import SURE
from station.wire.messages import OpenSession, Plan, Saved, StartInfusion

pytestmark = pytest.mark.journey

LONGEST_HOLE_S = 2.0
ASK = b"\x1b[6n"
STALL_S = float(os.environ.get("STALL_S", "8"))  # 60 in the soak
BEGIN = (
    OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70),
    Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
    StartInfusion(confirmed=SURE),
)
END_IT: dict[str, Callable[[Terminal], None]] = {
    "killed": lambda terminal: terminal.child.kill(),
    "terminal closed": lambda terminal: terminal.hang_up(),
}


@pytest.fixture
def infusing(station: StationProcess) -> Iterator[Terminal]:
    """A recorder in a running infusion with a monitor on its line, and a viewer attached in a terminal."""
    link = station.home.with_name("L")
    station.simulate("masimo_ascii", "--link", str(link))
    station.record("--device", "masimo_ascii", "--port", str(link))
    assert all(isinstance(answer, Saved) for answer in station.act(*BEGIN))
    made = _attach(station)
    yield made
    made.close()


def _attach(station: StationProcess) -> Terminal:
    made = Terminal((*STATION, "attach"), station.env)
    made.until("Test, A", " INFUSING ", " %")
    return made


def _raised(station: StationProcess, *conditions: str, priority: str) -> str:
    """The first of ``conditions`` that stands with ``priority``, or ""."""
    alarms = station.snapshot().chairs[0].alarms
    return next((a.condition for a in alarms if a.condition in conditions and a.priority == priority), "")


def _longest_hole_s(station: StationProcess) -> float:
    """The longest time between two rows of numerics in the chart; fails where it does not hold."""
    station.close()
    assert verify(station.folders.ledger).ok
    with Reader.open(station.folders.ledger) as reader:
        times = [row.t_ms for row in reader.numerics(reader.open_sessions()[0])]
    assert len(times) > 5
    hole_s = max(b - a for a, b in pairwise(times)) / 1000
    assert hole_s <= LONGEST_HOLE_S, f"no row for {hole_s:.1f} s"
    return hole_s


@pytest.mark.parametrize("end", END_IT)
def test_the_recorder_goes_on(station: StationProcess, infusing: Terminal, end: str) -> None:
    pid = station.pid()
    until(lambda: station.alarm_over("NO_VIEWER"), what="a viewer that counts")
    ended_s = time.time()
    END_IT[end](infusing)
    infusing.ended()
    medium_s = station.raised_s("NO_VIEWER", "medium", ended_s) - ended_s
    assert 4.5 < medium_s < 6.5, f"NO_VIEWER after {medium_s:.1f} s"
    high_s = 0.0
    if end == "killed":  # once is enough: half a minute in which nobody watches a running infusion
        high_s = station.raised_s("NO_VIEWER", "high", ended_s) - ended_s
        assert 29.5 < high_s < 32
    again = _attach(station)
    until(lambda: station.alarm_over("NO_VIEWER"), what="its end")
    again.keys("ctrl+q")
    again.ended()
    again.close()
    assert station.pid() == pid
    print(f"{end}: NO_VIEWER medium at {medium_s:.1f} s, high at {high_s:.1f} s, hole {_longest_hole_s(station):.2f} s")


def test_a_terminal_that_stops_reading(station: StationProcess, infusing: Terminal) -> None:
    # the viewer judges a terminal that has answered it once; a second question is asked only after the first's answer
    until(lambda: bytes(infusing.raw).count(ASK) >= 2, what="the terminal's first answer")
    infusing.stall()
    began = time.monotonic()
    raised = until(lambda: _raised(station, "UI_FROZEN", "NO_VIEWER", priority="high"), what="UI_FROZEN")
    raised_s = time.monotonic() - began
    until(lambda: time.monotonic() - began >= STALL_S, STALL_S + 1)
    infusing.release()
    released = time.monotonic()
    until(lambda: _fresh(infusing), what="a screen of now")
    back_s = time.monotonic() - released
    assert back_s <= 1.0, f"back after {back_s:.2f} s"
    hole_s = _longest_hole_s(station)
    print(f"deaf {STALL_S:g} s: {raised} after {raised_s:.1f} s, back in {back_s:.2f} s, longest hole {hole_s:.2f} s")


def _fresh(terminal: Terminal) -> bool:
    """The screen shows the session with the clock of this second."""
    text = terminal.text()
    return "Test, A" in text and time.strftime("%H:%M:%S") in text.splitlines()[0]
