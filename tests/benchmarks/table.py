"""The one table every benchmark ends in, and its twin in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .ratio import Interval

MET, MISSED, TOLD = "met", "MISSED", "-"
HEADS = ("id", "ours", "arm", "ratio", "goal", "verdict")


class Row(NamedTuple):
    """One comparison. ``ours`` and ``arm`` say what was done and what it cost, ``ratio`` is ours to the arm's.

    ``met`` is None for a figure that is told without a goal.
    """

    id: str
    ours: str
    arm: str = "-"
    ratio: Interval | None = None
    goal: str = "none yet"
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """met, MISSED, or - where there is no goal."""
        return TOLD if self.met is None else MET if self.met else MISSED

    def cells(self) -> tuple[str, ...]:
        """The row as printed."""
        ratio = "-" if self.ratio is None else "{1:.2f} ({0:.2f}-{2:.2f})".format(*self.ratio)
        return self.id, self.ours, self.arm, ratio, self.goal, self.verdict


def table(rows: Sequence[Row]) -> str:
    """``id | ours | arm | ratio | goal | verdict``, in columns."""
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    return "\n".join(" | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def write_json(path: Path, rows: Sequence[Row], about: dict[str, object]) -> None:
    """The same table for a program; ``about`` tells of machine and run."""
    found = [row._asdict() | {"ratio": list(row.ratio) if row.ratio else None, "verdict": row.verdict} for row in rows]
    path.write_text(json.dumps({**about, "rows": found}, indent=1) + "\n", encoding="utf-8")
