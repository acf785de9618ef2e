"""The tones, pure: a table of bursts (alarms.md a5, after IEC 60601-1-8) and its samples.

Whatever the pulse, it is the same sound: a fundamental with four partials, so that it is heard through a wall, over a
fan, and by an ear that has lost its high tones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100
PARTIALS_DB = (0.0, -3.0, -6.0, -8.0, -10.0)  # partials 1 to 5 of the fundamental
RISE = 0.15  # of the pulse, from 10 % to 90 % of its level; the fall is the same
LEVEL = 0.8  # of full scale at the peak; how loud that is, the speaker decides

Samples = NDArray[np.int16]


class Tone(msgspec.Struct, frozen=True, kw_only=True):
    """One burst: pulses of ``pulse_ms``, ``gaps_ms`` of silence between them, and ``rest_ms`` until it comes again."""

    pulse_ms: int
    gaps_ms: tuple[int, ...]
    rest_ms: int
    fundamental_hz: float = 523.0


# 3-2, gap, 3-2: between the third and the fourth pulse stand two spacings and a pulse
_THREE_TWO = (100, 100, 350, 100)
TONES: Mapping[str, Tone] = {
    "high": Tone(pulse_ms=150, gaps_ms=(*_THREE_TWO, 500, *_THREE_TWO), rest_ms=5_000),
    "medium": Tone(pulse_ms=200, gaps_ms=(200, 200), rest_ms=15_000),
    "low": Tone(pulse_ms=200, gaps_ms=(200,), rest_ms=30_000),
    # the alarm system has failed: an octave lower and without rest, so that nobody takes it for a patient's alarm
    "failure": Tone(pulse_ms=600, gaps_ms=(), rest_ms=200, fundamental_hz=262.0),
    # sound is switched off and somebody shall remember it: two steps below every alarm, and never repeated by itself
    "reminder": Tone(pulse_ms=150, gaps_ms=(150,), rest_ms=30_000, fundamental_hz=392.0),
}
ONCE = "once "  # before a tone's name: one burst of it, and then nothing
ONCE_REST_MS = 5_000
FAILURES = 10  # so many pulses of the failure tone in one clip: a player is not started for each of them
# long enough to tell a program that plays from one that ends at once, as ``program.LONG_NS`` asks
SILENCE_MS, SILENCE_REST_MS = 1_200, 8_800


def pulse(tone: Tone) -> Samples:
    """One pulse: rises and falls in straight lines, in between it stands."""
    count = _samples(tone.pulse_ms)
    ramp = count * RISE / 0.8  # its middle 80 % are the rise
    at = np.arange(count)
    wave = np.zeros(count)
    for number, db in enumerate(PARTIALS_DB, 1):
        wave += 10 ** (db / 20) * np.sin(2 * np.pi * number * tone.fundamental_hz * at / RATE_HZ)
    envelope = np.clip(np.minimum(at, count - 1 - at) / ramp, 0.0, 1.0)
    samples: Samples = (wave / np.abs(wave).max() * envelope * LEVEL * 32_767).astype(np.int16)
    return samples


def burst(tone: Tone) -> Samples:
    """The pulses of one burst with the silence between them, none after the last."""
    parts = [pulse(tone)]
    for gap_ms in tone.gaps_ms:
        parts += [silence(gap_ms), parts[0]]
    return np.concatenate(parts)


class Clip(NamedTuple):
    """Samples to be heard in one go, and the ms of silence before they come again."""

    samples: Samples
    rest_ms: int

    @property
    def length_ns(self) -> int:
        """How long the samples last."""
        return len(self.samples) * 1_000_000_000 // RATE_HZ


def clips() -> dict[str, Clip]:
    """Everything that can be wanted: each tone again and again, each once, and "" for silence."""
    made = {"": Clip(silence(SILENCE_MS), SILENCE_REST_MS)}
    for name, tone in TONES.items():
        made[name] = Clip(burst(tone), tone.rest_ms)
        made[ONCE + name] = Clip(burst(tone), ONCE_REST_MS)
    one, rest_ms = made["failure"]
    made["failure"] = Clip(np.concatenate([one, silence(rest_ms)] * FAILURES), 0)
    return made


def silence(length_ms: int) -> Samples:
    """So much of nothing."""
    return np.zeros(_samples(length_ms), np.int16)


def _samples(length_ms: int) -> int:
    return RATE_HZ * length_ms // 1000
