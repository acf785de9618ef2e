"""The closing table of a soak: id, N, failures, seconds, and what was seen."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

ROWS: list[Run] = []


@dataclass
class Run:
    """One soak: ``n`` done so far, ``failures`` in words, ``seen`` what was measured."""

    id: str
    n: int = 0
    failures: list[str] = field(default_factory=list)
    seen: str = ""
    seconds: float = 0.0


@contextmanager
def run(name: str) -> Iterator[Run]:
    """Time a soak and keep its row, however it ends; fails the test where it has failures."""
    kept = Run(name)
    ROWS.append(kept)
    began_s = time.monotonic()
    try:
        yield kept
    except BaseException as error:
        kept.failures.append(repr(error)[:200])
        raise
    finally:
        kept.seconds = time.monotonic() - began_s
    assert kept.failures == [], f"{len(kept.failures)} failures, the first: {kept.failures[0]}"


def size(variable: str, usual: int) -> int:
    """How much to do, from the environment."""
    return int(os.environ.get(variable, usual))


def table() -> str:
    """All rows so far."""
    lines = [("id", "N", "failures", "seconds", "seen")]
    lines += [(row.id, str(row.n), str(len(row.failures)), f"{row.seconds:.0f}", row.seen) for row in ROWS]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    return "\n".join(" | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)
