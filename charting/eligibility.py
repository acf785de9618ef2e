"""Whether a record shows what treatment is usually given for: warnings beside it, never a block.

Rule S3 (clinical.md 1.4): two or more failed adequate trials, moderately severe on a scale, a mood stabiliser where the
illness is bipolar. The numbers are data of ``rules/screening.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from charting.rule_file import NotNegative, Text
from drivers.core.text import clean

Count = Annotated[int, msgspec.Meta(ge=0)]


class Severity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The total of ``scale`` from which it counts as moderately severe."""

    scale: Text
    least: NotNegative
    source: Text


class EligibilityRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least so many failed adequate trials, and a line for each scale."""

    failed_trials: Count
    source: Text
    severity: tuple[Severity, ...] = ()


class Eligibility(msgspec.Struct, frozen=True, kw_only=True):
    """The record; None is not known. ``failed_trials`` counts those of adequate dose and 4 to 6 weeks."""

    failed_trials: int | None = None
    bipolar: bool | None = None
    mood_stabiliser: bool | None = None
    scale: str | None = None
    score: float | None = None


def warnings(rule: EligibilityRule, record: Eligibility) -> tuple[str, ...]:
    """What the record does not show, a sentence each; empty where it shows everything."""
    return tuple(_warned(rule, record))


def _warned(rule: EligibilityRule, record: Eligibility) -> Iterator[str]:
    if record.failed_trials is None:
        yield "how many adequate trials failed is not charted; ask"
    elif record.failed_trials < rule.failed_trials:
        trials = "trial" if record.failed_trials == 1 else "trials"
        usual = f"{rule.failed_trials} or more are usual before this treatment"
        yield f"{record.failed_trials} adequate {trials} failed, {usual}"
    if record.bipolar is None:
        yield "whether the illness is bipolar is not charted; ask"
    elif record.bipolar and record.mood_stabiliser is None:
        yield "the illness is bipolar, and whether a mood stabiliser is taken is not charted; ask"
    elif record.bipolar and not record.mood_stabiliser:
        yield "the illness is bipolar and no mood stabiliser is taken"
    if record.scale is None or record.score is None:
        yield "no score of a scale is charted; let one be filled in"
        return
    scale = clean(record.scale, 40)
    line = next((one for one in rule.severity if one.scale == record.scale), None)
    if line is None:
        yield f"for {scale} no line for moderately severe is known; judge {record.score:g} yourself"
    elif not record.score >= line.least:  # no number is not at least anything
        yield f"{scale} {record.score:g} is below {line.least:g}, where moderately severe begins"
