"""Response and remission: a score beside the recorded baseline of the same scale. What cannot be compared says why."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from charting.scales.scale import Scale, chosen
from charting.scales.scoring import Score
from drivers.core.text import clean


class Checkpoint(StrEnum):
    """When a course is usually looked at (clinical.md, contradictions: each is one source's, all are optional)."""

    DAY_AFTER_FIRST = "24 h after the first"
    AFTER_THREE = "after three"
    END_OF_SERIES = "end of the series"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """``response`` and ``remission`` are None where they were not computed, and ``why_not`` says why; they are None too
    where the scale has no such rule. ``fall_percent`` is of the baseline, below zero for a rise. ``remission_line`` is
    the id of the line used.
    """

    checkpoint: str
    scale: str
    version: str
    baseline: int | None = None
    total: int | None = None
    fall_percent: float | None = None
    response: bool | None = None
    remission: bool | None = None
    remission_line: str | None = None
    why_not: str = ""


def change(scale: Scale, baseline: Score | None, now: Score, checkpoint: str, remission: str = "") -> Change:
    """``now`` beside ``baseline``, at a named checkpoint, with the remission line ``remission`` ("" takes the first).

    Exactly the response percentage counts as response. Raises ``ScaleError`` for a line that the scale does not have.
    """
    line = chosen(scale.remission, remission, "remission line")
    named = clean(checkpoint)
    why_not = _why_not(scale, baseline, now)
    if why_not or baseline is None or baseline.total is None or now.total is None:
        return Change(checkpoint=named, scale=scale.id, version=scale.version, why_not=why_not)
    fall = baseline.total - now.total
    rule = scale.response
    return Change(
        checkpoint=named,
        scale=scale.id,
        version=scale.version,
        baseline=baseline.total,
        total=now.total,
        fall_percent=100 * fall / baseline.total,
        response=None if rule is None else fall * 100 >= rule.percent * baseline.total,  # whole numbers: exact
        remission=None if line is None else now.total <= line.at_most,
        remission_line=None if line is None else line.id,
    )


def _why_not(scale: Scale, baseline: Score | None, now: Score) -> str:
    """Why there is nothing to compare, in words; "" where there is."""
    if baseline is None:
        return f"no baseline of {scale.name} is recorded"
    of = {(scale.id, scale.version), (baseline.scale, baseline.version), (now.scale, now.version)}
    if len(of) > 1:
        said = " and ".join(f"{name} {version}" for name, version in sorted(of))
        return f"scores of different scales or versions cannot be compared: {said}"
    if baseline.total is None:
        return f"the baseline of {scale.name} has no total"
    if now.total is None:
        lacking = f": item {', '.join(now.missing)} not answered" if now.missing else ""
        return f"this {scale.name} has no total{lacking}"
    return "" if baseline.total > 0 else f"the baseline of {scale.name} is 0, nothing can fall from it"
