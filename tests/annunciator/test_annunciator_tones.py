"""The ranges of alarms.md a5, looked for in the samples themselves: by spectrum and by envelope."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from station.annunciator.tones import RATE_HZ, TONES, Samples, burst, pulse

CLINICAL = ("high", "medium", "low")
WINDOW = RATE_HZ // 200  # 5 ms, more than a period of either fundamental


def loudness(samples: Samples) -> NDArray[np.float64]:
    """Peak level around each sample, as a share of the loudest."""
    padded = np.pad(np.abs(samples.astype(float)), WINDOW // 2)
    around = np.lib.stride_tricks.sliding_window_view(padded, WINDOW).max(axis=1)
    return np.asarray(around / around.max())


def pulses_ms(samples: Samples) -> list[tuple[float, float]]:
    """Start and end of each pulse, where it is above a hundredth of its level."""
    loud = np.concatenate([[False], loudness(samples) > 0.1, [False]])
    edges = np.flatnonzero(np.diff(loud.astype(int))) * 1000 / RATE_HZ
    return list(zip(edges[::2], edges[1::2], strict=True))


def peaks_db(samples: Samples) -> dict[float, float]:
    """Spectral peaks within 40 dB of the highest: Hz to dB."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 17))
    db = 20 * np.log10(spectrum / spectrum.max() + 1e-12)
    width = int(40 * (1 << 17) / RATE_HZ)
    tops = [i for i in np.flatnonzero(db > -20) if db[i] == db[max(0, i - width) : i + width].max()]
    return {i * RATE_HZ / (1 << 17): float(db[i]) for i in tops}


LENGTHS_MS = {"high": (75, 200), "medium": (125, 250), "low": (125, 250)}
SPACINGS_MS = {"high": (50, 125), "medium": (125, 250), "low": (125, 250)}
COUNTS = {"high": (10, 10), "medium": (3, 3), "low": (1, 2)}
RESTS_S = {"high": (2.5, 15.0), "medium": (2.5, 30.0), "low": (15.0, float("inf"))}


@pytest.mark.parametrize("name", CLINICAL)
def test_pulses_are_as_many_and_as_long_as_they_may_be(name: str) -> None:
    found = pulses_ms(burst(TONES[name]))
    assert COUNTS[name][0] <= len(found) <= COUNTS[name][1]
    for start, end in found:
        assert LENGTHS_MS[name][0] <= end - start <= LENGTHS_MS[name][1]
        assert end - start == pytest.approx(TONES[name].pulse_ms, abs=8)


@pytest.mark.parametrize("name", CLINICAL)
def test_spacings_within_a_group(name: str) -> None:
    found = pulses_ms(burst(TONES[name]))
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(found)]
    low, high = SPACINGS_MS[name]
    if name == "high":
        long_gaps = {3: gaps.pop(7), 2: gaps.pop(4), 1: gaps.pop(2)}
        assert 350 <= long_gaps[2] <= 1300
        assert long_gaps[1] == pytest.approx(2 * TONES[name].gaps_ms[0] + TONES[name].pulse_ms, abs=8)
        assert long_gaps[3] == pytest.approx(long_gaps[1], abs=1)
    assert all(low <= gap <= high for gap in gaps)


@pytest.mark.parametrize("name", CLINICAL)
def test_a_burst_comes_again_in_time(name: str) -> None:
    assert RESTS_S[name][0] <= TONES[name].rest_ms / 1000 <= RESTS_S[name][1]


@pytest.mark.parametrize("name", TONES)
def test_partials_are_near_enough_to_the_fundamental(name: str) -> None:
    peaks = peaks_db(pulse(TONES[name]))
    fundamental = min(peaks)
    assert 150 <= fundamental <= 1000
    assert fundamental == pytest.approx(TONES[name].fundamental_hz, abs=3)
    level = peaks[fundamental]
    components = [hz for hz, db in peaks.items() if 300 <= hz <= 4000 and abs(db - level) <= 15]
    assert len(components) >= 4  # AMD1, and AMD2 counts from 150 Hz on
    for number, db in enumerate((0, -3, -6, -8, -10), 1):
        near = next(hz for hz in peaks if abs(hz - number * fundamental) < 6)
        assert peaks[near] - level == pytest.approx(db, abs=1)


@pytest.mark.parametrize("name", CLINICAL)
def test_it_rises_within_its_share_of_the_pulse(name: str) -> None:
    samples = pulse(TONES[name])
    loud = loudness(samples)
    rise = (np.argmax(loud > 0.9) - np.argmax(loud > 0.1)) / len(samples)
    assert 0.10 <= rise <= 0.20
    fall = (np.argmax(loud[::-1] > 0.9) - np.argmax(loud[::-1] > 0.1)) / len(samples)
    assert fall == pytest.approx(rise, abs=0.02)


@pytest.mark.parametrize("name", TONES)
def test_no_pulse_is_much_louder_than_another_and_none_is_clipped(name: str) -> None:
    samples = burst(TONES[name])
    levels = [
        np.abs(samples[int(a * RATE_HZ / 1000) : int(b * RATE_HZ / 1000)].astype(int)).max()
        for a, b in pulses_ms(samples)
    ]
    assert max(levels) / min(levels) < 10 ** (10 / 20)
    assert 0.75 < max(levels) / 32_767 < 0.85


def test_the_failure_tone_is_no_patients_alarm() -> None:
    tone = TONES["failure"]
    assert all(tone.fundamental_hz < TONES[name].fundamental_hz / 1.9 for name in CLINICAL)
    assert tone.rest_ms < 500
