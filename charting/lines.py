"""An entry as one line of text: the same words on the screen, in the review and in the printed chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from charting.adverse import adverse_text
from charting.downtime import ran_text
from charting.figures import computed
from charting.medication import dose_text
from charting.model import Entry, Kind
from charting.people import access_of
from charting.protocol import ROUTES
from charting.quiet import quiet_text
from charting.record_lines import RECORD_LINES
from charting.session import NOT_HEARD, RECHECK_MIN, TESTED, WITHOUT
from drivers.core.catalogue import METRICS, NIBP
from drivers.core.text import clean

P = dict[str, Any]
NOT_MEASURED = "---"
LONGEST = 480  # characters: a reason as long as one can be typed, and two questions with the alarms they name


def _plan(p: P) -> str:
    if "rate_ml_per_h" not in p:
        volume = f" in {computed(p['volume_ml'])} mL" if p["volume_ml"] is not None else ""
        over = f" over {p['minutes']:g} min" if p["minutes"] else ""
        parts = f", {p['parts']} devices" if p["parts"] > 1 else ""
        return f"plan {computed(p['mg_per_kg'])} mg/kg = {computed(p['dose_mg'])} mg{volume}{over}{parts}"
    return (
        f"plan {computed(p['mg_per_kg'])} mg/kg = {computed(p['dose_mg'])} mg in {computed(p['volume_ml'])} mL"
        f" over {p['minutes']:g} min, {computed(p['rate_ml_per_h'])} mL/h"
    )


def _confirmed(p: P) -> str:
    """What was asked about an entry, and that it was confirmed; "" where nothing was."""
    asked = (one for one in p.get("confirmed", ()) if one["id"] != "given")  # that is what the line itself says
    return "".join(f"; asked: {a['asked']} Confirmed{_with(a)}{': ' + a['why'] if a['why'] else ''}" for a in asked)


def _with(answered: P) -> str:
    """Who else answered."""
    second = answered.get("second", {})
    role = f", {second['role']}" if "role" in second else ""
    return f" with {second['initials']}{role}" if second else ""


def _opened(p: P) -> str:
    if "was_kg" in p:
        return f"weight corrected to {p['weight_kg']:g} kg from {p['was_kg']:g} kg"
    sound = f", sound heard by {p['sound']['by']}" if "sound" in p else ""
    protocol = f", {p['protocol']['name']} (version {p['protocol']['version']})" if "protocol" in p else ""
    watch = "typed back from paper" if "paper" in p else f"alarms: {p['preset']['name']}{sound}"
    return f"session opened, {p['weight_kg']:g} kg{protocol}, {watch}"


def _given(p: P) -> str:
    device = f"device {p['number']} of {p['of']}, " if p["of"] > 1 else ""
    over = f" over {p['minutes']:g} min" if p["minutes"] else ""
    return f"given: {device}{computed(p['dose_mg'])} mg {ROUTES[p['route']]}{over}, {p['detail']}"


def _scored(p: P) -> str:
    total = f"{p['total']}" if p["total"] is not None else f"no total, not known: {', '.join(p['missing'])}"
    rows = ", ".join(f"{row} {value}" for row, value in p["rows"].items() if value is not None)
    return f"{p['name']} {total} ({rows})"


def _checked(p: P) -> str:
    if p.get("skipped"):
        return "went on WITHOUT SECOND CHECK"
    said = "agreed" if p["agreed"] else "DIFFERS: " + " ".join(one["sentence"] for one in p["differences"])
    return f"second check by {p['second']['initials']}: {said}"


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


def _staff(p: P) -> str:
    if p["what"] == "list":
        named = (f"{one['initials']} {one['name']} ({one['role']})" for one in p["people"])
        return f"staff: {', '.join(named) or 'nobody'}"
    if p["what"] == "list refused":
        return f"the list of staff cannot be read: {p['why']}"
    again = f", {p['in_a_row']} in a row" if p.get("in_a_row", 1) > 1 else ""
    return f"{p['what']}: {p['initials']}{again}"


def _duty(p: P) -> str:
    who = p["who"]["initials"]
    words = {"on": f"{who} is on this session", "off": f"{who} is off this session"}
    return words.get(p["what"]) or f"handed over by {who} to {p['to']['initials']}, who read the card and signed"


def _signed(p: P) -> str:
    missing = f", {len(p['missing'])} missing" if p["missing"] else ""
    return f"SIGNED, up to entry {p['last_seq']}{missing}: {p['statement']}"


_LINES: dict[Kind, Callable[[P], str]] = {
    Kind.RECORDER_STARTED: lambda p: f"recorder started (pid {p['pid']})",
    Kind.RECORDER_STOPPED: lambda p: f"recorder stopped: {p['why']}",
    Kind.CLOCK_CHANGED: lambda p: f"computer clock was moved by {p['step_s']:+.0f} s; chart time goes on",
    Kind.STAFF: _staff,
    Kind.DEVICE: lambda p: f"{p['source']}: {p['state']}{': ' + p['text'] if p['text'] else ''}",
    Kind.SESSION_OPENED: _opened,
    Kind.SESSION_CLOSED: lambda _: "session closed",
    Kind.SIGNED: _signed,
    Kind.DUTY: _duty,
    Kind.MEDICATION: dose_text,
    Kind.ADVERSE: adverse_text,
    Kind.CHAIR_CHANGED: lambda p: f"change of chair: from {p['from_chair']} to {p['to_chair']}",
    Kind.CONTINUED: lambda _: "the session goes on, found open after hours",
    Kind.GAP: _gap,
    Kind.DOWNTIME: ran_text,
    Kind.MONITOR_BOUND: _monitor,
    Kind.PLAN: _plan,
    Kind.SECOND_CHECK: _checked,
    Kind.INFUSION_STARTED: lambda p: f"infusion started {p['rate_ml_per_h']:g} mL/h",
    Kind.INFUSION_HELD: _held,
    Kind.INFUSION_RESUMED: lambda p: f"infusion resumed {p['rate_ml_per_h']:g} mL/h",
    Kind.RATE_CHANGED: lambda p: f"rate changed to {p['rate_ml_per_h']:g} mL/h",
    Kind.INFUSION_STOPPED: lambda _: "infusion stopped",
    Kind.GIVEN: _given,
    Kind.BASELINE: lambda p: f"baseline {p['sys']:g}/{p['dia']:g} from {p['readings']} readings",
    Kind.ALARM: _alarm,
    Kind.NOTE: lambda p: p["text"],
    Kind.VITALS: lambda p: f"typed: {_values(p)}",
    Kind.OBSERVATION: _observed,
    Kind.SCORE: _scored,
    Kind.CORRECTION: lambda p: f"UNDONE: {p['what']}",
    Kind.AWAY: lambda p: f"patient away for {p['minutes']:g} min at most",
    Kind.BACK: _back,
    Kind.QUIET: quiet_text,
    Kind.EMERGENCY: lambda _: "EMERGENCY",
    Kind.SOUND: _sound,
    Kind.NUMERICS: lambda p: f"{p['rows']} vital-sign rows sealed",
    **RECORD_LINES,
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
    says so, and one for which nobody had signed in.
    """
    words = _LINES[entry.kind](entry.payload) + (", from paper" if entry.payload.get("paper") else "")
    reason = f": {entry.reason}" if entry.reason else ""
    said = clean(f"{words}{reason}{_confirmed(entry.payload)}", longest=LONGEST)
    late_min = (entry.entered_at_ms - entry.happened_at_ms) // 60_000
    # A corrected opening has the time of the first one for the session's sake: nobody said that it was charted late
    late = late_min and entry.source == "person" and entry.kind is not Kind.SESSION_OPENED
    said += f" (entered {late_min} min later)" if late else ""
    access = access_of(entry.payload)
    return f"{said} [{access}]" if access else said
