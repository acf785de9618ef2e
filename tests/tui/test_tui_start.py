"""The start page: fields, the working, doubts in place, whose monitor it is, the sound test by ear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import rows, text, until
from textual.pilot import Pilot
from tui_fakes import CHAIR, LOST_PORT, PLANNED, QUIET, FakeRecorder, alarm, with_chair

from station.tui.app import StationApp
from station.tui.screens.chair import ChairScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.start import StartScreen
from station.tui.sound_test import DIGITS, SoundTest
from station.tui.widgets.typed import Typed
from station.wire import messages as m

EMPTY = with_chair(QUIET, session=None, patient="", identifier="", weight_kg=None)
BASELINE = with_chair(QUIET, infusion=PLANNED)
TYPED = ("TEST, A.", "1984-03-02", "70", "0.5", "40", "1", "KS")
WORKING = ("70 kg x 0.5 mg/kg = 35 mg", "35 mg / 1 mg/mL = 35 mL", "35 mL / 40 min x 60 = 52.5 mL/h")
Viewer = tuple[StationApp, Pilot[Any], FakeRecorder]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question counts as read at once."""
    monkeypatch.setattr(FormScreen, "READ_S", 0.001)


@asynccontextmanager
async def viewer(
    snapshot: m.Snapshot = EMPTY, size: tuple[int, int] = (80, 24), by: str = "KS"
) -> AsyncIterator[Viewer]:
    recorder = FakeRecorder(snapshot)
    app = StationApp(recorder.connect, by=by)
    app.shuffle = lambda order: order.reverse()
    app.follower.poll_s = 0.1
    async with app.run_test(size=size) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot, recorder


async def fill_in(pilot: Pilot[Any], *lines: str) -> None:
    """Each line as a paste into the field that has the cursor, then Enter."""
    for line in lines:
        focused = pilot.app.focused
        assert isinstance(focused, Typed)
        focused.value = line
        await pilot.press("enter")
    await pilot.pause()


def prepared(**more: Any) -> m.Snapshot:
    return with_chair(BASELINE, prepared=m.Prepared(**more))


def answers(recorder: FakeRecorder, *asked: m.Refused) -> None:
    """The recorder asks about an act until it is confirmed, then charts it."""

    def answer(act: m.Act) -> Any:
        for one in asked:
            repeated = (
                isinstance(act, m.Plan) and one.field == "weight_kg"
            )  # the weight that was charted is asked no more
            if isinstance(act, m.OpenSession | m.Plan | m.SetRate) and hasattr(act, one.field) and not repeated:
                given = act.confirmed.get(one.sentence)
                if given is None or (one.why and not given):
                    return one
        return m.Saved(id=1, seq=9)

    recorder.answer = answer


async def click(app: StationApp, pilot: Pilot[Any], words: str) -> None:
    y = next(n for n, row in enumerate(rows(app)) if words in row)
    await pilot.click(offset=(rows(app)[y].index(words) + 1, y))


POUNDS = m.Refused(
    id=1, sentence="is that pounds? 154 lb are 70 kg. Is it 154 kg?", field="weight_kg", confirm="weight_lb"
)
STRONG = m.Refused(
    id=1, sentence="1.2 mg/kg is above 1 mg/kg. Is that meant?", field="mg_per_kg", confirm="dose_high", why=True
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_working_follows_the_typing_and_the_monitor_is_in_view(size: tuple[int, int]) -> None:
    async with viewer(size=size) as (app, pilot, recorder):
        await pilot.press("b")
        await until(app, lambda: "kg x mg/kg = mg" in text(app))
        await fill_in(pilot, *TYPED[:5])
        assert WORKING[0] not in text(app)
        app.focused.value = "1"  # type: ignore[union-attr]
        await until(app, lambda: all(line in text(app) for line in WORKING))
        assert "/dev/ttyUSB0" in text(app) and "connected" in text(app) and "2 min 05 s ago" in text(app)
        heart = next(n for n in CHAIR.numbers if n.metric == "HR")
        recorder.snapshot = with_chair(EMPTY, numbers=(msgspec.structs.replace(heart, value=None, why="lead off"),))
        await until(app, lambda: "lead off" in text(app))
        assert recorder.acts == []


async def test_of_what_cannot_be_no_working_is_shown_and_the_refusal_stands_beside_its_field() -> None:
    async with viewer() as (app, pilot, recorder):
        sentence = "weight 12 kg is outside 20 to 300 kg; check the entry"
        recorder.answer = lambda _: m.Refused(id=1, sentence=sentence, field="weight_kg")
        await pilot.press("b")
        await fill_in(pilot, *TYPED[:2], "12", *TYPED[3:])
        await until(app, lambda: "weight 12 kg is outside 20 " in text(app) and " to 300 kg; check" in text(app))
        assert "weight 12 kg" in next(row for row in rows(app) if row.startswith(" Weight, kg"))
        assert "kg x mg/kg = mg" in text(app) and app.focused is not None and app.focused.id == "weight_kg"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_whole_flow_by_keys(size: tuple[int, int]) -> None:
    async with viewer(size=size) as (app, pilot, recorder):
        await pilot.press("b")
        await fill_in(pilot, *TYPED)
        await until(app, lambda: "Is this the patient's monitor (ge)?" in text(app))
        recorder.snapshot = prepared()
        await pilot.press("enter")  # Enter answers nothing here
        await pilot.press("y")
        await until(app, lambda: "Sound test: three sounds" in text(app))
        await pilot.press("enter")
        for n, digit in enumerate("321", 1):
            await until(app, lambda n=n: f"Sound {n} of 3" in text(app))  # type: ignore[misc]
            assert all(words in text(app) for _, words in DIGITS.values())
            await pilot.press(digit)
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert [act for _, _, act in recorder.acts] == [
            m.OpenSession(patient="TEST, A.", identifier="1984-03-02", weight_kg=70),
            m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1, weight_kg=70),
            m.BindMonitor(sources=("ge",)),
            m.TestSound(priority="high"),
            m.TestSound(priority="medium"),
            m.TestSound(priority="low"),
            m.SoundChecked(outcome="heard"),
        ]
        assert {by for _, by, _ in recorder.acts} == {"KS"}


async def test_the_same_by_mouse() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("b")
        await fill_in(pilot, *TYPED[:6])
        await click(app, pilot, "Your initials")  # a label takes no cursor away
        app.screen.query_one("#by", Typed).focus()
        await click(app, pilot, "[ Send ]")
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        await click(app, pilot, "no monitor now")
        await until(app, lambda: "Sound test" in text(app))
        await click(app, pilot, "play the first")
        for words in ("ten beeps", "three beeps", "two beeps"):
            await click(app, pilot, words)
            await pilot.pause()
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert recorder.acts[2][2] == m.BindMonitor(sources=())
        assert recorder.acts[-1][2] == m.SoundChecked(outcome="heard")


async def test_a_doubt_is_asked_in_place_and_confirmed_with_y() -> None:
    async with viewer() as (app, pilot, recorder):
        answers(recorder, POUNDS)
        await pilot.press("b")
        await fill_in(pilot, TYPED[0], TYPED[1], "154", *TYPED[3:])
        await until(app, lambda: "is that pounds?" in text(app) and "y: yes, chart it" in text(app))
        assert "is that pounds?" in next(row for row in rows(app) if row.startswith(" Weight, kg"))
        await pilot.pause(0.02)
        await pilot.press("y")
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        assert [getattr(act, "confirmed", None) for _, _, act in recorder.acts] == [{}, {POUNDS.sentence: ""}, {}]


async def test_a_key_pressed_before_the_question_can_be_read_confirms_no_monitor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FormScreen, "READ_S", 30.0)
    async with viewer() as (app, pilot, recorder):
        await pilot.press("b")
        await fill_in(pilot, *TYPED)
        await until(app, lambda: "Is this the patient's monitor (ge)?" in text(app))
        await pilot.press("y", "y")
        await pilot.pause()
        assert [type(act) for _, _, act in recorder.acts] == [m.OpenSession, m.Plan]


@pytest.mark.parametrize("no", ["n", "escape"])
async def test_no_goes_back_to_the_field_and_another_value_is_asked_anew(no: str) -> None:
    async with viewer() as (app, pilot, recorder):
        answers(recorder, POUNDS)
        await pilot.press("b")
        await fill_in(pilot, TYPED[0], TYPED[1], "154", *TYPED[3:])
        await until(app, lambda: "y: yes, chart it" in text(app))
        await pilot.pause(0.02)
        await pilot.press(no)
        await until(app, lambda: app.focused is not None and app.focused.id == "weight_kg")
        assert "is that pounds?" in text(app) and "1984-03-02" in text(app) and len(recorder.acts) == 1
        await fill_in(pilot, "155", *TYPED[3:])
        await until(app, lambda: "y: yes, chart it" in text(app))
        assert recorder.acts[-1][2].confirmed == {}  # type: ignore[union-attr]


async def test_a_key_that_comes_before_anybody_can_have_read_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FormScreen, "READ_S", 30.0)
    async with viewer() as (app, pilot, recorder):
        answers(recorder, POUNDS)
        await pilot.press("b")
        await fill_in(pilot, TYPED[0], TYPED[1], "154", *TYPED[3:])
        await until(app, lambda: "y: yes, chart it" in text(app))
        await pilot.press("y", "y")
        await pilot.pause()
        assert len(recorder.acts) == 1 and "y: yes, chart it" in text(app)


async def test_a_strong_dose_takes_a_typed_reason() -> None:
    async with viewer() as (app, pilot, recorder):
        answers(recorder, STRONG)
        await pilot.press("b")
        await fill_in(pilot, *TYPED[:3], "1.2", *TYPED[4:])
        await until(app, lambda: "Type the reason, then Enter" in text(app))
        await pilot.pause(0.02)
        await pilot.press("enter")  # an empty reason is none
        await fill_in(pilot, "bridge to ECT")
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        assert recorder.acts[-1][2].confirmed == {STRONG.sentence: "bridge to ECT"}  # type: ignore[union-attr]
        assert [type(act).__name__ for _, _, act in recorder.acts] == ["OpenSession", "Plan", "Plan"]


async def test_a_rate_far_above_the_plan_is_confirmed_in_its_form() -> None:
    rate = m.Refused(id=1, sentence="2.0 times the planned 52.5 mL/h?", field="rate_ml_per_h", confirm="rate_high")
    async with viewer(QUIET) as (app, pilot, recorder):
        answers(recorder, rate)
        await pilot.press("r")
        await fill_in(pilot, "105", "ordered")
        await until(app, lambda: "2.0 times the planned" in text(app))
        await pilot.pause(0.02)
        await click(app, pilot, "y: yes")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert recorder.acts[-1][2] == m.SetRate(rate_ml_per_h=105, reason="ordered", confirmed={rate.sentence: ""})


async def test_what_is_not_saved_is_not_marked_as_charted_and_not_sent_again() -> None:
    def answer(act: m.Act) -> Any:
        if isinstance(act, m.OpenSession | m.BindMonitor):
            return m.Unsaved(id=1, sentence="the disk is full: free some room")
        return POUNDS if isinstance(act, m.Plan) and not act.confirmed else m.Saved(id=1, seq=9)

    async with viewer() as (app, pilot, recorder):
        recorder.answer = answer
        await pilot.press("b")
        await fill_in(pilot, *TYPED)
        await until(app, lambda: "is that pounds?" in text(app))
        marked = [row for row in rows(app) if "Patient's name" in row or "Birth date" in row]
        assert len(marked) == 2 and all(row.startswith(" NOT SAVED ") for row in marked) and "✓" not in text(app)
        await pilot.pause(0.02)
        await pilot.press("y")
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        assert [type(act) for _, _, act in recorder.acts] == [m.OpenSession, m.Plan, m.Plan]
        await pilot.pause(0.02)
        await pilot.press("y")
        await until(app, lambda: "NOT SAVED: the disk is full" in text(app) and "play the first" in text(app))


async def test_without_a_connected_monitor_only_none_can_be_chosen() -> None:
    async with viewer(with_chair(BASELINE, ports=(LOST_PORT,))) as (app, pilot, recorder):
        await pilot.press("m")
        await until(app, lambda: "No monitor is connected" in text(app))
        assert "NOT CONNECTED" in text(app)
        await pilot.press("y")
        await pilot.pause()
        assert recorder.acts == []
        await pilot.press("n")
        await until(app, lambda: "Sound test" in text(app))
        assert recorder.acts[-1][2] == m.BindMonitor(sources=())


async def test_a_monitor_that_the_recorder_refuses_is_asked_about_again() -> None:
    async with viewer(BASELINE) as (app, pilot, recorder):
        recorder.answer = lambda _: m.Refused(id=1, sentence="ge is not connected: check its cable")
        await pilot.press("m", "y")
        await until(app, lambda: "ge is not connected: check its cable" in text(app))
        recorder.answer = lambda _: m.Saved(id=1, seq=5)
        await pilot.press("y")
        await until(app, lambda: "Sound test" in text(app))


async def test_a_wrong_digit_is_charted_as_not_heard_and_the_test_can_be_repeated() -> None:
    async with viewer(BASELINE) as (app, pilot, recorder):
        await pilot.press("m", "n")
        await until(app, lambda: "Sound test" in text(app))
        await pilot.press("enter")
        await until(app, lambda: "Sound 1 of 3" in text(app))
        await pilot.press("1")
        await until(app, lambda: "charted as not heard" in text(app))
        assert recorder.acts[-1][2] == m.SoundChecked(outcome="not_heard")
        await pilot.press("enter")
        await until(app, lambda: "Sound 1 of 3" in text(app))
        await pilot.press("r")
        await until(app, lambda: len(recorder.acts) == 5)
        assert recorder.acts[-2][2] == recorder.acts[-1][2] == m.TestSound(priority="high")


async def test_without_sound_is_a_named_choice() -> None:
    async with viewer(BASELINE) as (app, pilot, recorder):
        await pilot.press("m", "n")
        await until(app, lambda: "start without sound" in text(app))
        recorder.answer = lambda act: (
            m.Refused(id=1, sentence="nothing can be heard: no device")
            if isinstance(act, m.TestSound)
            else m.Saved(id=1, seq=5)
        )
        await pilot.press("enter")
        await until(app, lambda: "nothing can be heard: no device" in text(app))
        await pilot.press("w")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert recorder.acts[-1][2] == m.SoundChecked(outcome="without")


async def test_a_sound_test_of_today_need_not_be_repeated_but_can_be() -> None:
    heard = prepared(sound="tested", sound_by="KS", sound_ms=QUIET.at_ms)
    async with viewer(heard) as (app, pilot, recorder):
        await pilot.press("m", "y")
        await until(app, lambda: "Sound was heard by KS" in text(app) and "no test needed" in text(app))
        await pilot.press("r")
        await until(app, lambda: "Sound 1 of 3" in text(app))
        assert recorder.acts[-1][2] == m.TestSound(priority="high")
        await pilot.press("escape", "m", "y")
        await until(app, lambda: "no test needed" in text(app))
        await pilot.press("enter")
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_alarms_are_in_sight_and_acknowledged_at_every_step() -> None:
    loud = with_chair(EMPTY, alarms=(alarm("SpO2 86 below 90", "high"),))
    async with viewer(loud) as (app, pilot, recorder):
        await pilot.press("b", "f2")
        await until(app, lambda: len(recorder.acts) == 1)
        await fill_in(pilot, *TYPED)
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        assert "*** SpO2 86 below 90" in text(app) and "space acknowledges" in text(app)
        await pilot.press("space", "f2")
        await until(app, lambda: len(recorder.acts) == 5)
        assert [type(act).__name__ for _, _, act in recorder.acts] == [
            "Acknowledge", "OpenSession", "Plan", "Acknowledge", "Acknowledge",
        ]  # fmt: skip
        await pilot.press("y")
        await until(app, lambda: "Sound test" in text(app))
        await pilot.press("space")
        await until(app, lambda: len(recorder.acts) == 7)


async def test_two_chairs_and_two_devices_fit_a_short_screen() -> None:
    second = m.PortView(
        source="masimo_ascii", port="/dev/serial/by-id/usb-Prolific-if00-port0", state="lost", sentence=""
    )
    one = with_chair(EMPTY, ports=(*CHAIR.ports, second)).chairs[0]
    both = msgspec.structs.replace(EMPTY, chairs=(one, msgspec.structs.replace(CHAIR, chair="Chair 2")))
    async with viewer(both) as (app, pilot, _):
        await pilot.press("b")
        await until(app, lambda: "Begin a session    Chair 1" in text(app))
        assert "no alarm signalled" in text(app) and "if00-port0  NOT CONNECTED" in text(app)
        assert "F2: acknowledge" in rows(app)[-1]


async def test_leaving_in_between_is_remembered_by_the_chair_screen() -> None:
    async with viewer(prepared(readings=((124.0, 78.0),), missing="one more reading")) as (app, pilot, recorder):
        await until(app, lambda: "baseline 1 of 3: 124/78   one more reading" in text(app))
        for lack in (" lacking f: screening ", " C: check ", " m: monitor, sound "):
            assert lack in text(app)
        await click(app, pilot, "m: monitor")
        await until(app, lambda: isinstance(app.screen, StartScreen))
        await pilot.press("escape")
        recorder.snapshot = prepared(readings=((124.0, 78.0), (126.0, 80.0)), baseline=(125.0, 79.0, 2), monitors=())
        await until(app, lambda: "baseline 2 of 3: 124/78, 126/80   enough" in text(app))
        assert " m: sound " in text(app) and "monitor, sound" not in text(app)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"missing": "one more reading"},
            "No baseline: relative limits will not be watched. Missing: one more reading.",
        ),
        ({"baseline": (125.0, 79.0, 2)}, "Baseline 125/79 from 2 readings will be frozen."),
    ],
)
async def test_the_start_question_tells_what_becomes_of_the_baseline(more: Any, said: str) -> None:
    async with viewer(prepared(**more)) as (app, pilot, recorder):
        await pilot.press("g")
        await until(app, lambda: said in text(app) and "Start at the planned rate? y/n" in text(app))
        await pilot.press("y")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][2] == m.StartInfusion()


async def test_a_new_plan_in_a_prepared_session_asks_nothing_more() -> None:
    done = prepared(monitors=("ge",), sound="tested", sound_by="KS")
    async with viewer(done) as (app, pilot, recorder):
        await pilot.press("b")
        await fill_in(pilot, "0.5", "40", "1", "KS")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert [act for _, _, act in recorder.acts] == [m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1, weight_kg=70)]


async def test_what_is_charted_says_so_and_the_weight_can_still_be_corrected() -> None:
    async with viewer() as (app, pilot, recorder):
        answers(recorder, STRONG)
        await pilot.press("b")
        await fill_in(pilot, *TYPED)
        await until(app, lambda: "Is that meant?" in text(app))
        await pilot.pause(0.02)
        assert "✓ Patient's name" in text(app) and "✓ Weight" not in text(app)
        await pilot.press("escape")
        await until(app, lambda: "✓ is charted" in text(app))
        answers(recorder)
        app.screen.query_one("#weight_kg", Typed).focus()
        await until(app, lambda: app.focused is not None and app.focused.id == "weight_kg")
        await fill_in(pilot, "82", *TYPED[3:])
        await until(app, lambda: "Is this the patient's monitor" in text(app))
        assert recorder.acts[-1][2] == m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1, weight_kg=82)
        assert sum(isinstance(act, m.OpenSession) for _, _, act in recorder.acts) == 1


async def test_there_is_no_monitor_to_confirm_without_a_session() -> None:
    async with viewer() as (app, pilot, _):
        await pilot.press("m")
        await until(app, lambda: "no session is open at this chair" in text(app))
        assert isinstance(app.screen, ChairScreen)


def test_every_priority_is_played_once_and_told_apart() -> None:
    test = SoundTest(lambda order: order.sort())
    assert [(test.priority, test.answer("3")), (test.priority, test.answer("1"))] == [("high", None), ("low", None)]
    assert (test.number, test.priority, test.answer("2")) == (3, "medium", True)
    assert SoundTest(lambda order: None).answer("2") is False
    assert SoundTest(lambda order: None).answer("0") is False
