"""When the cuff inflates, how long it takes, what it finds: all determinations of a scenario, drawn once."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulators.patient import Patient
from simulators.readings import Cuff
from simulators.scenario import Fault, Scenario

FIRST_S = 15.0
_INFLATES_S = (30, 40)
_NOISE_SD_MMHG = 5.0  # of the systolic; alarms.md c4
_DIA_NOISE_SHARE = 0.7
_MEAN_FRACTION, _MEAN_FRACTION_SD = 0.27, 0.03  # (mean - dia) / (sys - dia), reference_data.md 4
_FAILS_AFTER_S, _TRIES_AGAIN_AFTER_S = 50.0, 65.0


@dataclass(frozen=True, slots=True)
class Determination:
    """The cuff inflates at ``begin_s``, is done at ``end_s``; ``cuff`` None: it failed, nothing is shown."""

    begin_s: float
    end_s: float
    cuff: Cuff | None


def determinations(scenario: Scenario, patient: Patient) -> list[Determination]:
    """All determinations in order of time."""
    chance = random.Random(f"{scenario.patient.seed}:cuff")
    failing = [fault for fault in scenario.fault if fault.what == "cuff_failing"]
    done: list[Determination] = []
    for begin_s in _begins(scenario):
        end_s = begin_s + chance.randint(*_INFLATES_S)
        cuff = _read(patient, number=len(done) + 1, at_s=end_s, chance=chance)
        if any(_within(fault, begin_s) for fault in failing):
            for try_s in (begin_s, begin_s + _TRIES_AGAIN_AFTER_S):
                done.append(Determination(try_s, try_s + _FAILS_AFTER_S, None))
        else:
            done.append(Determination(begin_s, end_s, cuff))
    return done


def _begins(scenario: Scenario) -> list[float]:
    """Starting times: the baseline interval until the infusion starts, then the other one."""
    start_s = next((act.at_s for act in scenario.nurse if act.command == "start"), 0.0)
    begins = [FIRST_S]
    while begins[-1] < scenario.duration_s:
        baseline_s = begins[-1] + scenario.baseline_cuff_every_s
        begins.append(baseline_s if baseline_s < start_s else begins[-1] + scenario.cuff_every_s)
    return begins[:-1]


def _read(patient: Patient, number: int, at_s: float, chance: random.Random) -> Cuff:
    """What the cuff finds at ``at_s``: the true pressure with noise, and a mean of the device's own."""
    true_sys, true_dia = (float(curve[0]) for curve in patient.pressure([at_s]))
    noise = chance.gauss(0, _NOISE_SD_MMHG)
    sys = round(true_sys + noise)
    half_shared = 0.5 * noise + 0.87 * chance.gauss(0, _NOISE_SD_MMHG)
    dia = round(min(true_dia + _DIA_NOISE_SHARE * half_shared, sys - 12))
    fraction = min(max(chance.gauss(_MEAN_FRACTION, _MEAN_FRACTION_SD), 0.18), 0.43)
    return Cuff(number, float(sys), float(dia), float(round(dia + fraction * (sys - dia))), at_s)


def _within(fault: Fault, t_s: float) -> bool:
    """True where ``fault`` stands at ``t_s``."""
    return fault.at_s <= t_s < fault.at_s + fault.for_s
