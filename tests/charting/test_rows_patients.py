"""Every row of clinical.md 2 that concerns patients, courses and screening has its duty done: one test a row."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from charting import doubts
from charting.course import Course, course
from charting.course_history import History, Lapse, Move
from charting.course_templates import Template, load_courses
from charting.doubts import Weighed
from charting.eligibility import Eligibility, warnings
from charting.factors import factor_lines
from charting.facts import FACTS, FactError, value_of
from charting.intake import lacking
from charting.protocol_files import load_protocols
from charting.record import BASELINE, BEGUN, DECIDED, CourseEvent, Fact, PatientState, Scored
from charting.record_rules import course_of
from charting.scales.scoring import score, score_total
from charting.scales.shelf import shipped
from charting.screening import Consent, Facts, screen
from charting.screening_rules import load_screening
from charting.treatments import Treated

COURSES, SCREENING, PROTOCOLS = load_courses(), load_screening(), load_protocols()
IV = PROTOCOLS["iv-standard"]
DAY = date(2026, 1, 5)


def template(id: str) -> Template:
    found = COURSES.template(id)
    assert found is not None
    return found


def after(id: str, *days: int, today: int = 0, **more: object) -> Course:
    """The course of template ``id`` with sessions so many days after ``DAY``."""
    history = History(sessions=tuple(DAY + timedelta(d) for d in days), **more)  # type: ignore[arg-type]
    return course(COURSES, template(id), history, DAY + timedelta(max(today, *days, 0)))


def fact(kind: str, text: str, on: date = DAY, seq: int = 1) -> Fact:
    return Fact(seq=seq, on=on, by="KS", at_ms=0, fact=kind, text=value_of(kind, text))


def scored(total: int, day: int, use: str = "", scale: str = "phq9", seq: int = 0) -> Scored:
    made = score_total(shipped()[scale], total)
    return Scored(seq=seq or 10 + day, on=DAY + timedelta(day), by="KS", at_ms=0, score=made, use=use)


def begun(id: str = "s1-induction", checkpoints: tuple[str, ...] = ()) -> CourseEvent:
    rules = COURSES.under(template(id))
    return CourseEvent(
        seq=1, on=DAY, by="KS", at_ms=0, what=BEGUN, root=1, rules=rules, start=DAY, checkpoints=checkpoints
    )


def patient(*scores: Scored, more: tuple[CourseEvent, ...] = (), id: str = "s1-induction") -> PatientState:
    return PatientState(name="Test, A", identifier="1", scores=scores, course=(begun(id), *more))


def test_row_lower_responders_01_and_up_to_075_titration_history() -> None:
    treated = (
        Treated(on=DAY, mg=7, mg_per_kg=0.1, planned_mg_per_kg=0.1),
        Treated(on=DAY + timedelta(2), mg=17.5, mg_per_kg=0.25, planned_mg_per_kg=0.5),
        Treated(on=DAY + timedelta(4), mg=52.5, mg_per_kg=0.75, planned_mg_per_kg=0.75),
    )
    first = factor_lines(None, Weighed(0.0), treated, DAY)[0]
    assert first == (
        "Doses before: 0.75 mg/kg (2026-01-09), 0.25 of 0.50 planned mg/kg (2026-01-07), 0.10 mg/kg (2026-01-05)"
    )
    assert factor_lines(None, Weighed(0.0), (), DAY)[0] == "Doses before: none is charted"


def test_row_screening_contraindications_absolute_relative_override_and_reason() -> None:
    levels = {row.id: (row.level, row.override_by) for row in SCREENING.questions}
    assert levels["cardiovascular"] == ("absolute", ("prescriber",))
    assert levels["hypersensitivity"] == ("absolute", ())
    assert {levels[one][0] for one in ("psychosis", "liver", "intracranial-pressure", "pregnancy")} == {"relative"}
    open_still = screen(SCREENING, IV, Facts(), 0, DAY)
    assert not open_still.passed and len(open_still.stands) >= len(SCREENING.questions) - 6


@pytest.mark.parametrize(
    ("failed", "bipolar", "stabiliser", "words"),
    [
        (2, False, None, ()),
        (1, False, None, ("1 adequate trial failed, 2 or more are usual before this treatment",)),
        (2, True, False, ("the illness is bipolar and no mood stabiliser is taken",)),
        (2, True, True, ()),
    ],
)
def test_row_two_failed_trials_and_a_mood_stabiliser_if_bipolar(
    failed: int, bipolar: bool, stabiliser: bool | None, words: tuple[str, ...]
) -> None:
    kept = Eligibility(failed_trials=failed, bipolar=bipolar, mood_stabiliser=stabiliser, scale="phq9", score=15)
    assert warnings(SCREENING.eligibility, kept) == words


def test_row_comprehensive_assessment_labs_meds_with_dates_and_expiry() -> None:
    rules = {rule.fact: rule for rule in SCREENING.intake}
    assert set(rules) == {"assessment", "drug", "ecg", "lab"} <= set(FACTS)
    assert all(rule.source for rule in SCREENING.intake)
    ecg = rules["ecg"]
    assert lacking([ecg], {}, DAY) == ("ECG: none is charted",)
    last_day = DAY + timedelta(365)
    assert lacking([ecg], {"ecg": [DAY]}, last_day) == ()
    assert lacking([ecg], {"ecg": [DAY]}, last_day + timedelta(1)) == (
        "ECG: that of 2026-01-05 is older than 365 days",
    )


def test_row_informed_consent_version_and_reconfirmed_each_visit() -> None:
    def consent(given: Consent | None) -> set[str]:
        return {one.id for one in screen(SCREENING, IV, Facts(consent=given), 0, DAY).stands}

    assert "consent" in consent(None)
    assert "consent" in consent(Consent("0", DAY))  # another form than the one in use
    assert "consent" not in consent(Consent(SCREENING.consent.version, DAY))
    today = next(row for row in SCREENING.questions if row.id == "consent-today")
    assert today.of_the_day and today.level == "absolute" and today.override_by == ()


def test_row_induction_4_to_6() -> None:
    for id in ("s2-induction", "s3-induction", "s4-induction"):
        assert (after(id, 0).least, after(id, 0).most) == (4, 6)
        assert after(id, 0, 3).numbered(3) == "session 3 of 4 to 6"


def test_row_induction_6_in_two_weeks() -> None:
    days = (0, 2, 4, 7, 9, 11)
    assert after("s1-induction", *days[:5]).numbered(6) == "session 6 of 6"
    stands = after("s1-induction", 0, 2)
    assert stands.due is not None and stands.due.planned == DAY + timedelta(4)
    assert "all 6 planned sessions are done" in after("s1-induction", *days).notes


def test_row_response_at_24_h_after_3_and_after_the_series() -> None:
    every = tuple(one.id for one in COURSES.checkpoints)
    assert every == ("day-1", "after-3", "end")
    due = {one.id: one.due_on for one in after("s1-induction", 0, 2, 4, 7, 9, 11, checkpoints=every).checkpoints}
    assert due == {
        "day-1": DAY + timedelta(1),
        "after-3": DAY + timedelta(4),
        "end": DAY + timedelta(11),
    }
    assert after("s1-induction", 0, checkpoints=()).checkpoints == ()  # all are optional


def test_row_response_50_percent_and_remission_against_the_recorded_baseline() -> None:
    def said(total: int) -> str:
        stands = course_of(patient(scored(20, 0, BASELINE), scored(total, 3, "after-3")), (DAY,), DAY + timedelta(3))
        assert stands is not None
        return stands.response

    assert "50 % below baseline 20, response" in said(10) and "no remission" in said(10)
    assert "45 % below baseline 20, no response" in said(11)
    assert ", remission (total at most 4, below-5)" in said(4)
    without = course_of(patient(scored(10, 3)), (DAY,), DAY + timedelta(3))
    assert without is not None and without.response == ""  # no baseline, no word


def test_row_non_response_is_a_decision_record_with_options() -> None:
    rows = {one.id: one for one in COURSES.decisions}
    for id in ("after-6", "end"):
        assert {"one or two more", "small increase", "stop"} <= set(rows[id].options)
    assert {"small increase", "stop"} <= set(rows["after-3"].options)
    due = {one.id: one.state for one in after("s3-induction", 0, 3, 7).decisions}
    assert due == {"after-3": "due", "end": "not yet"}
    four = after("s3-induction", 0, 3, 7, 10, chosen=4)  # the end of a series of four
    assert {one.id: one.state for one in four.decisions} == {"after-3": "due", "end": "due"}
    decided = CourseEvent(
        seq=2, on=DAY + timedelta(7), by="DR", at_ms=0, what=DECIDED, root=1, to="after-3", choice="stop", reason="no"
    )
    days = tuple(DAY + timedelta(d) for d in (0, 3, 7))
    stands = course_of(patient(more=(decided,)), days, DAY + timedelta(8))
    assert stands is not None and stands.course is not None
    assert "decided on 2026-01-12, after-3: stop: no (DR)" in stands.course.notes
    assert stands.course.due is not None  # "stop" is a record: the course ends when somebody ends it


def test_row_maintenance_intervals_are_templates_with_their_sources() -> None:
    every = {one.id: one for one in COURSES.templates if one.use == "maintenance"}
    intervals = {id: every[id].steps[0].planned_days for id in every if len(every[id].steps) == 1}
    assert intervals["s1-weekly"] == (7,)
    assert {"s2-2-to-4-weeks", "s2-3-to-6-weeks", "s0-monthly", "s0-2-weekly"} <= set(intervals)
    assert every["s1-2-to-4-days"].outlier.startswith("Only S1 names two to four days")
    assert every["s1-2-to-4-days"].outlier in after("s1-2-to-4-days", 0).notes


def test_row_taper_steps_on_and_back() -> None:
    weekly = tuple(7 * n for n in range(4))
    assert after("kvect-taper", *weekly).step == "every two weeks"
    back = after("kvect-taper", *weekly, moves=(Move(DAY + timedelta(21), "weekly", "symptoms are back"),))
    assert back.step == "weekly"
    assert any("symptoms are back" in note for note in back.notes)


def test_row_booster_is_planned_by_a_person() -> None:
    stands = after("booster", 0, today=40)
    assert stands.due is not None and stands.due.planned is None and not stands.overdue


def test_row_holiday_moves_the_next_session_and_says_why() -> None:
    away = Lapse(DAY + timedelta(5), DAY + timedelta(20), "holiday")
    due = after("s1-weekly", 0, lapses=(away,)).due
    assert due is not None and due.planned == DAY + timedelta(21)
    assert "no treatment until 2026-01-25: holiday" in due.reasons


@pytest.mark.parametrize(
    ("scale", "totals", "warned"),
    [
        ("phq9", (20, 6, 10), False),  # 4 points
        ("phq9", (20, 6, 11), True),  # 5 points
        ("phq9", (20, 6, 11, 8), False),  # it went down again
        ("madrs", (40, 12, 21), False),  # 9 of 40
        ("madrs", (40, 12, 22), True),  # a quarter of the baseline
    ],
)
def test_row_relapse_trigger_on_a_rise_of_the_score(scale: str, totals: tuple[int, ...], warned: bool) -> None:
    uses = (BASELINE, *("" for _ in totals[1:]))
    scores = tuple(
        scored(total, n, use, scale, 10 + n) for n, (total, use) in enumerate(zip(totals, uses, strict=True))
    )
    stands = course_of(patient(*scores), (DAY,), DAY + timedelta(9))
    assert stands is not None and stands.course is not None
    rose = [one for one in stands.course.warnings if "rose from" in one]
    assert bool(rose) is warned
    if warned:
        assert rose[0].endswith("chart what is decided") and f"from {min(totals[1:])} (" in rose[0]


def test_row_dosing_factors_are_beside_the_dose() -> None:
    facts = tuple(
        fact(kind, text, seq=n)
        for n, (kind, text) in enumerate(
            (
                ("born", "1980-03-01"),
                ("liver", "ALT 30"),
                ("interaction", "diazepam: more sedation"),
                ("prior-response", "0.5 mg/kg, half"),
            )
        )
    )
    record = msgspec.structs.replace(patient(), facts=facts)
    lines = factor_lines(record, Weighed(0.0, 70.5, "2025-12-01"), (), DAY)
    assert lines[1:] == (
        "Weight: 70.5 kg (2025-12-01, 35 days ago)",
        "Age: 45 years",
        "Liver: ALT 30 (2026-01-05)",
        "Kidney: not charted",
        "Interaction: diazepam: more sedation (2026-01-05)",
        "Concomitant drug: not charted",
        "Response to ketamine before: 0.5 mg/kg, half (2026-01-05)",
    )
    for kind, text in (("born", "1.3.1980"), ("born", "1880-01-01"), ("weight", "seven"), ("weight", "7000")):
        with pytest.raises(FactError):
            value_of(kind, text)


@pytest.mark.parametrize(("kg", "days", "asked"), [(70, 30, False), (70, 31, True), (70.4, 31, False), (70, 0, False)])
def test_row_dosing_factors_an_old_weight_is_questioned(kg: float, days: int, asked: bool) -> None:
    assert SCREENING.weight is not None and SCREENING.weight.longest_days == 30
    facts = Weighed(kg, 70, "2025-12-01", days, SCREENING.weight.longest_days)
    found = {one.id: one.sentence for one in doubts.raised(doubts.WEIGHT, facts)}
    assert ("weight_old" in found) is asked
    if asked:
        assert found["weight_old"].startswith("70 kg is the weight of 2025-12-01, 31 days ago (more than 30).")
    assert "weight_old" not in {one.id for one in doubts.raised(doubts.WEIGHT, facts._replace(longest_days=None))}


def test_row_dose_individualised_psychotherapy_integration_are_notes_of_their_own() -> None:
    for kind in ("preparation", "integration"):
        assert FACTS[kind].several and value_of(kind, "an hour with the therapist")


def test_row_rebound_anxiety_insomnia_suicidality_asked_at_24_h_and_7_d() -> None:
    asked = [item.text for item in shipped()["post_session"].item]
    assert [word in text for word, text in zip(("anxiety", "sleep", "suicide"), asked, strict=True)] == [True] * 3
    rows = {one.id: (one.due_on, one.state) for one in after("s1-weekly", 0, today=6).followups}
    assert rows == {
        "follow-24-h": (DAY + timedelta(1), "due"),
        "follow-7-d": (DAY + timedelta(7), "not yet"),
    }
    done = after("s1-weekly", 0, today=6, checked={"follow-24-h": DAY + timedelta(1)})
    assert {one.id: one.state for one in done.followups}["follow-24-h"] == "done"
    anew = after("s1-weekly", 0, 7, checked={"follow-24-h": DAY + timedelta(1)})
    assert {one.state for one in anew.followups} == {"not yet"}  # after the next session it is asked anew
    made = score(shipped()["post_session"], {"1": 0, "2": 0, "3": 1})
    assert (made.band, made.flags[0].state) == ("something told", "yes")
    assert score(shipped()["post_session"], {"1": 1, "2": 0}).flags[0].state == "not asked"


def test_row_chronic_pain_is_out_of_scope_and_a_clinic_may_add_it() -> None:
    assert not any("pain" in one.name.casefold() for one in COURSES.templates)
    assert not any("pain" in one.name.casefold() for one in PROTOCOLS.values())
