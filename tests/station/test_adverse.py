"""Adverse events and the symptoms asked for at a high pressure, as the recorder charts them."""

from __future__ import annotations

import pytest
from desk import Desk

from charting.lines import line
from charting.observation import PRESSURE_SYMPTOMS
from station.recorder.acts import Refusal
from station.wire import messages as m
from station.wire.drug_acts import Adverse, PressureSymptoms


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.begin()
    made.run(5, NIBP_SYS=186.0, NIBP_DIA=112.0, NIBP_MEAN=136.0)
    return made


def test_symptoms_split_a_high_pressure_and_keep_what_was_asked(desk: Desk) -> None:
    none = desk.act(PressureSymptoms(answers=dict.fromkeys(PRESSURE_SYMPTOMS, False)))
    assert line(none) == (
        "high pressure 186/112: asymptomatic: no: headache, chest pain, disturbed vision, new neurological sign,"
        " short of breath"
    )
    some = desk.act(PressureSymptoms(answers={"headache": True, "dyspnoea": False}))
    assert line(some) == (
        "high pressure 186/112: EMERGENCY (with symptoms): headache; no: short of breath;"
        " not asked: chest pain, disturbed vision, new neurological sign"
    )
    assert "symptoms not all asked" in line(desk.act(PressureSymptoms(answers={"visual": False})))
    desk.journal.commit()
    assert [row["split"] for row in desk.store.view("v_adverse")] == [
        "without symptoms",
        "with symptoms",
        "not all asked",
    ]
    assert desk.chair.state is not None and desk.chair.state.emergency_ms is None  # recorded, nothing follows by itself


def test_a_pressure_that_is_not_shown_is_not_charted() -> None:
    desk = Desk()
    desk.begin()
    entry = desk.act(PressureSymptoms(answers={}))
    assert line(entry).startswith("high pressure: symptoms not all asked: not asked: headache")
    with pytest.raises(Refusal, match="none of"):
        desk.act(PressureSymptoms(answers={"hiccup": True}))


def test_an_adverse_event_has_words_severity_and_outcome(desk: Desk) -> None:
    entry = desk.act(Adverse(event="fainted on standing", severity="Moderate", outcome="lay down, well after 5 min"))
    assert line(entry) == "adverse event: fainted on standing, moderate; outcome: lay down, well after 5 min"
    serious = desk.act(Adverse(event="fall", severity="severe", outcome="hospital", serious=True))
    assert line(serious).startswith("SERIOUS adverse event: fall, severe")
    for act, field in (
        (Adverse(event="", severity="mild", outcome="x"), "event"),
        (Adverse(event="x", severity="bad", outcome="x"), "severity"),
        (Adverse(event="x", severity="mild", outcome=" "), "outcome"),
    ):
        with pytest.raises(Refusal) as refusal:
            desk.act(act)
        assert refusal.value.field == field
    desk.act(m.Undo())
    desk.journal.commit()
    assert [row["superseded_by"] is None for row in desk.store.view("v_adverse")] == [True, False]
