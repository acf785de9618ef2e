"""Formatting decisions: words, numbers, alarms and tiles, without a screen."""

from __future__ import annotations

import unicodedata
from datetime import UTC, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from tui_fakes import (
    AT_MS,
    CHAIR,
    IDLE,
    LINES,
    LOST_PORT,
    NUMBERS,
    QUIET,
    RICH,
    RUNNING,
    alarm,
    number,
    with_chair,
)

from drivers.core.catalogue import METRICS
from station.tui import alarms, present, tiles
from station.tui.chair_page import top_row
from station.tui.keys import KEYS
from station.tui.middle import middle
from station.tui.numerals import numerals
from station.tui.spans import Row, Span, cells, cut, fill, spread, wrapped
from station.wire.messages import Due


def words(rows: tuple[Row, ...]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [("HR", 72.4, "72"), ("TEMP", 36.84, "36.8"), ("PERFUSION_INDEX", 0.5, "0.50"), ("SPO2", None, "---")],
)
def test_numbers_have_the_decimals_of_the_catalogue(metric: str, value: float | None, shown: str) -> None:
    assert present.number_text(metric, value) == shown


@pytest.mark.parametrize(
    ("age_s", "shown"),
    [(None, ""), (5.0, ""), (5.1, "5 s"), (59.9, "59 s"), (125, "2 min 05 s"), (3700, "1 h 01 min")],
)
def test_an_age_is_shown_past_five_seconds(age_s: float | None, shown: str) -> None:
    assert present.age_text(age_s) == shown


def test_limits() -> None:
    assert present.limits_text(number("HR", 80, low=50, high=120)) == "50-120"
    assert present.limits_text(number("SPO2", 97, low=90)) == "min 90"
    assert present.limits_text(number("RESP_RATE", 97, high=30)) == "max 30"
    assert present.limits_text(number("TEMP", 37)) == ""


def test_status_says_why_validity_and_age() -> None:
    assert present.status_text(number("HR", 80)) == ""
    assert present.status_text(number("HR", 80, age_s=12)) == "12 s ago"
    assert present.status_text(number("NIBP_SYS", 141, age_s=12, source="typed")) == "typed 12 s ago"
    assert present.status_text(number("HR", 80, validity="questionable", age_s=12)) == "12 s, questionable"
    assert present.status_text(number("HR", None, validity="invalid", why="lead off", age_s=31)) == "lead off, 31 s"
    assert present.status_text(number("HR", None, validity="not_available")) == "not available"


def test_the_clock_is_local_and_demo_is_said() -> None:
    assert present.clock_text(AT_MS, UTC) == "00:00:00"
    assert present.clock_text(AT_MS, timezone(timedelta(hours=2))) == "02:00:00"
    assert [present.demo_text(*x) for x in ((10.0, False), (1.0, True), (1.0, False))] == [
        "DEMO x10",
        "DEMO",
        "",
    ]


def test_top_row_keeps_the_second_identifier_beside_a_long_name() -> None:
    chair = msgspec.structs.replace(CHAIR, patient="N" * 500, session="S" * 100)
    row = words((top_row(QUIET, chair, "KS", False, 80, UTC),))
    assert "1984-03-02" in row and "70.0 kg" in row and row.endswith("KS  00:00:00 ") and "…" in row


def test_the_infusion_says_what_nobody_saw() -> None:
    text = words(present.infusion_rows(msgspec.structs.replace(RUNNING, unobserved_mg=1.2), 80))
    for part in (
        "INFUSING",
        "22 min in",
        "18 min left",
        "52.5 mL/h",
        "19.4 of 35.0 mg",
        "0.28 mg/kg",
        "1.2 mg of it",
    ):
        assert part in text
    assert "not observed" not in words(present.infusion_rows(RUNNING, 80))
    held = words(present.infusion_rows(msgspec.structs.replace(RUNNING, phase="held", hold_s=130.0), 80))
    assert "HELD 2 min 10 s" in held
    assert "BASELINE" in words(present.infusion_rows(IDLE, 80))
    assert "SOMETHING NEW" in words(present.infusion_rows(msgspec.structs.replace(IDLE, phase="something new"), 80))


@pytest.mark.parametrize("width", [80, 90, 109])
@pytest.mark.parametrize("phase", ["infusing", "held"])
def test_what_is_due_next_stands_on_the_line_of_truth_and_its_countdown_is_never_cut(width: int, phase: str) -> None:
    infusion = msgspec.structs.replace(RUNNING, phase=phase, hold_s=730.0, unobserved_mg=12.5)
    long = Due(text="recheck the blood pressure, then decide whether to resume or to stop", in_s=252.4)
    text = words(present.infusion_rows(infusion, width, (Due(text="end of the infusion", in_s=900), long)))
    for part in ("NEXT 4:12 recheck", "19.4 of 35.0 mg", "22 min in", "18 min left", "12.5 mg of it not observed"):
        assert part in text
    late = msgspec.structs.replace(long, in_s=-130.9)
    rows = present.infusion_rows(infusion, width, (late, Due(text="blood pressure", in_s=-5)))
    assert "OVERDUE 2:10 recheck" in words(rows) and "+1" in words(rows)
    assert [span.tone for span in rows[1] if "OVERDUE" in span.text] == ["bad"] and cells(rows[1]) == width


def test_a_short_task_is_said_whole_and_nothing_due_says_nothing() -> None:
    assert "NEXT 4:49 blood pressure " in words(
        present.infusion_rows(RUNNING, 80, (Due(text="blood pressure", in_s=289),))
    )
    assert "NEXT" not in words(present.infusion_rows(RUNNING, 80))


def test_an_entry_is_saved_or_not() -> None:
    long = msgspec.structs.replace(LINES[0], text="x" * 300)
    assert words((present.entry_row(LINES[1], 80, UTC),)).rstrip().endswith("ge  saved")
    assert words((present.entry_row(long, 80, UTC),)).rstrip().endswith("KS  NOT SAVED")


def test_only_ports_in_trouble_are_shown() -> None:
    assert present.port_rows(CHAIR.ports, 80) == ()
    (none,) = present.port_rows((), 80)
    assert "infusion-station --device D --port P, or station.toml" in words((none,))
    rows = present.port_rows((LOST_PORT,) * 4, 80)
    assert len(rows) == 2 and "NOT CONNECTED" in words(rows) and words(rows).endswith("(and 2 more)")


def test_the_highest_alarm_fills_three_rows_with_stars_words_and_facts() -> None:
    rows = alarms.alarm_rows(RICH.chairs[0], 80)
    assert len(rows) == 3 and all(cells(row) == 80 and row[0].tone == "high" for row in rows)
    text = words(rows)
    for part in ("*** SpO2 86 below 90", "now 86 %, limit 90 %", "since 1 min 05 s", "space acknowledges"):
        assert part in text


def test_a_pending_condition_is_no_alarm_yet() -> None:
    chair = msgspec.structs.replace(CHAIR, alarms=(alarm("soon", "high", "PENDING"),))
    assert alarms.highest(chair) is None
    assert "soon" not in words(alarms.alarm_rows(chair, 80)) + words(alarms.other_rows(chair, 80))


@pytest.mark.parametrize(
    ("state", "word", "flashes"),
    [
        ("ACTIVE_UNACK", "space", True),
        ("LATCHED", "OVER, NOT ACKNOWLEDGED", True),
        ("ACTIVE_ACK", "ACKNOWLEDGED", False),
    ],
)
def test_each_state_has_its_word_and_only_the_unacknowledged_flash(state: str, word: str, flashes: bool) -> None:
    chair = msgspec.structs.replace(CHAIR, alarms=(alarm("SpO2 low", "high", state),))
    assert word in words(alarms.alarm_rows(chair, 80))
    assert (alarms.flash_s(alarms.highest(chair)) == 0.25) is flashes


def test_flash_frequencies_are_in_the_standards_bands() -> None:
    assert 1.4 <= 1 / (2 * alarms.HALF_PERIOD_S["high"]) <= 2.8
    assert 0.4 <= 1 / (2 * alarms.HALF_PERIOD_S["medium"]) <= 0.8
    assert alarms.flash_s(alarm("x", "low")) is None and alarms.flash_s(None) is None


def test_others_are_counted_and_what_is_held_or_off_is_said() -> None:
    text = words(alarms.other_rows(RICH.chairs[0], 120))
    for part in ("+1", "** ACKNOWLEDGED: NIBP high, repeat to confirm", "1 waiting for data", "1 ALARM OFF"):
        assert part in text


AWAY = msgspec.structs.replace(CHAIR, away_s=272.4, away_why="toilet, KS")


def test_an_absent_patient_is_said_with_what_is_left_of_the_time() -> None:
    off = alarm("", "medium", "DISABLED")
    gone = msgspec.structs.replace(AWAY, alarms=(off, off))
    block = alarms.alarm_rows(gone, 80)
    assert "PATIENT AWAY 4:32 - alarms come back by themselves" in words(block[:1])
    assert "toilet, KS" in words(block[1:2]) and "a when the patient is back" in words(block[2:])
    assert len(block) == 3 and {cells(row) for row in block} == {80}
    assert {span.action for row in block for span in row if span.text.strip()} == {"app.away"}
    assert "2 ALARMS OFF OR PAUSED" in words(alarms.other_rows(gone, 80))
    assert "AWAY 4:32" in words(alarms.chair_rows((gone, CHAIR), 1, 80))


def test_an_alarm_of_the_station_owns_the_block_and_the_absence_is_said_below() -> None:
    gone = msgspec.structs.replace(AWAY, alarms=(alarm("No data from ge", "medium"),))
    assert "No data from ge" in words(alarms.alarm_rows(gone, 80))
    assert "PATIENT AWAY" not in words(alarms.alarm_rows(gone, 80))
    assert "PATIENT AWAY 4:32" in words(alarms.other_rows(gone, 80, "paused 90"))
    assert "PATIENT AWAY" not in words(alarms.other_rows(CHAIR, 80))


def test_the_next_alarm_is_named_with_its_limit_beside_a_sound_that_failed() -> None:
    chair = msgspec.structs.replace(
        CHAIR,
        alarms=(
            alarm("Alarms cannot be heard", "high", subject="", value=None, limit=None),
            alarm("NIBP high 182/112: repeat to confirm", "medium", condition="NIBP_HIGH", value=157, limit=180),
        ),
    )
    (row,) = alarms.other_rows(chair, 80, "fail: no sound device was found on this computer")
    for part in ("+1", "** NIBP high 182/112 now 157 mmHg, limit 180 mmHg", "AUDIO FAILED"):
        assert part in words((row,))
    assert {span.action for span in row if "NIBP" in span.text} == {"app.acknowledge"}
    bare = msgspec.structs.replace(chair, alarms=(chair.alarms[0], alarm("SpO2 low", "high", "ACTIVE_ACK")))
    assert "SpO2 low now 86 %, limit 90 %" in words(alarms.other_rows(bare, 80))


def test_an_acknowledged_alarm_stands_behind_a_new_one_and_asks_for_nothing() -> None:
    known = alarm("Alarms cannot be heard", "high", "ACTIVE_ACK", subject="", value=None, limit=None)
    chair = msgspec.structs.replace(CHAIR, alarms=(alarm("NIBP high", "medium"), known))
    text = words(alarms.alarm_rows(chair, 80))
    assert "** NIBP high" in text and "space acknowledges" in text
    assert "ACKNOWLEDGED: Alarms cannot be heard" in words(alarms.other_rows(chair, 80))
    alone = msgspec.structs.replace(CHAIR, alarms=(known,))
    assert "space" not in words(alarms.alarm_rows(alone, 80))


def test_an_acknowledged_high_alarm_is_in_sight_behind_and_before_every_other() -> None:
    known = alarm("SpO2 very low 78 %", "high", "ACTIVE_ACK", condition="SPO2_DESAT", value=76, limit=80)
    due = [alarm(f"Due: {n}", "low", subject=f"{n}", value=None, limit=None) for n in range(4)]
    chair = msgspec.structs.replace(CHAIR, alarms=(known, *due))
    block = alarms.alarm_rows(chair, 80)
    assert "*** SpO2 very low 78 %" in words(block) and "space acknowledges below" in words(block)
    assert {span.action for row in block for span in row} == {"app.acknowledge"}
    new = [alarm(f"{name} high", "medium", condition="HR_HIGH") for name in ("HR", "PR")]
    both = msgspec.structs.replace(CHAIR, alarms=(*new, *due, known))
    text = words(alarms.other_rows(both, 80))
    assert text.index("*** ACKNOWLEDGED: SpO2 very low 78 %") < text.index("** PR high")


def test_the_longest_state_leaves_value_and_limit_whole_in_80_columns() -> None:
    over = alarm(
        "N" * 40, "high", "LATCHED", condition="NIBP_HIGH", subject="NIBP_SYS", value=212, limit=180, since_s=3599
    )
    text = words(alarms.alarm_rows(msgspec.structs.replace(CHAIR, alarms=(over,)), 80))
    for part in ("N" * 40, "OVER, NOT ACKNOWLEDGED", "limit 180 mmHg", "space acknowledges"):
        assert part in text


def test_the_strip_has_every_chair_with_its_worst_alarm() -> None:
    assert alarms.chair_rows(QUIET.chairs, 0, 80) == ()
    eight = alarms.chair_rows(RICH.chairs * 4, 1, 80)
    assert len(eight) == 1 and cells(eight[0]) == 80
    assert {span.action for span in eight[0] if span.action} == {f"app.chair({n})" for n in range(1, 9)}


def test_no_number_is_cut_in_the_middle() -> None:
    assert cut("NIBP high 182/112: repeat", 12) == "NIBP high…"
    assert cut("over 40 min, 52.5 mL/h", 16) == "over 40 min…"
    assert cut("1234567890", 5) == "1234…"  # one word has no better place


def test_four_chairs_in_80_columns_say_what_their_alarms_are_about() -> None:
    low, high = (
        msgspec.structs.replace(CHAIR, alarms=(alarm(f"NIBP {word} 182/112: repeat to confirm", "medium"),))
        for word in ("low", "high")
    )
    (row,) = alarms.chair_rows((high, low, high, low), 0, 80)
    text = words((row,))
    assert cells(row) == 80 and text.count("NIBP high…") == 1 and text.count("NIBP low…") == 2


def test_the_strip_says_the_key_to_the_next_chair_and_no_digit_that_charts() -> None:
    chairs = tuple(
        msgspec.structs.replace(c, chair=name) for c, name in zip(RICH.chairs, ("Left", "Right"), strict=True)
    )
    (row,) = alarms.chair_rows(chairs, 0, 80, "k")
    assert cells(row) == 80 and words((row,)).rstrip().endswith(" k next chair")
    assert words((row,)).split()[0] == "Left" and " 1 " not in words((row,)) and " 2 " not in words((row,))


def test_a_quiet_chair_is_not_called_well() -> None:
    text = words(alarms.alarm_rows(CHAIR, 80)).lower()
    assert "ok" not in text and "no alarm signalled here now" in text and "standard" in text


def test_one_tile_for_a_pressure_and_none_for_what_is_absent() -> None:
    made = tiles.tiles(NUMBERS)
    assert [tile.label for tile in made] == ["HR", "PR", "SpO2", "PI", "NIBP", "RR", "EtCO2", "Temp"]
    cuff = made[4]
    assert (cuff.value, cuff.after, cuff.status) == ("174/104", "(127)", "2 min 05 s ago")
    assert cuff.right == ("sys 90-180", "dia max 110", "mean min 60")


def test_a_cuff_without_one_part_says_so() -> None:
    part = (
        number("NIBP_SYS", 128),
        number("NIBP_DIA", None, validity="invalid", why="artefact", priority="medium"),
    )
    (cuff,) = tiles.tiles(part)
    assert (cuff.value, cuff.after, cuff.status, cuff.priority) == ("128/---", "", "artefact", "medium")
    (none,) = tiles.tiles((number("ART_SYS", None, validity="invalid", why="line off"),))
    assert (none.label, none.value, none.status) == ("ART", "---", "line off")


@pytest.mark.parametrize("height", [tiles.SHORT, tiles.PLAIN, tiles.TALL])
def test_no_tile_cuts_a_value_or_hides_that_an_alarm_is_off(height: int) -> None:
    for name, metric in METRICS.items():
        value = {"PUMP_RATE": 1800.0, "PUMP_VOLUME": 9999.9}.get(name, metric.plausible[1])
        worst = number(name, value, validity="questionable", age_s=3000, alarm_off=True, low=1, priority="high")
        (tile,) = tiles.tiles((worst,))
        text = words(tiles.tile_rows(tile, tiles.TILE_CELLS * tile.columns, height))
        assert "ALARM OFF" in text and "***" in text, text
        shown = (tile.value, numerals(tile.value)[1])
        assert any(s in text for s in shown), (name, text)


@pytest.mark.parametrize("height", [tiles.SHORT, tiles.PLAIN, tiles.TALL])
def test_the_fullest_pressure_keeps_its_value_and_says_what_is_off(height: int) -> None:
    off = {"alarm_off": True, "high": 180, "age_s": 3000, "validity": "questionable", "priority": "high"}
    parts = (number("NIBP_SYS", 288, **off), number("NIBP_DIA", 240, **off), number("NIBP_MEAN", 256, **off))
    (tile,) = tiles.tiles(parts)
    text = words(tiles.tile_rows(tile, 40, height))
    assert "(256)" in text and "***" in text and "mmHg" in text
    assert "288/240" in text or numerals("288/240")[1] in text
    for name in ("sys", "dia", "mean"):
        assert f"{name} ALARM OFF" in text or "ALARM OFF sys dia mean" in text


@given(st.lists(st.sampled_from(sorted(METRICS)), unique=True), st.integers(60, 200), st.sampled_from([2, 3, 5]))
@settings(max_examples=60, deadline=None)
def test_a_grid_is_as_wide_as_asked_and_shows_every_label(names: list[str], width: int, height: int) -> None:
    shown = tiles.tiles(number(name, 50.0) for name in names)
    rows = tiles.grid(shown, width, height)
    assert all(cells(row) == width for row in rows) and len(rows) % height == 0
    assert all(tile.label in words(rows) for tile in shown)


def test_an_unknown_metric_is_shown_rather_than_hidden() -> None:
    (tile,) = tiles.tiles((number("NEW\x1b[31m", 5.0),))
    assert (tile.label, tile.value) == ("NEW[31m", "5")


@given(st.text(max_size=60), st.text(max_size=30), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_rows_fill_their_width_to_the_cell(left: str, right: str, width: int) -> None:
    left, right = present.clean(left), present.clean(right)
    assert cells(fill((Span(left),), width)) == width
    assert cells(spread((Span(left),), (Span(right),) if right else (), width)) == width
    assert cells((Span(cut(left, width)),)) <= width
    for line in wrapped(left, max(4, width), 2):
        assert cells((Span(line),)) <= max(4, width)


@given(st.text(max_size=40), st.integers(40, 130))
@settings(max_examples=100, deadline=None)
def test_no_text_of_a_person_or_device_brings_a_control_to_the_screen(text: str, width: int) -> None:
    hostile = text + "\x1b]0;evil\x07\u202e[/]"
    snapshot = with_chair(
        RICH,
        chair=hostile, patient=hostile, identifier=hostile, session=hostile, preset=hostile,
        alarms=(alarm(hostile, "high", reason=hostile), alarm(hostile, "low")),
        numbers=(number("HR", None, validity="invalid", why=hostile),),
        ports=(msgspec.structs.replace(LOST_PORT, source=hostile, port=hostile, sentence=hostile),),
        infusion=msgspec.structs.replace(RUNNING, phase=hostile),
    )  # fmt: skip
    chair = snapshot.chairs[0]
    line = msgspec.structs.replace(LINES[0], text=hostile, by=hostile)
    rows = (
        top_row(snapshot, chair, hostile, True, width, UTC),
        *present.infusion_rows(chair.infusion, width),
        present.entry_row(line, width, UTC),
        *present.port_rows(chair.ports, width),
        *present.chart_rows(hostile, width),
        *alarms.alarm_rows(chair, width),
        *alarms.other_rows(chair, width),
        *alarms.chair_rows(snapshot.chairs, 0, width),
        *tiles.grid(tiles.tiles(chair.numbers), width, tiles.PLAIN),
    )
    assert all(cells(row) == width for row in rows)
    assert not [c for c in words(rows) if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn")]


def test_a_typed_pressure_without_a_mean_says_only_that_it_is_typed() -> None:
    typed = {"source": "typed", "age_s": 20.0}
    mean = number("NIBP_MEAN", None, validity="not_available", **typed)
    (tile,) = tiles.tiles((number("NIBP_SYS", 128, **typed), number("NIBP_DIA", 80, **typed), mean))
    assert (tile.value, tile.status) == ("128/80", "typed 20 s ago")


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("No data from ge_dri", {"condition": "COMM_LOST", "value": 10.3, "limit": 5.0}, "no data for 10 s, limit 5 s"),
        (
            "HR: no value",
            {"condition": "VALUE_STALE", "value": 95.0, "limit": 30.0},
            "no value for 1 min 35 s, limit 30 s",
        ),
        ("SpO2 low 85 %", {"value": 84.0}, "now 84 %, limit 90 %"),
        ("SpO2 low 85 %", {"value": 95.0, "state": "LATCHED"}, "limit 90 %"),
        ("Dose reached", {"condition": "DOSE_REACHED", "value": None, "limit": None}, ""),
    ],
)
def test_the_facts_of_an_alarm_have_words_and_units(text: str, more: dict[str, Any], said: str) -> None:
    one = alarm(text, "high", **{"subject": "", **more})
    assert alarms.fact(one) == said
    behind = msgspec.structs.replace(CHAIR, alarms=(alarm("x", "high"), one))
    assert f"{text} {said}".strip() in words(alarms.other_rows(behind, 80))


def test_an_age_is_told_from_the_same_second_on_for_every_number() -> None:
    for age_s, told in ((4.9, ""), (5.0, ""), (5.1, "5 s ago"), (6.2, "6 s ago")):
        shown = tiles.tiles([number("HR", 80, age_s=age_s), number("NIBP_SYS", 120, age_s=age_s)])
        assert [tile.status for tile in shown] == [told, told]


def test_the_baseline_stands_with_the_infusion_after_the_start() -> None:
    started = msgspec.structs.replace(CHAIR, baseline=(124.0, 78.0))
    for width, height in ((80, 18), (120, 34), (200, 54)):
        assert "base 124/78" in words(middle(started, KEYS, None, AT_MS, width, height).rows)
    assert "base" not in words(middle(CHAIR, KEYS, None, AT_MS, 80, 18).rows)


def test_a_held_pump_has_no_rate_but_the_one_before_and_a_stopped_one_ran() -> None:
    assert present.rate_text(RUNNING) == "52.5 mL/h" and present.run_text(RUNNING) == "22 min in"
    held = msgspec.structs.replace(RUNNING, phase="held")
    assert present.rate_text(held) == "before: 52.5 mL/h"
    assert present.run_text(msgspec.structs.replace(RUNNING, phase="recovery")) == "ran 22 min"


def test_vital_numbers_are_tall_on_a_small_screen_and_no_reason_is_cut_for_it() -> None:
    shown = tiles.tiles(QUIET.chairs[0].numbers)
    small = tiles.standing(shown, 80, 11)
    assert len(small) <= 11 and any("█" in words((row,)) for row in small)
    assert "cannula off, 31 s" in words(small)
    assert tiles.standing(shown, 80, 6) == tiles.grid(shown, 80, tiles.SHORT)
