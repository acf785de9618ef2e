"""The whole screen for the team that comes: stop the pump, how long, who, what went in when, every alarm, the last
pressures. The station stops nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from itertools import zip_longest
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from charting.trends import Trend
from drivers.core.text import clean
from station.tui.alarms import SIGNALLED, STATES, fact, tone
from station.tui.numerals import numerals
from station.tui.present import STARS, chart_rows, clock_text, duration_text, entry_row, rate_shown, secondary_row
from station.tui.readings import cuff_rows
from station.tui.spans import Row, Span, fill, spread
from station.tui.tiles import Tile, standing, tiles
from station.tui.widgets.lines import Lines
from station.wire.messages import ChairView

REDRAW_S = 0.5
STOP = "STOP THE PUMP"
PRESSURES_SHOWN = 3
ENTRIES_SHOWN = 5  # at least, below tall numerals


class EmergencyScreen(Screen[None]):
    """Shows ``view()`` again and again until escape; the recording goes on under it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("space,f2", "app.acknowledge", "Acknowledge"),
    ]
    ALLOW_SELECT = False

    def __init__(
        self,
        view: Callable[[], ChairView | None],
        curves: Callable[[], tuple[Trend | None, int]],
        chart: Callable[[], str],
    ) -> None:
        super().__init__()
        self._view, self._curves, self._chart = view, curves, chart
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
            size = self.app.size
            self._lines.show(emergency_rows(view, *self._curves(), size.width, size.height, chart=self._chart()))


def emergency_rows(
    view: ChairView,
    trend: Trend | None,
    at_ms: int,
    width: int,
    height: int,
    zone: tzinfo | None = None,
    chart: str = "",
) -> tuple[Row, ...]:
    """The rows of the screen, as many as fit. ``trend`` and ``at_ms``: the session's curves, the chart's time now;
    ``chart``: what fails of the chart.
    """
    since_s = view.emergency_s or 0
    head = f" EMERGENCY at {clean(view.chair)}   {duration_text(since_s)}"
    line = next((one for one in view.lines if one.text.startswith("EMERGENCY")), None)
    by, saved = (clean(line.by), line.saved) if line is not None else ("", True)
    at = clock_text(at_ms - round(since_s * 1000), zone)
    charted = f"{'charted' if saved else 'NOT SAVED'} {at}{' by ' + by if by else ''} "
    rows: list[Row] = [spread((Span(head, "high"),), (Span(charted, "high"),), width, "high")]
    rows += [fill((Span(f" {text}", "high"),), width, "high") for text in numerals(STOP)]
    rows += [
        fill((Span(f" {_stopped(view, saved)} The station commands no pump.", "high"),), width, "high"),
        *chart_rows(chart, width),
        fill((Span(f" {clean(view.patient)}   {clean(view.identifier)}   {view.weight_kg or 0:g} kg", "bold"),), width),
        fill((Span(_given(view)),), width),
        fill((Span(_times(view, trend, at_ms, zone)),), width),
    ]
    rows += _alarms(view, width, max(2, height // 6))
    beside = width * 2 // 5
    left = _numbers(view, width - beside, height - len(rows) - 2 - ENTRIES_SHOWN)
    right: list[Row] = [(Span("LAST PRESSURES", "dim"),)]
    right += cuff_rows(trend, at_ms, beside, PRESSURES_SHOWN, zone) if trend is not None else ()
    right += [(Span(" none in this session"),)] if len(right) == 1 else []
    rows += [(*fill(a, width - beside), *fill(b, beside)) for a, b in zip_longest(left, right, fillvalue=())]
    room = max(0, height - len(rows) - 2)
    entries = view.lines[: max(0, room - 1)]
    rows += [fill((), width), *(entry_row(one, width, zone) for one in entries)] if entries else []
    rows = [*rows[: height - 2], *([fill((), width)] * max(0, height - len(rows) - 2))]
    back = Span("[ Esc: back to the chair ]", "key", "screen.dismiss")
    rows.append(
        fill((Span(" "), back, Span("  "), Span("[ space: acknowledge alarms ]", "key", "app.acknowledge")), width)
    )
    rows.append(secondary_row(width))
    return tuple(rows[:height])


def _stopped(view: ChairView, saved: bool) -> str:
    """What the chart holds of the stop."""
    if not saved:
        return "NOT SAVED: write down the time of the stop."
    match view.infusion.phase:
        case "baseline":
            return "No infusion was started: no stop is charted."
        case "recovery":
            return "The stop is charted."
        case _:
            return "No stop is charted."


def _given(view: ChairView) -> str:
    i = view.infusion
    planned = f" of {i.planned_mg:.1f} mg planned" if i.planned_mg is not None else ""
    per_kg = f", {i.delivered_mg_per_kg:.2f} mg/kg" if i.delivered_mg_per_kg is not None else ""
    strength = f", {i.mg_per_ml:g} mg/mL" if i.mg_per_ml is not None else ""
    return f" ketamine {i.delivered_mg:.1f} mg given{planned}{per_kg}{strength}"


def _times(view: ChairView, trend: Trend | None, at_ms: int, zone: tzinfo | None) -> str:
    """When it was started and ended, and the last rate."""
    phase = view.infusion.phase
    if trend is None or not trend.infusion:
        return f" infusion {phase}" if phase != "baseline" else " no infusion was started"
    last = trend.infusion[-1]
    began = f" infusion started {clock_text(trend.infusion[0].start_ms, zone)}"
    # curves that have not heard of the stop yet still draw the pump running
    ended_ms = last.end_ms if trend.planned is None else at_ms - round((view.emergency_s or 0) * 1000)
    ended = "" if phase == "infusing" else f", stopped {clock_text(max(ended_ms, last.start_ms), zone)}"
    return f"{began}{ended}, last rate {rate_shown(last.rate_ml_per_h)} mL/h"


def _alarms(view: ChairView, width: int, most: int) -> list[Row]:
    """A row for each alarm that stands; what finds no room is counted."""
    standing = [alarm for alarm in view.alarms if alarm.state in SIGNALLED]
    if not standing:
        return [fill((Span(" no alarm signalled here now", "dim"),), width)]
    shown = standing if len(standing) <= most else standing[: most - 1]
    rows = []
    for alarm in shown:
        colour, word = tone(alarm), STATES[alarm.state]
        facts = "  ".join(part for part in (fact(alarm), duration_text(alarm.since_s), word) if part)
        said = Span(f" {STARS.get(alarm.priority, '')}{clean(alarm.text)}", colour)
        rows.append(spread((said,), (Span(f"{facts} ", colour),), width, colour))
    more = len(standing) - len(shown)
    return [*rows, fill((Span(f" +{more} more alarms at the chair's screen", "bold"),), width)] if more else rows


def _numbers(view: ChairView, width: int, room: int) -> tuple[Row, ...]:
    """Tall where that leaves room for the last entries, else a row each."""
    shown = tiles(view.numbers)
    tall = standing(shown, width, room)
    return tall if len(tall) <= room else tuple(_number(tile, width) for tile in shown)


def _number(tile: Tile, width: int) -> Row:
    """A number with what must be known of it: alarmed, typed by a person, old, or why there is none."""
    stars = STARS.get(tile.priority, "").strip()
    value = f"{tile.value} {tile.after}".strip()
    colour = tile.priority if stars else "dim" if tile.dimmed else "bold"
    said = (Span(f" {tile.label:<7}"), Span(f"{value:>7} {tile.unit}", colour), Span(f" {stars}"))
    return fill((*said, Span(f" {tile.status}", "dim")), width)
