"""Signing in at a screen: PINs, the lock after idle minutes, emergency access; alarms wait for none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import QUIET, RUNNING, FakeRecorder, with_chair

from station.tui import app as app_module
from station.tui.acting import NOBODY
from station.tui.app import StationApp
from station.tui.connection import Answer
from station.wire import messages as m, people_acts as p

STAFFED = msgspec.structs.replace(QUIET, lock_s=600.0)
EMPTY = with_chair(STAFFED, session=None, patient="", identifier="", weight_kg=None)


def answers(act: m.Act) -> Answer:
    """As a recorder with one nurse, KS 1470."""
    if isinstance(act, p.SignIn):
        if act.pin != "1470":
            return m.Refused(id=1, sentence="that is not the PIN of KS", field=m.PIN)
        return m.SignedIn(id=1, token="t1", initials="KS", name="Kim S", role="nurse")
    if isinstance(act, p.EmergencyAccess):
        return m.SignedIn(id=1, token="t2", initials=act.initials)
    return m.Saved(id=1, seq=101)


@asynccontextmanager
async def viewer(snapshot: m.Snapshot = STAFFED) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(snapshot)
    recorder.answer = answers
    app = StationApp(recorder.connect, by="")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot, recorder


async def test_an_act_asks_for_the_pin_once_and_goes_with_the_token() -> None:
    async with viewer() as (app, pilot, recorder):
        assert "i: sign in" in rows(app)[0]
        await pilot.press("n", *"KS", "enter", *"1470")
        assert "1470" not in text(app)  # dots
        await pilot.press("enter")
        await until(app, lambda: "Note" in text(app))
        await pilot.press(*"calm", "enter")
        await until(app, lambda: "saved #101" in text(app))
        assert recorder.acts[-1] == ("Chair 1", "KS", m.Note(text="calm"))
        assert (recorder.token, "KS" in rows(app)[0]) == ("t1", True)
        await pilot.press("1", "n", *"well", "enter")
        await until(app, lambda: recorder.acts[-1][2] == m.Note(text="well"))
        assert sum(isinstance(act, p.SignIn) for _, _, act in recorder.acts) == 1


async def test_a_wrong_pin_is_told_beside_its_field_and_space_still_acknowledges() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("i", *"KS", "enter", *"0000", "enter")
        await until(app, lambda: "not the PIN of KS" in text(app))
        await pilot.press("f2")
        await until(app, lambda: recorder.acts[-1][1:] == (NOBODY, m.Acknowledge()))
        await pilot.press("escape", "space")
        await until(app, lambda: sum(isinstance(act, m.Acknowledge) for _, _, act in recorder.acts) == 2)


async def test_the_start_page_has_no_field_for_initials() -> None:
    async with viewer(EMPTY) as (app, pilot, _):
        await pilot.press("b", *"KS", "enter", *"1470", "enter")
        await until(app, lambda: "Begin a session" in text(app))
        assert "Your initials" not in text(app)


async def test_a_screen_without_a_key_locks_its_acts_and_goes_on_watching(monkeypatch: pytest.MonkeyPatch) -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("i", *"KS", "enter", *"1470", "enter")
        await until(app, lambda: app.follower.token == "t1" and "signed in: Kim S, nurse" in text(app))
        later_ns = app_module.real_ns() + 601 * app_module.NS
        monkeypatch.setattr(app_module, "real_ns", lambda: later_ns)
        await until(app, lambda: "i: sign in" in rows(app)[0])
        assert recorder.acts[-1][2] == p.SignOut(locked=True)
        assert sum(isinstance(act, p.SignOut) for _, _, act in recorder.acts) == 1
        recorder.snapshot = with_chair(STAFFED, infusion=msgspec.structs.replace(RUNNING, rate_ml_per_h=44.4))
        await until(app, lambda: "44.4" in text(app))
        await pilot.press("n")
        await until(app, lambda: "Sign in" in text(app))


async def test_emergency_access_is_one_deliberate_step_and_in_sight_until_it_ends() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("f8", *"ZZ", "enter")
        await until(app, lambda: "ZZ NO PIN" in rows(app)[0])
        await pilot.press("n", *"help", "enter")
        await until(app, lambda: recorder.acts[-1] == ("Chair 1", "ZZ", m.Note(text="help")))
        assert recorder.token == "t2"
        await pilot.press("f8")
        await until(app, lambda: "i: sign in" in rows(app)[0])
        assert recorder.acts[-1][2] == p.SignOut()


async def test_a_recorder_that_knows_of_nobody_signed_in_is_believed() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("i", *"KS", "enter", *"1470", "enter")
        await until(app, lambda: app.follower.token == "t1" and "signed in" in text(app))
        recorder.answer = lambda _: m.Refused(id=1, sentence="nobody is signed in at this screen", field=m.PIN)
        await pilot.press("u")
        await until(app, lambda: "i: sign in" in rows(app)[0])
        assert "REFUSED: nobody is signed in" in text(app)


async def test_without_staff_there_is_no_emergency_access_and_i_signs_out() -> None:
    async with viewer(QUIET) as (app, pilot, recorder):
        await pilot.press("f8")
        await until(app, lambda: "initials are enough" in text(app))
        await pilot.press("i", *"KS", "enter")
        await until(app, lambda: "KS" in rows(app)[0])
        await pilot.press("I")
        await until(app, lambda: "no initials" in rows(app)[0])
        assert recorder.acts == []
