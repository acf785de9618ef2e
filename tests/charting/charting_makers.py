"""A chart made entry by entry, in memory, with the chain left out: what pure questions about it are asked of."""

from __future__ import annotations

from typing import Any

from charting.dose import plan
from charting.model import Entry, Kind

START_MS = 1_767_225_600_000


class Chart:
    """Entries of one session; ``at_ms`` is the time of the next one."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.at_ms = START_MS

    def add(
        self,
        kind: Kind,
        payload: dict[str, Any],
        by: str = "KS",
        reason: str | None = None,
        supersedes: int | None = None,
    ) -> Entry:
        """One more entry."""
        entry = Entry(
            kind=kind, happened_at_ms=self.at_ms, entered_at_ms=self.at_ms, entered_by=by, source="person",
            session="s-1", chair="Chair 1", supersedes=supersedes, reason=reason, payload=payload,
            seq=len(self.entries) + 1, prev_hash="", hash="",
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def open(self, by: str = "KS", staff: dict[str, Any] | None = None) -> None:
        """A session of a patient of 70 kg."""
        payload: dict[str, Any] = {
            "patient": {"name": "Test, A", "identifier": "1980-01-01"}, "weight_kg": 70.0,
            "preset": {"name": "standard", "version": "1", "digest": ""}, "zone": "UTC",
        }  # fmt: skip
        self.add(Kind.SESSION_OPENED, payload | ({"staff": staff} if staff else {}), by=by)

    def plan(self) -> None:
        """0.5 mg/kg over 40 min at 1 mg/mL."""
        made = plan(weight_kg=70.0, mg_per_kg=0.5, minutes=40.0, mg_per_ml=1.0)
        names = made.__struct_fields__
        self.add(Kind.PLAN, {name: getattr(made, name) for name in names})

    def alarm(self, before: str, after: str) -> dict[str, Any]:
        """A transition of the alarm for a high pressure."""
        return {
            "condition": "NIBP_HIGH", "subject": "NIBP_SYS", "from": before, "to": after, "priority": "medium",
            "text": "NIBP high 172/98", "reason": "", "value": 172, "limit": 160, "episode": 1,
        }  # fmt: skip
