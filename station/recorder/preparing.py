"""The acts that prepare a session: patient and weight, dose plan, whose monitor it is, the sound test."""

from __future__ import annotations

import msgspec

from charting import doubts
from charting.dose import WEIGHT_KG, plan, within
from charting.model import Kind
from charting.protocol import Protocol
from charting.rule_file import nearest
from charting.session import NOT_HEARD, TESTED, WITHOUT, Phase, State
from drivers.core.text import clean
from station.alarms.preset import named
from station.recorder.drafts import LEAST_AGO_S, Drafted, Made, Present, Refusal, asked_of, checked, open_state, text_of
from station.recorder.weighing import weighed
from station.wire import messages as m

SOUND_TESTS = {"heard": TESTED, "not_heard": NOT_HEARD, "without": WITHOUT}


def opened(now: Present, act: m.OpenSession) -> Drafted:
    """A session of somebody who is in the chair now."""
    if now.state is not None:
        raise Refusal(f"a session of {now.state.patient} is open at this chair; end it first")
    if act.paper and now.ago_s < LEAST_AGO_S:
        raise Refusal("a session from paper is over: say when it was opened; b begins one that is not", "ago")
    patient = text_of(act.patient, "patient", "the patient's name")
    identifier = text_of(act.identifier, "identifier", "the second identifier (date of birth or record number)")
    checked(lambda: within("weight_kg", act.weight_kg, WEIGHT_KG, "kg", "weight"))
    payload = {
        "patient": {"name": patient, "identifier": identifier},
        "weight_kg": act.weight_kg,
        "preset": now.preset,
        "zone": "UTC",
        "lines": {name: port.state for name, port in now.ports.items()},  # later only what changes is charted
    }
    followed = _protocol(now, act.protocol)
    payload |= {"protocol": followed.in_force} if followed is not None else {}
    watching = now.protocols.preset(followed)
    payload |= {"preset": named(watching)} if watching is not None else {}
    payload |= asked_of(now, act, doubts.raised(doubts.WEIGHT, weighed(now, patient, identifier, act.weight_kg)))
    heard_ms = now.past.heard_ms(now.by, now.at_ms)
    payload |= {"sound": {"by": now.by, "at_ms": heard_ms}} if heard_ms is not None else {}
    payload |= {"paper": True} if act.paper else {}
    return [Made(Kind.SESSION_OPENED, payload)]


def _protocol(now: Present, name: str) -> Protocol | None:
    """The protocol called ``name``; None where this station has none."""
    if not now.protocols.known:
        return None
    found = now.protocols.called(clean(name))
    if found is None:
        raise Refusal(f"no protocol is called {clean(name)!r}; {nearest(name, now.protocols.known)}", "protocol")
    return found


def planned(now: Present, act: m.Plan) -> Drafted:
    """The dose plan with its working; before it the corrected weight, where another one is given."""
    state = open_state(now, Phase.BASELINE, why="the infusion has begun; its plan stands")
    if state.protocol is not None and state.protocol.kind != "infusion":
        raise Refusal("there is no pump in this protocol: plan the dose with b")
    weight_kg, corrected = reweighed(now, state, act)
    made = checked(
        lambda: plan(weight_kg=weight_kg, mg_per_kg=act.mg_per_kg, minutes=act.minutes, mg_per_ml=act.mg_per_ml)
    )
    asked = doubts.raised(doubts.tables_of(state.protocol).plan, made)
    return [*corrected, Made(Kind.PLAN, msgspec.to_builtins(made) | asked_of(now, act, asked))]


def reweighed(now: Present, state: State, act: m.Plan | m.PlanDose) -> tuple[float, Drafted]:
    """The weight a plan is for, and its correction in the chart where it is another than that of the session."""
    weight_kg = state.weight_kg if act.weight_kg is None else act.weight_kg
    if weight_kg is None:
        raise Refusal("the session has no weight", "weight_kg")
    return weight_kg, _corrected(now, state, weight_kg, act) if weight_kg != state.weight_kg else []


def _corrected(now: Present, state: State, weight_kg: float, act: m.Plan | m.PlanDose) -> Drafted:
    """The opening again with ``weight_kg`` in it: asked about like the first one, and the first one stays in sight."""
    checked(lambda: within("weight_kg", weight_kg, WEIGHT_KG, "kg", "weight"))
    payload = {
        "patient": {"name": state.patient, "identifier": state.identifier},
        "weight_kg": weight_kg,
        "was_kg": state.weight_kg,
        "preset": next((one.payload["preset"] for one in now.entries if one.seq == state.opened_seq), now.preset),
        "zone": "UTC",
    }
    payload |= {"protocol": state.protocol.in_force} if state.protocol is not None else {}
    facts = weighed(now, state.patient, state.identifier, weight_kg, state.session)
    payload |= asked_of(now, act, doubts.raised(doubts.WEIGHT, facts))
    return [Made(Kind.SESSION_OPENED, payload, supersedes=state.opened_seq)]


def bound(now: Present, act: m.BindMonitor) -> Drafted:
    """These devices were seen to be on this patient, with what of theirs is on the screen."""
    open_state(now)
    for source in act.sources:
        port = now.ports.get(source)
        if port is None:
            raise Refusal(f"no device of this chair is called {clean(source)}")
        if port.state != "connected":
            raise Refusal(f"{source} is not connected: check its cable, or say that there is no monitor now")
    monitors = [{"source": source, "port": now.ports[source].port} for source in act.sources]
    values = {m: one.value for m, one in now.shown.items() if one.source in act.sources and one.value is not None}
    return [Made(Kind.MONITOR_BOUND, {"monitors": monitors, "values": values})]


def sound_checked(now: Present, act: m.SoundChecked) -> Drafted:
    """What became of the sound test, or that the session goes on without sound."""
    open_state(now)
    if act.outcome not in SOUND_TESTS:
        raise Refusal(f"a sound test ends with {', '.join(SOUND_TESTS)}")
    return [Made(Kind.SOUND, {"state": SOUND_TESTS[act.outcome], "seconds": 0, "why": ""})]
