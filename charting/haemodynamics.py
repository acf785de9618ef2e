"""Whether a session had a haemodynamic change, by each profile: its lines to act at, held against what was measured
from the start of the dose to the end of the session. A count for review, no alarm and no judgement. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from charting.gates import Gate, Line, broken
from charting.ledger.chain import iso
from charting.model import Entry, NumericRow
from charting.session import State, fold
from charting.trends import heart, trend_of


class Change(NamedTuple):
    """The first reading that broke a line of profile ``gate``: when (UTC ms), and the line in words."""

    gate: str
    at_ms: int
    says: str


class Haemodynamics(NamedTuple):
    """By profile with lines to act at: the first change, None for none. ``pressures`` were measured after the start."""

    pressures: int
    by_gate: dict[str, Change | None]


def haemodynamics(
    entries: Iterable[Entry], rows: Iterable[NumericRow], gates: Iterable[Gate], until_ms: int
) -> Haemodynamics | None:
    """The changes of one session; None where nothing was given. A heart rate counts where ten seconds of it broke the
    line throughout, a pressure by itself; one that no device vouched for does not.
    """
    entries = list(entries)
    state, trend = fold(entries), trend_of(entries, rows, until_ms)
    if state is None or trend is None or state.started_ms is None:
        return None
    start_ms = state.started_ms
    cuffs = [one for one in trend.cuffs if one.sure and one.t_ms >= start_ms]
    seen: list[tuple[int, dict[str, float]]] = [
        (one.t_ms, {name: value for name, value in (("sys", one.sys), ("dia", one.dia)) if value is not None})
        for one in cuffs
    ]
    beats = [one for one in trend.buckets(heart(trend)) if one.t_ms >= start_ms]
    found: dict[str, Change | None] = {}
    for gate in gates:
        lines = tuple(line for line in gate.hold if line.measure in ("sys", "dia", "hr"))
        if lines:
            rates = [(one.t_ms, {"hr": one.low if _high(lines) else one.high}) for one in beats]
            found[gate.id] = _first(gate.id, lines, sorted([*seen, *rates], key=lambda one: one[0]))
    return Haemodynamics(len(cuffs), found)


def change_lines(state: State, entries: Iterable[Entry], rows: Iterable[NumericRow], until_ms: int) -> Iterator[str]:
    """The changes of one session by the profiles that its protocol offers, a line each."""
    made = haemodynamics(entries, rows, state.protocol.gates if state.protocol is not None else (), until_ms)
    for name, change in made.by_gate.items() if made is not None and made.pressures else ():
        told = f"{change.says} at {iso(change.at_ms)[11:16]} UTC" if change is not None else "none"
        yield f"Haemodynamic change by {name}: {told}"


def _high(lines: tuple[Line, ...]) -> bool:
    return all(line.high for line in lines if line.measure == "hr")


def _first(gate: str, lines: tuple[Line, ...], seen: Iterable[tuple[int, dict[str, float]]]) -> Change | None:
    for at_ms, values in seen:
        over = broken(lines, values)
        if over:
            return Change(gate, at_ms, over[0].says(values[over[0].measure]))
    return None
