"""The quick run as tests: goals that hold with a wide margin on any machine, so that a fall is seen at once.

No test passes or fails by a clock: only ratios of one run, and counts.
"""

from __future__ import annotations

import importlib.util
import random

import pytest

from . import ratio
from .table import MISSED, Row, table

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]


def test_the_interval_holds_the_median_and_repeats_by_seed() -> None:
    chance = random.Random(2)
    values = [chance.gauss(10, 1) for _ in range(200)]
    found = ratio.interval(values, random.Random(3))
    assert found.low <= found.median <= found.high
    assert found == ratio.interval(values, random.Random(3))
    assert found.low > 9.5 and found.high < 10.5


def test_twice_the_work_is_about_twice_the_ratio() -> None:
    arms = {"one": lambda: sum(range(20_000)), "two": lambda: (sum(range(20_000)), sum(range(20_000)))}
    found = ratio.pair(arms, "one", 15, 5, random.Random(1)).cpu
    assert found["one"].median == 1
    assert found["two"].low <= 2.1 and found["two"].high >= 1.9


def test_a_goal_is_missed_only_by_the_better_end_three_times() -> None:
    tries = iter([ratio.Interval(2.6, 3, 4), ratio.Interval(2.7, 3, 4), ratio.Interval(2.4, 3, 4)])
    assert ratio.at_most(2.5, lambda: next(tries)) == (ratio.Interval(2.4, 3, 4), True)
    never = ratio.Interval(2.6, 3, 4)
    misses = iter([never] * ratio.REPEATS)
    assert ratio.at_most(2.5, lambda: next(misses)) == (never, False)
    assert next(misses, None) is None, "it did not try as often as it may"


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (99, 99), (100, 100), (0, 1)])
def test_percentiles_are_nearest_ranks(percent: float, value: float) -> None:
    assert ratio.percentile(list(range(100, 0, -1)), percent) == value


def test_the_table_names_a_miss() -> None:
    shown = table([Row("P0", "ours", "arm", ratio.Interval(1, 2, 3), "<= 0.5x", False), Row("P9", "told")])
    missed, told = ([cell.strip() for cell in line.split("|")] for line in shown.splitlines()[1:])
    assert missed == ["P0", "ours", "arm", "2.00 (1.00-3.00)", "<= 0.5x", MISSED]
    assert told == ["P9", "told", "-", "-", "none yet", "-"]


def test_decoding_is_five_times_cheaper_than_construct() -> None:
    for name in ("construct", "pynmea2"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed (pip install -e '.[bench]'): decoding was not compared")
    from . import decode

    rows = list(decode.rows(True, random.Random(1)))
    (against,) = [row for row in rows if row.arm.startswith("construct")]
    assert against.met, table(rows)


def test_one_commit_is_little_more_than_the_disk_takes() -> None:
    from . import durability

    row = next(durability.commits(True, random.Random(1)))
    assert row.met, table([row])


def test_a_tick_of_the_chair_is_far_from_a_whole_redraw() -> None:
    from . import screen

    row = next(screen.tick(True, random.Random(1)))
    assert row.ratio is not None and row.ratio.low <= 5 * screen.GOAL_TICK, table([row])


def test_the_tail_from_byte_to_value_is_the_machines_own() -> None:
    from . import arrival

    tails = [row for row in arrival.rows(True, random.Random(1)) if "p99" in row.goal]
    assert len(tails) == 2 and all(row.met for row in tails), table(tails)
