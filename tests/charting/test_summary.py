"""A session in words tells what was not seen: holes of the recorder and lines that were down."""

from __future__ import annotations

import msgspec

from charting.model import Entry, Kind
from charting.summary import summary, words


def entry(seq: int, kind: Kind, at_s: float, **payload: object) -> Entry:
    return Entry(
        seq=seq,
        prev_hash="",
        hash="",
        kind=kind,
        happened_at_ms=round(at_s * 1000),
        entered_at_ms=round(at_s * 1000),
        entered_by="KS",
        source="person",
        session="S",
        chair="Chair 1",
        payload=payload,
    )


OPENED = entry(
    1,
    Kind.SESSION_OPENED,
    0,
    patient={"name": "Test, A", "identifier": "1"},
    weight_kg=70.0,
    preset={"name": "standard", "version": 1, "digest": ""},
    zone="UTC",
)


def device(seq: int, at_s: float, source: str, state: str) -> Entry:
    return entry(seq, Kind.DEVICE, at_s, source=source, port="p", state=state, text="")


def test_a_line_that_was_down_is_told_with_how_long_and_how_often() -> None:
    made = summary(
        [
            OPENED,
            device(2, 10, "ge_dri", "connected"),
            device(3, 100, "ge_dri", "lost"),
            device(4, 158, "ge_dri", "connected"),
            device(5, 200, "masimo_ascii", "lost"),
            entry(6, Kind.SESSION_CLOSED, 260),
        ],
        [],
    )
    assert made["lines_down_s"] == {"ge_dri": [58.0], "masimo_ascii": [60.0]}
    said = words(made)
    assert "The recorder ran throughout" in said
    assert "Lines down: ge_dri 58 s in 1 stretch, masimo_ascii 60 s in 1 stretch" in said


def opened(**lines: str) -> Entry:
    """The opening of a session whose lines stood so."""
    return msgspec.structs.replace(OPENED, payload=OPENED.payload | {"lines": lines})


def test_a_line_that_was_down_at_the_opening_is_down_from_then_on() -> None:
    lines = opened(ge_dri="lost", masimo_ascii="initial")
    made = summary([lines, device(2, 40, "ge_dri", "connected"), entry(3, Kind.SESSION_CLOSED, 600)], [])
    assert made["lines_down_s"] == {"ge_dri": [40.0], "masimo_ascii": [600.0]}


def test_a_chart_without_a_word_of_any_line_does_not_say_that_none_was_down() -> None:
    assert "Lines down: not known" in words(summary([OPENED], []))
    assert "Lines down: none" in words(summary([opened(ge_dri="connected")], []))


def test_nothing_was_down() -> None:
    said = words(summary([OPENED, device(2, 10, "ge_dri", "connected")], []))
    assert "Lines down: none" in said


def test_alarms_are_told_in_a_persons_words() -> None:
    raised = [
        entry(n, Kind.ALARM, n, condition=name, **{"from": "PENDING", "to": "ACTIVE_UNACK"})
        for n, name in ((2, "NIBP_HIGH"), (3, "SPO2_LOW"), (4, "OBS_DUE"), (5, "OBS_DUE"))
    ]
    made = summary([OPENED, *raised], [])
    assert made["alarms"] == {"NIBP_HIGH": 1, "OBS_DUE": 2, "SPO2_LOW": 1}  # by name where a program reads
    assert "Alarms: NIBP high 1x, observation due 2x, SpO2 low 1x" in words(made)
