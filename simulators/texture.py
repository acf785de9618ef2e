"""How bedside numbers move from second to second (reference_data.md 3): they hold, then step, and come back.

Gaussian noise every second would be wrong: SpO2 holds for about a minute.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Texture:
    """``changes_per_min`` and the weight of each step size 1, 2, 3...; ``pull`` brings a wanderer back."""

    changes_per_min: float
    step_weights: tuple[float, ...]
    pull: float


# Rates and steps reproduce the medians of 34 sedation sessions (changes per minute, mean step per second)
TEXTURES = {
    "hr": Texture(12.8, (0.88, 0.10, 0.02), 0.10),
    "spo2": Texture(1.1, (0.75, 0.25), 0.35),
    "resp_rate": Texture(3.9, (0.60, 0.27, 0.13), 0.15),
    "etco2": Texture(5.5, (0.20, 0.20, 0.20, 0.15, 0.15, 0.10), 0.15),
}


def walk(texture: Texture, seconds: int, seed: str) -> NDArray[np.float64]:
    """Whole-number offsets from the true value, one a second, around zero. Same seed, same walk."""
    chance = random.Random(seed)
    per_second = texture.changes_per_min / 60.0
    sizes = range(1, len(texture.step_weights) + 1)
    offsets = np.zeros(seconds)
    now = 0
    for second in range(seconds):
        if chance.random() < per_second:
            up = min(max(0.5 - texture.pull * now, 0.05), 0.95)
            size = chance.choices(sizes, texture.step_weights)[0]
            now += size if chance.random() < up else -size
        offsets[second] = now
    return offsets


def wander(seconds: NDArray[np.float64], amplitude: float, seed: str) -> NDArray[np.float64]:
    """Slow drift of a living patient: three waves of 7 to 40 minutes, standard deviation ``amplitude``."""
    chance = random.Random(seed)
    drift = np.zeros_like(seconds)
    for _ in range(3):
        period_s, phase = chance.uniform(420, 2400), chance.uniform(0, 2 * math.pi)
        drift += np.sin(2 * math.pi * seconds / period_s + phase)
    return drift * amplitude * math.sqrt(2 / 3)
