"""Treatment protocols as data: what a clinic has decided about a way to give the drug, before any patient sits down.

A protocol prefills no rescue drug and orders nothing; its bands say where a person is asked, by whom a yes counts, and
when what is to be observed. Each table carries its source, because the sources contradict each other (clinical.md 0 and
1). The files are TOML: the shipped ones in ``protocols/``, a clinic's own in a folder of its own (``protocol_files``).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from charting.figures import said
from charting.gates import Gate
from charting.phase import Phase
from charting.rule_file import Id, NotNegative, Positive, Range, Text, digest

Basis = Literal["mg_per_kg", "mg"]
Route = Literal["iv", "im", "sc", "nasal", "oral", "sublingual"]
Kind = Literal["infusion", "bolus", "single", "devices"]
ROUTES: dict[Route, str] = {
    "iv": "IV",
    "im": "IM",
    "sc": "SC",
    "nasal": "nasal",
    "oral": "oral",
    "sublingual": "sublingual",
}
PRESSURE, OXIMETRY = "pressure", "oximetry"  # measured; every other observation is a rating by a quick event of that id
SEDATION = "sedation"


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a file: an unknown key in it is refused."""


class Dose(_Table, frozen=True, kw_only=True):
    """Bands of one way to state the dose, all in ``basis`` (mg/kg, or mg of the whole dose).

    Below ``floor`` nothing was studied: a note. Above the ``usual`` range a note, above ``reason_above`` a typed
    reason, above ``second_above`` also a second person, above ``override_above`` a prescriber's reasoned override.
    A limit itself is still on the lesser side. ``choices``, where given, are the only doses there are (devices).
    """

    basis: Basis
    floor: Positive
    usual: Range
    reason_above: Positive
    second_above: Positive
    override_above: Positive
    default: Positive | None = None
    choices: tuple[Positive, ...] = ()
    note: str = ""
    source: Text


class Minutes(_Table, frozen=True, kw_only=True):
    """How long the dose is given, minutes; below ``ask_below`` it is asked whether that is meant."""

    default: Positive
    usual: Range
    ask_below: Positive
    source: Text


class Strength(_Table, frozen=True, kw_only=True):
    """Usual strengths of what is given, mg/mL, and those of the vials, which are no bag's without a question."""

    usual_mg_per_ml: tuple[Positive, ...]
    vials_mg_per_ml: tuple[Positive, ...]
    source: Text


class Pump(_Table, frozen=True, kw_only=True):
    """Usual rates, mL/h; above ``ask_above_planned`` times the planned rate a new one is asked about."""

    usual_ml_per_h: Range
    ask_above_planned: Positive
    source: Text


class Devices(_Table, frozen=True, kw_only=True):
    """Single-use devices of ``device_mg`` each, ``rest_s`` seconds between two of them."""

    device_mg: Positive
    rest_s: Positive
    source: Text


class Planned(_Table, frozen=True, kw_only=True):
    """A phase, its ``name`` for people, and its planned ``minutes``: None where something else decides its length."""

    id: Phase
    name: Text
    minutes: Positive | None = None


class Observe(_Table, frozen=True, kw_only=True):
    """A row of the observation schedule: any of ``what``, in ``phases``.

    Owed each ``every_min`` after it was last charted, or once at ``at_min``, where one charted up to ``early_min``
    before counts. Minutes count from the start of the dose, in the baseline phase from the opening of the session. It
    is late ``late_min`` after it was due, and somebody else is told after ``escalate_min``.
    """

    id: Id
    what: tuple[Id, ...]
    text: Text
    phases: tuple[Phase, ...]
    every_min: Positive | None = None
    at_min: NotNegative | None = None
    early_min: NotNegative = 0.0
    late_min: NotNegative
    escalate_min: NotNegative | None = None
    source: Text


class HighPressure(_Table, frozen=True, kw_only=True):
    """What is asked when the pressure is high, in order. Symptoms always come first (clinical.md 0: Yip22 against the
    protocols that recheck and then treat); ``repeat`` after ``repeat_after_min`` is the clinic's choice."""

    ask: tuple[Literal["symptoms", "repeat"], ...]
    repeat_after_min: Positive
    source: Text


class Recovery(_Table, frozen=True, kw_only=True):
    """When somebody may leave; None asks for nothing. Minutes count from the end and from the start of the dose.

    ``aldrete_at_least``, ``padss_at_least`` 0 to 10; ``dissociation_at_most`` on the quick rating 0 to 4;
    ``sedation_at_least`` MOAA/S 0 to 5. Vital signs are charted no more than ``vitals_window_min`` before, the pressure
    within ``pressure_within_percent`` of the baseline.
    """

    aldrete_at_least: int | None = None
    padss_at_least: int | None = None
    dissociation_at_most: int | None = None
    sedation_at_least: int | None = None
    pressure_within_percent: Positive | None = None
    vitals_window_min: Positive
    stay_after_end_min: Positive | None = None
    stay_after_start_min: Positive | None = None
    source: Text


class CoMedication(_Table, frozen=True, kw_only=True):
    """A drug that is recorded when somebody gives it. There is no dose here and never will be (clinical.md 0); with it
    sedation is rated each ``sedation_every_min``, where the protocol has it less often."""

    id: Id
    name: Text
    note: Text
    source: Text
    sedation_every_min: Positive | None = None


class Protocol(_Table, frozen=True, kw_only=True):
    """A protocol as in force. ``gates`` are the profiles it offers: a person picks one, the first is only shown first.
    ``alarm_preset`` names the preset that watches a session of it, "" the chair's own.
    ``version`` and ``rule_file.digest`` identify it in a chart."""

    id: Id
    version: Text
    name: Text
    source: Text
    drug: Literal["ketamine", "esketamine"]
    route: Route
    kind: Kind
    alarm_preset: str = ""
    gates: tuple[Gate, ...]
    doses: tuple[Dose, ...] = msgspec.field(name="dose")
    minutes: Minutes | None = None
    strength: Strength | None = None
    pump: Pump | None = None
    devices: Devices | None = None
    phases: tuple[Planned, ...] = msgspec.field(name="phase")
    observations: tuple[Observe, ...] = msgspec.field(name="observe")
    high_pressure: HighPressure
    recovery: Recovery
    co_medications: tuple[CoMedication, ...] = msgspec.field(name="co_medication", default=())
    leave: tuple[Text, ...]

    @property
    def in_force(self) -> dict[str, Any]:
        """What a session's first entry holds of it: by this the chart knows later what was in force."""
        named = {"id": self.id, "version": self.version, "name": self.name, "digest": digest(self)}
        return named | {"rules": msgspec.to_builtins(self)}

    @property
    def facts(self) -> str:
        """Route, usual dose and duration in a few words, to choose by; no dose is proposed."""
        doses = " or ".join(_usual(dose) for dose in self.doses)
        return ", ".join(part for part in (ROUTES[self.route], doses, _length(self)) if part)

    @property
    def dose_notes(self) -> tuple[str, ...]:
        """What it says of its doses, each once."""
        return tuple(dict.fromkeys(dose.note for dose in self.doses if dose.note))

    def gate(self, id: str) -> Gate | None:
        """The offered profile of that id, None where the protocol does not offer it."""
        return next((gate for gate in self.gates if gate.id == id), None)


def _usual(dose: Dose) -> str:
    unit = dose.basis.replace("_per_", "/")
    return f"{' or '.join(map(said, dose.choices))} {unit}" if dose.choices else f"{_range(dose.usual)} {unit}"


def _length(protocol: Protocol) -> str:
    if protocol.devices is not None:
        return f"{said(protocol.devices.rest_s / 60)} min between devices"
    return f"{_range(protocol.minutes.usual)} min" if protocol.minutes is not None else ""


def _range(ends: Range) -> str:
    return said(ends[0]) if ends[0] == ends[1] else f"{said(ends[0])}-{said(ends[1])}"
