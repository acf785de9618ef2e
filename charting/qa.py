"""Counts over many sessions beside what was published, each with its denominator and its interval. Pure.

Published figures are of other clinics, doses and definitions: they stand beside ours to be looked at, not as a target.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt
from typing import NamedTuple

from charting.delivered import delivered
from charting.haemodynamics import Haemodynamics
from charting.model import Entry, Kind
from charting.patient import who
from charting.session import Phase, State
from charting.stops import STOPS, UNCODED, stop_code

EARLY_PART = 0.95  # of the planned dose; less is a session that was stopped early: [J]
_Z = 1.96  # 95 %
# what is known of the same count elsewhere, clinical.md 1.5
PUBLISHED = {
    "early": "1.95 % of infusions stopped for adverse events (S3)",
    "wan-2015": "about one-third (S3)",
    "crtce-203": "44.3 % (CRTCE203)",
    "sc-esketamine-2020": "14 of 70, s.c. esketamine (SCesk)",
}


class Treated(NamedTuple):
    """One session in which something was given."""

    state: State
    entries: tuple[Entry, ...]
    changes: Haemodynamics


class Share(NamedTuple):
    """``hits`` ``of`` so many; ``published`` is what is known elsewhere, "" for nothing."""

    what: str
    hits: int
    of: int
    published: str = ""


class Qa(NamedTuple):
    """Treated ``sessions``, of ``patients``; shares of doses stopped early, by reason, and of changes, by profile."""

    sessions: int
    patients: int
    early: Share
    reasons: tuple[Share, ...]
    changes: tuple[Share, ...]


def interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, which is right for few sessions and for none of them, too."""
    if of <= 0:
        return 0.0, 1.0
    share, z2 = count / of, _Z**2
    middle, half = share + z2 / (2 * of), _Z * sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    low, high = (middle - half) / (1 + z2 / of), (middle + half) / (1 + z2 / of)
    return (0.0 if count == 0 else low), (1.0 if count == of else high)


def qa(sessions: Iterable[Treated]) -> Qa:
    """The counts. Sessions that are still open, and those without a plan, are no part of a dose stopped early; those
    without a pressure after the start no part of the changes.
    """
    every = list(sessions)
    ended = [one for one in every if one.state.phase in (Phase.RECOVERY, Phase.CLOSED) and one.state.planned_mg]
    early = [one for one in ended if _part(one.state) < EARLY_PART]
    reasons = Counter(_code(one) for one in early)
    measured = [one.changes for one in every if one.changes.pressures]
    gates = dict.fromkeys(name for one in measured for name in one.by_gate)
    return Qa(
        len(every),
        len({who(one.state.patient, one.state.identifier) for one in every}),
        Share("dose stopped early", len(early), len(ended), PUBLISHED["early"]),
        tuple(
            Share(STOPS.get(code, "no word that can be counted"), reasons[code], len(ended))
            for code in (*STOPS, UNCODED)
            if reasons[code]
        ),
        tuple(
            Share(
                gate,
                sum(1 for one in measured if one.by_gate.get(gate) is not None),
                sum(1 for one in measured if gate in one.by_gate),
                PUBLISHED.get(gate, ""),
            )
            for gate in gates
        ),
    )


def _part(state: State) -> float:
    at_ms = state.closed_ms if state.closed_ms is not None else state.ended_ms or state.opened_ms
    return delivered(state, at_ms).mg / (state.planned_mg or 1.0)


def _code(one: Treated) -> str:
    """The code of the last stop that stands; of charts from before there were codes, that of its reason."""
    gone = {entry.supersedes for entry in one.entries}
    stops = [e for e in one.entries if e.kind is Kind.INFUSION_STOPPED and e.seq not in gone]
    return stops[-1].payload.get("code", stop_code(stops[-1].reason or "")) if stops else UNCODED


def qa_lines(made: Qa) -> Iterator[str]:
    """The counts as text."""
    yield f"{made.sessions} treated sessions of {made.patients} patients"
    yield ""
    yield f"{_share(made.early)}; less than {EARLY_PART:.0%} of the planned dose"
    yield from (f"  {_share(one)}" for one in made.reasons)
    yield ""
    yield "Haemodynamic change after the start, by profile (sessions with a pressure after the start):"
    yield from (f"  {_share(one)}" for one in made.changes)
    yield ""
    yield "Published figures are of other clinics, doses and definitions."


def _share(one: Share) -> str:
    if not one.of:
        return f"{one.what}: no session to count"
    low, high = interval(one.hits, one.of)
    beside = f"; published: {one.published}" if one.published else ""
    return f"{one.what}: {one.hits} of {one.of} = {one.hits / one.of:.1%} (95 % {low:.1%} to {high:.1%}){beside}"
