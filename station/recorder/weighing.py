"""A weight beside the patient's last one: which was it, how long ago, and from when on the clinic calls one old."""

from __future__ import annotations

from datetime import date

from charting.doubts import Weighed
from station.clock import clinic_day
from station.recorder.drafts import Present


def weighed(now: Present, patient: str, identifier: str, kg: float, session: str = "") -> Weighed:
    """``kg`` beside the last weight of this patient; that of ``session``, which it is to correct, does not count."""
    found = now.past.weighed(patient, identifier, kg, session)
    rule = now.beside.clinic.screening.weight
    if found.last_kg is None or rule is None:
        return found
    days = (clinic_day(now.at_ms) - date.fromisoformat(found.last_on)).days
    return found._replace(last_days=days, longest_days=rule.longest_days)
