"""What every dialog shares: it lies over the lower part of the screen, so the alarm block stays in sight."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """Escape leaves it without an act; F2 acknowledges alarms while it is open, also while typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("f2", "app.acknowledge", "Acknowledge"),
        ("escape", "leave", "Leave"),
    ]
    ALLOW_SELECT = False

    def action_leave(self) -> None:
        """Close with no answer."""
        self.dismiss(None)
