"""Names and identifiers out of sight on this screen; alarms, numbers and the recording go on. Pure."""

from __future__ import annotations

import re

import msgspec

from station.wire.messages import ChairView, Snapshot

HIDDEN = "names hidden (z)"
DOTS = "•••"
_SHORTEST = 3  # letters of a part of a name: shorter ones stand in every other word


def hidden(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` with no patient in it; chairs keep their names and numbers."""
    return msgspec.structs.replace(snapshot, chairs=tuple(_chair(chair) for chair in snapshot.chairs))


def without(text: str, chairs: tuple[ChairView, ...]) -> str:
    """``text`` without a name or identifier of the patients in ``chairs``."""
    for chair in chairs:
        parts = [*re.split(r"[\s,;.]+", chair.patient), chair.identifier, chair.patient]
        for part in sorted(parts, key=len, reverse=True):
            if len(part.strip()) >= _SHORTEST:
                text = re.sub(re.escape(part.strip()), DOTS, text, flags=re.IGNORECASE)
    return text


def _chair(chair: ChairView) -> ChairView:
    if chair.session is None:
        return chair
    lines = tuple(msgspec.structs.replace(line, text=without(line.text, (chair,))) for line in chair.lines)
    return msgspec.structs.replace(
        chair, patient=HIDDEN, identifier="", lines=lines, away_why=without(chair.away_why, (chair,))
    )
