"""Screening: what is not answered is missing, what is bad stands in the way, an override is of one thing."""

from __future__ import annotations

import copy
import tomllib
from datetime import date
from importlib import resources
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from charting.eligibility import Eligibility, warnings
from charting.protocol import Protocol
from charting.protocol_files import load_protocols
from charting.rule_file import FileError
from charting.screening import Answer, Consent, Facts, Override, Reading, Screened, screen
from charting.screening_rules import CONSENT, FASTING, GATE, NO_FASTING, load_screening, screening_from

RULES = load_screening()
PROTOCOLS = load_protocols()
IV, NASAL = PROTOCOLS["iv-standard"], PROTOCOLS["esketamine-nasal"]
SHIPPED = tomllib.loads((resources.files("charting") / "rules" / "screening.toml").read_text("utf-8"))
TODAY = date(2026, 3, 2)
NOW_MS = 1_772_445_600_000
HOUR_MS = 3_600_000
GOOD: dict[str, Answer] = {row.id: "no" if row.bad == "yes" else "yes" for row in RULES.questions}
CALM = {m: Reading(v, NOW_MS - 60_000) for m, v in {"sys": 120.0, "dia": 75.0, "hr": 70.0, "spo2": 98.0}.items()}
CLEAR = Facts(
    answers=GOOD,
    last_ms={"food": NOW_MS - 12 * HOUR_MS, "liquid": NOW_MS - 3 * HOUR_MS, "nasal-spray": "none"},
    readings=CALM,
    consent=Consent("1", date(2026, 2, 1)),
    gate="canmat-2021",
    fasting="amg-iv",
)


def result(protocol: Protocol = IV, **changes: Any) -> Screened:
    return screen(RULES, protocol, msgspec.structs.replace(CLEAR, **changes), NOW_MS, TODAY)


def told(screened: Screened) -> list[tuple[str, str, str]]:
    return [(one.id, one.level, one.sentence) for one in screened.stands]


def test_who_answered_everything_well_passes() -> None:
    for protocol in PROTOCOLS.values():
        gate = protocol.gates[0].id
        screened = result(protocol, gate=gate)
        assert screened.passed and screened.stands == ()


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda p: p.id)
def test_nothing_answered_passes_nothing(protocol: Protocol) -> None:
    screened = screen(RULES, protocol, Facts(), NOW_MS, TODAY)
    assert not screened.passed
    assert {one.level for one in screened.stands} == {"missing"}
    asked = {row.id for row in RULES.questions if row.applies(protocol)}
    always = {row.id for row in RULES.waits if row.applies(protocol) and row.rule_set is None}
    assert {one.id for one in screened.stands} == asked | always | {GATE, CONSENT, FASTING}


@pytest.mark.parametrize("answer", [None, "unknown", "not applicable", "Yes", "NO", ""])
@pytest.mark.parametrize("row", RULES.questions, ids=lambda r: r.id)
def test_a_question_without_an_answer_is_missing_and_nobody_can_override_it(row: Any, answer: Answer | None) -> None:
    answers = {id: said for id, said in GOOD.items() if id != row.id} | ({} if answer is None else {row.id: answer})
    screened = result(NASAL, answers=answers, gate="esketamine-label")
    if answer == "not applicable" and row.may_not_apply:
        assert screened.passed
        return
    (standing,) = screened.stands
    assert (standing.id, standing.level) == (row.id, "missing")
    tried = Override(row.id, standing.sentence, "known to me", "Dr A", "prescriber")
    again = result(NASAL, answers=answers, gate="esketamine-label", overrides=(tried,))
    assert not again.passed
    assert again.refused == (f"{row.id}: what is missing cannot be overridden; chart it",)


@pytest.mark.parametrize("row", RULES.questions, ids=lambda r: r.id)
def test_a_bad_answer_stands_and_is_overridden_only_where_the_row_says_so(row: Any) -> None:
    facts: dict[str, Any] = {"answers": GOOD | {row.id: row.bad}, "gate": "esketamine-label"}
    screened = result(NASAL, **facts)
    (standing,) = screened.stands
    assert (standing.id, standing.level, standing.override_by) == (row.id, row.level, row.override_by)
    for role in ("prescriber", "nurse"):
        tried = Override(row.id, standing.sentence, "benefit outweighs it", "A. Person", role)  # type: ignore[arg-type]
        again = result(NASAL, **facts, overrides=(tried,))
        assert again.passed == (role in row.override_by)
        assert again.overridden == (((standing, tried),) if again.passed else ())
        assert bool(again.refused) != again.passed


def test_no_absolute_row_can_be_overridden_by_anybody_but_a_prescriber() -> None:
    absolute = [row for row in RULES.questions if row.level == "absolute"]
    assert {row.override_by for row in absolute} == {(), ("prescriber",)}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " \u200b"}, "psychosis: an override needs a reason and a name; give both"),
        ({"name": ""}, "psychosis: an override needs a reason and a name; give both"),
        ({"role": "nurse"}, "psychosis: this can be overridden only by a prescriber, not by a nurse"),
        ({"role": "cleaner\x1b"}, "psychosis: this can be overridden only by a prescriber, not by a cleaner"),
        ({"asked": "else"}, "psychosis: it says something else than when it was overridden; look and decide anew"),
    ],
)
def test_an_override_without_reason_name_or_right_does_not_count(changed: dict[str, Any], sentence: str) -> None:
    answers = GOOD | {"psychosis": "yes"}
    (standing,) = result(answers=answers).stands
    good = Override("psychosis", standing.sentence, "in remission", "Dr A", "prescriber")
    assert result(answers=answers, overrides=(good,)).passed
    screened = result(answers=answers, overrides=(msgspec.structs.replace(good, **changed),))
    assert (screened.passed, screened.refused) == (False, (sentence,))


def test_what_stands_is_told_the_gravest_first() -> None:
    answers = GOOD | {"psychosis": "yes", "cardiovascular": "yes", "liver": "unknown"}
    screened = result(answers=answers)
    assert [one[:2] for one in told(screened)] == [
        ("cardiovascular", "absolute"),
        ("psychosis", "relative"),
        ("liver", "missing"),
    ]


def test_esketamines_own_questions_are_asked_for_esketamine_only() -> None:
    answers = {id: said for id, said in GOOD.items() if id not in ("aneurysm", "av-malformation", "brain-haemorrhage")}
    assert result(answers=answers).passed
    assert len(result(NASAL, answers=answers).stands) == 3
    known = result(answers=GOOD | {"aneurysm": "yes"})
    assert known.passed
    assert known.notes == (
        "not asked for this protocol, yet charted: Is there an aneurysm of the aorta, of a brain, chest, belly or limb"
        " artery? yes",
    )


@pytest.mark.parametrize(
    ("protocol", "fasting", "of", "hours", "row"),
    [
        (IV, "amg-iv", "food", 6, "amg-solids"),
        (IV, "amg-iv", "liquid", 2, "amg-liquids"),
        (NASAL, "esketamine-label", "food", 2, "label-food"),
        (NASAL, "esketamine-label", "liquid", 0.5, "label-liquids"),
        (NASAL, "esketamine-label", "nasal-spray", 1, "nasal-spray"),
    ],
)
def test_waits_end_at_their_hour_exactly(protocol: Protocol, fasting: str, of: str, hours: float, row: str) -> None:
    def after(ms: int | None) -> Screened:
        last = {k: v for k, v in CLEAR.last_ms.items() if k != of} | ({} if ms is None else {of: NOW_MS - ms})
        return result(protocol, fasting=fasting, gate=protocol.gates[0].id, last_ms=last)

    assert after(round(hours * HOUR_MS)).passed
    (standing,) = after(round(hours * HOUR_MS) - 1).stands
    assert (standing.id, standing.level, standing.wait_ms) == (row, "relative", NOW_MS + 1)
    assert standing.sentence.endswith(f"less than {hours:g} h ago")
    assert [one[:2] for one in told(after(None))] == [(row, "missing")]
    assert [one[:2] for one in told(after(-1))] == [(row, "missing")]
    odd = result(protocol, fasting=fasting, gate=protocol.gates[0].id, last_ms={**CLEAR.last_ms, of: "None"})
    assert [one[:2] for one in told(odd)] == [(row, "missing")]


def test_a_fasting_rule_is_chosen_by_name_also_the_choice_of_none() -> None:
    assert told(result(fasting=None)) == [
        (FASTING, "missing", "no fasting rule is chosen; choose one of amg-iv, esketamine-label, none")
    ]
    assert [one[:2] for one in told(result(fasting="ours"))] == [(FASTING, "missing")]
    free = result(fasting=NO_FASTING, last_ms={})
    assert free.passed and free.notes == ("no fasting is asked, by the clinic's choice",)
    assert [one[0] for one in told(result(NASAL, fasting=NO_FASTING, last_ms={}))] == ["nasal-spray"]


def test_the_pressure_is_held_against_the_profile_that_was_chosen() -> None:
    high = CALM | {"sys": Reading(150, NOW_MS)}
    assert told(result(readings=high)) == [
        (GATE, "relative", "systolic pressure 150 mmHg is above 140 mmHg, a line of canmat-2021")
    ]
    assert result(readings=high, gate="nct06085937").passed
    free = result(readings=high, gate="wan-2015")
    assert free.passed
    assert free.notes == ("wan-2015 has no line for the start: the pressure was held against nothing",)
    assert [one[:2] for one in told(result(readings={}, gate="wan-2015"))] == [(GATE, "missing"), (GATE, "missing")]
    assert told(result(gate=None))[0][1] == "missing"
    assert "choose one of canmat-2021, wan-2015" in told(result(gate="no-such"))[0][2]


def test_an_override_of_one_pressure_is_none_of_a_higher_one() -> None:
    (standing,) = result(readings=CALM | {"sys": Reading(145, NOW_MS)}).stands
    override = Override(GATE, standing.sentence, "nervous, always so", "Dr A", "prescriber")
    assert result(readings=CALM | {"sys": Reading(145, NOW_MS)}, overrides=(override,)).passed
    assert not result(readings=CALM | {"sys": Reading(190, NOW_MS)}, overrides=(override,)).passed
    both = CALM | {"sys": Reading(145, NOW_MS), "dia": Reading(95, NOW_MS)}
    assert [one[2] for one in told(result(readings=both, overrides=(override,)))] == [
        "diastolic pressure 95 mmHg is above 90 mmHg, a line of canmat-2021"
    ]


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (None, "is not measured; measure it"),
        (Reading(float("nan"), NOW_MS), "is not measured; measure it"),
        (Reading(0, NOW_MS), "is not measured; measure it"),
        (Reading(120, NOW_MS - 16 * 60_000), "is 16 min old, at most 15 min count; measure it again"),
        (Reading(120, NOW_MS + 1), "is from a time to come; measure it again"),
    ],
)
def test_a_pressure_that_is_none_or_old_is_missing(reading: Reading | None, words: str) -> None:
    readings = {m: r for m, r in CALM.items() if m != "sys"} | ({"sys": reading} if reading else {})
    assert told(result(readings=readings)) == [(GATE, "missing", f"systolic pressure {words}")]
    assert result(readings=CALM | {"sys": Reading(120, NOW_MS - 15 * 60_000)}).passed


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        (None, "no signed consent is charted; take it and chart version and date"),
        (Consent(" ", TODAY), "no signed consent is charted; take it and chart version and date"),
        (Consent("0", TODAY), "consent is of version 0, in use is 1; take it anew"),
        (Consent("1", date(2026, 3, 3)), "consent is dated 2026-03-03, a day to come; correct the date"),
        (Consent("1", date(2025, 3, 1)), "consent is 366 days old, 365 count; take it anew"),
    ],
)
def test_consent_has_a_version_and_a_date(consent: Consent | None, words: str) -> None:
    assert told(result(consent=consent)) == [(CONSENT, "missing", words)]
    assert result(consent=Consent("1", date(2025, 3, 2))).passed


def test_an_answer_to_a_row_that_is_not_there_is_not_lost_silently() -> None:
    with pytest.raises(ValueError, match="screening has no row 'psychsis'; ask with the table that is in force"):
        result(answers=GOOD | {"psychsis": "yes"})
    with pytest.raises(ValueError, match="screening has no row 'x'"):
        result(overrides=(Override("x", "", "", "", "prescriber"),))


@settings(max_examples=200, deadline=None)
@given(
    protocol=st.sampled_from(list(PROTOCOLS.values())),
    answers=st.fixed_dictionaries(
        {}, optional={r.id: st.sampled_from(["yes", "no", "unknown"]) for r in RULES.questions}
    ),
    overridden=st.sets(st.sampled_from([r.id for r in RULES.questions])),
    role=st.sampled_from(["prescriber", "nurse"]),
)
def test_nobody_passes_with_a_question_open_or_an_absolute_answer_that_nobody_may_override(
    protocol: Protocol, answers: dict[str, Any], overridden: set[str], role: Any
) -> None:
    facts = msgspec.structs.replace(CLEAR, answers=answers, gate=protocol.gates[0].id)
    seen = {one.id: one.sentence for one in screen(RULES, protocol, facts, NOW_MS, TODAY).stands}
    tries = tuple(Override(id, seen.get(id, ""), "why", "who", role) for id in sorted(overridden))
    screened = screen(RULES, protocol, msgspec.structs.replace(facts, overrides=tries), NOW_MS, TODAY)
    asked = [row for row in RULES.questions if row.applies(protocol)]
    open_ = {row.id for row in asked if answers.get(row.id, "unknown") == "unknown"}
    bad = {row.id for row in asked if answers.get(row.id) == row.bad}
    kept = {row.id for row in asked if row.id in bad and not (row.id in overridden and role in row.override_by)}
    assert {one.id for one in screened.stands} == open_ | kept
    assert screened.passed == (not open_ and not kept)
    assert {one.id for one, _ in screened.overridden} == bad - kept


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("question", [], "question: nothing is asked, so everybody would pass; add questions"),
        (
            "question.0.override_by",
            ["nurse"],
            "question #1.override_by: only a prescriber can override an absolute row",
        ),
        ("question.0.override_by", ["boss"], "question #1.override_by #1: 'boss' cannot stand here; known are: nurse,"),
        ("question.0.bad", "maybe", "question #1.bad: 'maybe' cannot stand here; known are: no, yes"),
        (
            "question.1.id",
            "cardiovascular",
            "id: 'cardiovascular' stands there twice or is taken; give the row another",
        ),
        ("question.1.id", "gate", "id: 'gate' stands there twice or is taken; give the row another id"),
        ("wait.0.hours", 0, "wait #1.hours: the number must be above 0; check it"),
        ("wait.0.rule_set", "none", "wait.rule_set: 'none' means that no fasting is asked; give the rule set another"),
        ("wait.0.routs", ["iv"], "wait #1.routs: there is no key 'routs' here; did you mean 'routes'?"),
        ("gate.longest_age_min", "15", "gate.longest_age_min: a number must stand here, not text in quotes"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_key(path: str, value: Any, sentence: str) -> None:
    data = copy.deepcopy(SHIPPED)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node: Any = data
    for step in way:
        node = node[step]
    node[last] = value
    with pytest.raises(FileError) as caught:
        screening_from(data, "x.toml")
    assert str(caught.value).startswith(f"x.toml: {sentence}")


def test_a_clinics_table_replaces_the_shipped_one_under_a_version_of_its_own(tmp_path: Any) -> None:
    text = (resources.files("charting") / "rules" / "screening.toml").read_text("utf-8")
    own = tmp_path / "screening.toml"
    own.write_text(text.replace("valid_days = 365", "valid_days = 180"))
    with pytest.raises(
        FileError, match=r"screening\.toml line \d+: version: screening 'screening' version 1 is known with other"
    ):
        load_screening(own)
    own.write_text(text.replace("valid_days = 365", "valid_days = 180").replace('version = "1"', 'version = "2"', 1))
    assert load_screening(own).consent.valid_days == 180


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Eligibility(failed_trials=2, bipolar=False, scale="phq9", score=15), ()),
        (Eligibility(failed_trials=3, bipolar=True, mood_stabiliser=True, scale="madrs", score=20), ()),
        (
            Eligibility(failed_trials=1, bipolar=True, mood_stabiliser=False, scale="phq9", score=14),
            (
                "1 adequate trial failed, 2 or more are usual before this treatment",
                "the illness is bipolar and no mood stabiliser is taken",
                "phq9 14 is below 15, where moderately severe begins",
            ),
        ),
        (
            Eligibility(),
            (
                "how many adequate trials failed is not charted; ask",
                "whether the illness is bipolar is not charted; ask",
                "no score of a scale is charted; let one be filled in",
            ),
        ),
        (
            Eligibility(failed_trials=2, bipolar=True, scale="ours", score=9),
            (
                "the illness is bipolar, and whether a mood stabiliser is taken is not charted; ask",
                "for ours no line for moderately severe is known; judge 9 yourself",
            ),
        ),
    ],
)
def test_eligibility_warns_and_blocks_nothing(record: Eligibility, words: tuple[str, ...]) -> None:
    assert warnings(RULES.eligibility, record) == words
