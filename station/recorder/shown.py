"""Whether a number may still be shown: decided here, once, for the screen and for what the chart says was on it."""

from __future__ import annotations

from typing import NamedTuple

from charting.session import Phase
from drivers.core.catalogue import NIBP
from station.clock import NS
from station.recorder.sight import NIBP_INTERVAL_S
from station.recorder.vitals import Vitals

HIDE_STREAM_S = 30.0  # alarms.md (b) VALUE_STALE: from here on dashes
HIDE_CUFF_LATE_S = 120.0  # alarms.md (b) NIBP_STALE: interval + 2 min


class Shown(NamedTuple):
    """A metric on the screen: dashes where ``value`` is None, and ``why``; ``age_s`` in seconds, ``source`` or ""."""

    value: float | None
    validity: str
    age_s: float | None
    dimmed: bool
    why: str
    source: str


def shown(vitals: Vitals, metric: str, now_ns: int, phase: Phase | None, speed: float) -> Shown:
    """``metric`` at a chair whose session, if one is open, is in ``phase``. Streams age in real seconds, whatever the
    ``speed`` of a demo; cuffs in the chart's.
    """
    return _cuff(vitals, metric, now_ns, phase) if metric in NIBP else _stream(vitals, metric, now_ns, speed)


def _stream(vitals: Vitals, metric: str, now_ns: int, speed: float) -> Shown:
    latest = vitals.reading(metric, now_ns)
    if latest is None:
        return Shown(None, "not_available", None, False, "no data yet", "")
    numeric = latest.numeric
    at_ns = latest.updated_ns if latest.updated_ns is not None else latest.heard_ns
    age_s = (now_ns - at_ns) / speed / NS
    if not numeric.validity.usable:
        flag = vitals.flag_on(metric)
        why = (
            flag.kind.replace("_", " ")
            if flag
            else "no reading"
            if numeric.validity == "not_available"
            else numeric.validity
        )
        return Shown(None, numeric.validity, age_s, False, why, numeric.source)
    if age_s > HIDE_STREAM_S:
        return Shown(None, "not_available", age_s, False, "no data", numeric.source)
    dimmed = age_s > latest.stale_after_s
    return Shown(numeric.value, numeric.validity, age_s, dimmed, "", numeric.source)


def _cuff(vitals: Vitals, metric: str, now_ns: int, phase: Phase | None) -> Shown:
    cuff = vitals.cuff
    if cuff is None:
        return Shown(None, "not_available", None, False, "no reading yet", "")
    value = {"NIBP_SYS": cuff.sys, "NIBP_DIA": cuff.dia, "NIBP_MEAN": cuff.mean}[metric]
    age_s = (now_ns - cuff.at_ns) / NS
    interval_s = NIBP_INTERVAL_S[phase or Phase.BASELINE]
    source = vitals.cuffs.source
    if value is None or age_s > interval_s + HIDE_CUFF_LATE_S:
        return Shown(None, "not_available", age_s, False, "" if value is None else "reading too old", source)
    if not cuff.timed:
        return Shown(value, "questionable", age_s, True, "was on display, age unknown", source)
    return Shown(value, "valid", age_s, age_s > interval_s, "", source)
