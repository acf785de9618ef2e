"""The whole screen for the team that comes: how long, who, what went in, how the patient is. No advice."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from drivers.core.text import clean
from station.tui import tiles
from station.tui.alarms import alarm_rows
from station.tui.present import SECONDARY, duration_text, entry_row
from station.tui.spans import Row, Span, fill
from station.tui.widgets.lines import Lines
from station.wire.messages import ChairView

REDRAW_S = 0.5
# phase -> what of the infusion the team has to know
PUMP = {"none": "not started", "baseline": "not started", "infusing": "RUNNING", "recovery": "stopped"}
ENTRIES = 3  # rows kept for them


class EmergencyScreen(Screen[None]):
    """Shows ``view()`` again and again until escape; the recording goes on under it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("space,f2", "app.acknowledge", "Acknowledge"),
    ]
    ALLOW_SELECT = False

    def __init__(self, view: Callable[[], ChairView | None]) -> None:
        super().__init__()
        self._view = view
        self._lines = Lines("emergency", flexible=True)

    def compose(self) -> ComposeResult:
        """One block of rows."""
        yield self._lines

    def on_mount(self) -> None:
        """Draw now and twice a second."""
        self._draw()
        self.set_interval(REDRAW_S, self._draw)

    def _draw(self) -> None:
        view = self._view()
        if view is not None:
            self._lines.show(emergency_rows(view, self.app.size.width, self.app.size.height))


def emergency_rows(view: ChairView, width: int, height: int) -> tuple[Row, ...]:
    """The rows of the screen, as many as fit."""
    infusion = view.infusion
    since = duration_text(view.emergency_s or 0)
    planned = f" of {infusion.planned_mg:.1f} mg planned" if infusion.planned_mg is not None else ""
    per_kg = f", {infusion.delivered_mg_per_kg:.2f} mg/kg" if infusion.delivered_mg_per_kg is not None else ""
    who = f" {clean(view.patient)}   {clean(view.identifier)}   {view.weight_kg or 0:g} kg"
    rows: list[Row] = [
        fill((Span(f" EMERGENCY at {clean(view.chair)}   since {since}", "high"),), width, "high"),
        fill((Span(who, "bold"),), width),
        fill(
            (
                Span(f" ketamine {infusion.delivered_mg:.1f} mg given", "bold"),
                Span(f"{planned}{per_kg}; infusion {PUMP.get(infusion.phase, clean(infusion.phase))}"),
            ),
            width,
        ),
        fill((), width),
        *alarm_rows(view, width),
        fill((), width),
    ]
    rows += tiles.standing(tiles.tiles(view.numbers), width, height - len(rows) - 1 - ENTRIES - 2)
    rows.append(fill((), width))
    room = max(0, height - len(rows) - 2)
    rows += [entry_row(one, width) for one in view.lines[:room]]
    rows += [fill((), width)] * max(0, height - len(rows) - 2)
    back = Span("[ Esc: back to the chair ]", "key", "screen.dismiss")
    rows.append(
        fill((Span(" "), back, Span("  "), Span("[ space: acknowledge alarms ]", "key", "app.acknowledge")), width)
    )
    rows.append(fill((Span(f" {SECONDARY}", "bold"),), width))
    return tuple(rows[:height])
