"""A patient: who they are, how ketamine lifts their pressure, what happens to them; true values by the second

Calibration: reference_data.md 2 (course of pressure) and 3 (texture); everything drawn comes from the seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.pharmacokinetics import Pharmacokinetics, Steps
from simulators.scenario import EVENTS, RESPONSES, Event, Person
from simulators.texture import TEXTURES, walk, wander

Curve = NDArray[np.float64]

# Pressor response: a Hill curve of the level at a lagging site, 1.0 where 0.5 mg/kg over 40 min ends.
# Chosen so that the mean course of section 2 results; not a published effect-site model.
_HALF_EFFECT_NG_PER_ML, _STEEPNESS, _STANDARD_NG_PER_ML = 200.0, 3.0, 229.0
_LAG_HALF_S = 300.0
_DIA_PER_SYS = (0.66, 0.12)  # "DBP about two thirds": mean and spread between people
_HR_PER_SYS = 0.27

# Drawn responses: some flat; else log-normal, more with age and hypertension (741-infusion cohort)
_FLAT_SHARE = 0.15
_MEDIAN_RISE_MMHG, _LOG_SPREAD = 8.2, 0.9
_LARGEST_RISE_MMHG = 75.0
_OLDER_FROM, _OLDER_FACTOR, _HYPERTENSIVE_FACTOR = 50, 1.25, 1.35


@dataclass(frozen=True)
class Constitution:
    """What a person is before the infusion: pressures in mmHg, rates in 1/min, SBP rise at effect 1.0."""

    sys: float
    dia: float
    hr: float
    spo2: float
    resp_rate: float
    etco2: float
    temp: float
    perfusion_index: float
    rise_mmhg: float
    dia_per_sys: float

    @classmethod
    def of(cls, person: Person) -> Constitution:
        """Drawn from the person's seed; older and hypertensive people start higher."""
        chance = random.Random(f"{person.seed}:constitution")
        sys = 118 + 0.25 * (person.age - 40) + 12 * person.hypertensive + chance.gauss(0, 6)
        dia = 0.62 * sys + chance.gauss(0, 3)
        rise = RESPONSES[person.response]
        if rise is None:
            flat = chance.random() < _FLAT_SHARE
            rise = 0.0 if flat else chance.lognormvariate(0, _LOG_SPREAD) * _MEDIAN_RISE_MMHG
            rise *= _OLDER_FACTOR if person.age >= _OLDER_FROM else 1.0
            rise *= _HYPERTENSIVE_FACTOR if person.hypertensive else 1.0
        return cls(
            sys=sys,
            dia=dia,
            hr=chance.gauss(74, 6),
            spo2=chance.choice((96, 97, 97, 98, 98)),
            resp_rate=chance.gauss(14, 1),
            etco2=chance.gauss(37, 1.5),
            temp=chance.gauss(36.6, 0.15),
            perfusion_index=chance.uniform(1.8, 4.5),
            rise_mmhg=min(rise, _LARGEST_RISE_MMHG),
            dia_per_sys=min(max(chance.gauss(*_DIA_PER_SYS), 0.4), 0.95),
        )


class Patient:
    """A person under an infusion and events. ``model`` is a word of ``pharmacokinetics.MODELS``."""

    def __init__(self, person: Person, infusion: Steps, events: Iterable[Event] = (), model: str = "domino") -> None:
        self.person = person
        self.constitution = Constitution.of(person)
        self._infusion = infusion
        self._events = tuple(events)
        self._kinetics = Pharmacokinetics.of(model, person.weight_kg)

    def plasma_ng_per_ml(self, at_s: Iterable[float]) -> Curve:
        """Ketamine in the plasma at each of ``at_s``, ng/mL."""
        return self._kinetics.plasma_ng_per_ml(self._infusion, at_s)

    def pressor(self, at_s: Iterable[float]) -> Curve:
        """Share of the person's rise at each of ``at_s``; 1.0 at the end of 0.5 mg/kg over 40 min."""
        level = self._kinetics.effect_site_ng_per_ml(self._infusion, at_s, _LAG_HALF_S)
        return _hill(level) / _hill(np.array(_STANDARD_NG_PER_ML))

    def pressure(self, at_s: Iterable[float]) -> tuple[Curve, Curve]:
        """True SBP and DBP in mmHg at each of ``at_s``, with events."""
        times = np.asarray(list(at_s), dtype=np.float64)
        vitals = self._undisturbed(times)
        self._disturb(vitals, times)
        return vitals["sys"], np.minimum(vitals["dia"], vitals["sys"] - 15)

    def course(self, seconds: int) -> dict[str, Curve]:
        """True values at seconds 0 to ``seconds`` - 1, by the names of ``Readings`` and sys, dia."""
        times = np.arange(seconds, dtype=np.float64)
        vitals = self._undisturbed(times)
        offsets = {name: walk(row, seconds, f"{self.person.seed}:{name}") for name, row in TEXTURES.items()}
        for name in ("spo2", "resp_rate", "etco2"):
            vitals[name] = vitals[name] + offsets[name]
        vitals["spo2"] = np.clip(vitals["spo2"], 94, 100)
        self._disturb(vitals, times)
        vitals["hr"] = vitals["hr"] + offsets["hr"]  # last: a slow heart beats unevenly too
        return vitals

    def _undisturbed(self, times: Curve) -> dict[str, Curve]:
        """Constitution, drug and slow wander, without texture and events."""
        who, seed = self.constitution, self.person.seed
        lift = who.rise_mmhg * self.pressor(times)
        slow = wander(times, 2.0, f"{seed}:pressure")
        return {
            "sys": who.sys + lift + slow,
            "dia": who.dia + who.dia_per_sys * (lift + slow),
            "hr": who.hr + _HR_PER_SYS * lift + wander(times, 1.0, f"{seed}:rate"),
            "spo2": np.full_like(times, who.spo2),
            "resp_rate": np.full_like(times, round(who.resp_rate)),
            "etco2": np.full_like(times, round(who.etco2)),
            "temp": who.temp + wander(times, 0.05, f"{seed}:temp"),
            "perfusion_index": who.perfusion_index * (1 + wander(times, 0.1, f"{seed}:perfusion")),
        }

    def _disturb(self, vitals: dict[str, Curve], times: Curve) -> None:
        """Lay the events over ``vitals`` in place."""
        for event in self._events:
            word = EVENTS[event.what]
            how_much = word.default if event.how_much is None else event.how_much
            for effect in word.effects:
                height = _envelope(times - event.at_s - effect.lag_s, event.for_s, word.ramp_s)
                if effect.by:
                    vitals[effect.vital] = vitals[effect.vital] + height * effect.by * how_much
                else:
                    to = how_much if effect.to is None else effect.to
                    vitals[effect.vital] = vitals[effect.vital] + height * (to - vitals[effect.vital])


def _envelope(since_s: Curve, for_s: float, ramp_s: float) -> Curve:
    """0 outside ``for_s``, up and down over ``ramp_s`` (at most a third of the time) inside, 1 between."""
    ramp_s = max(min(ramp_s, for_s / 3), 1e-9)
    return np.clip(np.minimum(since_s, for_s - since_s) / ramp_s, 0.0, 1.0)


def _hill(level: Curve) -> Curve:
    """Share of the largest possible effect at ``level`` ng/mL."""
    powered = level**_STEEPNESS
    share: Curve = powered / (powered + _HALF_EFFECT_NG_PER_ML**_STEEPNESS)
    return share
