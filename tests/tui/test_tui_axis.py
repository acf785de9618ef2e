"""The time axis as text: a seeded rehearsal at three sizes, gaps, limits, odd readings, and what it costs."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest
from axis_fakes import drawn, rehearsed, same_as_kept

from charting.trends import BUCKET_MS, Bar, Bucket, Cuff, Event, Ghost, Stream, Trend, Typed
from station.tui import axis
from station.tui.axis import axis_rows, number_mark
from station.tui.axis_plot import Limits, scale_of
from station.tui.axis_time import LONGEST_MIN, axis_of
from station.tui.spans import cells

LIMITS = Limits(90, 180, 110, 90)
AT_MS = 1_767_225_600_000
MIN = 60_000
EMPTY = Trend(opened_ms=AT_MS, now_ms=AT_MS)


@pytest.mark.parametrize(("scenario", "at_s"), [("hypertensive-response", 3300.0), ("cable-pulled", 2400.0)])
def test_a_seeded_session_looks_as_it_did(scenario: str, at_s: float) -> None:
    trend, now_ms = rehearsed(scenario, at_s)
    for width, height in ((78, 13), (57, 24), (120, 40)):
        rows = axis_rows(trend, width, height, now_ms, LIMITS, UTC)
        assert len(rows) == height and {cells(row) for row in rows} == {width}
        same_as_kept(f"axis-{scenario}-{width}x{height}", drawn(rows))


@pytest.mark.parametrize("size", [(39, 40), (80, 10), (0, 0), (-3, 20)])
def test_too_little_room_is_no_axis(size: tuple[int, int]) -> None:
    assert axis_rows(EMPTY, *size, AT_MS) == ()


@pytest.mark.parametrize("size", [(40, 11), (78, 13), (57, 24), (122, 42), (300, 60)])
@pytest.mark.parametrize("minutes", [0, 4, 61, 200, 900])
def test_every_size_and_every_length_is_filled_exactly(size: tuple[int, int], minutes: int) -> None:
    now_ms = AT_MS + minutes * MIN
    trend = msgspec.structs.replace(
        EMPTY,
        now_ms=now_ms,
        streams=(Stream("HR", tuple(Bucket(AT_MS + n * MIN, 20, 260, 20 + n % 240) for n in range(minutes))),),
        cuffs=tuple(Cuff(AT_MS + n * MIN, 250 - n % 200, 30, None, n % 2 == 0, n % 3 == 0) for n in range(minutes)),
        gaps=((AT_MS - MIN, AT_MS + MIN), (now_ms - MIN, now_ms + MIN)),
        events=tuple(Event(n + 1, n, AT_MS + n * MIN, "x") for n in range(minutes)),
    )
    rows = axis_rows(trend, *size, now_ms, LIMITS, UTC)
    assert len(rows) == size[1] and {cells(row) for row in rows} == {size[0]}


def test_nothing_is_drawn_across_a_gap_and_it_is_marked() -> None:
    streams = tuple(
        Stream(m, tuple(Bucket(AT_MS + n * BUCKET_MS, v, v, v) for n in range(180) if not 60 <= n < 120))
        for m, v in (("HR", 70.0), ("SPO2", 97.0))
    )
    trend = msgspec.structs.replace(
        EMPTY, now_ms=AT_MS + 30 * MIN, streams=streams, gaps=((AT_MS + 10 * MIN, AT_MS + 20 * MIN),)
    )
    text = drawn(axis_rows(trend, 125, 24, AT_MS + 30 * MIN, LIMITS, UTC)).split("\n")
    at = axis_of(trend, 120, AT_MS + 30 * MIN)
    middle = 5 + at.cell(AT_MS + 15 * MIN)
    column = [line[middle : middle + 1] for line in text]
    assert set(column[1:17]) == {" "} and column[17] == "╱"  # the plot's rows, then its foot
    assert text[19][middle] == "╱"  # the SpO2 band
    assert text[19][5] == "█"


def test_a_probe_that_is_off_leaves_a_dot_and_no_level() -> None:
    buckets = tuple(Bucket(AT_MS + n * BUCKET_MS, 97, 97, 97) for n in range(60) if n < 20 or n > 40)
    trend = msgspec.structs.replace(EMPTY, now_ms=AT_MS + 10 * MIN, streams=(Stream("SPO2", buckets),))
    band = drawn(axis_rows(trend, 125, 12, AT_MS + 10 * MIN, LIMITS, UTC)).split("\n")[8]
    at = axis_of(trend, 120, AT_MS + 10 * MIN)
    assert band[5 + at.cell(AT_MS + 5 * MIN)] == "·" and band[5] in "▆▇"


def test_a_typed_reading_is_marked_and_a_doubtful_one_is_dim() -> None:
    cuffs = (Cuff(AT_MS + 5 * MIN, 160, 80, None, True, True), Cuff(AT_MS + 10 * MIN, 160, 80, None, False, False))
    rows = axis_rows(msgspec.structs.replace(EMPTY, cuffs=cuffs), 65, 24, AT_MS + 15 * MIN, LIMITS, UTC)
    assert any("m" in span.text and span.tone == "nibp" for row in rows[1:] for span in row)
    assert any("v" in span.text and span.tone == "dim" for row in rows[1:] for span in row)


def test_the_scale_takes_in_what_lies_outside_and_every_reading_has_its_row() -> None:
    trend = msgspec.structs.replace(EMPTY, cuffs=(Cuff(AT_MS, 247, 31, None, False, True),))
    scale = scale_of(trend, 20)
    assert (scale.top, scale.bottom) == (260, 20)
    assert scale.row(scale.top) == 0 and scale.row(scale.bottom) == 19
    assert scale_of(EMPTY, 20)[:2] == (200, 40)


def test_the_axis_grows_by_quarters_of_an_hour_and_a_long_session_shows_its_last_hours() -> None:
    spans = [axis_of(EMPTY, 60, AT_MS + n * MIN).cell_ms * 60 / MIN for n in (0, 24, 26, 41, 3000)]
    assert spans == [30, 30, 45, 60, LONGEST_MIN]
    late = axis_of(EMPTY, 60, AT_MS + 3000 * MIN)
    assert late.start_ms < AT_MS + 3000 * MIN and 0 < late.now < 60


def test_numbers_of_entries_do_not_cover_each_other() -> None:
    events = tuple(Event(n, n, AT_MS + MIN, "x") for n in range(18, 24))
    row = drawn(axis_rows(msgspec.structs.replace(EMPTY, events=events), 65, 12, AT_MS, LIMITS, UTC)).split("\n")[-3]
    assert row.split() == ["acts", "".join(number_mark(n) for n in range(18, 24))]


def test_it_is_made_anew_only_when_something_moves_by_a_cell() -> None:
    axis._drawn.cache_clear()
    first = axis_rows(EMPTY, 65, 24, AT_MS, LIMITS, UTC)
    assert axis_rows(EMPTY, 65, 24, AT_MS + 1000, LIMITS, UTC) is first
    axis_rows(EMPTY, 65, 24, AT_MS + 5 * MIN, LIMITS, UTC)
    assert axis._drawn.cache_info()[:2] == (1, 2)


GHOST = Ghost(AT_MS - 14 * 86_400_000, ((0, 150, 90), (600, 160, 95)), tuple((n * 60, 66) for n in range(60)))
RUNNING = msgspec.structs.replace(
    EMPTY, now_ms=AT_MS + 10 * MIN, infusion=(Bar(AT_MS + 5 * MIN, AT_MS + 10 * MIN, 60),)
)


@pytest.mark.parametrize("size", [(47, 11), (57, 24), (78, 13), (120, 40)])
@pytest.mark.parametrize("minutes", [10, 25, 40])
def test_a_ghost_has_marks_of_its_own_dim_and_is_named_at_every_size(size: tuple[int, int], minutes: int) -> None:
    trend = msgspec.structs.replace(RUNNING, now_ms=AT_MS + minutes * MIN, ghost=GHOST)
    rows = axis_rows(trend, *size, AT_MS + minutes * MIN, LIMITS, UTC)
    assert "ghost: 2025-12-18" in drawn(rows[:1])
    marks = {(c, span.tone) for row in rows[1:] for span in row for c in span.text if c in "▿▵◦"}
    assert marks == {("▿", "dim"), ("▵", "dim"), ("◦", "dim")}
    assert not {c for c in drawn(rows[1:-4]) if c in "v^" or "⠀" < c <= "⣿"}  # nothing that a live value is drawn with


def test_a_ghost_begins_where_the_infusion_began_and_hides_nothing_live() -> None:
    live = (Cuff(AT_MS + 15 * MIN, 160, 95, None, False, True),)
    trend = msgspec.structs.replace(RUNNING, now_ms=AT_MS + 20 * MIN, ghost=GHOST, cuffs=live)
    text = drawn(axis_rows(trend, 125, 24, AT_MS + 20 * MIN, LIMITS, UTC)).split("\n")
    at = axis_of(trend, 120, AT_MS + 20 * MIN)
    columns = {line.index("▿") - 5 for line in text[1:] if "▿" in line}
    assert columns == {at.cell(AT_MS + 5 * MIN)}  # the other one lies under the live reading
    assert any(line[5 + at.cell(AT_MS + 15 * MIN)] == "v" for line in text[1:20])


def test_a_ghost_waits_for_the_start_and_keeps_out_of_gaps() -> None:
    waiting = msgspec.structs.replace(EMPTY, ghost=GHOST)
    assert not set("▿▵◦") & set(drawn(axis_rows(waiting, 125, 24, AT_MS, LIMITS, UTC)))
    gap = msgspec.structs.replace(RUNNING, ghost=GHOST, gaps=((AT_MS + 4 * MIN, AT_MS + 29 * MIN),))
    rows = drawn(axis_rows(gap, 125, 24, AT_MS + 10 * MIN, LIMITS, UTC)).split("\n")
    assert not set("▿▵◦") & set("".join(line[5 + 20 : 5 + 110] for line in rows[1:17]))


def test_typed_rate_and_saturation_are_marked_and_the_word_is_there() -> None:
    typed = (Typed(AT_MS + 5 * MIN, "HR", 101), Typed(AT_MS + 5 * MIN, "SPO2", 95))
    streams = tuple(Stream(t.metric, (Bucket(AT_MS + 300_000, t.value, t.value, t.value),)) for t in typed)
    trend = msgspec.structs.replace(EMPTY, now_ms=AT_MS + 10 * MIN, streams=streams, typed=typed)
    rows = axis_rows(trend, 125, 24, AT_MS + 10 * MIN, LIMITS, UTC)
    text = drawn(rows).split("\n")
    x = 5 + axis_of(trend, 120, AT_MS + 10 * MIN).cell(AT_MS + 5 * MIN)
    assert "m typed" in text[0]
    assert sum(line[x : x + 1] == "m" for line in text[1:17]) == 1 and "m" in (text[18][x], text[19][x])
    assert "typed" not in drawn(axis_rows(EMPTY, 125, 24, AT_MS, LIMITS, UTC))


def test_a_typed_reading_keeps_its_mark_where_there_is_no_row_for_it() -> None:
    trend = msgspec.structs.replace(EMPTY, cuffs=(Cuff(AT_MS + 5 * MIN, 122, 118, None, True, True),))
    assert any("m" in line for line in drawn(axis_rows(trend, 65, 11, AT_MS, LIMITS, UTC)).split("\n")[1:7])
