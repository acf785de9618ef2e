"""The screens of looking back, driven by keys: list, search, one session, its cursor, replay; alarms stay in reach."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from review_makers import FIRST, PRESET, SECOND, draft, drafts, ledger, measured
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, QUIET, RICH, FakeRecorder, alarm

from charting.ledger.store import Store
from charting.model import Kind
from station.tui.app import StationApp
from station.tui.present import SECONDARY
from station.tui.review import live_rows
from station.tui.review_app import ReviewApp
from station.wire.messages import Acknowledge, ChairView

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("review") / "l.db")


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


@asynccontextmanager
async def looking(
    path: Path, session: str | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ReviewApp, Pilot[Any]]]:
    app = ReviewApp(path, session)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(app, lambda: ("better words" if session else "OTHER, B.") in text(app) or "cannot" in text(app))
        yield app, pilot


async def test_the_list_is_newest_first_and_the_search_narrows_it(path: Path) -> None:
    async with looking(path) as (app, pilot):
        seen = text(app)
        assert seen.index(SECOND[:15]) < seen.index(FIRST[:15])
        assert "OPEN" in seen and "2 of 2" in seen
        await pilot.press("slash", *"test 1984")
        await until(app, lambda: "1 of 2" in text(app))
        assert "OTHER" not in text(app)
        await pilot.press("escape")
        await until(app, lambda: "2 of 2" in text(app))
        await pilot.press("slash", *"zzz")
        await until(app, lambda: "no session has these words" in text(app))
        await pilot.press("escape")
        await until(app, lambda: "2 of 2" in text(app))
        await pilot.press("escape")
        assert app._exit  # out of the list is out of the program


async def test_enter_opens_from_the_list_and_from_the_search(path: Path) -> None:
    async with looking(path) as (app, pilot):
        await pilot.press("down", "enter")
        await until(app, lambda: "20.0 of 35.0 mg" in text(app) or "better words" in text(app))
        await pilot.press("escape")
        await until(app, lambda: "2 of 2" in text(app))
        await pilot.press("slash", *"other", "enter")
        await until(app, lambda: "60 kg" in text(app))


@pytest.mark.parametrize("size", SIZES)
async def test_a_session_says_all_that_matters(path: Path, size: tuple[int, int]) -> None:
    async with looking(path, FIRST, size) as (app, pilot):
        for _ in range(4):
            await pilot.press("down")
        await until(app, lambda: ">00:15:20" in text(app))
        seen = text(app)
        for part in (
            "TEST, A.", "1984-03-02", "2026-01-01", "Delivered 20.0 mg of", "INFUSING", "5.3 of 35.0 mg",
            "*** SpO2 86 below 90", "128/78 (95)", "alarm acknowledged", "space", "15 min 20 s", "#5 ",
        ):  # fmt: skip
            assert part in seen, f"{part!r} is not on the screen:\n{seen}"
        assert all(len(row) == size[0] for row in rows(app))


async def test_the_cursor_goes_by_keys_and_by_click_and_stops_at_the_ends(path: Path) -> None:
    async with looking(path, FIRST) as (app, pilot):
        await pilot.press("up", "home")
        assert ">00:00:00" in text(app) and "BASELINE" in text(app)
        await pilot.press("end", "down")
        await until(app, lambda: "SESSION ENDED" in text(app))
        await pilot.press("pageup")
        await until(app, lambda: ">00:40:00" not in text(app))
        place = next(n for n, row in enumerate(rows(app)) if "infusion stopped" in row)
        await pilot.click(offset=(15, place))
        await until(app, lambda: ">00:30:00" in text(app) and "RECOVERY" in text(app))
        await pilot.press("right")
        await until(app, lambda: "00:30:10" in text(app))
        await pilot.press("left", "left")
        await until(app, lambda: "00:29:50" in text(app) and "INFUSING" in text(app))


async def test_it_plays_on_at_a_speed_and_rests_at_the_end(path: Path) -> None:
    async with looking(path, FIRST) as (app, pilot):
        assert "x1 " in rows(app)[0]
        await pilot.press("plus", "plus", "plus", "minus")
        await until(app, lambda: "■ x10 " in rows(app)[0])
        await pilot.press("plus", "end", "left", "space")  # ten seconds before the end, at 60 times speed
        await until(app, lambda: "►" in rows(app)[0] and "RECOVERY" in text(app))
        await until(app, lambda: ">00:40:00" in text(app) and "■" in rows(app)[0])


async def test_on_a_small_screen_the_axis_stands_in_for_the_summary(path: Path) -> None:
    async with looking(path, FIRST) as (app, pilot):
        assert "Delivered" in text(app) and "cuff" not in text(app)
        await pilot.press("a")
        await until(app, lambda: "cuff" in text(app) and "Delivered" not in text(app))
    async with looking(path, FIRST, (120, 40)) as (app, _):
        assert "cuff" in text(app) and "Delivered" in text(app)


async def test_the_theme_changes_and_every_key_is_told_on_both_screens(path: Path) -> None:
    async with looking(path) as (app, pilot):
        assert "t theme" in rows(app)[-1] and "? keys" in rows(app)[-1]
        await pilot.press("t")
        await until(app, lambda: app.theme == "high-contrast" and "theme high-contrast" in text(app))
        await pilot.press("question_mark")
        await until(app, lambda: "Search patient, identifier" in text(app) and "A screen down" in text(app))
        await pilot.press("escape", "down", "enter")
        await until(app, lambda: "better words" in text(app))
        assert "t theme" in rows(app)[-1] and "? keys" in rows(app)[-1]
        await pilot.press("question_mark")
        await until(app, lambda: "Ten seconds back" in text(app) and "Compare" in text(app))
        await pilot.press("question_mark", "t")
        await until(app, lambda: app.theme == "colour-blind" and "Compare" not in text(app))


async def test_the_session_before_lies_behind_its_curves_until_it_is_hidden(tmp_path: Path) -> None:
    again = "20260102-000000-cccc"
    day_s = 86_400
    person = {"name": "test, a.", "identifier": "1984-03-02"}
    made = [
        *drafts(),
        draft(Kind.SESSION_OPENED, day_s, again, patient=person, weight_kg=70.0, preset=PRESET, zone="UTC"),
        draft(Kind.INFUSION_STARTED, day_s + 600, again, rate_ml_per_h=60.0, mg_per_ml=1.0),
        draft(Kind.NOTE, day_s + 900, again, text="better words"),
    ]
    with Store.open(tmp_path / "l.db", rehearsal=True) as store:
        chain = store.chain()
        store.commit([chain.stage(d) for d in made], [])
        store.commit([], measured(60))
    async with looking(tmp_path / "l.db", again, (120, 40)) as (app, pilot):
        await until(app, lambda: "ghost: 2026-01-01" in text(app) and "▿" in text(app))
        await pilot.press("c")
        await until(app, lambda: "ghost" not in text(app))
        await pilot.press("c")
        await until(app, lambda: "ghost: 2026-01-01" in text(app))


@pytest.mark.parametrize(
    "words",
    ["[/]", "[@click=app.quit]q[/]", "\x1b]0;evil\x07", "\u202egnal", "漢" * 90, "N" * 500],
    ids=["tag", "click", "osc", "rlo", "wide", "long"],
)
async def test_hostile_text_is_data(tmp_path: Path, words: str) -> None:
    async with looking(ledger(tmp_path / "l.db", words or "x", words), None, (80, 24)) as (app, pilot):
        await until(app, lambda: "2 of 2" in text(app))
        seen = text(app)
        await pilot.press("down", "enter")
        await until(app, lambda: "better words" in text(app))
        seen += text(app)
        assert not [c for c in seen if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]
        if words == "[/]":
            assert seen.count("[/]") >= 3
        assert app.is_running


async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no ledger" * 300)
    app = ReviewApp(tmp_path / "x.db")
    async with app.run_test(size=(120, 24)):
        await until(app, lambda: "x.db" in text(app))
    app = ReviewApp(ledger(tmp_path / "l.db"), "no-such")
    async with app.run_test(size=(120, 24)):
        await until(app, lambda: "cannot be opened" in text(app))


@asynccontextmanager
async def at_the_chair(recorder: FakeRecorder, path: Path | None) -> AsyncIterator[tuple[StationApp, Pilot[Any]]]:
    app = StationApp(recorder.connect, by="KS", ledger=path)
    app.follower.poll_s = 0.1
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot


async def test_looking_back_keeps_the_alarms_in_sight_and_f2_acknowledges(path: Path) -> None:
    recorder = FakeRecorder(QUIET)
    async with at_the_chair(recorder, path) as (app, pilot):
        await pilot.press("l")
        await until(app, lambda: "2 of 2" in text(app) and "NOW: no alarm" in text(app))
        assert SECONDARY in text(app)
        await pilot.press("down", "enter")
        await until(app, lambda: "better words" in text(app))
        recorder.snapshot = RICH
        await until(app, lambda: "*** SpO2 86 below 90" in rows(app)[0] and "F2" in rows(app)[0])
        await pilot.press("space")  # plays: it is no key of the chair here
        assert recorder.acts == []
        await pilot.press("f2")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 1", "KS", Acknowledge())]
        await pilot.press("escape", "escape")
        await until(app, lambda: "space acknowledges" in text(app))


async def test_f2_acknowledges_also_while_typing_a_search(path: Path) -> None:
    recorder = FakeRecorder(RICH)
    async with at_the_chair(recorder, path) as (app, pilot):
        await pilot.press("l")
        await until(app, lambda: "2 of 2" in text(app))
        await pilot.press("slash", *"te 2", "f2")
        await until(app, lambda: bool(recorder.acts))
        assert "te 2" in text(app)
        await pilot.press("escape", "2")  # a digit leads to that chair
        await until(app, lambda: "OTHER, B." in rows(app)[0] and "Chair 2" in rows(app)[0])


async def test_a_lost_recorder_covers_the_review_and_gives_it_back(path: Path) -> None:
    recorder = FakeRecorder(QUIET)
    async with at_the_chair(recorder, path) as (app, pilot):
        app.follower.reconnect_s = 0.1
        await pilot.press("l")
        await until(app, lambda: "2 of 2" in text(app))
        recorder.up = False
        await until(app, lambda: "ALARM SYSTEM FAILED" in text(app))
        recorder.up = True
        await until(app, lambda: "2 of 2" in text(app))


async def test_a_viewer_that_knows_no_chart_says_so() -> None:
    async with at_the_chair(FakeRecorder(QUIET), None) as (app, pilot):
        await pilot.press("l")
        await until(app, lambda: "infusion-station review" in text(app))


def test_the_row_of_now_tells_what_nobody_acknowledged_first() -> None:
    new = msgspec.structs.replace(CHAIR, alarms=(alarm("HR low 44 /min", "medium"),))
    known = msgspec.structs.replace(CHAIR, chair="Chair 2", alarms=(alarm("SpO2 low 88 %", "high", "ACTIVE_ACK"),))
    due = msgspec.structs.replace(CHAIR, alarms=(alarm("Due: rating", "low"),))

    def said(*chairs: ChairView) -> str:
        return "".join(span.text for row in live_rows(chairs, 0, 80) for span in row)

    assert "** HR low 44 /min" in said(new, known) and "*** SpO2 low 88 %" in said(due, known)
