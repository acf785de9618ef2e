"""``python -m tests.benchmarks``: measure, print one table, write bench.json. Exit 1 where a goal is missed."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import arrival, decode, durability, running, screen, stall, wall
from .ratio import jitter
from .table import Row, table, write_json

Bench = Callable[[bool, random.Random], Iterator[Row]]
BENCHES: dict[str, Bench] = {
    "P1": decode.rows,
    "P2": arrival.rows,
    "P4": screen.rows,
    "P5": running.rows,
    "P7": durability.rows,
    "P13": stall.rows,
    "P14": wall.rows,
}
JSON = Path(__file__).parents[2] / "bench.json"


def main() -> int:
    """Run what is asked for."""
    given = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    given.add_argument("--quick", action="store_true", help="fewer rounds: about a minute")
    given.add_argument("--only", default="", help=f"some of {','.join(BENCHES)} (P3 comes with P4, P11 with P5)")
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    wanted = [name for name in asked.only.split(",") if name] or list(BENCHES)
    if strangers := [name for name in wanted if name not in BENCHES]:
        given.error(f"there is no {strangers[0]}; choose from {', '.join(BENCHES)}")
    began_s, before = time.monotonic(), jitter()
    load = os.getloadavg()[0]
    rng = random.Random(asked.seed)
    rows: list[Row] = []
    for name in wanted:
        rows += BENCHES[name](asked.quick, rng)
        print(f"{name} measured, {time.monotonic() - began_s:.0f} s", file=sys.stderr)
    after = jitter()
    print(table(rows))
    print(
        f"\nmachine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"
    )
    for when, j in (("before", before), ("after", after)):
        print(
            f"jitter {when}: a 1 ms sleep is late by p50 {j.sleep_p50_ms:.2f} p99 {j.sleep_p99_ms:.2f} ms, "
            f"a busy loop loses up to {j.longest_pause_ms:.1f} ms at once"
        )
    about = {"python": platform.python_version(), "load": load, "before": before, "after": after, "quick": asked.quick}
    write_json(JSON, rows, about)
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    missing = [name for name in ("construct", "pynmea2") if importlib.util.find_spec(name) is None]
    sys.exit(main() if not missing else f"install the arms first: pip install -e '.[bench]' ({', '.join(missing)})")
