"""The gate before a dose: what stands in the way, from questions, waits, vital-sign lines and consent.

Rows are data with their source (``screening_rules``; clinical.md 1.4). What nobody answered, or answered with
"unknown", is missing: it never counts as a no and nobody can override it. The station decides nothing: it lists what
stands in the way, and who overrode what, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from charting.gates import MEASURES, broken
from charting.protocol import Protocol
from charting.screening_rules import CONSENT, FASTING, GATE, NO_FASTING, ConsentRule, Role, Screening
from drivers.core.catalogue import plausible
from drivers.core.text import clean

Answer = Literal["yes", "no", "unknown", "not applicable"]
Level = Literal["absolute", "relative", "missing"]
NONE = "none"  # said of a wait: there was none of it today
_LEVELS: tuple[Level, ...] = ("absolute", "relative", "missing")


class Reading(msgspec.Struct, frozen=True):
    """A vital sign in its measure's unit, and when it was taken, UTC ms."""

    value: float
    at_ms: int


class Consent(msgspec.Struct, frozen=True):
    """A signed consent: version of the form and the day."""

    version: str
    signed_on: date


class Override(msgspec.Struct, frozen=True):
    """Somebody takes responsibility for going on although the row ``of`` stands in the way. ``asked`` is the sentence
    they saw: an override of 145 mmHg is none of 190."""

    of: str
    asked: str
    reason: str
    name: str
    role: Role


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a patient now. ``answers`` by question; ``last_ms`` by what was taken: UTC ms, or ``NONE``;
    ``readings`` by measure; ``gate`` and ``fasting`` are the profile and the rule set that the clinic chose."""

    answers: Mapping[str, Answer] = {}
    last_ms: Mapping[str, int | Literal["none"]] = {}
    readings: Mapping[str, Reading] = {}
    consent: Consent | None = None
    gate: str | None = None
    fasting: str | None = None
    overrides: tuple[Override, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """Something in the way. ``wait_ms`` is when it passes by itself, UTC ms, where waiting helps."""

    id: str
    level: Level
    sentence: str
    source: str
    override_by: tuple[Role, ...] = ()
    wait_ms: int | None = None


class Screened(msgspec.Struct, frozen=True):
    """The result, the gravest first. ``refused`` says of overrides why they do not count; ``notes`` block nothing."""

    stands: tuple[Standing, ...]
    overridden: tuple[tuple[Standing, Override], ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True where nothing stands in the way that was not overridden."""
        return not self.stands


def screen(rules: Screening, protocol: Protocol, facts: Facts, at_ms: int, today: date) -> Screened:
    """What stands in the way of ``protocol`` at ``at_ms`` (UTC ms; ``today`` is the clinic's date then).

    Raises ``ValueError`` for an answer or an override to a row that the table does not have, so that none is lost.
    """
    known = {GATE, CONSENT, FASTING, *(row.id for row in (*rules.questions, *rules.waits))}
    lost = (set(facts.answers) - {row.id for row in rules.questions}) | ({o.of for o in facts.overrides} - known)
    if lost:
        raise ValueError(f"screening has no row '{clean(min(lost), 40)}'; ask with the table that is in force")
    found: list[Standing] = [
        *_asked(rules, protocol, facts),
        *_waited(rules, protocol, facts, at_ms),
        *_measured(rules, protocol, facts, at_ms),
        *_agreed(rules.consent, facts.consent, today),
    ]
    stands, overridden, refused = [], [], []
    for one in sorted(found, key=lambda s: _LEVELS.index(s.level)):
        tried = [o for o in facts.overrides if o.of == one.id]
        counts = next((o for o in tried if not _why_not(one, o)), None)
        if counts is None:
            stands.append(one)
            refused += [_why_not(one, o) for o in tried]
        else:
            overridden.append((one, counts))
    return Screened(tuple(stands), tuple(overridden), tuple(refused), tuple(_notes(rules, protocol, facts)))


def _asked(rules: Screening, protocol: Protocol, facts: Facts) -> Iterator[Standing]:
    for row in rules.questions:
        if not row.applies(protocol):
            continue
        answer = facts.answers.get(row.id)
        if answer == row.bad:
            yield Standing(row.id, row.level, f"{row.text} {answer}", row.source, row.override_by)
        elif answer not in ("yes", "no") and not (answer == "not applicable" and row.may_not_apply):
            how = {None: "not answered", "not applicable": "this applies to everybody"}.get(answer, "not known")
            yield Standing(row.id, "missing", f"{row.text} {how}; ask and chart it", row.source)


def _waited(rules: Screening, protocol: Protocol, facts: Facts, at_ms: int) -> Iterator[Standing]:
    sets = (*rules.rule_sets(protocol), NO_FASTING)
    if facts.fasting not in sets:
        words = f"no fasting rule is chosen; choose one of {', '.join(sets)}"
        yield Standing(FASTING, "missing", words, rules.source)
    for row in rules.waits:
        if not row.applies(protocol) or row.rule_set not in (None, facts.fasting):
            continue
        last = facts.last_ms.get(row.of)
        if last == NONE:
            continue
        if not isinstance(last, int) or last > at_ms:
            how = "is charted for a time to come" if isinstance(last, int) else "is not charted"
            yield Standing(row.id, "missing", f"when the patient last had {row.words} {how}; ask", row.source)
            continue
        free_ms = last + round(row.hours * 3_600_000)
        if free_ms > at_ms:
            sentence = f"the patient had {row.words} less than {row.hours:g} h ago"
            yield Standing(row.id, "relative", sentence, row.source, row.override_by, free_ms)


def _measured(rules: Screening, protocol: Protocol, facts: Facts, at_ms: int) -> Iterator[Standing]:
    gate = protocol.gate(facts.gate or "")
    if gate is None:
        offered = ", ".join(one.id for one in protocol.gates)
        yield Standing(
            GATE, "missing", f"no gate is chosen for this protocol; choose one of {offered}", protocol.source
        )
        return
    fresh: dict[str, float] = {}
    for measure in dict.fromkeys(["sys", "dia", *(line.measure for line in gate.no_start)]):
        reading, name = facts.readings.get(measure), MEASURES[measure].words
        age_ms = 0 if reading is None else at_ms - reading.at_ms
        if reading is None or not plausible(MEASURES[measure].metric, reading.value):
            yield Standing(GATE, "missing", f"{name} is not measured; measure it", gate.source)
        elif not 0 <= age_ms <= rules.gate.longest_age_min * 60_000:
            limit = f"at most {rules.gate.longest_age_min:g} min count"
            age = "from a time to come" if age_ms < 0 else f"{age_ms // 60_000} min old, {limit}"
            yield Standing(GATE, "missing", f"{name} is {age}; measure it again", rules.gate.source)
        else:
            fresh[measure] = reading.value
    for line in broken(gate.no_start, fresh):
        sentence = f"{line.says(fresh[line.measure])}, a line of {gate.id}"
        yield Standing(GATE, "relative", sentence, gate.source, rules.gate.override_by)


def _agreed(rule: ConsentRule, consent: Consent | None, today: date) -> Iterator[Standing]:
    if consent is None or not clean(consent.version):
        yield Standing(
            CONSENT, "missing", "no signed consent is charted; take it and chart version and date", rule.source
        )
        return
    version, days = clean(consent.version, 40), (today - consent.signed_on).days
    if version != rule.version:
        words = f"consent is of version {version}, in use is {rule.version}; take it anew"
        yield Standing(CONSENT, "missing", words, rule.source)
    elif days < 0:
        words = f"consent is dated {consent.signed_on}, a day to come; correct the date"
        yield Standing(CONSENT, "missing", words, rule.source)
    elif days > rule.valid_days:
        words = f"consent is {days} days old, {rule.valid_days:g} count; take it anew"
        yield Standing(CONSENT, "missing", words, rule.source)


def _why_not(one: Standing, override: Override) -> str:
    """Why an override does not count; "" where it does."""
    if one.level == "missing":
        return f"{one.id}: what is missing cannot be overridden; chart it"
    if override.asked != one.sentence:
        return f"{one.id}: it says something else than when it was overridden; look and decide anew"
    if not clean(override.reason) or not clean(override.name):
        return f"{one.id}: an override needs a reason and a name; give both"
    if override.role not in one.override_by:
        who = f"only by {' or '.join(f'a {role}' for role in one.override_by)}" if one.override_by else "by nobody"
        return f"{one.id}: this can be overridden {who}, not by a {clean(override.role, 40)}"
    return ""


def _notes(rules: Screening, protocol: Protocol, facts: Facts) -> Iterator[str]:
    gate = protocol.gate(facts.gate or "")
    if gate is not None and not gate.no_start:
        yield f"{gate.id} has no line for the start: the pressure was held against nothing"
    if facts.fasting == NO_FASTING:
        yield "no fasting is asked, by the clinic's choice"
    for row in rules.questions:
        if not row.applies(protocol) and facts.answers.get(row.id) == row.bad:
            yield f"not asked for this protocol, yet charted: {row.text} {row.bad}"
