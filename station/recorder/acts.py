"""What a person's act makes of the chart: one function an act, found by the act's type. Each checks, then drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from charting.dose import RATE_ML_PER_H, WEIGHT_KG, DoseError, plan, within
from charting.lines import line
from charting.model import Entry, Kind
from charting.session import INFUSION_ACTS, Act as InfusionAct, Phase, State
from drivers.core.catalogue import METRICS, NIBP, plausible
from drivers.core.text import clean
from station.annunciator.pause import PAUSE_S, REMIND_S
from station.events import Event
from station.wire import messages as m

UNDO_WITHIN_S = 300
UNDOABLE = (Kind.NOTE, Kind.VITALS, Kind.OBSERVATION, *INFUSION_ACTS)
LONGEST_AGO_S = 4 * 3600


class Made(NamedTuple):
    """An entry to be: what it says, why, and which entry it takes the place of."""

    kind: Kind
    payload: dict[str, Any]
    reason: str | None = None
    supersedes: int | None = None


Drafted = list[Made]


class Present(msgspec.Struct, frozen=True):
    """What an act is judged by: the open session or None, the baseline (sys, dia, readings) if it can be frozen, and
    the preset as a session's first entry names it."""

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]
    events: dict[str, Event] = {}
    entries: tuple[Entry, ...] = ()  # the last ones, oldest first
    at_ms: int = 0


class Refusal(Exception):
    """The act cannot be charted; ``str()`` is one sentence, ``field`` names the field at fault."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def _open(now: Present, act: m.OpenSession) -> Drafted:
    if now.state is not None:
        raise Refusal(f"a session of {now.state.patient} is open at this chair; end it first")
    patient = _text(act.patient, "patient", "the patient's name")
    identifier = _text(act.identifier, "identifier", "the second identifier (date of birth or record number)")
    _checked(lambda: within("weight_kg", act.weight_kg, WEIGHT_KG, "kg", "weight"))
    opened = {
        "patient": {"name": patient, "identifier": identifier},
        "weight_kg": act.weight_kg,
        "preset": now.preset,
        "zone": "UTC",
    }
    return [Made(Kind.SESSION_OPENED, opened)]


def _plan(now: Present, act: m.Plan) -> Drafted:
    state = _state(now, Phase.BASELINE, why="the infusion has begun; its plan stands")
    weight_kg = state.weight_kg
    if weight_kg is None:
        raise Refusal("the session has no weight", "weight_kg")
    made = _checked(
        lambda: plan(weight_kg=weight_kg, mg_per_kg=act.mg_per_kg, minutes=act.minutes, mg_per_ml=act.mg_per_ml)
    )
    return [Made(Kind.PLAN, msgspec.to_builtins(made))]


def _start(now: Present, _act: m.StartInfusion) -> Drafted:
    state = _state(now, Phase.BASELINE, why="the infusion was started before")
    if state.plan is None:
        raise Refusal("there is no dose plan yet; enter it first")
    begun = {"rate_ml_per_h": state.plan.rate_ml_per_h, "mg_per_ml": state.plan.mg_per_ml}
    before: Drafted = []
    if now.baseline is not None:
        sys_mmhg, dia_mmhg, readings = now.baseline
        before = [Made(Kind.BASELINE, {"sys": sys_mmhg, "dia": dia_mmhg, "readings": readings})]
    return [*before, Made(Kind.INFUSION_STARTED, begun)]


def _hold(now: Present, act: m.Hold) -> Drafted:
    _state(now, Phase.INFUSING, why="the infusion is not running")
    return [Made(Kind.INFUSION_HELD, {}, _text(act.reason, "reason", "the reason for the hold"))]


def _resume(now: Present, act: m.Resume) -> Drafted:
    running = _running(_state(now, Phase.HELD, why="the infusion is not held"))
    return [Made(Kind.INFUSION_RESUMED, _rate(running, act.rate_ml_per_h))]


def _set_rate(now: Present, act: m.SetRate) -> Drafted:
    running = _running(_state(now, Phase.INFUSING, why="the infusion is not running; resume it with the new rate"))
    reason = _text(act.reason, "reason", "the reason for the change")
    return [Made(Kind.RATE_CHANGED, _rate(running, act.rate_ml_per_h), reason)]


def _stop(now: Present, act: m.StopInfusion) -> Drafted:
    _state(now, Phase.INFUSING, Phase.HELD, why="no infusion is running")
    return [Made(Kind.INFUSION_STOPPED, {}, _text(act.reason, "reason", "the reason for the stop"))]


def _close(now: Present, act: m.CloseSession) -> Drafted:
    _state(now, Phase.BASELINE, Phase.RECOVERY, why="the infusion is not stopped; stop it first")
    return [Made(Kind.SESSION_CLOSED, {}, _text(act.reason, "reason", "the reason or outcome"))]


def _note(now: Present, act: m.Note) -> Drafted:
    _state(now)
    return [Made(Kind.NOTE, {"text": _text(act.text, "text", "the note")})]


def _vitals(now: Present, act: m.ManualVitals) -> Drafted:
    _state(now)
    if not act.values:
        raise Refusal("no value was typed", "values")
    for metric, value in act.values.items():
        if metric not in METRICS:
            raise Refusal(f"no metric is called {clean(metric)}", "values")
        if not plausible(metric, value):
            low, high = METRICS[metric].plausible
            what = METRICS[metric].label
            raise Refusal(f"{what} {value:g} cannot be; it lies between {low:g} and {high:g}", metric)
    pressures = [act.values[n] for n in (NIBP[1], NIBP[0]) if n in act.values]
    if len(pressures) == 2 and pressures[0] >= pressures[1]:
        raise Refusal("the diastolic pressure is not below the systolic", "NIBP_DIA")
    return [Made(Kind.VITALS, {"values": dict(act.values)})]


def _event(now: Present, act: m.QuickEvent) -> Drafted:
    _state(now)
    event = now.events.get(act.event)
    if event is None:
        raise Refusal(f"no quick event is called {clean(act.event)!r} here")
    if event.lowest is not None and event.highest is not None:
        if act.rating is None or not event.lowest <= act.rating <= event.highest:
            raise Refusal(f"{event.text} takes a rating from {event.lowest} to {event.highest}", "rating")
    elif act.rating is not None:
        raise Refusal(f"{event.text} takes no rating", "rating")
    return [Made(Kind.OBSERVATION, {"event": event.id, "text": clean(event.text), "values": {event.id: act.rating}})]


def _undo(now: Present, _act: m.Undo) -> Drafted:
    _state(now)
    gone = {e.supersedes for e in now.entries}
    mine = [e for e in now.entries if e.source == "person" and e.kind in UNDOABLE and e.seq not in gone]
    if not mine:
        raise Refusal("there is nothing to undo: no note, value, event or act on the infusion was charted lately")
    last = mine[-1]
    if now.at_ms - last.entered_at_ms > UNDO_WITHIN_S * 1000:
        raise Refusal(f"the last entry is older than {UNDO_WITHIN_S // 60} min: write a note that corrects it")
    return [Made(Kind.CORRECTION, {"what": line(last)}, "mis-key", last.seq)]


def _emergency(now: Present, _act: m.Emergency) -> Drafted:
    state = _state(now)
    stop = [Made(Kind.INFUSION_STOPPED, {}, "emergency")] if state.phase in (Phase.INFUSING, Phase.HELD) else []
    return [*stop, Made(Kind.EMERGENCY, {})]


def _pause_sound(_now: Present, act: m.PauseSound) -> Drafted:
    state, seconds = ("resumed", 0) if act.resume else ("paused", PAUSE_S)
    return [Made(Kind.SOUND, {"state": state, "seconds": seconds, "why": ""})]


def _sound_off(_now: Present, act: m.SoundOff) -> Drafted:
    reason = _text(act.reason, "reason", "the reason for switching the sound off")
    return [Made(Kind.SOUND, {"state": "off", "seconds": REMIND_S, "why": ""}, reason)]


ACTS: dict[type, Callable[[Present, Any], Drafted]] = {
    m.OpenSession: _open,
    m.Plan: _plan,
    m.StartInfusion: _start,
    m.Hold: _hold,
    m.Resume: _resume,
    m.SetRate: _set_rate,
    m.StopInfusion: _stop,
    m.CloseSession: _close,
    m.Note: _note,
    m.ManualVitals: _vitals,
    m.QuickEvent: _event,
    m.Undo: _undo,
    m.Emergency: _emergency,
    m.PauseSound: _pause_sound,
    m.SoundOff: _sound_off,
}


def check_ago(state: State | None, made: Drafted, at_ms: int, ago_s: float) -> None:
    """Raises ``Refusal`` where what is charted ``ago_s`` seconds late cannot have happened then."""
    if not 0 <= ago_s <= LONGEST_AGO_S:  # NaN fails too
        raise Refusal("the time lies in the future or more than four hours back", "ago")
    if not ago_s:
        return
    happened_ms = at_ms - round(ago_s * 1000)
    if state is None or happened_ms < state.opened_ms:
        raise Refusal("that is before the session was opened", "ago")
    if any(one.kind in INFUSION_ACTS for one in made) and state.acts and happened_ms < state.acts[-1].at_ms:
        raise Refusal("that is before the last act on the infusion", "ago")


def _state(now: Present, *phases: Phase, why: str = "") -> State:
    if now.state is None:
        raise Refusal("no session is open at this chair; begin one first")
    if phases and now.state.phase not in phases:
        raise Refusal(why)
    return now.state


def _running(state: State) -> InfusionAct:
    if state.running is None:
        raise Refusal("the chart holds no rate for this infusion")
    return state.running


def _rate(running: InfusionAct, rate_ml_per_h: float | None) -> dict[str, float]:
    rate = running.rate_ml_per_h if rate_ml_per_h is None else rate_ml_per_h
    _checked(lambda: within("rate_ml_per_h", rate, RATE_ML_PER_H, "mL/h", "pump rate"))
    return {"rate_ml_per_h": rate, "mg_per_ml": running.mg_per_ml}


def _text(text: str, field: str, what: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise Refusal(f"{what} is empty", field)
    return cleaned


def _checked(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except DoseError as error:
        raise Refusal(str(error), error.field) from None
