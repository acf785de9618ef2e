"""The wall: worst first, every number with its age, any size; its keys lead to a chair; idle, it lays out nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, IDLE, LOST_PORT, NUMBERS, QUIET, SECOND, FakeRecorder, alarm, number

from station.tui.app import StationApp
from station.tui.present import SECONDARY
from station.tui.wall import plan, wall as drawn_wall, worst_first
from station.tui.wall_card import FORMS, five, short_age
from station.tui.widgets.lines import Lines
from station.wire.messages import Acknowledge, ChairView, Due, Snapshot

SIZES = [(80, 24), (120, 40), (200, 60)]
LOW = alarm("SpO2 86 below 90", "high")
ACKED = alarm("SpO2 86 below 90", "high", "ACTIVE_ACK")
NOBODY = {"session": None, "patient": "", "identifier": "", "numbers": (), "lines": ()}


def chair(n: int, **more: Any) -> ChairView:
    return msgspec.structs.replace(CHAIR, **{"chair": f"Chair {n}", "patient": f"TEST, {n}", **more})


def station(*chairs: ChairView) -> Snapshot:
    return msgspec.structs.replace(QUIET, chairs=chairs)


def words(snapshot: Snapshot, width: int, height: int) -> list[str]:
    made = drawn_wall(snapshot, 0, width, height, frozenset(("high", "medium"))).rows
    return ["".join(span.text for span in row) for row in made]


def test_the_worst_is_first_and_the_rest_keeps_its_order() -> None:
    chairs = (
        chair(1, infusion=IDLE),
        chair(2, **NOBODY),
        chair(3, alarms=(alarm("HR low", "medium"),)),
        chair(4, alarms=(ACKED,)),
        chair(5),
        chair(6, alarms=(LOW,)),
        chair(7, infusion=msgspec.structs.replace(CHAIR.infusion, phase="held")),
        chair(8, alarms=(alarm("pending", "high", "PENDING"),)),
    )
    assert [n + 1 for n in worst_first(chairs)] == [6, 3, 4, 5, 8, 7, 1, 2]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_a_card_says_that_the_patient_is_away_and_for_how_long(count: int, size: tuple[int, int]) -> None:
    gone = {"infusion": IDLE, "away_s": 272.4, "away_why": "toilet, KS"}
    quiet = words(station(*(chair(n, **gone) for n in range(1, count + 1))), size[0], size[1] - 3)
    assert "\n".join(quiet).count("PATIENT AWAY 4:32 - alarms come back") == count
    loud = words(station(chair(1, alarms=(alarm("No data", "medium"),), **gone)), size[0], size[1] - 3)
    assert any("No data" in row and "AWAY 4:32" in row for row in loud)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", range(1, 9))
def test_every_chair_is_a_card_at_every_size(count: int, size: tuple[int, int]) -> None:
    snapshot = station(*(chair(n) for n in range(1, count + 1)))
    seen = words(snapshot, size[0], size[1] - 3)
    assert len(seen) <= size[1] - 3 and all(len(row) == size[0] for row in seen)
    for n in range(1, count + 1):
        card = "\n".join(seen)
        for part in (f"{n} Chair {n}", f"TEST, {n}", "INFUSING", "2 min", "18 min left"):
            assert part in card, f"{part!r} is not in\n{card}"
    assert "".join(seen).count("EtCO2") == count
    form = plan(count, size[0], size[1] - 3).form
    if form is not None and not form.tall:
        assert "".join(seen).count("174/104") >= count


def test_a_wider_window_shows_more() -> None:
    forms = [plan(count, width, height).form for count, width, height in (
        (1, 200, 57), (8, 200, 57), (4, 120, 37), (8, 120, 37), (4, 80, 21), (8, 80, 21), (8, 20, 5),
    )]  # fmt: skip
    assert [FORMS.index(form) if form else None for form in forms] == [0, 0, 1, 2, 2, 3, None]


@pytest.mark.parametrize(("age_s", "shown"), [(None, ""), (5, ""), (12, "12 s"), (125, "2 min"), (7300, "2 h")])
def test_age(age_s: float | None, shown: str) -> None:
    assert short_age(age_s) == shown


def test_the_numbers_say_what_is_old_missing_doubted_or_alarmed() -> None:
    numbers = (
        number("PULSE_RATE", 88),
        number("SPO2", 84, priority="high"),
        number("NIBP_SYS", 150, age_s=400.0, validity="questionable", dimmed=True),
        number("NIBP_DIA", None, validity="invalid"),
        number("RESP_RATE", None, validity="not_available", age_s=31.0),
    )
    made = [(s.label, s.text, s.age, s.tone) for s in five(chair(1, numbers=numbers))]
    assert made == [
        ("PR", "88", "", "pleth"),
        ("SpO2", "84", "", "high"),
        ("NIBP", "150/---", "6 min?", "dim"),
        ("RR", "---", "31 s", "dim"),
        ("EtCO2", "---", "", "dim"),
    ]


def test_in_the_smallest_form_no_value_is_cut_and_what_is_old_is_marked() -> None:
    old = tuple(
        number(m, v, age_s=50.0, dimmed=True)
        for m, v in (("HR", 188), ("SPO2", 100), ("RESP_RATE", 22), ("ETCO2", 101))
    )
    seen = words(station(*(chair(n, numbers=old) for n in range(1, 9))), 80, 21)
    assert "HR 188~" in seen[2] and "SpO2 100~" in seen[2] and "RR 22~" in seen[2] and "EtCO2 101~" in seen[2]


def test_what_is_due_is_on_the_card() -> None:
    late = Due(text="blood pressure", in_s=-70.0)
    snapshot = station(chair(1, due=(late,)))
    assert any("blood pressure OVERDUE 1 min" in row for row in words(snapshot, 80, 21))


@asynccontextmanager
async def wall(
    snapshot: Snapshot, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by="KS", wall_first=True)
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 1)
        yield app, pilot, recorder


TWO = station(CHAIR, SECOND)


async def test_it_is_the_first_screen_of_several_chairs_only() -> None:
    async with wall(TWO) as (app, _, _):
        await until(app, lambda: "All chairs" in text(app))
        assert SECONDARY in text(app)
    async with wall(QUIET) as (app, _, _):
        assert "Chair 1" in rows(app)[0] and "All chairs" not in text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_keys_and_clicks_lead_to_the_chair(size: tuple[int, int]) -> None:
    async with wall(TWO, size) as (app, pilot, _):
        await until(app, lambda: "All chairs" in text(app))
        await pilot.press("2")
        await until(app, lambda: "Chair 2" in rows(app)[0])
        await pilot.press("w")
        await until(app, lambda: "All chairs" in text(app) and ">2 Chair 2" in text(app))
        row = next(n for n, line in enumerate(rows(app)) if "1 Chair 1" in line)
        await pilot.click(offset=(rows(app)[row].index("TEST, A."), row + 1))
        await until(app, lambda: "Chair 1" in rows(app)[0])
        await pilot.press("w")
        await until(app, lambda: "All chairs" in text(app))
        await pilot.press("tab", "enter")
        await until(app, lambda: "Chair 2" in rows(app)[0])


async def test_space_acknowledges_the_chosen_chair_and_no_other() -> None:
    chosen = station(chair(1), chair(2, alarms=(LOW,)))
    async with wall(chosen) as (app, pilot, recorder):
        await until(app, lambda: "All chairs" in text(app))
        assert "space acks" not in text(app)
        await pilot.press("tab")
        await until(app, lambda: "space acks" in text(app))
        await pilot.press("space")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts == [("Chair 2", "KS", Acknowledge())]


async def test_an_idle_wall_lays_out_nothing_and_draws_one_row_a_second() -> None:
    quiet = station(*(chair(n, numbers=NUMBERS) for n in range(1, 9)))
    async with wall(quiet, (120, 40)) as (app, pilot, recorder):
        await until(app, lambda: "All chairs" in text(app))
        await pilot.pause()
        layouts: list[object] = []
        refresh_layout = app.screen._refresh_layout
        app.screen._refresh_layout = lambda *a, **k: (layouts.append(a), refresh_layout(*a, **k))[1]  # type: ignore[method-assign]
        app.follower.poll_s = 0.002
        drawn = app.screen.query_one("#wall", Lines).drawn
        for second in range(1, 6):
            for _ in range(4):
                polls = recorder.polls
                recorder.snapshot = msgspec.structs.replace(quiet, at_ms=quiet.at_ms + second * 1000)
                await until(app, lambda seen=polls: recorder.polls > seen + 1)  # type: ignore[misc]
        assert app.screen.query_one("#wall", Lines).drawn - drawn == 5  # the row of the clock
        assert layouts == []


async def test_an_alarm_flashes_an_acknowledged_one_stands_still() -> None:
    def blocks(app: StationApp) -> set[str]:
        return {
            span.tone for row in app.screen.query_one("#wall", Lines)._rows for span in row if "SpO2 86" in span.text
        }

    async with wall(station(chair(1, alarms=(LOW,)), chair(2))) as (app, _, recorder):
        await until(app, lambda: "All chairs" in text(app))
        for tone in ("high", "high-unlit", "high"):
            await until(app, lambda tone=tone: blocks(app) == {tone})  # type: ignore[misc]
        recorder.snapshot = station(chair(1, alarms=(ACKED,)), chair(2))
        await until(app, lambda: "ACK SpO2" in text(app))
        drawn = app.screen.query_one("#wall", Lines).drawn
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 12)
        assert blocks(app) == {"high"} and app.screen.query_one("#wall", Lines).drawn == drawn


@pytest.mark.parametrize(
    "name",
    ["[/]", "[@click=app.quit]q[/]", "\x1b]0;evil\x07", "\u202egnal", "漢" * 90, "N" * 500],
    ids=["tag", "click", "osc", "rlo", "wide", "long"],
)
async def test_hostile_text_is_data(name: str) -> None:
    evil = chair(
        1, chair=name, patient=name, session=name, alarms=(alarm(name, "high", reason=name),),
        lines=(msgspec.structs.replace(CHAIR.lines[0], text=name),),
        ports=(msgspec.structs.replace(LOST_PORT, source=name),),
    )  # fmt: skip
    async with wall(station(evil, chair(2, alarms=(), ports=evil.ports))) as (app, _, _):
        await until(app, lambda: "All chairs" in text(app))
        seen = text(app)
        assert not [c for c in seen if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")]
        assert SECONDARY in seen and "INFUSING" in seen and "NOT CONNECTED" in seen


def test_a_pressure_that_was_typed_says_so_on_its_card() -> None:
    typed = tuple(number(m, v, source="typed", age_s=20.0) for m, v in (("NIBP_SYS", 128), ("NIBP_DIA", 80)))
    for width, height in SIZES:
        assert "typed 20 s" in "\n".join(words(station(chair(1, numbers=typed)), width, height - 3))


def test_no_word_of_an_alarm_is_cut_and_its_first_row_says_that_there_is_more() -> None:
    high = alarm("NIBP high 182/112: repeat to confirm", "medium")
    four = words(station(*(chair(n, alarms=(high,)) for n in range(1, 5))), 80, 21)
    assert "** NIBP high 182/112: repeat to " in four[1] and " confirm,  since" in four[2]
    assert "repeat to …" in words(station(*(chair(n, alarms=(high,)) for n in range(1, 9))), 80, 21)[1]


def test_cards_leave_as_few_places_empty_as_can_be() -> None:
    assert [plan(count, 120, 37).columns for count in (4, 6, 8)] == [2, 3, 2]


def test_numbers_of_one_age_say_it_once_where_it_does_not_fit_beside_each() -> None:
    old = tuple(
        number(m, v, age_s=26.0, dimmed=True) for m, v in (("HR", 67), ("SPO2", 95), ("RESP_RATE", 14), ("ETCO2", 37))
    )
    assert (
        "HR 67 SpO2 95 RR 14 EtCO2 37 26 s old"
        in words(station(*(chair(n, numbers=old) for n in range(1, 9))), 80, 21)[2]
    )
