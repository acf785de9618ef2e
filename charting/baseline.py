"""The baseline pressure: what of the readings before the infusion it is made of (alarms.md b, note above the table).

Ours, for a clinic to review: the median of three or more readings, or of two that agree within 15 mmHg.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

WANTED = 3
AGREE_MMHG = 15.0

Reading = tuple[float, float]  # systolic and diastolic, mmHg


def baseline(readings: Sequence[Reading]) -> tuple[float, float, int] | None:
    """Systolic and diastolic in mmHg that would be frozen now, and from how many readings; None: not enough yet."""
    if missing(readings):
        return None
    return median(r[0] for r in readings), median(r[1] for r in readings), len(readings)


def missing(readings: Sequence[Reading]) -> str:
    """What a baseline still needs, in words; "" where it has all."""
    if len(readings) >= WANTED:
        return ""
    if len(readings) == 2:
        apart = abs(readings[0][0] - readings[1][0])
        return "" if apart <= AGREE_MMHG else f"one more reading: these two are {apart:.0f} mmHg apart"
    return "one more reading" if readings else f"two readings that agree within {AGREE_MMHG:.0f} mmHg, or {WANTED}"
