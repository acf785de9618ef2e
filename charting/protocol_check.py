"""What is wrong with a protocol whose types are right: a table of checks, each yields faults with their key.

Every protocol passes the same ones, shipped or a clinic's. A check compares the protocol with itself, with what cannot
be at all (``dose.py``) and with names that exist; it does not judge whether a protocol is good medicine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from charting.dose import MG_PER_KG, MG_PER_ML, MINUTES, RATE_ML_PER_H, WEIGHT_KG
from charting.protocol import PRESSURE, SEDATION, Dose, Observe, Protocol
from charting.rule_file import Fault, nearest, twice
from charting.session import Phase

LONGEST_TASK = 34  # cells of a task's line at the chair (tasks.py)
_ORDER = tuple(Phase)
_MG = (MG_PER_KG[0] * WEIGHT_KG[0], MG_PER_KG[1] * WEIGHT_KG[1])
_SCORES = {  # highest value of each score
    "aldrete_at_least": 10,
    "padss_at_least": 10,
    "dissociation_at_most": 4,
    "sedation_at_least": 5,
}


class Known(NamedTuple):
    """Names that exist outside the protocol; None where they are not known here and so cannot be checked."""

    presets: frozenset[str] | None = None
    observations: frozenset[str] | None = None


class _Way(NamedTuple):
    """What a kind of giving needs: tables that must be there, tables that may, phases that must and may."""

    must: frozenset[str]
    may: frozenset[str]
    phases: frozenset[Phase]
    may_hold: bool = False


_GIVEN = frozenset({Phase.BASELINE, Phase.INFUSING, Phase.RECOVERY})
WAYS = {
    "infusion": _Way(frozenset({"minutes", "strength", "pump"}), frozenset(), _GIVEN, may_hold=True),
    "bolus": _Way(frozenset({"minutes", "strength"}), frozenset(), _GIVEN),
    "single": _Way(frozenset(), frozenset({"strength"}), frozenset({Phase.BASELINE, Phase.RECOVERY})),
    "devices": _Way(frozenset({"devices"}), frozenset(), _GIVEN),
}


def faults(protocol: Protocol, known: Known) -> Iterator[Fault]:
    """Everything that is wrong, in the order of the table below."""
    for check in _CHECKS:
        yield from check(protocol, known)


def _kind(p: Protocol, _: Known) -> Iterator[Fault]:
    way = WAYS[p.kind]
    for key in ("minutes", "strength", "pump", "devices"):
        given = getattr(p, key) is not None
        if given and key not in way.must | way.may:
            yield Fault(key, f"a protocol of kind '{p.kind}' has no table [{key}]; remove it or change kind")
        if not given and key in way.must:
            yield Fault(key, f"a protocol of kind '{p.kind}' needs a table [{key}]; add it")


def _doses(p: Protocol, _: Known) -> Iterator[Fault]:
    if not p.doses:
        yield Fault("dose", "there is no [[dose]]; add one")
    if double := twice(dose.basis for dose in p.doses):
        yield Fault("dose", f"basis '{double}' stands there twice; keep one [[dose]] of it")
    for number, dose in enumerate(p.doses, 1):
        yield from _bands(dose, f"dose #{number}")
        if p.devices is not None:
            yield from _counted(dose, p.devices.device_mg, f"dose #{number}")


def _bands(dose: Dose, at: str) -> Iterator[Fault]:
    rising = (
        ("floor", dose.floor),
        ("usual #1", dose.usual[0]),
        ("usual #2", dose.usual[1]),
        ("reason_above", dose.reason_above),
        ("second_above", dose.second_above),
        ("override_above", dose.override_above),
    )
    for (lower, low), (higher, high) in pairwise(rising):
        if low > high:
            yield Fault(f"{at}.{higher}", f"{high:g} is below {lower} {low:g}; the bands must rise in this order")
    wall = MG_PER_KG if dose.basis == "mg_per_kg" else _MG
    yield from _walled(f"{at}.floor", dose.floor, wall, dose.basis)
    yield from _walled(f"{at}.override_above", dose.override_above, wall, dose.basis)
    if dose.default is not None and not dose.usual[0] <= dose.default <= dose.usual[1]:
        yield Fault(f"{at}.default", f"{dose.default:g} is outside usual; choose one inside or leave it away")
    yield from _ascending(f"{at}.choices", dose.choices)
    for number, choice in enumerate(dose.choices, 1):
        if not dose.floor <= choice <= dose.override_above:
            yield Fault(f"{at}.choices #{number}", f"{choice:g} lies outside floor and override_above; check it")


def _counted(dose: Dose, device_mg: float, at: str) -> Iterator[Fault]:
    if dose.basis != "mg":
        yield Fault(f"{at}.basis", 'devices hold a fixed amount; write basis = "mg"')
    if not dose.choices:
        yield Fault(f"{at}.choices", "devices give only some doses; list them")
    for number, choice in enumerate(dose.choices, 1):
        if not (choice / device_mg).is_integer():
            sentence = f"{choice:g} mg is no whole number of devices of {device_mg:g} mg; check either"
            yield Fault(f"{at}.choices #{number}", sentence)


def _length(p: Protocol, _: Known) -> Iterator[Fault]:
    if p.minutes is None:
        return
    low, high = p.minutes.usual
    if low > high:
        yield Fault("minutes.usual", f"{low:g} to {high:g} is upside down; write the shorter one first")
    elif not low <= p.minutes.default <= high:
        yield Fault("minutes.default", f"{p.minutes.default:g} is outside usual {low:g} to {high:g}; choose one inside")
    if p.minutes.ask_below > low:
        yield Fault("minutes.ask_below", f"{p.minutes.ask_below:g} would ask about the usual {low:g}; lower it")
    yield from _walled("minutes.usual #1", low, MINUTES, "min")
    yield from _walled("minutes.usual #2", high, MINUTES, "min")


def _strengths(p: Protocol, _: Known) -> Iterator[Fault]:
    if p.strength is None:
        return
    for key in ("usual_mg_per_ml", "vials_mg_per_ml"):
        values: tuple[float, ...] = getattr(p.strength, key)
        if not values:
            yield Fault(f"strength.{key}", "there is no strength here; write at least one")
        yield from _ascending(f"strength.{key}", values)
        for number, value in enumerate(values, 1):
            yield from _walled(f"strength.{key} #{number}", value, MG_PER_ML, "mg/mL")
    for value in set(p.strength.usual_mg_per_ml) & set(p.strength.vials_mg_per_ml) if p.kind == "infusion" else ():
        yield Fault("strength.usual_mg_per_ml", f"{value:g} mg/mL is a vial's strength, no bag's; remove it")


def _pump(p: Protocol, _: Known) -> Iterator[Fault]:
    if p.pump is None:
        return
    low, high = p.pump.usual_ml_per_h
    if low > high:
        yield Fault("pump.usual_ml_per_h", f"{low:g} to {high:g} is upside down; write the slower one first")
    yield from _walled("pump.usual_ml_per_h #1", low, RATE_ML_PER_H, "mL/h")
    yield from _walled("pump.usual_ml_per_h #2", high, RATE_ML_PER_H, "mL/h")
    if p.pump.ask_above_planned <= 1:
        yield Fault("pump.ask_above_planned", "the planned rate itself would be asked about; write more than 1")


def _phases(p: Protocol, _: Known) -> Iterator[Fault]:
    has = [phase.id for phase in p.phases]
    way = WAYS[p.kind]
    for number, phase in enumerate(has, 1):
        may = phase in way.phases or (phase is Phase.HELD and way.may_hold)
        if not may:
            yield Fault(f"phase #{number}.id", f"a protocol of kind '{p.kind}' has no phase '{phase}'; remove it")
    if double := twice(has):
        yield Fault("phase", f"phase '{double}' stands there twice; keep one")
    for phase in sorted(way.phases - set(has), key=_ORDER.index):
        yield Fault("phase", f"phase '{phase}' is missing; add a [[phase]] with that id")
    if has != sorted(has, key=_ORDER.index):
        order = ", ".join(_ORDER[:-1])
        yield Fault("phase", f"the phases are not in the order in which they happen; order them as {order}")
    for number, one in enumerate(p.phases, 1):
        at = f"phase #{number}.minutes"
        if one.id is Phase.INFUSING and one.minutes is not None and p.minutes is not None:
            yield Fault(at, "the length of the dose stands in [minutes]; remove it here")
        stay_min = p.recovery.stay_after_end_min
        if one.id is Phase.RECOVERY and one.minutes is not None and one.minutes < (stay_min or 0):
            yield Fault(at, f"{one.minutes:g} is shorter than recovery.stay_after_end_min {stay_min:g}; lengthen it")


def _observations(p: Protocol, known: Known) -> Iterator[Fault]:
    if double := twice(row.id for row in p.observations):
        yield Fault("observe", f"id '{double}' stands there twice; give each row an id of its own")
    has = {phase.id for phase in p.phases}
    for number, row in enumerate(p.observations, 1):
        at = f"observe #{number}"
        for phase in row.phases:
            if phase not in has:
                sentence = (
                    f"this protocol has no phase '{phase}'; take one of {', '.join(sorted(has, key=_ORDER.index))}"
                )
                yield Fault(f"{at}.phases", sentence)
        for what in row.what:
            if known.observations is not None and what not in known.observations | {PRESSURE}:
                near = nearest(what, known.observations | {PRESSURE})
                yield Fault(f"{at}.what", f"no observation is called '{what}'; {near}")
        yield from _row(row, at)


def _row(row: Observe, at: str) -> Iterator[Fault]:
    if not row.phases:
        yield Fault(f"{at}.phases", "the row is in no phase, so it is never owed; name at least one")
    if not row.what:
        yield Fault(f"{at}.what", "the row observes nothing; name at least one observation")
    if double := twice([*row.what, *row.phases]):
        yield Fault(f"{at}.{'phases' if double in row.phases else 'what'}", f"'{double}' stands there twice; keep one")
    if PRESSURE in row.what and len(row.what) > 1:
        yield Fault(f"{at}.what", "a pressure and a rating cannot stand for each other; make two rows")
    if Phase.BASELINE in row.phases and len(row.phases) > 1:
        yield Fault(f"{at}.phases", "minutes of the baseline count from its own beginning; make a row for it alone")
    if (row.every_min is None) == (row.at_min is None):
        yield Fault(f"{at}.every_min", "exactly one of every_min and at_min must be given; remove or add one")
    if row.early_min and (row.at_min is None or row.early_min > row.at_min):
        yield Fault(f"{at}.early_min", "it must belong to at_min and not be longer; shorten or remove it")
    if row.escalate_min is not None and row.escalate_min < row.late_min:
        yield Fault(f"{at}.escalate_min", f"it comes before late_min {row.late_min:g}; make it later")
    if len(row.text) > LONGEST_TASK:
        yield Fault(f"{at}.text", f"it is longer than {LONGEST_TASK} characters and would not fit; shorten it")


def _rest(p: Protocol, known: Known) -> Iterator[Fault]:
    if known.presets is not None and p.alarm_preset and p.alarm_preset not in known.presets:
        yield Fault(
            "alarm_preset", f"no alarm preset is called '{p.alarm_preset}'; {nearest(p.alarm_preset, known.presets)}"
        )
    if not p.gates:
        yield Fault("gates", "the protocol offers no gate; name at least one")
    if double := twice(gate.id for gate in p.gates):
        yield Fault("gates", f"'{double}' stands there twice; keep one")
    if p.high_pressure.ask[:1] != ("symptoms",):
        yield Fault("high_pressure.ask", 'symptoms are asked before anything else; write "symptoms" first')
    if twice(p.high_pressure.ask):
        yield Fault("high_pressure.ask", "a word stands there twice; keep one")
    for key, highest in _SCORES.items():
        score = getattr(p.recovery, key)
        if score is not None and not 0 <= score <= highest:
            yield Fault(f"recovery.{key}", f"{score} is no score from 0 to {highest}; check it")
    if p.recovery.stay_after_end_min is None and p.recovery.stay_after_start_min is None:
        yield Fault("recovery.stay_after_end_min", "no minimum stay is given; write this or stay_after_start_min")
    if double := twice(drug.id for drug in p.co_medications):
        yield Fault("co_medication", f"id '{double}' stands there twice; keep one")
    rated = any(row.every_min is not None and SEDATION in row.what for row in p.observations)
    for number, drug in enumerate(p.co_medications, 1):
        if drug.sedation_every_min is not None and not rated:
            sentence = "no row rates sedation again and again, so nothing is made more frequent; add such a row"
            yield Fault(f"co_medication #{number}.sedation_every_min", sentence)
    if not p.leave:
        yield Fault("leave", "there is nothing to tell a person who leaves; write at least one sentence")


def _walled(at: str, value: float, wall: tuple[float, float], unit: str) -> Iterator[Fault]:
    unit = unit.replace("_per_", "/")
    if not wall[0] <= value <= wall[1]:
        yield Fault(at, f"{value:g} {unit} is outside {wall[0]:g} to {wall[1]:g} {unit}, which cannot be; check it")


def _ascending(at: str, values: Sequence[float]) -> Iterator[Fault]:
    if any(low >= high for low, high in pairwise(values)):
        yield Fault(at, "the numbers do not rise; order them from the lowest, each once")


_CHECKS: tuple[Callable[[Protocol, Known], Iterable[Fault]], ...] = (
    _kind,
    _doses,
    _length,
    _strengths,
    _pump,
    _phases,
    _observations,
    _rest,
)
