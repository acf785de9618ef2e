"""A chair's curves for its viewers. The builder is the chair's own; here is whether there is a session to draw, and the
ghost behind it: the same patient's session before, read from the chart once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.review import ghost_before
from charting.session import State
from charting.trends import Ghost
from station.recorder.chair import Chair
from station.wire.messages import TrendView


def trend_view(chair: Chair | None, name: str, at_ms: int, ghost: Ghost | None = None) -> TrendView:
    """The open session of ``chair`` up to ``at_ms``; nothing where no session is open, or no chair has that name."""
    trend = chair.curves.trend(at_ms) if chair is not None and chair.state is not None else None
    return TrendView(chair=name, trend=msgspec.structs.replace(trend, ghost=ghost) if trend is not None else None)


class Ghosts:
    """Reads the ghost of each chair's session when it is first asked for, on a thread: no alarm waits for the disk.

    ``log`` is told where the chart could not be read; that session then has no ghost.
    """

    def __init__(self, ledger: Path, log: Callable[[str], None]) -> None:
        self._ledger, self._log = ledger, log
        self._found: dict[str, tuple[str, Ghost | None]] = {}
        self._reading: set[asyncio.Task[None]] = set()

    def of(self, chair: Chair | None) -> Ghost | None:
        """The ghost of the session open at ``chair``; None also until it was read."""
        state = chair.state if chair is not None else None
        if state is None:
            return None
        session, ghost = self._found.get(state.chair, ("", None))
        if session == state.session:
            return ghost
        self._found[state.chair] = (state.session, None)
        task = asyncio.get_running_loop().create_task(self._read(state))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        return None

    async def _read(self, state: State) -> None:
        try:
            ghost = await asyncio.to_thread(_ghost, self._ledger, state)
        except Exception as error:  # whatever lies in an old chart; its text may name a patient, its type does not
            why = error.sentence if isinstance(error, LedgerError) else f"{type(error).__name__} in its entries"
            self._log(f"the session before {state.session} cannot be read: {why}")
            return
        if self._found[state.chair][0] == state.session:  # else the next patient sits there by now
            self._found[state.chair] = (state.session, ghost)


def _ghost(ledger: Path, state: State) -> Ghost | None:
    with Reader.open(ledger) as reader:
        return ghost_before(reader, state)
