"""Adverse events, and the symptoms asked for where the pressure is high: recorded; nothing here advises. Pure.

Where the pressure is high its symptoms come first: with one it is an emergency, without any it is asymptomatic (Yip et
al. 2022, clinical.md 1.6). What follows from either is a clinician's decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charting.observation import OBSERVATIONS, PRESSURE_SYMPTOMS, Symptoms, pressure_symptoms

EVENT, SYMPTOMS = "event", "symptoms"
VERSION = "five symptoms after Yip 2022"
SEVERITIES = ("mild", "moderate", "severe")
SPLIT: Mapping[Symptoms, str] = {
    Symptoms.PRESENT: "EMERGENCY (with symptoms)",
    Symptoms.ABSENT: "asymptomatic",
    Symptoms.NOT_ALL_ASKED: "symptoms not all asked",
}


def symptoms_payload(answers: Mapping[str, bool | None], pressure: tuple[float, float] | None) -> dict[str, Any]:
    """What an entry says of ``answers`` (``observation.pressure_symptoms``) at a ``pressure`` (sys, dia) or none.

    Raises ``ObservationError`` for an unknown symptom.
    """
    split = pressure_symptoms(answers)
    sys_mmhg, dia_mmhg = pressure or (None, None)
    asked = {one: answers.get(one) for one in PRESSURE_SYMPTOMS}
    return {
        "what": SYMPTOMS, "asked": asked, "split": split.value, "sys": sys_mmhg, "dia": dia_mmhg, "version": VERSION,
    }  # fmt: skip


def adverse_text(p: Mapping[str, Any]) -> str:
    """The payload of an entry as one line."""
    if p["what"] == EVENT:
        serious = "SERIOUS " if p["serious"] else ""
        return f"{serious}adverse event: {p['event']}, {p['severity']}; outcome: {p['outcome']}"
    pressure = f" {p['sys']:g}/{p['dia']:g}" if p["sys"] is not None and p["dia"] is not None else ""
    asked = {one: p["asked"].get(one) for one in PRESSURE_SYMPTOMS}  # in our order, the chart sorts keys
    said = (
        ("", [one for one in asked if asked[one]]),
        ("no: ", [one for one in asked if asked[one] is False]),
        ("not asked: ", [one for one in asked if asked[one] is None]),
    )
    words = "; ".join(f"{lead}{', '.join(OBSERVATIONS[one].text for one in some)}" for lead, some in said if some)
    return f"high pressure{pressure}: {SPLIT[Symptoms(p['split'])]}: {words}"
