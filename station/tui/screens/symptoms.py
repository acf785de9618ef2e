"""The symptoms of a high pressure, one key each: asked before anything else is said of it. Nothing is advised."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from charting.observation import OBSERVATIONS, PRESSURE_SYMPTOMS
from station.tui.screens.dialog import LEAVE, Dialog, Panel, buttons
from station.tui.spans import Row, Span
from station.tui.widgets.lines import Lines

KEYS = {str(n): one for n, one in enumerate(PRESSURE_SYMPTOMS, 1)}


class SymptomsScreen(Dialog[dict[str, bool]]):
    """Dismissed with symptom to yes or no; what was not asked is absent. None on escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("n", "others_no", "No to the others"),
        ("enter", "as_asked", "Chart what was asked"),
        ("space", "app.acknowledge", "Acknowledge"),
    ]
    READ_S = 0.7  # an n this soon was meant for something else: nobody can have asked five questions

    def __init__(self, about: str, pressure: str) -> None:
        super().__init__()
        self._about, self._pressure = about, pressure
        self._yes: set[str] = set()
        self._read = False
        self._ticks = Lines("ticks", self._rows())

    def compose(self) -> ComposeResult:
        """Whom it is about, the pressure, a line for each symptom, what the keys do."""
        with Panel():
            yield Static(self._about, classes="about", markup=False)
            yield Static(f"High pressure{self._pressure}: which of these?", classes="title", markup=False)
            yield self._ticks
            yield buttons(
                ("n: no to all others", "screen.others_no"),
                ("Enter: others not asked", "screen.as_asked"),
                LEAVE,
            )

    def late(self, key: str) -> None:
        """It ticks, where it can."""
        if key in KEYS:
            self.call_after_refresh(self.action_tick, key)

    def on_mount(self) -> None:
        """Take no n until the list can have been read."""
        self.set_timer(self.READ_S, self._was_read)

    def _was_read(self) -> None:
        self._read = True

    def on_key(self, event: events.Key) -> None:
        """The digit of a symptom ticks it, and again takes the tick away."""
        if event.character in KEYS:
            event.stop()
            self.action_tick(event.character)

    def action_tick(self, key: str) -> None:
        """The symptom is there; a second time: it was a slip."""
        self._yes ^= {KEYS[key]}
        self._ticks.show(self._rows())

    def action_others_no(self) -> None:
        """Every symptom was asked for."""
        if self._read:
            self.dismiss({one: one in self._yes for one in PRESSURE_SYMPTOMS})

    def action_as_asked(self) -> None:
        """Only those that are ticked were told; the others were not asked."""
        if self._read:
            self.dismiss(dict.fromkeys(self._yes, True))

    def _rows(self) -> tuple[Row, ...]:
        return tuple(
            (
                Span(f" {key} ", "key", f"screen.tick('{key}')"),
                Span(f" [{'x' if one in self._yes else ' '}] ", "bold", f"screen.tick('{key}')"),
                Span(OBSERVATIONS[one].text, "bold" if one in self._yes else "plain", f"screen.tick('{key}')"),
            )
            for key, one in KEYS.items()
        )
