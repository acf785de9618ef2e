"""The lines of a session's gate while the dose runs and is held: where it holds, and where it resumes. Pure; nothing
here holds or resumes: a person is shown the line, and asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from charting.gates import MEASURES, Gate, Line, broken, unmeasured
from charting.leaving import Pressure
from charting.session import Phase, State

PRESSURES = ("sys", "dia")
_UNBROKEN = {">": "up to", ">=": "below", "<": "from", "<=": "above"}
_SHORT = {"sys": "systolic", "dia": "diastolic", "hr": "HR", "spo2": "SpO2", "resp": "RR"}


def gate_of(state: State) -> Gate | None:
    """The gate that was chosen when the patient was screened. Where none was, the first that the protocol offers, which
    asks rather more than less; None in a session without a protocol.
    """
    if state.protocol is None:
        return None
    facts = state.screened.payload["facts"] if state.screened is not None else {}
    return state.protocol.gate(facts.get("gate") or "") or next(iter(state.protocol.gates), None)


def resumes_text(gate: Gate | None) -> str:
    """``resumes below 160/100, SpO2 from 92``; "" where the gate says nothing about it."""
    if gate is None or not gate.no_resume:
        return ""
    tops = {line.measure: line for line in gate.no_resume if line.high and line.measure in PRESSURES}
    both = len(tops) == 2 and len({line.op for line in tops.values()}) == 1
    words = [f"{_UNBROKEN[tops['sys'].op]} {tops['sys'].limit:g}/{tops['dia'].limit:g}"] if both else []
    rest = (line for line in gate.no_resume if not (both and line in tops.values()))
    return f"resumes {', '.join([*words, *map(_unbroken, rest)])}"


def _unbroken(line: Line) -> str:
    return f"{_SHORT[line.measure]} {_UNBROKEN[line.op]} {line.limit:g}"


def not_to_resume(state: State, pressure: Pressure | None, others: Mapping[str, tuple[float, int]]) -> str:
    """Why the gate would not resume, as a sentence; "" where nothing stands in the way.

    ``pressure`` is the last timed one, ``others`` the other measures by name, with the time (UTC ms) of each: what is
    older than the hold says nothing. Of what goes on changing each second the sentence has no value, so that it is the
    same question as long as the same line is broken.
    """
    gate, since_ms = gate_of(state), state.held_since_ms
    if gate is None or not gate.no_resume or since_ms is None:
        return ""
    values = {name: value for name, (value, at_ms) in others.items() if at_ms >= since_ms}
    known = pressure is not None and pressure.at_ms >= since_ms
    values |= _of(pressure) if known and pressure is not None else {}
    over = broken(gate.no_resume, values)
    lacking = unmeasured(gate.no_resume, values)
    said = [f"{MEASURES[line.measure].words} not {_UNBROKEN[line.op]} {line.limit:g}" for line in _others(over)]
    said += [f"{MEASURES[name].words} is not measured since the hold" for name in lacking if name not in PRESSURES]
    if any(name in PRESSURES for name in lacking):
        said.insert(0, "no pressure since the hold")
    elif pressure is not None and len(_others(over)) < len(over):
        said.insert(0, f"last pressure {pressure_text(pressure)}")
    return f"{'; '.join(said)}, {gate.id} {resumes_text(gate)}" if said else ""


def beyond_hold(state: State, pressure: Pressure | None) -> Pressure | None:
    """The last pressure of a running infusion where it breaks a line at which the gate holds; else None."""
    gate, started_ms = gate_of(state), state.started_ms
    if gate is None or state.phase is not Phase.INFUSING or state.running is None or started_ms is None:
        return None
    if pressure is None or pressure.at_ms < started_ms:
        return None
    return pressure if broken(gate.hold, _of(pressure)) else None


def pressure_text(pressure: Pressure) -> str:
    """``168/102``; dashes for what was not measured."""
    return "/".join("--" if value is None else f"{value:g}" for value in (pressure.sys, pressure.dia))


def _of(pressure: Pressure) -> dict[str, float]:
    return {n: v for n, v in zip(PRESSURES, (pressure.sys, pressure.dia), strict=True) if v is not None}


def _others(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.measure not in PRESSURES]
