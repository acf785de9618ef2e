"""The sound test by ear: it proves speaker, loudness and ears, which no program can know."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from station.annunciator.sink import Fill, NoSound, Sink, opened
from station.annunciator.tones import RATE_HZ, TONES, Samples, pulse, silence
from station.clock import real_ns

PULSES = (1, 2, 3, 4, 5)
STARTING_MS, ENDING_MS = 500, 300  # first samples can be lost when a stream opens
STEP_S = 0.05


def sound_test(
    sink: str, draw: Callable[[Sequence[int]], int], ask: Callable[[str], str], tell: Callable[[str], None]
) -> bool:
    """Play a number of pulses, drawn by ``draw``, in each tone and ask for it; True where every answer was right."""
    wrong = 0
    for name in ("high", "medium", "low"):
        count = draw(PULSES)
        try:
            play(lambda fill: opened(sink, fill), pulses(name, count))
        except NoSound as error:
            tell(f"bad   {error}: alarms are visible only")
            return False
        right = ask(f"{name} tone: how many pulses did you hear?").strip() == str(count)
        tell(f"ok    {name} tone heard" if right else f"bad   {name} tone: there were {count}")
        wrong += not right
    return not wrong


def pulses(name: str, count: int) -> Samples:
    """So many pulses of a tone, slowly enough to be counted."""
    one = [pulse(TONES[name]), silence(2 * TONES[name].pulse_ms)]
    return np.concatenate([silence(STARTING_MS), *(one * count), silence(ENDING_MS)])


def play(opens: Callable[[Fill], Sink], samples: Samples) -> None:
    """Play ``samples`` to their end. Raises ``NoSound``, also where the device takes none."""
    taken = 0

    def fill(count: int) -> Samples:
        nonlocal taken
        part = samples[taken : taken + count]
        taken += count
        return np.concatenate([part, np.zeros(count - len(part), np.int16)])

    sink = opens(fill)
    try:
        for _ in range(round(2 * len(samples) / RATE_HZ / STEP_S)):
            sink.tend(real_ns())
            if taken >= len(samples):
                return
            time.sleep(STEP_S)
        raise NoSound("the sound device takes no sound")
    finally:
        sink.close()
