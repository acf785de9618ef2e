"""Hand-over, drugs, symptoms, adverse events and names out of sight, by keys and by mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from screen_text import click, rows, text, until
from test_tui_acts import type_lines
from textual.pilot import Pilot
from tui_fakes import AT_MS, CHAIR, QUIET, FakeRecorder, alarm, with_chair

from charting.observation import PRESSURE_SYMPTOMS
from station.tui.app import StationApp
from station.tui.connection import Answer
from station.tui.drug_forms import amount_of, yes_or_no
from station.tui.privacy import HIDDEN, hidden, without
from station.tui.screens.chair import ChairScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.symptoms import SymptomsScreen
from station.wire import messages as m
from station.wire.drug_acts import Adverse, Draw, Medicate, PressureSymptoms, Waste
from station.wire.people_acts import CardDrawn, DrawCard, HandOver, SignedIn, SignIn, SignOff, SignOn, SignOut, Vouch

PLACE = with_chair(
    QUIET,
    on=("KS",),
    drugs=("ketamine", "midazolam", "ondansetron"),
    accounts=("midazolam: 5 mg drawn, 0 given, 0 wasted, 5 mg remaining",),
)
STAFFED = msgspec.structs.replace(PLACE, lock_s=600.0)
CARD = CardDrawn(
    id=1,
    digest="abc",
    at_ms=AT_MS,
    parts=(
        ("Situation", ("TEST, A. (1984-03-02), 70 kg",)),
        ("Background", ("plan 0.5 mg/kg",)),
        ("Assessment", tuple(f"fact {n}" for n in range(30))),
        ("Recommendation", ("blood pressure in 3 min",)),
    ),
)


def answers(act: m.Act) -> Answer:
    match act:
        case DrawCard():
            return CARD
        case SignIn():
            return SignedIn(id=1, token="t1", initials=act.initials, name="Kim S", role="nurse")
        case Vouch():
            if act.pin != "3690":
                return m.Refused(id=1, sentence="that is not the PIN of BO", field=m.PIN)
            return SignedIn(id=1, token="t-bo", initials="BO", name="Bo O", role="nurse")
    return m.Saved(id=1, seq=101)


@asynccontextmanager
async def viewer(
    snapshot: m.Snapshot = PLACE, by: str = "KS"
) -> AsyncIterator[tuple[StationApp, Pilot[Any], FakeRecorder]]:
    recorder = FakeRecorder(snapshot)
    recorder.answer = answers
    app = StationApp(recorder.connect, by=by)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(app, lambda: recorder.echoes > 0)
        yield app, pilot, recorder


def acts(recorder: FakeRecorder) -> list[m.Act]:
    return [act for _, _, act in recorder.acts]


async def test_the_card_is_read_and_the_receiving_person_signs() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("H")
        await until(app, lambda: "SITUATION" in text(app) and "TEST, A. (1984-03-02), 70 kg" in text(app))
        assert "blood pressure in 3 min" not in text(app)
        await pilot.press(*["pagedown"] * 5)
        await until(app, lambda: "blood pressure in 3 min" in text(app))
        await pilot.press("y")
        await until(app, lambda: "Receives: initials" in text(app))
        await type_lines(pilot, "BO")
        await until(app, lambda: "handed over to BO" in text(app))
        assert recorder.acts[-1] == ("Chair 1", "KS", HandOver(card="abc", second="BO"))
        assert "BO" in rows(app)[0]


async def test_a_card_that_is_only_read_changes_nothing_and_an_alarm_can_be_acknowledged_there() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("H")
        await until(app, lambda: "SITUATION" in text(app))
        await pilot.press("space")
        await until(app, lambda: acts(recorder) == [DrawCard(), m.Acknowledge()])
        await click(app, pilot, "[ Esc: leave ]")
        await until(app, lambda: isinstance(app.screen, ChairScreen))


async def test_with_staff_the_receiver_s_pin_signs_and_the_screen_is_theirs() -> None:
    async with viewer(STAFFED, by="") as (app, pilot, recorder):
        await pilot.press("i")
        await type_lines(pilot, "KS", "1470")
        await until(app, lambda: "signed in" in text(app))
        await pilot.press("H")
        await until(app, lambda: "SITUATION" in text(app))
        await pilot.press("y")
        await until(app, lambda: "Their PIN" in text(app))
        await type_lines(pilot, "BO", "1111")
        await until(app, lambda: "not the PIN of BO" in text(app))
        await pilot.press(*["backspace"] * 4)
        await type_lines(pilot, "3690")
        await until(app, lambda: "handed over to BO" in text(app))
        assert acts(recorder)[-2:] == [HandOver(card="abc", second="t-bo"), SignOut()]
        assert app.follower.token == "t-bo" and "BO" in rows(app)[0]


async def test_joining_and_leaving_is_one_key() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("J")
        await until(app, lambda: acts(recorder) == [SignOff()])
        app.by = "LM"
        await pilot.press("J")
        await until(app, lambda: acts(recorder)[-1:] == [SignOn()])


async def test_a_drug_given_is_typed_whole_with_nothing_of_a_dose_beforehand() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("d")
        await until(app, lambda: "Drug given" in text(app))
        assert "ketamine, midazolam, ondansetron" in text(app)
        await type_lines(pilot, "ondansetron", "4", "IV", "Dr. Q", "nausea")
        await until(app, lambda: "a number and its unit" in text(app))
        await type_lines(pilot, " mg")
        await pilot.press("enter", "enter", "enter")
        await until(app, lambda: bool(acts(recorder)))
        assert acts(recorder) == [
            Medicate(
                drug="ondansetron", amount=4, unit="mg", route="IV", ordered_by="Dr. Q", given_by="KS", reason="nausea"
            )
        ]


async def test_waste_names_what_is_left_and_its_witness() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("D")
        await until(app, lambda: "5 mg drawn, 0 given" in text(app))
        await type_lines(pilot, "midazolam", "5mg")
        await until(app, lambda: acts(recorder) == [Draw(drug="midazolam", amount=5, unit="mg")])
        await pilot.press("W")
        await until(app, lambda: "Witness: initials" in text(app))
        await type_lines(pilot, "midazolam", "2,5 mg", "BO")
        await until(app, lambda: len(acts(recorder)) == 2)
        assert acts(recorder)[1] == Waste(drug="midazolam", amount=2.5, unit="mg", second="BO")


@pytest.mark.parametrize("text", ["2", "mg", "", "2e3 mg", "-2 mg"])
def test_an_amount_has_its_unit(text: str) -> None:
    with pytest.raises(ValueError, match="such as 2 mg"):
        amount_of(text)
    assert amount_of(" 0,5 mg ") == (0.5, "mg") and amount_of("2L/min") == (2, "L/min")


def test_yes_and_no_are_words() -> None:
    assert yes_or_no("Y") and not yes_or_no("no")
    with pytest.raises(ValueError, match="y or n"):
        yes_or_no("perhaps")


async def test_an_adverse_event_is_charted() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("A")
        await until(app, lambda: "Adverse event" in text(app))
        await type_lines(pilot, "fainted", "mild", "n", "well again")
        await until(app, lambda: bool(acts(recorder)))
        assert acts(recorder) == [Adverse(event="fainted", severity="mild", outcome="well again", serious=False)]


async def test_symptoms_are_two_keys_from_a_high_pressure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SymptomsScreen, "READ_S", 0.01)
    high = with_chair(PLACE, alarms=(alarm("NIBP high 186/112", "high", condition="NIBP_HIGH"),))
    async with viewer(high) as (app, pilot, recorder):
        assert "q ask" in rows(app)[-1] and "ctrl+q quit" in rows(app)[-1]
        await pilot.press("q")
        await until(app, lambda: "High pressure 174/104: which of these?" in text(app))
        await until(app, lambda: isinstance(app.screen, SymptomsScreen) and app.screen._read)
        await pilot.press("n")
        await until(app, lambda: bool(acts(recorder)))
        assert acts(recorder) == [PressureSymptoms(answers=dict.fromkeys(PRESSURE_SYMPTOMS, False))]
        await pilot.press("q")
        await click(app, pilot, "headache")
        await until(app, lambda: "[x] headache" in text(app))
        await until(app, lambda: isinstance(app.screen, SymptomsScreen) and app.screen._read)
        await pilot.press("3", "3", "enter")
        await until(app, lambda: len(acts(recorder)) == 2)
        assert acts(recorder)[1] == PressureSymptoms(answers={"headache": True})


async def test_an_n_that_was_on_its_way_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SymptomsScreen, "READ_S", 60.0)  # on a busy machine a pressed key may come late
    async with viewer() as (app, pilot, recorder):
        assert "q ask" not in rows(app)[-1]
        await pilot.press("q", "n", "enter")
        await until(app, lambda: "which of these?" in text(app))
        assert acts(recorder) == []
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert acts(recorder) == []


async def test_names_go_out_of_sight_and_numbers_and_acts_go_on() -> None:
    named = with_chair(PLACE, lines=(m.Line(seq=9, at_ms=AT_MS, text="Mrs Test is calm", by="KS", saved=True),))
    async with viewer(named) as (app, pilot, recorder):
        await until(app, lambda: "Mrs Test is calm" in text(app))
        await pilot.press("z")
        await until(app, lambda: HIDDEN in rows(app)[0])
        assert "TEST" not in text(app) and "1984" not in text(app) and "Mrs ••• is calm" in text(app)
        assert "Chair 1" in rows(app)[0] and "52.5 mL/h" in text(app)
        await pilot.press("h")
        await until(app, lambda: "Hold: the pump" in text(app))
        assert "TEST" not in text(app)
        await pilot.press("escape", "l")
        await until(app, lambda: "names are hidden on this screen" in text(app))
        await pilot.press("z")
        await until(app, lambda: "TEST, A." in rows(app)[0])
        await pilot.press("z", "f9")
        await until(app, lambda: "STOP" in text(app) or "TEST, A." in text(app))
        await until(app, lambda: "TEST, A." in text(app))  # the team that comes has to know who it is
        assert acts(recorder) == [m.Emergency()]


async def test_a_refusal_in_a_form_and_below_a_paper_row_names_nobody_whose_name_is_hidden() -> None:
    async with viewer() as (app, pilot, recorder):
        await pilot.press("z", "n")
        recorder.answer = lambda _: m.Refused(id=1, sentence="the session has changed: TEST, A. is in this chair now")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        await type_lines(pilot, "comfortable")
        await until(app, lambda: "••• is in this chair now" in text(app))
        assert "TEST" not in text(app)
        typing = app._typing(CHAIR, app.times(), ())
        said = await typing.send(m.ManualVitals(values={"HR": 70.0}, paper=True), AT_MS)
        assert isinstance(said, m.Refused)
        assert said.sentence == "the session has changed: ••• is in this chair now"


async def test_a_yes_to_a_question_without_the_name_confirms_the_very_sentence() -> None:
    sentence = "TEST, A. weighed 80 kg. Is it 70 kg?"
    asking = m.Refused(id=1, sentence=sentence, confirm="weight_far")
    async with viewer() as (app, pilot, recorder):
        await pilot.press("z")
        recorder.answer = lambda act: m.Saved(id=1, seq=5) if getattr(act, "confirmed", None) else asking
        await pilot.press("r")
        await until(app, lambda: isinstance(app.screen, FormScreen))
        await type_lines(pilot, "50", "better")
        await until(app, lambda: "••• weighed 80 kg" in text(app))
        assert "TEST" not in text(app) and isinstance(app.screen, FormScreen)
        app.screen._was_read()
        await pilot.press("y")
        await until(app, lambda: len(acts(recorder)) == 2)
        assert acts(recorder)[1].confirmed == {sentence: ""}  # type: ignore[attr-defined]


async def test_with_staff_names_come_back_by_pin() -> None:
    async with viewer(STAFFED) as (app, pilot, _):
        await pilot.press("z")
        await until(app, lambda: HIDDEN in rows(app)[0])
        await pilot.press("z")
        await until(app, lambda: "Sign in" in text(app))
        await pilot.press("escape")
        await until(app, lambda: isinstance(app.screen, ChairScreen))
        assert HIDDEN in rows(app)[0]
        await pilot.press("z")
        await until(app, lambda: "Sign in" in text(app))
        await type_lines(pilot, "KS", "1470")
        await until(app, lambda: "TEST, A." in rows(app)[0])


def test_only_the_patient_is_hidden() -> None:
    seen = hidden(PLACE).chairs[0]
    assert (seen.patient, seen.identifier, seen.numbers, seen.chair) == (HIDDEN, "", CHAIR.numbers, "Chair 1")
    empty = with_chair(PLACE, session=None, patient="", identifier="")
    assert hidden(empty) == empty
    assert without("born 1984-03-02, test a", (CHAIR,)) == "born •••, ••• a"
