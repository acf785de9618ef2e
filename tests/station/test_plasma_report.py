"""``sessions report --plasma`` from the shell: labelled, each minute, by the models asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from charting.ledger.store import Store
from charting.model import Draft, Kind
from charting.plasma import LABEL, MODELS
from station.cli import main
from station.errors import USAGE

T0_MS = 1_767_225_600_000
NAME = "20260101-000000-aaaa"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """0.5 mg/kg over 40 min at 70 kg, closed 80 min after the start."""
    person = {"name": "TEST, A.", "identifier": "1984-03-02"}
    opening = {"patient": person, "weight_kg": 70.0, "preset": {"name": "standard"}, "zone": "UTC"}
    made = (
        (Kind.SESSION_OPENED, 0, opening),
        (Kind.INFUSION_STARTED, 10, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0}),
        (Kind.INFUSION_STOPPED, 50, {}),
        (Kind.SESSION_CLOSED, 90, {}),
    )
    with Store.open(tmp_path / "l.db", rehearsal=True) as store:
        chain = store.chain()
        for kind, at_min, payload in made:
            at_ms = T0_MS + at_min * 60_000
            entry = Draft(
                kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, entered_by="KS", source="person", session=NAME,
                chair="Chair 1", reason=None, supersedes=None, payload=payload,
            )  # fmt: skip
            store.commit([chain.stage(entry)], [])
    return tmp_path / "l.db"


def run(path: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["sessions", "report", *more, "--ledger", str(path)])


def test_every_minute_by_every_model_under_its_label(path: Path) -> None:
    lines = run(path, "--plasma").output.splitlines()
    assert NAME in lines[0] and LABEL in lines[1] and "35.0 mg" in lines[2]
    assert all(model.name in lines[4 + len(MODELS)] for model in MODELS)
    levels = {row.split()[1]: row.split()[2:] for row in lines if row[:1].isdigit()}
    assert levels["0"] == ["0.0"] * 4 and levels["40"] == ["240.4", "177.3", "253.1", "253.1"]
    assert levels["60"] == ["55.1", "115.4", "95.9", "95.9"] and list(levels)[-1] == "80"


def test_only_the_models_asked_for_and_into_a_file(path: Path) -> None:
    assert run(path, "--plasma", "--model", "kamp", NAME[:8], "-o", str(path.parent / "p.txt")).exception is None
    text = (path.parent / "p.txt").read_text()
    assert "253.1" in text and "240.4" not in text and "Domino" not in text


def test_a_model_that_is_none_is_named_and_alone_it_asks_for_the_report(path: Path) -> None:
    wrong = run(path, "--plasma", "--model", "hijazi")
    assert wrong.exit_code == USAGE and "no model hijazi; there are domino" in wrong.output
    alone = run(path, "--model", "domino")
    assert alone.exit_code == USAGE and "--model is of --plasma" in alone.output
