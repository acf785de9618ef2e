"""Keys, forms and questions: what is sent, what is said, and that a refusal loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, IDLE, PLANNED, QUIET, RICH, RUNNING, FakeRecorder, refuse, with_chair

from station.tui.acts import FORMS, QUESTIONS, START, number
from station.tui.app import StationApp
from station.tui.caring import FORMS as CARE_FORMS
from station.tui.keys import KEYS, bindings
from station.tui.screens.chair import ChairScreen
from station.tui.screens.form import FormScreen
from station.tui.widgets.typed import Typed
from station.wire.messages import (
    Acknowledge,
    Act,
    Away,
    Back,
    CloseSession,
    Hold,
    Infusion,
    Note,
    OpenSession,
    Plan,
    Refused,
    Resume,
    Saved,
    SetRate,
    Snapshot,
    StartInfusion,
    StopInfusion,
    Tile,
    Unsaved,
)

EMPTY = with_chair(QUIET, session=None, patient="", identifier="", weight_kg=None)
TILES = (
    Tile(id="nausea", key="1", text="nausea", lowest=None, highest=None),
    Tile(id="dissociation", key="3", text="dissociation", lowest=0, highest=4),
)
HELD = with_chair(QUIET, infusion=msgspec.structs.replace(RUNNING, phase="held", hold_s=10.0))
RESTING = with_chair(QUIET, infusion=IDLE)
READY = with_chair(QUIET, infusion=PLANNED)
GONE = with_chair(RESTING, away_s=272.4, away_why="toilet, KS")


@asynccontextmanager
async def viewer(recorder: FakeRecorder, by: str = "KS") -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by=by)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot


async def type_lines(pilot: Pilot[Any], *lines: str) -> None:
    """Each line into the field that has the cursor, as a paste, then Enter: a key press each would take seconds."""
    for line in lines:
        focused = pilot.app.focused
        assert isinstance(focused, Typed)
        focused.insert(line, focused.cursor_position)
        await pilot.press("enter")
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "snapshot", "act"),
    [
        (["space"], QUIET, Acknowledge()),
        (["f2"], QUIET, Acknowledge()),
        (["g", "y"], READY, StartInfusion()),
        (["h", *"pain", "enter"], QUIET, Hold(reason="pain")),
        (["h", *"pain", "tab", "backspace", *"12", "enter"], QUIET, Hold(reason="pain", recheck_min=12)),
        (["h", "y"], HELD, Resume()),
        (["k", *"dizzy", "enter"], HELD, Hold(reason="dizzy")),
        (["a", *"toilet", "enter"], RESTING, Away(reason="toilet", minutes=5)),
        (["a", *"walk", "tab", "backspace", *"10", "enter"], RESTING, Away(reason="walk", minutes=10)),
        (["a"], GONE, Back()),
        (["r", *"40,5", "enter", *"bp", "enter"], QUIET, SetRate(rate_ml_per_h=40.5, reason="bp")),
        (["x", *"end", "enter"], QUIET, StopInfusion(reason="end")),
        (["n", *"[/] x", "enter"], QUIET, Note(text="[/] x")),
        (["e", *"home", "enter"], RESTING, CloseSession(reason="home")),
    ],
)
async def test_a_key_sends_its_act_to_the_chair_shown(keys: list[str], snapshot: Any, act: Act) -> None:
    recorder = FakeRecorder(snapshot)
    async with viewer(recorder) as (app, pilot):
        await pilot.press(*keys)
        await until(app, lambda: "saved #101" in text(app))
        assert recorder.acts == [("Chair 1", "KS", act)]


async def test_enter_never_gives_a_drug_and_escape_leaves() -> None:
    recorder = FakeRecorder(READY)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("g", "enter", "enter")
        assert "Planned rate: 52.5 mL/h." in text(app) and "Start at the planned rate? y/n" in text(app)
        await pilot.press("n", "g", "escape", "h", "escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert recorder.acts == []


@pytest.mark.parametrize(
    ("infusion", "said"),
    [
        (msgspec.structs.replace(RUNNING, phase="held", hold_s=9.0), "started before and is held; resume it"),
        (RUNNING, "REFUSED: the infusion was started before"),
        (IDLE, "there is no dose plan yet"),
    ],
)
async def test_a_start_that_cannot_be_is_refused_at_the_key(infusion: Infusion, said: str) -> None:
    recorder = FakeRecorder(with_chair(QUIET, infusion=infusion))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("g")
        await until(app, lambda: said in text(app))
        assert "y/n" not in text(app) and recorder.acts == []


async def test_the_question_before_a_resume_names_the_rate() -> None:
    async with viewer(FakeRecorder(HELD)) as (app, pilot):
        await pilot.press("h")
        await until(app, lambda: "Rate before the hold: 52.5 mL/h." in text(app))


async def test_a_reason_is_required() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("h", "enter")
        await until(app, lambda: "please fill in" in text(app))
        assert recorder.acts == []


async def test_what_is_filled_in_beforehand_is_never_a_drug() -> None:
    filled = {field.name for form in FORMS.values() for field in form.fields if field.value}
    assert filled == {"recheck_min", "minutes"}
    assert [name for name, form in FORMS.items() if any(f.name == "minutes" and f.value for f in form.fields)] == [
        "away"
    ]


async def test_a_refused_time_keeps_what_was_typed_and_is_corrected_in_its_field() -> None:
    recorder = FakeRecorder(RESTING)
    recorder.answer = refuse("time away 40 min is outside 1 to 15 min", "minutes")
    async with viewer(recorder) as (app, pilot):
        await pilot.press("a", *"toilet", "tab", "backspace", *"40", "enter")
        await until(app, lambda: "outside" in text(app) and "1 to 15 min" in text(app))
        assert isinstance(app.focused, Typed) and (app.focused.id, app.focused.value) == ("minutes", "40")
        recorder.answer = lambda _: Saved(id=1, seq=105)
        await pilot.press("backspace", "backspace", "9", "enter")
        await until(app, lambda: "saved #105" in text(app))
        assert recorder.acts[-1] == ("Chair 1", "KS", Away(reason="toilet", minutes=9))


async def test_begin_sends_session_then_plan_with_decimal_commas() -> None:
    recorder = FakeRecorder(EMPTY)
    async with viewer(recorder, by="") as (app, pilot):
        await pilot.press("b")
        await type_lines(pilot, "TEST, A.", "1984-03-02", "70,5", "0,5", "40", "1", "NN")
        await until(app, lambda: "Is this the patient's monitor (ge)?" in text(app))
        assert recorder.acts == [
            ("Chair 1", "NN", OpenSession(patient="TEST, A.", identifier="1984-03-02", weight_kg=70.5)),
            ("Chair 1", "NN", Plan(mg_per_kg=0.5, minutes=40.0, mg_per_ml=1.0, weight_kg=70.5)),
        ]
        await pilot.press("escape")  # what was charted stays, and so do the initials
        await until(app, lambda: "NN" in rows(app)[0])


async def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed() -> None:
    recorder = FakeRecorder(EMPTY)
    recorder.answer = lambda act: (
        Saved(id=1, seq=7)
        if isinstance(act, OpenSession)
        else Refused(id=2, sentence="dose is above 3 mg/kg", field="mg_per_kg")
    )
    async with viewer(recorder) as (app, pilot):
        await pilot.press("b")
        await type_lines(pilot, "TEST, A.", "1984", "70", "50", "40", "1", "")
        await until(app, lambda: "dose is above 3 mg/kg" in text(app))
        row = next(row for row in rows(app) if "Dose, mg/kg" in row)
        assert "50" in row and "dose is above 3 mg/kg" in row
        assert "TEST, A." in text(app)
        recorder.answer = lambda _: Saved(id=3, seq=8)
        app.focused.value = "0.5"  # type: ignore[union-attr]
        await pilot.press("enter", "enter", "enter", "enter")
        await until(app, lambda: "patient's monitor (ge)?" in text(app))
        sent = [type(act).__name__ for _, _, act in recorder.acts]
        assert sent == ["OpenSession", "Plan", "Plan"]  # the session was not opened twice


async def test_a_refusal_without_a_known_field_is_shown_below() -> None:
    recorder = FakeRecorder(QUIET)
    recorder.answer = refuse("no session is open [/]", "elsewhere")
    async with viewer(recorder) as (app, pilot):
        await pilot.press("n", *"x", "enter")
        await until(app, lambda: "no session is open [/]" in text(app))
        assert isinstance(app.screen, FormScreen)


async def test_refused_and_unsaved_say_so_on_the_status_row() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        recorder.answer = refuse("no alarm sounds")
        await pilot.press("space")
        await until(app, lambda: "REFUSED: no alarm sounds" in text(app))
        recorder.answer = lambda _: Unsaved(id=1, sentence="the disk is full")
        await pilot.press("space")
        await until(app, lambda: "NOT SAVED: the disk is full" in text(app))


async def test_numbers_are_asked_again_where_they_are_none() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("r")
        await type_lines(pilot, "1.2.3", "bp")
        await until(app, lambda: "a number, such as 70 or 70,5" in text(app))
        assert recorder.acts == []


@pytest.mark.parametrize(("typed", "value"), [("70", 70.0), (" 70,5 ", 70.5), ("0.5", 0.5)])
def test_a_number_has_a_point_or_a_comma(typed: str, value: float) -> None:
    assert number(typed) == value


@pytest.mark.parametrize("typed", ["", "nan", "inf", "1e3", "-5", "1,000,000", "1_0", "7O", "٣"])
def test_what_is_no_plain_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        number(typed)


async def test_f2_acknowledges_while_typing_and_the_alarm_stays_in_sight() -> None:
    recorder = FakeRecorder(RICH)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("r", "1", "tab", *"a b", "f2")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", Acknowledge())]
        seen = text(app)
        assert "*** SpO2 86 below 90" in seen and "New rate, mL/h" in seen and "F2: acknowledge" in seen


async def test_initials_are_asked_once_and_can_be_changed() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, by="") as (app, pilot):
        assert "no initials" in rows(app)[0]
        await pilot.press("n", *"AB", "enter", *"one", "enter")
        await until(app, lambda: len(recorder.acts) == 1)
        await pilot.press("space")
        await until(app, lambda: len(recorder.acts) == 2)
        await pilot.press("i", "backspace", "backspace", *"CD", "enter")
        await until(app, lambda: "CD" in rows(app)[0])
        await pilot.press("space")
        await until(app, lambda: len(recorder.acts) == 3)
        assert [by for _, by, _ in recorder.acts] == ["AB", "AB", "CD"]


async def test_an_alarm_is_acknowledged_before_anybody_is_named() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, by="") as (app, pilot):
        await pilot.press("space")
        await until(app, lambda: len(recorder.acts) == 1)
        assert recorder.acts == [("Chair 1", "somebody unnamed", Acknowledge())]


async def test_a_paste_of_escape_sequences_is_reduced_to_letters() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("n")
        await pilot.pause()
        app.screen.focused.insert("a\x1b]0;evil\x07\u202eb\x9b", 0)  # type: ignore[union-attr]
        await pilot.press("enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][2] == Note(text="a]0;evilb")


async def test_the_act_goes_to_the_chair_shown_when_the_dialog_opened() -> None:
    second = msgspec.structs.replace(RICH.chairs[1], infusion=PLANNED)
    recorder = FakeRecorder(msgspec.structs.replace(RICH, chairs=(RICH.chairs[0], second)))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("tab", "g")
        await pilot.pause()
        assert "Chair 2   OTHER, B." in text(app)
        await pilot.press("y")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][0] == "Chair 2"


async def test_begin_in_an_open_session_asks_for_the_plan_alone() -> None:
    recorder = FakeRecorder(RESTING)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("b")
        await pilot.pause()
        assert "Plan the dose" in text(app) and "Patient's name" not in text(app)
        assert isinstance(app.focused, Typed) and app.focused.id == "mg_per_kg"
        assert app.screen.query_one("#weight_kg", Typed).value == "70"


@pytest.mark.parametrize(
    ("key", "snapshot", "sentence"),
    [
        ("a", QUIET, "the infusion is running: no alarm is paused meanwhile"),
        ("e", QUIET, "the infusion is not stopped; stop it first"),
        ("b", QUIET, "the infusion has begun; its plan stands"),
        ("g", HELD, "the infusion was started before"),
        ("x", RESTING, "no infusion is running"),
        ("n", EMPTY, "no session is open at this chair"),
    ],
)
async def test_what_cannot_be_charted_now_is_refused_at_the_key(key: str, snapshot: Snapshot, sentence: str) -> None:
    recorder = FakeRecorder(snapshot)
    async with viewer(recorder) as (app, pilot):
        await pilot.press(key)
        await until(app, lambda: f"REFUSED: {sentence}" in text(app))
        assert isinstance(app.screen, ChairScreen) and recorder.acts == []


async def test_an_old_sentence_goes_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.tui.app.SAID_S", 0.0)
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, _):
        app.say("REFUSED: too late", "bad")
        assert "REFUSED" in text(app)
        await until(app, lambda: "REFUSED" not in text(app))


async def test_a_number_takes_no_letters_and_a_complaint_goes_with_what_it_was_about() -> None:
    recorder = FakeRecorder(QUIET)
    recorder.answer = refuse("no pump runs so fast", "rate_ml_per_h")
    async with viewer(recorder) as (app, pilot):
        await pilot.press("r", *"61r5", "enter", *"why", "enter")
        await until(app, lambda: "no pump runs so fast" in text(app).replace("REFUSED: no pump runs so fast", ""))
        field = app.screen.query_one("#rate_ml_per_h", Typed)
        assert field.value == "615"
        await pilot.press("backspace")
        await until(app, lambda: "no pump runs so fast" not in text(app).replace("REFUSED: no pump runs so fast", ""))


async def test_one_dialog_at_a_time_also_from_the_palette() -> None:
    recorder = FakeRecorder(RICH)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("n")
        for action in ("app.hold", "app.form('stop')", "app.ask('start')", "app.chair(2)", "app.keys"):
            await app.run_action(action)
        await pilot.press("x", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", Note(text="x"))]
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_a_click_on_a_key_of_the_footer_does_what_the_key_does() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.click(offset=(rows(app)[-1].index("hold") + 1, len(rows(app)) - 1))
        await until(app, lambda: "Hold: the pump was paused" in text(app))


async def test_the_page_of_keys_shows_the_table() -> None:
    async with viewer(FakeRecorder(with_chair(QUIET, events=TILES))) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        seen = text(app)
        for _ in range(3):  # it rolls on a small screen
            await pilot.press("pagedown")
            await pilot.pause(0.02)
            seen += text(app)
        await pilot.press("end")
        await until(app, lambda: KEYS[-1].words in text(app))
        seen += text(app)
        for key in KEYS:
            if not key.id.startswith("event"):
                assert f"{key.shown:>7}  {key.words}" in seen
        for tile in TILES:
            assert f" {tile.key}  {tile.text}" in seen
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ChairScreen)


async def test_the_palette_lists_the_table() -> None:
    async with viewer(FakeRecorder(QUIET)) as (app, _):
        listed = {command.title for command in app.get_system_commands(app.screen)}
        assert listed >= {key.words for key in KEYS if key.id != "palette"}


def test_the_table_of_keys_has_no_doubles_and_every_action_is_there() -> None:
    pressed = [name for key in KEYS for name in key.key.split(",")]
    assert len(set(pressed)) == len(pressed) and len({key.id for key in KEYS}) == len(KEYS)
    for key in KEYS:
        name = key.action.removeprefix("app.").split("(")[0]
        assert callable(getattr(StationApp, f"action_{name}")), key
        argument = key.action.partition("('")[2].removesuffix("')")
        known = {"form": FORMS, "ask": QUESTIONS, "event": "123456789", "care": CARE_FORMS}
        assert not argument or argument in known[name], key
    assert len(bindings()) == len(KEYS) - 2 and "ctrl+z" not in pressed


async def test_ctrl_z_suspends_nothing() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("ctrl+z")
        echoes = recorder.echoes
        await until(app, lambda: recorder.echoes > echoes)
        assert isinstance(app.screen, ChairScreen)


def test_every_field_of_every_step_is_asked() -> None:
    for name, form in (FORMS | START).items():
        asked = {field.name for field in form.fields}
        assert all(set(step.fields) <= asked for step in form.steps), name
        assert CHAIR.chair not in form.title


async def test_what_is_filled_in_or_asked_about_one_session_is_sent_for_that_session() -> None:
    recorder = FakeRecorder(with_chair(READY, session="S-1"))
    async with viewer(recorder) as (app, pilot):
        await pilot.press("n")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        recorder.snapshot = with_chair(READY, session="S-2")
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 1)
        await pilot.press(*"x", "enter")
        await until(app, lambda: recorder.sessions == ["S-1"])
        await pilot.press("g", "y")
        await until(app, lambda: recorder.sessions == ["S-1", "S-2"])
        await pilot.press("space")
        await until(app, lambda: recorder.sessions == ["S-1", "S-2", None])  # nothing stands before an acknowledgement


async def test_the_plan_of_a_new_session_is_sent_for_the_one_that_was_opened() -> None:
    recorder = FakeRecorder(EMPTY)
    recorder.answer = lambda _: Saved(id=1, seq=9, session="S-9")
    async with viewer(recorder) as (app, pilot):
        await pilot.press("b")
        await type_lines(pilot, "Doe", "1980", "70", "0.5", "40", "1", "KS")
        await until(app, lambda: recorder.sessions == [None, "S-9"])
