"""The plasma by a model on the time axis: off at first, labelled always, in words where no model fits."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import msgspec
import pytest
from axis_fakes import drawn, rehearsed
from review_makers import FIRST, ledger
from screen_text import text, until
from tui_fakes import QUIET, FakeRecorder

from charting.into_vein import InVein, Plasma
from charting.plasma import MODELS, curve
from charting.trends import Trend
from station.tui.app import StationApp
from station.tui.axis import axis_rows
from station.tui.axis_plasma import plasma_text
from station.tui.modelling import NONE_SHOWN, Modelling
from station.tui.review_app import ReviewApp
from station.tui.screens.review_session import ReviewSessionScreen
from station.tui.spans import cells

SIZES = [(40, 11), (54, 24), (78, 13), (120, 40), (300, 60)]


def modelled(n: int) -> tuple[Trend, int]:
    """The rehearsed session with the curve of model ``n``."""
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    return msgspec.structs.replace(trend, plasma=curve(MODELS[n], trend.in_vein, trend.now_ms)), now_ms


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("n", range(len(MODELS)))
def test_every_size_is_filled_and_has_the_label_and_the_level(size: tuple[int, int], n: int) -> None:
    trend, now_ms = modelled(n)
    rows = axis_rows(trend, *size, now_ms)
    assert len(rows) == size[1] and {cells(row) for row in rows} == {size[0]}
    assert trend.plasma is not None
    said = " ".join(drawn(rows).split())
    assert f"model {MODELS[n].name}, not measured: {trend.plasma.at(now_ms):.0f} ng/mL now" in said


def test_the_curve_is_below_the_infusion_dim_and_on_a_scale_of_its_own() -> None:
    trend, now_ms = modelled(0)
    rows = axis_rows(trend, 120, 40, now_ms, zone=UTC)
    text = drawn(rows).split("\n")
    label = next(n for n, line in enumerate(text) if "not measured" in line)
    assert text[label - 1].startswith("mL/h") and text[label + 5].startswith("acts")
    assert text[label + 1].startswith(" 250") and text[label + 4].startswith("   0")
    assert {span.tone for row in rows[label + 1 : label + 5] for span in row if span.text.strip()} == {"dim"}
    assert all(any("⠀" < c <= "⣿" for c in line) for line in text[label + 1 : label + 5])


def test_nothing_of_it_is_drawn_where_none_is_asked() -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    assert trend.plasma is None and Modelling().put_into(trend) is trend
    assert "ng/mL" not in drawn(axis_rows(trend, 120, 40, now_ms))
    assert plasma_text(None, now_ms, "now") == ""


def test_why_there_is_no_model_stands_where_its_curve_would() -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    why = "no plasma model: all are of racemic ketamine, this is esketamine"
    nasal = msgspec.structs.replace(trend, in_vein=InVein(why_not=why))
    shown = Modelling()
    shown.next()
    for size in ((54, 24), (78, 13)):
        rows = axis_rows(shown.put_into(nasal), *size, now_ms)
        assert len(rows) == size[1] and why in " ".join(drawn(rows).split()) and "ng/mL" not in drawn(rows)


def test_the_key_goes_through_every_model_and_back_to_none() -> None:
    trend, _ = rehearsed("hypertensive-response", 3300.0)
    shown = Modelling()
    for model in MODELS:
        assert model.text in (said := shown.next()) and model.source in said
        put = shown.put_into(trend).plasma
        assert put is not None and put.label == f"model {model.name}, not measured"
    last = shown.put_into(trend)
    assert shown.next() == NONE_SHOWN and shown.put_into(last) == trend


def test_the_level_is_that_of_the_moment_looked_at() -> None:
    plasma = Plasma(label="model X, not measured", start_ms=1000, step_ms=10, ng_per_ml=(0.0, 50.0, 100.4))
    assert [plasma_text(plasma, t, "here").split()[-3] for t in (0, 1000, 1015, 1020, 9000)] == [
        "0", "0", "50", "100", "100",
    ]  # fmt: skip


def test_a_screen_that_shows_no_model_has_not_loaded_any() -> None:
    asks = "import station.tui.app, station.tui.review_app, station.recorder.trend, sys; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("size", [(80, 40), (120, 40)])
async def test_at_the_chair_one_key_shows_the_next_model_and_at_last_none(size: tuple[int, int]) -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, at_ms=now_ms))
    recorder.curves = trend
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "cuff" in text(app))
        assert "ng/mL" not in text(app)
        for model in MODELS:
            await pilot.press("L")
            await until(app, lambda: f"model {model.name}, not measured:" in text(app))  # noqa: B023  # awaited at once
        await pilot.press("L")
        await until(app, lambda: "ng/mL" not in text(app) and NONE_SHOWN in text(app))


async def test_a_screen_without_room_for_the_axis_says_the_level_or_why_there_is_none() -> None:
    trend, now_ms = rehearsed("hypertensive-response", 3300.0)
    recorder = FakeRecorder(msgspec.structs.replace(QUIET, at_ms=now_ms))
    recorder.curves = trend
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.05
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: app.shown is not None and app._trending.of(app.shown) is not None)
        await pilot.press("L")
        await until(app, lambda: "model Domino, not measured:" in text(app) and "ng/mL at " in text(app))
        await pilot.press(*"LLLL")
        await until(app, lambda: NONE_SHOWN in text(app) and "ng/mL" not in text(app))
        app._trending._trend = msgspec.structs.replace(trend, in_vein=InVein(why_not="no plasma model: oral"))
        await pilot.press("L")
        await until(app, lambda: "no plasma model: oral" in text(app) and "adults" not in text(app))


async def test_looking_back_the_key_brings_the_axis_with_the_model(tmp_path: Path) -> None:
    app = ReviewApp(ledger(tmp_path / "l.db"), FIRST)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: isinstance(app.screen, ReviewSessionScreen))
        assert "ng/mL" not in text(app)
        await pilot.press("end", "L")
        await until(app, lambda: "model Domino, not measured:" in text(app) and "ng/mL here" in text(app))
        for _ in MODELS:
            await pilot.press("L")
        await until(app, lambda: "ng/mL" not in text(app))
