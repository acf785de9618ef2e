"""What is due of every patient, and the doses of the sessions before, as the shell tells them."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from desk import Desk

from charting.ledger.reader import Reader
from charting.treatments import treatments
from station.cli import main
from station.clock import NS, clinic_day
from station.script import SURE
from station.wire import messages as m, record_acts as acts

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
DAY_S = 86_400


def treated(desk: Desk, mg_per_kg: float, stopped_min: float) -> None:
    """A session that ran so long; then two days pass."""
    desk.act(m.OpenSession(**WHO, weight_kg=70.0, confirmed=SURE))
    desk.act(m.Plan(mg_per_kg=mg_per_kg, minutes=40, mg_per_ml=1.0, confirmed=SURE))
    desk.act(m.StartInfusion(confirmed=SURE))
    desk.clock.at_ns += round(stopped_min * 60 * NS)
    desk.act(m.StopInfusion(reason="done"))
    desk.act(m.CloseSession(reason="home", confirmed=SURE))
    desk.clock.at_ns += 2 * DAY_S * NS
    desk.journal.commit()


def shell(*words: str) -> str:
    result = CliRunner().invoke(main, list(words), standalone_mode=False)
    return result.output


def test_the_titration_history_holds_what_was_given_and_what_was_planned(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    desk = Desk(ledger=str(path))
    treated(desk, 0.1, 40)
    treated(desk, 0.5, 20)
    treated(desk, 0.75, 40)
    desk.store.close()
    with Reader.open(path) as reader:
        found = treatments(reader, "test, a", "1980-01-01", clinic_day)
    given = [(round(one.mg_per_kg or 0, 3), one.planned_mg_per_kg) for one in found]
    assert given == [(0.1, 0.1), (0.25, 0.5), (0.75, 0.75)]
    said = shell("patients", "show", "test", "--ledger", str(path))
    doses = [line for line in said.splitlines() if line.startswith("Dose: ")]
    assert doses == [
        "Dose: 0.75 mg/kg (2026-01-05)",
        "Dose: 0.25 of 0.50 planned mg/kg (2026-01-03)",
        "Dose: 0.10 mg/kg (2026-01-01)",
    ]


def test_what_is_due_is_a_line_each_and_nothing_of_who_owes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    desk = Desk(ledger=str(path))
    desk.act(acts.BeginCourse(**WHO, template="s1-induction", checkpoints=("day-1",)))
    treated(desk, 0.5, 40)
    desk.act(acts.ChartScale(**WHO, scale="phq9", answers={"9": 1}))
    desk.act(acts.ChartFact(patient="Else, B", identifier="2", fact="drug", text="none"))
    desk.journal.commit()
    desk.store.close()
    lines = shell("patients", "due", "--ledger", str(path)).splitlines()
    assert lines and all(line.startswith("Test, A (1980-01-01): ") for line in lines)
    said = [line.split("): ", 1)[1] for line in lines]
    assert said[0].startswith("*** PHQ-9 item 9") and said[0].endswith("NOT SEEN YET")
    for words in (
        "Next session: ",
        "Checkpoint day-1: DUE since 2026-01-0",
        "Follow-up follow-24-h: DUE since 2026-01-0",
    ):
        assert any(line.startswith(words) for line in said), said
    assert any("OVERDUE since" in line for line in said)
