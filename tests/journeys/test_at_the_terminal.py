"""A nurse's whole session at an 80x24 terminal: every act typed, every act seen as saved, and the chart agrees."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from station_process import StationProcess, until
from terminal import STATION, Terminal, processes_of

from charting.ledger.verify import verify

pytestmark = pytest.mark.journey

# markup, an OSC title with its bell, then a paste of a right-to-left override, a C1 colour and a bell
TYPED_NAME = (("[/]", "[/]"), ("\x1b]0;evil\x07", "evil"), ("ANNA", "ANNA"))
PASTED_NAME = "\u202e\x9b32m\x07 B"
NEVER_RAW = (b"\x1b]0;evil", b"\x07", "\x9b".encode(), b"\x9b32m", "\u202e".encode())
NAME = "[/]]0;evilANNA32m B"


@pytest.fixture
def at_the_chair(station: StationProcess) -> Iterator[Terminal]:
    """A monitor on a line and ``infusion-station`` started on it in a terminal."""
    link = station.home.with_name("L")
    station.simulate("ge_dri", "--link", str(link))
    terminal = Terminal((*STATION, "--device", "ge_dri", "--port", str(link)), station.env)
    yield terminal
    terminal.close()
    station.run("stop", "--force")
    until(lambda: not processes_of(station.home) or station.close(), what="the end of every process")


def _fill(terminal: Terminal, *values: str) -> None:
    """Fill in one field after the other, each in sight before Enter, as a careful person does."""
    for value in values:
        terminal.type(value)
        terminal.until(value)
        terminal.keys("enter")


def _charted(terminal: Terminal, words: str) -> None:
    """Both places that may say so say it: the row about the act just made, and the entry itself."""

    def saved() -> bool:
        text = terminal.text()
        return bool(re.search(rf"{re.escape(words)}.* saved *$", text, re.M) and re.search(r"saved #\d+", text))

    try:
        until(saved, what=f"{words!r} saved")
    except AssertionError as error:
        raise AssertionError(f"{error}; the screen was:\n{terminal.text()}") from None


def test_a_whole_session(station: StationProcess, at_the_chair: Terminal) -> None:
    began = time.monotonic()
    terminal = at_the_chair
    terminal.until("ge_dri: connected", " %")
    print(f"first numbers {time.monotonic() - began:.1f} s after the command")
    assert re.search(r"\d+ /min +\d+ /min +\d+ %", terminal.text())

    terminal.keys("b")
    terminal.until("Begin a session", "Patient's name")
    for typed, shown in TYPED_NAME:
        terminal.type(typed)
        terminal.until(shown)
    terminal.paste(PASTED_NAME)
    terminal.until(NAME)
    terminal.keys("enter")
    _fill(terminal, "1980-01-01", "12", "0.5", "40", "1.0", "KS")
    print(terminal.text())
    time.sleep(0.5)
    print(terminal.text())
    refused = terminal.until("20", "300", "weight")  # beside the field, and the rest is kept
    row = next(line for line in refused.splitlines() if line.startswith(" Weight, kg"))
    assert re.search(r" 12 .*weight", row), refused
    assert all(kept in refused for kept in (NAME[:20], "1980-01-01", "0.5", "40", "1.0", "KS"))
    assert station.snapshot().chairs[0].session is None
    terminal.type("\x7f\x7f70")
    terminal.until(" 70 ")
    for _ in range(5):
        terminal.keys("enter")
    terminal.until_gone("Begin a session")
    print(terminal.text())
    _charted(terminal, "session opened")
