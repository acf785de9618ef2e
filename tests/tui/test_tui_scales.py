"""Scales on the screen: item numbers where no text may be shown, yes and no, skips, flags; decisions; the dose."""

from __future__ import annotations

from datetime import date

from screen_text import text, until
from test_tui_acts import EMPTY, type_lines, viewer
from test_tui_record import WHO, at
from tui_fakes import QUIET, FakeRecorder

from charting.course_templates import load_courses
from charting.factors import NOT_CHARTED
from charting.record import BEGUN, CourseEvent, PatientState
from charting.scales.shelf import shipped
from station.tui import record_forms as forms
from station.tui.beside_dose import factor_rows
from station.tui.screens.choice import LETTERS, ChoiceScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.record import RecordScreen
from station.tui.screens.scale import ScaleScreen
from station.tui.screens.start import StartScreen
from station.wire import record_acts as acts

OPTIONS = [id for id, _ in forms.scale_options(tuple(shipped().values()))]


def key(option: str) -> str:
    return LETTERS[OPTIONS.index(option)]


def test_every_scale_is_there_by_its_items_and_those_with_a_total_by_it_too() -> None:
    assert {one.split()[1] for one in OPTIONS if one.startswith("items ")} == set(shipped())
    summed = {one.id for one in shipped().values() if one.summed}
    assert {one.split()[1] for one in OPTIONS if one.startswith("total ")} == summed
    assert len(OPTIONS) <= len(LETTERS)


async def test_the_columbia_screener_takes_yes_and_no_skips_and_says_its_flag_before_it_is_charted() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("p")
        await at(app, RecordScreen)
        await pilot.press("s")
        await at(app, ChoiceScreen)
        await pilot.press(key("items cssrs_screener"))
        await at(app, ScaleScreen)
        assert "item 1 of the form" in text(app)
        await pilot.press("y", "n")
        assert "6 of 7. item 6 of the form" in text(app)  # 3 to 5 are not asked
        assert "3:skip 4:skip 5:skip" in text(app)
        await pilot.press("up")
        assert "2 of 7" in text(app)  # back over them, too
        await pilot.press("n", "down")
        assert "this is not known: C-SSRS screener: a yes to question 4, 5 or 6" not in text(app)
        await pilot.press("down")
        assert "! not answered, so this is not known: C-SSRS screener" in text(app)
        await pilot.press("up", "up")
        assert "6 of 7" in text(app)
        await pilot.press("y", "y")
        assert "every item is answered" in text(app) and "*** C-SSRS screener: a yes to question 4, 5 or 6" in text(app)
        await pilot.press("enter")
        await at(app, ChoiceScreen)
        await pilot.press("1")
        await at(app, FormScreen)
        await pilot.press("enter")
        await until(app, lambda: bool(recorder.acts))
        answers = {"1": 1, "2": 0, "3": None, "4": None, "5": None, "6": 1, "6b": 1}
        sent = acts.ChartScale(**WHO, scale="cssrs_screener", answers=answers, on="2026-01-01")
        assert recorder.acts[0][2] == sent


async def test_a_skeleton_is_filled_in_by_the_numbers_of_its_items() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("p")
        await at(app, RecordScreen)
        await pilot.press("s")
        await at(app, ChoiceScreen)
        assert "MADRS, item by item from the paper form: numbers only" in text(app)
        await pilot.press(key("items madrs"))
        await at(app, ScaleScreen)
        await pilot.press("y", "7", "6")  # no item of it is a yes, and 7 is no answer
        assert "2 of 10. item 2 of the form" in text(app)
        await pilot.press(*"23123412")
        await pilot.press("1")
        assert "*** MADRS item 10 is above 0" in text(app)


async def test_a_decision_is_chosen_among_its_options_and_charted_with_its_reason() -> None:
    courses = load_courses()
    template = courses.template("s3-induction")
    assert template is not None
    begun = CourseEvent(seq=5, on=date(2026, 1, 1), by="KS", at_ms=0, what=BEGUN, root=5, rules=courses.under(template))
    recorder = FakeRecorder(QUIET)
    recorder.record = PatientState(name="A", identifier="1", course=(begun,))
    async with viewer(recorder) as (app, pilot):
        for pressed, seen in (("p", RecordScreen), ("c", ChoiceScreen)):
            await pilot.press(pressed)
            await at(app, seen)
        for pressed, words in (("4", "Which?"), ("2", "It is recorded, no more"), ("2", "end: one or two more")):
            await pilot.press(pressed)
            await until(app, lambda words=words: words in text(app))
        await type_lines(pilot, "some response")
        await until(app, lambda: bool(recorder.acts))
        sent = acts.ChartCourse(
            **WHO, what="decided", to="end", choice="one or two more", on="2026-01-01", reason="some response"
        )
        assert recorder.acts[0][2] == sent


async def test_what_bears_on_the_dose_is_there_as_soon_as_both_identifiers_are_typed() -> None:
    recorder = FakeRecorder(EMPTY)
    recorder.factors = ("Doses before: 0.50 mg/kg (2026-01-05)", f"Age: {NOT_CHARTED}", "Liver: ALT 30 (2026-01-05)")
    async with viewer(recorder) as (app, pilot):
        await pilot.press("b")
        await at(app, StartScreen)
        await pilot.press(*"Doe", "enter", *"1970")
        assert recorder.looked == []
        await pilot.press("enter")
        await until(app, lambda: "Doses before: 0.50 mg/kg" in text(app))
        assert "Liver: ALT 30" in text(app) and "charted: Age" in text(app)
        await pilot.press(*"70", "enter")
        assert recorder.looked == [("Doe", "1970")]  # asked once


def test_factors_are_cut_to_the_rows_there_are() -> None:
    assert factor_rows((), 80, 2) == ()
    long = tuple(f"Fact {n}: {'word ' * 12}" for n in range(9))
    assert len(factor_rows(long, 80, 2)) == 2
