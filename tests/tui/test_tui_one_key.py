"""Acts of one or two keys, vital signs typed in one go, the facts of an emergency."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, strategies as st
from screen_text import click, text, until
from textual.events import Key
from textual.pilot import Pilot
from tui_fakes import QUIET, FakeRecorder, with_chair

from station.tui.app import StationApp
from station.tui.screens.chair import ChairScreen
from station.tui.screens.emergency import EmergencyScreen
from station.tui.screens.failed import FailedScreen
from station.tui.vitals_text import vitals_of
from station.wire.messages import Emergency, Hold, ManualVitals, QuickEvent, Refused, Saved, Tile, Undo

TILES = (
    Tile(id="nausea", key="1", text="nausea", lowest=None, highest=None),
    Tile(id="dissociation", key="3", text="dissociation", lowest=0, highest=4),
)
WITH_EVENTS = with_chair(QUIET, events=TILES, emergency_s=65.0)


@asynccontextmanager
async def viewer(recorder: FakeRecorder, by: str = "KS") -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by=by)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot


@pytest.mark.parametrize(
    ("keys", "act"),
    [
        (("1",), QuickEvent(event="nausea")),
        (("3", "2"), QuickEvent(event="dissociation", rating=2)),
        (("u",), Undo()),
        (("f9",), Emergency()),
    ],
)
async def test_at_most_two_keys(keys: tuple[str, ...], act: Any) -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press(*keys)
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", act)]


async def test_what_each_rating_means_is_told_and_clicked() -> None:
    rated = Tile(id="pain", key="2", text="pain", lowest=0, highest=2, words=("none", "[b]some", "much"))
    recorder = FakeRecorder(with_chair(QUIET, events=(rated,)))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("2")
        await until(app, lambda: "[ 1 ]  [b]some" in text(app) and "[ Esc: leave ]" in text(app))
        await click(app, pilot, "[ 2 ]  much")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", QuickEvent(event="pain", rating=2))]


@pytest.mark.parametrize(
    ("lowest", "highest", "words", "shown", "key", "rating"),
    [
        (-5, 4, tuple("abcdefghij"), "[ e: -5 ]", "c", -3),
        (-5, 4, tuple("abcdefghij"), "[ 4 ]", "4", 4),
        (0, 10, (), "[ x: 10 ]", "x", 10),
    ],
)
async def test_a_rating_that_is_no_digit_has_a_letter(
    lowest: int, highest: int, words: tuple[str, ...], shown: str, key: str, rating: int
) -> None:
    rated = Tile(id="r", key="2", text="RASS", lowest=lowest, highest=highest, words=words)
    recorder = FakeRecorder(with_chair(QUIET, events=(rated,)))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("2")
        await until(app, lambda: f"RASS: {lowest} to {highest}" in text(app) and "[ Esc: leave ]" in text(app))
        assert shown in text(app)
        await pilot.press(key)
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", QuickEvent(event="r", rating=rating))])


async def test_keys_of_one_burst_answer_the_question_they_were_meant_for() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        for key in "32":  # both are there before the program looks at one
            app.post_message(Key(key, key))
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", QuickEvent(event="dissociation", rating=2))])
        await pilot.press("3")
        await until(app, lambda: "dissociation: 0 to 4" in text(app))
        for key in "11":
            app.post_message(Key(key, key))
        await until(app, lambda: len(recorder.acts) == 2)
        await pilot.pause()
        assert isinstance(app.screen, ChairScreen) and recorder.acts[-1][2] == QuickEvent(
            event="dissociation", rating=1
        )


async def test_digits_of_one_burst_fill_the_field_they_were_meant_for() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, _):
        for key in "v128":
            app.post_message(Key(key, key))
        await until(app, lambda: "BP HR SpO2" in text(app) and "128" in text(app).split("BP HR SpO2")[1])
        assert recorder.acts == []


async def test_minutes_of_two_digits_chart_no_event() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("minus", "1", "2", "9", "9", "backspace", "enter")
        await until(app, lambda: "12 min ago" in text(app))
        await pilot.press("1")
        await until(app, lambda: len(recorder.acts) == 1)
        assert recorder.ago_s == [720.0]


async def test_a_key_without_an_event_and_a_rating_out_of_range_chart_nothing() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (_, pilot):
        await pilot.press("9", "3", "7", "escape")
        await pilot.pause()
        assert recorder.acts == []


async def test_back_dating_holds_for_the_next_act_only() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("minus", "2", "enter")
        await until(app, lambda: "2 min ago" in text(app))
        await pilot.press("h", *"pause", "enter")
        await until(app, lambda: len(recorder.acts) == 1)
        await pilot.press("1")
        await until(app, lambda: len(recorder.acts) == 2)
        assert [act for _, _, act in recorder.acts] == [Hold(reason="pause"), QuickEvent(event="nausea")]
        assert recorder.ago_s == [120.0, 0.0]


async def test_back_dating_waits_for_its_act_over_refusals_and_what_is_always_now() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("minus", "5", "enter")
        await until(app, lambda: "5 min ago" in text(app))
        await pilot.press("s")
        await until(app, lambda: len(recorder.acts) == 1)
        assert "the next act is charted as 5 min ago" in text(app)
        recorder.answer = lambda _: Refused(id=1, sentence="not now")
        await pilot.press("1")
        await until(app, lambda: len(recorder.acts) == 2 and "not now   the next act is charted as" in text(app))
        recorder.answer = lambda _: Saved(id=1, seq=9)
        await pilot.press("f9", "escape", "1")
        await until(app, lambda: len(recorder.acts) == 4)
        await pilot.press("1")
        await until(app, lambda: len(recorder.acts) == 5)
        assert recorder.ago_s == [0.0, 300.0, 0.0, 300.0, 0.0]


@pytest.mark.parametrize("before", ["n", "w"])
async def test_the_emergency_is_one_key_from_a_form_and_from_the_wall(before: str) -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press(before)
        await pilot.press("f9")
        await until(app, lambda: "EMERGENCY at Chair 1" in text(app))
        assert recorder.acts == [("Chair 1", "KS", Emergency())]


async def test_an_emergency_answered_as_the_recorder_is_lost_leaves_that_in_sight() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    failed: list[bool] = []

    def lost(_: Any) -> Saved:
        app._lost("the recorder has gone")
        failed.append(isinstance(app.screen, FailedScreen))  # here, because the next poll takes it away again
        return Saved(id=1, seq=9)

    async with viewer(recorder) as (app, pilot):
        recorder.answer = lost
        await pilot.press("f9")
        await until(app, lambda: failed == [True])
        await until(app, lambda: not isinstance(app.screen, FailedScreen))  # back: nothing lay over it
        assert not any(isinstance(screen, EmergencyScreen) for screen in app.screen_stack)


async def test_manual_vitals_take_eleven_keys() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    keys = ("v", *"128807298", "enter")
    assert len(keys) <= 12
    async with viewer(recorder) as (app, pilot):
        await pilot.press(*keys)
        await until(app, lambda: bool(recorder.acts))
        values = {"NIBP_SYS": 128.0, "NIBP_DIA": 80.0, "HR": 72.0, "SPO2": 98.0}
        assert recorder.acts[0][2] == ManualVitals(values=values)


async def test_vitals_that_are_not_clear_are_asked_again_and_kept() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("v", *"128/", "enter")
        await until(app, lambda: "two numbers" in " ".join(text(app).split()))
        assert recorder.acts == []
        assert "128/" in text(app)


async def test_the_facts_of_an_emergency_stand_on_the_whole_screen_until_escape() -> None:
    recorder = FakeRecorder(WITH_EVENTS)
    async with viewer(recorder, by="") as (app, pilot):
        await pilot.press("f9")
        await until(app, lambda: "EMERGENCY at Chair 1" in text(app))
        assert recorder.acts == [("Chair 1", "somebody unnamed", Emergency())]
        for words in (
            "1 min 05 s",
            "70 kg",
            "19.4 mg given of 35.0 mg planned",
            "SpO2",
            "97 %",
            "station commands no pump",
        ):
            assert words in text(app), words
        await pilot.press("escape")
        await until(app, lambda: "EMERGENCY at" not in text(app))


async def test_all_ten_digits_and_the_way_out_fit_80_columns() -> None:
    rated = Tile(id="ten", key="1", text="ten steps", lowest=0, highest=9)
    async with viewer(FakeRecorder(with_chair(QUIET, events=(rated,)))) as (app, pilot):
        await pilot.press("1")
        await until(app, lambda: "[ 9 ] [ Esc: leave ]" in text(app))
        await pilot.press("escape", "-")
        await until(app, lambda: "[ 30 ] [ Esc: leave ]" in text(app))


@pytest.mark.parametrize("key", ["n", "x"])
async def test_a_sentence_is_in_sight_while_it_is_typed_and_its_complaint_beside_it(key: str) -> None:
    sentence = "pain at the line of the left arm"
    async with viewer(FakeRecorder(WITH_EVENTS)) as (app, pilot):
        await pilot.press(key, "enter")
        await until(app, lambda: "please fill in" in text(app))
        await pilot.press(*sentence)
        await until(app, lambda: sentence in text(app))


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("128/80 72 98", (128, 80, 72, 98)),
        ("128807298", (128, 80, 72, 98)),
        ("9560", (95, 60, None, None)),
        ("180110130100", (180, 110, 130, 100)),
        ("- - 72", (None, None, 72, None)),
        ("--72 98", (None, None, 72, 98)),
        ("128/80 - 98", (128, 80, None, 98)),
    ],
)
def test_vitals_of_text(typed: str, values: tuple[float | None, ...]) -> None:
    found = vitals_of(typed)
    assert tuple(found.get(m) for m in ("NIBP_SYS", "NIBP_DIA", "HR", "SPO2")) == values


@pytest.mark.parametrize("typed", ["", "x", "128", "12", "1288072985", "128/80 72 98 5", "---- ", "- 80", "12é"])
def test_text_that_is_not_clear_is_one_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        vitals_of(typed)


@given(st.integers(40, 299), st.integers(30, 199), st.integers(40, 299), st.integers(50, 100))
def test_with_separators_or_without_the_same(sys: int, dia: int, rate: int, spo2: int) -> None:
    expected = {"NIBP_SYS": sys, "NIBP_DIA": dia, "HR": rate, "SPO2": spo2}
    assert vitals_of(f"{sys}/{dia} {rate} {spo2}") == vitals_of(f"{sys}{dia}{rate}{spo2}") == expected


@given(st.text(max_size=30))
def test_nothing_else_is_raised(typed: str) -> None:
    try:
        found = vitals_of(typed)
    except ValueError:
        return
    assert found
