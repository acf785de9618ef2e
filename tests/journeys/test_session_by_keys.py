"""A whole IV session by keys alone, with all that goes wrong in one: the chart and the review tell it exactly."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from at_the_screen import answered, at_most, charted, ended, fill, resumed, unscreened
from session_story import BEGIN, BORN, HIGH, HIGH_S, PATIENT, Story, walked
from station_process import StationProcess, until
from terminal import STATION, Terminal

pytestmark = pytest.mark.journey

FAILED = b"ALARM SYSTEM FAILED"


@pytest.fixture
def story(station: StationProcess) -> Iterator[Story]:
    yield Story(station)
    station.run("stop", "--force")


def _begin(terminal: Terminal) -> None:
    terminal.until("ge_dri: connected", " %")
    terminal.keys("b")
    terminal.until("Begin a session", "Patient's name")
    fill(terminal, *BEGIN)
    terminal.until("Is this the patient's monitor (ge_dri)?", "HR 72 /min", "SpO2 97 %")
    answered(terminal, lambda: terminal.keys("y"), "Sound test: three sounds", "Monitor: confirmed ge_dri")
    terminal.keys("escape")
    terminal.until_gone("Begin a session")
    charted(terminal, "plan 0.5 mg/kg = 35 mg")
    terminal.until(PATIENT, " BASELINE ")


def _start(story: Story, terminal: Terminal) -> None:
    before = time.time()
    terminal.keys("g")
    terminal.until("Start at the planned rate? y/n", PATIENT)
    terminal.keys("enter", "y")  # Enter gives no drug, y does
    unscreened(terminal)
    charted(terminal, "infusion started 52.5 mL/h")
    story.timed("infusion started", before)
    terminal.until(" INFUSING ")


def _cable(story: Story, terminal: Terminal) -> None:
    """The cable comes off; the alarm is acknowledged, values are typed, and the cable is put back."""
    story.pulled()
    terminal.until("No data from ge_dri", "space acknowledges")
    terminal.keys("space")
    charted(terminal, "alarm acknowledged: No data")
    before = time.time()
    with at_most(terminal, 12):
        terminal.keys("v")
        terminal.until("Vital signs")
        fill(terminal, "128807298")
    charted(terminal, "typed: NIBP 128/80, HR 72, SpO2 98")
    story.timed("typed: NIBP", before)
    story.plugged(HIGH_S)
    terminal.until("alarm over: No data")


def _high(terminal: Terminal) -> None:
    terminal.until(HIGH, "space acknowledges")
    with at_most(terminal, 1):
        terminal.keys("space")
    charted(terminal, f"alarm acknowledged: {HIGH}")
    terminal.until("ACKNOWLEDGED")


def _acts(story: Story, terminal: Terminal) -> None:
    """Hold and resume, a slip that is undone, a rating, a note."""
    before = time.time()
    with at_most(terminal, 2 + len("cuff hurts")):
        terminal.keys("h")
        terminal.until("Hold: the pump was paused")
        fill(terminal, "cuff hurts")
    charted(terminal, "infusion held: cuff hurts")
    story.timed("infusion held", before)
    terminal.until(" HELD ")
    before = time.time()
    with at_most(terminal, 2):
        terminal.keys("h")
        terminal.until("Resume at the rate before the hold? y/n")
        terminal.keys("y")
    resumed(terminal)
    charted(terminal, "infusion resumed 52.5 mL/h")
    story.timed("infusion resumed", before)
    for rate, reason in (("60", "slip"), ("45", "pressure")):
        before = time.time()
        terminal.keys("r")
        terminal.until("New rate, mL/h")
        fill(terminal, rate, reason)
        charted(terminal, f"rate changed to {rate} mL/h: {reason}")
        story.timed(f"rate changed to {rate} mL/h: {reason}", before)
        if reason == "slip":
            with at_most(terminal, 1):
                terminal.keys("u")
            charted(terminal, "UNDONE: rate changed to 60 mL/h")
            terminal.until("52.5 mL/h")
    terminal.until("45.0 mL/h")
    with at_most(terminal, 2):
        terminal.keys("3")
        terminal.until("dissociation: 0 to 4")
        terminal.keys("3")
    charted(terminal, "dissociation 3")
    terminal.keys("n")
    terminal.until("Text")
    fill(terminal, "speaks in sentences")
    charted(terminal, "speaks in sentences")


def _another_viewer(story: Story, terminal: Terminal) -> Terminal:
    """The viewer dies; on a new one somebody else goes on."""
    terminal.child.kill()
    terminal.close()
    again = story.viewer(80, 24, attach=True)
    again.until(PATIENT, " INFUSING ", "speaks in sentences", "45.0 mL/h")
    again.keys("1")
    again.until("Who charts at this screen?")
    fill(again, "LM")
    charted(again, "nausea", "LM")
    return again


def _another_recorder(story: Story, terminal: Terminal) -> None:
    """The recorder dies; the screen says that alarms have failed, until the keeper's next one is there."""
    pid = story.station.pid()
    assert pid is not None
    seen = len(terminal.raw)
    os.kill(pid, signal.SIGKILL)
    until(lambda: FAILED in terminal.raw[seen:], what="the words that alarms have failed")
    terminal.until(PATIENT, " INFUSING ", "NOT RECORDED for", "45.0 mL/h", "nausea")
    assert story.station.pid() not in (None, pid)


def _end(story: Story, terminal: Terminal) -> None:
    before = time.time()
    terminal.keys("x")
    terminal.until("Stop: the infusion has ended")
    fill(terminal, "done")
    charted(terminal, "infusion stopped: done")
    story.timed("infusion stopped", before)
    terminal.until(" RECOVERY ")
    terminal.keys("e")
    terminal.until("End the session")
    fill(terminal, "went home")
    ended(terminal, lambda: terminal.keys("y"))


def _looked_back(story: Story, terminal: Terminal) -> None:
    terminal.until("Looking back", PATIENT, BORN)
    terminal.keys("enter")
    terminal.until(" #", " 10 s")
    terminal.keys("home")
    walked(terminal, lambda: terminal.keys("down"), story.shown())


@pytest.mark.timeout(300)  # a hang, on whatever machine; it takes 50 s
def test_a_whole_session_by_keys_alone(station: StationProcess, story: Story) -> None:
    terminal = story.viewer(80, 24)
    try:
        _begin(terminal)
        _start(story, terminal)
        _cable(story, terminal)
        _high(terminal)
        _acts(story, terminal)
        terminal = _another_viewer(story, terminal)
        _another_recorder(story, terminal)
        terminal.until(f"alarm over: {HIGH}")
        _end(story, terminal)
        story.agrees()
        terminal.keys("l")
        _looked_back(story, terminal)
        terminal.keys("ctrl+q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
    alone = Terminal((*STATION, "review"), station.env, 160, 60)
    try:
        _looked_back(story, alone)
        alone.until("[replaced] rate changed to 60 mL/h: slip", "UNDONE: rate changed to 60 mL/h")
        alone.keys("ctrl+q")
        assert alone.ended() == 0
    finally:
        alone.close()
