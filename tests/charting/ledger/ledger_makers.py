"""Drafts, rows and a whole session for the ledger's tests."""

from __future__ import annotations

from typing import Any

from charting.ledger.store import Store
from charting.model import Draft, Entry, Kind, NumericRow

T0_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def draft(kind: Kind, at_s: float = 0, session: str | None = "s-1", **payload: Any) -> Draft:
    """A draft as the recorder makes them."""
    at_ms = T0_MS + int(at_s * 1000)
    return Draft(
        kind=kind,
        happened_at_ms=at_ms,
        entered_at_ms=at_ms + 5,
        entered_by="AB",
        source="viewer",
        session=session,
        chair="Chair 1",
        payload=payload,
    )


def opening(session: str = "s-1", name: str = "Ada Müller") -> Draft:
    """The entry that opens a session."""
    return draft(
        Kind.SESSION_OPENED,
        session=session,
        patient={"name": name, "identifier": "1970-05-01"},
        weight_kg=70.5,
        preset={"name": "standard", "version": "1", "digest": "ab"},
        zone="Europe/Berlin",
    )


def rows(count: int, first_s: int = 0, session: str = "s-1") -> list[NumericRow]:
    """Device records one second apart."""
    return [
        NumericRow(
            t_ms=T0_MS + 1000 * (first_s + n),
            session=session,
            source="ge_dri",
            device_ms=T0_MS - 420_000 + 1000 * n if n % 2 else None,
            values={"HR": (60.0 + n % 7, "valid"), "SPO2": (None, "invalid"), "TEMP": (36.6, "questionable")},
        )
        for n in range(count)
    ]


def fill(store: Store, notes: int = 12, records: int = 30) -> list[Entry]:
    """A whole session, its rows sealed in two parts."""
    chain = store.chain()
    entries = [chain.stage(opening())]
    entries += [chain.stage(draft(Kind.NOTE, n, text=f"note {n}")) for n in range(notes)]
    store.commit(entries, rows(records))
    for _ in range(2):
        seal = store.seal("s-1", T0_MS, T0_MS, chain)
        assert seal is not None
        store.commit([seal], rows(records, records))
        entries.append(seal)
    last = store.seal("s-1", T0_MS, T0_MS, chain)
    assert last is not None
    entries += [last, chain.stage(draft(Kind.SESSION_CLOSED, 99))]
    store.commit(entries[-2:], [])
    return entries
