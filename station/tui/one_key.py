"""Acts of one or two keys: quick events, undo, "it was some minutes ago", emergency."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App

from charting.trends import Trend
from drivers.core.text import clean
from station.clock import NS, real_ns
from station.tui.connection import Answer
from station.tui.screens.dialog import Dialog
from station.tui.screens.digit import DigitScreen
from station.tui.screens.emergency import EmergencyScreen
from station.tui.screens.minutes import NEXT_ACT, MinutesScreen
from station.wire.messages import Act, ChairView, Emergency, QuickEvent, Refused, Undo, dated

MEANT_ELSEWHERE_S = 1.0
AGO_WAITS_S = 60.0  # for its act; who comes back later has other acts in mind


class OneKey:
    """What the app does for these keys. ``ask``, ``view``, ``by``, ``send``, ``say``, ``about``: the app's own."""

    def __init__(
        self,
        app: App[Any],
        ask: Callable[[Dialog[int]], Awaitable[int | None]],
        view: Callable[[], ChairView | None],
        by: Callable[[], Awaitable[str]],
        send: Callable[[str, str, Act, str | None], Awaitable[Answer | None]],
        say: Callable[[str, str], None],
        about: Callable[[ChairView], str],
        now_ms: Callable[[], int],
    ) -> None:
        self._app, self._ask, self._view, self._by = app, ask, view, by
        self._send, self._say, self._about, self._now_ms = send, say, about, now_ms
        self._ago_min = 0
        self._ago_ns = 0  # since when it waits
        self._refused_ns: int | None = None  # when a key was refused
        # set by an app that has them: the curves, and what fails of the chart
        self.curves: Callable[[], tuple[Trend | None, int]] = lambda: (None, 0)
        self.chart: Callable[[], str] = lambda: ""

    def refused(self) -> None:
        """A key was refused: what is typed right behind it was meant for the form that did not open."""
        self._refused_ns = real_ns()

    def take(self, act: Act) -> int:
        """Minutes by which ``act``, sent now, is back-dated; the next one is not."""
        if not dated(act):
            return 0
        minutes, self._ago_min = self._ago_min, 0
        return minutes

    def give_back(self, chair: str, minutes: int) -> None:
        """The act at ``chair`` that took ``minutes`` was refused: they wait for its next try while it is shown."""
        view = self._view()
        if minutes and not self._ago_min and view is not None and view.chair == chair:
            self._ago_min, self._ago_ns = minutes, real_ns()

    def drop(self) -> None:
        """The next act is charted as now: it is another chair's."""
        self._ago_min = 0

    def drop_old(self) -> None:
        """The same, and said, where no act came for ``AGO_WAITS_S``. Not to be called while a dialog names the time."""
        if self._ago_min and real_ns() - self._ago_ns > AGO_WAITS_S * NS:
            self._ago_min = 0
            self._say("a minute without an act: the next one is charted as now", "bold")

    @property
    def ago_min(self) -> int:
        """Minutes by which the next act is back-dated."""
        return self._ago_min

    @property
    def waiting(self) -> str:
        """What still waits for its act; "" for nothing."""
        return f"   the next act is charted as {self._ago_min} min ago" if self._ago_min else ""

    async def event(self, key: str) -> None:
        """Chart the quick event on ``key``; a rating is one more key."""
        over = self._app.screen
        if isinstance(over, Dialog):  # pressed in one burst with the key that opened it
            over.late(key)
            return
        if self._refused_ns is not None and real_ns() - self._refused_ns < MEANT_ELSEWHERE_S * NS:
            self._say(f"{key} is not charted: the key before it was refused; press it again", "bad")
            return
        view = self._view()
        tile = next((t for t in view.events if t.key == key), None) if view is not None else None
        if view is None or tile is None:
            return
        rating = None
        if tile.lowest is not None and tile.highest is not None:
            words = tuple(clean(word) for word in tile.words)
            late = f", charted as {self._ago_min} min ago" if self._ago_min else ""
            rating = await self._digit(view, f"{clean(tile.text)}{late}", tile.lowest, tile.highest, words)
            if rating is None:
                return
        by = await self._by()
        if by:
            await self._send(view.chair, by, QuickEvent(event=tile.id, rating=rating), view.session)

    async def undo(self) -> None:
        """Take back the last thing charted; the chart keeps both. A key that was meant for a dialog undoes nothing."""
        if isinstance(self._app.screen, Dialog):
            return
        view, by = self._view(), await self._by()
        if view is not None and by:
            await self._send(view.chair, by, Undo(), view.session)

    async def ago(self, asks: str = NEXT_ACT) -> bool:
        """The next act happened some minutes ago; False where that was left."""
        view = self._view()
        minutes = await self._ask(MinutesScreen(self._about(view), asks, self._now_ms)) if view else None
        if minutes is not None:
            self._ago_min, self._ago_ns = minutes, real_ns()
            self._say(self.waiting.strip() or "the next act is charted as now", "bold")
        return minutes is not None

    async def emergency(self, by: str) -> None:
        """Chart the emergency, then show the facts; nothing is asked first."""
        view = self._view()
        if view is None:
            return
        # of no session: whoever is in the chair by now, nothing stands before it
        answer = await self._send(view.chair, by, Emergency(), None)
        # without a view the screen of a lost recorder stands, and nothing may cover it
        if answer is not None and not isinstance(answer, Refused) and self._view() is not None:
            self._app.push_screen(EmergencyScreen(self._view, self.curves, self.chart))

    async def _digit(
        self, view: ChairView, text: str, lowest: int, highest: int, words: tuple[str, ...] = ()
    ) -> int | None:
        return await self._ask(DigitScreen(self._about(view), text, lowest, highest, words))
