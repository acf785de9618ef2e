"""The scripted nurse: a scenario's commands as the acts a viewer would send. Rehearsal and demo use the same."""

from __future__ import annotations

from collections.abc import Callable

from simulators.playback import Playback
from simulators.scenario import Nurse, Scenario
from station.wire import messages as m

BY = "script"
# a script has thought of what it does: it is asked nothing, and where it would have been, the chart says so
SURE = {m.WHATEVER: "as scripted"}
SURELY = {m.WHATEVER: m.Second(who="script 2", role="prescriber, scripted")}
# what a playback's bare `start` stands for: the usual plan of the source documents (clinical.md 1.1)
USUAL = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE)
USUAL_WEIGHT_KG = 70.0

_ACTS: dict[str, Callable[[Nurse], tuple[m.Act, ...]]] = {
    "start": lambda n: (
        m.Plan(
            mg_per_kg=n.mg_per_kg or 0,
            minutes=n.minutes or 0,
            mg_per_ml=n.mg_per_ml or 0,
            confirmed=SURE,
            vouched=SURELY,
        ),
        m.StartInfusion(confirmed=SURE),
    ),
    "hold": lambda n: (m.Hold(reason=n.reason or ""),),
    "resume": lambda n: (m.Resume(rate_ml_per_h=n.rate_ml_per_h, confirmed=SURE),),
    "rate": lambda n: (m.SetRate(rate_ml_per_h=n.rate_ml_per_h or 0, reason=n.reason or "", confirmed=SURE),),
    "stop": lambda n: (m.StopInfusion(reason=n.reason or ""),),
    "ack": lambda _: (m.Acknowledge(),),
    "note": lambda n: (m.Note(text=n.text or ""),),
    "event": lambda n: (m.QuickEvent(event=n.event or "", rating=n.rating),),
    "away": lambda n: (m.Away(reason=n.reason or "", minutes=n.minutes or 0),),
    "back": lambda _: (m.Back(),),
    "vitals": lambda n: (m.ManualVitals(values=n.values or {}),),
}

_EVENTS: dict[str, m.Act] = {
    "hold": m.Hold(reason="playback"),
    "resume": m.Resume(),
    "stop": m.StopInfusion(reason="playback"),
}

Timed = list[tuple[float, m.Act]]


def opening(name: str, weight_kg: float) -> m.OpenSession:
    """The session of somebody who does not exist."""
    return m.OpenSession(patient=name, identifier="1980-01-01", weight_kg=weight_kg, confirmed=SURE)


def of_scenario(scenario: Scenario, patient: str = "DEMO, Alex") -> Timed:
    """(at_s, act) of a scenario, the opening of the session of ``patient`` first."""
    acts: Timed = [(0.0, opening(patient, scenario.patient.weight_kg))]
    acts += [(n.at_s, act) for n in scenario.nurse for act in _ACTS[n.command](n)]
    return acts


def of_playback(playback: Playback) -> Timed:
    """(t_s, act) of a playback's event column, the session's opening first."""
    acts: Timed = [(playback.start_s, opening("PLAYBACK, Alex", USUAL_WEIGHT_KG))]
    for t_s, event in playback.events:
        if event == "start":
            acts += [(t_s, USUAL), (t_s, m.StartInfusion(confirmed=SURE))]
        else:
            acts.append((t_s, _EVENTS[event]))
    return acts
