"""The chair's screen as a person sees it: everything in sight at two sizes, nothing raw, nothing drawn twice."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, LINES, LOST_PORT, QUIET, RICH, RUNNING, FakeRecorder, alarm, number, with_chair

from station.tui.app import StationApp
from station.tui.present import SECONDARY
from station.tui.widgets.flashing import Flashing
from station.wire.messages import AlarmChanged, Snapshot

HOSTILE = [
    "[/]",
    "[HELD] x",
    "\x1b]0;evil\x07\x9b31m",
    "\u202egnal\u202c",
    "N" * 500,
    "[@click=app.quit]q[/]",
    "漢" * 90,
]


@asynccontextmanager
async def viewer(
    recorder: FakeRecorder, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot


async def shown(recorder: FakeRecorder, app: StationApp, snapshot: Snapshot) -> str:
    recorder.snapshot, echoes = snapshot, recorder.echoes
    await until(app, lambda: recorder.echoes > echoes + 1)
    return text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_nothing_that_matters_is_cut(size: tuple[int, int]) -> None:
    async with viewer(FakeRecorder(RICH), size) as (app, _):
        seen = text(app)
        for part in (
            "TEST, A.", "1984-03-02", "70.0 kg", "S-0042", "KS", "DEMO x10",
            "*** SpO2 86 below 90", "now 86 %, limit 90 %", "since 1 min 05 s", "space acknowledges",
            "NIBP high", "1 ALARM OFF", "1 waiting for data", "Chair 2 ** HR low",
            "INFUSING", "22 min in", "18 min left", "52.5 mL/h", "19.4 of 35.0 mg", "0.28 mg/kg",
            "1.2 mg of it not observed",
            "HR", "50-120", "SpO2", "min 90", "sys 90-180", "dia max 110", "mean min 60", "(127)", "2 min 05 s ago",
            "RR", "ALARM OFF", "8-30", "cannula off, 31 s", "12 s, questionable", "°C", "mmHg", "/min",
            "CHART FAILING: the disk is full", "NOT CONNECTED", "NOT SAVED", "saved", SECONDARY,
            "space ack", "ctrl+q quit",
        ):  # fmt: skip
            assert part in seen, f"{part!r} is not on the screen:\n{seen}"
        if size == (80, 24):
            for value in (
                "86 /min",
                "87 /min",
                "*** 86 %",
                "3.61 %",
                "174/104 (127)",
                "14 /min",
                "--- mmHg",
                "36.8 °C",
            ):
                assert value in seen, f"{value!r} is not on the screen:\n{seen}"


@pytest.mark.parametrize("snapshot", [QUIET, RICH], ids=["quiet", "rich"])
async def test_the_first_and_the_last_row_are_in_place_after_every_resize(snapshot: Snapshot) -> None:
    async with viewer(FakeRecorder(snapshot)) as (app, pilot):
        for size in ((80, 24), (120, 40), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(app, lambda width=size[0]: len(rows(app)[0]) == width and "space ack" in rows(app)[-1])  # type: ignore[misc]
            seen = rows(app)
            assert "Chair 1" in seen[0] and SECONDARY in seen[-2]
            assert len(seen[0].rstrip()) > size[0] - 3  # the clock or DEMO at the right end


async def test_every_metric_at_once_still_leaves_entries_and_the_permanent_line() -> None:
    every = tuple(number(m, 50.0) for m in (
        "HR", "PULSE_RATE", "SPO2", "PERFUSION_INDEX", "NIBP_SYS", "NIBP_DIA", "ART_SYS", "ART_DIA", "RESP_RATE",
        "ETCO2", "FICO2", "TEMP", "PUMP_RATE", "PUMP_VOLUME",
    ))  # fmt: skip
    async with viewer(FakeRecorder(with_chair(RICH, numbers=every))) as (app, _):
        seen = text(app)
        assert SECONDARY in seen and "NOT SAVED" in seen
        for label in ("HR", "PR", "SpO2", "PI", "NIBP", "ART", "RR", "EtCO2", "FiCO2", "Temp", "Pump", "Infused"):
            assert label in seen


@pytest.mark.parametrize("name", HOSTILE, ids=["tag", "held", "osc", "rlo", "long", "click", "wide"])
async def test_hostile_text_is_data_everywhere(name: str) -> None:
    snapshot = with_chair(
        QUIET, patient=name, identifier=name, session=name, preset=name,
        alarms=(alarm(name, "high", reason=name), alarm(name, "low")),
        lines=(msgspec.structs.replace(LINES[0], text=name, by=name),),
        ports=(msgspec.structs.replace(LOST_PORT, source=name, sentence=name),),
        numbers=(number("HR", None, validity="invalid", why=name),),
    )  # fmt: skip
    async with viewer(FakeRecorder(snapshot)) as (app, _):
        seen = text(app)
        app.action_form("stop")  # the same words in a dialog
        await until(app, lambda: "Stop: the infusion has ended" in text(app))
        seen += text(app)
        assert not [c for c in seen if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]
        assert SECONDARY in seen and "HR" in seen
        if name.startswith("["):
            assert f"*** {name}" in seen


async def test_an_idle_screen_lays_out_nothing_and_draws_one_row_a_second() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder, (120, 40)) as (app, pilot):
        await pilot.pause()
        app.follower.poll_s = 0.002
        layouts: list[object] = []
        refresh_layout = app.screen._refresh_layout
        app.screen._refresh_layout = lambda *a, **k: (layouts.append(a), refresh_layout(*a, **k))[1]  # type: ignore[method-assign]
        page = app.screen.query_one("#chair", Flashing)
        drawn = page.drawn
        seconds = 10
        for second in range(1, seconds + 1):
            for _ in range(4):  # four polls a second, as in real use
                polls = recorder.polls
                recorder.snapshot = msgspec.structs.replace(QUIET, at_ms=QUIET.at_ms + second * 1000)
                await until(app, lambda seen=polls: recorder.polls > seen + 1)  # type: ignore[misc]
        assert page.drawn - drawn == seconds  # the row of the clock
        assert layouts == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_screen_that_still_waits_says_so_and_which_alarms_count(size: tuple[int, int]) -> None:
    app = StationApp(FakeRecorder(QUIET).connect, by="KS")
    app.follower.run = asyncio.Event().wait  # type: ignore[assignment]  # a recorder that never answers
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "connecting to the recorder" in text(app) and SECONDARY in text(app))
        app.say("theme: light", "dim")
        await until(app, lambda: "theme: light" in text(app))
        app.action_wall()
        await until(app, lambda: "look back" in text(app))
        assert "connecting to the recorder" in text(app) and SECONDARY in text(app)
        await pilot.pause()


async def test_an_equal_snapshot_draws_nothing_at_all() -> None:
    known = alarm("SpO2 86 below 90", "high", "ACTIVE_ACK")  # nothing flashes
    steady = with_chair(RICH, alarms=(known,))
    recorder = FakeRecorder(steady)
    async with viewer(recorder) as (app, pilot):
        await pilot.pause()
        page = app.screen.query_one("#chair", Flashing)
        before = page.drawn
        recorder.snapshot = msgspec.convert(msgspec.to_builtins(steady), Snapshot)
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 5)
        assert page.drawn == before


async def test_a_heartbeat_is_echoed_for_each_snapshot_drawn() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, _):
        app.follower.poll_s = 0.002
        await until(app, lambda: recorder.polls > 10)
        assert recorder.polls - recorder.echoes <= 1


async def test_a_high_alarm_flashes_until_acknowledged_and_words_stay() -> None:
    recorder = FakeRecorder(RICH)
    async with viewer(recorder) as (app, _):
        block = app.screen.query_one("#chair", Flashing)
        for lit in (not block.lit, block.lit):
            await until(app, lambda want=lit: block.lit is want)  # type: ignore[misc]
            assert "*** SpO2 86 below 90" in text(app)
        known = alarm("SpO2 86 below 90", "high", "ACTIVE_ACK")
        seen = await shown(recorder, app, with_chair(RICH, alarms=(known,)))
        assert "ACKNOWLEDGED" in seen and block.lit and block._timer is None


async def test_a_pushed_alarm_does_not_wait_for_the_next_poll() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 60.0
    async with app.run_test(size=(80, 24)):
        await until(app, lambda: recorder.echoes == 1)
        recorder.snapshot = RICH
        assert recorder.on_alarm is not None
        recorder.on_alarm(
            AlarmChanged(
                chair="Chair 1", condition="SPO2_LOW", subject="SPO2", priority="high", state="ACTIVE_UNACK", text="x"
            )
        )
        await until(app, lambda: "*** SpO2 86 below 90" in text(app))


async def test_several_chairs_by_tab_and_by_click() -> None:
    async with viewer(FakeRecorder(RICH)) as (app, pilot):
        for keys, who in (
            ("tab", "OTHER, B."),
            ("tab", "TEST, A."),
        ):
            await pilot.press(keys)
            assert who in rows(app)[0]
        await pilot.click(offset=(45, 1))
        await until(app, lambda: "OTHER, B." in rows(app)[0])


async def test_a_chair_without_a_session_says_so() -> None:
    empty = msgspec.structs.replace(
        CHAIR, session=None, patient="", identifier="", weight_kg=None, numbers=(), lines=()
    )
    async with viewer(FakeRecorder(msgspec.structs.replace(QUIET, chairs=(empty,)))) as (app, _):
        assert "no session" in rows(app)[0]


async def test_held_is_said_in_a_word() -> None:
    held = with_chair(QUIET, infusion=msgspec.structs.replace(RUNNING, phase="held", hold_s=130.0))
    async with viewer(FakeRecorder(held)) as (app, _):
        assert "HELD 2 min 10 s" in text(app)
