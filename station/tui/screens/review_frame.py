"""What both screens of looking back share: the chairs' worst alarm stays in sight, and F2 acknowledges it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from station.tui.keys import Key
from station.tui.present import secondary_row
from station.tui.review import live_rows
from station.tui.review_keys import Foot, foot_row, told
from station.tui.screens.keys import ask_keys
from station.tui.widgets.lines import Lines
from station.wire.messages import Snapshot


class ReviewFrame(Screen[None]):
    """A screen over the chair's, with ``KEYS`` and those of them that its last row shows.

    ``live`` tells it how the station is; without a station it is never called.
    """

    KEYS: ClassVar[tuple[Key, ...]] = ()
    FOOT: ClassVar[Foot] = ()
    ALLOW_SELECT = False
    AUTO_FOCUS = ""  # keys are the list's until a search is asked for

    def __init__(self) -> None:
        super().__init__()
        self._now: tuple[Snapshot, int] | None = None
        self.live_lines = Lines("live")
        self.foot = Lines("secondary")
        self.keys_row = Lines("keys", (foot_row(self.KEYS, self.FOOT),))

    def compose(self) -> ComposeResult:
        """The chairs' worst alarm, what is looked at, the keys."""
        yield self.live_lines
        yield from self.looked_at()
        yield self.foot
        yield self.keys_row

    def looked_at(self) -> ComposeResult:
        """The widgets between the live row and the foot."""
        raise NotImplementedError

    def draw(self) -> None:
        """Make every row again from what is shown."""
        raise NotImplementedError

    @property
    def room(self) -> tuple[int, int]:
        """Columns, and the rows between the live row and the foot."""
        width, height = self.app.size
        return width, height - 1 - (2 if self._now is not None else 0)

    def live(self, snapshot: Snapshot, chair: int) -> None:
        """The station now; ``chair`` is the one that F2 acknowledges."""
        first, self._now = self._now is None, (snapshot, chair)
        self.draw_live()
        if first and self.is_mounted:
            self.draw()

    def draw_live(self) -> None:
        """The row of the chairs and the permanent line, where there is a station."""
        if self._now is not None:
            snapshot, chair = self._now
            self.live_lines.show(live_rows(snapshot.chairs, chair, self.app.size.width))
            self.foot.show((secondary_row(self.app.size.width),))

    def on_mount(self) -> None:
        """First rows."""
        self.draw_live()
        self.draw()

    def on_resize(self, _: events.Resize) -> None:
        """Every row depends on the width: make them again."""
        self.draw_live()
        self.draw()

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        self.action_move(-1)

    def on_mouse_scroll_down(self, _: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        self.action_move(1)

    def action_move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        raise NotImplementedError

    def action_keys(self) -> None:
        """Every key of this screen."""
        ask_keys(self.app, told(self.KEYS))

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.dismiss(None)
