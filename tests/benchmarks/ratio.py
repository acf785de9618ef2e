"""Two ways to do the same, timed turn by turn: a ratio holds where a time would not."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

RESAMPLES = 1000
REPEATS = 3


class Interval(NamedTuple):
    """A median with its bootstrap 95 % interval."""

    low: float
    median: float
    high: float


class Pairing(NamedTuple):
    """Each arm against the floor arm (``wall``, ``cpu``: ratios) and its own cost (``wall_us``, ``cpu_us``: medians
    of one call).
    """

    wall: dict[str, Interval]
    cpu: dict[str, Interval]
    wall_us: dict[str, float]
    cpu_us: dict[str, float]


class Jitter(NamedTuple):
    """What the machine does to anybody, in ms: lateness of a 1 ms sleep, and the longest pause of a busy loop."""

    sleep_p50_ms: float
    sleep_p99_ms: float
    longest_pause_ms: float


def pair(arms: Mapping[str, Callable[[], object]], floor: str, rounds: int, block: int, rng: random.Random) -> Pairing:
    """Time ``block`` calls of each arm in each round, in a new order each round; ratios are of one round."""
    wall: dict[str, list[float]] = {name: [] for name in arms}
    cpu: dict[str, list[float]] = {name: [] for name in arms}
    names = list(arms)
    for arm in arms.values():
        arm()  # caches filled, modules imported
    for _ in range(rounds):
        rng.shuffle(names)
        for name in names:
            arm = arms[name]
            cpu_ns, wall_ns = time.process_time_ns(), time.perf_counter_ns()
            for _ in range(block):
                arm()
            wall[name].append((time.perf_counter_ns() - wall_ns) / block / 1000)
            cpu[name].append((time.process_time_ns() - cpu_ns) / block / 1000)
    return Pairing(
        {name: _against(wall[name], wall[floor], rng) for name in arms},
        {name: _against(cpu[name], cpu[floor], rng) for name in arms},
        {name: statistics.median(times) for name, times in wall.items()},
        {name: statistics.median(times) for name, times in cpu.items()},
    )


def interval(values: Sequence[float], rng: random.Random) -> Interval:
    """Median and 95 % of the medians of resamples."""
    medians = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Interval(medians[RESAMPLES // 40], statistics.median(values), medians[-RESAMPLES // 40])


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of 100 do not pass (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def at_most(limit: float, measure: Callable[[], Interval]) -> tuple[Interval, bool]:
    """Measure up to three times, until the interval's better end is within ``limit``: the best, and whether it is."""
    tries: list[Interval] = []
    while len(tries) < REPEATS and not (tries and tries[-1].low <= limit):
        tries.append(measure())
    best = min(tries)
    return best, best.low <= limit


def jitter(samples: int = 200) -> Jitter:
    """The machine's own restlessness now; any p99 below it says nothing."""
    late: list[float] = []
    for _ in range(samples):
        began_ns = time.perf_counter_ns()
        time.sleep(0.001)
        late.append((time.perf_counter_ns() - began_ns) / 1e6 - 1)
    last_ns = time.perf_counter_ns()
    end_ns, pause_ns = last_ns + samples * 1_000_000, 0
    while last_ns < end_ns:
        now_ns = time.perf_counter_ns()
        pause_ns, last_ns = max(pause_ns, now_ns - last_ns), now_ns
    return Jitter(percentile(late, 50), percentile(late, 99), pause_ns / 1e6)


def _against(ours: Sequence[float], floor: Sequence[float], rng: random.Random) -> Interval:
    ratios = [a / b for a, b in zip(ours, floor, strict=True) if b > 0]
    return interval(ratios, rng)
