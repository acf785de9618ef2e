"""A row of the paper sheet as somebody types it back: ``10:05 132/84 78 97 5 0``. Pure.

The order is that of the sheet's columns: time, pressure, pulse, SpO2, then the ratings. ``-`` leaves one out, and what
is missing at the end was not written. Nothing is guessed: what cannot be read is told in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from charting.model import MINUTE_MS
from charting.paper import DAY_MIN, Rating
from drivers.core.catalogue import METRICS, NIBP, plausible
from drivers.core.text import clean

OUT = "-"
_CLOCK = re.compile(r"(\d{1,2})[:.]?(\d{2})", re.ASCII)
_PRESSURE = re.compile(r"(\d{2,3})/(\d{2,3})", re.ASCII)
_MEASURED = (("HR", "pulse"), ("SPO2", "SpO2"))


class EntryError(ValueError):
    """What is typed cannot be charted so; ``str()`` is one sentence for a person."""


class Written(NamedTuple):
    """A row: the minute of the day, values by metric, ratings by quick event."""

    minute: int
    values: dict[str, float]
    ratings: dict[str, int]


def minute_of(text: str) -> int:
    """The minute of the day in ``10:05`` or ``1005``. Raises ``EntryError``."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise EntryError(f"{clean(text, 12)!r} is no time; write it as 10:05 or 1005")
    return int(found[1]) * 60 + int(found[2])


def written(text: str, ratings: Sequence[Rating]) -> Written | None:
    """What a row says; None for an empty one. ``ratings``: the columns behind SpO2. Raises ``EntryError``."""
    typed = re.findall(r"[^\s,;]+", text)
    if not typed:
        return None
    minute, rest = minute_of(typed[0]), typed[1:]
    most = 1 + len(_MEASURED) + len(ratings)
    if len(rest) > most:
        columns = ", ".join(("BP", *(words for _, words in _MEASURED), *(_named(one) for one in ratings)))
        raise EntryError(f"{clean(rest[most], 12)!r} is too much: behind the time stand {columns}")
    rest += [OUT] * (most - len(rest))
    values = _pressure(rest[0])
    for (metric, words), one in zip(_MEASURED, rest[1:], strict=False):
        if one != OUT:
            values[metric] = _measured(metric, words, one)
    behind = zip(ratings, rest[1 + len(_MEASURED) :], strict=True)
    rated = {rating.id: _rated(rating, one) for rating, one in behind if one != OUT}
    if not values and not rated:
        raise EntryError("nothing stands behind the time; write what the row says, or empty it")
    return Written(minute, values, rated)


def happened_ms(minute: int, now_ms: int, zone: tzinfo | None = None) -> int:
    """The last instant at which the clock of ``zone`` (None: this computer's) showed ``minute``, UTC ms."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    here = now.astimezone(zone)
    for days in (0, 1, 2):  # two: the clock may have jumped over that minute yesterday
        day = here.date() - timedelta(days=days)
        for fold in (1, 0):  # of an hour that comes twice the later one first
            moment = datetime.combine(day, time(minute // 60, minute % 60, fold=fold), zone).astimezone(UTC)
            shown = moment.astimezone(zone)
            if moment <= now and shown.hour * 60 + shown.minute == minute:
                return int(moment.timestamp() * 1000)
    raise EntryError("the clock never showed that time lately; correct it")


def checked_ms(minute: int, now_ms: int, longest_min: int, from_ms: int | None, zone: tzinfo | None = None) -> int:
    """``happened_ms`` where it can be charted: at most ``longest_min`` ago, and not before ``from_ms``, the session's
    opening. Raises ``EntryError``.
    """
    said = f"{minute // 60:02d}:{minute % 60:02d}"
    at_ms = happened_ms(minute, now_ms, zone)
    ago_min = (now_ms - at_ms) // MINUTE_MS
    if ago_min > longest_min:
        if ago_min > DAY_MIN // 2:
            raise EntryError(f"{said} is still to come; correct the time")
        raise EntryError(f"{said} is more than {longest_min // 60} hours ago, too long for a late entry; write a note")
    if from_ms is not None and at_ms < from_ms - from_ms % MINUTE_MS:
        raise EntryError(f"{said} is before this session was opened; correct the time, or write a note")
    return at_ms if from_ms is None else max(at_ms, from_ms)  # the minute of the opening may have begun before it


def twice(rows: Sequence[Written | None]) -> dict[int, str]:
    """By row: what it says a second time, in a sentence."""
    seen: dict[tuple[int, str], int] = {}
    found: dict[int, str] = {}
    for number, row in enumerate(rows):
        for what in (*row.values, *row.ratings) if row is not None else ():
            first = seen.setdefault((row.minute, what), number) if row is not None else number
            if first != number and row is not None:
                said = f"{row.minute // 60:02d}:{row.minute % 60:02d}"
                found.setdefault(number, f"{said} is typed in another row above; empty one of the two")
    return found


def _pressure(typed: str) -> dict[str, float]:
    if typed == OUT:
        return {}
    found = _PRESSURE.fullmatch(typed)
    if found is None:
        raise EntryError(f"{clean(typed, 12)!r} is no pressure; write it as 132/84, or - for none")
    values = {
        metric: _measured(metric, METRICS[metric].label, one) for metric, one in zip(NIBP, found.groups(), strict=False)
    }
    if values[NIBP[0]] <= values[NIBP[1]]:
        raise EntryError("the diastolic pressure is not below the systolic")
    return values


def _measured(metric: str, words: str, typed: str) -> float:
    if not re.fullmatch(r"\d{1,3}", typed, re.ASCII):
        raise EntryError(f"{clean(typed, 12)!r} is no {words}; write a whole number, or - for none")
    if not plausible(metric, float(typed)):
        low, high = METRICS[metric].plausible
        raise EntryError(f"{words} {typed} cannot be; it lies between {low:g} and {high:g}")
    return float(typed)


def _rated(rating: Rating, typed: str) -> int:
    if rating.lowest is None or rating.highest is None:
        raise EntryError(f"no quick event charts {_named(rating)} here; leave it out with -")
    if not re.fullmatch(r"-?\d{1,2}", typed, re.ASCII) or not rating.lowest <= int(typed) <= rating.highest:
        said = clean(typed, 12)
        raise EntryError(f"{_named(rating)} is a number from {rating.lowest} to {rating.highest}, not {said!r}")
    return int(typed)


def _named(rating: Rating) -> str:
    return rating.id.replace("_", " ")
