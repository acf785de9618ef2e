"""A patient's record in the real program: charted by keys before any session, and read from the shell."""

from __future__ import annotations

from contextlib import closing

import pytest
from at_the_screen import fill
from station_process import StationProcess
from terminal import STATION, Terminal

pytestmark = pytest.mark.journey


def test_a_score_by_items_before_any_session_and_its_flag_from_the_shell(station: StationProcess) -> None:
    with closing(Terminal((*STATION,), station.env)) as terminal:
        terminal.until("NO SESSION")
        terminal.keys("p")
        terminal.until("Whose record?")
        fill(terminal, "Doe, J", "1970-01-01")
        terminal.until("Nothing is charted under this name")
        terminal.keys("s")
        terminal.until("Your initials")
        fill(terminal, "KS")
        terminal.until("Which scale?", "PHQ-9, item by item")
        terminal.keys("3")
        terminal.until("1 of 9.")
        terminal.type("111111111")
        terminal.until("every item is answered")
        terminal.keys("enter")
        terminal.until("What is this score for?")
        terminal.keys("2")
        terminal.until("PHQ-9, baseline: chart it")
        terminal.keys("enter")
        terminal.until("*** PHQ-9 item 9", "NOT SEEN YET")
        terminal.keys("y")
        terminal.until("What follows")
        fill(terminal, "talked with her")
        terminal.until_gone("NOT SEEN YET")
    shown = station.run("patients", "show", "doe").stdout.decode()
    assert "PHQ-9 9, mild (kroenke-2001), suicide item yes, baseline" in shown
    assert "NOT SEEN" not in shown
    assert b"Doe, J (1970-01-01)" in station.run("patients", "list").stdout
    station.run("stop")
