"""A field for one of a few names, each with words about it: up and down or a click go through them."""

from __future__ import annotations

from textual.events import Click, Key

from station.tui.widgets.typed import Typed


class Choice(Typed):
    """The names can also be typed; ``facts`` are the words about the one that stands there, "" for none of them."""

    def __init__(self, id: str, value: str, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__(id, value)
        self._choices = choices

    @property
    def facts(self) -> str:
        """Words about what is chosen."""
        return dict(self._choices).get(self.value.strip(), "there is no such name: up and down show all")

    def on_key(self, event: Key) -> None:
        """Up and down go through the names, whatever was typed; all else edits."""
        step = {"up": -1, "down": 1}.get(event.key)
        if step is None:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self._go(step)

    def on_click(self, event: Click) -> None:
        """The next name."""
        if not self.disabled:
            event.stop()
            self._go(1)

    def _go(self, step: int) -> None:
        names = [name for name, _ in self._choices]
        here = names.index(self.value.strip()) if self.value.strip() in names else -step
        self.value = names[(here + step) % len(names)]
        self.cursor_position = len(self.value)
