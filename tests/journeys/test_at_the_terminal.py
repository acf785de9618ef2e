"""A nurse's whole session at an 80x24 terminal: every act typed, every act seen as saved, and the chart agrees."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from at_the_screen import answered, charted, ended, fill, resumed, unscreened
from station_process import LOST_WITHIN_S, StationProcess
from terminal import NUMERALS, STATION, Terminal

from charting.ledger.verify import verify

pytestmark = pytest.mark.journey

# markup, an OSC title with its bell, then a paste of a right-to-left override, a C1 colour and a bell
TYPED_NAME = (("[/]", "[/]"), ("\x1b]0;evil\x07", "evil"), ("ANNA", "ANNA"))
PASTED_NAME = "\u202e\x9b32m\x07 B"
NEVER_RAW = (b"\x1b]0;", b"evil\x07", "\x9b".encode(), b"\x9b32m", "\u202e".encode())
NAME = "[/]]0;evilANNA32m B"


PLAN = ("0.5", "40", "1.0")


@pytest.fixture
def line(station: StationProcess) -> Path:
    """Where the monitor's line is."""
    return station.home.with_name("L")


@pytest.fixture
def terminal(station: StationProcess, line: Path) -> Iterator[Terminal]:
    """``infusion-station`` started in a terminal on a simulated monitor."""
    station.simulate("ge_dri", "--link", str(line))
    made = Terminal((*STATION, "--device", "ge_dri", "--port", str(line)), station.env)
    yield made
    made.close()
    station.run("stop", "--force")


def _begin(terminal: Terminal) -> None:
    """Open a session with a hostile name and, first, a weight that cannot be."""
    terminal.keys("b")
    terminal.until("Begin a session", "Patient's name")
    for typed, shown in TYPED_NAME:
        terminal.type(typed)
        terminal.until(shown)
    terminal.paste(PASTED_NAME)
    terminal.until(NAME)
    terminal.keys("enter")
    fill(terminal, "1980-01-01", "12", *PLAN, "KS")
    refused = terminal.until("weight 12 kg is outside 20", "to 300 kg; check the entry")
    row = next(row for row in refused.splitlines() if row.startswith(" Weight, kg"))
    assert re.search(r" 12 .*weight 12 kg", row), refused  # beside its field
    assert all(kept in refused for kept in (NAME, "1980-01-01", *PLAN, "KS")), refused
    terminal.type("\x7f\x7f70")
    terminal.until(" 70 ")
    terminal.keys(*["enter"] * 5)
    asked = terminal.until("Is this the patient's monitor (ge_dri)?", "70 kg x 0.5 mg/kg = 35 mg")
    assert re.search(r"HR \d+ /min .* SpO2 \d+ %", asked), asked  # its live values are in view
    answered(terminal, lambda: terminal.keys("y"), "Sound test: three sounds", "Monitor: confirmed ge_dri")
    terminal.until("start without sound")
    terminal.keys("escape")
    terminal.until_gone("Begin a session")
    charted(terminal, "plan 0.5 mg/kg = 35 mg")
    terminal.until(NAME, "BASELINE")


def test_a_whole_session(station: StationProcess, line: Path, terminal: Terminal) -> None:
    began = time.monotonic()
    terminal.until("ge_dri: connected", " %")
    took = time.monotonic() - began
    assert re.search(NUMERALS, terminal.text())
    _begin(terminal)

    terminal.keys("g")
    terminal.until("Start at the planned rate? y/n", "relative limits will not be watched", NAME)
    terminal.keys("enter", "y")  # Enter gives no drug, y does
    unscreened(terminal)
    charted(terminal, "infusion started 52.5 mL/h")
    terminal.until(" INFUSING ")

    for key, title, typed, entry, phase in (
        ("h", "Hold: the pump was paused", ("cuff [b]hurts[/b]",), "infusion held: cuff [b]hurts[/b]", " HELD "),
        ("h", "Resume at the rate before the hold? y/n", (), "infusion resumed 52.5 mL/h", " INFUSING "),
        ("r", "New rate, mL/h", ("40,5", "pressure"), "rate changed to 40.5 mL/h: pressure", "40.5 mL/h"),
        ("x", "Stop: the infusion has ended", ("done",), "infusion stopped: done", " RECOVERY "),
    ):
        terminal.keys(key)
        terminal.until(title)
        if typed:
            fill(terminal, *typed)
        else:
            terminal.keys("y")
            resumed(terminal)
        charted(terminal, entry)
        terminal.until(phase)

    _acknowledged_by_space_and_by_f2(station, line, terminal)

    pid = station.pid()
    terminal.keys("ctrl+q")
    assert terminal.ended() == 0
    assert b"a recorder that runs goes on - show it again with: infusion-station attach" in terminal.raw
    told = station.run("status").stdout.decode()
    assert f"recorder running, pid {pid}" in told, told
    assert NAME in told and "recovery" in told, told

    again = Terminal((*STATION, "attach"), station.env)
    again.until(NAME, " RECOVERY ", "alarm acknowledged", "[/] note")
    again.keys("e")
    again.until("Who charts at this screen?")
    fill(again, "LM")
    again.until("End the session", NAME)
    fill(again, "went home")
    ended(again, lambda: again.keys("y"))
    again.keys("ctrl+q")
    assert again.ended() == 0
    again.close()

    shown = station.run("sessions", "show").stdout.decode()
    told_of = (
        *(
            NAME,
            "1980-01-01",
            "70 kg",
            "this patient's monitor: ge_dri",
            "infusion started 52.5 mL/h",
            "held: cuff [b]hurts[/b]",
        ),
        *("resumed 52.5 mL/h", "40.5 mL/h: pressure", "stopped: done", "alarm acknowledged", "[/] note", "[KS]"),
        *("session closed", ": went home", "[LM]"),
    )
    for words in told_of:
        assert words in shown, shown
    _nothing_raw(terminal.raw + again.raw + shown.encode())
    assert verify(station.folders.ledger).ok
    print(f"first numbers {took:.1f} s after the command; {len(terminal.raw)} bytes drawn")


def _acknowledged_by_space_and_by_f2(station: StationProcess, line: Path, terminal: Terminal) -> None:
    """COMM_LOST twice: once acknowledged by space, once by F2 in the middle of a note."""
    simulator = next(child for child in station.children if "simulate" in child.args and child.poll() is None)
    station.pull(simulator)
    terminal.until("No data from ge_dri", "space acknowledges")
    assert station.lost_after_s() <= LOST_WITHIN_S
    terminal.keys("space")
    terminal.until("ACKNOWLEDGED")
    charted(terminal, "alarm acknowledged")
    simulator, _ = station.simulate("ge_dri", "--link", str(line))
    terminal.until("alarm over: No data", " %")
    terminal.keys("n")
    terminal.until("Note", "Text")
    terminal.type("[/] note")
    station.pull(simulator)
    terminal.until("space acknowledges", "[/] note")
    assert station.lost_after_s() <= LOST_WITHIN_S
    terminal.keys("f2")
    terminal.until("ACKNOWLEDGED", "[/] note")
    terminal.keys("enter")
    charted(terminal, "[/] note")


def _nothing_raw(written: bytes) -> None:
    found = [control for control in NEVER_RAW if control in written]
    assert found == [], [written[max(0, (i := written.find(c)) - 60) : i + 40] for c in found]


def test_what_is_typed_fast_lands_in_its_field(terminal: Terminal) -> None:
    terminal.until("ge_dri: connected")
    terminal.keys("b")
    terminal.until("Patient's name")
    terminal.type(
        "Tess\x7ft, A\r1980-01-01\r12\x7f\x7f70\r0.5\r40\r1.0\rKS\r"
    )  # one burst, as from a scanner or a macro
    terminal.until("Is this the patient's monitor (ge_dri)?")
    terminal.keys("escape")  # the plan is charted; monitor and sound can wait
    charted(terminal, "plan 0.5 mg/kg = 35 mg in 35 mL over 40 min")
    terminal.until("Test, A", "1980-01-01", "70.0 kg", "KS")
