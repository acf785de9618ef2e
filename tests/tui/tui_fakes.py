"""A recorder's end that answers from memory, and a snapshot with everything a screen can be asked to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from charting.course_templates import load_courses
from charting.protocol_files import load_protocols
from charting.record import PatientState
from charting.screening_rules import load_screening
from charting.trends import Trend
from station.tui.connection import Answer
from station.wire.client import ConnectionGone
from station.wire.messages import (
    Act,
    Alarm,
    AlarmChanged,
    ChairView,
    Infusion,
    Line,
    Number,
    PortView,
    Refused,
    Saved,
    Snapshot,
    TrendView,
)
from station.wire.patient_messages import PatientView

AT_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def number(metric: str, value: float | None, **more: Any) -> Number:
    """A valid, young number without limits, changed by ``more``."""
    plain: dict[str, Any] = {
        "validity": "valid", "age_s": 0.4, "dimmed": False, "why": "", "source": "ge", "low": None,
        "high": None, "alarm_off": False, "priority": "",
    }  # fmt: skip
    return Number(metric=metric, value=value, **{**plain, **more})


def alarm(text: str, priority: str, state: str = "ACTIVE_UNACK", **more: Any) -> Alarm:
    """An alarm about SpO2, changed by ``more``."""
    plain: dict[str, Any] = {
        "condition": "SPO2_LOW", "subject": "SPO2", "reason": "", "value": 86.0, "limit": 90.0,
        "since_s": 65.0,
    }  # fmt: skip
    return Alarm(priority=priority, state=state, text=text, **{**plain, **more})


IDLE = Infusion(
    phase="baseline", planned_mg=None, planned_minutes=None, delivered_mg=0.0, delivered_ml=0.0,
    delivered_mg_per_kg=None, unobserved_mg=0.0, rate_ml_per_h=None, mg_per_ml=None, running_s=None,
    left_s=None, hold_s=None,
)  # fmt: skip
RUNNING = Infusion(
    phase="infusing", planned_mg=35.0, planned_minutes=40.0, delivered_mg=19.4, delivered_ml=19.4,
    delivered_mg_per_kg=0.277, unobserved_mg=0.0, rate_ml_per_h=52.5, mg_per_ml=1.0, running_s=1330.0,
    left_s=1070.0, hold_s=0.0,
)  # fmt: skip
PLANNED = msgspec.structs.replace(IDLE, planned_mg=35.0, planned_minutes=40.0, mg_per_ml=1.0)
NUMBERS = (
    number("HR", 86, low=50, high=120),
    number("PULSE_RATE", 87),
    number("SPO2", 97, low=90),
    number("PERFUSION_INDEX", 3.61),
    number("NIBP_SYS", 174, low=90, high=180, age_s=125.0),
    number("NIBP_DIA", 104, high=110, age_s=125.0),
    number("NIBP_MEAN", 127, low=60, age_s=125.0),
    number("RESP_RATE", 14, low=8, high=30, alarm_off=True),
    number("ETCO2", None, validity="not_available", why="cannula off", age_s=31.0),
    number("TEMP", 36.8, validity="questionable", age_s=12.0, dimmed=True),
)
LINES = tuple(
    Line(seq=n, at_ms=AT_MS - n * 60_000, text=words, by=by, saved=saved)
    for n, (words, by, saved) in enumerate(
        [
            ("note: speaks and breathes quietly", "KS", False),
            ("NIBP 174/104 mean 127", "ge", True),
            ("infusion resumed 52.5 mL/h", "KS", True),
            ("infusion held", "KS", True),
            ("infusion started 52.5 mL/h", "KS", True),
            ("plan 0.5 mg/kg = 35 mg in 35 mL over 40 min, 52.5 mL/h", "KS", True),
        ]
    )
)
CHAIR = ChairView(
    chair="Chair 1", session="S-0042", patient="TEST, A.", identifier="1984-03-02", weight_kg=70.0,
    preset="standard", infusion=RUNNING, numbers=NUMBERS, alarms=(), lines=LINES,
    ports=(PortView(source="ge", port="/dev/ttyUSB0", state="connected", sentence=""),),
)  # fmt: skip
SECOND = msgspec.structs.replace(
    CHAIR,
    chair="Chair 2",
    patient="OTHER, B.",
    session="S-0043",
    infusion=IDLE,
    alarms=(alarm("HR low", "medium"),),
)
QUIET = Snapshot(at_ms=AT_MS, speed=1.0, chart="", chairs=(CHAIR,))
LOST_PORT = PortView(
    source="ge",
    port="/dev/ttyUSB0",
    state="lost",
    sentence="the cable is out or the monitor is off: check the plug",
)
RICH = Snapshot(
    at_ms=AT_MS,
    speed=10.0,
    chart="the disk is full: free some room",
    chairs=(
        msgspec.structs.replace(
            CHAIR,
            numbers=(*NUMBERS[:2], number("SPO2", 86, low=90, priority="high"), *NUMBERS[3:]),
            alarms=(
                alarm("SpO2 86 below 90", "high", reason="13 s below the limit"),
                alarm(
                    "NIBP high, repeat to confirm",
                    "medium",
                    "ACTIVE_ACK",
                    subject="NIBP_SYS",
                    value=174,
                    limit=170,
                ),
                alarm("RR waiting", "medium", "PENDING", subject="RESP_RATE"),
                alarm("EtCO2 low", "low", "HELD", subject="ETCO2"),
                alarm("RR low", "medium", "DISABLED", subject="RESP_RATE"),
            ),
            infusion=msgspec.structs.replace(RUNNING, unobserved_mg=1.2),
            ports=(*CHAIR.ports, LOST_PORT),
        ),
        SECOND,
    ),
)


def with_chair(snapshot: Snapshot, **more: Any) -> Snapshot:
    """``snapshot`` with its first chair changed."""
    first = msgspec.structs.replace(snapshot.chairs[0], **more)
    return msgspec.structs.replace(snapshot, chairs=(first, *snapshot.chairs[1:]))


class FakeRecorder:
    """Hands out connections to itself. ``answer`` decides on acts, ``up`` False breaks it."""

    def __init__(self, snapshot: Snapshot = QUIET) -> None:
        self.snapshot = snapshot
        self.up = True
        self.beat_age_s = 0.1
        self.pid = 1
        self.curves: Trend | None = None
        self.ago_s: list[float] = []
        self.sessions: list[str | None] = []
        self.record: PatientState | None = None
        self.looked: list[tuple[str, str]] = []
        self.factors: tuple[str, ...] = ()
        self.acts: list[tuple[str, str, Act]] = []
        self.echoes = self.polls = self.connects = self.closes = 0
        self.answer: Callable[[Act], Answer] = lambda _: Saved(id=1, seq=100 + len(self.acts))
        self.on_alarm: Callable[[AlarmChanged], None] | None = None

    def _here(self) -> None:
        if not self.up:
            raise ConnectionGone("the recorder has gone")

    async def connect(self) -> FakeRecorder:
        """One more connection; it is this object itself."""
        self.connects += 1
        self._here()
        return self

    async def poll(self) -> Snapshot:
        """The snapshot set now."""
        self._here()
        self.polls += 1
        return self.snapshot

    async def trend(self, chair: str) -> TrendView:
        """The curves set now."""
        self._here()
        return TrendView(chair=chair, trend=self.curves)

    async def patient(self, chair: str, patient: str, identifier: str) -> PatientView:
        """The record set now."""
        self._here()
        self.looked.append((patient, identifier))
        rules = {"protocol": load_protocols()["iv-standard"], "screening": load_screening(), "courses": load_courses()}
        return PatientView(id=1, today=date(2026, 1, 1), record=self.record, factors=self.factors, **rules)

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Note the act, answer as ``answer`` decides."""
        self._here()
        self.sessions.append(session)
        self.ago_s.append(ago_s)
        self.acts.append((chair, by, act))
        return self.answer(act)

    async def echo(self) -> None:
        """Count."""
        self._here()
        self.echoes += 1

    async def close(self) -> None:
        """Count."""
        self.closes += 1


def refuse(sentence: str, field: str = "") -> Callable[[Act], Answer]:
    """An ``answer`` that refuses everything."""
    return lambda _: Refused(id=1, sentence=sentence, field=field)
