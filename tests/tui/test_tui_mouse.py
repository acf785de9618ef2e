"""The mouse: keys at the foot, the alarm block, entries and initials answer to a click where they are seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from screen_text import click, rows, text, until
from textual.pilot import Pilot
from tui_fakes import IDLE, PLANNED, QUIET, RICH, FakeRecorder, alarm, with_chair

from station.tui.app import StationApp
from station.tui.screens.chair import ChairScreen
from station.tui.widgets.typed import Typed
from station.wire.messages import Acknowledge, Act, Hold, QuickEvent, SetRate, Snapshot, StartInfusion, Tile, Undo

TILES = (
    Tile(id="nausea", key="1", text="nausea", lowest=None, highest=None),
    Tile(id="dissociation", key="3", text="dissociation", lowest=0, highest=4),
)
READY = with_chair(QUIET, infusion=PLANNED)
WITH_EVENTS = with_chair(QUIET, events=TILES)
LOUD = with_chair(QUIET, events=TILES, alarms=(alarm("SpO2 86 below 90", "high"),))
BASELINE = with_chair(QUIET, infusion=IDLE)
SIZES = [(80, 24), (120, 40), (200, 60)]


@asynccontextmanager
async def viewer(
    snapshot: Snapshot, size: tuple[int, int]
) -> AsyncIterator[tuple[FakeRecorder, StationApp, Pilot[Any]]]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 2)  # laid out, not only drawn
        await pilot.pause()
        yield recorder, app, pilot


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", ["*** SpO2 86 below 90", "13 s below the limit", "since 1 min 05 s", "space acknow"])
async def test_a_click_anywhere_on_the_block_acknowledges(size: tuple[int, int], words: str) -> None:
    snapshot = with_chair(RICH, alarms=RICH.chairs[0].alarms[:1])
    async with viewer(snapshot, size) as (recorder, app, pilot):
        y = max(n for n, row in enumerate(rows(app)) if words in row)  # the row of the chairs says it too
        await pilot.click(offset=(rows(app)[y].index(words) + 1, y))
        await until(app, lambda: len(recorder.acts) == 1)
        assert isinstance(recorder.acts[0][2], Acknowledge)


async def test_an_acknowledged_block_and_a_quiet_one_do_nothing() -> None:
    known = alarm("SpO2 86 below 90", "high", "ACTIVE_ACK")
    for snapshot, words in ((with_chair(QUIET, alarms=(known,)), "*** SpO2 86"), (QUIET, "no alarm signalled")):
        async with viewer(snapshot, (80, 24)) as (recorder, app, pilot):
            await click(app, pilot, words)
            await pilot.pause()
            assert recorder.acts == [] and isinstance(app.screen, ChairScreen)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("words", "opens"),
    [
        ("? keys", "Acknowledge the alarms of this chair"),
        ("note: speaks", "Text"),
        ("KS  ", "Who charts at this screen?"),
    ],
)
async def test_a_click_does_what_the_key_does(size: tuple[int, int], words: str, opens: str) -> None:
    async with viewer(QUIET, size) as (_, app, pilot):
        await click(app, pilot, words)
        await until(app, lambda: opens in text(app) and not isinstance(app.screen, ChairScreen))


async def test_acts_at_the_foot_of_a_small_screen_open_their_forms() -> None:
    for words, opens, snapshot in (
        ("g start", "Start at the planned rate", READY),
        ("a away", "Patient away", BASELINE),
        ("h hold", "Hold: the pump", QUIET),
        ("x stop", "Stop: the", QUIET),
        ("v vitals", "Vital signs", QUIET),
        ("b begin", "Begin a session", with_chair(QUIET, session=None)),
    ):
        async with viewer(snapshot, (80, 24)) as (recorder, app, pilot):
            await click(app, pilot, words, into=3)
            await until(app, lambda opens=opens: opens in text(app))  # type: ignore[misc]
            assert recorder.acts == []


@pytest.mark.parametrize(
    ("clicks", "act"),
    [
        (("g start", "[ y: yes ]"), StartInfusion()),
        (("? keys", "nausea"), QuickEvent(event="nausea")),
        (("? keys", "dissociation", "[ 3 ]"), QuickEvent(event="dissociation", rating=3)),
        (("? keys", "Undo the last entry"), Undo()),
    ],
)
async def test_every_act_is_within_reach_on_a_small_screen(clicks: tuple[str, ...], act: Act) -> None:
    snapshot = with_chair(WITH_EVENTS, infusion=PLANNED) if isinstance(act, StartInfusion) else WITH_EVENTS
    async with viewer(snapshot, (80, 24)) as (recorder, app, pilot):
        for words in clicks:
            await until(app, lambda words=words: words in text(app))  # type: ignore[misc]
            await pilot.pause()
            await click(app, pilot, words, into=3)
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", act)])
        assert isinstance(app.screen, ChairScreen)


@pytest.mark.parametrize(
    ("opening", "leaving"),
    [
        ("g start", "[ n: no ]"),
        ("g start", "[ Esc: leave ]"),
        ("n note", "[ Esc: leave ]"),
        ("? keys", "[ Esc: leave ]"),
    ],
)
async def test_a_click_leaves_a_dialog_without_an_act(opening: str, leaving: str) -> None:
    async with viewer(READY, (80, 24)) as (recorder, app, pilot):
        await click(app, pilot, opening, into=3)
        await until(app, lambda: leaving in text(app))
        await pilot.pause()
        await click(app, pilot, leaving, into=3)
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert recorder.acts == []


async def test_a_form_is_filled_in_any_order_and_sent_with_a_click() -> None:
    async with viewer(QUIET, (80, 24)) as (recorder, app, pilot):
        await click(app, pilot, "r rate", into=3)
        await until(app, lambda: "[ Send ]" in text(app))
        await pilot.pause()
        for label, name, typed in (("Reason", "reason", "bp"), ("New rate, mL/h", "rate_ml_per_h", "40,5")):
            await click(app, pilot, label)
            await until(app, lambda name=name: app.focused is not None and app.focused.id == name)  # type: ignore[misc]
            app.screen.query_one(f"#{name}", Typed).insert(typed, 0)
        await click(app, pilot, "[ Send ]", into=3)
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", SetRate(rate_ml_per_h=40.5, reason="bp"))])


async def test_what_is_missing_is_told_after_a_click_too() -> None:
    async with viewer(QUIET, (80, 24)) as (recorder, app, pilot):
        await click(app, pilot, "h hold", into=3)
        await until(app, lambda: "[ Send ]" in text(app))
        await pilot.pause()
        await click(app, pilot, "[ Send ]", into=3)
        await until(app, lambda: "please fill in" in text(app))
        await pilot.press(*"pain", "enter")
        await until(app, lambda: recorder.acts == [("Chair 1", "KS", Hold(reason="pain"))])


@pytest.mark.parametrize("where", ["*** SpO2 86 below 90", "[ F2: acknowledge ]"])
async def test_an_alarm_is_acknowledged_while_a_form_is_open(where: str) -> None:
    async with viewer(LOUD, (80, 24)) as (recorder, app, pilot):
        await click(app, pilot, "n note", into=3)
        await until(app, lambda: "[ Send ]" in text(app))
        await pilot.pause()
        await pilot.press(*"half a wo")
        await click(app, pilot, where, into=3)
        await until(app, lambda: [type(act) for _, _, act in recorder.acts] == [Acknowledge])
        assert "half a wo" in text(app) and "[ Send ]" in text(app)


async def test_a_click_beside_a_dialog_does_nothing() -> None:
    async with viewer(LOUD, (80, 24)) as (recorder, app, pilot):
        await click(app, pilot, "n note", into=3)
        await until(app, lambda: "[ Send ]" in text(app))
        await pilot.pause()
        await click(app, pilot, "INFUSING")
        await pilot.pause()
        assert recorder.acts == [] and "[ Send ]" in text(app)


async def test_the_alarm_stays_in_sight_above_the_page_of_keys() -> None:
    async with viewer(LOUD, (80, 24)) as (_, app, pilot):
        await click(app, pilot, "? keys")
        await until(app, lambda: "does what its key does" in text(app))
        assert "*** SpO2 86 below 90" in text(app) and "Acknowledge the alarms" in text(app)
        assert "Leave this screen" not in text(app)
        await pilot.press("end")
        await until(app, lambda: "Leave this screen" in text(app))
