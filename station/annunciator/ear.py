"""The sound test by ear: it proves speaker, loudness and ears, which no program can know."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from station.annunciator.program import play_once
from station.annunciator.rungs import PLAYERS, installed
from station.annunciator.sink import NoSound, opened
from station.annunciator.tones import RATE_HZ, TONES, Samples, pulse, silence
from station.clock import real_ns

PULSES = (1, 2, 3, 4, 5)
STARTING_MS, ENDING_MS = 500, 300  # first samples can be lost when a stream opens
STEP_S = 0.05


def sound_test(
    sink: str, draw: Callable[[Sequence[int]], int], ask: Callable[[str], str], tell: Callable[[str], None]
) -> bool:
    """Play a number of pulses, drawn by ``draw``, in each tone and ask for it; True where every answer was right.

    ``sink`` names the rungs of the ladder; what sounds is the first that can.
    """
    wrong = 0
    for name in ("high", "medium", "low"):
        count = draw(PULSES)
        try:
            by = play_on(sink, pulses(name, count))
        except NoSound as error:
            tell(f"bad   {error}: alarms are visible only")
            return False
        right = ask(f"{name} tone: how many pulses did you hear?").strip() == str(count)
        tell(f"ok    {name} tone heard ({by})" if right else f"bad   {name} tone: there were {count}")
        wrong += not right
    return not wrong


def pulses(name: str, count: int) -> Samples:
    """So many pulses of a tone, slowly enough to be counted."""
    one = [pulse(TONES[name]), silence(2 * TONES[name].pulse_ms)]
    return np.concatenate([silence(STARTING_MS), *(one * count), silence(ENDING_MS)])


def play_on(sink: str, samples: Samples) -> str:
    """Play ``samples`` on the first rung that can; its name. Raises ``NoSound`` with what is wrong with the first."""
    faults: list[NoSound] = []
    for name in installed(sink.split(",")):
        try:
            if name in PLAYERS:
                play_once(name, samples)
            else:
                play(name, samples)
        except NoSound as fault:
            faults.append(fault)
        except (ImportError, OSError) as fault:  # a library that is broken, a disk that takes no file to play
            faults.append(NoSound(f"{name}: {fault}"))
        else:
            return name
    raise faults[0] if faults else NoSound("there is nothing to play sound with")


def play(sink: str, samples: Samples) -> None:
    """Play ``samples`` to their end on the sink of that name. Raises ``NoSound``, also where it takes none."""
    taken = 0

    def fill(count: int) -> Samples:
        nonlocal taken
        part = samples[taken : taken + count]
        taken += count
        return np.concatenate([part, np.zeros(count - len(part), np.int16)])

    taking = opened(sink, fill)
    try:
        for _ in range(round(2 * len(samples) / RATE_HZ / STEP_S)):
            taking.tend(real_ns())
            if taken >= len(samples):
                return
            time.sleep(STEP_S)
        raise NoSound("the sound device takes no sound")
    finally:
        taking.close()
