"""The sound test of the start page by ear: a listener who counts pulses in what the annunciator wrote passes it."""

from __future__ import annotations

import numpy as np
import pytest
from at_the_screen import answered, charted, fill
from station_process import StationProcess, until
from terminal import STATION, Terminal

from station.annunciator.rungs import SINK
from station.annunciator.tones import RATE_HZ

pytestmark = pytest.mark.journey
SILENT_S = 0.7  # longer than any silence within a burst
# pulses of a burst (alarms.md a5) to the digit that the screen asks for
DIGIT_OF = {2: "1", 3: "2", 10: "3"}


def _pulses(sound: np.ndarray) -> int:
    """How often it begins to sound after 30 ms of silence."""
    step = round(0.03 * RATE_HZ)
    loud = [bool(sound[n : n + step].any()) for n in range(0, len(sound), step)]
    return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))


def test_who_counts_the_beeps_passes_and_it_is_charted(station: StationProcess) -> None:
    path = station.home.with_name("heard.wav")
    station.env[SINK] = f"wav:{path}"
    line = station.home.with_name("L")
    station.simulate("ge_dri", "--link", str(line))
    terminal = Terminal((*STATION, "--device", "ge_dri", "--port", str(line)), station.env)
    from_sample = 0

    def heard() -> np.ndarray:
        return np.frombuffer(path.read_bytes()[44:], np.int16)[from_sample:]

    def beeps() -> int:
        """Of what sounded since the last one, once it is over; 0 until then."""
        sound = np.trim_zeros(heard(), "f")
        return 0 if sound[-round(SILENT_S * RATE_HZ) :].any() else _pulses(sound)

    try:
        terminal.until("ge_dri: connected", " %")
        terminal.keys("b")
        terminal.until("Patient's name")
        fill(terminal, "Test, A", "1980-01-01", "70", "0.5", "40", "1.0", "KS")
        terminal.until("Is this the patient's monitor (ge_dri)?")
        answered(terminal, lambda: terminal.keys("y"), "Sound test: three sounds")
        answered(terminal, lambda: terminal.keys("enter"), "Sound 1 of 3")
        counted = []
        for number in (1, 2, 3):
            terminal.until(f"Sound {number} of 3")
            counted.append(until(beeps, what=f"sound {number}"))
            from_sample += len(heard())
            terminal.keys(DIGIT_OF[counted[-1]])
        assert sorted(counted) == sorted(DIGIT_OF), counted  # each of the three, in an order that was not known
        charted(terminal, "sound test: heard")
        terminal.until_gone("Begin a session")
        assert station.alarm("AUDIO_FAIL") is None
    finally:
        terminal.close()
        station.run("stop", "--force")
