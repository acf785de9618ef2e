"""Downtime through the whole program: a sheet printed, a recorder killed in a session, rows typed back at the chair."""

from __future__ import annotations

from datetime import datetime

import pytest
from station_process import StationProcess, until
from terminal import STATION, Terminal

from charting.ledger.reader import Reader
from charting.model import Kind
from station.script import SURE
from station.wire.messages import OpenSession, Plan, StartInfusion

pytestmark = pytest.mark.journey
ACTS = (
    OpenSession(patient="Story, Anna", identifier="1980-01-01", weight_kg=70.0),
    Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0),
    StartInfusion(confirmed=SURE),
)


def test_what_was_written_on_paper_is_in_the_chart_at_its_time(station: StationProcess) -> None:
    station.home.mkdir(exist_ok=True)
    printed = station.run("paper", "--start", "10:05", "-o", str(station.home / "sheet.pdf"))
    assert printed.returncode == 0 and (station.home / "sheet.pdf").read_bytes().startswith(b"%PDF")
    first = station.record()
    station.act(*ACTS)
    first.kill()
    first.wait()
    station.record()
    now = datetime.now().astimezone().strftime("%H:%M")
    terminal = Terminal((*STATION, "attach"), station.env)
    try:
        terminal.until("Story, Anna", " INFUSING ")
        terminal.keys("P")
        terminal.until("Who charts")
        terminal.type("KS")
        terminal.keys("enter")
        terminal.until("From paper: time BP pulse SpO2 sedation dissociation")
        terminal.type(f"{now} 132/84 78 97 5 0")
        terminal.keys("enter")
        terminal.until("✓ before")
        terminal.type(f"{now} 131/84")
        terminal.keys("enter")
        terminal.until("is typed in", "another row above;")
        terminal.keys("escape")
        terminal.until("not charted")
        terminal.keys("escape")
        terminal.until("from paper: 1 row charted", "from paper")
    finally:
        terminal.close()
        station.run("stop", "--force")
    with Reader.open(station.folders.ledger) as reader:
        entries = reader.entries(reader.sessions()[0].session)
    paper = [one for one in entries if one.payload.get("paper")]
    assert [one.kind for one in paper] == [Kind.VITALS, Kind.OBSERVATION, Kind.OBSERVATION]
    shown = {datetime.fromtimestamp(one.happened_at_ms / 1000).astimezone().strftime("%H:%M") for one in paper}
    assert shown == {now} and {one.entered_by for one in paper} == {"KS"}
    assert until(lambda: station.run("sessions", "verify").returncode == 0, what="a chain that holds")
