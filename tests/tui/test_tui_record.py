"""The page of a record and the screening: what each key sends, and that nothing that stands goes out of sight."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from screen_text import text, until
from test_tui_acts import EMPTY, READY, type_lines, viewer
from tui_fakes import CHAIR, QUIET, FakeRecorder, with_chair

from charting.record import PatientState, Scored
from charting.scales.scoring import score
from charting.scales.shelf import shipped
from charting.screening import Override, Screened, Standing
from station.tui.fitness_rows import NOT_ASKED, answer_text, answered, asked_rows
from station.tui.record_rows import chair_flag_rows
from station.tui.screens.chair import ChairScreen
from station.tui.screens.choice import ChoiceScreen
from station.tui.screens.confirm import ConfirmScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.record import RecordScreen
from station.tui.screens.scale import ScaleScreen
from station.tui.screens.screening import ScreeningScreen
from station.wire import record_acts as acts
from station.wire.messages import Acknowledge, Refused, Saved, StartInfusion
from station.wire.patient_messages import ScreenedView

WHO = {"patient": CHAIR.patient, "identifier": CHAIR.identifier}
ITEMS = {str(n): 1 for n in range(1, 10)}
SCORED = Scored(seq=7, on=date(2026, 1, 1), by="KS", at_ms=0, score=score(shipped()["phq9"], ITEMS))
FLAGGED = PatientState(name="A", identifier="1", scores=(SCORED,))


async def at(app: Any, screen: type) -> None:
    await until(app, lambda: isinstance(app.screen, screen))


async def test_a_fact_by_keys_is_of_the_patient_in_the_chair() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("p")
        await at(app, RecordScreen)
        assert "Nothing is charted" in text(app)
        await pilot.press("f")
        await at(app, ChoiceScreen)
        await pilot.press("1")
        await at(app, FormScreen)
        await type_lines(pilot, "penicillin")
        await at(app, RecordScreen)  # the page is back, asked for anew
        assert recorder.acts == [
            (CHAIR.chair, "KS", acts.ChartFact(**WHO, fact="allergy", text="penicillin", on="2026-01-01"))
        ]
        assert recorder.looked == [(CHAIR.patient, CHAIR.identifier)] * 2
        await pilot.press("escape")
        await at(app, ChairScreen)


async def test_a_scale_by_items_one_key_each_and_what_is_passed_over_is_missing() -> None:
    recorder = FakeRecorder(QUIET)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("p")
        await at(app, RecordScreen)
        await pilot.press("s")
        await at(app, ChoiceScreen)
        await pilot.press("3")  # PHQ-9 behind GAD-7 and HAM-D
        await at(app, ScaleScreen)
        await pilot.press("1", "2", "9", "down", *"333333")  # 9 is no answer of any item
        assert "not answered: 3" in text(app)
        await pilot.press("enter")
        await at(app, ChoiceScreen)
        await pilot.press("2")
        await at(app, FormScreen)
        assert "PHQ-9, baseline, 1 not answered" in text(app)
        await pilot.press("enter")
        await until(app, lambda: bool(recorder.acts))
        answers = {"1": 1, "2": 2, "3": None} | {str(n): 3 for n in range(4, 10)}
        sent = acts.ChartScale(**WHO, scale="phq9", answers=answers, use="baseline", on="2026-01-01")
        assert recorder.acts[0][2] == sent


async def test_a_flag_is_a_block_on_both_screens_until_it_is_charted_as_seen() -> None:
    sentence = "PHQ-9 item 9, thoughts of death or self-harm, is above 0"
    recorder = FakeRecorder(with_chair(QUIET, flags=(sentence,)))
    recorder.record = FLAGGED
    assert chair_flag_rows(CHAIR, 80) == ()
    async with viewer(recorder) as (app, pilot):
        assert "FLAG not seen yet (p): PHQ-9 item 9" in text(app)
        await pilot.press("p")
        await at(app, RecordScreen)
        assert "*** PHQ-9 item 9" in text(app)
        await pilot.press(*["down"] * 30)  # it does not roll away
        assert "*** PHQ-9 item 9" in text(app)
        await pilot.press("y")
        await at(app, FormScreen)
        await type_lines(pilot, "talked, plan made")
        await until(app, lambda: bool(recorder.acts))
        assert recorder.acts[0][2] == acts.SeeFlag(**WHO, of=7, flag="suicide", reason="talked, plan made")


async def test_without_a_session_the_record_is_found_by_name_and_identifier() -> None:
    recorder = FakeRecorder(EMPTY)
    async with viewer(recorder) as (app, pilot):
        await pilot.press("p")
        await at(app, FormScreen)
        await type_lines(pilot, "Doe, J", "1970-01-01")
        await at(app, RecordScreen)
        assert recorder.looked == [("Doe, J", "1970-01-01")]
        assert recorder.acts == []


@pytest.mark.parametrize("keys", [("p",), ("p", "f"), ("p", "s", "1"), ("f",)])
async def test_alarms_are_acknowledged_in_every_dialog(keys: tuple[str, ...]) -> None:
    recorder = FakeRecorder(READY)
    async with viewer(recorder) as (app, pilot):
        for key in keys:
            before = app.screen
            await pilot.press(key)
            await until(app, lambda before=before: app.screen is not before and app.screen.is_mounted)
        await pilot.press("space", "f2")
        await until(app, lambda: len(recorder.acts) == 2)
        assert [act for _, _, act in recorder.acts] == [Acknowledge(), Acknowledge()]


async def test_the_recorders_question_about_the_start_is_answered_with_a_reason() -> None:
    recorder = FakeRecorder(READY)
    asked = Refused(id=1, sentence="not screened. Start all the same?", confirm="not_screened", why=True)
    recorder.answer = lambda act: Saved(id=1, seq=5) if getattr(act, "confirmed", None) else asked
    async with viewer(recorder) as (app, pilot):
        await pilot.press("g", "y")
        await at(app, ConfirmScreen)
        app.screen._read = True
        await type_lines(pilot, "screened on paper")
        await until(app, lambda: len(recorder.acts) == 2)
        assert recorder.acts[1][2] == StartInfusion(confirmed={asked.sentence: "screened on paper"})
        await at(app, ChairScreen)
        await pilot.press("g", "y")
        await at(app, ConfirmScreen)
        await pilot.press("escape")
        await at(app, ChairScreen)
        assert len(recorder.acts) == 3  # leaving the question charts nothing


async def test_the_screening_by_keys_with_an_override_of_a_named_prescriber() -> None:
    recorder = FakeRecorder(READY)
    stands = Standing("ride-home", "relative", "Is there somebody? no", "AMG", ("prescriber", "nurse"))
    clear = Screened((), (), (), ())

    def answer(act: Any) -> Saved:
        done = Screened((stands,), (), (), ()) if not act.overrides else clear
        seen = ScreenedView(result=done, at_ms=len(recorder.acts), by="KS")
        recorder.snapshot = with_chair(READY, screened=seen)
        return Saved(id=1, seq=len(recorder.acts))

    recorder.answer = answer
    async with viewer(recorder) as (app, pilot):
        await pilot.press("f")
        await at(app, ScreeningScreen)
        await pilot.press("1", "3", "n", "u")
        await pilot.press("enter")
        await at(app, ChoiceScreen)
        await until(app, lambda: "relative: Is there somebody? no" in text(app))
        await pilot.press("2")
        await at(app, FormScreen)
        await type_lines(pilot, "sister comes at 5", "Dr. B")
        await until(app, lambda: len(recorder.acts) == 2)
        first, second = (act for _, _, act in recorder.acts)
        assert first == acts.Screen(
            gate="canmat-2021", fasting="none", answers={"cardiovascular": "no", "hypersensitivity": "unknown"}
        )
        assert second == replace(
            first,
            overrides=(Override("ride-home", stands.sentence, "sister comes at 5", "Dr. B", "prescriber"),),
        )
        await until(app, lambda: "screening passed" in text(app))


def test_the_waits_follow_the_fasting_rule_and_nothing_is_answered_beforehand() -> None:
    from tui_fakes import load_protocols, load_screening

    rules, protocol = load_screening(), load_protocols()["iv-standard"]
    draft = acts.Screen()
    assert {answer_text(draft, row) for row in asked_rows(protocol, rules, draft)} == {NOT_ASKED}
    assert [row.id for row in asked_rows(protocol, rules, draft) if row.kind == "wait"] == []
    fasting = next(row for row in asked_rows(protocol, rules, draft) if row.kind == "fasting")
    draft = answered(draft, fasting, "amg-iv")
    waits = [row for row in asked_rows(protocol, rules, draft) if row.kind == "wait"]
    assert [row.id for row in waits] == ["food", "liquid"]
    draft = answered(answered(draft, waits[0], "none"), waits[1], "0.5")
    assert [answer_text(draft, row) for row in waits] == ["none today", "0.5 h"]
    assert draft.last_h == {"food": None, "liquid": 0.5}
