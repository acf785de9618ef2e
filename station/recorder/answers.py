"""Who waits for an entry to be saved: Saved only after COMMIT, Unsaved first where that takes long or fails."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from charting.model import Entry
from station.clock import NS, real_ns
from station.recorder.writer import Writer
from station.wire.messages import Saved, ServerMessage, Unsaved

UNSAVED_AFTER_S = 2.0
Answer = Callable[[ServerMessage], None]


class _Owed(msgspec.Struct):
    """A command whose entries are not committed yet."""

    seq: int
    session: str | None
    id: int
    answer: Answer
    since_ns: int
    told: bool = False


class Answers:
    """Answers owed to clients, in the order of their entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._owed: list[_Owed] = []

    def owe(self, entry: Entry, number: int, answer: Answer) -> None:
        """``answer`` is called with Saved for command ``number`` once ``entry`` is committed."""
        self._owed.append(_Owed(entry.seq, entry.session, number, answer, real_ns()))
        self.settle()

    def settle(self) -> None:
        """Give every answer that is due. Called after each commit and at each step."""
        saved_seq, trouble = self._writer.saved_seq, self._writer.trouble
        for owed in self._owed:
            if owed.seq <= saved_seq:
                owed.answer(Saved(id=owed.id, seq=owed.seq, session=owed.session))
            elif not owed.told and (trouble or real_ns() - owed.since_ns > UNSAVED_AFTER_S * NS):
                sentence = trouble.sentence if trouble else "the disk has not answered yet"
                owed.answer(Unsaved(id=owed.id, sentence=sentence, session=owed.session))
                owed.told = True
        self._owed = [o for o in self._owed if o.seq > saved_seq]
