"""The curves a screen shows: asked for again every ten seconds of the session, and after a new entry or cuff reading.

With ``ghost`` False they come without the session before; with a model of the plasma where one is asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from charting.trends import BUCKET_MS, Trend
from station.clock import NS
from station.tui.axis_plasma import plasma_text
from station.tui.modelling import Modelling
from station.tui.present import clock_text
from station.wire.messages import ChairView, TrendView

AGAIN_S = BUCKET_MS / 1000  # clinical seconds: what they are made of grows no faster
LEAST_S = 1.0  # real ones


class Trending:
    """Keeps the curves of the chair that was last looked at."""

    def __init__(self, ask: Callable[[str], Awaitable[TrendView]]) -> None:
        self._ask = ask
        self._asked_ns: int | None = None
        self._about: tuple[object, ...] = ()
        self._trend: Trend | None = None
        self._alone: Trend | None = None
        self._plasma = Modelling()
        self.ghost = True

    def of(self, view: ChairView) -> Trend | None:
        """The curves of ``view``'s session, as far as they are known."""
        shown = self._trend if self.ghost else self._alone
        return shown if self._about[:2] == (view.chair, view.session) else None

    async def follow(self, view: ChairView, now_ns: int, speed: float = 1.0) -> bool:
        """Ask where what is kept is old, or about something else: whether there are newer curves to draw at once,
        because there were none of this session.

        ``now_ns`` is real steady time, ``speed`` clinical seconds in one of it.
        """
        had = self.of(view) is not None
        cuff = tuple(n.value for n in view.numbers if n.metric.startswith("NIBP"))
        about = (view.chair, view.session, view.lines[0].seq if view.lines else 0, cuff)
        young = self._asked_ns is not None and now_ns - self._asked_ns < max(LEAST_S, AGAIN_S / speed) * NS
        if about == self._about and young:
            return False
        self._trend = (await self._ask(view.chair)).trend if view.session is not None else None
        self._alone = None
        self._about, self._asked_ns = about, now_ns
        self._model()
        return not had

    def next_plasma(self, at_ms: int) -> str:
        """Go on to the next model of the plasma, after the last to none: its level at ``at_ms``, also where no axis has
        room, and where it is from.
        """
        source = self._plasma.next()
        self._model()
        plasma = self._trend.plasma if self._trend is not None else None
        said = plasma_text(plasma, at_ms, f"at {clock_text(at_ms)}")  # it stands longer than it is true
        return f"{said}  {source}".strip() if plasma is None or plasma.modelled else said

    def _model(self) -> None:
        if self._trend is not None:
            self._trend = self._plasma.put_into(self._trend)
            self._alone = msgspec.structs.replace(self._trend, ghost=None)
