"""Where a session stands: the words that protocol, chart, alarms and screen share."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where a session stands."""

    BASELINE = "baseline"
    INFUSING = "infusing"
    HELD = "held"
    RECOVERY = "recovery"
    CLOSED = "closed"
