"""``sessions report --qa``: counts over all sessions of a ledger. Read-only, beside a recorder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from charting.gates import Gate, load_gates
from charting.haemodynamics import Haemodynamics, haemodynamics
from charting.ledger.reader import Reader
from charting.model import Entry, NumericRow
from charting.qa import Treated, qa, qa_lines
from charting.session import State, fold
from station.clock import Clock
from station.sessions import give, reading


def qa_report(ledger: Path | None, out: Path | None) -> int:
    """The counts, to a file or stdout."""
    with reading(ledger) as reader:
        lines = list(qa_lines(qa(_treated(reader))))
    return give("".join(f"{line}\n" for line in lines), out)


def _treated(reader: Reader) -> Iterator[Treated]:
    """One session after the other, so that no more than one lies in memory with its rows."""
    for one in reader.sessions():
        entries = reader.entries(one.session)
        state = fold(entries)
        if state is not None and state.started_ms is not None:
            changes = _changes(state, entries, reader.numerics(one.session))
            if changes is not None:
                yield Treated(state, tuple(entries), changes)


def _changes(state: State, entries: list[Entry], rows: Iterator[NumericRow]) -> Haemodynamics | None:
    clock = Clock()
    until_ms = state.closed_ms if state.closed_ms is not None else clock.utc_ms(clock.now_ns())
    return haemodynamics(entries, rows, _gates(state), until_ms)


def _gates(state: State) -> tuple[Gate, ...]:
    """The profiles of the session's protocol as they were in force, and those of ours that it does not offer."""
    offered = {gate.id: gate for gate in state.protocol.gates} if state.protocol is not None else {}
    return tuple((load_gates() | offered).values())
