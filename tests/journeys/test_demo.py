"""The demo: seconds to the first numbers, its alarm, and that nothing of it is left however it ends."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from station_process import StationProcess, processes_of, until
from terminal import NUMERALS, STATION, Terminal

pytestmark = pytest.mark.journey

FIRST_SCREEN_S = 10.0
GONE_S = 10.0
FILLED_S = 12.0  # by then more was drawn than a terminal holds that nobody reads


@pytest.fixture
def folder(station: StationProcess) -> Path:
    """Where the demo puts its home; empty before it, and after it."""
    made = station.home.with_name("t")
    made.mkdir()
    return made


@pytest.fixture
def demo(station: StationProcess, folder: Path) -> Iterator[Terminal]:
    """``demo`` of one chair at its fastest in a terminal, its numbers in sight."""
    began = time.monotonic()
    made = Terminal((*STATION, "demo", "--chairs", "1", "--speed", "60"), station.env | {"TMPDIR": str(folder)})
    until(lambda: re.search(NUMERALS, made.text()), what="numbers")
    took = time.monotonic() - began
    assert took < FIRST_SCREEN_S, f"the first numbers took {took:.1f} s"
    print(f"first numbers after {took:.1f} s")
    yield made
    made.close()
    for pid in processes_of(folder):  # only after a failure
        os.kill(pid, signal.SIGKILL)


def _recorder(folder: Path) -> int | None:
    """The demo's recorder; None while it has none."""
    lines = processes_of(folder).items()
    return next((pid for pid, line in lines if "-m station record " in line and "keeper" not in line), None)


def _nothing_left(station: StationProcess, folder: Path) -> float:
    """Seconds until neither a process nor a folder of the demo is left."""
    began = time.monotonic()

    def left() -> list[object]:
        runtime = Path(station.env["XDG_RUNTIME_DIR"])
        return [*processes_of(folder).items(), *folder.iterdir(), *runtime.iterdir()]

    try:
        until(lambda: not left(), GONE_S, "the end of everything")
    except AssertionError as error:
        raise AssertionError(f"{error}; left: {left()}") from None
    return time.monotonic() - began


def test_its_alarm_and_its_end(station: StationProcess, folder: Path, demo: Terminal) -> None:
    assert len(processes_of(folder)) >= 5  # itself, two devices, keeper, recorder
    demo.until("DEMO x60", "DEMO, Alex")
    began = time.monotonic()
    demo.until("NIBP high 18", "INFUSING", seconds=60)
    print(f"alarm after {time.monotonic() - began:.1f} s more")
    demo.keys("ctrl+q")
    assert demo.ended() == 0
    print(f"all gone {_nothing_left(station, folder):.1f} s after it ended")


def test_by_itself_it_begins_on_the_wall_and_tells_a_story(station: StationProcess, folder: Path) -> None:
    began = time.monotonic()
    made = Terminal((*STATION, "demo", "--speed", "60"), station.env | {"TMPDIR": str(folder)})
    try:
        made.until("All chairs", "DEMO, Alex", "DEMO, Bo", seconds=FIRST_SCREEN_S)
        print(f"the wall after {time.monotonic() - began:.1f} s")
        made.until("*** SpO2 low", seconds=30)  # 4.5 minutes into the second chair's story
        made.until("INFUSING", "HELD", seconds=30)
        made.type("2")
        made.until("Chair 2", "DEMO, Bo", "head repositioned", seconds=20)
        made.keys("ctrl+q")
        assert made.ended() == 0
        _nothing_left(station, folder)
    finally:
        made.close()


def test_killed(station: StationProcess, folder: Path, demo: Terminal) -> None:
    demo.child.kill()
    print(f"all gone after {_nothing_left(station, folder):.1f} s")


def test_its_terminal_closed(station: StationProcess, folder: Path, demo: Terminal) -> None:
    demo.hang_up()
    print(f"all gone after {_nothing_left(station, folder):.1f} s")


def test_its_terminal_closed_while_it_was_drawn_to(station: StationProcess, folder: Path, demo: Terminal) -> None:
    demo.stall()
    began = time.monotonic()
    until(lambda: time.monotonic() - began > FILLED_S, FILLED_S + 1)
    demo.hang_up()
    demo.ended(GONE_S)
    print(f"all gone after {_nothing_left(station, folder):.1f} s")


def test_its_recorder_killed(station: StationProcess, folder: Path, demo: Terminal) -> None:
    demo.until("DEMO, Alex")
    recorder = _recorder(folder)
    assert recorder is not None
    os.kill(recorder, signal.SIGKILL)
    died = time.monotonic()
    demo.until("ALARM SYSTEM FAILED", seconds=4)
    demo.until("DEMO, Alex", "NOT RECORDED", seconds=10)
    assert _recorder(folder) not in (None, recorder)
    print(f"back on the screen after {time.monotonic() - died:.1f} s")
    demo.keys("ctrl+q")
    assert demo.ended() == 0
    _nothing_left(station, folder)
