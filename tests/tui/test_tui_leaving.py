"""The page of what is missing before leaving, and a recovery score one key a row."""

from __future__ import annotations

from datetime import UTC

import msgspec
import pytest
from screen_text import text
from tui_fakes import AT_MS, CHAIR, IDLE, QUIET, FakeRecorder, with_chair

from charting.recovery import CHECKLISTS
from station.tui.app import StationApp
from station.tui.screens.leaving import LOOKED_AT, NOT_YET, SCORES, TOLD, LeavingScreen, leave_rows
from station.wire.messages import Acknowledge, Leave, Score

ROWS = (
    Leave(sentence="modified Aldrete 9 or more", met=False, why="not known yet", in_s=0.0),
    Leave(sentence="dissociation 1 or less", met=True),
    Leave(sentence="60 min since the end", met=False, why="51 min left", in_s=3060.0),
    Leave(sentence="near the baseline", met=False, why="no baseline is charted"),
)
AFTER = msgspec.structs.replace(CHAIR, infusion=msgspec.structs.replace(IDLE, phase="recovery"), leave=ROWS)


def lines(leave: tuple[Leave, ...]) -> list[str]:
    view = msgspec.structs.replace(AFTER, leave=leave)
    return ["".join(span.text for span in row).strip() for row in leave_rows(view, AT_MS, 78, UTC)]


def test_a_row_says_what_is_missing_why_and_when_it_can_be_met() -> None:
    first, second, third, fourth = lines(ROWS)
    assert first.startswith("MISSING  modified Aldrete 9 or more  not known yet")
    assert first.endswith("now")
    assert second == "✓  dissociation 1 or less"
    assert third.endswith("in 51:00, at 00:51")
    assert fourth.endswith("no time known")


def test_a_patient_who_meets_all_is_not_sent_home_by_the_screen() -> None:
    assert lines(tuple(msgspec.structs.replace(row, met=True) for row in ROWS))[-1] == LOOKED_AT
    assert lines(()) == [NOT_YET]


def test_what_the_patient_is_told_stands_below_the_criteria() -> None:
    told = ("No driving until the day after.", "Feeling unreal can last about four hours. " * 3)
    view = msgspec.structs.replace(AFTER, told=told)
    rows = ["".join(span.text for span in row).strip() for row in leave_rows(view, AT_MS, 78, UTC)]
    assert rows[len(ROWS) : len(ROWS) + 2] == [TOLD, "- No driving until the day after."]
    assert "four hours" in " ".join(rows[-2:])
    assert all(len(row) <= 78 for row in rows)


def test_a_low_screen_shows_what_is_told_instead_of_the_criteria_once_all_are_met() -> None:
    def low(leave: tuple[Leave, ...]) -> list[str]:
        view = msgspec.structs.replace(AFTER, leave=leave, told=("No driving.",))
        return ["".join(span.text for span in row).strip() for row in leave_rows(view, AT_MS, 78, UTC, tall=False)]

    assert low(ROWS) == lines(ROWS)
    assert low(tuple(msgspec.structs.replace(row, met=True) for row in ROWS)) == [LOOKED_AT, TOLD, "- No driving."]


def test_every_checklist_can_be_scored() -> None:
    assert [name for _, name, _ in SCORES] == list(CHECKLISTS)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_score_is_one_key_a_row_and_leads_back(size: tuple[int, int]) -> None:
    recorder = FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(AFTER)))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=size) as pilot:
        while app.shown is None:
            await pilot.pause(0.02)
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, LeavingScreen)
        assert "MISSING" in text(app)
        assert "Esc: leave ]" in text(app)
        await pilot.press("space")
        await pilot.press("1")
        for digit in "2221":
            await pilot.pause()
            await pilot.press(digit)
        while len(recorder.acts) < 2:
            await pilot.pause(0.02)
        await pilot.pause()
        answers = {"activity": 2, "respiration": 2, "consciousness": 2, "oxygen": 1}
        assert [act for _, _, act in recorder.acts] == [
            Acknowledge(),
            Score(checklist="aldrete_percent", answers=answers),
        ]
        while not isinstance(app.screen, LeavingScreen):
            await pilot.pause(0.02)


async def test_a_score_that_is_left_charts_nothing() -> None:
    recorder = FakeRecorder(with_chair(QUIET, **msgspec.structs.asdict(AFTER)))
    app = StationApp(recorder.connect, by="KS")
    async with app.run_test(size=(80, 24)) as pilot:
        while app.shown is None:
            await pilot.pause(0.02)
        await pilot.press("f")
        await pilot.pause()
        await pilot.click("#buttons", offset=(4, 0))
        await pilot.pause()
        assert "1 of 4: moves" in text(app)
        await pilot.press("2", "escape")
        await pilot.pause()
        assert "nothing is charted" in text(app)
        assert recorder.acts == []
