"""Whether the pump ran while no recorder did: what a person said of a gap, as the dose then follows it. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from charting.model import Entry

ON, STOPPED, VOLUME = "on", "stopped", "volume"
# A shorter gap is not asked about: at the usual 50 to 75 mL/h less than 0.7 mL, which is what a pump's own display is
# read to, and a question of no weight teaches people to answer without looking. Ours, for a clinic to review.
LEAST_S = 30.0


class Ran(msgspec.Struct, frozen=True):
    """What was said of the gap from ``from_ms`` to ``to_ms`` (UTC ms): the pump ran ``on`` as charted; it was
    ``stopped`` from and to; or by its display ``ml`` went in.
    """

    seq: int
    from_ms: int
    to_ms: int
    ran: str
    stopped: tuple[int, int] | None = None
    ml: float | None = None


def ran_of(entry: Entry) -> Ran:
    """The answer that ``entry`` holds."""
    p = entry.payload
    stopped = (p["stopped_from_ms"], p["stopped_to_ms"]) if p["ran"] == STOPPED else None
    return Ran(entry.seq, p["from_ms"], p["to_ms"], p["ran"], stopped, p.get("ml"))


def ran_text(p: dict[str, Any]) -> str:
    """The payload of an entry in words."""
    gap = f"{minutes_text(p['to_ms'] - p['from_ms'])} without recorder"
    if p["ran"] == STOPPED:
        return f"pump was stopped for {minutes_text(p['stopped_to_ms'] - p['stopped_from_ms'])} of {gap}"
    return f"pump gave {p['ml']:g} mL during {gap}" if p["ran"] == VOLUME else f"pump ran on during {gap}"


def minutes_text(span_ms: float) -> str:
    """``45 s``, ``2 min``, ``2.5 min``."""
    return f"{span_ms / 1000:.0f} s" if span_ms < 60_000 else f"{round(span_ms / 60_000, 1):g} min"
