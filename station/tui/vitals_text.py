"""Vital signs typed in one go: ``128/80 72 98`` or just ``128807298``. Pure.

Where a digit cannot go on a number (a diastolic of 8 is 80-something, an SpO2 of 9 is 90-something), the number has
ended: blood pressure, heart rate and SpO2 take nine digits and no separators. ``-`` leaves one out.
"""

from __future__ import annotations

import re

FIELDS = ("NIBP_SYS", "NIBP_DIA", "HR", "SPO2")
# first digits after which a third one follows: a systolic of 1xx or 2xx, a rate of 1xx or 2xx, 100 %
_THREE = {"NIBP_SYS": "12", "NIBP_DIA": "1", "HR": "12", "SPO2": "1"}


def vitals_of(text: str) -> dict[str, float]:
    """Metric to value. Raises ValueError with one sentence."""
    found: dict[str, float] = {}
    rest = text.strip()
    for metric in FIELDS:
        rest = rest.lstrip(" /,;")
        if not rest:
            break
        if rest[0] == "-":
            rest = rest[1:]
            continue
        length = 3 if rest[0] in _THREE[metric] else 2
        match = re.match(rf"\d{{{length}}}", rest)
        if match is None:
            raise ValueError(f"write BP, HR, SpO2 as 128/80 72 98 or 128807298; {rest[:6]!r} is not clear")
        found[metric] = float(match.group())
        rest = rest[length:]
    if rest.strip():
        raise ValueError(f"{rest.strip()[:6]!r} is too much: blood pressure, heart rate, SpO2")
    if not found:
        raise ValueError("write BP, HR, SpO2 as 128/80 72 98 or 128807298; - leaves one out")
    if ("NIBP_SYS" in found) != ("NIBP_DIA" in found):
        raise ValueError("a blood pressure has two numbers, such as 128/80")
    return found
