"""A chair as a screen needs it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from charting.baseline import baseline, missing
from charting.delivered import assumed, delivered
from charting.due import seconds_left
from charting.lines import line
from charting.medication import account_text, accounts
from charting.portion import DETAILS, doses_of, fields_of, going_in
from charting.record import PatientState
from charting.record_rules import course_of
from charting.resuming import gate_of, resumes_text
from charting.screened import result_of
from charting.second_check import MOST_TRIES, Check
from charting.session import Phase, State
from drivers.core.catalogue import METRICS, NIBP
from station.alarms.outcome import Standing
from station.alarms.preset import limits_for
from station.clock import NS, clinic_day
from station.protocols import Protocols
from station.recorder.chair import Chair
from station.recorder.giving import part_text
from station.recorder.leaving import leave_of
from station.wire.messages import Alarm, ChairView, Infusion, Line, Number, Offer, Prepared, Tile
from station.wire.patient_messages import ScreenedView
from station.wire.treatment import Unsure

ALWAYS_SHOWN = ("HR", "SPO2", *NIBP)  # a chair without them says so instead of leaving the place empty
RANK = ("high", "medium", "low")


def chair_view(
    chair: Chair, now_ns: int, at_ms: int, saved_seq: int, lines: int = 30, days: tuple[date, ...] | None = None
) -> ChairView:
    """The chair now. ``saved_seq`` tells which entries may be called saved, ``days`` when the patient was treated
    before this session; None where that is not known yet.
    """
    standing = chair.engine.standing()
    state = chair.state
    away = state.away if state else None
    record = chair.record
    return ChairView(
        chair=chair.name,
        session=state.session if state else None,
        patient=state.patient if state else "",
        identifier=state.identifier if state else "",
        weight_kg=state.weight_kg if state else None,
        quiet=state.care.quiet if state else None,
        preset=chair.preset.name,
        infusion=_infusion(state, at_ms),
        numbers=tuple(_number(chair, metric, now_ns, standing) for metric in METRICS if _shown(chair, metric)),
        alarms=tuple(_alarm(s, now_ns) for s in standing if s.state != "PENDING"),
        lines=tuple(
            Line(seq=e.seq, at_ms=e.happened_at_ms, text=line(e), by=e.entered_by, saved=e.seq <= saved_seq)
            for e in list(reversed(chair.lines))[:lines]
        ),
        ports=tuple(p.view for p in chair.ports.values()),
        due=chair.owed(now_ns),
        events=tuple(
            Tile(id=e.id, key=e.key, text=e.text, lowest=e.lowest, highest=e.highest, words=e.words, scale=e.scale)
            for e in chair.events.values()
        ),
        emergency_s=(at_ms - state.emergency_ms) / 1000 if state and state.emergency_ms is not None else None,
        prepared=_prepared(chair, at_ms),
        baseline=state.baseline if state else None,
        away_s=max((away.until_ms - at_ms) / 1000, 0.0) if away else None,
        left_open_ms=chair.left_open_ms,
        paper=state is not None and state.paper,
        away_why=f"{away.reason}, {away.by}" if away else "",
        screened=_screened(state) if state else None,
        course=_course(record, days, at_ms),
        flags=tuple(flag.sentence for _, flag in record.flagged) if record else (),
        on=tuple(one.initials for one in state.care.on) if state else (),
        drugs=tuple(drug.name for drug in chair.beside.drugs.drug),
        accounts=tuple(map(account_text, accounts(state.care.doses, delivered(state, at_ms).mg))) if state else (),
        protocol=state.protocol.name if state and state.protocol else "",
        leave=leave_of(state, chair.pressure(now_ns), at_ms),
        told=state.protocol.leave if state and state.protocol and state.phase is Phase.RECOVERY else (),
        dose_notes=state.protocol.dose_notes if state and state.protocol else (),
        protocols=_offers(chair.protocols) if state is None else (),
    )


@lru_cache(maxsize=4)  # told at every poll, read once
def _offers(protocols: Protocols) -> tuple[Offer, ...]:
    """The protocols to choose from, the usual one first."""
    ordered = sorted(protocols.known.values(), key=lambda one: one.id != protocols.usual)
    return tuple(
        Offer(
            id=p.id,
            name=p.name,
            facts=p.facts,
            minutes=p.minutes.default if p.minutes else None,
            pump=p.kind == "infusion",
        )
        for p in ordered
    )


def _screened(state: State) -> ScreenedView | None:
    result, entry = result_of(state), state.screened
    if result is None or entry is None:
        return None
    return ScreenedView(result=result, at_ms=entry.happened_at_ms, by=entry.entered_by)


def _course(record: PatientState | None, days: tuple[date, ...] | None, at_ms: int) -> str:
    """This session's place in the course: "session 3 of 6"; "" where none is known."""
    stands = course_of(record, days, clinic_day(at_ms)) if days is not None else None
    return stands.numbered() if stands else ""


def _prepared(chair: Chair, at_ms: int) -> Prepared:
    if chair.state is None:
        return Prepared()
    readings, test = chair.baseline_readings(at_ms), chair.state.sound
    return Prepared(
        monitors=_confirmed(chair, chair.state),
        sound=test.state if test else "",
        sound_by=test.by if test else "",
        sound_ms=test.at_ms if test else 0,
        readings=tuple(readings),
        baseline=baseline(readings),
        missing=missing(readings),
        check="none" if chair.state.portion is not None else _check(chair.state.check),
        check_left=MOST_TRIES - chair.state.check.tries if chair.state.check else 0,
    )


def _check(check: Check | None) -> str:
    if check is None or not (check.tries or check.skipped):
        return ""
    return "skipped" if check.skipped else "agreed" if check.agreed else "differs"


def _confirmed(chair: Chair, state: State) -> tuple[str, ...] | None:
    """The devices confirmed as this patient's; None, as if nobody had, where one of them is not where it was then."""
    ports = {source: port.view.port for source, port in chair.ports.items()}
    if state.monitors is None or any(ports.get(one.source) != one.port for one in state.monitors):
        return None
    return tuple(one.source for one in state.monitors)


def _shown(chair: Chair, metric: str) -> bool:
    if metric in ALWAYS_SHOWN:
        return metric != "HR" or "PULSE_RATE" not in chair.vitals.metrics or "HR" in chair.vitals.metrics
    return metric in chair.vitals.metrics


def _number(chair: Chair, metric: str, now_ns: int, standing: tuple[Standing, ...]) -> Number:
    low, high, alarm_off = limits_for(chair.preset, metric)
    away = chair.state is not None and chair.state.away is not None
    seen = chair.shown(metric, now_ns)
    priorities = {s.priority for s in standing if s.state.startswith("ACTIVE") and _concerns(chair, s, metric)}
    return Number(
        metric=metric,
        value=seen.value,
        validity=seen.validity,
        age_s=seen.age_s,
        dimmed=seen.dimmed,
        why=seen.why,
        source=seen.source,
        low=low,
        high=high,
        alarm_off=alarm_off or (away and (low is not None or high is not None)),
        priority=next((p for p in RANK if p in priorities), ""),
    )


def _concerns(chair: Chair, s: Standing, metric: str) -> bool:
    row = chair.preset.row(s.condition)
    return metric == s.subject or any(metric in (t.metric, row.instead) for t in row.terms)


def _alarm(s: Standing, now_ns: int) -> Alarm:
    return Alarm(
        condition=s.condition,
        subject=s.subject,
        priority=s.priority,
        state=s.state,
        text=s.text,
        reason=s.reason,
        value=s.value,
        limit=s.limit,
        since_s=(now_ns - s.since_ns) / NS,
    )


def _parts(state: State, at_ms: int) -> dict[str, Any]:
    """What the infusion's line says of a dose without a pump; nothing of any other."""
    protocol, plan, given = state.protocol, state.portion, state.given
    if protocol is None or protocol.kind == "infusion":
        return {}
    more = plan is not None and len(given) < plan.parts and not state.acts
    return {
        "plan_fields": fields_of(protocol),
        "doses": doses_of(protocol),
        "detail": DETAILS[protocol.route],
        "parts": plan.parts if plan is not None else 0,
        "given": len(given),
        "next_part": part_text(plan, len(given) + 1) if plan is not None and more else "",
        "given_s": (at_ms - given[-1].at_ms) / 1000 if given else None,
        "going_in": state.phase is not Phase.CLOSED and going_in(given, at_ms),
    }


def _infusion(state: State | None, at_ms: int) -> Infusion:
    if state is None:
        return Infusion(
            phase="none", planned_mg=None, planned_minutes=None, delivered_mg=0.0, delivered_ml=0.0,
            delivered_mg_per_kg=None, unobserved_mg=0.0, rate_ml_per_h=None, mg_per_ml=None,
            running_s=None, left_s=None, hold_s=None,
        )  # fmt: skip
    given = delivered(state, at_ms)
    plan, running = state.plan, state.running
    held_ms = state.held_since_ms
    left_s = seconds_left(state, at_ms)
    return Infusion(
        phase=state.phase,
        planned_mg=state.planned_mg,
        planned_minutes=plan.minutes if plan else None,
        delivered_mg=given.mg,
        delivered_ml=given.ml,
        delivered_mg_per_kg=given.mg / state.weight_kg if state.weight_kg else None,
        unobserved_mg=given.unobserved_mg,
        rate_ml_per_h=running.rate_ml_per_h if running else None,
        mg_per_ml=running.mg_per_ml if running else plan.mg_per_ml if plan else None,
        running_s=given.running_s if state.acts and not state.given else None,
        left_s=max(left_s, 0.0) if left_s is not None else None,
        hold_s=(at_ms - held_ms) / 1000 if held_ms is not None else None,
        resumes=resumes_text(gate_of(state)) if held_ms is not None else "",
        unsure=next((Unsure(**msgspec.structs.asdict(gap)) for gap in assumed(state)), None),
        **_parts(state, at_ms),
    )
