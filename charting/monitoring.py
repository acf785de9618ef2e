"""What an esketamine session's chart says of what the monitoring form asks: which pressure is the one at 40 min, when
sedation began and passed, when the patient was ready but for the two hours. Pure; what nobody charted is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from charting.discharge import missing
from charting.leaving import Pressure, criteria_of, facts_of
from charting.model import MINUTE_MS, Entry, Kind
from charting.protocol import PRESSURE, Observe, Protocol, Recovery
from charting.session import State, fold
from charting.trends import Cuff, Trend

LEAST_MIN = 120.0  # ESK-HCP [V], FDA REMS 386 [V]; a protocol may ask for more
AT_MIN, APART_MIN = 40.0, 5.0  # ESK-HCP [V]: about 40 min; five minutes either way [J]; a protocol may say otherwise
BEFORE_MIN = 15.0  # a pressure that is older says little of the one before the dose: [J], as in the protocol


class Window(NamedTuple):
    """Minutes after the first device between which a pressure counts as the one at ``at_min``."""

    at_min: float
    from_min: float
    to_min: float


class Span(NamedTuple):
    """An effect by its ratings: the worst, when it was first and last seen, when a later rating had it no more."""

    worst: float
    onset_ms: int
    last_ms: int
    resolved_ms: int | None


class Ratings(NamedTuple):
    """How often something was rated after the dose, and the effect; None where no rating shows it."""

    rated: int
    span: Span | None


class Oximetry(NamedTuple):
    """Minutes of ``of_min`` in which SpO2 was recorded, its lowest value and when, how many values were typed."""

    minutes: int
    of_min: int
    lowest: float
    lowest_ms: int
    typed: int


def until(entries: Iterable[Entry], at_ms: int) -> list[Entry]:
    """The entries up to an instant as they stand by now: what was taken back later is not among them."""
    entries = list(entries)
    gone = {entry.supersedes for entry in entries}
    openings = (entry for entry in entries if entry.kind is Kind.SESSION_OPENED)
    kept = [one for one in entries if one.seq not in gone and one.happened_at_ms <= at_ms]
    return sorted({one.seq: one for one in (*openings, *kept)}.values(), key=lambda one: one.seq)


def window_of(protocol: Protocol) -> Window:
    """As the protocol asks for a pressure once after the start; as the label does where it asks for none."""
    for row in protocol.observations:
        if _once(row) and row.at_min:
            return Window(row.at_min, row.at_min - row.early_min, row.at_min + row.late_min)
    return Window(AT_MIN, AT_MIN - APART_MIN, AT_MIN + APART_MIN)


def _once(row: Observe) -> bool:
    return row.what == (PRESSURE,) and row.every_min is None


def timed(trend: Trend) -> list[Cuff]:
    """Pressures with both values whose time is known."""
    return [cuff for cuff in trend.cuffs if cuff.sure and cuff.sys is not None and cuff.dia is not None]


def before(cuffs: Sequence[Cuff], start_ms: int) -> Cuff | None:
    """The last pressure at or before the first device."""
    return max((one for one in cuffs if one.t_ms <= start_ms), key=lambda one: one.t_ms, default=None)


def nearest(cuffs: Sequence[Cuff], start_ms: int, window: Window) -> Cuff | None:
    """The pressure of the window that is nearest to its minute; of two equally near the later one."""
    after = [(abs((one.t_ms - start_ms) / MINUTE_MS - window.at_min), -one.t_ms, one) for one in cuffs]
    inside = [one for one in after if window.from_min <= (one[2].t_ms - start_ms) / MINUTE_MS <= window.to_min]
    return min(inside, key=lambda one: one[:2])[2] if inside else None


def last(cuffs: Sequence[Cuff], from_ms: int, to_ms: int) -> Cuff | None:
    """The last pressure after the last device and not after completion."""
    return max((one for one in cuffs if from_ms < one.t_ms <= to_ms), key=lambda one: one.t_ms, default=None)


def ratings(state: State, event: str, shows: Callable[[float], bool], worst: Callable[..., float]) -> Ratings:
    """The ratings of ``event`` from the start of the dose on: those that ``shows`` holds of are the effect."""
    start_ms = state.started_ms or 0
    rated = sorted((one.at_ms, one.seq, one.value) for one in state.rated if one.event == event)
    after = [(at_ms, value) for at_ms, _, value in rated if at_ms >= start_ms]
    seen = [(at_ms, value) for at_ms, value in after if shows(value)]
    if not seen:
        return Ratings(len(after), None)
    last_ms = seen[-1][0]
    resolved_ms = next((at_ms for at_ms, value in after if at_ms > last_ms and not shows(value)), None)
    return Ratings(len(after), Span(worst(value for _, value in seen), seen[0][0], last_ms, resolved_ms))


def oximetry(trend: Trend, from_ms: int, to_ms: int) -> Oximetry | None:
    """SpO2 between two instants; None where none was recorded."""
    found = [bucket for bucket in trend.buckets("SPO2") if from_ms <= bucket.t_ms <= to_ms]
    if not found:
        return None
    lowest = min(found, key=lambda bucket: (bucket.low, bucket.t_ms))
    typed = sum(1 for one in trend.typed if one.metric == "SPO2" and from_ms <= one.t_ms <= to_ms)
    minutes = {(bucket.t_ms - from_ms) // MINUTE_MS for bucket in found}
    of_min = max((to_ms - from_ms) // MINUTE_MS, 1)
    return Oximetry(min(len(minutes), of_min), of_min, lowest.low, lowest.t_ms, typed)


class Ready(NamedTuple):
    """When every criterion but the stay was met and none was broken again; what of them was ``lacking`` at the end."""

    at_ms: int | None
    lacking: tuple[str, ...]


def ready(entries: Sequence[Entry], recovery: Recovery, cuffs: Sequence[Cuff], end_ms: int) -> Ready:
    """From the end of the dose on, at every rating, score and pressure up to ``end_ms``. A reading that has only grown
    old breaks nothing; a later one that is worse does.
    """
    criteria = [one for one in criteria_of(recovery) if one.met_by != "elapsed"]
    ageless = [msgspec.structs.replace(one, fresh_min=None) for one in criteria]
    state = fold(until(entries, end_ms))
    if state is None or state.ended_ms is None:
        return Ready(None, ("the dose has not ended",))
    charted = {one.at_ms for one in state.rated} | {one.at_ms for one in state.scores}
    moments = charted | {cuff.t_ms for cuff in cuffs} | {end_ms}
    found: int | None = None
    lacking: tuple[str, ...] = ()
    for at_ms in sorted(one for one in moments if state.ended_ms <= one <= end_ms):
        then = fold(until(entries, at_ms))
        if then is None:
            continue
        cuff = max((one for one in cuffs if one.t_ms <= at_ms), key=lambda one: one.t_ms, default=None)
        facts = facts_of(then, Pressure(cuff.t_ms, cuff.sys, cuff.dia) if cuff is not None else None, at_ms)
        facts = msgspec.structs.replace(facts, stop_ms=state.ended_ms)
        lacking = tuple(f"{one.sentence} ({one.why})" for one in missing(criteria, facts))
        if missing(ageless, facts):
            found = None
        elif not lacking and found is None:
            found = at_ms
    return Ready(found, lacking)
