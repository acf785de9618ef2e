"""What the engine remembers of raw inputs: last readings, steps of the series, lines, flags, the last cuff and
how many timed ones came.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection
from functools import partial

import msgspec

from drivers.core.catalogue import METRICS
from drivers.core.measurement import USABLE
from station.alarms.conditions import ARTEFACTS
from station.alarms.facts import Cuff, Facts, Flag, LinkFact, Reading

_HUGE = 1e18  # beyond any measurement or byte count
_SERIES_LENGTH = 64  # of one metric; a step looks back 3 s, streams send about once a second


def number(value: float | None) -> float | None:
    """``value`` where it is a number of sane size, else None: NaN and infinity are never compared with a
    limit.
    """
    return value if value is not None and abs(value) < _HUGE else None


def usable(reading: Reading) -> bool:
    """True where a number stands behind the reading that may be compared with a limit."""
    return reading.validity in USABLE and number(reading.value) is not None


def label(metric: str) -> str:
    """The short name people read; a metric outside the catalogue is named as it is."""
    return METRICS[metric].label if metric in METRICS else metric


class Inputs:
    """Filled by ``observe`` once a step. What vanished from the facts is kept, so silence is found by age."""

    def __init__(self, anew_ns: int | None = None) -> None:
        """``anew_ns``: a session ended then; no cuff from before concerns the next person."""
        self._anew_ns = anew_ns
        self.readings: dict[str, Reading] = {}
        self.links: dict[str, LinkFact] = {}
        self.flags: dict[str, Flag] = {}
        self.cuff: Cuff | None = None
        self.timed_count = 0
        self._timed_ns: int | None = None
        self._series: dict[str, deque[tuple[int, float]]] = defaultdict(partial(deque, maxlen=_SERIES_LENGTH))
        self._step_ns: dict[str, int] = {}

    def observe(self, facts: Facts) -> None:
        """Take in the facts of one step."""
        best: dict[str, Reading] = {}
        for reading in facts.readings:
            if reading.metric not in best or _trust(reading) >= _trust(best[reading.metric]):
                best[reading.metric] = reading
        for reading in best.values():
            self._observe_reading(reading)
        self.links.update((link.source, link) for link in facts.links)
        self.flags.update((flag.metric or flag.source, flag) for flag in facts.flags)
        cuff = facts.cuff
        if cuff is None:  # none stands: a typed one was taken back
            self.cuff = None
        elif (self._anew_ns is None or cuff.at_ns >= self._anew_ns) and any(
            number(value) is not None for value in (cuff.sys, cuff.dia, cuff.mean)
        ):
            self.cuff = cuff
        timed_ns = facts.cuff_timed_ns
        if timed_ns is not None and (self._timed_ns is None or timed_ns > self._timed_ns):
            self.timed_count += 1
        self._timed_ns = timed_ns

    def forget(self, sources: Collection[str]) -> set[str]:
        """What came from ``sources`` is of no device here any more: their names, and the metrics that they sent."""
        metrics = {metric for metric, reading in self.readings.items() if reading.source in sources}
        flagged = {subject for subject, flag in self.flags.items() if flag.source in sources}
        gone = {*sources, *metrics, *flagged}
        for kept in (self.links, self.flags, self._series, self._step_ns):
            for subject in gone & kept.keys():
                del kept[subject]
        for metric in metrics:
            del self.readings[metric]
        return gone

    def _observe_reading(self, reading: Reading) -> None:
        metric, before = reading.metric, self.readings.get(reading.metric)
        updated_ns = reading.updated_ns
        if usable(reading):
            updated_ns = reading.heard_ns if updated_ns is None else updated_ns
            self._observe_value(metric, updated_ns, float(reading.value or 0))
        elif (
            reading.value is not None
        ):  # a number that is none (NaN) or not to be trusted: not an update, whatever the sender thinks
            updated_ns = before.updated_ns if before is not None else None
        if updated_ns != reading.updated_ns:
            reading = msgspec.structs.replace(reading, updated_ns=updated_ns)
        self.readings[metric] = reading

    def _observe_value(self, metric: str, at_ns: int, value: float) -> None:
        artefact, series = ARTEFACTS.get(metric), self._series[metric]
        if artefact is None or (series and series[-1][0] == at_ns):
            return
        while series and at_ns - series[0][0] > artefact.within_s * 1e9:
            series.popleft()
        if any(artefact.step(older, value) for _, older in series):
            self._step_ns[metric] = at_ns
        series.append((at_ns, value))

    def artefact(self, metric: str, now_ns: int, window_s: float) -> bool:
        """True where the raw series stepped within ``window_s``, or the device flags a poor signal."""
        rule, step_ns = ARTEFACTS.get(metric), self._step_ns.get(metric)
        reading = self.readings.get(metric)
        flagged = rule is not None and rule.low_signal and reading is not None and reading.low_signal
        return flagged or (step_ns is not None and now_ns - step_ns < window_s * 1e9)

    def missing(self, reading: Reading, now_ns: int) -> str:
        """Why the reading may not be compared with a limit now, "" where it may."""
        if not usable(reading):
            return f"{label(reading.metric)}: no usable value ({reading.validity})"
        if not now_ns - reading.heard_ns < reading.stale_after_s * 1e9:  # so that a bound of NaN is silence too
            return f"{label(reading.metric)}: silent for {(now_ns - reading.heard_ns) / 1e9:.0f} s"
        return ""


def _trust(reading: Reading) -> tuple[bool, int]:
    """Of two readings of one metric the usable, then the younger one counts."""
    return usable(reading), -1 if reading.updated_ns is None else reading.updated_ns
