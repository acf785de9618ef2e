"""Entries in words."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from charting.lines import line
from charting.model import Entry, Kind


def entry(kind: Kind, late_s: float = 0.0, source: str = "person", **payload: Any) -> Entry:
    """Charted ``late_s`` seconds after it happened."""
    return Entry(
        kind=kind, happened_at_ms=1_000_000, entered_at_ms=1_000_000 + round(late_s * 1000), entered_by="KS",
        source=source, payload=payload, seq=1, prev_hash="", hash="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("late_s", "source", "said"),
    [
        (300, "person", "nausea (entered 5 min later)"),
        (59.9, "person", "nausea"),
        (0, "person", "nausea"),
        (300, "recorder", "nausea"),
    ],
)
def test_what_a_person_charted_later_says_so(late_s: float, source: str, said: str) -> None:
    assert line(entry(Kind.NOTE, late_s, source, text="nausea")) == said


def test_a_reason_stands_before_what_was_asked_and_is_never_cut_off_by_it() -> None:
    standing = (
        "3 alarms stand: SpO2 very low 78 %, SpO2 low 78 %, NIBP high 186/112: repeat to confirm. End all the same?"
    )
    asked = [
        {
            "id": "no_discharge_vitals",
            "asked": "vital signs before discharge are not charted since the stop. End all the same?",
            "why": "",
        },
        {"id": "alarms_stand", "asked": standing, "why": "seen"},
    ]
    reason = "transferred to the emergency department by ambulance"
    said = line(msgspec.structs.replace(entry(Kind.SESSION_CLOSED, confirmed=asked), reason=reason))
    assert said.startswith(f"session closed: {reason}; asked: vital signs before discharge")
    assert said.endswith(f"; asked: {standing} Confirmed: seen")


def test_values_have_the_decimals_of_their_kind() -> None:
    values = {"SPO2": 97.0, "ETCO2": 32.9987, "TEMP": 36.84}
    assert line(entry(Kind.VITALS, values=values)) == "typed: SpO2 97, EtCO2 33, Temp 36.8"
