"""A whole esketamine session, and the draft of its monitoring form: by the function, from the shell, on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import Desk
from test_session_protocol import KNOWN, opened
from test_tasks import EVENTS

from charting.course_sheet import records
from charting.ledger.reader import Reader
from charting.monitoring_form import DRAFT, Form, form_of
from charting.monitoring_page import html_of, pages_of, text_of
from charting.monitoring_signs import FormError
from charting.patient import who
from charting.review import find_session
from station.cli import main
from station.drugs import load_drugs
from station.script import SURE
from station.wire import messages as m
from station.wire.drug_acts import Adverse
from station.wire.record_acts import ChartFact

WEEK_MS = 8 * 86_400_000


def here(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def cuff(desk: Desk, sys: float, dia: float = 80.0) -> None:
    desk.say(NIBP_SYS=sys, NIBP_DIA=dia, NIBP_MEAN=round((sys + 2 * dia) / 3))


def rest(desk: Desk, minutes: float) -> None:
    """Minutes pass with an oximeter on; at a value a quarter of a minute."""
    for _ in range(round(minutes * 4)):
        desk.say(SPO2=97.0)
        desk.clock.at_ns += 15 * 10**9


def rated(desk: Desk, sedation: int, dissociation: int) -> None:
    desk.act(m.QuickEvent(event="sedation", rating=sedation))
    desk.act(m.QuickEvent(event="dissociation", rating=dissociation))


def begun(ledger: Path | str, dose_mg: float = 56.0) -> Desk:
    """A baseline of 124/80 and the first device."""
    desk = Desk(ledger=ledger)
    desk.chair.protocols, desk.chair.events = KNOWN, EVENTS
    desk.chair.beside.drugs = load_drugs(Path("nowhere"))
    opened("esketamine-nasal", desk)
    for _ in range(3):
        cuff(desk, 124)
        rest(desk, 2)
    desk.act(m.PlanDose(dose_mg=dose_mg))
    desk.act(m.Give(detail="lot 7A", confirmed=SURE))
    return desk


def whole(ledger: Path | str, at_forty: bool = True, minutes: float = 125.0) -> Desk:
    """56 mg: sedated at 15 min, over at 75; dissociated at 15, over at 45; left after ``minutes``."""
    desk = begun(ledger)
    rest(desk, 6)
    desk.act(m.Give(detail="lot 7B", confirmed=SURE))
    rest(desk, 9)
    rated(desk, 4, 2)
    rest(desk, 21)
    if at_forty:
        cuff(desk, 150, 90)  # min 36
    rest(desk, 3)
    if at_forty:
        cuff(desk, 142, 86)  # min 39
    rest(desk, 6)
    rated(desk, 4, 0)  # min 45
    rest(desk, 30)
    rated(desk, 5, 0)  # min 75
    cuff(desk, 130)
    desk.act(m.Score(checklist="aldrete_percent", answers=ALL_TWO))
    rest(desk, minutes - 80)
    cuff(desk, 126)
    rest(desk, 5)
    desk.act(m.CloseSession(reason="home", confirmed={m.WHATEVER: "as charted"}))
    desk.journal.commit()
    return desk


ALL_TWO = {"activity": 2, "respiration": 2, "consciousness": 2, "oxygen": 2}


def form(desk: Desk, later_ms: int = 0) -> Form:
    desk.journal.commit()
    entries = desk.store.entries()
    session = next(entry.session for entry in entries if entry.session)
    record = records(desk.store).get(who("Test, A", "1980-01-01"))
    mine = [entry for entry in entries if entry.session == session]
    return form_of(mine, list(desk.store.numerics(session)), record, desk.clock.utc_ms(desk.now_ns) + later_ms, here)


def said(made: Form, asked: str) -> str:
    return " | ".join(next(one for part in made.parts for one in part.answers if one.asked == asked).said)


@pytest.fixture(scope="module")
def filled() -> Form:
    return form(whole(":memory:"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Name", "Test, A"),
        ("Date of birth", "[ ] not charted as such; the second identifier is 1980-01-01"),
        ("Sex", "[ ] not charted"),
        ("Healthcare setting, site", "[ ] not charted"),
        ("Monitoring provider", "on the session by the chart: N1"),
        ("Date of treatment", "2026-01-01"),
        ("Dose given", "[x] 56 mg [ ] 84 mg [ ] other"),
        (
            "Devices",
            "device 1: 28 mg at 00:06, lot as charted: lot 7A | device 2: 28 mg at 00:12, lot as charted: lot 7B",
        ),
        ("Total minutes", "125 min, from the first device to the end of the session"),
        ("At least 120 min", "[x] yes [ ] no"),
        ("Ready without the two-hour rule", "01:21 (min 75)"),
        ("BP before", "124/80 mmHg at 00:04, 2 min before the first device"),
        ("BP at 40 min", "142/86 mmHg at 00:45 (min 39)"),
        ("BP at 40 min", "nearest to 40 min after the first device, of those at min 35 to 45"),
        ("BP before completion", "126/80 mmHg at 02:06 (min 120)"),
        ("Vital signs acceptable before", "[ ] yes [ ] no: a person says"),
        ("Sedation", "[x] yes [ ] no; lowest MOAA/S 4 | 3 ratings"),
        ("Sedation: onset", "first rated 00:21 (min 15)"),
        ("Sedation: resolved", "first rated without 01:21 (min 75)"),
        ("Dissociation", "[x] yes [ ] no; highest rating 2"),
        ("Dissociation: resolved", "first rated without 00:51 (min 45)"),
        ("Pulse oximetry", "[x] SpO2 in 125 of 125 min; lowest 97 %"),
        ("Serious adverse event", "[ ] yes [ ] no: none is charted as serious; a person says"),
        ("Due by", "2026-01-08 (7 days after the treatment)"),
    ],
)
def test_the_form_is_filled_from_the_chart_and_nothing_is_guessed(filled: Form, asked: str, words: str) -> None:
    assert words in said(filled, asked)


def test_a_whole_session_lacks_nothing(filled: Form) -> None:
    assert filled.lacks == ()


def test_what_is_missing_is_said_at_the_top() -> None:
    made = form(whole(":memory:", at_forty=False, minutes=100))
    assert made.lacks == (
        "no pressure at min 35 to 45; nearest: 130/80 at min 75",
        "the patient stayed 100 min, less than 120",
    )
    assert said(made, "BP at 40 min").startswith("[ ] not taken | rule: ")
    assert said(made, "At least 120 min") == "[ ] yes [x] no"
    top = text_of(made).splitlines()
    assert top[0] == f"*** {DRAFT} ***"
    assert top[4:6] == ["LOOK AT FIRST", "  ! no pressure at min 35 to 45; nearest: 130/80 at min 75"]


def test_an_open_session_is_no_complete_form() -> None:
    desk = begun(":memory:", 84.0)
    rest(desk, 30)
    made = form(desk)
    assert "the session is still open, min 30: the form is not complete" in made.lacks
    assert {"sedation was not rated after the first device", "dissociation was not rated after the first device"} < set(
        made.lacks
    )
    assert said(made, "Dose given") == "[ ] 56 mg [ ] 84 mg [x] other: 28 mg; planned 84 mg"
    assert said(made, "Time left") == "[ ] not charted: the session is open"
    assert said(made, "Sedation") == "[ ] yes [ ] no [ ] not charted"


def test_what_has_not_passed_has_no_end_and_a_worse_rating_takes_ready_back() -> None:
    desk = begun(":memory:")
    rest(desk, 6)
    desk.act(m.Give(detail="lot 7B", confirmed=SURE))
    rest(desk, 30)
    cuff(desk, 128)
    rated(desk, 5, 0)
    desk.act(m.Score(checklist="aldrete_percent", answers=ALL_TWO))
    assert said(form(desk), "Ready without the two-hour rule").startswith("00:42 (min 36)")
    rest(desk, 10)
    rated(desk, 3, 0)
    made = form(desk)
    assert said(made, "Ready without the two-hour rule").startswith("[ ] not charted; at the end: sedation (MOAA/S) 5")
    assert said(made, "Sedation: resolved") == "[ ] not charted: last rated with it 00:52 (min 46)"
    assert "sedation was not rated as resolved" in made.lacks
    desk.act(m.Undo())  # dissociation
    desk.act(m.Undo())  # sedation 3 was a slip of the finger
    assert said(form(desk), "Ready without the two-hour rule").startswith("00:42 (min 36)")


def test_concomitant_drugs_go_by_class_and_no_is_said_only_where_it_was_charted() -> None:
    desk = whole(":memory:")
    assert said(form(desk), "opioids") == "[ ] yes [ ] no [ ] not charted as such"
    patient = {"patient": "Test, A", "identifier": "1980-01-01", "on": "2026-01-01"}
    desk.act(ChartFact(fact="drug", text="lorazepam 1 mg at night", **patient))
    made = form(desk)
    assert said(made, "benzodiazepines") == "[x] yes [ ] no: lorazepam 1 mg at night (2026-01-01)"
    assert said(made, "opioids") == "[ ] yes [ ] no [ ] not charted as such"
    other = whole(":memory:")
    other.act(ChartFact(fact="drug", text="none", **patient))
    assert said(form(other), "opioids") == "[ ] yes [x] no: none (2026-01-01)"


def test_a_serious_event_ticks_its_box() -> None:
    desk = begun(":memory:")
    rest(desk, 10)
    desk.act(Adverse(event="fainted", severity="severe", outcome="recovered", serious=True))
    assert said(form(desk), "Serious adverse event").startswith("[x] yes [ ] no | 00:16 (min 10) SERIOUS adverse event")


def test_after_a_week_it_is_late(filled: Form) -> None:
    assert "the 7 days are over" in form(whole(":memory:"), WEEK_MS).lacks


def test_there_is_no_form_without_esketamine() -> None:
    with pytest.raises(FormError, match="no esketamine protocol, it followed Ketamine IM"):
        form(opened("im"))
    with pytest.raises(FormError, match="nothing was given"):
        form(opened("esketamine-nasal"))


def test_every_page_says_that_it_is_a_draft(filled: Form) -> None:
    pages = pages_of(filled)
    assert len(pages) > 1
    assert all(page.said.count(DRAFT) == 2 and "Patient: Test, A" in page.said for page in pages)
    html = html_of(filled)
    assert html.index("<thead>") < html.index(DRAFT) < html.index("</thead>")
    assert html_of(filled._replace(drawn="<b>&")).count("&lt;b&gt;&amp;") == 1


def test_from_the_shell_in_three_forms(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    desk = whole(ledger, at_forty=False)
    desk.store.close()
    with Reader.open(ledger) as reader:
        session = find_session(reader, None).session

    def run(*more: str) -> tuple[int, str]:
        found = CliRunner().invoke(main, ["sessions", "report", "--monitoring-form", "--ledger", str(ledger), *more])
        return found.exit_code, found.output

    code, text = run()
    assert code == 0
    assert "! no pressure at min 35 to 45" in text
    code, text = run(session, "-o", str(tmp_path / "form.pdf"))
    assert (code, "look at: no pressure at min 35 to 45" in text) == (0, True)
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF-")
    assert run("-o", str(tmp_path / "form.html"))[0] == 0
    assert DRAFT in (tmp_path / "form.html").read_text()
    assert DRAFT in (run("-o", str(tmp_path / "form.txt")) and (tmp_path / "form.txt").read_text())
