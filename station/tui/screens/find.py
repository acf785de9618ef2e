"""Find a chair by its name, its patient or a second identifier: type a part of it, Enter goes to the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from drivers.core.text import clean
from station.tui.alarms import highest
from station.tui.present import STARS, phase_at
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines
from station.tui.widgets.typed import Typed
from station.wire.messages import ChairView

MOST = 6  # chairs listed; more say how many
TITLE = "Find a chair: name, patient or identifier; Enter goes there"
MARGIN = 2  # cells at each side of a dialog


def any_one(_: ChairView) -> bool:
    """Every chair may be chosen."""
    return True


def found(chairs: tuple[ChairView, ...], typed: str) -> tuple[int, ...]:
    """Places of the chairs of which every typed word is a part of number, name, patient or identifier."""
    words = typed.casefold().split()

    def told(n: int, chair: ChairView) -> str:
        return f"{n + 1} {chair.chair} {chair.patient} {chair.identifier}".casefold()

    return tuple(n for n, chair in enumerate(chairs) if all(word in told(n, chair) for word in words))


class FindScreen(Dialog[int]):
    """Dismissed with the number (from 1) of a chair, with None on escape. ``chairs`` gives those of now, ``only``
    says which may be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "The one above", show=False),
        Binding("down", "move(1)", "The one below", show=False),
    ]

    def __init__(
        self,
        chairs: Callable[[], tuple[ChairView, ...]],
        title: str = TITLE,
        only: Callable[[ChairView], bool] = any_one,
    ) -> None:
        super().__init__()
        self._chairs, self._title, self._only = chairs, title, only
        self._at = 0
        self._list = Lines("found", ((),) * (MOST + 1))

    def compose(self) -> ComposeResult:
        """What is asked, the field, the chairs found."""
        with Panel():
            yield Static(self._title, classes="title", markup=False)
            yield Typed("find")
            yield self._list
            yield buttons(("Enter: this one", "screen.go"), LEAVE)

    def on_mount(self) -> None:
        """Type at once; every chair is found by nothing."""
        self.query_one("#find", Typed).focus()
        self._draw()

    def on_resize(self) -> None:
        """The rows depend on the width."""
        self._draw()

    def _found(self) -> tuple[int, ...]:
        chairs = self._chairs()
        return tuple(n for n in found(chairs, self.query_one("#find", Typed).value) if self._only(chairs[n]))

    def on_input_changed(self, _: Input.Changed) -> None:
        """One more letter: the list anew, from its first chair."""
        self._at = 0
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.action_go()

    def action_move(self, by: int) -> None:
        """Mark the chair above or below."""
        self._at = min(max(self._at + by, 0), max(0, len(self._found()) - 1))
        self._draw()

    def action_go(self) -> None:
        """Close with the chair that is marked; nothing without one."""
        numbers = self._found()
        if self._at < len(numbers):
            self.action_answer(numbers[self._at] + 1)

    def action_answer(self, number: int) -> None:
        """Close with chair ``number``."""
        self.dismiss(number)

    def _draw(self) -> None:
        width = self.app.size.width - MARGIN
        numbers, chairs = self._found(), self._chairs()
        first = max(0, self._at - MOST + 1)
        rows = [_row(chairs[n], n, first + y == self._at, width) for y, n in enumerate(numbers[first : first + MOST])]
        more = len(numbers) - first - MOST
        last = "there is none of that name, patient or identifier" if not numbers else ""
        rows.append(fill((Span(f"{more} more" if more > 0 else last, "dim"),), width))
        self._list.show(tuple(rows + [fill((), width)] * (MOST + 1 - len(rows))))


def _row(chair: ChairView, n: int, marked: bool, width: int) -> Row:
    click = f"screen.answer({n + 1})"
    alarm = highest(chair)
    phase, _ = phase_at(chair)
    who = f"  {clean(chair.patient)}  {clean(chair.identifier)}  {phase}" if chair.session else f"  {phase}"
    spans = [
        Span(f"{'>' if marked else ' '}{n + 1:>2} {clean(chair.chair)}", "mark" if marked else "key", click),
        Span(who, "plain", click),
    ]
    if alarm is not None:
        spans += [
            Span("  "),
            Span(f"{STARS.get(alarm.priority, '')}{clean(alarm.text)}", alarm.priority or "mark", click),
        ]
    return fill(tuple(spans), width)
