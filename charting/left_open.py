"""A session that was left open: hours after anybody charted in it, a recorder found it open. Pure.

A recorder that crashed is back within seconds, and what it finds open is going on: nobody is asked then.
"""

from __future__ import annotations

from collections.abc import Iterable

from charting.model import Entry, Kind

LONG_GAP_MS = 10 * 60_000  # the record was not made for so long ...
QUIET_MS = 2 * 3_600_000  # ... and at its end nobody had charted for so long


def left_open_ms(entries: Iterable[Entry]) -> int | None:
    """When a person last charted in an open session (UTC ms), where it looks left open since; else None."""
    charted_ms: int | None = None
    found = False
    for entry in entries:
        if entry.source == "person" and entry.kind is not Kind.ALARM:  # an alarm is acknowledged from anywhere
            charted_ms, found = entry.entered_at_ms, False
        elif entry.kind is Kind.GAP and charted_ms is not None:
            from_ms, to_ms = entry.payload["from_ms"], entry.payload["to_ms"]
            found = found or (to_ms - from_ms >= LONG_GAP_MS and to_ms - charted_ms >= QUIET_MS)
    return charted_ms if found else None
