"""Two charted sessions in a ledger on disk, one of them with everything a review can be asked to show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from charting.ledger.store import Store
from charting.model import Draft, Entry, Kind, NumericRow

T0_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
FIRST, SECOND = "20260101-000000-aaaa", "20260101-030000-bbbb"
PRESET = {"name": "standard", "version": 1, "digest": "d"}


def draft(kind: Kind, at_s: float, session: str = FIRST, **more: Any) -> Draft:
    """An entry at ``at_s`` seconds of 2026; what is no field of an entry is its payload."""
    fields: dict[str, Any] = {
        "entered_by": "KS",
        "source": "person",
        "chair": "Chair 1",
        "reason": None,
        "supersedes": None,
    }
    fields |= {name: more.pop(name) for name in tuple(more) if name in fields}
    at_ms = T0_MS + int(at_s * 1000)
    return Draft(kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, session=session, payload=more, **fields)


def alarm(at_s: float, before: str, after: str) -> Draft:
    """A transition of the alarm for low saturation."""
    return draft(
        Kind.ALARM, at_s, entered_by="station", source="station", condition="SPO2_LOW", subject="SPO2", priority="high",
        value=86.0, limit=90.0, reason="13 s below", text="SpO2 86 below 90", episode=1,
        **{"from": before, "to": after},
    )  # fmt: skip


def drafts(name: str = "TEST, A.", note: str = "comfortable") -> list[Draft]:
    """The first session: started at 600 s, 60 mL/h at 1 mg/mL, an alarm at 900 s, typed vitals, a stop, undone once."""
    plan = {
        "weight_kg": 70.0, "mg_per_kg": 0.5, "minutes": 35.0, "mg_per_ml": 1.0, "dose_mg": 35.0, "volume_ml": 35.0,
        "rate_ml_per_h": 60.0, "mg_per_kg_per_h": 0.86, "working": [],
    }  # fmt: skip
    person = {"name": name, "identifier": "1984-03-02"}
    return [
        draft(Kind.SESSION_OPENED, 0, patient=person, weight_kg=70.0, preset=PRESET, zone="UTC"),
        draft(Kind.PLAN, 300, **plan),
        draft(Kind.INFUSION_STARTED, 600, rate_ml_per_h=60.0, mg_per_ml=1.0),
        alarm(900, "PENDING", "ACTIVE_UNACK"),
        alarm(920, "ACTIVE_UNACK", "ACTIVE_ACK"),
        alarm(960, "ACTIVE_ACK", "INACTIVE"),
        draft(Kind.NOTE, 1000, text=note),
        draft(Kind.NOTE, 1010, text="better words", supersedes=7, reason="typing error"),
        draft(Kind.VITALS, 1200, values={"HR": 99.0}),
        draft(Kind.INFUSION_STOPPED, 1800, reason="enough"),
        draft(Kind.SESSION_CLOSED, 2400),
    ]


def measured(seconds: int, session: str = FIRST, at_s: int = 0) -> list[NumericRow]:
    """A row a second: HR 80 and up, SpO2 97, from second 10 on without a value; a cuff reading at second 5."""
    rows = []
    for n in range(seconds):
        values: dict[str, tuple[float | None, str]] = {"HR": (80.0 + n % 10, "valid")}
        values["SPO2"] = (97.0, "valid") if n < 10 else (None, "not_available")
        if n == 5:
            values |= {"NIBP_SYS": (128.0, "valid"), "NIBP_DIA": (78.0, "valid"), "NIBP_MEAN": (95.0, "valid")}
        rows.append(
            NumericRow(t_ms=T0_MS + (at_s + n) * 1000, session=session, source="ge", device_ms=None, values=values)
        )
    return rows


def chained(made: list[Draft]) -> list[Entry]:
    """Drafts with the numbers 1, 2, 3 ... and no hashes: enough for what reads."""
    fields = [{name: getattr(d, name) for name in Draft.__struct_fields__} for d in made]
    return [Entry(**f, seq=n, prev_hash="", hash="") for n, f in enumerate(fields, 1)]


def ledger(path: Path, name: str = "TEST, A.", note: str = "comfortable", seconds: int = 60) -> Path:
    """A ledger at ``path`` with both sessions; the second is open, and of somebody else."""
    other = {"name": "OTHER, B.", "identifier": "R-77"}
    made = [
        *drafts(name, note),
        draft(Kind.SESSION_OPENED, 10_800, SECOND, patient=other, weight_kg=60.0, preset=PRESET),
    ]
    with Store.open(path, rehearsal=True) as store:
        chain = store.chain()
        store.commit([chain.stage(d) for d in made], [])
        store.commit([], measured(seconds))
    return path
