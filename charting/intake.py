"""What has to be in a patient's record before a course, each with the days for which it counts: a warning, no block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec

from charting.rule_file import Id, Text


class IntakeRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``fact`` (of ``facts.FACTS``) is to be charted, and counts for ``valid_days``; None: for good."""

    fact: Id
    text: Text
    valid_days: Annotated[int, msgspec.Meta(ge=1)] | None = None
    source: Text


class WeightRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A weight older than ``longest_days`` is asked about where the same one is given again."""

    longest_days: Annotated[int, msgspec.Meta(ge=1)]
    source: Text


def lacking(rules: Iterable[IntakeRule], charted: Mapping[str, Sequence[date]], today: date) -> tuple[str, ...]:
    """What is not ``charted`` (its days by fact) or has run out by ``today``, a sentence each."""
    found = []
    for rule in rules:
        days = charted.get(rule.fact, ())
        if not days:
            found.append(f"{rule.text}: none is charted")
        elif rule.valid_days is not None and (today - max(days)).days > rule.valid_days:
            found.append(f"{rule.text}: that of {max(days)} is older than {rule.valid_days} days")
    return tuple(found)
