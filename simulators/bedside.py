"""A scenario at the bedside: true values as devices show them, second by second, with faults."""

from __future__ import annotations

import math
import random

import numpy as np
from numpy.typing import NDArray

from simulators.cuffs import Determination, determinations
from simulators.faults import LINE_FAULTS
from simulators.patient import Patient
from simulators.readings import Cuff, Readings
from simulators.scenario import EVENTS, Event, Scenario, infusion_timeline

MODULES = frozenset({"hr", "spo2", "nibp", "co2", "resp", "temp"})
APNOEA_AFTER_S = 20  # without a breath, as monitors are set
_PULSE_BEHIND_ECG_S = 2  # the oximeter averages
# Motion (alarms.md c4): 3 of 4 windows of 4 s are disturbed; of those 45 % flagged, half also in the pulse
_MOTION_WINDOW_S, _MOTION_DISTURBS, _MOTION_FLAGGED, _MOTION_PULSE = 4, 0.75, 0.45, 0.5


class Bedside:
    """What every device shows through a checked ``Scenario``; the same scenario gives the same readings."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self.patient = Patient(scenario.patient, infusion_timeline(scenario), scenario.event)
        self._seconds = math.floor(scenario.duration_s) + 1
        course = self.patient.course(self._seconds)
        shown = {name: np.floor(course[name] + 0.5) for name in ("hr", "spo2", "resp_rate", "etco2")}
        shown["temp"] = np.round(course["temp"], 1)
        shown["perfusion_index"] = np.round(np.maximum(course["perfusion_index"], 0.2), 2)
        self._breathless_s = _seconds_at_zero(shown["resp_rate"])
        self._shown: dict[str, list[float]] = {name: values.clip(min=0).tolist() for name, values in shown.items()}
        self.determinations: list[Determination] = determinations(scenario, self.patient)

    @property
    def start_s(self) -> float:
        """A scenario begins at 0."""
        return 0.0

    @property
    def end_s(self) -> float:
        """The scenario's duration."""
        return self._scenario.duration_s

    def line_fault(self, t_s: float, device: str = "") -> str:
        """The fault of ``device``'s line at ``t_s`` (a word of ``faults.LINE_FAULTS``), "" for none."""
        return next((word for word in self._faults(t_s, device) if word in LINE_FAULTS), "")

    def readings(self, t_s: float, device: str = "") -> Readings | None:
        """What ``device`` shows at ``t_s``; None on a pulled or silent line and outside the scenario."""
        faults = self._faults(t_s, device)
        if not 0 <= t_s <= self.end_s or "pulled" in faults or "silent" in faults:
            return None
        second = math.floor(t_s)
        breathless = self._breathless_s[second]
        spo2, pulse, low_signal = self._oximeter(second)
        probe_off, lead_off = "probe_off" in faults, "lead_off" in faults
        cuff, measuring = self._cuff(t_s)
        return Readings(
            t_s,
            hr=None if lead_off else self._at("hr", second),
            pulse_rate=None if probe_off else pulse,
            spo2=None if probe_off else spo2,
            perfusion_index=None if probe_off else self._at("perfusion_index", second),
            resp_rate=self._at("resp_rate", second),
            etco2=None if breathless else self._at("etco2", second),
            fico2=None if breathless else 0.0,
            temp=self._at("temp", second),
            cuff=cuff,
            measuring=measuring,
            modules=MODULES,
            probe_off=probe_off,
            lead_off=lead_off,
            low_signal=low_signal and not probe_off,
            apnoea=breathless > APNOEA_AFTER_S,
        )

    def _faults(self, t_s: float, device: str) -> list[str]:
        """Fault words standing at ``t_s`` for ``device`` ("" is every device)."""
        return [
            fault.what
            for fault in self._scenario.fault
            if fault.at_s <= t_s < fault.at_s + fault.for_s and (not device or fault.device in ("any", device))
        ]

    def _at(self, name: str, second: int) -> float:
        """The displayed number of ``name`` in ``second``."""
        return self._shown[name][second]

    def _oximeter(self, second: int) -> tuple[float, float, bool]:
        """SpO2, pulse and the low-signal flag, as motion leaves them."""
        spo2, pulse = self._at("spo2", second), self._at("hr", max(second - _PULSE_BEHIND_ECG_S, 0))
        for event in self._scenario.event:
            if event.what == "motion" and event.at_s <= second < event.at_s + event.for_s:
                return self._moved(event, second, spo2, pulse)
        return spo2, pulse, False

    def _moved(self, event: Event, second: int, spo2: float, pulse: float) -> tuple[float, float, bool]:
        """A moving finger: each window draws its own artefact."""
        window = (second - math.floor(event.at_s)) // _MOTION_WINDOW_S
        chance = random.Random(f"{self._scenario.patient.seed}:motion:{event.at_s}:{window}")
        if chance.random() >= _MOTION_DISTURBS:
            return spo2, pulse, False
        lowest = EVENTS["motion"].default if event.how_much is None else event.how_much
        shown = round(chance.uniform(min(lowest, spo2), spo2))
        if chance.random() < _MOTION_PULSE:
            pulse += chance.choice((-1, 1)) * chance.randint(8, 25)
        return float(shown), pulse, chance.random() < _MOTION_FLAGGED

    def _cuff(self, t_s: float) -> tuple[Cuff | None, bool]:
        """The reading on display and whether the cuff is inflating."""
        display: Cuff | None = None
        for one in self.determinations:
            if t_s < one.begin_s:
                break
            if t_s < one.end_s:
                return display, True
            display = one.cuff
        return display, False


def _seconds_at_zero(rates: NDArray[np.float64]) -> list[int]:
    """For each second, how many seconds without a breath it ends."""
    run, runs = 0, []
    for rate in rates:
        run = run + 1 if rate <= 0 else 0
        runs.append(run)
    return runs
