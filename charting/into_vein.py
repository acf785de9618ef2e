"""What of racemic ketamine went into a vein in a session: all that a model of the plasma takes; or why none is asked.

Without numpy, which only a screen that shows a model pays for (``plasma.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from charting.delivered import Segment, assumed, segments
from charting.medication import GIVEN
from charting.session import State

DRUG = "ketamine"
PUSH_MS = 1000  # what goes in at once takes a second here
NO_MODEL = "no plasma model"


class Given(NamedTuple):
    """A stretch in which the drug went in at one rate; times in UTC ms."""

    start_ms: int
    end_ms: int
    mg_per_min: float


class InVein(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True):
    """``parts`` that went in, in time order. ``why_not``: one sentence where no model is asked, "" where one may be.

    ``assumed``: some of it ran while no recorder did, and nobody has said yet what the pump did.
    """

    weight_kg: float = 0.0
    parts: tuple[Given, ...] = ()
    assumed: bool = False
    why_not: str = ""


class Plasma(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True):
    """A model's levels, one every ``step_ms`` from ``start_ms`` on. ``label`` says that it is one, or, not
    ``modelled``, why there is none.
    """

    label: str
    modelled: bool = True
    start_ms: int = 0
    step_ms: int = 1
    ng_per_ml: tuple[float, ...] = ()

    def at(self, t_ms: int) -> float:
        """The level at ``t_ms``, the last one known from then on; 0 before the first."""
        n = (t_ms - self.start_ms) // self.step_ms
        return self.ng_per_ml[min(n, len(self.ng_per_ml) - 1)] if n >= 0 and self.ng_per_ml else 0.0


def given(segments: Iterable[Segment]) -> tuple[Given, ...]:
    """What went in, from the segments of a session (``delivered.segments``): so pauses and rates as charted."""
    return tuple(Given(s.start_ms, s.end_ms, s.rate_ml_per_h * s.mg_per_ml / 60) for s in segments)


def in_vein(state: State, until_ms: int) -> InVein:
    """What is in by ``until_ms``. A chart from before there were protocols is of ketamine by a pump into a vein."""
    why_not = _why_not(state)
    if why_not or state.weight_kg is None:
        return InVein(why_not=why_not)
    pushed = (
        Given(one.at_ms, min(end_ms, until_ms), one.dose_mg * 60_000 / over_ms)
        for one in state.given
        if (over_ms := max(one.over_ms, PUSH_MS)) and one.at_ms < until_ms
        for end_ms in [one.at_ms + over_ms if one.broken_ms is None else one.end_ms]
    )
    parts = sorted((*given(segments(state, until_ms)), *pushed))
    return InVein(weight_kg=state.weight_kg, parts=tuple(parts), assumed=bool(assumed(state)))


def _why_not(state: State) -> str:
    """The models are of racemic ketamine into a vein; what is swallowed, sprayed or injected elsewhere comes later and
    less of it, by shares that differ from one person to the next.
    """
    protocol = state.protocol
    if protocol is not None and protocol.drug != DRUG:
        return f"{NO_MODEL}: all are of racemic ketamine, this is {protocol.drug}"
    if protocol is not None and protocol.route != "iv":
        return f"{NO_MODEL}: all are of IV ketamine; how much of a dose {_by(protocol.route)} is taken up is not known"
    if any(d.what == GIVEN and DRUG in f"{d.drug} {d.name}".casefold() for d in state.care.doses):
        return f"{NO_MODEL}: ketamine was also given beside the plan, and how is not charted"
    return "" if state.weight_kg is not None else f"{NO_MODEL}: no weight is charted"


def _by(route: str) -> str:
    return {"im": "IM", "sc": "SC", "nasal": "by nose", "oral": "by mouth", "sublingual": "under the tongue"}[route]
