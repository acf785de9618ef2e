"""A chair's curves for its viewers. The builder is the chair's own; here is only whether there is a session to draw."""

from __future__ import annotations

from station.recorder.chair import Chair
from station.wire.messages import TrendView


def trend_view(chair: Chair | None, name: str, at_ms: int) -> TrendView:
    """The open session of ``chair`` up to ``at_ms``; nothing where no session is open, or no chair has that name."""
    open_here = chair is not None and chair.state is not None
    return TrendView(chair=name, trend=chair.curves.trend(at_ms) if chair is not None and open_here else None)
