"""Recovery scores, and what the protocol still asks for before somebody leaves."""

from __future__ import annotations

from charting.figures import said
from charting.leaving import Pressure, held
from charting.model import Kind
from charting.recovery import RecoveryError, checklist, points
from charting.session import State
from station.alarms.facts import Cuff
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.wire import messages as m
from station.wire.treatment import Leave

FRESH_MIN = 15.0  # for the pressure of a score, where no protocol says how old vital signs may be


def pressure_of(cuff: Cuff | None, at_ms: int, now_ns: int) -> Pressure | None:
    """The last timed ``cuff`` with its time in UTC ms."""
    return Pressure(at_ms - (now_ns - cuff.at_ns) // 1_000_000, cuff.sys, cuff.dia) if cuff is not None else None


def scored(now: Present, act: m.Score) -> Drafted:
    """The points as they were answered; the pressure's are computed from the last pressure and the baseline."""
    state = open_state(now)
    window_min = state.protocol.recovery.vitals_window_min if state.protocol is not None else FRESH_MIN
    pressure = now.pressure
    if pressure is None or pressure.sys is None or now.at_ms - pressure.at_ms > window_min * 60_000:
        raise Refusal(f"there is no pressure of the last {said(window_min)} min: take or type one first (v)")
    baseline_sys = state.baseline[0] if state.baseline is not None else None
    try:
        of = checklist(act.checklist)
        made = points(of, act.answers, baseline_sys, pressure.sys)
    except RecoveryError as error:
        raise Refusal(str(error)) from None
    payload = {
        "checklist": of.id,
        "version": of.version,
        "name": of.name,
        "rows": made.rows,
        "missing": list(made.missing),
        "total": made.total,
        "ready_from": of.ready_from,
        "working": made.working,
    }
    return [Made(Kind.SCORE, payload)]


def leave_of(state: State | None, pressure: Pressure | None, at_ms: int) -> tuple[Leave, ...]:
    """The criteria as a screen shows them."""
    if state is None:
        return ()
    return tuple(
        Leave(
            sentence=one.criterion.sentence,
            met=one.missing is None,
            why=one.missing.why if one.missing is not None else "",
            in_s=_in_s(one.missing.earliest_ms, at_ms) if one.missing is not None else None,
        )
        for one in held(state, pressure, at_ms)
    )


def lacking(state: State, pressure: Pressure | None, at_ms: int) -> tuple[str, ...]:
    """What is not met, in words."""
    found = held(state, pressure, at_ms)
    return tuple(f"{one.criterion.sentence} ({one.missing.why})" for one in found if one.missing is not None)


def _in_s(earliest_ms: int | None, at_ms: int) -> float | None:
    return None if earliest_ms is None else (earliest_ms - at_ms) / 1000
