"""The second check on the screen: lacking until done, asked for blind, sent as typed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from screen_text import text
from tui_fakes import CHAIR, IDLE, PLANNED, QUIET, FakeRecorder, with_chair

from charting.screening import Screened
from station.tui.app import StationApp
from station.tui.present import blinded
from station.tui.ready import lacking, lacking_text, start_facts
from station.wire.messages import ChairView, Prepared, SecondCheck, SkipCheck
from station.wire.patient_messages import ScreenedView

READY = Prepared(monitors=("ge",), sound="tested", readings=((120, 80),) * 3, baseline=(120, 80, 3))
PASSED = ScreenedView(result=Screened((), (), (), ()), at_ms=0, by="KS")
WAITING: ChairView = msgspec.structs.replace(CHAIR, infusion=PLANNED, prepared=READY, screened=PASSED)


@pytest.mark.parametrize(
    ("check", "left", "lacks"),
    [
        ("", 3, "C: second check"),
        ("differs", 2, "C: second check DIFFERS, 2 tries left"),
        ("differs", 1, "C: second check DIFFERS, 1 try left"),
        ("differs", 0, "N: check DIFFERS"),
        ("agreed", 2, ""),
        ("skipped", 0, ""),
    ],
)
def test_the_chair_lacks_a_second_check_until_it_agreed_or_was_skipped(check: str, left: int, lacks: str) -> None:
    view = msgspec.structs.replace(WAITING, prepared=msgspec.structs.replace(READY, check=check, check_left=left))
    assert lacking_text(view) == lacks
    assert "Second check: " in start_facts(view, 0)


def test_without_a_plan_only_the_plan_is_lacking() -> None:
    assert lacking_text(msgspec.structs.replace(WAITING, infusion=IDLE)) == "b: no dose plan"


def test_a_blinded_chair_shows_no_number_of_the_plan_and_lacks_nothing_by_it() -> None:
    hidden = blinded(with_chair(QUIET, **msgspec.structs.asdict(WAITING))).chairs[0]
    i = hidden.infusion
    assert (hidden.weight_kg, hidden.lines, i.planned_mg, i.rate_ml_per_h, i.mg_per_ml) == (None, (), None, None, None)
    assert lacking_text(hidden) == ""
    assert hidden.numbers == WAITING.numbers, "vital signs stay in sight"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_it_is_typed_without_sight_of_weight_and_plan_and_sent_as_typed(size: tuple[int, int]) -> None:
    recorder = FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(WAITING)))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=size) as pilot:
        while app.shown is None:
            await pilot.pause(0.02)
        assert "70.0 kg" in text(app)
        await pilot.press("C")
        await pilot.pause()
        polls = recorder.polls
        while recorder.polls < polls + 2:
            await pilot.pause(0.02)
        shown = text(app)
        assert "Second check" in shown
        assert not [number for number in ("70.0 kg", "35.0", "52.5", "1 mg/mL") if number in shown]
        await pilot.press("A", "B", "enter", "7", "1", "enter", "5", "2", ".", "5", "enter")
        while not recorder.acts:
            await pilot.pause(0.02)
        assert recorder.acts[0][1:] == ("KS", SecondCheck(second="AB", weight_kg=71.0, rate_ml_per_h=52.5))


async def test_going_on_without_takes_a_reason() -> None:
    recorder = FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(WAITING)))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        while app.shown is None:
            await pilot.pause(0.02)
        await pilot.press("N", "enter")
        await pilot.press(*"alone", "enter")
        while not recorder.acts:
            await pilot.pause(0.02)
        assert recorder.acts[0][2] == SkipCheck(reason="alone")


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({"infusion": IDLE}, "app.begin"),
        ({}, "app.check"),
        ({"prepared": msgspec.structs.replace(READY, check="differs")}, "app.form('no_check')"),
        ({"prepared": msgspec.structs.replace(READY, check="agreed", sound="")}, "app.monitor"),
    ],
)
def test_a_click_on_what_is_lacking_does_it(change: dict[str, Any], action: str) -> None:
    assert lacking(msgspec.structs.replace(WAITING, **change))[0].action == action
