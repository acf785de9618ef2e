"""The playback CSV, rule by rule (contracts.md 4)."""

import pytest
from hypothesis import example, given, settings, strategies as st

from simulators import ge_dri, masimo_ascii
from simulators.playback import COLUMNS, EVENTS, Playback, PlaybackError
from simulators.readings import Readings


def played(text: str, t_s: float) -> Readings:
    shown = Playback.parse(text).readings(t_s)
    assert shown is not None
    return shown


def test_a_cell_stands_until_the_next_row_and_a_blank_ends_it() -> None:
    text = "t_s,hr,spo2\n0,70,98\n10,71,\n12,,97\n"
    assert [(played(text, t).hr, played(text, t).spo2) for t in (0, 9.75, 10, 12)] == [
        (70, 98),
        (70, 98),
        (71, None),
        (None, 97),
    ]


def test_a_jump_over_ten_seconds_is_silence() -> None:
    play = Playback.parse("t_s,hr\n0,70\n10,71\n20.5,72\n21,73\n")
    heard = [t for t in range(-2, 25) if play.readings(t) is not None]
    assert heard == [*range(11), 21]
    assert (play.start_s, play.end_s) == (0, 21)


def test_each_row_with_a_cuff_value_is_a_determination() -> None:
    text = "t_s,nibp_sys,nibp_dia,nibp_mean\n0,120,70,85\n1,120,70,85\n2,,,\n3,120,,\n"
    cuffs = [played(text, t).cuff for t in (0, 1, 2, 3)]
    assert [cuff and (cuff.number, cuff.sys, cuff.dia, cuff.mean, cuff.at_s) for cuff in cuffs] == [
        (1, 120, 70, 85, 0),
        (2, 120, 70, 85, 1),
        None,
        (3, 120, None, None, 3),
    ]


def test_the_cuff_is_seen_to_inflate_before_a_reading() -> None:
    rows = "".join(f"{t},{120 if t == 60 else ''}\n" for t in range(0, 81, 5))
    play = Playback.parse("t_s,nibp_sys\n" + rows)
    measuring = [t for t in range(80) if (shown := play.readings(t)) and shown.measuring]
    assert measuring == list(range(30, 60))


def test_equal_readings_a_second_apart_reach_the_line_as_two() -> None:
    play = Playback.parse("t_s,nibp_sys,nibp_dia\n0,120,70\n1,120,70\n")
    device = ge_dri.Device(clock_utc_s=1000)
    device.hear(ge_dri.frame(bytes([49, *[0] * 20, 255, *[0] * 18, 4, 1, 0, *[0] * 6])), 0)
    times = [device.say(t, play.readings(t))[41:45] for t in (0, 1)]
    assert [int.from_bytes(four, "little") for four in times] == [1000, 1001]


def test_columns_make_modules_and_events_are_kept() -> None:
    play = Playback.parse("\ufefft_s, hr ,event,spo2\r\n-5,70,start,\r\n0,70,,98\r\n\r\n3,70,stop,98\r\n")
    assert play.modules == {"hr", "spo2"}
    assert play.events == ((-5, "start"), (3, "stop"))
    assert play.line_fault(0) == ""


def test_columns_refused_by() -> None:
    play = Playback.parse("t_s,spo2,hr,etco2\n0,98,70,35\n")
    assert play.columns_refused_by(ge_dri.SENDS) == ""
    sentence = play.columns_refused_by(masimo_ascii.SENDS)
    assert sentence.startswith("The device cannot send etco2, hr;")


def test_every_device_sends_columns_there_are() -> None:
    assert set(COLUMNS) >= ge_dri.SENDS | masimo_ascii.SENDS
    assert set(COLUMNS) - ge_dri.SENDS == {"perfusion_index"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1 must name the columns, t_s first."),
        ("hr,t_s\n1,2\n", "Line 1 must name the columns, t_s first."),
        ("t_s,hr\n", "The file has no rows under its header."),
        ("t_s,spo\n0,1\n", "Line 1: no column is called 'spo', did you mean spo2."),
        ("t_s,hr,hr\n0,1,1\n", "Line 1 names the column 'hr' twice."),
        ("t_s,hr\n0,70\n\n0,71\n", "Line 4: t_s 0 does not come after 0."),
        ("t_s,hr\n0,abc\n", "Line 2: hr is 'abc', not a number."),
        ("t_s,hr\n0,nan\n", "Line 2: hr is 'nan', not a number."),
        ("t_s,hr\n0,1e300\n", "Line 2: hr is '1e300', beyond 1e+07."),
        ("t_s,hr\n,70\n", "Line 2: t_s is '', not a number."),
        ("t_s,hr\n0,70,5\n", "Line 2 has 3 cells, the header 2."),
        ("t_s,event\n0,begin\n", "Line 2: no event is called 'begin'; known: start, hold, resume, stop."),
        ('t_s,hr\n0,"70\n', "Line 2 is not CSV: unexpected end of data."),
    ],
)
def test_refusals(text: str, sentence: str) -> None:
    with pytest.raises(PlaybackError) as refused:
        Playback.parse(text)
    assert str(refused.value) == sentence


CELL = st.sampled_from(["", "0", "1", "2.5", "-3", "98", "x", '"', "1e9", "inf", *EVENTS]) | st.text(max_size=4)
ROWS = st.lists(st.lists(CELL, max_size=5), max_size=6)


@given(st.text() | ROWS.map(lambda rows: "t_s,hr,nibp_sys,event\n" + "\n".join(",".join(row) for row in rows)))
@example("t_s,hr\r0,1\r")
@example("t_s\x00,hr\n0,1")
@settings(deadline=None)
def test_parsing_raises_playback_error_or_nothing(text: str) -> None:
    try:
        play = Playback.parse(text)
    except PlaybackError as refused:
        assert str(refused)
        return
    for t_s in (play.start_s, play.end_s):
        shown = play.readings(t_s)
        assert shown is not None
        assert len(ge_dri.basic(shown)) == 270
        assert masimo_ascii.fields(shown).isascii()
