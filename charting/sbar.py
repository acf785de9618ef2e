"""The hand-over card: situation, background, assessment, recommendation, drawn from the chart alone. Pure: entries and
rows in, lines of text out, the same at the chair, from the shell and years later. Its last part is what the chart
itself still asks for; nothing is advised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from charting.adverse import adverse_text
from charting.delivered import delivered
from charting.due import Due, seconds_left
from charting.duty import named
from charting.figures import computed
from charting.lines import line
from charting.medication import GIVEN, account_text, accounts
from charting.model import Entry, Kind, NumericRow
from charting.session import Phase, State, fold
from charting.trends import Trend, trend_of
from drivers.core.catalogue import METRICS
from drivers.core.text import clean

TITLES = ("Situation", "Background", "Assessment", "Recommendation")
NOW = ("HR", "PULSE_RATE", "SPO2", "RESP_RATE", "ETCO2")
LAST_PRESSURES = 3
LAST_NOTES = 3
FRESH_S = 120  # an older value of a stream is none that counts as now
_WORST_FIRST = ("high", "medium", "low")
_STANDING = {
    "ACTIVE_UNACK": "ALARM",
    "ACTIVE_ACK": "alarm acknowledged",
    "LATCHED": "alarm over, not acknowledged",
}


class Card(NamedTuple):
    """The card at ``at_ms``: a heading and its lines, four times, in the order of ``TITLES``."""

    at_ms: int
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The card as text."""
        return tuple(text for title, lines in self.parts for text in (title.upper(), *(f"  {one}" for one in lines)))


def sbar(entries: Sequence[Entry], rows: Iterable[NumericRow], at_ms: int, owed: Iterable[Due] = ()) -> Card:
    """The card of one session. ``owed`` is what is due (``due.due``). Raises ValueError where no entry opens one."""
    state = fold(entries)
    if state is None:
        raise ValueError("no entry opens a session")
    gone = {entry.supersedes for entry in entries if entry.supersedes is not None}
    valid = [entry for entry in entries if entry.seq not in gone and entry.kind is not Kind.CORRECTION]
    trend = trend_of(entries, rows, at_ms) or Trend(opened_ms=state.opened_ms, now_ms=at_ms)
    parts = (
        (*_who(state), *_infusion(state, at_ms), *_now(trend, at_ms), *_standing(state, entries)),
        (*_plan(state, valid), *_medication(state, valid, at_ms), *_notes(valid, at_ms)),
        (*_pressures(trend, at_ms), *_ratings(valid, at_ms), *_events(valid, at_ms), *_alarms(entries)),
        _asked_for(state, owed, at_ms),
    )
    return Card(
        at_ms, tuple((title, tuple(clean(one, 240) for one in some)) for title, some in zip(TITLES, parts, strict=True))
    )


def _ago(then_ms: int, at_ms: int) -> str:
    minutes = max(at_ms - then_ms, 0) // 60_000
    return "now" if minutes == 0 else f"{minutes} min ago"


def _in_time(valid: Iterable[Entry], kind: Kind) -> list[Entry]:
    """Those of ``kind`` as they happened: what was charted late is not the newest."""
    return sorted((e for e in valid if e.kind is kind), key=lambda e: (e.happened_at_ms, e.seq))


def _who(state: State) -> list[str]:
    weight = f", {state.weight_kg:g} kg" if state.weight_kg is not None else ""
    on = f"; on: {named(state.care.on)}" if state.care.on else ""
    return [f"{state.patient} ({state.identifier}){weight}, {state.chair}{on}"]


def _infusion(state: State, at_ms: int) -> list[str]:
    given = delivered(state, at_ms)
    left_s = seconds_left(state, at_ms)
    words = [state.phase.value]
    if state.acts and not state.given:  # of a dose without a pump only its stop is one
        words.append(f"pump ran {given.running_s / 60:.0f} min")
    if left_s is not None:
        words.append(f"{max(left_s, 0) / 60:.0f} min left{' once resumed' if state.phase is Phase.HELD else ''}")
    if state.running is not None:
        before = "before the hold " if state.phase is Phase.HELD else ""
        words.append(f"{before}{state.running.rate_ml_per_h:g} mL/h")
    planned = f" of {computed(state.plan.dose_mg)} mg planned" if state.plan else ""
    per_kg = f", {given.mg / state.weight_kg:.2f} mg/kg" if state.weight_kg else ""
    unseen = f", {given.unobserved_mg:.1f} mg of it while nothing was recorded" if given.unobserved_mg else ""
    emergency = [f"EMERGENCY {_ago(state.emergency_ms, at_ms)}"] if state.emergency_ms is not None else []
    away = [f"patient away: {state.away.reason}"] if state.away is not None else []
    return [*emergency, ", ".join(words), f"{given.mg:.1f} mg given{planned}{per_kg}{unseen}", *away]


def _now(trend: Trend, at_ms: int) -> list[str]:
    found = []
    for metric in NOW:
        last = trend.buckets(metric)[-1:]
        if last and at_ms - last[0].t_ms <= FRESH_S * 1000:
            found.append(f"{METRICS[metric].label} {last[0].last:.{METRICS[metric].decimals}f}")
    return [f"now {', '.join(found) or 'no value of a monitor'}"]


def _standing(state: State, entries: Iterable[Entry]) -> list[str]:
    if state.phase is Phase.CLOSED:
        return []  # an alarm ends with its session
    standing: dict[tuple[str, str], tuple[int, str]] = {}
    for entry in entries:
        if entry.kind is Kind.ALARM:
            p = entry.payload
            key = (p["condition"], p.get("subject", ""))
            standing.pop(key, None)
            if p["to"] in _STANDING:
                said = f"{_STANDING[p['to']]}, {p['priority']}: {p.get('text') or p['condition']}"
                standing[key] = _WORST_FIRST.index(p["priority"]), said
    return [said for _, said in sorted(standing.values(), key=lambda one: one[0])]


def _plan(state: State, valid: Iterable[Entry]) -> list[str]:
    plans = [line(entry) for entry in valid if entry.kind is Kind.PLAN][-1:] or ["no dose plan"]
    base = f"baseline {state.baseline[0]:g}/{state.baseline[1]:g}" if state.baseline else "no baseline"
    return [*plans, f"{base}; alarm preset {state.preset}"]


def _medication(state: State, valid: Iterable[Entry], at_ms: int) -> list[str]:
    given = [e for e in _in_time(valid, Kind.MEDICATION) if e.payload["what"] == GIVEN]
    infused_mg = delivered(state, at_ms).mg
    return [
        *(f"{line(entry)}, {_ago(entry.happened_at_ms, at_ms)}" for entry in given),
        *(account_text(one) for one in accounts(state.care.doses, infused_mg)),
    ]


def _notes(valid: Iterable[Entry], at_ms: int) -> list[str]:
    notes = _in_time(valid, Kind.NOTE)[-LAST_NOTES:]
    return [f"note {_ago(entry.happened_at_ms, at_ms)}: {entry.payload['text']}" for entry in notes]


def _pressures(trend: Trend, at_ms: int) -> list[str]:
    sure = [cuff for cuff in trend.cuffs if cuff.sys is not None and cuff.dia is not None]
    if not sure:
        return ["no blood pressure in this session"]
    last = (
        f"{cuff.sys:g}/{cuff.dia:g}{' typed' if cuff.typed else ''} {_ago(cuff.t_ms, at_ms)}"
        for cuff in reversed(sure[-LAST_PRESSURES:])
    )
    top = max(sure, key=lambda cuff: cuff.sys or 0)
    return [f"BP {', '.join(last)}", f"highest {top.sys:g}/{top.dia:g} {_ago(top.t_ms, at_ms)}"]


def _ratings(valid: Iterable[Entry], at_ms: int) -> list[str]:
    last: dict[str, Entry] = {e.payload["event"]: e for e in _in_time(valid, Kind.OBSERVATION)}
    return [f"{line(entry)}, {_ago(entry.happened_at_ms, at_ms)}" for entry in last.values()]


def _events(valid: Sequence[Entry], at_ms: int) -> list[str]:
    held = [e for e in valid if e.kind is Kind.INFUSION_HELD and not e.payload.get("still")]
    worse = [e for e in valid if e.kind is Kind.ADVERSE]
    return [
        *(f"held {_ago(entry.happened_at_ms, at_ms)}: {entry.reason}" for entry in held),
        *(f"{adverse_text(entry.payload)}, {_ago(entry.happened_at_ms, at_ms)}" for entry in worse),
    ]


def _alarms(entries: Iterable[Entry]) -> list[str]:
    raised = Counter(
        e.payload["condition"]
        for e in entries
        if e.kind is Kind.ALARM and e.payload["to"] == "ACTIVE_UNACK" and e.payload["from"] in ("PENDING", "LATCHED")
    )
    return [f"alarms so far: {', '.join(f'{name} {n}x' for name, n in sorted(raised.items()))}"] if raised else []


def _asked_for(state: State, owed: Iterable[Due], at_ms: int) -> list[str]:
    """What the chart itself still asks for, the most urgent first."""
    found = [
        f"{one.text} {'OVERDUE by' if one.in_s < 0 else 'in'} {abs(one.in_s) / 60:.0f} min"
        for one in sorted(owed, key=lambda one: one.in_s)
    ]
    infused_mg = delivered(state, at_ms).mg
    left = [one for one in accounts(state.care.doses, infused_mg) if one.open]
    found += [f"account for {one.name}: {one.remaining:.1f} {one.unit} neither given nor wasted" for one in left]
    if state.phase is not Phase.CLOSED:
        found += ["confirm whose monitor it is"] if state.monitors is None else []
        found += ["test the sound"] if state.sound is None else []
    return found or ["nothing is due by the chart"]
