"""One engine for every scale: answers in, a score out that says what it is made of. Pure, the same in any order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial

import msgspec

from charting.scales.scale import BandSet, Flag, Item, Pattern, Scale, ScaleError, chosen, nearest
from drivers.core.text import clean

Answers = Mapping[str, int]


class Asked(StrEnum):
    """What is known of a flag. What nobody answered is never a no."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not asked"


class Flagged(msgspec.Struct, frozen=True):
    """A flag of the scale and its state; ``sentence`` is for a person, where the state is yes."""

    id: str
    state: Asked
    sentence: str


class Subtotal(msgspec.Struct, frozen=True):
    """The sum of a subset, None while one of its items is missing."""

    id: str
    total: int | None


class Matched(msgspec.Struct, frozen=True):
    """What a pattern says, None while an answer still missing could change it."""

    id: str
    words: str | None


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What was scored. ``total`` is None while an item is missing, and always in a scale without one.

    ``valid``: the total, or the level of a scale without total, may be used. ``band`` is of the set ``band_set``.
    ``by_item`` is False where only a total was typed. ``contradictions`` are sentences about answers that exclude each
    other. ``skipped`` items were not to be asked; they are neither answered nor missing.
    """

    scale: str
    version: str
    by_item: bool
    total: int | None
    valid: bool
    answered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    band: str | None = None
    band_set: str | None = None
    flags: tuple[Flagged, ...] = ()
    patterns: tuple[Matched, ...] = ()
    subtotals: tuple[Subtotal, ...] = ()
    contradictions: tuple[str, ...] = ()


def score(scale: Scale, answers: Mapping[str, int | None], bands: str = "") -> Score:
    """The score of ``answers`` (item id to number; None or absent is unanswered), in the band set ``bands`` ("" takes
    the scale's first).

    Raises ``ScaleError`` for an item or a band set that the scale does not have and for a number outside its item.
    """
    strange = [one for one in answers if one not in scale.items]
    if strange:
        name = clean(strange[0], 40)
        raise ScaleError(f"{scale.name} has no item {name!r}{nearest(name, list(scale.items))}")
    said = {one: answer for one, answer in answers.items() if answer is not None}
    given = {one: _within(scale, item, said[one]) for one, item in scale.items.items() if one in said}
    by_rule = {one: rule for rule in scale.skip if given.get(rule.item) == rule.answer for one in rule.skips}
    skipped = skipped_by(scale, given)
    missing = tuple(one for one in scale.items if one not in given and one not in skipped)
    total = _sum(scale, given) if scale.summed and not missing else None
    steps = chosen(scale.bands, bands, "band set")
    band = _band(scale, steps, given, skipped, total)
    contradictions = tuple(
        f"item {one} is answered {given[one]}, though item {rule.item} is answered {rule.answer}; look at both"
        for one, rule in by_rule.items()
        if given.get(one, scale.items[one].lowest) > scale.items[one].lowest
    )
    return Score(
        scale=scale.id,
        version=scale.version,
        by_item=True,
        total=total,
        valid=total is not None if scale.summed else band is not None and not contradictions,
        answered=tuple(given),
        missing=missing,
        skipped=skipped,
        band=band,
        band_set=steps.id if steps and band is not None else None,
        flags=tuple(Flagged(flag.id, _flag(flag, given, skipped), flag.sentence) for flag in scale.flag),
        patterns=tuple(Matched(p.id, _certain(scale, given, skipped, partial(_pattern, p))) for p in scale.pattern),
        subtotals=tuple(
            Subtotal(s.id, None if set(s.items) - set(given) else sum(given[one] for one in s.items))
            for s in scale.subset
        ),
        contradictions=contradictions,
    )


def skipped_by(scale: Scale, answers: Mapping[str, int | None]) -> tuple[str, ...]:
    """The items without an answer that are not to be asked after ``answers``."""
    left_out = {one for rule in scale.skip if answers.get(rule.item) == rule.answer for one in rule.skips}
    return tuple(one for one in scale.items if one in left_out and answers.get(one) is None)


def score_total(scale: Scale, total: int, bands: str = "") -> Score:
    """The score where only a total was typed, from a paper form: nothing was asked item by item, so no flag is a no.

    Raises ``ScaleError`` for a scale without total and for a total outside its range.
    """
    low, high = scale.range
    if not scale.summed:
        raise ScaleError(f"{scale.name} has no total; enter its answers")
    if type(total) is not int or not low <= total <= high:
        raise ScaleError(f"a total of {scale.name} is a whole number from {low} to {high}, not {total}")
    steps = chosen(scale.bands, bands, "band set")
    return Score(
        scale=scale.id,
        version=scale.version,
        by_item=False,
        total=total,
        valid=True,
        band=_band(scale, steps, {}, (), total),
        band_set=steps.id if steps else None,
        flags=tuple(Flagged(flag.id, Asked.NOT_ASKED, flag.sentence) for flag in scale.flag),
    )


def _within(scale: Scale, item: Item, answer: int) -> int:
    if type(answer) is not int or not item.lowest <= answer <= item.highest:  # True is no answer
        raise ScaleError(f"item {item.id} of {scale.name} takes {item.lowest} to {item.highest}, not {answer}")
    return answer


def _sum(scale: Scale, given: Answers) -> int:
    return sum(max(given[one] for one in summand) for summand in scale.summands)


def _band(
    scale: Scale, steps: BandSet | None, given: Answers, skipped: tuple[str, ...], total: int | None
) -> str | None:
    if steps is None:
        return None
    if not scale.summed:
        return _certain(scale, given, skipped, partial(_level, scale, steps))
    return None if total is None else [band.words for band in steps.steps if band.at_least <= total][-1]


def _level(scale: Scale, steps: BandSet, full: Answers) -> str:
    """The highest step that an answer leads to; the first step has no items and always holds."""
    return [
        band.words
        for band in steps.steps
        if not band.any_of or any(full[one] > scale.items[one].lowest for one in band.any_of)
    ][-1]


def _pattern(pattern: Pattern, full: Answers) -> str:
    counted = {one for one, answer in full.items() if answer >= pattern.counts_lower.get(one, pattern.counts_at)}
    count = len(counted) if counted & set(pattern.core) else 0
    return [level.words for level in pattern.levels if level.count <= count][-1]


def _certain(scale: Scale, given: Answers, skipped: tuple[str, ...], rule: Callable[[Answers], str]) -> str | None:
    """What ``rule`` says whatever the missing answers are; None where it depends on them. Rules only ever rise with an
    answer, so the two ends decide.
    """
    least = {one: given.get(one, item.lowest) for one, item in scale.items.items()}
    most = {one: given.get(one, item.lowest if one in skipped else item.highest) for one, item in scale.items.items()}
    return rule(least) if rule(least) == rule(most) else None


def _flag(flag: Flag, given: Answers, skipped: tuple[str, ...]) -> Asked:
    if any(given.get(one, flag.at_least - 1) >= flag.at_least for one in flag.items):
        return Asked.YES
    return Asked.NO if all(one in given or one in skipped for one in flag.items) else Asked.NOT_ASKED
