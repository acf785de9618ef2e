"""What is told of a patient: the record that the recorder remembers, and the days of treatment that the chart holds.

Days are read on a thread, so that no alarm waits for the disk; what cannot be read costs them alone, and is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

from charting.factors import dose_lines, factor_lines
from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.record import PatientState
from charting.record_rules import course_of, eligibility_of, intake_of
from charting.session import State
from charting.treatments import Treated, treatments
from station.clinic import Clinic
from station.clock import clinic_day
from station.recorder.chair import Chair
from station.recorder.past import Past
from station.recorder.rules import protocol_of
from station.wire.messages import ServerMessage
from station.wire.patient_messages import PatientView, PollPatient

Days = tuple[date, ...]


class Patients:
    """``log`` is told where the chart could not be read, without a patient's name."""

    def __init__(self, ledger: Path, past: Past, clinic: Clinic, log: Callable[[str], None]) -> None:
        self._ledger, self._past, self._clinic, self._log = ledger, past, clinic, log
        self._before: dict[str, tuple[str, Days | None]] = {}  # by chair: the session, and the days before it
        self._reading: set[asyncio.Task[None]] = set()

    def days(self, chair: Chair) -> Days | None:
        """On which days whoever sits at ``chair`` was treated before this session; None until it was read."""
        state = chair.state
        if state is None or chair.record is None or chair.record.begun is None:
            return None  # without a course nobody asks
        session, days = self._before.get(chair.name, ("", None))
        if session != state.session:
            self._before[chair.name] = (state.session, None)
            self._begin(self._read_before(chair.name, state))
            return None
        return days

    def tell(
        self, asked: PollPatient, chair: Chair | None, at_ms: int, answer: Callable[[ServerMessage], None]
    ) -> None:
        """Answer ``asked`` as soon as the chart was read."""
        self._begin(self._tell(asked, chair.state if chair is not None else None, at_ms, answer))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read_before(self, chair: str, state: State) -> None:
        treated, _ = await self._read(state.patient, state.identifier, state.session)
        days = _days(treated)
        if self._before[chair][0] == state.session:  # else the next patient sits there by now
            self._before[chair] = (state.session, days)

    async def _tell(
        self, asked: PollPatient, state: State | None, at_ms: int, answer: Callable[[ServerMessage], None]
    ) -> None:
        treated, trouble = await self._read(asked.patient, asked.identifier, "")
        days = _days(treated)
        record = self._past.record(asked.patient, asked.identifier)
        rules, today = self._clinic, clinic_day(at_ms)
        weighed = self._past.weighed(asked.patient, asked.identifier, 0.0)
        answer(
            PatientView(
                id=asked.id,
                today=today,
                record=record,
                days=days or (),
                stands=course_of(record, days, today) if days is not None else None,
                doses=tuple(dose_lines(treated or ())),
                factors=factor_lines(record, weighed, treated or (), today),
                warnings=_warnings(rules, record, today),
                protocol=protocol_of(state),
                screening=rules.screening,
                courses=rules.courses,
                scales=tuple(rules.scales.values()),
                trouble=trouble,
            )
        )

    async def _read(self, name: str, identifier: str, but: str) -> tuple[tuple[Treated, ...] | None, str]:
        """The treatments, or None and one sentence on why not."""
        try:
            return await asyncio.to_thread(_treated, self._ledger, name, identifier, but), ""
        except Exception as error:  # whatever lies in an old chart; its text may name a patient, its type does not
            why = error.sentence if isinstance(error, LedgerError) else f"{type(error).__name__} in its entries"
            self._log(f"earlier sessions cannot be read: {why}")
            return None, f"earlier sessions cannot be read, so the course is not counted: {why}"


def _treated(ledger: Path, name: str, identifier: str, but: str) -> tuple[Treated, ...]:
    with Reader.open(ledger) as reader:
        return treatments(reader, name, identifier, clinic_day, but)


def _days(treated: tuple[Treated, ...] | None) -> Days | None:
    return None if treated is None else tuple(one.on for one in treated)


def _warnings(rules: Clinic, record: PatientState | None, today: date) -> tuple[str, ...]:
    """What eligibility and intake lack, where there is a record."""
    if record is None:
        return ()
    lacks = intake_of(rules.screening.intake, record, today)
    return (*eligibility_of(rules.screening.eligibility, record), *lacks)
