"""The one table of alarm conditions (alarms.md b): limits, operators, delays, priorities, words, sources.

Its rows stand in ``rows/``, one file a kind. Parents stand before the rows they hold, because rows are evaluated in
this order. A new condition is a new row; a new way to watch is a new entry of ``watch.FINDERS``. ``source``: S standard
or survey of monitors, M not re-read, J ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from station.alarms.rows.house import HOUSE
from station.alarms.rows.patient import PATIENT
from station.alarms.rows.sensing import SENSING
from station.alarms.rows.treatment import TREATMENT
from station.alarms.rules import Artefact, Condition

# How the raw series of a metric betrays movement (alarms.md a9)
ARTEFACTS: Mapping[str, Artefact] = {
    "SPO2": Artefact(within_s=3, points=6, low_signal=True),
    "HR": Artefact(within_s=2, percent=25),
    "PULSE_RATE": Artefact(within_s=2, percent=25),
}

CONDITIONS: Mapping[str, Condition] = {row.id: row for row in (*SENSING, *PATIENT, *TREATMENT, *HOUSE)}
