"""A session is asked about where nobody charted for hours and the record has a hole; never after a crash of seconds."""

from __future__ import annotations

from typing import Any

import pytest

from charting.left_open import left_open_ms
from charting.model import Entry, Kind

MINUTE_MS = 60_000


def entry(kind: Kind, at_min: int, source: str = "person", **payload: Any) -> Entry:
    at_ms = at_min * MINUTE_MS
    return Entry(
        kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, entered_by="N1", source=source, session="S",
        payload=payload, seq=1, prev_hash="", hash="",
    )  # fmt: skip


def gap(from_min: int, to_min: int) -> Entry:
    return entry(Kind.GAP, to_min, "station", from_ms=from_min * MINUTE_MS, to_ms=to_min * MINUTE_MS)


OPENED = entry(Kind.NOTE, 0)


@pytest.mark.parametrize(
    ("entries", "since_min"),
    [
        ([OPENED, gap(30, 900)], 0),
        ([OPENED, gap(30, 31)], None),
        ([OPENED, gap(30, 50)], None),
        ([OPENED, gap(600, 601)], None),  # a crash of a minute in a long night
        ([OPENED, gap(30, 900), gap(901, 902)], 0),  # asked until somebody answers
        ([OPENED, gap(30, 900), entry(Kind.CONTINUED, 905)], None),
        ([OPENED, gap(30, 900), entry(Kind.ALARM, 905)], 0),
        ([OPENED, entry(Kind.NOTE, 20), gap(30, 900)], 20),
        ([gap(30, 900)], None),
    ],
)
def test_when_a_session_is_taken_for_left_open(entries: list[Entry], since_min: int | None) -> None:
    assert left_open_ms(entries) == (None if since_min is None else since_min * MINUTE_MS)
