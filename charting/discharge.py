"""Discharge criteria as data: what is still missing before a patient can be looked at for leaving, and until when.

A protocol lists criteria; plain facts of the session are held against them. What is not known is missing, never met. An
empty list says that the listed criteria are met, not that the patient may go: that is a clinician's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Literal, NamedTuple

import msgspec

from charting.model import MINUTE_MS
from charting.recovery import apart
from drivers.core.text import clean


class DischargeError(ValueError):
    """A criterion that cannot be held against anything; ``str()`` is one sentence for a person."""


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a protocol. ``sentence`` is what has to be true, ``met_by`` how that is found out:

    - ``elapsed``: ``minutes`` have passed since ``since`` (without ``minutes``, the protocol's minimum stay);
    - ``value``: the last value called ``of`` (a metric, an observation, a recovery score) is from ``at_least`` to
      ``at_most``;
    - ``baseline``: it is within ``percent`` or ``mmhg`` of its baseline, exactly that much included;
    - ``confirmed``: a person said yes to ``of``.

    A value or a yes counts from ``minutes`` after ``since`` on ("" counts any of the session), and where ``fresh_min``
    is given for so many minutes.
    """

    id: str
    sentence: str
    met_by: Literal["elapsed", "value", "baseline", "confirmed"]
    source: str
    of: str = ""
    since: Literal["", "start", "stop"] = "stop"
    minutes: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    percent: float | None = None
    mmhg: float | None = None
    fresh_min: float | None = None


class Known(NamedTuple):
    """A value and when it was measured or said, UTC ms; a person's yes is 1, a no 0."""

    at_ms: int
    value: float


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at ``now_ms``. Times are UTC ms; ``last`` is the last known of each name, ``baseline`` that of a
    metric; ``stay_min`` is the protocol's minimum stay.
    """

    now_ms: int
    start_ms: int | None = None
    stop_ms: int | None = None
    stay_min: float | None = None
    last: Mapping[str, Known] = {}
    baseline: Mapping[str, float] = {}


class Missing(NamedTuple):
    """A criterion that is not met, ``why``, and the earliest time it can be, UTC ms; None where nobody can say."""

    id: str
    sentence: str
    why: str
    earliest_ms: int | None


def missing(criteria: Sequence[Criterion], facts: Facts) -> tuple[Missing, ...]:
    """The criteria that are not met, by the earliest time they can be, those without a time last."""
    found = [one for criterion in criteria if (one := _HOW[criterion.met_by](criterion, facts)) is not None]
    return tuple(sorted(found, key=lambda one: (one.earliest_ms is None, one.earliest_ms or 0)))


def checked(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """``criteria`` back, sentences cleaned. ``DischargeError`` for one given twice, without a sentence or source, or
    that lacks what its ``met_by`` needs.
    """
    for criterion in criteria:
        said = clean(criterion.id, 40)
        if not said or not clean(criterion.sentence) or not clean(criterion.source):
            raise DischargeError(f"discharge criterion {said!r}: id, sentence and source are all needed")
        for wrong, sentence in _WRONG[criterion.met_by]:
            if wrong(criterion):
                raise DischargeError(f"discharge criterion {said!r}: {sentence}")
    ids = [criterion.id for criterion in criteria]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise DischargeError(f"discharge criterion {clean(twice, 40)!r} is given twice")
    return tuple(msgspec.structs.replace(one, sentence=clean(one.sentence)) for one in criteria)


def _from_ms(criterion: Criterion, facts: Facts, minutes: float) -> int | None:
    """``minutes`` after the moment the criterion counts from; None where that has not happened."""
    since_ms = {"": 0, "start": facts.start_ms, "stop": facts.stop_ms}[criterion.since]
    return None if since_ms is None else since_ms + round(minutes * MINUTE_MS)


def _elapsed(criterion: Criterion, facts: Facts) -> Missing | None:
    minutes = facts.stay_min if criterion.minutes is None else criterion.minutes
    if minutes is None:
        return Missing(criterion.id, criterion.sentence, "the protocol gives no minimum stay", None)
    from_ms = _from_ms(criterion, facts, minutes)
    if from_ms is None:
        return Missing(criterion.id, criterion.sentence, f"no {criterion.since} of the infusion is charted", None)
    left_min = -(-(from_ms - facts.now_ms) // MINUTE_MS)  # the minute that has begun counts
    return Missing(criterion.id, criterion.sentence, f"{left_min} min left", from_ms) if left_min > 0 else None


def _known(criterion: Criterion, facts: Facts, wrong: Callable[[float], str]) -> Missing | None:
    """None where the last known of the criterion counts and ``wrong`` has nothing to say of it."""
    from_ms = _from_ms(criterion, facts, criterion.minutes or 0)
    if from_ms is None:
        return Missing(criterion.id, criterion.sentence, f"no {criterion.since} of the infusion is charted", None)
    known = facts.last.get(criterion.of)
    fresh_from_ms = 0 if criterion.fresh_min is None else facts.now_ms - round(criterion.fresh_min * MINUTE_MS)
    if known is None or not isfinite(known.value) or known.at_ms > facts.now_ms:
        why = "not known yet"
    elif known.at_ms < from_ms:
        after = (
            f"{criterion.minutes:g} min after the {criterion.since}" if criterion.minutes else f"the {criterion.since}"
        )
        why = f"counts only from {after} on"
    elif known.at_ms < fresh_from_ms:
        why = f"older than {criterion.fresh_min:g} min"
    else:
        why = wrong(known.value)
    return Missing(criterion.id, criterion.sentence, why, max(facts.now_ms, from_ms)) if why else None


def _value(criterion: Criterion, facts: Facts) -> Missing | None:
    low = float("-inf") if criterion.at_least is None else criterion.at_least
    high = float("inf") if criterion.at_most is None else criterion.at_most

    def wrong(value: float) -> str:
        if low <= value <= high:
            return ""
        return f"{value:g}, not {f'at least {low:g}' if value < low else f'at most {high:g}'}"

    return _known(criterion, facts, wrong)


def _baseline(criterion: Criterion, facts: Facts) -> Missing | None:
    base = facts.baseline.get(criterion.of)
    unit, limit = ("percent", criterion.percent) if criterion.mmhg is None else ("mmHg", criterion.mmhg)

    def wrong(value: float) -> str:
        far = apart(unit, base, value)
        if far is None or limit is None:
            return "no pressure to compare"
        shown = f"{value:g} is {far:.3g} {unit} from the baseline {base:g}, more than {limit:g}"
        return "" if far <= limit else shown

    if base is None or base <= 0:
        return Missing(criterion.id, criterion.sentence, "no baseline is charted", None)
    return _known(criterion, facts, wrong)


def _confirmed(criterion: Criterion, facts: Facts) -> Missing | None:
    return _known(criterion, facts, lambda said: "" if said == 1 else "answered no")


_HOW: dict[str, Callable[[Criterion, Facts], Missing | None]] = {
    "elapsed": _elapsed,
    "value": _value,
    "baseline": _baseline,
    "confirmed": _confirmed,
}
_Wrong = tuple[Callable[[Criterion], bool], str]
_NAMELESS: _Wrong = (lambda c: not clean(c.of), "say of what")
_MINUTES: _Wrong = (lambda c: c.minutes is not None and not 0 <= c.minutes <= 24 * 60, "minutes lie between 0 and 1440")
_UNANCHORED: _Wrong = (lambda c: not c.since and c.minutes is not None, "minutes need since, start or stop")
_EVERY = (_MINUTES, _UNANCHORED)
_WRONG: dict[str, tuple[_Wrong, ...]] = {
    "elapsed": (*_EVERY, (lambda c: not c.since, "time counts since start or stop")),
    "value": (
        *_EVERY,
        _NAMELESS,
        (lambda c: c.at_least is None and c.at_most is None, "give at_least, at_most or both"),
        (
            lambda c: c.at_least is not None and c.at_most is not None and c.at_least > c.at_most,
            "at_least is above at_most",
        ),
    ),
    "baseline": (
        *_EVERY,
        _NAMELESS,
        (lambda c: (c.percent is None) == (c.mmhg is None), "give percent or mmhg, one of them"),
    ),
    "confirmed": (*_EVERY, _NAMELESS),
}
