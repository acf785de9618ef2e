"""The quiet room: for how long the room of a patient is kept dim and still. Pure; a part of the session's fold."""

from __future__ import annotations

import msgspec

from charting.model import Entry, Kind

# how long without being renewed; ours: dissociation lasts most of an hour from the infusion's start
LASTS_MIN = 60.0
SOUNDS_AFTER_S = 30.0  # a medium alarm that nobody acknowledged (clinical.md 4, no. 5)
ON, RENEWED, ENDED = "on", "renewed", "ended"


class Quiet(msgspec.Struct, frozen=True):
    """The room is quiet since ``since_ms`` until ``until_ms`` at the latest; ``by`` are the initials of who said so."""

    since_ms: int
    until_ms: int
    by: str


def quieted(quiet: Quiet | None, entry: Entry) -> Quiet | None:
    """What holds after one more entry: an emergency and the session's end are the end of it."""
    if entry.kind in (Kind.EMERGENCY, Kind.SESSION_CLOSED):
        return None
    if entry.kind is not Kind.QUIET:
        return quiet
    if entry.payload["what"] == ENDED:
        return None
    until_ms = entry.happened_at_ms + round(entry.payload["minutes"] * 60_000)
    renewed = quiet is not None and entry.payload["what"] == RENEWED
    since_ms = quiet.since_ms if renewed and quiet is not None else entry.happened_at_ms
    return Quiet(since_ms, until_ms, entry.entered_by)


def quiet_text(payload: dict[str, object]) -> str:
    """An entry about it in words."""
    if payload["what"] == ENDED:
        return f"quiet room ended{': ' if payload['why'] else ''}{payload['why']}"
    again = "quiet room goes on" if payload["what"] == RENEWED else "quiet room"
    return f"{again} for {payload['minutes']:g} min at most"
