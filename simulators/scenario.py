"""A written hour at the chair: the types of the scenario TOML (contracts.md 4) and the words it may use.

The file is read elsewhere with ``msgspec.convert``: unknown keys are errors there, unknown words are found by
``check`` here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

WEIGHT_KG = (20.0, 300.0)  # what a chart takes
FOLDER = Path(__file__).parent / "scenarios"
LONGEST_S = 86_400.0
SHORTEST_CUFF_S = 120.0
_MOST_HOW_MUCH = 250.0


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who sits in the chair. ``response``: a word of ``RESPONSES``; ``seed`` fixes what is left to chance."""

    age: int = 40
    weight_kg: float = 70.0
    hypertensive: bool = False
    response: str = "typical"
    seed: int = 0


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something happens to the patient: ``what`` and the meaning of ``how_much`` as ``EVENTS`` has it."""

    at_s: float
    what: str
    how_much: float | None = None
    for_s: float


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something happens to the equipment: ``what`` of ``FAULTS``. ``device`` "any" or a device's name."""

    at_s: float
    device: str = "any"
    what: str
    for_s: float


class Nurse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something the nurse charts: ``command`` and the arguments ``COMMANDS`` gives it."""

    at_s: float
    command: str
    mg_per_kg: float | None = None
    minutes: float | None = None
    mg_per_ml: float | None = None
    rate_ml_per_h: float | None = None
    reason: str | None = None
    text: str | None = None
    values: dict[str, float] | None = None
    event: str | None = None
    rating: int | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file. ``baseline_cuff_every_s`` holds until the infusion starts, ``cuff_every_s`` after."""

    name: str = ""
    title: str = ""
    duration_s: float = 3600.0
    cuff_every_s: float = 300.0
    baseline_cuff_every_s: float = 120.0
    patient: Person = Person()
    event: tuple[Event, ...] = ()
    fault: tuple[Fault, ...] = ()
    nurse: tuple[Nurse, ...] = ()


# SBP rise in mmHg at the end of 0.5 mg/kg over 40 min; None: drawn from the seed (reference_data.md 2)
RESPONSES: dict[str, float | None] = {"flat": 0.0, "typical": 12.0, "strong": 50.0, "drawn": None}


@dataclass(frozen=True)
class Effect:
    """What an event does to one vital sign at its height: adds ``by`` x how_much, or brings it ``to``.

    ``to`` None with ``by`` 0 means to how_much itself. ``lag_s`` is how long after the event this begins.
    """

    vital: str
    by: float = 0.0
    to: float | None = None
    lag_s: float = 0.0


@dataclass(frozen=True)
class EventWord:
    """``how_much`` says what the number means and its unit, ``default`` stands where none is given."""

    how_much: str
    default: float
    ramp_s: float
    effects: tuple[Effect, ...]


# ramps and depths after the event list of alarms.md c4
EVENTS = {
    "desaturation": EventWord("lowest SpO2, %", 84, 40, (Effect("spo2"),)),
    "hypertension": EventWord("SBP added, mmHg", 45, 300, (Effect("sys", by=1), Effect("dia", by=0.6))),
    "hypotension": EventWord("SBP taken off, mmHg", 40, 60, (Effect("sys", by=-1), Effect("dia", by=-0.6))),
    "bradycardia": EventWord("lowest HR, /min", 42, 30, (Effect("hr"),)),
    "tachycardia": EventWord("highest HR, /min", 138, 40, (Effect("hr"),)),
    "apnoea": EventWord("lowest SpO2, %", 86, 4, (Effect("resp_rate", to=0), Effect("spo2", lag_s=45))),
    "vagal": EventWord("lowest HR, /min", 40, 45, (Effect("hr"), Effect("sys", to=74), Effect("dia", to=42))),
    "motion": EventWord("lowest SpO2 shown by artefact, %", 84, 0, ()),
}

FAULTS = {
    "pulled": "the cable is out: the line closes, and comes back",
    "silent": "the line stays open and nothing comes",
    "noise": "random bytes between frames",
    "damaged": "bytes flipped within frames",
    "probe_off": "the SpO2 probe is off the finger",
    "lead_off": "an ECG lead is off",
    "cuff_failing": "each cuff inflates, fails, tries once more and shows no reading",
}

# command: (arguments it needs, arguments it may have)
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "start": (("mg_per_kg", "minutes", "mg_per_ml"), ()),
    "hold": (("reason",), ()),
    "resume": ((), ("rate_ml_per_h",)),
    "rate": (("rate_ml_per_h", "reason"), ()),
    "stop": (("reason",), ()),
    "ack": ((), ()),
    "note": (("text",), ()),
    "vitals": (("values",), ()),
    "event": (("event",), ("rating",)),
    "away": (("reason", "minutes"), ()),
    "back": ((), ()),
}
# command: the states of the pump it makes sense in
_PUMP = {"start": "ready", "hold": "running", "resume": "held", "rate": "running", "stop": "running held"}
_THEN = {"start": "running", "hold": "held", "resume": "running", "rate": "running", "stop": "stopped"}


def names() -> list[str]:
    """Names of the scenarios shipped here, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def path(name: str) -> Path:
    """The file of scenario ``name``; unknown: LookupError, one sentence."""
    if name not in names():
        raise LookupError(f"No scenario is called {name!r}{_near(name, names())}.")
    return FOLDER / f"{name}.toml"


def infusion_timeline(scenario: Scenario) -> list[tuple[float, float]]:
    """Rates in mg/min, each from its ``t_s`` on, as the nurse's commands set them."""
    steps: list[tuple[float, float]] = []
    rate = mg_per_ml = 0.0
    for act in scenario.nurse:
        if act.command == "start" and act.mg_per_kg and act.minutes:
            mg_per_ml = act.mg_per_ml or 0.0
            rate = act.mg_per_kg * scenario.patient.weight_kg / act.minutes
            steps.append((act.at_s, rate))
        elif act.command in ("hold", "stop"):
            steps.append((act.at_s, 0.0))
        elif act.command in ("resume", "rate"):
            if act.rate_ml_per_h is not None:
                rate = act.rate_ml_per_h * mg_per_ml / 60.0
            steps.append((act.at_s, rate))
    return steps


def check(scenario: Scenario, devices: Iterable[str] = ()) -> list[str]:
    """Problems beyond unknown keys, one sentence each; [] if the scenario can be played.

    ``devices`` are the device names a fault may name; without them any is taken.
    """
    known_devices = [*devices]
    problems = _unknown("patient.response", scenario.patient.response, RESPONSES)
    problems += [
        f"{name} must be at least {SHORTEST_CUFF_S:g}, not {every_s:g}: a cuff that fails twice takes that long."
        for name, every_s in (
            ("cuff_every_s", scenario.cuff_every_s),
            ("baseline_cuff_every_s", scenario.baseline_cuff_every_s),
        )
        if not every_s >= SHORTEST_CUFF_S
    ]
    positive = {
        "duration_s": scenario.duration_s,
        "patient.age": scenario.patient.age,
    }
    for event in scenario.event:
        where = f"event at {event.at_s:g} s"
        problems += _unknown(where, event.what, EVENTS)
        if event.how_much is not None and not 0 <= event.how_much <= _MOST_HOW_MUCH:
            problems.append(f"{where}: how_much must be from 0 to {_MOST_HOW_MUCH:g}, not {event.how_much:g}.")
        positive[f"{where}: for_s"] = event.for_s
    for fault in scenario.fault:
        where = f"fault at {fault.at_s:g} s"
        problems += _unknown(where, fault.what, FAULTS)
        if known_devices:
            problems += _unknown(f"{where}: device", fault.device, ["any", *known_devices])
        positive[f"{where}: for_s"] = fault.for_s
    if not WEIGHT_KG[0] <= scenario.patient.weight_kg <= WEIGHT_KG[1]:
        problems.append(f"patient.weight_kg must lie in 20 to 300, not {scenario.patient.weight_kg:g}.")
    problems += [line for name, value in positive.items() for line in _out_of_range(name, value)]
    entries: tuple[Event | Fault | Nurse, ...] = (*scenario.event, *scenario.fault, *scenario.nurse)
    problems += [
        f"{entry.at_s:g} s lies outside the scenario's 0 to {scenario.duration_s:g} s."
        for entry in entries
        if not 0 <= entry.at_s <= scenario.duration_s
    ]
    return problems + _check_nurse(scenario)


def _check_nurse(scenario: Scenario) -> list[str]:
    """Problems of the nurse's commands: words, arguments, order of times, state of the pump."""
    problems: list[str] = []
    pump, last_s = "ready", 0.0
    for act in scenario.nurse:
        where = f"nurse at {act.at_s:g} s"
        if act.at_s < last_s:
            problems.append(f"{where}: comes after a command at {last_s:g} s.")
        last_s = act.at_s
        if wrong := _unknown(where, act.command, COMMANDS):
            problems += wrong
            continue
        needs, may = COMMANDS[act.command]
        given = [name for name in _ARGUMENTS if getattr(act, name) is not None]
        problems += [f"{where}: {act.command} needs {name}." for name in needs if name not in given]
        problems += [f"{where}: {act.command} takes no {name}." for name in given if name not in (*needs, *may)]
        problems += [
            line
            for name in ("mg_per_kg", "minutes", "mg_per_ml", "rate_ml_per_h")
            if name in given
            for line in _out_of_range(f"{where}: {name}", getattr(act, name))
        ]
        if act.command in _PUMP:
            if pump not in _PUMP[act.command].split():
                problems.append(f"{where}: {act.command} while the pump is {pump}.")
            pump = _THEN[act.command]
    return problems


_ARGUMENTS = tuple(name for name in Nurse.__struct_fields__ if name not in ("at_s", "command"))


def _out_of_range(name: str, value: float) -> list[str]:
    """A sentence if ``value`` is not above 0 or beyond a day's seconds, which nothing here needs."""
    return [] if 0 < value <= LONGEST_S else [f"{name} must be above 0 and at most {LONGEST_S:g}, not {value:g}."]


def _unknown(where: str, word: str, known: Iterable[str]) -> list[str]:
    """A sentence if ``word`` is none of ``known``."""
    known = list(known)
    return [] if word in known else [f"{where}: {word!r} is not known{_near(word, known)}."]


def _near(word: str, known: list[str]) -> str:
    """The hint behind an unknown word."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f", did you mean {near[0]}" if near else f"; known: {', '.join(known)}"
