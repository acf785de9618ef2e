"""A patient's record: what is charted of it, who corrects what, and that it is the same live and read from a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import Desk

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from charting.lines import line
from charting.model import RECORD, Kind
from charting.record import PatientState, fold_records
from charting.record_rules import change_of, change_text
from charting.scales.shelf import scale_called
from station.cli import main
from station.recorder.acts import Refusal
from station.script import SURE
from station.wire import messages as m, record_acts as acts

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
WORST = {str(n): 3 for n in range(1, 10)}
DAY_S = 86_400
TODAY = date(2026, 1, 1)


def record(desk: Desk) -> PatientState:
    found = desk.chair._past.record("test, a", "1980-01-01")
    assert found is not None
    return found


def refused(desk: Desk, act: m.Act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk.act(act)
    return caught.value


def read_back(desk: Desk) -> PatientState:
    desk.journal.commit()
    (only,) = fold_records(desk.store.among(None, RECORD)).values()
    return only


def treated(desk: Desk, sys: float = 150) -> None:
    """A session with an infusion and a few pressures."""
    desk.begin(start=False)
    for _ in range(3):
        desk.act(m.ManualVitals(values={"NIBP_SYS": 120, "NIBP_DIA": 70}))
        desk.clock.at_ns += 60 * 10**9
    desk.act(acts.Screen(gate="canmat-2021", fasting="none"))
    desk.act(m.StartInfusion(confirmed=SURE))
    for value in (sys, sys + 20, sys):
        desk.clock.at_ns += 600 * 10**9
        desk.act(m.ManualVitals(values={"NIBP_SYS": value, "NIBP_DIA": 90}))
    desk.act(m.StopInfusion(reason="done"))
    desk.act(m.CloseSession(reason="home", confirmed=SURE))


def test_a_record_is_charted_without_a_session_and_is_no_sessions() -> None:
    desk = Desk()
    entry = desk.act(acts.ChartFact(**WHO, fact="allergy", text="penicillin:  rash"))
    assert (entry.session, entry.kind, entry.entered_by) == (None, Kind.FACT, "N1")
    assert line(entry) == "Allergy: penicillin: rash, 2026-01-01"
    desk.begin()
    inside = desk.act(acts.ChartFact(**WHO, fact="bipolar", text="Y", on="2025-12-01"))
    assert inside.session is None
    assert desk.chair.record == record(desk)
    assert [one.text for one in record(desk).standing("bipolar")] == ["yes"]
    assert read_back(desk) == record(desk)


def test_every_patient_has_a_record_of_their_own() -> None:
    desk = Desk()
    desk.act(acts.ChartFact(patient="A", identifier="1", fact="drug", text="lithium"))
    desk.act(acts.ChartFact(patient="a ", identifier="1", fact="drug", text="sertraline"))
    desk.act(acts.ChartFact(patient="A", identifier="2", fact="drug", text="none"))
    desk.journal.commit()
    found = fold_records(desk.store.among(None, RECORD))
    assert {key: [one.text for one in state.facts] for key, state in found.items()} == {
        ("a", "1"): ["lithium", "sertraline"],
        ("a", "2"): ["none"],
    }


@pytest.mark.parametrize(
    ("act", "field", "words"),
    [
        (acts.ChartFact(**{**WHO, "identifier": " "}, fact="allergy", text="x"), "identifier", "second identifier"),
        (acts.ChartFact(**WHO, fact="colour", text="x"), "text", "no fact is called"),
        (acts.ChartFact(**WHO, fact="failed-trials", text="two"), "text", "a whole number from 0 to 30"),
        (acts.ChartFact(**WHO, fact="allergy", text="x", on="2026-01-02"), "on", "a day to come"),
        (acts.ChartFact(**WHO, fact="allergy", text="x", on="1.1.2026"), "on", "written as 2026-11-22"),
        (acts.ChartFact(**WHO, fact="allergy", text="x", supersedes=1), "reason", "reason for the correction is empty"),
        (acts.ChartFact(**WHO, fact="allergy", text="x", supersedes=9, reason="typo"), "", "not in this patient's"),
        (acts.ChartScale(**WHO, scale="phq", total=3), "total", "did you mean 'phq9'"),
        (acts.ChartScale(**WHO, scale="phq9", total=28), "total", "from 0 to 27"),
        (acts.ChartScale(**WHO, scale="phq9", answers={"1": None}), "", "no item is answered"),
        (
            acts.ChartScale(**WHO, scale="phq9", answers={"1": 2}, use="baseline"),
            "use",
            "without a total is no baseline",
        ),
        (acts.BeginCourse(**WHO, template="s9"), "template", "no course is called"),
        (acts.BeginCourse(**WHO, template="s3-induction", number=9), "number", "9 sessions are not the 4 to 6"),
        (acts.ChartCourse(**WHO, what="ended", reason="x"), "", "no course is begun"),
        (acts.SeeFlag(**WHO, of=1, flag="suicide", reason="x"), "", "no such flag"),
        (acts.Withdraw(**WHO, reason="x"), "supersedes", "which entry"),
        (acts.ChartConsent(**WHO, version=""), "version", "version of the form is empty"),
        (acts.JudgeEligibility(**WHO, eligible=True), "reason", "judgement is empty"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(act: m.Act, field: str, words: str) -> None:
    refusal = refused(Desk(), act)
    assert refusal.field == field
    assert words in str(refusal)


def test_a_correction_takes_the_place_of_what_it_names_and_the_chart_keeps_both() -> None:
    desk = Desk()
    wrong = desk.act(acts.ChartFact(**WHO, fact="allergy", text="penicilin"))
    desk.act(acts.ChartFact(**WHO, fact="allergy", text="penicillin", supersedes=wrong.seq, reason="spelling"))
    assert [one.text for one in record(desk).facts] == ["penicillin"]
    again = acts.ChartFact(**WHO, fact="allergy", text="other", supersedes=wrong.seq, reason="spelling")
    assert "was corrected before" in str(refused(desk, again))
    other = acts.ChartConsent(**WHO, version="1", supersedes=record(desk).facts[0].seq, reason="x")
    assert "not in this patient's record" in str(refused(desk, other))
    gone = desk.act(acts.Withdraw(**WHO, supersedes=record(desk).facts[0].seq, reason="never had one"))
    assert line(gone) == "WITHDRAWN: Allergy: penicillin, 2026-01-01: spelling: never had one"
    assert record(desk).facts == ()
    assert read_back(desk) == record(desk)
    assert [e.kind for e in desk.store.entries()] == [Kind.FACT, Kind.FACT, Kind.WITHDRAWN]


def test_undo_takes_back_no_record_and_nothing_before_it() -> None:
    desk = Desk()
    desk.begin()
    desk.act(m.Note(text="asked"))
    desk.act(acts.ChartFact(**WHO, fact="allergy", text="penicillin"))
    assert "cannot be taken back (Allergy: penicillin" in str(refused(desk, m.Undo()))


def test_a_suicide_item_above_0_stands_until_somebody_charts_that_it_was_seen() -> None:
    desk = Desk()
    scored = desk.act(acts.ChartScale(**WHO, scale="phq9", answers={**WORST, "9": 1}))
    assert "FLAG: PHQ-9 item 9" in line(scored)
    desk.act(acts.ChartScale(**WHO, scale="phq9", answers={**WORST, "9": 0}))  # a later form lowers no flag
    assert [one.seq for one, _ in record(desk).flagged] == [scored.seq]
    gone = acts.Withdraw(**WHO, supersedes=scored.seq, reason="wrong form")
    assert "flag that nobody has charted as seen" in str(refused(desk, gone))
    seen = acts.SeeFlag(**WHO, of=scored.seq, flag="suicide")
    assert str(refused(desk, seen)) == "what follows from it is empty"
    desk.act(acts.SeeFlag(**WHO, of=scored.seq, flag="suicide", reason="talked, plan made"), by="DR")
    assert record(desk).flagged == ()
    assert [(one.by, one.reason) for one in record(desk).seen] == [("DR", "talked, plan made")]
    assert desk.act(gone).kind is Kind.WITHDRAWN
    assert read_back(desk) == record(desk)


def test_an_unanswered_item_stays_missing_and_a_total_alone_asks_no_item() -> None:
    desk = Desk()
    desk.act(acts.ChartScale(**WHO, scale="phq9", answers={**WORST, "3": None}))
    part, *_ = record(desk).scores
    assert (part.score.total, part.score.missing) == (None, ("3",))
    desk.act(acts.ChartScale(**WHO, scale="madrs", total=31))
    total = record(desk).scores[-1]
    assert (total.score.total, total.score.by_item, total.score.flags[0].state) == (31, False, "not asked")


def test_response_and_remission_are_judged_against_the_recorded_baseline() -> None:
    desk = Desk()
    desk.act(acts.ChartScale(**WHO, scale="phq9", total=20, use="baseline"))
    desk.act(acts.ChartScale(**WHO, scale="phq9", total=10, use="after-3"))
    desk.act(acts.ChartScale(**WHO, scale="gad7", total=4))
    _, later, other = record(desk).scores
    change = change_of(record(desk), later)
    assert change is not None
    assert (change.response, change.remission, change.fall_percent) == (True, False, 50.0)
    text = change_text(change, scale_called("phq9"))
    assert text == ("50 % below baseline 20, response (fall of 50 % or more), no remission (total at most 4, below-5)")
    without = change_of(record(desk), other)
    assert without is not None and without.why_not == "no baseline of GAD-7 is recorded"


def test_a_course_keeps_the_rules_it_was_begun_under_and_what_happened_to_it() -> None:
    desk = Desk()
    begun = desk.act(acts.BeginCourse(**WHO, template="s3-induction", number=6, checkpoints=("after-3",)))
    assert begun.payload["rules"]["template"][0]["version"] == "1"
    assert "needs" not in line(begun)
    bad = acts.ChartCourse(**WHO, what="move", to="weekly", reason="relapse")
    assert "has no step 'weekly'" in str(refused(desk, bad))
    assert "ends before it begins" in str(
        refused(desk, acts.ChartCourse(**WHO, what="lapse", on="2026-02-02", last="2026-02-01", reason="holiday"))
    )
    desk.act(acts.ChartCourse(**WHO, what="lapse", on="2026-02-01", last="2026-02-14", reason="holiday"))
    desk.act(acts.ChartCourse(**WHO, what="decided", to="after-3", choice="go on as planned", reason="go on"))
    again = acts.BeginCourse(**WHO, template="s3-induction", number=4, supersedes=begun.seq, reason="four were meant")
    desk.act(again)
    kept = record(desk)
    assert kept.begun is not None
    assert (kept.begun.number, kept.begun.root) == (4, begun.seq)
    assert {one.root for one in kept.course} == {begun.seq}  # what happened to it stays with it
    assert read_back(desk) == kept


def test_the_judgement_on_eligibility_holds_what_the_record_lacked() -> None:
    desk = Desk()
    desk.act(acts.ChartFact(**WHO, fact="failed-trials", text="1"))
    desk.act(acts.ChartFact(**WHO, fact="bipolar", text="yes"))
    entry = desk.act(acts.JudgeEligibility(**WHO, eligible=True, reason="ECT refused"))
    assert entry.payload["warnings"] == [
        "1 adequate trial failed, 2 or more are usual before this treatment",
        "the illness is bipolar, and whether a mood stabiliser is taken is not charted; ask",
        "no score of a scale is charted; let one be filled in",
        "Comprehensive assessment: none is charted",
        "Concomitant drugs: none is charted",
        "ECG: none is charted",
        "Kidney and liver tests: none is charted",
    ]
    assert entry.payload["rules"]["digest"]


def test_the_course_from_the_shell(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    desk = Desk(ledger=str(path))
    desk.act(acts.ChartScale(**WHO, scale="phq9", answers=WORST, use="baseline"))
    desk.act(acts.BeginCourse(**WHO, template="s1-induction", checkpoints=("day-1",)))
    for _ in range(2):
        treated(desk)
        desk.clock.at_ns += 2 * DAY_S * 10**9
    desk.act(m.OpenSession(patient="Other, B", identifier="1990-02-02", weight_kg=60))
    desk.journal.commit()
    desk.store.close()
    assert verify(path).ok
    run = CliRunner()
    listed = run.invoke(main, ["patients", "list", "--ledger", str(path)], standalone_mode=False).output.splitlines()
    assert listed[0] == "Other, B (1990-02-02)  0 treated of 1 sessions  no course"
    assert "Test, A (1980-01-01)  2 treated of 2 sessions  three a week for two weeks, session 3 of 6 next" in listed[1]
    assert "1 FLAGS NOT SEEN" in listed[1]
    shown = run.invoke(main, ["patients", "show", "test", "--ledger", str(path)], standalone_mode=False).output
    with Reader.open(path) as reader:
        first = reader.sessions()[0].session
    report = ["sessions", "report", "--course", "--ledger", str(path), first]
    sheet = run.invoke(main, report, standalone_mode=False).output
    for said in (
        "*** PHQ-9 item 9, thoughts of death or self-harm, is above 0",
        "2 sessions done of 6",
        "Next session: planned 2026-01-05, not before 2026-01-05, OVERDUE",
        "Checkpoint day-1: DUE since 2026-01-02.",
        "2026-01-01   0.38       170   +50  10 (> 160)       0        -  session 1 of 6",
        "PHQ-9 27, severe (kroenke-2001)",
    ):
        assert said in sheet and said in shown, said
    assert "Consent: none is charted" in shown
    nobody = run.invoke(main, ["patients", "show", "zoe", "--ledger", str(path)])
    assert nobody.exit_code == 3
    assert "no patient's name or identifier begins with 'zoe'" in nobody.output
