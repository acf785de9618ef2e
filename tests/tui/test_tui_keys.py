"""The last row says what can be done now; every key works in every phase all the same."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tui_fakes import CHAIR, IDLE

from station.tui.keys import KEYS, at_foot
from station.tui.numerals import numerals
from station.tui.ready import lacking, lacking_text, resume_facts, shortened, start_facts
from station.tui.spans import Span, whole
from station.tui.widgets.lines import Lines


@pytest.mark.parametrize(
    ("phase", "shown"),
    [
        ("none", "ack begin"),
        ("baseline", "ack start note vitals away emergency end"),
        ("infusing", "ack hold rate stop note vitals emergency"),
        ("held", "ack resume keep stop note vitals emergency"),
        ("recovery", "ack note vitals away emergency end leave"),
    ],
)
def test_the_foot_names_what_the_phase_allows(phase: str, shown: str) -> None:
    words = [key.foot for key in at_foot(KEYS, phase)]
    assert words == [*shown.split(), "keys", "quit"]


def test_a_high_pressure_offers_its_symptoms_in_the_place_of_the_note() -> None:
    words = [key.foot for key in at_foot(KEYS, "infusing", high=True)]
    assert words == ["ack", "hold", "rate", "stop", "vitals", "emergency", "ask", "keys", "quit"]


def test_the_key_of_a_patient_who_is_away_says_back() -> None:
    assert "back" in [key.foot for key in at_foot(KEYS, "recovery", away=True)]


def test_the_question_before_the_start_names_the_rate_of_the_pump() -> None:
    view = replace(CHAIR, infusion=replace(IDLE, planned_mg=41.0, planned_minutes=40.0, mg_per_ml=1.0))
    assert start_facts(view, 0).startswith("Planned rate: 61.5 mL/h. Second check: NOT DONE.\n")
    assert resume_facts(CHAIR, 0) == "Rate before the hold: 52.5 mL/h. n: stays held. For another rate: y, then r."


def test_a_session_without_a_plan_says_so_with_its_key() -> None:
    view = replace(CHAIR, infusion=IDLE)
    assert lacking_text(view) == "f: not screened, b: no dose plan, m: monitor not confirmed, sound not tested"
    assert [lack.text for lack in shortened(lacking(view), 80)] == [
        "lacking f: screening",
        "b: plan",
        "m: monitor, sound",
    ]


def test_parts_that_do_not_fit_whole_are_left_out() -> None:
    assert whole(("27 min left", "", "9.8 of 30.5 mg"), 11) == "27 min left"
    assert whole(("27 min left", "9.8 of 30.5 mg"), 30, "   ") == "27 min left   9.8 of 30.5 mg"


@pytest.mark.parametrize(("first", "cut"), [(0, False), (1, False), (2, True), (3, True), (4, False)])
def test_a_tall_numeral_is_known_as_one_that_an_edge_would_cut(first: int, cut: bool) -> None:
    rows = ((Span("HR 50-120"),), *((Span(line, "ecg"), Span("  text")) for line in numerals("96")), (Span("SpO2"),))
    assert Lines("numbers", rows).cut_above(first) is cut
