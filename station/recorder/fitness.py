"""The screening before a dose: its act, and what of it stands when the infusion is to start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from charting import doubts
from charting.doubts import Asked
from charting.doubts_session import RESUME, START, Fit, Resuming
from charting.gates import MEASURES, broken
from charting.model import Kind
from charting.protocol import Protocol
from charting.resuming import gate_of, not_to_resume
from charting.screened import screened_anew, screened_payload
from charting.screening import Facts, Reading, screen
from charting.session import Phase, State
from drivers.core.text import clean
from station.clock import clinic_day
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.recorder.rules import protocol_of
from station.wire.record_acts import Screen

MOST_HOURS = 72.0
# a value of each second is left out of the question, which must stay the same while it is read
_LIVE = re.compile(r" [\d.]+ (?:%|/min) is\b")
_INSTEAD = {"HR": "PULSE_RATE"}  # where no HR is sent, the pulse rate stands for it


def screened(now: Present, act: Screen) -> Drafted:
    """The screening as answered, with the vital signs of now and the consent in the patient's record."""
    state = open_state(now, Phase.BASELINE, why="the infusion has begun; what was screened before stands")
    rules, protocol = now.beside.clinic.screening, protocol_of(state)
    record = now.past.record(state.patient, state.identifier)
    for one in act.overrides:
        if not clean(one.reason) or not clean(one.name):
            raise Refusal("an override needs a reason and the name of who decided it", "reason")
    facts = Facts(
        answers=dict(act.answers),
        last_ms={what: _last(now, hours) for what, hours in act.last_h.items()},
        readings=readings(now),
        consent=record.consent if record is not None else None,
        gate=_offered(protocol, act.gate),
        fasting=clean(act.fasting) or None,
        overrides=act.overrides,
    )
    try:
        result = screen(rules, protocol, facts, now.at_ms, clinic_day(now.at_ms))
    except ValueError as error:
        raise Refusal(str(error)) from None
    return [Made(Kind.SCREENED, screened_payload(rules, protocol, facts, result))]


def _offered(protocol: Protocol, gate: str) -> str | None:
    if gate and protocol.gate(gate) is None:
        offered = ", ".join(one.id for one in protocol.gates)
        raise Refusal(f"{protocol.name} offers no gate {clean(gate, 40)!r}; choose one of {offered}", "gate")
    return gate or None


def _last(now: Present, hours: float | None) -> int | Literal["none"]:
    if hours is None:
        return "none"
    if not 0 <= hours <= MOST_HOURS:
        raise Refusal(f"hours since then are 0 to {MOST_HOURS:g}, or none today")
    return now.at_ms - round(hours * 3_600_000)


def readings(now: Present) -> dict[str, Reading]:
    """What is measured now and what was typed, by measure; a reading of unknown age is none."""
    found: dict[str, Reading] = {}
    for measure, (_, metric, _unit) in MEASURES.items():
        for name in (metric, _INSTEAD.get(metric, metric)):
            seen = now.shown.get(name)
            if seen is not None and seen.value is not None and seen.validity == "valid" and measure not in found:
                found[measure] = Reading(seen.value, now.at_ms - round((seen.age_s or 0.0) * 1000))
        typed = _typed(now, (metric, _INSTEAD.get(metric, metric)))
        if typed is not None and (measure not in found or typed.at_ms > found[measure].at_ms):
            found[measure] = typed
    return found


def _typed(now: Present, metrics: tuple[str, ...]) -> Reading | None:
    """The last value of one of ``metrics`` that a person typed in this session and nobody took back."""
    gone = {entry.supersedes for entry in now.entries}
    for entry in sorted(now.entries, key=lambda one: one.happened_at_ms, reverse=True):
        if entry.kind is Kind.VITALS and entry.seq not in gone:
            for metric in metrics:
                if metric in entry.payload["values"]:
                    return Reading(entry.payload["values"][metric], entry.happened_at_ms)
    return None


def unfit(now: Present, state: State) -> list[Asked]:
    """What is asked before the start: the screening that is missing, or what of it stands in the way by now."""
    result = screened_anew(
        state, now.beside.clinic.screening, protocol_of(state), readings(now), now.at_ms, clinic_day(now.at_ms)
    )
    said = _beyond_start(now, state) if result is None else (one.sentence for one in result.stands)
    stands = tuple(_LIVE.sub(" is", sentence) for sentence in said)
    return doubts.raised(START, Fit(result is not None, stands))


def _beyond_start(now: Present, state: State) -> Iterator[str]:
    """Nobody screened: lines of the protocol's first gate that what is measured now breaks."""
    gate, oldest_ms = gate_of(state), now.at_ms - now.beside.clinic.screening.gate.longest_age_min * 60_000
    fresh = {name: one.value for name, one in readings(now).items() if one.at_ms >= oldest_ms}
    if gate is not None:
        for line in broken(gate.no_start, fresh):
            yield f"{line.says(fresh[line.measure])}, a line of {gate.id}"


def not_resumable(now: Present, state: State) -> list[Asked]:
    """What is asked before a held infusion runs again: the lines at which its gate does not resume."""
    others = {name: (one.value, one.at_ms) for name, one in readings(now).items()}
    return doubts.raised(RESUME, Resuming(not_to_resume(state, now.pressure, others)))
