"""64 chairs: a table in pages, alarms out of sight named, numbers of two digits, nothing moves under a finger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import click, rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, IDLE, QUIET, FakeRecorder, alarm, number, refuse

from station.clock import NS
from station.tui.alarms import chair_rows
from station.tui.app import StationApp
from station.tui.screens.find import found
from station.tui.wall import plan, wall
from station.tui.wall_order import STILL_S, Order
from station.tui.widgets.lines import Lines
from station.wire.acts import ChangeChair
from station.wire.messages import Acknowledge, ChairView, Due, Snapshot

SIZES = [(80, 24), (120, 40), (200, 60)]
LOW = alarm("SpO2 86 below 90", "high")
FREE: dict[str, Any] = {
    "session": None, "patient": "", "identifier": "", "infusion": msgspec.structs.replace(IDLE, phase="none"),
}  # fmt: skip


def chair(n: int, **more: Any) -> ChairView:
    return msgspec.structs.replace(CHAIR, **{"chair": f"Chair {n}", "patient": f"TEST, {n}", **more})


def many(**by_number: dict[str, Any]) -> Snapshot:
    changed = {int(name.removeprefix("c")): more for name, more in by_number.items()}
    return msgspec.structs.replace(QUIET, chairs=tuple(chair(n, **changed.get(n, {})) for n in range(1, 65)))


def words(snapshot: Snapshot, width: int, height: int, page: int = 0) -> list[str]:
    made = wall(snapshot, 0, width, height, frozenset(("high", "medium")), page=page)
    return ["".join(span.text for span in row) for row in made.rows]


@pytest.mark.parametrize("size", SIZES)
def test_every_chair_has_its_row_on_one_of_the_pages(size: tuple[int, int]) -> None:
    width, height = size[0], size[1] - 3
    pages = wall(many(), 0, width, height, frozenset()).pages
    seen = [row for page in range(pages) for row in words(many(), width, height, page)]
    assert all(len(row) == width for row in seen[1:]) and len(seen) <= pages * height
    for n in range(1, 65):
        assert sum(row.count(f"{n:>2} Chair {n} ") for row in seen) == 1
    assert pages == {80: 4, 120: 2, 200: 1}[width]


def test_a_row_says_all_that_a_card_says() -> None:
    numbers = (
        number("HR", 88, age_s=40.0, dimmed=True),
        number("SPO2", 86, priority="high"),
        number("NIBP_SYS", 174, age_s=125.0, source="typed"),
        number("NIBP_DIA", 104, age_s=125.0, source="typed"),
        number("RESP_RATE", 14, validity="questionable"),
    )
    late = (Due(text="blood pressure", in_s=-70.0),)
    for width, height in SIZES:
        row = words(many(c7={"numbers": numbers, "alarms": (LOW,), "due": late}), width, height - 3)[1]
        for part in (
            "7 Chair 7",
            "INF",
            "88~",
            "86",
            "174/104",
            "t2m",
            "14?",
            "---",
            "*** SpO2 86 below 90",
            "LATE 1m",
        ):
            assert part in row, f"{part!r} is not in {row!r}"


def test_alarms_out_of_sight_are_named_in_the_last_row() -> None:
    loud = many(**{f"c{n}": {"alarms": (LOW,)} for n in range(1, 26)})
    made = wall(loud, 0, 80, 21, frozenset())
    last = "".join(span.text for span in made.rows[-1])
    assert "6 more chairs with alarms: 20 Chair 20 *** SpO2 86" in last and "page 1 of 4" in last
    assert {span.tone for span in made.rows[-1]} == {"high-unlit", "key"}
    assert "45 chairs out of sight, none with an alarm" in words(many(c64={"alarms": (LOW,)}), 80, 21)[-1]
    assert "1 more chair with alarms: 64 Chair 64" in words(many(c64={"alarms": (LOW,)}), 80, 21, page=1)[-1]


def test_few_chairs_are_cards_and_more_than_fit_are_rows() -> None:
    assert plan(8, 80, 21).form is not None and plan(16, 80, 21).form is None
    assert plan(16, 120, 37).form is not None and plan(64, 200, 57).form is None


def test_the_order_stands_still_under_a_finger() -> None:
    order = Order()
    quiet, loud = many().chairs, many(c9={"alarms": (LOW,)}).chairs
    assert order.of(quiet, 0)[0] == 0
    order.touched(NS)
    assert order.of(loud, 2 * NS)[0] == 0
    assert order.of(loud, round((2 + STILL_S) * NS))[0] == 8
    order.touched(100 * NS)
    assert order.of(loud[:5], 100 * NS) == (0, 1, 2, 3, 4)  # other chairs: there is nothing to keep


def test_a_chair_is_found_by_number_name_patient_or_identifier() -> None:
    chairs = many(c12={"patient": "Müller, Eva", "identifier": "1990-05-05"}).chairs
    assert found(chairs, "eva mül") == (11,) and found(chairs, "1990-05") == (11,)
    assert found(chairs, "chair 64") == (63,) and found(chairs, "nobody") == () and len(found(chairs, "")) == 64


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_strip_of_a_chair_names_the_others_that_have_an_alarm(width: int) -> None:
    loud = many(c7={"alarms": (LOW,)}, c9={"alarms": (alarm("HR low", "medium"),)}).chairs
    (row,) = chair_rows(loud, 2, width)
    said = "".join(span.text for span in row)
    assert len(said) == width and "Chair 3" in said and "2 of 63 other chairs with an alarm" in said
    assert "7 Chair 7 *** SpO2 86 below 90" in said
    assert any(span.action == "app.chair(7)" and span.tone == "high" for span in row)


@asynccontextmanager
async def viewer(
    snapshot: Snapshot, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS", wall_first=True)
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: "All chairs" in text(app))
        yield app, pilot, recorder


async def test_two_digits_lead_to_a_chair_and_one_needs_enter() -> None:
    async with viewer(many()) as (app, pilot, _):
        await pilot.press("4")
        await until(app, lambda: "chair 4_" in rows(app)[-1])
        await pilot.press("2")
        await until(app, lambda: "Chair 42" in rows(app)[0])
        await pilot.press("w")
        await until(app, lambda: "ack 42" in rows(app)[-1] and "1 Chair 1 " in text(app))  # the worst are shown first
        await pilot.press("7", "enter")
        await until(app, lambda: "Chair 7 " in rows(app)[0])
        await pilot.press("w")
        await until(app, lambda: "All chairs" in text(app))
        await pilot.press("7", "1")
        await until(app, lambda: "there is no chair 71" in rows(app)[-1])
        await pilot.press("3", "escape")
        await until(app, lambda: "3_" not in rows(app)[-1] and "All chairs" in text(app))


async def test_pages_turn_and_the_arrows_choose() -> None:
    async with viewer(many()) as (app, pilot, recorder):
        await pilot.press("pagedown")
        await until(app, lambda: "20 Chair 20" in text(app) and "page 2 of 4" in text(app))
        await pilot.press("pageup", "pageup")
        await until(app, lambda: "64 Chair 64" in text(app) and "page 4 of 4" in text(app))
        await click(app, pilot, "page 4 of 4")
        await until(app, lambda: ">1 Chair 1 " in text(app).replace("> 1", ">1"))
        await pilot.press("down", "down", "space")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 3", "KS", Acknowledge())]
        assert "ack 3" in rows(app)[-1]


async def test_a_chair_is_found_by_name_from_the_wall_and_f2_acknowledges_meanwhile() -> None:
    async with viewer(many(c33={"patient": "Okafor, Ada"})) as (app, pilot, recorder):
        await pilot.press("slash")
        await until(app, lambda: "Find a chair" in text(app))
        await pilot.press(*"ada", "f2")
        await until(app, lambda: "33 Chair 33  Okafor, Ada" in text(app) and bool(recorder.acts))
        await pilot.press("enter")
        await until(app, lambda: "Chair 33" in rows(app)[0])


async def test_an_idle_table_lays_out_nothing_and_draws_one_row_a_second() -> None:
    async with viewer(many(), (120, 40)) as (app, pilot, recorder):
        await pilot.pause()
        app.follower.poll_s = 0.002
        table, before = app.screen.query_one("#wall", Lines), recorder.polls
        drawn = table.drawn
        older = tuple(msgspec.structs.replace(n, age_s=0.9) if n.age_s == 0.4 else n for n in CHAIR.numbers)
        recorder.snapshot = many(**{f"c{n}": {"numbers": older} for n in range(1, 65)})
        await until(app, lambda: recorder.polls > before + 4)
        assert table.drawn == drawn


async def test_the_session_moves_to_a_free_chair_after_a_question() -> None:
    async with viewer(many(c5=FREE, c6=FREE)) as (app, pilot, recorder):
        await pilot.press("0", "2")
        await until(app, lambda: "Chair 2 " in rows(app)[0])
        await pilot.press("M")
        await until(app, lambda: "TEST, 2 goes on at which free chair?" in text(app))
        assert "5 Chair 5" in text(app) and "4 Chair 4" not in text(app)
        await pilot.press(*"chair 6", "enter")
        await until(app, lambda: "Change of chair: TEST, 2 from Chair 2 to Chair 6? y/n" in text(app))
        assert recorder.acts == []
        await pilot.press("y")
        await until(app, lambda: "Chair 6 " in rows(app)[0])
        assert recorder.acts == [("Chair 2", "KS", ChangeChair(to="Chair 6"))]


async def test_what_the_recorder_refuses_stays_at_its_chair() -> None:
    async with viewer(many(c5=FREE)) as (app, pilot, recorder):
        recorder.answer = refuse("TEST, 9 is in Chair 5 now; choose a free chair")
        await pilot.press("0", "2", "M", "enter")
        await until(app, lambda: "from Chair 2 to Chair 5" in text(app))
        await pilot.press("y")
        await until(app, lambda: "REFUSED: TEST, 9 is in Chair 5 now" in text(app))
        assert "Chair 2 " in rows(app)[0]


async def test_without_a_free_chair_there_is_nothing_to_choose() -> None:
    async with viewer(many()) as (app, pilot, recorder):
        await pilot.press("0", "2")
        await until(app, lambda: "Chair 2 " in rows(app)[0])
        await pilot.press("M")
        await until(app, lambda: "no other chair is free" in text(app))
        assert recorder.acts == []
