"""What of the drug is in by an instant: stretches of the pump, holds, millilitres and milligrams. Pure, of a state.

A gap in the record stops nothing: the pump ran on, so the dose counts, and the part nobody observed is told apart,
until somebody says of the gap what the pump did (``downtime.py``).
"""

from __future__ import annotations

import msgspec

from charting.downtime import LEAST_S, Ran
from charting.model import Kind
from charting.session import State


class Segment(msgspec.Struct, frozen=True):
    """A stretch at one rate, the pump running."""

    start_ms: int
    end_ms: int
    rate_ml_per_h: float
    mg_per_ml: float

    def ml_between(self, start_ms: float, end_ms: float) -> float:
        """Millilitres of this segment that fall between two instants."""
        overlap_ms = min(self.end_ms, end_ms) - max(self.start_ms, start_ms)
        return self.rate_ml_per_h * max(overlap_ms, 0) / 3_600_000


class Delivered(msgspec.Struct, frozen=True):
    """What went in by a given instant; ``unobserved_mg`` of it while the recorder was down."""

    mg: float
    ml: float
    unobserved_mg: float
    running_s: float


class Assumed(msgspec.Struct, frozen=True):
    """A gap of which nobody has said whether the pump ran, and what of the dose is only assumed therefore."""

    from_ms: int
    to_ms: int
    rate_ml_per_h: float
    ml: float
    mg: float


def segments(state: State, until_ms: int) -> tuple[Segment, ...]:
    """Stretches in which the pump ran, up to ``until_ms``: as charted, and as was said of what nobody observed."""
    found = _charted(state, until_ms)
    for said in state.ran:
        if said.stopped is not None:
            found = _at_rate(found, *said.stopped, 0.0)
        elif said.ml is not None:
            found = _at_rate(found, said.from_ms, said.to_ms, _rate_of(state, said))
    return found


def assumed(state: State) -> tuple[Assumed, ...]:
    """The gaps about which somebody is to be asked, the oldest first."""
    said = {(one.from_ms, one.to_ms) for one in state.ran}
    found = []
    for gap in state.gaps:
        parts = [p for s in _charted(state, gap[1]) if (p := _clipped(s, *gap)) is not None]
        if gap not in said and sum(p.end_ms - p.start_ms for p in parts) >= LEAST_S * 1000:
            ml = sum(p.ml_between(*gap) for p in parts)
            mg = sum(p.ml_between(*gap) * p.mg_per_ml for p in parts)
            found.append(Assumed(*gap, parts[-1].rate_ml_per_h, ml, mg))
    return tuple(found)


def _clipped(one: Segment, from_ms: int, to_ms: int) -> Segment | None:
    """The part of a segment within two instants; None where there is none."""
    start_ms, end_ms = max(one.start_ms, from_ms), min(one.end_ms, to_ms)
    return msgspec.structs.replace(one, start_ms=start_ms, end_ms=end_ms) if start_ms < end_ms else None


def _at_rate(found: tuple[Segment, ...], from_ms: int, to_ms: int, rate_ml_per_h: float) -> tuple[Segment, ...]:
    """``found`` with another rate between two instants; at none the pump stood."""
    made = []
    for one in found:
        before, within = _clipped(one, one.start_ms, from_ms), _clipped(one, from_ms, to_ms)
        if within is not None:
            within = msgspec.structs.replace(within, rate_ml_per_h=rate_ml_per_h) if rate_ml_per_h > 0 else None
        made += [part for part in (before, within, _clipped(one, to_ms, one.end_ms)) if part is not None]
    return tuple(made)


def _rate_of(state: State, said: Ran) -> float:
    """The rate at which the volume that was read off the pump went in, over what of the gap it ran."""
    parts = (_clipped(one, said.from_ms, said.to_ms) for one in _charted(state, said.to_ms))
    ran_ms = sum(part.end_ms - part.start_ms for part in parts if part is not None)
    return (said.ml or 0.0) * 3_600_000 / ran_ms if ran_ms else 0.0


def _charted(state: State, until_ms: int) -> tuple[Segment, ...]:
    found = []
    ends = [*(a.at_ms for a in state.acts[1:]), max(until_ms, state.acts[-1].at_ms)] if state.acts else []
    for act, end_ms in zip(state.acts, ends, strict=True):
        end_ms = min(end_ms, until_ms)
        if act.rate_ml_per_h > 0 and end_ms > act.at_ms:
            found.append(Segment(act.at_ms, end_ms, act.rate_ml_per_h, act.mg_per_ml))
    return tuple(found)


def holds(state: State, until_ms: int) -> tuple[tuple[int, int], ...]:
    """From and to of each hold, up to ``until_ms``. One that was rechecked and goes on is one hold."""
    found: list[tuple[int, int]] = []
    ends = [*(a.at_ms for a in state.acts[1:]), until_ms] if state.acts else []
    before: Kind | None = None
    for act, end_ms in zip(state.acts, ends, strict=True):
        if act.kind is Kind.INFUSION_HELD:
            start_ms = found.pop()[0] if before is Kind.INFUSION_HELD else act.at_ms
            found.append((start_ms, end_ms))
        before = act.kind
    return tuple(found)


def delivered(state: State, at_ms: int) -> Delivered:
    """Dose and volume by ``at_ms``, as charted (clinical.md 1.3: the sum over the actual segments), with what was given
    without a pump.
    """
    if state.closed_ms is not None:
        at_ms = min(at_ms, state.closed_ms)
    parts = segments(state, at_ms)
    whole = [(one.mg_by(at_ms), one.mg_per_ml) for one in state.given]
    ml = sum(mg / strength for mg, strength in whole if strength) + sum(
        s.ml_between(s.start_ms, s.end_ms) for s in parts
    )
    mg = sum(mg for mg, _ in whole) + sum(s.ml_between(s.start_ms, s.end_ms) * s.mg_per_ml for s in parts)
    said = {(one.from_ms, one.to_ms) for one in state.ran}
    gaps = _merged(tuple(gap for gap in state.gaps if gap not in said))
    unseen = sum(s.ml_between(start, end) * s.mg_per_ml for s in parts for start, end in gaps)
    return Delivered(mg, ml, unseen, sum(s.end_ms - s.start_ms for s in parts) / 1000)


def _merged(gaps: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Gaps without overlap, so that no minute is counted twice."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(gaps):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
