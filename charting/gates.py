"""Gates: named sets of vital-sign lines at which a clinic does not start, holds, or does not resume.

Sources contradict each other (clinical.md 0 and 1.5), so there is no line that is simply right: each published set is a
profile with its source, a protocol offers several, and a person picks one. A line stands as its source writes it: ``>``
is strict, ``>=`` is not.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from charting.rule_file import Fault, Id, Positive, Text, loaded, refuse, replaced, shaped, twice
from drivers.core.catalogue import plausible


class Measure(NamedTuple):
    """What a line is about: its name for people, the metric that carries it, the unit as shown. Where no HR is sent,
    the pulse rate stands for it, as with the alarms."""

    words: str
    metric: str
    unit: str


MEASURES = {
    "sys": Measure("systolic pressure", "NIBP_SYS", "mmHg"),
    "dia": Measure("diastolic pressure", "NIBP_DIA", "mmHg"),
    "hr": Measure("heart rate", "HR", "/min"),
    "spo2": Measure("SpO2", "SPO2", "%"),
    "resp": Measure("respiratory rate", "RESP_RATE", "/min"),
}
_OPERATORS = {
    ">": (operator.gt, "above"),
    ">=": (operator.ge, "at or above"),
    "<": (operator.lt, "below"),
    "<=": (operator.le, "at or below"),
}


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line; it is broken where ``measure op limit`` is true. ``limit`` in mmHg, /min or %."""

    measure: Literal["sys", "dia", "hr", "spo2", "resp"]
    op: Literal[">", ">=", "<", "<="]
    limit: Positive

    @property
    def high(self) -> bool:
        """True for a line that is broken from above."""
        return self.op.startswith(">")

    def says(self, value: float) -> str:
        """The broken line in words, with the ``value`` that breaks it."""
        name, _, unit = MEASURES[self.measure]
        return f"{name} {value:g} {unit} is {_OPERATORS[self.op][1]} {self.limit:g} {unit}"


class Gate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile. No dose is begun while a line of ``no_start`` is broken; a broken line of ``hold`` is what the source
    acts at; a hold ends only when no line of ``no_resume`` is broken. Empty: the source says nothing."""

    id: Id
    version: Text
    name: Text
    source: Text
    no_start: tuple[Line, ...] = ()
    hold: tuple[Line, ...] = ()
    no_resume: tuple[Line, ...] = ()


class _GateFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gates: tuple[Gate, ...] = msgspec.field(name="gate")


def broken(lines: tuple[Line, ...], values: Mapping[str, float]) -> tuple[Line, ...]:
    """The lines that ``values`` (by measure, in its unit) break. One without a value is in ``unmeasured``."""
    return tuple(
        one for one in lines if one.measure in values and _OPERATORS[one.op][0](values[one.measure], one.limit)
    )


def unmeasured(lines: tuple[Line, ...], values: Mapping[str, float]) -> tuple[str, ...]:
    """Measures that ``lines`` ask for and ``values`` do not have, each once."""
    return tuple(dict.fromkeys(one.measure for one in lines if one.measure not in values))


def load_gates(clinic: Path | None = None) -> dict[str, Gate]:
    """The shipped profiles by id, with those of the clinic's file added or put in their place.

    Raises ``FileError`` in one sentence.
    """
    shipped = resources.files("charting") / "rules" / "gates.toml"
    found = loaded(shipped, gates_from)
    return found if clinic is None else loaded(clinic, partial(_added, found))


def _added(found: Mapping[str, Gate], data: Mapping[str, object], where: str) -> dict[str, Gate]:
    own = gates_from(data, where)
    for number, gate in enumerate(own.values(), 1):
        refuse(where, replaced("gate", gate, found.get(gate.id), f"gate #{number}.version"))
    return {**found, **own}


def gates_from(data: Mapping[str, object], where: str) -> dict[str, Gate]:
    """Profiles by id from parsed TOML, checked; ``where`` names the file in the sentence of a ``FileError``."""
    gates = shaped(data, _GateFile, where).gates
    if double := twice(gate.id for gate in gates):
        refuse(where, [Fault("gate.id", f"'{double}' stands there twice; give each gate an id of its own")])
    for number, gate in enumerate(gates, 1):
        refuse(where, _faults(gate, f"gate #{number}"))
    return {gate.id: gate for gate in gates}


def _faults(gate: Gate, at: str) -> Iterator[Fault]:
    for key in ("no_start", "hold", "no_resume"):
        for number, line in enumerate(getattr(gate, key), 1):
            name, metric, unit = MEASURES[line.measure]
            if not plausible(metric, line.limit):
                sentence = f"no {name} of {line.limit:g} {unit} is ever measured; check the number"
                yield Fault(f"{at}.{key} #{number}.limit", sentence)
    for number, hold in enumerate(gate.hold, 1):
        for key in ("no_start", "no_resume"):
            same = [one for one in getattr(gate, key) if (one.measure, one.high) == (hold.measure, hold.high)]
            if key == "no_resume" and not same:
                sentence = (
                    f"a hold for {MEASURES[hold.measure].words} has no line in no_resume; add one, or it never ends"
                )
                yield Fault(f"{at}.hold #{number}", sentence)
            if same and not any(one.limit <= hold.limit if hold.high else one.limit >= hold.limit for one in same):
                does = "start" if key == "no_start" else "resume"
                sentence = (
                    f"one could {does} at a {MEASURES[hold.measure].words} at which hold stops; make it as strict"
                )
                yield Fault(f"{at}.{key}", sentence)
