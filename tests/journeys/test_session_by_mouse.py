"""The same whole IV session with the mouse alone; the keyboard only writes text into fields."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from at_the_screen import answered, charted, ended, resumed, unscreened
from session_story import BEGIN, HIGH, HIGH_S, PATIENT, Story, walked
from station_process import StationProcess
from terminal import Terminal

pytestmark = pytest.mark.journey

SEND, YES = r"\[ Send \]", r"\[ y: yes \]"
BEGIN_FIELDS = (
    *("Patient's name", "Birth date", "Weight, kg", "Dose, mg/kg", "Over, minutes", "Concentration", "Your initials"),
)


@pytest.fixture
def story(station: StationProcess) -> Iterator[Story]:
    yield Story(station)
    station.run("stop", "--force")


def _form(terminal: Terminal, opens: str, *fields: tuple[str, str]) -> None:
    """Click a form open, write into each field after a click on its line, click on Send."""
    terminal.click(opens)
    _fill(terminal, *fields)


def _fill(terminal: Terminal, *fields: tuple[str, str]) -> None:
    terminal.until("[ Send ]")
    for label, text in fields:
        terminal.click(rf"^ {label}")
        terminal.type(text)
        terminal.until(text)
    terminal.click(SEND)
    terminal.until_gone("[ Send ]")


def _by_page(terminal: Terminal, line: str) -> None:
    """Click on a line of the page of keys, which rolls."""
    terminal.click(r"\? keys")
    terminal.until("Acknowledge the alarms of this chair")
    terminal.roll(line)
    terminal.click(line)


def _begin_and_start(story: Story, terminal: Terminal) -> None:
    terminal.until("ge_dri: connected", " %")
    _form(terminal, "b +begin", *zip(BEGIN_FIELDS, BEGIN, strict=True))
    terminal.until("use this monitor")
    answered(terminal, lambda: terminal.click("use this monitor|Sound test"), "Sound test: three sounds")
    terminal.click("Esc: leave")
    charted(terminal, "plan 0.5 mg/kg = 35 mg")
    before = time.time()
    terminal.click("g +start")
    terminal.click(YES)
    unscreened(terminal)
    charted(terminal, "infusion started 52.5 mL/h")
    story.timed("infusion started", before)


def _cable_and_high(story: Story, terminal: Terminal) -> None:
    story.pulled()
    terminal.until("No data from ge_dri", "space acknowledges")
    terminal.click("space acknowledges")
    charted(terminal, "alarm acknowledged: No data")
    _by_page(terminal, "Vital signs read elsewhere")
    _fill(terminal, ("BP HR SpO2", "128807298"))
    charted(terminal, "typed: NIBP 128/80, HR 72, SpO2 98")
    story.plugged(HIGH_S)
    terminal.until("alarm over: No data")
    terminal.until(HIGH, "space acknowledges")
    terminal.click(r"\*\* NIBP high.*")
    charted(terminal, f"alarm acknowledged: {HIGH}")


def _acts(story: Story, terminal: Terminal) -> None:
    before = time.time()
    _form(terminal, "h +hold", ("Reason", "cuff hurts"))
    charted(terminal, "infusion held: cuff hurts")
    story.timed("infusion held", before)
    terminal.until(" HELD ")
    terminal.click("h +resume")
    terminal.click(YES)
    resumed(terminal)
    charted(terminal, "infusion resumed 52.5 mL/h")
    _form(terminal, "r +rate", ("New rate", "60"), ("Reason", "slip"))
    charted(terminal, "rate changed to 60 mL/h: slip")
    _by_page(terminal, "Undo the last entry")
    charted(terminal, "UNDONE: rate changed to 60 mL/h")
    _form(terminal, "r +rate", ("New rate", "45"), ("Reason", "pressure"))
    charted(terminal, "rate changed to 45 mL/h: pressure")
    terminal.click("3 +dissociation")
    terminal.click(r"\[ 3 \]")
    charted(terminal, "dissociation 3")
    _form(terminal, "n +note", ("Text", "speaks in sentences"))
    charted(terminal, "speaks in sentences")


def _another_viewer(story: Story, terminal: Terminal) -> Terminal:
    """The viewer dies; on a new one somebody else says who she is, and goes on."""
    terminal.child.kill()
    terminal.close()
    again = story.viewer(120, 40, attach=True)
    again.until(PATIENT, "INFUSING", "speaks in sentences")
    _form(again, "no initials", ("Your initials", "LM"))
    again.until("LM  ")
    again.click("1 +nausea")
    charted(again, "nausea", "LM")
    return again


def _to_the_wall_and_back(terminal: Terminal) -> None:
    _by_page(terminal, "Wall: every chair at once")
    terminal.until("All chairs", PATIENT)
    terminal.click(PATIENT)
    terminal.until_gone("All chairs")


@pytest.mark.timeout(300)  # a hang, on whatever machine; it takes 50 s
def test_a_whole_session_by_mouse_alone(station: StationProcess, story: Story) -> None:
    terminal = story.viewer(120, 40)
    try:
        _begin_and_start(story, terminal)
        _cable_and_high(story, terminal)
        _acts(story, terminal)
        terminal = _another_viewer(story, terminal)
        pid = station.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        terminal.until(PATIENT, "INFUSING", "NOT RECORDED for", "nausea")
        _to_the_wall_and_back(terminal)
        terminal.until(f"alarm over: {HIGH}")
        _form(terminal, "x +stop", ("Reason", "done"))
        charted(terminal, "infusion stopped: done")
        _form(terminal, "e +end", ("Reason", "went home"))
        ended(terminal, lambda: terminal.click("y: yes, chart it| NO SESSION "))
        _by_page(terminal, "Look back: the sessions")
        terminal.until("Looking back")
        terminal.click(PATIENT)
        walked(terminal, lambda: terminal.click("↓"), story.shown())
        story.agrees()
        terminal.click("esc back")
        terminal.until("Looking back")
        terminal.click("esc back")
        terminal.until(" NO SESSION ", "? keys")
        terminal.click(r"ctrl\+q quit")
        assert terminal.ended() == 0
    finally:
        terminal.close()
