"""The page of an emergency, as rows."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest
from axis_fakes import drawn
from tui_fakes import AT_MS, CHAIR, IDLE, RUNNING, alarm, number

from charting.trends import Bar, Cuff, Trend
from station.tui.numerals import numerals
from station.tui.screens.emergency import emergency_rows
from station.tui.spans import cells
from station.wire.messages import Line


def test_an_emergency_says_stop_the_pump_times_rate_alarms_and_the_last_pressures() -> None:
    start_ms, stop_ms = AT_MS + 60_000, AT_MS + 1_800_000
    cuffs = tuple(Cuff(AT_MS + n * 300_000, 120.0 + n, 80.0, None, n == 5, True) for n in range(6))
    bars = (Bar(start_ms, stop_ms - 60_000, 52.5), Bar(stop_ms - 60_000, stop_ms, 40.0))
    trend = Trend(opened_ms=AT_MS, now_ms=stop_ms + 65_000, infusion=bars, cuffs=cuffs)
    standing = (alarm("SpO2 86 below 90", "high"), alarm("NIBP high 182/112", "medium", "ACTIVE_ACK"))
    typed = number("NIBP_SYS", 125, source="typed", age_s=40.0), number("NIBP_DIA", 80, source="typed", age_s=40.0)
    view = msgspec.structs.replace(
        CHAIR,
        emergency_s=65.0,
        alarms=standing,
        numbers=(*typed, number("NIBP_MEAN", None, source="typed", validity="not_available", age_s=40.0)),
        infusion=msgspec.structs.replace(RUNNING, phase="recovery"),
        lines=(Line(seq=9, at_ms=stop_ms, text="EMERGENCY", by="KS", saved=True),),
    )
    for width, height in ((80, 24), (120, 40)):
        rows = emergency_rows(view, trend, stop_ms + 65_000, width, height, UTC)
        assert len(rows) == height and all(cells(row) == width for row in rows)
        said = drawn(rows).splitlines()
        assert [line.strip() for line in said[1:4]] == [line.strip() for line in numerals("STOP THE PUMP")]
        page = "\n".join(said)
        for words in (
            "charted 00:30:00 by KS",
            "infusion started 00:01:00, stopped 00:30:00, last rate 40.0 mL/h",
            "*** SpO2 86 below 90",
            "** NIBP high 182/112",
            "typed 40 s ago",
            *(line.strip() for line in numerals("125/80")),
        ):
            assert words in page, words
        assert [page.count(f"{120 + n}/80") for n in range(6)] == [0, 0, 0, 1, 1, 1]  # the last three


@pytest.mark.parametrize(
    ("phase", "saved", "said"),
    [
        ("baseline", True, "No infusion was started: no stop is charted. The station commands no pump."),
        ("recovery", True, "The stop is charted. The station commands no pump."),
        ("recovery", False, "NOT SAVED: write down the time of the stop. The station commands no pump."),
    ],
)
def test_what_it_says_of_the_stop_is_what_the_chart_holds(phase: str, saved: bool, said: str) -> None:
    view = msgspec.structs.replace(
        CHAIR,
        emergency_s=3.0,
        infusion=msgspec.structs.replace(IDLE, phase=phase),
        lines=(Line(seq=9, at_ms=AT_MS, text="EMERGENCY", by="KS", saved=saved),),
    )
    page = drawn(emergency_rows(view, None, AT_MS, 80, 24, UTC, chart="" if saved else "the disk is full"))
    assert said in page and page.count("charted 23:59:57 by KS") == saved and ("the disk is full" in page) != saved
