"""A question that takes another person: reason and initials are asked for in place, and both go with the act."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from tui_fakes import QUIET, FakeRecorder

from station.tui.app import StationApp
from station.tui.connection import Answer
from station.tui.screens.form import FormScreen
from station.tui.widgets.typed import Typed
from station.wire.messages import Act, Refused, Saved, Second, SetRate

ASKED = "79 mL/h is above the hard stop. Is that meant?"


def asking(who: str) -> FakeRecorder:
    recorder = FakeRecorder(QUIET)

    def answer(act: Act) -> Answer:
        assert isinstance(act, SetRate)
        if act.vouched:
            return Saved(id=1, seq=7)
        return Refused(id=1, sentence=ASKED, field="rate_ml_per_h", confirm="rate_high", why=True, who=who)

    recorder.answer = answer
    return recorder


async def asked(app: StationApp, pilot: Pilot[Any]) -> None:
    """The form filled in and sent, until its question can be answered."""
    while app.shown is None:
        await pilot.pause(0.02)
    await pilot.press("r", "7", "9", "enter", "o", "k", "enter")
    while app.screen.query_one("#why", Typed).disabled:
        await pilot.pause(0.02)
    assert isinstance(app.screen, FormScreen)
    app.screen._was_read()


async def test_a_second_persons_initials_are_asked_for_below_the_reason() -> None:
    recorder = asking("second")
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(app, pilot)
        form = app.screen
        await pilot.press("e", "n", "t", "e", "r", "enter")
        assert len(recorder.acts) == 1, "nothing is sent while nobody else has answered"
        assert form.focused is form.query_one("#who")
        await pilot.press("A", "B", "enter")
        while len(recorder.acts) < 2:
            await pilot.pause(0.02)
        act = recorder.acts[-1][2]
        assert isinstance(act, SetRate)
        assert act.confirmed == {ASKED: "enter"}
        assert act.vouched == {ASKED: Second(who="AB")}


async def test_a_prescribers_role_stands_behind_a_comma() -> None:
    recorder = asking("prescriber")
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(app, pilot)
        await pilot.press("n", "o", "enter")
        await pilot.press(*"AB,", "space", *"prescriber", "enter")
        while len(recorder.acts) < 2:
            await pilot.pause(0.02)
        act = recorder.acts[-1][2]
        assert isinstance(act, SetRate)
        assert act.vouched == {ASKED: Second(who="AB", role="prescriber")}
