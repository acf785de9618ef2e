"""The hand-over card of a chair: read out of the chart on a thread, so that no alarm waits for the disk."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from charting.due import Due
from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.sbar import Card, sbar
from station.recorder.chair import Chair
from station.recorder.drafts import Drawn
from station.recorder.timing import check_session
from station.wire.messages import Command, Refused, ServerMessage
from station.wire.people_acts import CardDrawn, DrawCard

Answer = Callable[[ServerMessage], None]


def drawn(card: Card) -> Drawn:
    """``card`` with its name."""
    return Drawn(card, hashlib.blake2b(msgspec.json.encode(card), digest_size=8).hexdigest())


class Cards:
    """Draws cards of the sessions in ``ledger``; the last one of a chair is the one that can be signed."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._tasks: set[asyncio.Task[None]] = set()

    def command(self, command: Command, chair: Chair, now_ns: int, answer: Answer) -> bool:
        """Draw the card where ``command`` asks for it; False for every other act. ``answer`` is called later."""
        if not isinstance(command.act, DrawCard):
            return False
        if chair.state is None:
            answer(Refused(id=command.id, sentence="no session is open at this chair; begin one first"))
            return True
        check_session(chair.state, command.session)
        session, at_ms, owed = chair.state.session, chair.clock.utc_ms(now_ns), chair.owed(now_ns)
        task = asyncio.get_running_loop().create_task(self._draw(command.id, chair, session, at_ms, owed, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _draw(
        self, number: int, chair: Chair, session: str, at_ms: int, owed: tuple[Due, ...], answer: Answer
    ) -> None:
        try:
            card = await asyncio.to_thread(_card, self._ledger, session, at_ms, owed)
        except (LedgerError, ValueError) as error:  # no entry of it is in the file yet
            why = error.sentence if isinstance(error, LedgerError) else "nothing of this session is saved yet"
            answer(Refused(id=number, sentence=f"the card cannot be drawn: {why}"))
            return
        chair.beside.card = made = drawn(card)
        answer(CardDrawn(id=number, digest=made.digest, at_ms=at_ms, parts=card.parts))


def _card(ledger: Path, session: str, at_ms: int, owed: tuple[Due, ...]) -> Card:
    with Reader.open(ledger) as reader:
        return sbar(reader.entries(session), reader.numerics(session), at_ms, owed)
