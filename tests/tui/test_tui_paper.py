"""The paper sheet typed back at the chair: rows, order, refusals in their row, midnight, what is not charted yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from screen_text import click, rows, text, until
from test_tui_acts import type_lines
from textual.pilot import Pilot
from tui_fakes import AT_MS, QUIET, RUNNING, FakeRecorder, with_chair

from charting.paper import Rating, sheet_of
from charting.protocol_files import load_protocols
from charting.trends import Bar, Trend
from station.tui.app import StationApp
from station.tui.connection import Answer
from station.tui.paper import Times, charted_here, labels_of, times_of
from station.tui.screens.chair import ChairScreen
from station.tui.screens.paper import PaperScreen
from station.wire.messages import Acknowledge, Act, ManualVitals, OpenSession, QuickEvent, Refused, Saved, Tile, Unsaved

MIN_MS = 60_000
STARTED_MS = AT_MS - 62 * MIN_MS  # 22:58 UTC: the sheet goes past midnight where the clock shows UTC
TILES = (
    Tile(id="dissociation", key="3", text="dissociation", lowest=0, highest=4),
    Tile(id="sedation", key="4", text="sedation (MOAA/S)", lowest=0, highest=5),
)
CURVES = Trend(
    opened_ms=STARTED_MS - 20 * MIN_MS,
    now_ms=AT_MS,
    infusion=(Bar(STARTED_MS, STARTED_MS + 40 * MIN_MS, 52.5),),
)


def at(minute: int) -> str:
    """What the clock showed so many minutes after the start."""
    return datetime.fromtimestamp((STARTED_MS + minute * MIN_MS) / 1000, UTC).astimezone().strftime("%H:%M")


@asynccontextmanager
async def sheet(
    size: tuple[int, int] = (80, 24), **more: Any
) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(with_chair(QUIET, events=TILES, **more))
    recorder.curves = CURVES
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("P")
        await until(app, lambda: isinstance(app.screen, PaperScreen) and "From paper" in text(app))
        yield app, pilot, recorder


def vitals(**values: float) -> ManualVitals:
    return ManualVitals(values=values, paper=True)


def rated(event: str, rating: int) -> QuickEvent:
    return QuickEvent(event=event, rating=rating, paper=True)


async def test_a_row_is_one_act_a_thing_at_its_time_and_enter_goes_on() -> None:
    async with sheet() as (app, pilot, recorder):
        shown = [row.split("  ")[0:2] for row in rows(app) if row.strip().startswith(("before", at(0), at(15), at(55)))]
        assert [" ".join(one).strip() for one in shown] == [
            "before BP, pulse, SpO2", f"{at(0)} start", f"{at(15)} ratings", f"{at(55)} BP",
        ]  # fmt: skip
        await type_lines(pilot, f"{at(-10)} 132/84 78 97", f"{at(15)} - - - 5 0")
        await until(app, lambda: len(recorder.acts) == 3)
        assert [act for _, _, act in recorder.acts] == [
            vitals(NIBP_SYS=132.0, NIBP_DIA=84.0, HR=78.0, SPO2=97.0),
            rated("sedation", 5),
            rated("dissociation", 0),
        ]
        assert recorder.ago_s == [72 * 60.0, 47 * 60.0, 47 * 60.0]
        assert set(recorder.sessions) == {"S-0042"}
        await until(app, lambda: "✓ before" in text(app))
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen) and "from paper: 2 rows charted" in text(app))


async def test_a_whole_sheet_takes_few_keys_and_keeps_its_order() -> None:
    typed = [f"{at(5 * n)} 13{n % 10}/84 78 97 5 {n % 5}".replace(":", "") for n in range(12)]
    assert sum(len(line) + 1 for line in typed) < 300  # two minutes at 2.5 keys a second
    async with sheet() as (app, pilot, recorder):
        for _ in range(3):
            await pilot.press("enter")  # empty rows are skipped
        await type_lines(pilot, *typed[:7])
        await until(app, lambda: len(recorder.acts) == 21)
        times = recorder.ago_s[::3]
        assert times == sorted(times, reverse=True) and times[0] == 62 * 60
        assert not any(isinstance(act, ManualVitals) and not act.paper for _, _, act in recorder.acts)


async def test_what_cannot_be_read_stays_with_its_sentence_and_the_others_are_charted() -> None:
    async with sheet(size=(120, 40)) as (app, pilot, recorder):
        await type_lines(pilot, f"{at(0)} 13284 78", f"{at(15)} - - - 5")
        await until(app, lambda: "is no pressure; write it as 132/84" in text(app))
        await until(app, lambda: len(recorder.acts) == 1)
        await pilot.press("escape")
        await until(app, lambda: "not charted: before" in text(app))
        assert isinstance(app.screen, PaperScreen)
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_a_time_to_come_and_one_typed_twice_are_noticed() -> None:
    async with sheet(size=(120, 40)) as (app, pilot, recorder):
        await type_lines(pilot, f"{at(70)} 132/84", f"{at(15)} 130/80", f"{at(15)} 131/80", f"{at(-30)} 120/80")
        await until(app, lambda: "is still to come" in text(app))
        await until(app, lambda: "is typed in another row above" in text(app))
        await until(app, lambda: "is before this session was opened" in text(app))
        assert [act for _, _, act in recorder.acts] == [vitals(NIBP_SYS=130.0, NIBP_DIA=80.0)]


async def test_a_row_that_failed_in_part_sends_only_the_rest() -> None:
    async with sheet(size=(120, 40)) as (app, pilot, recorder):
        refused = True

        def answer(act: Act) -> Answer:
            if isinstance(act, QuickEvent) and act.event == "dissociation" and refused:
                return Refused(id=1, sentence="charted from paper before: dissociation 0")
            return Saved(id=1, seq=100 + len(recorder.acts))

        recorder.answer = answer
        await type_lines(pilot, f"{at(0)} 132/84 78 97 5 0")
        await until(app, lambda: "charted from paper before" in text(app))
        refused = False
        await pilot.press("up", "enter")
        await until(app, lambda: "✓ before" in text(app))
        assert [type(act) for _, _, act in recorder.acts] == [ManualVitals, QuickEvent, QuickEvent, QuickEvent]
        assert recorder.acts[-1][2] == recorder.acts[-2][2] == rated("dissociation", 0)


async def test_what_the_recorder_holds_unsaved_is_said_and_not_sent_again() -> None:
    async with sheet(size=(120, 40)) as (app, pilot, recorder):
        recorder.answer = lambda _: Unsaved(id=1, sentence="the disk is full")
        await type_lines(pilot, f"{at(0)} 132/84")
        await until(app, lambda: "NOT SAVED: the disk is full" in text(app))
        await click(app, pilot, "[ Chart all ]")
        await pilot.pause()
        assert len(recorder.acts) == 1


async def test_an_alarm_is_acknowledged_and_the_mouse_charts() -> None:
    async with sheet() as (app, pilot, recorder):
        await pilot.press("f2")
        await until(app, lambda: recorder.acts[-1:] == [("Chair 1", "KS", Acknowledge())])
        await pilot.press(*f"{at(0)} 132/84".replace(" ", "|").split("|")[0], "space", *"132/84")
        await click(app, pilot, "[ Chart all ]")
        await until(app, lambda: recorder.acts[-1][2] == vitals(NIBP_SYS=132.0, NIBP_DIA=84.0))
        await click(app, pilot, "[ Esc: leave ]")
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_without_a_session_one_that_is_over_is_opened_at_its_time() -> None:
    recorder = FakeRecorder(with_chair(QUIET, session=None))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("P")
        await until(app, lambda: "when was it opened?" in text(app))
        opened = datetime.fromtimestamp((AT_MS - 95 * MIN_MS) / 1000, UTC).astimezone().strftime("%H:%M")
        await pilot.press(*opened, "enter")
        await until(app, lambda: "Charted as 95 min ago." in text(app))
        await type_lines(pilot, "Test, A", "1980-01-01", "70")
        await pilot.press("enter")
        await until(app, lambda: bool(recorder.acts))
        opening = recorder.acts[0][2]
        assert opening == OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70.0, paper=True)
        assert recorder.ago_s == [95 * 60.0]


async def test_leaving_the_question_or_the_form_opens_nothing_and_leaves_no_time_behind() -> None:
    recorder = FakeRecorder(with_chair(QUIET, session=None))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        await pilot.press("P")
        await until(app, lambda: "when was it opened?" in text(app))
        await pilot.press("9", ":", "7", "5", "enter")
        await until(app, lambda: "is no time" in text(app))
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        await pilot.press("P")
        await until(app, lambda: "when was it opened?" in text(app))
        await pilot.press("6", "0", "enter")
        await until(app, lambda: "Begin to type a session back" in text(app))
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert not recorder.acts and app.waiting == ""


def test_the_rows_are_those_due_by_now_that_can_still_be_charted() -> None:
    made = sheet_of(load_protocols()["iv-standard"])
    early = labels_of(made, Times(10 * MIN_MS, 0, 0), UTC)
    assert [label.split()[0] for label in early] == ["before", "00:00", "other", "other", "other"]
    late = labels_of(made, Times(780 * MIN_MS, 60 * MIN_MS, 60 * MIN_MS), UTC)
    assert [label.split()[0] for label in late][:3] == ["before", "01:00", "01:15"]
    unknown = labels_of(made, Times(0, 0, None), UTC)
    assert unknown[2].startswith("+15 min  ") and len(unknown) == len(made.rows) + 3


def test_the_start_of_a_dose_without_a_pump_is_its_one_part() -> None:
    once = msgspec.structs.replace(RUNNING, given=1, given_s=600.0)
    assert times_of(Times(AT_MS, None, None), None, once).started_ms == AT_MS - 10 * MIN_MS
    twice = msgspec.structs.replace(RUNNING, given=2, given_s=600.0)
    assert times_of(Times(AT_MS, None, None), None, twice).started_ms is None
    assert times_of(Times(AT_MS, None, None), CURVES, RUNNING)[1:] == (CURVES.opened_ms, STARTED_MS)


def test_a_rating_without_a_quick_event_here_has_no_range() -> None:
    known = (Rating("sedation", "sedation", 0, 5), Rating("nausea", "nausea", 0, 3))
    assert [one.highest for one in charted_here(known, TILES)] == [5, None]
