"""Rows typed off the paper sheet: what is written is read, nothing else is, and each time is the right day's."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from charting.paper import Rating
from charting.paper_entry import EntryError, Written, checked_ms, happened_ms, minute_of, twice, written

RATINGS = (Rating("sedation", "sedation", 0, 5), Rating("dissociation", "dissociation", 0, 4))
MINUTE = 60_000


@given(
    minute=st.integers(0, 1439),
    sys=st.integers(90, 200),
    dia=st.integers(30, 89),
    pulse=st.none() | st.integers(40, 180),
    spo2=st.none() | st.integers(80, 100),
    sedation=st.none() | st.integers(0, 5),
    dissociation=st.none() | st.integers(0, 4),
    gap=st.sampled_from([" ", "  ", ", ", "\t"]),
    colon=st.sampled_from([":", "", "."]),
    short=st.booleans(),
)
def test_a_row_is_read_as_it_was_written(
    minute: int,
    sys: int,
    dia: int,
    pulse: int | None,
    spo2: int | None,
    sedation: int | None,
    dissociation: int | None,
    gap: str,
    colon: str,
    short: bool,
) -> None:
    behind = [pulse, spo2, sedation, dissociation]
    parts = [f"{minute // 60:02d}{colon}{minute % 60:02d}", f"{sys}/{dia}"]
    parts += ["-" if one is None else str(one) for one in behind]
    while short and parts[-1] == "-":
        parts.pop()
    measured = {"NIBP_SYS": sys, "NIBP_DIA": dia, "HR": pulse, "SPO2": spo2}
    rated = {"sedation": sedation, "dissociation": dissociation}
    assert written(gap.join(parts), RATINGS) == Written(
        minute,
        {name: float(value) for name, value in measured.items() if value is not None},
        {name: value for name, value in rated.items() if value is not None},
    )


@given(st.text(max_size=40) | st.text("0123456789:/- .,", max_size=30))
def test_anything_is_a_row_that_can_be_or_one_sentence(text: str) -> None:
    try:
        row = written(text, RATINGS)
    except EntryError as fault:
        assert str(fault) and "\n" not in str(fault) and len(str(fault)) < 200
        return
    if row is None:
        assert re.fullmatch(r"[\s,;]*", text)
        return
    assert 0 <= row.minute < 1440 and (row.values or row.ratings)
    assert all(0 <= n <= 5 for n in row.ratings.values())
    assert ("NIBP_SYS" in row.values) == ("NIBP_DIA" in row.values)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("132/84 78 97", "'132/84' is no time; write it as 10:05 or 1005"),
        ("24:00 132/84", "'24:00' is no time; write it as 10:05 or 1005"),
        ("1060 132/84", "'1060' is no time; write it as 10:05 or 1005"),
        ("10:05", "nothing stands behind the time; write what the row says, or empty it"),
        ("10:05 - - -", "nothing stands behind the time; write what the row says, or empty it"),
        ("10:05 132 84", "'132' is no pressure; write it as 132/84, or - for none"),
        ("10:05 84/132", "the diastolic pressure is not below the systolic"),
        ("10:05 - 7,8", "pulse 7 cannot be; it lies between 15 and 350"),
        ("10:05 - 78 970", "SpO2 970 cannot be; it lies between 1 and 100"),
        ("10:05 - - - 6", "sedation is a number from 0 to 5, not '6'"),
        ("10:05 - - - - -1", "dissociation is a number from 0 to 4, not '-1'"),
        ("10:05 132/84 78 97 5 0 3", "'3' is too much: behind the time stand BP, pulse, SpO2, sedation, dissociation"),
        ("10:05 - ab", "'ab' is no pulse; write a whole number, or - for none"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(EntryError) as refused:
        written(typed, RATINGS)
    assert str(refused.value) == sentence


def test_an_empty_row_is_nothing_and_a_rating_nobody_can_chart_is_told() -> None:
    assert written("  ", RATINGS) is None
    with pytest.raises(EntryError, match="no quick event charts nausea here; leave it out with -"):
        written("10:05 - - - 1", (Rating("nausea", "nausea"),))
    assert minute_of("905") == 545 and minute_of("0:05") == 5


@given(minute=st.integers(0, 1439), now=st.integers(1_767_225_600, 1_800_000_000))
def test_a_time_is_the_last_one_that_the_clock_showed(minute: int, now: int) -> None:
    for zone in (ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns"), UTC):
        at_ms = happened_ms(minute, now * 1000, zone)
        shown = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)
        assert shown.hour * 60 + shown.minute == minute and shown.second == 0
        assert 0 <= now * 1000 - at_ms <= 49 * 60 * MINUTE


def test_the_hour_that_comes_twice_is_the_later_one_unless_it_is_to_come() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (int(datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp() * 1000) for hour in (0, 1))
    assert happened_ms(150, second + 20 * MINUTE, berlin) == second  # 02:30, the second time
    assert happened_ms(150, first + 20 * MINUTE, berlin) == first


def test_midnight_lies_between_a_row_and_its_entry() -> None:
    now = int(datetime(2026, 1, 2, 0, 20, tzinfo=UTC).timestamp() * 1000)
    assert now - checked_ms(23 * 60 + 50, now, 240, now - 60 * MINUTE, UTC) == 30 * MINUTE
    with pytest.raises(EntryError, match="00:30 is still to come"):
        checked_ms(30, now, 240, None, UTC)
    with pytest.raises(EntryError, match="20:10 is more than 4 hours ago, too long for a late entry; write a note"):
        checked_ms(20 * 60 + 10, now, 240, None, UTC)
    with pytest.raises(EntryError, match="23:00 is before this session was opened"):
        checked_ms(23 * 60, now, 240, now - 60 * MINUTE, UTC)


def test_the_minute_of_the_opening_is_not_before_it() -> None:
    now = int(datetime(2026, 1, 2, 12, 0, tzinfo=UTC).timestamp() * 1000)
    opened_ms = now - 60 * MINUTE + 40_000  # 11:00:40
    assert checked_ms(11 * 60, now, 240, opened_ms, UTC) == opened_ms


def test_a_thing_typed_twice_for_one_minute_is_noticed_and_two_things_are_not() -> None:
    rows = [
        Written(605, {"HR": 78.0}, {}),
        None,
        Written(605, {}, {"sedation": 5}),
        Written(605, {"HR": 79.0}, {}),
        Written(606, {"HR": 78.0}, {}),
    ]
    assert twice(rows) == {3: "10:05 is typed in another row above; empty one of the two"}
