"""A session in numbers and in words: the same for the shell, the review and the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from charting.delivered import delivered, holds
from charting.duty import HANDED, ON
from charting.ledger.chain import iso
from charting.lines import line
from charting.medication import account_text, accounts
from charting.model import Entry, Kind, NumericRow
from charting.second_check import Check
from charting.session import Phase, fold
from charting.sign import signatures, signed_lines
from drivers.core.catalogue import METRICS
from drivers.core.measurement import USABLE

RANGES = ("HR", "PULSE_RATE", "SPO2", "NIBP_SYS", "NIBP_DIA", "RESP_RATE", "ETCO2")
SAID = {  # words of a condition's name that a person writes in another way than in small letters
    "SPO2": "SpO2", "HR": "HR", "NIBP": "NIBP", "OBS": "observation", "COMM": "connection", "INF": "infusion",
    "BASE": "baseline", "UI": "screen",
}  # fmt: skip


def summary(entries: Sequence[Entry], rows: Iterable[NumericRow]) -> dict[str, Any]:
    """What happened, as JSON: dose, times, gaps, alarms by condition, range of each vital sign, who charted."""
    signed = signed_lines(signatures(entries))
    entries = [e for e in entries if e.kind is not Kind.SIGNED]  # days later, and no part of what happened
    state = fold(entries)
    if state is None:
        raise ValueError("no entry opens a session")
    last_ms = max(e.happened_at_ms for e in entries)
    gone = {e.supersedes for e in entries if e.supersedes is not None}
    ranges: dict[str, list[float]] = {}
    for row in rows:
        last_ms = max(last_ms, row.t_ms)
        for metric, (value, validity) in row.values.items():
            if value is not None and validity in USABLE:
                low, high, count = ranges.get(metric, (value, value, 0))
                ranges[metric] = [min(low, value), max(high, value), count + 1]
    given = delivered(state, last_ms)
    raised = Counter(e.payload["condition"] for e in entries if e.kind is Kind.ALARM and _began(e))
    return {
        "session": state.session,
        "chair": state.chair,
        "patient": state.patient,
        "identifier": state.identifier,
        "weight_kg": state.weight_kg,
        "preset": state.preset,
        "phase": state.phase.value,
        "as_of_ms": last_ms,
        "minutes": (last_ms - state.opened_ms) / 60_000,
        "planned_mg": state.planned_mg,
        "delivered_mg": given.mg,
        "delivered_ml": given.ml,
        "unobserved_mg": given.unobserved_mg,
        "infusion_minutes": given.running_s / 60,
        "treated_from_ms": state.started_ms,
        "treated_to_ms": state.ended_ms,
        "parts_given": len(state.given),
        "holds": len(holds(state, last_ms)),
        "monitors": [one.source for one in state.monitors] if state.monitors is not None else None,
        "sound_test": state.sound.state if state.sound else None,
        "second_check": _checked(state.check),
        "gaps_s": [(end - start) / 1000 for start, end in state.gaps],
        "lines_down_s": _lines_down(entries, last_ms),
        "alarms": dict(sorted(raised.items())),
        "vitals": {m: {"lowest": v[0], "highest": v[1], "readings": int(v[2])} for m, v in sorted(ranges.items())},
        "medication": [line(e) for e in entries if e.kind is Kind.MEDICATION and e.seq not in gone],
        "accounts": [account_text(one) for one in accounts(state.care.doses, given.mg)],
        "adverse": [line(e) for e in entries if e.kind is Kind.ADVERSE and e.seq not in gone],
        "staffed_by": _staffed(entries),
        "charted_by": sorted({e.entered_by for e in entries if e.source == "person"}),
        "signed": signed,
    }


def _staffed(entries: Sequence[Entry]) -> list[str]:
    """Initials of everybody who was on, in the order in which they came."""
    came = [e.entered_by for e in entries if e.kind is Kind.SESSION_OPENED and e.supersedes is None]
    for entry in entries:
        if entry.kind is Kind.DUTY and entry.payload["what"] in (ON, HANDED):
            came.append(entry.payload["who" if entry.payload["what"] == ON else "to"]["initials"])
    return list(dict.fromkeys(came))


def _checked(check: Check | None) -> str | None:
    """What became of the second check of the last plan; None where nobody tried."""
    if check is None or not (check.tries or check.skipped):
        return None
    word = "skipped" if check.skipped else "agreed" if check.agreed else "differed"
    return f"{word} ({check.by})"


def _began(entry: Entry) -> bool:
    return bool(entry.payload["to"] == "ACTIVE_UNACK" and entry.payload["from"] in ("PENDING", "LATCHED"))


def _lines_down(entries: Sequence[Entry], end_ms: int) -> dict[str, list[float]] | None:
    """Seconds of each stretch in which a device's line was down, by device, as the session saw it; None where the chart
    says nothing of any line, as one does that was begun before openings said how the lines stood.
    """
    opening = next(e for e in entries if e.kind is Kind.SESSION_OPENED)
    lines: dict[str, str] | None = opening.payload.get("lines")
    if lines is None and not any(e.kind is Kind.DEVICE for e in entries):
        return None
    found: dict[str, list[float]] = {}
    since_ms = {source: opening.happened_at_ms for source, state in (lines or {}).items() if state != "connected"}
    for entry in entries:
        if entry.kind is not Kind.DEVICE:
            continue
        source, state = entry.payload["source"], entry.payload["state"]
        if state == "lost":
            since_ms.setdefault(source, entry.happened_at_ms)
        elif source in since_ms:
            found.setdefault(source, []).append((entry.happened_at_ms - since_ms.pop(source)) / 1000)
    for source, lost_ms in since_ms.items():
        found.setdefault(source, []).append((end_ms - lost_ms) / 1000)
    return found


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _now(made: dict[str, Any]) -> str:
    """An open session goes on while this is read."""
    if made["phase"] == Phase.CLOSED.value:
        return "now closed"
    return f"{made['phase']} at {iso(made['as_of_ms'])[11:19]} UTC, the last that is charted"


def _silences(down_s: dict[str, list[float]] | None) -> str:
    if down_s is None:
        return "not known"
    return (
        ", ".join(
            f"{source} {sum(s):.0f} s in {_count(len(s), 'stretch', 'stretches')}" for source, s in down_s.items()
        )
        or "none"
    )


def _monitors(sources: list[str] | None) -> str:
    if sources is None:
        return "nobody confirmed that it was this patient's"
    return f"{', '.join(sources)}, confirmed" if sources else "none at the last word, values typed"


def _named(condition: str) -> str:
    """A condition of the alarm engine as a person says it: ``NIBP high``, ``observation due``."""
    first, *others = condition.split("_")
    return " ".join((SAID.get(first, first.lower()), *(word.lower() for word in others)))


def _how(made: dict[str, Any]) -> str:
    """How long the pump ran, or in how many parts the dose was given without one, from the first to the last."""
    if not made["parts_given"]:
        return f"{made['infusion_minutes']:.1f} min of infusion, {_count(made['holds'], 'hold')}"
    span_ms = (made["treated_to_ms"] or made["treated_from_ms"]) - made["treated_from_ms"]
    over = f" over {span_ms / 60_000:.1f} min" if span_ms else ""
    return f"{_count(made['parts_given'], 'part')} without a pump{over}"


def words(made: dict[str, Any]) -> list[str]:
    """The summary as sentences."""
    planned = f" of {made['planned_mg']:.1f} mg planned" if made["planned_mg"] is not None else ""
    unseen = f" ({made['unobserved_mg']:.1f} mg of it while nothing was recorded)" if made["unobserved_mg"] else ""
    gaps = made["gaps_s"]
    alarms = ", ".join(f"{_named(name)} {count}x" for name, count in made["alarms"].items()) or "none"
    said = [
        f"Session {made['session']} at {made['chair']}: {made['patient']} ({made['identifier']}),"
        f" {made['weight_kg']:g} kg",
        f"{made['minutes']:.0f} min in the chair, {_now(made)}; alarm preset {made['preset']}",
        f"Delivered {made['delivered_mg']:.1f} mg{planned} = {made['delivered_ml']:.1f} mL in {_how(made)}{unseen}",
        f"Not recorded: {sum(gaps):.0f} s in {_count(len(gaps), 'gap')}" if gaps else "The recorder ran throughout",
        f"Lines down: {_silences(made['lines_down_s'])}",
        f"Alarms: {alarms}",
        f"Monitor: {_monitors(made['monitors'])}; sound test: {made['sound_test'] or 'none'}",
        f"Second check of the plan: {made['second_check'] or 'none'}",
    ]
    for metric in RANGES:
        seen = made["vitals"].get(metric)
        if seen:
            m = METRICS[metric]
            low, high = (f"{seen[k]:.{m.decimals}f}" for k in ("lowest", "highest"))
            said.append(f"{m.label}: {low} to {high} {m.unit_shown}, {seen['readings']} readings")
    said += [f"Medication: {text}" for text in made["medication"]]
    said += [f"Account: {text}" for text in made["accounts"]]
    said += [f"Adverse: {text}" for text in made["adverse"]]
    said.append(f"On the session: {', '.join(made['staffed_by'])}")
    said.append(f"Charted by: {', '.join(made['charted_by']) or 'nobody'}")
    closed = made["phase"] == Phase.CLOSED.value
    return [*said, *(made["signed"] or (["Not signed yet"] if closed else []))]
