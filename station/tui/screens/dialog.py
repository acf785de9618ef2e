"""What every dialog shares: it lies over the lower part of the screen, so the alarm block stays in sight."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen

from station.tui.spans import Row, Span
from station.tui.widgets.lines import Lines

Result = TypeVar("Result")
MOST_RAISED = 3  # rows: as many as a tall numeral has
ACKNOWLEDGE = "app.acknowledge"
Button = tuple[str, str]  # words, and the action of a click
MOST_APART = 6  # more buttons than these stand close together: ten digits and the way out fit 80 columns
LEAVE: Button = ("Esc: leave", "screen.leave")


class Dialog(ModalScreen[Result]):
    """Escape leaves it without an act; F2, or a click on the alarm block, acknowledges alarms while it is open, also
    while typing; F9 is the emergency here too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("f2", ACKNOWLEDGE, "Acknowledge"),
        ("f9", "app.emergency", "Emergency"),
        ("escape", "leave", "Leave"),
    ]
    ALLOW_SELECT = False
    _left = False

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close, once: a second key of the same burst would close the screen below too."""
        if self._left:
            return AwaitComplete()
        self._left = True
        return super().dismiss(result)

    def late(self, key: str) -> None:
        """Digit ``key`` was pressed before this dialog stood, and meant it; nobody's here."""

    def action_leave(self) -> None:
        """Close with no answer."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """The alarm block lies on the screen below, and a click on it means there what it always means."""
        where = event.screen_x, event.screen_y
        if self.get_widget_at(*where)[0] is self:
            below = self.app.screen_stack[-2].get_style_at(*where)
            if below.meta.get("@click") == ACKNOWLEDGE:
                self.app.call_later(self.app.run_action, ACKNOWLEDGE)


class Panel(Vertical):
    """What a dialog shows. It begins a few rows higher where its edge would cut a tall numeral of the screen below in
    two: half a 6 reads as a 5.
    """

    DEFAULT_CLASSES = "dialog"

    def __init__(self) -> None:
        super().__init__()
        self._raised = 0

    def on_resize(self) -> None:
        """As high as it wants to be, and what that would cut on top."""
        top = self.screen.size.height - self.outer_size.height + self._raised
        below = next((s for s in reversed(self.app.screen_stack) if not isinstance(s, ModalScreen)), None)
        raised = next((n for n in range(MOST_RAISED) if below is None or not _cuts(below, top - n)), MOST_RAISED)
        if raised != self._raised:
            self._raised = raised
            self.styles.padding = (raised, 1, 0, 1)


def _cuts(screen: Screen[Any], y: int) -> bool:
    return any(lines.cut_above(y - lines.region.y) for lines in screen.query(Lines))


def button_row(*named: Button, hint: str = "") -> Row:
    """Places to click, and a word about the keys behind them."""
    row: Row = ()
    gap = Span(" " if len(named) > MOST_APART else "  ")
    for words, action in named:
        row += (Span(f"[ {words} ]", "key", action), gap)
    return (*row, Span(hint, "dim"))


def buttons(*named: Button, hint: str = "") -> Lines:
    """A dialog's last row, of buttons."""
    return Lines("buttons", (button_row(*named, hint=hint),))
