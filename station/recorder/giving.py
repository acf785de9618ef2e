"""Acts of a dose without a pump: its plan, and that it was given, whole or device by device."""

from __future__ import annotations

import msgspec

from charting import doubts
from charting.figures import computed
from charting.model import Kind
from charting.portion import DETAILS, GIVE, Giving, Portion, Typed, portion
from charting.protocol import ROUTES, Protocol
from charting.session import Phase, State
from station.recorder.drafts import Drafted, Made, Present, Refusal, asked_of, baseline_of, checked, open_state, text_of
from station.recorder.fitness import unfit
from station.recorder.preparing import reweighed
from station.wire import messages as m

NO_PUMP = "there is no pump in this protocol: plan the dose with b, and chart it as given with g"


def planned_dose(now: Present, act: m.PlanDose) -> Drafted:
    """The plan with its working; before it the corrected weight, where another one is given."""
    state = open_state(now, Phase.BASELINE, why="the dose was given; its plan stands")
    protocol = _without_pump(state)
    weight_kg, corrected = reweighed(now, state, act)
    typed = Typed(act.mg_per_kg, act.dose_mg, act.mg_per_ml, act.minutes)
    made: Portion = checked(lambda: portion(protocol, weight_kg, typed))
    tables = doubts.tables_of(protocol, "mg" if act.mg_per_kg is None else "mg_per_kg")
    asked = [
        one._replace(field="dose_mg") if act.mg_per_kg is None else one for one in doubts.raised(tables.dose, made)
    ]
    return [*corrected, Made(Kind.PLAN, msgspec.to_builtins(made) | asked_of(now, act, asked))]


def given(now: Present, act: m.Give) -> Drafted:
    """The next part of the plan was given; before the first one the baseline is frozen."""
    state = open_state(now, Phase.BASELINE, Phase.INFUSING, why="the whole dose was given before")
    protocol = _without_pump(state)
    plan, number = state.portion, len(state.given) + 1
    if plan is None:
        raise Refusal("there is no dose plan yet; enter it first")
    detail = text_of(act.detail, "detail", DETAILS[protocol.route].lower())
    what = f"{part_text(plan, number)} {ROUTES[protocol.route]}, {detail}"
    since_s = (now.then_ms - state.given[-1].at_ms) / 1000 if state.given else None
    asked = doubts.raised(GIVE, Giving(what, since_s, plan.rest_s))
    asked = asked if state.given else [*unfit(now, state), *asked]
    payload = {
        "dose_mg": plan.part_mg,
        "mg_per_ml": plan.mg_per_ml,
        "minutes": plan.minutes,
        "number": number,
        "of": plan.parts,
        "route": protocol.route,
        "detail": detail,
    }
    return [*baseline_of(now), Made(Kind.GIVEN, payload | asked_of(now, act, asked))]


def part_text(plan: Portion, number: int) -> str:
    """What is given next, in words: ``35 mg`` or ``device 2 of 3, 28 mg``."""
    amount = f"{computed(plan.part_mg)} mg{f' over {plan.minutes:g} min' if plan.minutes else ''}"
    return f"device {number} of {plan.parts}, {amount}" if plan.parts > 1 else amount


def _without_pump(state: State) -> Protocol:
    """The protocol of a session that gives without a pump; refused for every other one."""
    if state.protocol is None or state.protocol.kind == "infusion":
        raise Refusal("this session's protocol gives by a pump: plan the infusion with b, and start it with g")
    return state.protocol
