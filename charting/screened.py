"""The screening as a session's chart holds it: what is written, and what is read back."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from charting.gates import Line
from charting.protocol import Protocol
from charting.rule_file import digest
from charting.screening import Facts, Reading, Screened, screen
from charting.screening_rules import Screening
from charting.session import State


def screened_payload(rules: Screening, protocol: Protocol, facts: Facts, result: Screened) -> dict[str, Any]:
    """What the entry says: which rules, what was known, what stood in the way; the gate's lines for the hold too."""
    gate = protocol.gate(facts.gate or "")
    made: dict[str, Any] = msgspec.to_builtins(
        {
            "protocol": {"id": protocol.id, "version": protocol.version, "digest": digest(protocol)},
            "rules": {"id": rules.id, "version": rules.version, "digest": digest(rules)},
            "facts": facts,
            "hold": gate.hold if gate is not None else (),
            "result": result,
        }
    )
    return made


def result_of(state: State) -> Screened | None:
    """What the session's last screening said; None where there was none."""
    entry = state.screened
    return None if entry is None else msgspec.convert(entry.payload["result"], Screened)


def hold_lines(state: State) -> tuple[Line, ...]:
    """The lines at which the chosen gate holds, as they were in force; empty where none was chosen."""
    entry = state.screened
    return () if entry is None else msgspec.convert(entry.payload["hold"], tuple[Line, ...])


def screened_anew(
    state: State, rules: Screening, protocol: Protocol, readings: dict[str, Reading], at_ms: int, today: date
) -> Screened | None:
    """The session's last screening held against what is measured now; None where there was none. An override counts on
    as long as what it was given for says the same.
    """
    entry = state.screened
    if entry is None:
        return None
    facts = msgspec.convert(entry.payload["facts"], Facts)
    known = {row.id for row in rules.questions}
    answers = {row: answer for row, answer in facts.answers.items() if row in known}  # of the table in force now
    facts = msgspec.structs.replace(facts, answers=answers, readings=readings)
    return screen(rules, protocol, facts, at_ms, today)
