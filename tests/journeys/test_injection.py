"""An injection through the whole program: protocol, plan, dose, what is missing, the question at the end."""

from __future__ import annotations

import json

import pytest
from at_the_screen import answered, charted, ended, fill
from station_process import StationProcess
from terminal import STATION, Terminal

pytestmark = pytest.mark.journey


def test_an_injection_from_its_protocol_to_the_question_at_the_end(station: StationProcess) -> None:
    line = station.home.with_name("L")
    station.simulate("ge_dri", "--link", str(line))
    terminal = Terminal((*STATION, "--device", "ge_dri", "--port", str(line)), station.env, 120, 40)
    try:
        terminal.until("ge_dri: connected", " %")
        terminal.keys("b")
        terminal.until("Patient's name", "IV, 0.5-0.75 mg/kg, 40 min")
        fill(terminal, "Test, A", "1980-01-01")
        terminal.type("70")
        for shown in ("iv-standard", "ed-bolus", "esketamine-nasal"):  # a click goes on to the next one
            terminal.click(shown)
        terminal.until("IM, 0.5-1 mg/kg")
        terminal.keys("enter", "enter")
        fill(terminal, "KS")
        terminal.until("Is this the patient's monitor (ge_dri)?")
        answered(terminal, lambda: terminal.keys("n"), "Sound test: three sounds")
        answered(terminal, lambda: terminal.keys("w"), "started WITHOUT SOUND", "b: no dose plan")
        terminal.keys("b")
        terminal.until("Plan the dose", "Concentration")
        fill(terminal, "0.5", "50")
        terminal.until("35 mg / 50 mg/mL = 0.7 mL")
        terminal.keys("enter")
        terminal.until("to be given: 35 mg")
        terminal.keys("g")
        terminal.until("Site of the injection")
        fill(terminal, "left deltoid")
        terminal.until("the patient was not screened in this session")
        terminal.type("on paper")
        terminal.until("on paper")
        answered(terminal, lambda: terminal.keys("enter"), "Was it given?")
        terminal.until("35 mg IM, left deltoid. Was it given?")
        answered(terminal, lambda: terminal.keys("y"), " RECOVERY", "35.0 of 35.0 mg")
        charted(terminal, "given: 35 mg IM, left deltoid")
        terminal.keys("f")
        terminal.until("MISSING", "120 min since the start of the dose", "120 min left")
        terminal.keys("f")
        terminal.until_gone("Before leaving")
        terminal.keys("e")
        terminal.until("End the session")
        fill(terminal, "went home")
        ended(terminal, lambda: terminal.keys("y"))
    finally:
        terminal.close()
    run = station.run("sessions", "export", "--format", "json", "latest")
    entries = json.loads(run.stdout)["entries"]
    opened = next(e for e in entries if e["kind"] == "session_opened")
    closed = next(e for e in entries if e["kind"] == "session_closed")
    assert opened["payload"]["protocol"]["id"] == "im"
    assert "not_fit" in [one["id"] for one in closed["payload"]["confirmed"]]
    assert "120 min since the start of the dose" in " ".join(closed["payload"]["missing"])
