"""What may lie over the chair's screen: the wall of all chairs, and looking back. The chair's is below."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App
from textual.screen import Screen

from station.tui.screens.review import ReviewScreen
from station.tui.screens.review_frame import ReviewFrame
from station.tui.screens.wall import WallScreen
from station.wire.messages import Snapshot


class Places:
    """Goes between the screens of ``app``. ``ledger`` is what is looked back at, None where it is not known.

    With ``wall_first`` a station of several chairs begins on the wall.
    """

    def __init__(self, app: App[Any], home: Screen[Any], ledger: Path | None, wall_first: bool) -> None:
        self._app, self._home, self._ledger = app, home, ledger
        self._wall_first = wall_first

    def draw(self, snapshot: Snapshot, chair: int, by: str, demo: bool) -> None:
        """Tell every screen above the chair's how the station is."""
        if self._wall_first and self._app.screen is self._home:
            self._wall_first = False
            if len(snapshot.chairs) > 1:
                self._app.push_screen(WallScreen())
        for screen in self._app.screen_stack:
            if isinstance(screen, WallScreen) and screen.is_mounted:
                screen.show(snapshot, chair, by, demo)
            elif isinstance(screen, ReviewFrame):
                screen.live(snapshot, chair)

    @property
    def on_wall(self) -> bool:
        """Whether the wall hides the chair's screen."""
        return any(isinstance(screen, WallScreen) for screen in self._app.screen_stack)

    # nothing is awaited here: a screen whose key this is would wait for its own end

    def home(self) -> None:
        """The chair's screen, with nothing over it."""
        while self._app.screen is not self._home and len(self._app.screen_stack) > 1:
            self._app.pop_screen()

    def wall(self) -> None:
        """From the chair's screen to the wall, from anywhere else to the chair's screen."""
        if self._app.screen is self._home:
            self._app.push_screen(WallScreen())
        else:
            self.home()

    def look_back(self, say: Callable[[str, str], None]) -> None:
        """The list of sessions, once; ``say`` is told, with a tone, why that cannot be."""
        if self._ledger is None:
            say("this screen does not know where the chart is; use: infusion-station review", "dim")
        elif not any(isinstance(screen, ReviewFrame) for screen in self._app.screen_stack):
            self._app.push_screen(ReviewScreen(self._ledger))
