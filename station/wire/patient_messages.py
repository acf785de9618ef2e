"""What the wire says of a patient beyond the chair: the record, what follows from it, and the rules in force."""

from __future__ import annotations

from datetime import date

import msgspec

from charting.course_templates import Courses
from charting.protocol import Protocol
from charting.record import PatientState
from charting.record_rules import Stands
from charting.scales.scale import Scale
from charting.scales.shelf import shipped
from charting.screening import Screened
from charting.screening_rules import Screening
from station.wire.frozen import Frozen


class PollPatient(Frozen, frozen=True, kw_only=True, tag="poll_patient"):
    """Ask for one ``PatientView`` of whoever has this name and second identifier; ``chair`` is where it is asked."""

    id: int
    chair: str
    patient: str
    identifier: str


class ScreenedView(Frozen, frozen=True, kw_only=True):
    """The last screening charted in a session, when (UTC ms) and by whom."""

    result: Screened
    at_ms: int
    by: str


class PatientView(Frozen, frozen=True, kw_only=True, tag="patient"):
    """A patient's record, None where nothing is charted under this name and identifier, and what follows from it on
    ``today``: ``days`` of treatment, the course, the ``doses`` given, what bears on the next one
    (``factors``), what eligibility lacks. ``protocol``, ``screening``, ``courses``
    and ``scales`` are the rules in force; ``trouble`` is one sentence where earlier sessions could not be read.
    """

    id: int
    today: date
    record: PatientState | None
    days: tuple[date, ...] = ()
    stands: Stands | None = None
    doses: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    protocol: Protocol
    screening: Screening
    courses: Courses
    scales: tuple[Scale, ...] = msgspec.field(default_factory=lambda: tuple(shipped().values()))
    trouble: str = ""
