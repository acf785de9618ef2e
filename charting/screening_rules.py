"""The table of what is asked before a dose: rows with their source, the shipped ones or a clinic's own.

Every threshold is in ``rules/screening.toml`` (clinical.md 1.4). A clinic's file replaces the shipped one as a whole,
under a version of its own, so that no row of ours comes back by itself in an update. ``screening.py`` asks with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from charting.eligibility import EligibilityRule
from charting.facts import FACTS
from charting.intake import IntakeRule, WeightRule
from charting.protocol import Protocol, Route
from charting.rule_file import Fault, Id, Positive, Text, loaded, nearest, refuse, replaced, shaped, twice

Role = Literal["prescriber", "nurse"]
NO_FASTING = "none"  # chosen as rule set: this clinic asks for no fasting, by decision
GATE, CONSENT, FASTING = "gate", "consent", "fasting"  # ids of what is asked besides questions and waits


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row that applies where each list that is not empty names the protocol's."""

    id: Id
    override_by: tuple[Role, ...]
    drugs: tuple[Literal["ketamine", "esketamine"], ...] = ()
    routes: tuple[Route, ...] = ()
    protocols: tuple[Id, ...] = ()
    source: Text

    def applies(self, protocol: Protocol) -> bool:
        """True where the row is asked for this protocol."""
        lists = ((self.drugs, protocol.drug), (self.routes, protocol.route), (self.protocols, protocol.id))
        return all(not words or own in words for words, own in lists)


class Question(_Row, frozen=True, kw_only=True):
    """A question; the answer ``bad`` stands in the way. ``of_the_day``: it is asked anew at each visit."""

    text: Text
    bad: Literal["yes", "no"]
    level: Literal["absolute", "relative"]
    may_not_apply: bool = False
    of_the_day: bool = False


class Wait(_Row, frozen=True, kw_only=True):
    """``hours`` since the last ``of`` (a name of what was taken), always or where ``rule_set`` was chosen."""

    of: Id
    words: Text
    hours: Positive
    rule_set: Id | None = None


class GateRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How old, in minutes, a vital sign may be that is held against the gate's lines, and who may override one."""

    longest_age_min: Positive
    override_by: tuple[Role, ...]
    source: Text


class ConsentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version of the clinic's form in use, and for how many days a signature counts."""

    version: Text
    valid_days: Positive
    source: Text


class Screening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole table as in force; ``version`` and ``rule_file.digest`` identify it in a chart."""

    id: Id
    version: Text
    source: Text
    gate: GateRule
    consent: ConsentRule
    eligibility: EligibilityRule
    questions: tuple[Question, ...] = msgspec.field(name="question")
    waits: tuple[Wait, ...] = msgspec.field(name="wait")
    intake: tuple[IntakeRule, ...] = ()
    weight: WeightRule | None = None  # without it no weight is old

    def rule_sets(self, protocol: Protocol) -> tuple[str, ...]:
        """Names of the fasting rules to choose from for this protocol."""
        return tuple(dict.fromkeys(row.rule_set for row in self.waits if row.rule_set and row.applies(protocol)))


def load_screening(clinic: Path | None = None) -> Screening:
    """The clinic's table where it has one, else the shipped one; checked. Raises ``FileError`` in one sentence."""
    file = resources.files("charting") / "rules" / "screening.toml"
    shipped = loaded(file, screening_from)
    return shipped if clinic is None else loaded(clinic, partial(_own, shipped))


def _own(shipped: Screening, data: Mapping[str, object], where: str) -> Screening:
    own = screening_from(data, where)
    refuse(where, replaced("screening", own, shipped))
    return own


def screening_from(data: Mapping[str, object], where: str) -> Screening:
    """A table from parsed TOML, checked; ``where`` names it in the sentence of a ``FileError``."""
    rules = shaped(data, Screening, where)
    refuse(where, _faults(rules))
    return rules


def _faults(rules: Screening) -> Iterator[Fault]:
    if not rules.questions:
        yield Fault("question", "nothing is asked, so everybody would pass; add questions")
    if double := twice([GATE, CONSENT, FASTING, *(row.id for row in (*rules.questions, *rules.waits))]):
        yield Fault("id", f"'{double}' stands there twice or is taken; give the row another id")
    for number, row in enumerate(rules.questions, 1):
        if row.level == "absolute" and set(row.override_by) - {"prescriber"}:
            yield Fault(f"question #{number}.override_by", "only a prescriber can override an absolute row; correct it")
    for number, rule in enumerate(rules.intake, 1):
        if rule.fact not in FACTS:
            yield Fault(f"intake #{number}.fact", f"no fact is called '{rule.fact}'; {nearest(rule.fact, FACTS)}")
    if any(row.rule_set == NO_FASTING for row in rules.waits):
        yield Fault("wait.rule_set", f"'{NO_FASTING}' means that no fasting is asked; give the rule set another name")
