"""The screening as it is asked: which rows a protocol has, which keys answer them, what is answered so far. Pure."""

from __future__ import annotations

from typing import NamedTuple, cast

import msgspec

from charting.protocol import Protocol
from charting.screening import Answer, Override
from charting.screening_rules import NO_FASTING, Screening
from station.wire.record_acts import Screen

GATE, FASTING, WAIT, QUESTION = "gate", "fasting", "wait", "question"
NOT_ASKED = "not asked"


class Option(NamedTuple):
    """A key that answers a row with ``value``."""

    key: str
    value: str
    words: str


class AskedRow(NamedTuple):
    """A row to be answered: a kind and the id of what it asks."""

    kind: str
    id: str
    text: str
    options: tuple[Option, ...]


_YES, _NO, _UNKNOWN = Option("y", "yes", "yes"), Option("n", "no", "no"), Option("u", "unknown", "not known")
_APART = Option("a", "not applicable", "does not apply")
_HOURS = (
    Option("n", "none", "none today"),
    Option("h", "0.5", "half an hour"),
    *(Option(f"{hours}", f"{hours}", f"{hours}") for hours in range(10)),
)


def asked_rows(protocol: Protocol, rules: Screening, draft: Screen) -> tuple[AskedRow, ...]:
    """Every row of this protocol; the waits follow the fasting rule that is chosen."""
    gates = tuple(Option(f"{n}", one.id, one.name) for n, one in enumerate(protocol.gates, 1))
    sets = (*rules.rule_sets(protocol), NO_FASTING)
    fasting = tuple(Option(f"{n}", one, one) for n, one in enumerate(sets, 1))
    taken = {
        row.of: row.words
        for row in rules.waits
        if row.applies(protocol) and row.rule_set in (None, draft.fasting or None)
    }
    return (
        AskedRow(GATE, GATE, "Which lines of blood pressure hold here?", gates),
        AskedRow(FASTING, FASTING, "Which fasting rule holds here?", fasting),
        *(AskedRow(WAIT, of, f"Full hours since {words}?", _HOURS) for of, words in taken.items()),
        *(
            AskedRow(QUESTION, row.id, row.text, (_YES, _NO, _UNKNOWN, *((_APART,) if row.may_not_apply else ())))
            for row in rules.questions
            if row.applies(protocol)
        ),
    )


def answered(draft: Screen, row: AskedRow, value: str) -> Screen:
    """``draft`` with ``row`` answered."""
    change = msgspec.structs.replace
    if row.kind == GATE:
        return change(draft, gate=value)
    if row.kind == FASTING:
        return change(draft, fasting=value)
    if row.kind == WAIT:
        return change(draft, last_h=draft.last_h | {row.id: None if value == "none" else float(value)})
    return change(draft, answers=draft.answers | {row.id: cast(Answer, value)})


def answer_text(draft: Screen, row: AskedRow) -> str:
    """What is answered, or that it was not asked."""
    if row.kind == GATE:
        return draft.gate or NOT_ASKED
    if row.kind == FASTING:
        return draft.fasting or NOT_ASKED
    if row.kind == WAIT:
        if row.id not in draft.last_h:
            return NOT_ASKED
        hours = draft.last_h[row.id]
        return "none today" if hours is None else f"{hours:g} h"
    return draft.answers.get(row.id, NOT_ASKED)


def overridden(draft: Screen, override: Override) -> Screen:
    """``draft`` with one more override; of a row only the last one counts."""
    kept = tuple(one for one in draft.overrides if one.of != override.of)
    return msgspec.structs.replace(draft, overrides=(*kept, override))
