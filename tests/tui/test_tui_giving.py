"""Doses without a pump on the screen: what is planned and given in words, and the keys that chart it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from screen_text import text, until
from tui_fakes import AT_MS, CHAIR, IDLE, QUIET, FakeRecorder, with_chair

from station.tui import present, side, starting
from station.tui.acts import refused
from station.tui.app import StationApp
from station.tui.doses import left_out, no_giving, planning
from station.tui.keys import KEYS, at_foot
from station.tui.wall import wall
from station.tui.wall_table import row_of
from station.tui.widgets.choice import Choice
from station.tui.widgets.typed import Typed
from station.wire.messages import (
    Act,
    ChairView,
    Give,
    Infusion,
    Offer,
    OpenSession,
    PlanDose,
    Refused,
    Saved,
    StopInfusion,
)

IM = msgspec.structs.replace(IDLE, plan_fields=("mg_per_kg", "mg_per_ml"), detail="Site of the injection")
PLANNED = msgspec.structs.replace(IM, planned_mg=35.0, parts=1, next_part="35 mg")
DEVICE = msgspec.structs.replace(
    IM, phase="infusing", planned_mg=84.0, parts=3, given=1, given_s=120.0, next_part="device 2 of 3, 28 mg"
)
OFFERS = (
    Offer(id="iv-standard", name="Ketamine IV", facts="IV, 0.5 mg/kg", minutes=40.0),
    Offer(id="im", name="IM", facts="IM, 0.5 to 1 mg/kg", pump=False),
)


def sitting(infusion: Infusion) -> ChairView:
    return msgspec.structs.replace(CHAIR, infusion=infusion)


def recorder_of(view: ChairView) -> FakeRecorder:
    return FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(view)))


def rows_text(rows: tuple[Any, ...]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


@pytest.mark.parametrize(
    ("infusion", "words"),
    [
        (PLANNED, "to be given: 35 mg"),
        (DEVICE, "device 1 of 3, 2 min 00 s ago"),
        (
            msgspec.structs.replace(PLANNED, phase="recovery", next_part="", given=1, given_s=61.0),
            "given, 1 min 01 s ago",
        ),
        (IM, ""),
        (IDLE, ""),
    ],
)
def test_what_was_given_stands_in_words_at_every_size(infusion: Infusion, words: str) -> None:
    assert present.parts_text(infusion) == words
    assert words in rows_text(present.infusion_rows(infusion, 80))
    assert words in rows_text(side.truth_rows(infusion, AT_MS, 30))


def test_the_keys_of_a_dose_without_a_pump_hold_and_change_nothing() -> None:
    feet = {key.id: key.foot for key in at_foot(KEYS, "infusing", pump=False)}
    assert feet["start"] == "given"
    assert "stop" in feet
    assert not {"hold", "rate"} & set(feet)


def test_nobody_recovers_from_a_bolus_that_goes_in() -> None:
    after = msgspec.structs.replace(PLANNED, phase="recovery", next_part="", given=1, given_s=30.0)
    for infusion, word in ((msgspec.structs.replace(after, going_in=True), "GIVING"), (after, "RECOVERY")):
        view = sitting(infusion)
        assert present.phase_word(infusion)[0] == present.phase_at(view)[0] == word
        on_the_wall = rows_text(wall(with_chair(QUIET, infusion=infusion), 0, 120, 30, frozenset()).rows)
        assert word in on_the_wall
        row = "".join(span.text for span in row_of(view, 1, False, 80, frozenset()))
        assert f" {word[:3]} " in row
    assert present.phase_at(msgspec.structs.replace(view, session=None)) == ("NO SESSION", "dim")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_bolus_can_be_stopped_while_it_goes_in_and_not_after(size: tuple[int, int]) -> None:
    after = msgspec.structs.replace(PLANNED, phase="recovery", next_part="", given=1, given_s=30.0)
    view = sitting(msgspec.structs.replace(after, going_in=True))
    assert (refused("stop", view), refused("stop", sitting(after))) == ("", "no infusion is running")
    assert "stop" not in [key.foot for key in at_foot(KEYS, "recovery", pump=False)]
    recorder = recorder_of(view)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=size) as pilot:
        await at(app, pilot)
        await pilot.pause()
        assert " x stop " in " ".join(text(app).split())
        await pilot.press("x")
        await pilot.pause()
        await pilot.press(*"breathing", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][2] == StopInfusion(reason="breathing")


@pytest.mark.parametrize(
    ("infusion", "sentence"),
    [
        (PLANNED, ""),
        (DEVICE, ""),
        (IM, "there is no dose plan yet; enter it first"),
        (msgspec.structs.replace(PLANNED, phase="recovery", next_part=""), "the whole dose was given before"),
    ],
)
def test_what_cannot_be_given_is_said_at_the_key(infusion: Infusion, sentence: str) -> None:
    assert no_giving(sitting(infusion)) == sentence


def test_the_start_page_leaves_out_what_belongs_to_a_pump() -> None:
    assert left_out(OFFERS, "iv-standard") == ()
    assert left_out(OFFERS, "im") == ("mg_per_kg", "minutes", "mg_per_ml")
    assert [field.name for field in planning(sitting(IM)).fields] == ["weight_kg", "mg_per_kg", "mg_per_ml", "by"]


def test_the_working_of_a_dose_is_shown_while_it_is_typed() -> None:
    typed = {"weight_kg": "70", "mg_per_kg": "0.5", "mg_per_ml": "50", "by": "KS"}
    assert "35 mg / 50 mg/mL = 0.7 mL" in rows_text(starting.working_rows(typed, 76))
    assert "56 mg / 70 kg = 0.8 mg/kg" in rows_text(starting.working_rows({"weight_kg": "70", "dose_mg": "56"}, 76))
    assert len(starting.working_rows({"weight_kg": "70", "dose_mg": ""}, 76)) == starting.WORKING_ROWS


async def at(app: StationApp, pilot: Any) -> None:
    while app.shown is None:
        await pilot.pause(0.02)


async def test_an_injection_is_opened_without_the_fields_of_a_pump() -> None:
    empty = msgspec.structs.replace(CHAIR, session=None, patient="", infusion=IDLE, protocols=OFFERS)
    recorder = recorder_of(empty)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot)
        await pilot.press("b")
        await pilot.pause()
        app.screen.query_one(Choice).focus()
        await pilot.press("down")
        await pilot.pause()
        assert app.screen.query_one("#minutes", Typed).disabled
        app.screen.query_one("#patient", Typed).focus()
        await pilot.press("A", "enter", "B", "enter", "7", "0", "enter", "enter")
        while not recorder.acts:
            await pilot.pause(0.02)
        await pilot.pause()
        assert [act for _, _, act in recorder.acts] == [
            OpenSession(patient="A", identifier="B", weight_kg=70.0, protocol="im")
        ]


async def test_the_plan_of_an_injection_is_typed_with_b() -> None:
    recorder = recorder_of(sitting(IM))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot)
        await pilot.press("b")
        await pilot.press(*"0.5", "enter", *"50", "enter", "enter")
        while not recorder.acts:
            await pilot.pause(0.02)
        assert recorder.acts[0][2] == PlanDose(mg_per_kg=0.5, mg_per_ml=50.0, weight_kg=70.0)


async def test_digits_behind_a_refused_g_chart_nothing() -> None:
    recorder = recorder_of(sitting(IM))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot)
        await pilot.press("g", "1")
        await until(app, lambda: "1 is not charted: the key before it was refused" in text(app))
        assert recorder.acts == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_enter_gives_no_drug_y_does(size: tuple[int, int]) -> None:
    recorder = recorder_of(sitting(DEVICE))
    recorder.answer = lambda act: (
        Saved(id=1, seq=7)
        if isinstance(act, Give) and act.confirmed
        else Refused(id=1, sentence="Was it given?", confirm="given")
    )
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=size) as pilot:
        await at(app, pilot)
        await pilot.press("g")
        await pilot.pause()
        assert "device 2 of 3, 28 mg" in text(app)
        await pilot.press(*"L1", "enter")
        while not recorder.acts:
            await pilot.pause(0.02)
        await pilot.pause()
        app.screen._was_read()  # type: ignore[attr-defined]
        await pilot.press("enter", "enter")
        given: list[Act] = [act for _, _, act in recorder.acts]
        assert given == [Give(detail="L1")]
        await pilot.press("y")
        while len(recorder.acts) < 2:
            await pilot.pause(0.02)
        assert recorder.acts[1][2] == Give(detail="L1", confirmed={"Was it given?": ""})


async def test_where_the_protocol_leaves_a_choice_it_is_asked_how_the_dose_is_stated() -> None:
    oral = msgspec.structs.replace(IDLE, plan_fields=("mg_per_kg",), doses=("mg_per_kg", "dose_mg"))
    recorder = recorder_of(sitting(oral))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot)
        await pilot.press("b")
        await until(app, lambda: "as a whole, mg" in text(app))
        await pilot.press("2")
        await until(app, lambda: "Plan the dose" in text(app) and "Dose, mg/kg" not in text(app))
        await pilot.press(*"150", "enter", "enter")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][2] == PlanDose(dose_mg=150.0, weight_kg=70.0)
