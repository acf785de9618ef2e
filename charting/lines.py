"""An entry as one line of text: the same words on the screen, in the review and in the printed chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from charting.model import Entry, Kind
from charting.session import NOT_HEARD, RECHECK_MIN, TESTED, WITHOUT
from drivers.core.catalogue import METRICS, NIBP
from drivers.core.text import clean

P = dict[str, Any]
NOT_MEASURED = "---"
LONGEST = 480  # characters: a reason as long as one can be typed, and two questions with the alarms they name


def _plan(p: P) -> str:
    return (
        f"plan {p['mg_per_kg']:g} mg/kg = {p['dose_mg']:g} mg in {p['volume_ml']:g} mL over {p['minutes']:g} min,"
        f" {p['rate_ml_per_h']:g} mL/h"
    )


def _confirmed(p: P) -> str:
    """What was asked about an entry, and that it was confirmed; "" where nothing was."""
    asked = p.get("confirmed", ())
    return "".join(f"; asked: {a['asked']} Confirmed{': ' + a['why'] if a['why'] else ''}" for a in asked)


def _opened(p: P) -> str:
    if "was_kg" in p:
        return f"weight corrected to {p['weight_kg']:g} kg from {p['was_kg']:g} kg"
    sound = f", sound heard by {p['sound']['by']}" if "sound" in p else ""
    return f"session opened, {p['weight_kg']:g} kg, alarms: {p['preset']['name']}{sound}"


def _monitor(p: P) -> str:
    if not p["monitors"]:
        return "no monitor now: values will be typed"
    named = ", ".join(f"{one['source']} at {one['port']}" for one in p["monitors"])
    return f"confirmed as this patient's monitor: {named}{', showing ' + _values(p) if p['values'] else ''}"


def _values(p: P) -> str:
    values = {m: p["values"][m] for m in METRICS if m in p["values"]}
    parts = []
    if any(m in values for m in NIBP):
        sys, dia = (f"{values[m]:g}" if m in values else NOT_MEASURED for m in NIBP[:2])
        mean = f" mean {values['NIBP_MEAN']:g}" if "NIBP_MEAN" in values else ""
        parts.append(f"NIBP {sys}/{dia}{mean}")
    parts += [f"{METRICS[m].label} {v:.{METRICS[m].decimals}f}" for m, v in values.items() if m not in NIBP]
    return ", ".join(parts)


def _gap(p: P) -> str:
    return f"NOT RECORDED for {(p['to_ms'] - p['from_ms']) / 1000:.0f} s: {p['why']}"


def _alarm(p: P) -> str:
    word = {
        "ACTIVE_UNACK": "ALARM",
        "ACTIVE_ACK": "alarm acknowledged:",
        "LATCHED": "alarm over, not acknowledged:",
        "INACTIVE": "alarm over:",
        "HELD": "alarm held, no data:",
        "DISABLED": "alarm off:",
        "PENDING": "pending:",
    }[p["to"]]
    if (p["from"], p["to"]) == ("ACTIVE_ACK", "ACTIVE_UNACK"):  # its text is of the first time; why it is back is news
        return f"ALARM again: {p['reason']}"
    if p["from"] == p["to"] == "ACTIVE_UNACK":
        return f"ALARM, now {p['priority']}: {p['text'] or p['condition']}"
    return f"{word} {p['text'] or p['condition']}"


def _sound(p: P) -> str:
    words = {
        "paused": f"sound paused for {p['seconds']} s",
        "resumed": "sound on again",
        "ended": "sound on again",
        TESTED: "sound test: heard",
        NOT_HEARD: "sound test: NOT HEARD",
        WITHOUT: "started WITHOUT SOUND, by choice",
    }
    off = f"sound off, a reminder every {p['seconds']} s" if p["seconds"] else "sound off"
    return f"{words.get(p['state'], off)}{': ' + p['why'] if p['why'] else ''}"


def _held(p: P) -> str:
    recheck_min = p.get("recheck_min", RECHECK_MIN)
    held = "infusion still held" if p.get("still") else "infusion held"
    return held if recheck_min == RECHECK_MIN else f"{held}, recheck in {recheck_min:g} min"


def _observed(p: P) -> str:
    rated = "".join(f" {value:g}" for value in p["values"].values() if value is not None)
    meaning = p.get("meaning", "")
    return f"{p['text']}{rated}{': ' + meaning if meaning else ''}"


def _back(p: P) -> str:
    return "patient is back" if p["why"] == "back" else f"patient counts as back, {p['why']}: alarms are on again"


_LINES: dict[Kind, Callable[[P], str]] = {
    Kind.RECORDER_STARTED: lambda p: f"recorder started (pid {p['pid']})",
    Kind.RECORDER_STOPPED: lambda p: f"recorder stopped: {p['why']}",
    Kind.CLOCK_CHANGED: lambda p: f"computer clock was moved by {p['step_s']:+.0f} s; chart time goes on",
    Kind.DEVICE: lambda p: f"{p['source']}: {p['state']}{': ' + p['text'] if p['text'] else ''}",
    Kind.SESSION_OPENED: _opened,
    Kind.SESSION_CLOSED: lambda _: "session closed",
    Kind.CHAIR_CHANGED: lambda p: f"change of chair: from {p['from_chair']} to {p['to_chair']}",
    Kind.CONTINUED: lambda _: "the session goes on, found open after hours",
    Kind.GAP: _gap,
    Kind.MONITOR_BOUND: _monitor,
    Kind.PLAN: _plan,
    Kind.INFUSION_STARTED: lambda p: f"infusion started {p['rate_ml_per_h']:g} mL/h",
    Kind.INFUSION_HELD: _held,
    Kind.INFUSION_RESUMED: lambda p: f"infusion resumed {p['rate_ml_per_h']:g} mL/h",
    Kind.RATE_CHANGED: lambda p: f"rate changed to {p['rate_ml_per_h']:g} mL/h",
    Kind.INFUSION_STOPPED: lambda _: "infusion stopped",
    Kind.BASELINE: lambda p: f"baseline {p['sys']:g}/{p['dia']:g} from {p['readings']} readings",
    Kind.ALARM: _alarm,
    Kind.NOTE: lambda p: p["text"],
    Kind.VITALS: lambda p: f"typed: {_values(p)}",
    Kind.OBSERVATION: _observed,
    Kind.CORRECTION: lambda p: f"UNDONE: {p['what']}",
    Kind.AWAY: lambda p: f"patient away for {p['minutes']:g} min at most",
    Kind.BACK: _back,
    Kind.EMERGENCY: lambda _: "EMERGENCY",
    Kind.SOUND: _sound,
    Kind.NUMERICS: lambda p: f"{p['rows']} vital-sign rows sealed",
}


# alarm transitions a person reads about: neither the wait before one nor a false start, nor what was held meanwhile
_ALARMED = ("ACTIVE_UNACK", "ACTIVE_ACK", "LATCHED")
_TOLD = ("ACTIVE_UNACK", "ACTIVE_ACK", "LATCHED", "INACTIVE", "DISABLED")


def worth_telling(from_state: str, to_state: str) -> bool:
    """True for an alarm transition that a person reads about."""
    return to_state == "ACTIVE_UNACK" or (to_state in _TOLD and from_state in _ALARMED)


def listed(entry: Entry) -> bool:
    """True for an entry that belongs in a list for people; all of them are in the export."""
    if entry.kind is Kind.ALARM:
        return worth_telling(entry.payload["from"], entry.payload["to"])
    return entry.kind not in (Kind.NUMERICS, Kind.RECORDER_STARTED)


def line(entry: Entry) -> str:
    """The entry in words, its reason behind a colon, then what was asked, clean of anything but text; a back-dated one
    says so.
    """
    words = _LINES[entry.kind](entry.payload)
    reason = f": {entry.reason}" if entry.reason else ""
    said = clean(f"{words}{reason}{_confirmed(entry.payload)}", longest=LONGEST)
    late_min = (entry.entered_at_ms - entry.happened_at_ms) // 60_000
    # A corrected opening has the time of the first one for the session's sake: nobody said that it was charted late
    late = late_min and entry.source == "person" and entry.kind is not Kind.SESSION_OPENED
    return f"{said} (entered {late_min} min later)" if late else said
