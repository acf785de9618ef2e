"""The acts about what goes wrong: an adverse event, and the symptoms that split a high pressure. Only recorded."""

from __future__ import annotations

from charting.adverse import EVENT, SEVERITIES, symptoms_payload
from charting.model import Kind
from charting.observation import ObservationError
from drivers.core.catalogue import NIBP
from station.drugs import one_of
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state, text_of
from station.wire import drug_acts as d


def happened(now: Present, act: d.Adverse) -> Drafted:
    """An adverse event, in the clinic's words."""
    open_state(now)
    severity = one_of(act.severity, SEVERITIES)
    if severity is None:
        raise Refusal(f"an event is {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}", "severity")
    payload = {
        "what": EVENT,
        "event": text_of(act.event, "event", "what happened"),
        "severity": severity,
        "serious": act.serious,
        "outcome": text_of(act.outcome, "outcome", "the outcome so far"),
    }
    return [Made(Kind.ADVERSE, payload)]


def asked_symptoms(now: Present, act: d.PressureSymptoms) -> Drafted:
    """What was answered about symptoms, beside the pressure shown now."""
    open_state(now)
    sys_mmhg, dia_mmhg = (now.shown[name].value if name in now.shown else None for name in NIBP[:2])
    pressure = (sys_mmhg, dia_mmhg) if sys_mmhg is not None and dia_mmhg is not None else None
    try:
        return [Made(Kind.ADVERSE, symptoms_payload(act.answers, pressure))]
    except ObservationError as error:
        raise Refusal(str(error)) from None
