"""The quiet room on a screen: words for it, and what of an alarm rests while it lasts. Pure."""

from __future__ import annotations

from charting.quiet import SOUNDS_AFTER_S
from station.tui.present import minute_text
from station.tui.spans import Row, Span
from station.wire.messages import ChairView

QUIET_ROOM = "QUIET ROOM"
RESTING = f"quiet room: high alarms sound at once, medium ones after {SOUNDS_AFTER_S:.0f} s, low ones not"


def quiet_words(chair: ChairView) -> str:
    """``QUIET ROOM since 14:02``, "" where the room is not quiet."""
    return "" if chair.quiet is None else f"{QUIET_ROOM} since {minute_text(chair.quiet.since_ms)}"


def quiet_spans(chair: ChairView, short: bool) -> Row:
    """The words for the row of the other alarms; unless ``short`` is asked for, until when and which keys change it."""
    if chair.quiet is None:
        return ()
    words = Span(f" {quiet_words(chair)} ", "held", "app.quiet_room")
    keys = Span(f" until {minute_text(chair.quiet.until_ms)}; Q ends it, R renews it ")
    return (words,) if short else (words, keys)
