"""Signing a session that is over: its chart is read on a thread, so that no alarm waits for the disk.

``signed`` is all of it, for the recorder and for a command that writes while no recorder runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.model import Draft
from charting.people import Signed
from charting.record import PatientState
from charting.sign import SignError, over, signature
from station.clock import Clock
from station.recorder.answers import Answers
from station.recorder.drafts import Refusal
from station.recorder.journal import Journal
from station.recorder.past import Past
from station.recorder.signing import Signing
from station.wire.messages import Command, Refused, ServerMessage
from station.wire.record_acts import SignSession

Answer = Callable[[ServerMessage], None]
RecordOf = Callable[[str, str], PatientState | None]


def signed(reader: Reader, act: SignSession, who: Signed, record_of: RecordOf, at_ms: int) -> Draft:
    """The entry by which ``who`` signs. Raises ``SignError`` and ``LedgerError``."""
    entries = reader.entries(act.session)
    state = over(entries)
    record = record_of(state.patient, state.identifier)
    rows = reader.numerics(act.session, "NIBP_SYS")
    return signature(entries, rows, record, who, act.read, at_ms)


class Signatures:
    """Charts them. ``signing`` knows who acts, ``past`` the records of patients."""

    def __init__(
        self, ledger: Path, past: Past, signing: Signing, journal: Journal, clock: Clock, answers: Answers
    ) -> None:
        self._ledger, self._past, self._signing = ledger, past, signing
        self._journal, self._clock, self._answers = journal, clock, answers
        self._tasks: set[asyncio.Task[None]] = set()

    def command(self, command: Command, answer: Answer) -> bool:
        """Sign where ``command`` says so; False for every other act. ``answer`` is called later."""
        act = command.act
        if not isinstance(act, SignSession):
            return False
        try:
            who = self._signing.signed(command)
        except Refusal as refusal:
            answer(refusal.answer(command.id))
            return True
        task = asyncio.get_running_loop().create_task(self._sign(command.id, act, who, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _sign(self, number: int, act: SignSession, who: Signed, answer: Answer) -> None:
        at_ms = self._clock.utc_ms(self._clock.now_ns())
        try:
            draft = await asyncio.to_thread(_drafted, self._ledger, act, who, self._past.record, at_ms)
        except (SignError, LedgerError) as error:
            answer(Refused(id=number, sentence=str(error)))
            return
        self._answers.owe(self._journal.write(draft), number, answer)


def _drafted(ledger: Path, act: SignSession, who: Signed, record_of: RecordOf, at_ms: int) -> Draft:
    with Reader.open(ledger) as reader:
        return signed(reader, act, who, record_of, at_ms)
