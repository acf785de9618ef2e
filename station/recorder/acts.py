"""What a person's act makes of the chart: one function an act, found by the act's type. Each checks, then drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from charting.dose import RATE_ML_PER_H, WEIGHT_KG, DoseError, plan, within
from charting.model import Kind
from charting.session import Act as InfusionAct
from charting.session import Phase, State
from drivers.core.catalogue import METRICS, NIBP, plausible
from drivers.core.text import clean
from station.wire import messages as m

Drafted = list[tuple[Kind, dict[str, Any], str | None]]


class Present(msgspec.Struct, frozen=True):
    """What an act is judged by: the open session or None, the baseline (sys, dia, readings) if it can be frozen, and
    the preset as a session's first entry names it."""

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]


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
    return [(Kind.SESSION_OPENED, opened, None)]


def _plan(now: Present, act: m.Plan) -> Drafted:
    state = _state(now, Phase.BASELINE, why="the infusion has begun; its plan stands")
    weight_kg = state.weight_kg
    if weight_kg is None:
        raise Refusal("the session has no weight", "weight_kg")
    made = _checked(
        lambda: plan(weight_kg=weight_kg, mg_per_kg=act.mg_per_kg, minutes=act.minutes, mg_per_ml=act.mg_per_ml)
    )
    return [(Kind.PLAN, msgspec.to_builtins(made), None)]


def _start(now: Present, _act: m.StartInfusion) -> Drafted:
    state = _state(now, Phase.BASELINE, why="the infusion was started before")
    if state.plan is None:
        raise Refusal("there is no dose plan yet; enter it first")
    begun = {"rate_ml_per_h": state.plan.rate_ml_per_h, "mg_per_ml": state.plan.mg_per_ml}
    before: Drafted = []
    if now.baseline is not None:
        sys_mmhg, dia_mmhg, readings = now.baseline
        before = [(Kind.BASELINE, {"sys": sys_mmhg, "dia": dia_mmhg, "readings": readings}, None)]
    return [*before, (Kind.INFUSION_STARTED, begun, None)]


def _hold(now: Present, act: m.Hold) -> Drafted:
    _state(now, Phase.INFUSING, why="the infusion is not running")
    return [(Kind.INFUSION_HELD, {}, _text(act.reason, "reason", "the reason for the hold"))]


def _resume(now: Present, act: m.Resume) -> Drafted:
    running = _running(_state(now, Phase.HELD, why="the infusion is not held"))
    return [(Kind.INFUSION_RESUMED, _rate(running, act.rate_ml_per_h), None)]


def _set_rate(now: Present, act: m.SetRate) -> Drafted:
    running = _running(_state(now, Phase.INFUSING, why="the infusion is not running; resume it with the new rate"))
    reason = _text(act.reason, "reason", "the reason for the change")
    return [(Kind.RATE_CHANGED, _rate(running, act.rate_ml_per_h), reason)]


def _stop(now: Present, act: m.StopInfusion) -> Drafted:
    _state(now, Phase.INFUSING, Phase.HELD, why="no infusion is running")
    return [(Kind.INFUSION_STOPPED, {}, _text(act.reason, "reason", "the reason for the stop"))]


def _close(now: Present, act: m.CloseSession) -> Drafted:
    _state(now, Phase.BASELINE, Phase.RECOVERY, why="the infusion is not stopped; stop it first")
    return [(Kind.SESSION_CLOSED, {}, _text(act.reason, "reason", "the reason or outcome"))]


def _note(now: Present, act: m.Note) -> Drafted:
    _state(now)
    return [(Kind.NOTE, {"text": _text(act.text, "text", "the note")}, None)]


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
    return [(Kind.VITALS, {"values": dict(act.values)}, None)]


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
}


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
