"""On the screen: what is asked of a time without recorder, and the observations that have no key of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from screen_text import text, until
from textual.pilot import Pilot
from tui_fakes import AT_MS, CHAIR, QUIET, RUNNING, FakeRecorder, with_chair

from charting.observation import OBSERVATIONS
from station.events import load_events
from station.tui import observations, present, side
from station.tui.app import StationApp
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.digit import DigitScreen
from station.tui.screens.form import FormScreen
from station.tui.widgets.typed import Typed
from station.wire.messages import Infusion, QuickEvent, RanWithout, Snapshot, Tile
from station.wire.treatment import Unsure

GAP = Unsure(from_ms=AT_MS - 300_000, to_ms=AT_MS - 180_000, rate_ml_per_h=52.5, ml=1.75, mg=1.75)
ASSUMED = msgspec.structs.replace(RUNNING, unobserved_mg=1.75, unsure=GAP)
TILES = tuple(
    Tile(id=e.id, key=e.key, text=e.text, lowest=e.lowest, highest=e.highest, words=e.words, scale=e.scale)
    for e in load_events(Path("nowhere"))
)


def rows_text(rows: tuple[Any, ...]) -> str:
    return "\n".join("".join(span.text for span in row) for row in rows)


def snapshot(infusion: Infusion = RUNNING) -> Snapshot:
    return with_chair(QUIET, infusion=infusion, events=TILES)


@asynccontextmanager
async def viewer(shown: Snapshot) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(shown)
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot, recorder


def charted(recorder: FakeRecorder) -> list[Any]:
    return [act for _, _, act in recorder.acts]


def test_an_assumed_dose_is_marked_at_every_size() -> None:
    assert "1.8 mg assumed, 2 min without recorder: pump ran? G" in rows_text(present.infusion_rows(ASSUMED, 80))
    beside = " ".join(rows_text(side.truth_rows(ASSUMED, AT_MS, 30)).split())
    assert "1.8 mg assumed, 2 min without recorder: pump ran? G" in beside
    short = msgspec.structs.replace(ASSUMED, unsure=None)
    assert "1.8 mg of it not observed" in rows_text(present.infusion_rows(short, 80))


def test_the_resume_line_stands_in_the_hold_panel() -> None:
    held = msgspec.structs.replace(RUNNING, phase="held", hold_s=60.0, resumes="resumes below 160/100, SpO2 from 92")
    assert "resumes below 160/100" in rows_text(present.infusion_rows(held, 80))
    assert "resumes below 160/100, SpO2 from 92" in " ".join(rows_text(side.truth_rows(held, AT_MS, 30)).split())


async def test_that_the_pump_ran_on_is_two_keys() -> None:
    async with viewer(snapshot(ASSUMED)) as (app, pilot, recorder):
        await pilot.press("G")
        await until(app, lambda: isinstance(app.screen, ChoiceScreen))
        assert "2 min without recorder" in text(app)
        assert "it ran on at 52.5 mL/h: 1.8 mL, 1.8 mg" in text(app)
        await pilot.press("1")
        await until(app, lambda: bool(recorder.acts))
    assert charted(recorder)[0] == RanWithout(from_ms=GAP.from_ms, to_ms=GAP.to_ms, ran="on")


@pytest.mark.parametrize(
    ("key", "typed", "act"),
    [
        ("2", ["0", "enter", "1", "full_stop", "5", "enter"], {"ran": "stopped", "stopped_s": (0.0, 90.0)}),
        ("3", ["0", "comma", "9", "enter"], {"ran": "volume", "ml": 0.9}),
    ],
)
async def test_another_answer_is_typed(key: str, typed: list[str], act: dict[str, Any]) -> None:
    async with viewer(snapshot(ASSUMED)) as (app, pilot, recorder):
        await pilot.press("G")
        await until(app, lambda: isinstance(app.screen, ChoiceScreen))
        await pilot.press(key)
        await until(app, lambda: isinstance(app.screen, FormScreen))
        await pilot.press(*typed)
        await until(app, lambda: bool(recorder.acts))
    assert charted(recorder)[0] == RanWithout(from_ms=GAP.from_ms, to_ms=GAP.to_ms, **act)


async def test_without_a_gap_the_key_asks_nothing() -> None:
    async with viewer(snapshot()) as (app, pilot, recorder):
        await pilot.press("G")
        await until(app, lambda: "nothing is assumed" in text(app))
        assert not recorder.acts


def test_everything_without_a_key_is_listed_once() -> None:
    listed = [name for name, _ in observations.options(with_chair(QUIET, events=TILES).chairs[0])]
    assert len(set(listed)) == len(listed)
    assert {"rass", "poss", "cadss_total", "nausea", "anxiety", "pain", "unreal", "drowsy"} <= set(listed)
    assert not {"moaas", "dissociation", "headache"} & set(listed)  # on keys 4, 3, 2
    bare = [name for name, _ in observations.options(msgspec.structs.replace(CHAIR, events=()))]
    assert set(bare) == set(OBSERVATIONS)


async def choose(app: Any, pilot: Any, name: str) -> None:
    await pilot.press("O")
    await until(app, lambda: isinstance(app.screen, ChoiceScreen))
    listed = [one for one, _ in observations.options(snapshot().chairs[0])]
    await pilot.press("123456789abcdefghijklmn"[listed.index(name)])


async def test_a_rating_is_one_more_key_and_a_symptom_none() -> None:
    async with viewer(snapshot()) as (app, pilot, recorder):
        await choose(app, pilot, "rass")
        await until(app, lambda: isinstance(app.screen, DigitScreen))
        assert "drowsy: eye contact to voice for more than 10 s" in text(app)
        await pilot.press("a")
        await until(app, lambda: len(recorder.acts) == 1)
        await choose(app, pilot, "unreal")
        await until(app, lambda: len(recorder.acts) == 2)
    assert charted(recorder) == [QuickEvent(event="rass", rating=-1), QuickEvent(event="unreal")]


async def test_a_total_is_typed_and_must_be_a_whole_number() -> None:
    async with viewer(snapshot()) as (app, pilot, recorder):
        await choose(app, pilot, "cadss_total")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        await pilot.press("3", "full_stop", "5", "enter")
        await until(app, lambda: "a whole number" in text(app))
        app.screen.query_one("#rating", Typed).value = ""
        await pilot.press("3", "1", "enter")
        await until(app, lambda: bool(recorder.acts))
    assert charted(recorder) == [QuickEvent(event="cadss_total", rating=31)]
