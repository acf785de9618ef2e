"""What the monitoring form asks of pressures, oximetry, sedation and dissociation, and what of it is lacking. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from charting.figures import said
from charting.gates import broken
from charting.leaving import DISSOCIATION
from charting.model import MINUTE_MS, Entry, Kind, NumericRow
from charting.monitoring import (
    BEFORE_MIN,
    LEAST_MIN,
    Ratings,
    Window,
    before,
    last,
    nearest,
    oximetry,
    ratings,
    ready,
    timed,
    until,
    window_of,
)
from charting.protocol import SEDATION, Protocol
from charting.record import PatientState
from charting.session import State, fold
from charting.trends import Cuff, Trend, trend_of

OPEN = "[ ] not charted"
DAYS = 7  # PMF [V]: submitted within 7 days of the treatment
AWAKE = 5.0  # MOAA/S of somebody who responds readily: [J], as in the protocol's criteria
Local = Callable[[int], datetime]  # an instant (UTC ms) as the clinic's clock shows it


class FormError(ValueError):
    """There is no such form of this session; ``str()`` is one sentence for a person."""


class Answer(NamedTuple):
    """A line of the form: what is asked, and what the chart says."""

    asked: str
    said: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What every part of the form is written from. ``end_ms`` is completion, or now while the session is open."""

    state: State
    protocol: Protocol
    entries: tuple[Entry, ...]
    record: PatientState | None
    trend: Trend
    cuffs: tuple[Cuff, ...]
    start_ms: int
    given_ms: int
    end_ms: int
    at_ms: int
    local: Local

    def clock(self, at_ms: int) -> str:
        """The clock, and the minute since the first device."""
        return f"{self.local(at_ms):%H:%M} (min {minutes(at_ms - self.start_ms)})"


def seen_of(
    entries: Sequence[Entry], rows: Iterable[NumericRow], record: PatientState | None, at_ms: int, local: Local
) -> Seen:
    """What the form is written from. Raises ``FormError`` where the session gave no esketamine."""
    state = fold(entries)
    if state is None or state.protocol is None or state.protocol.drug != "esketamine":
        followed = f", it followed {state.protocol.name}" if state is not None and state.protocol is not None else ""
        raise FormError(f"this session was of no esketamine protocol{followed}: there is no monitoring form for it")
    if state.started_ms is None:
        raise FormError("nothing was given in this session: there is nothing to report")
    end_ms = state.closed_ms if state.closed_ms is not None else at_ms
    trend = trend_of(entries, rows, end_ms) or Trend(opened_ms=state.opened_ms, now_ms=end_ms)
    return Seen(
        state=state, protocol=state.protocol, entries=tuple(until(entries, end_ms)), record=record, trend=trend,
        cuffs=tuple(timed(trend)), start_ms=state.started_ms, given_ms=max(one.end_ms for one in state.given),
        end_ms=end_ms, at_ms=at_ms, local=local,
    )  # fmt: skip


def minutes(ms: int) -> int:
    """Whole minutes."""
    return ms // MINUTE_MS


def boxes(answer: bool | None) -> str:
    """The two boxes, neither ticked where the chart has no answer."""
    return f"[{'x' if answer else ' '}] yes [{'x' if answer is False else ' '}] no"


def least_min(seen: Seen) -> float:
    """How long the patient has to stay from the first device on."""
    return max(LEAST_MIN, seen.protocol.recovery.stay_after_start_min or 0)


def vitals(seen: Seen) -> Iterator[Answer]:
    """Three pressures, each by its rule, and the oximetry."""
    first, middle, end, window = _three(seen)
    yield Answer("BP before", _pressure(seen, first, "rule: the last reading at or before the first device"))
    at = said(window.at_min)
    inside = f"of those at min {said(window.from_min)} to {said(window.to_min)}"
    rule = f"rule: the reading nearest to {at} min after the first device, {inside}; of two the later"
    yield Answer(f"BP at {at} min", _pressure(seen, middle, rule))
    rule = "rule: the last reading after the last device, until completion"
    yield Answer("BP before completion", _pressure(seen, end, rule))
    yield Answer("Vital signs acceptable before", (f"{boxes(None)}: a person says", _against_gate(seen, first)))
    lacking = ready(seen.entries, seen.protocol.recovery, seen.cuffs, seen.end_ms).lacking
    by_chart = "; ".join(lacking) or "every criterion of the protocol but the stay was met"
    yield Answer("Vital signs acceptable at completion", (f"{boxes(None)}: a person says", f"by the chart: {by_chart}"))
    spo2 = oximetry(seen.trend, seen.start_ms, seen.end_ms)
    if spo2 is None:
        yield Answer("Pulse oximetry", (OPEN,))
    else:
        typed = f", {spo2.typed} typed" if spo2.typed else ""
        covered = f"[x] SpO2 in {spo2.minutes} of {spo2.of_min} min{typed}"
        yield Answer("Pulse oximetry", (f"{covered}; lowest {spo2.lowest:g} % at {seen.clock(spo2.lowest_ms)}",))


def _pressure(seen: Seen, cuff: Cuff | None, rule: str) -> tuple[str, ...]:
    if cuff is None:
        return ("[ ] not taken", rule)
    typed = ", typed" if cuff.typed else ""
    minute = f"{minutes(seen.start_ms - cuff.t_ms)} min before the first device"
    when = seen.clock(cuff.t_ms) if cuff.t_ms > seen.start_ms else f"{seen.local(cuff.t_ms):%H:%M}, {minute}"
    return (f"{cuff.sys:g}/{cuff.dia:g} mmHg at {when}{typed}", rule)


def _three(seen: Seen) -> tuple[Cuff | None, Cuff | None, Cuff | None, Window]:
    window = window_of(seen.protocol)
    return (
        before(seen.cuffs, seen.start_ms),
        nearest(seen.cuffs, seen.start_ms, window),
        last(seen.cuffs, seen.given_ms, seen.end_ms),
        window,
    )


def _against_gate(seen: Seen, cuff: Cuff | None) -> str:
    """What the gate that was chosen in the screening says of the pressure before."""
    entry = seen.state.screened
    gate = seen.protocol.gate(entry.payload["facts"].get("gate") or "") if entry is not None else None
    if gate is None:
        return "by the chart: no gate was chosen"
    if cuff is None or cuff.sys is None or cuff.dia is None:
        return f"by the chart: no pressure to hold against {gate.id}"
    values = {"sys": cuff.sys, "dia": cuff.dia}
    over = "; ".join(line.says(values[line.measure]) for line in broken(gate.no_start, values))
    return f"by the chart, gate {gate.id}: {over or 'no line broken by this pressure'}"


def effects(seen: Seen) -> Iterator[Answer]:
    """Sedation and dissociation, from the first to the last rating."""
    sedation = _sedation(seen)
    if sedation is None:
        yield Answer("Sedation", (f"{boxes(None)} {OPEN} on MOAA/S: rated on another scale, see the chart",))
    else:
        yield from _effect(seen, "Sedation", sedation, "MOAA/S below 5", "lowest MOAA/S")
    yield from _effect(seen, "Dissociation", _dissociation(seen), "quick rating above 0 of 4", "highest rating")


def _effect(seen: Seen, name: str, found: Ratings, rule: str, worst: str) -> Iterator[Answer]:
    if not found.rated:
        yield Answer(name, (f"{boxes(None)} {OPEN}",))
        return
    span = found.span
    rated = f"{found.rated} rating{'s' if found.rated > 1 else ''} since the first device; counts: {rule}"
    yield Answer(name, (f"{boxes(span is not None)}{f'; {worst} {span.worst:g}' if span else ''}", rated))
    if span is not None:
        yield Answer(f"{name}: onset", (f"first rated {seen.clock(span.onset_ms)}",))
        passed = f"first rated without {seen.clock(span.resolved_ms)}" if span.resolved_ms is not None else None
        yield Answer(f"{name}: resolved", (passed or f"{OPEN}: last rated with it {seen.clock(span.last_ms)}",))


def _sedation(seen: Seen) -> Ratings | None:
    """None where the clinic's key for sedation is of another scale than MOAA/S: what its numbers mean is its own."""
    scales = {e.payload.get("scale", "") for e in seen.entries if _rates(e, SEDATION)}
    return None if scales - {"moaas"} else ratings(seen.state, SEDATION, lambda value: value < AWAKE, min)


def _rates(entry: Entry, event: str) -> bool:
    return entry.kind is Kind.OBSERVATION and entry.payload["values"].get(event) is not None


def _dissociation(seen: Seen) -> Ratings:
    return ratings(seen.state, DISSOCIATION, lambda value: value > 0, max)


def lacks(seen: Seen) -> Iterator[str]:
    """What will be asked about, as sentences."""
    first, middle, end, window = _three(seen)
    stayed, least = minutes(seen.end_ms - seen.start_ms), least_min(seen)
    if middle is None:
        after = [one for one in seen.cuffs if one.t_ms > seen.start_ms]
        near = min(after, key=lambda one: abs(one.t_ms - seen.start_ms - window.at_min * MINUTE_MS), default=None)
        beside = f"; nearest: {near.sys:g}/{near.dia:g} at min {minutes(near.t_ms - seen.start_ms)}" if near else ""
        yield f"no pressure at min {said(window.from_min)} to {said(window.to_min)}{beside}"
    if seen.state.closed_ms is None:
        yield f"the session is still open, min {stayed}: the form is not complete"
    elif stayed < least:
        yield f"the patient stayed {stayed} min, less than {said(least)}"
    if first is None or seen.start_ms - first.t_ms > BEFORE_MIN * MINUTE_MS:
        yield f"no pressure in the {said(BEFORE_MIN)} min before the first device"
    window_min = seen.protocol.recovery.vitals_window_min
    if end is None or seen.end_ms - end.t_ms > window_min * MINUTE_MS:
        yield f"no pressure in the last {said(window_min)} min before completion"
    for name, found in (("sedation", _sedation(seen)), ("dissociation", _dissociation(seen))):
        if found is None or not found.rated:
            yield f"{name} was not rated after the first device"
        elif found.span is not None and found.span.resolved_ms is None:
            yield f"{name} was not rated as resolved"
    if oximetry(seen.trend, seen.start_ms, seen.end_ms) is None:
        yield "no SpO2 after the first device"
    gaps_ms = sum(max(min(to, seen.end_ms) - max(from_, seen.start_ms), 0) for from_, to in seen.state.gaps)
    if gaps_ms >= MINUTE_MS:
        yield f"nothing was recorded during {minutes(gaps_ms)} min of the watch"
    if seen.local(seen.at_ms).date() > seen.local(seen.start_ms).date() + timedelta(days=DAYS):
        yield f"the {DAYS} days are over"
