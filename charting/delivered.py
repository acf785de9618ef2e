"""What of the drug is in by an instant: stretches of the pump, holds, millilitres and milligrams. Pure, of a state.

A gap in the record stops nothing: the pump ran on, so the dose counts, and the part nobody observed is told apart.
"""

from __future__ import annotations

import msgspec

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


def segments(state: State, until_ms: int) -> tuple[Segment, ...]:
    """Stretches in which the pump ran, up to ``until_ms``."""
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
    unseen = sum(s.ml_between(start, end) * s.mg_per_ml for s in parts for start, end in _merged(state.gaps))
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
