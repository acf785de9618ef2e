"""``infusion-station paper``: a PDF or text, each refusal one sentence."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from station.cli import main
from station.config import folders
from station.errors import Trouble


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path / "home"))
    return tmp_path


def ran(*words: str) -> bytes:
    done = CliRunner().invoke(main.commands["paper"], list(words), standalone_mode=False, catch_exceptions=False)
    assert not done.return_value
    return done.stdout_bytes


def test_a_pdf_goes_to_a_file_whole(home: Path) -> None:
    out = home / "sheet.pdf"
    said = ran("--protocol", "esketamine-nasal", "--start", "9:30", "--mg", "56", "-o", str(out))
    made = out.read_bytes()
    assert said == b"" and made.startswith(b"%PDF-") and made.endswith(b"%%EOF\n")
    assert "10:10" in PdfReader(out).pages[0].extract_text() and not list(home.glob("*.part"))
    assert not (home / "home").exists()  # no recorder, no ledger, no folder


def test_a_clinic_s_protocol_and_its_usual_one_are_there(home: Path) -> None:
    here = folders()
    here.protocols.mkdir(parents=True)
    shipped = resources.files("charting").joinpath("protocols", "im.toml").read_text()
    own = shipped.replace('id = "im"', 'id = "im-own"', 1)
    (here.protocols / "own.toml").write_text(own)
    assert "(protocol im-own, " in ran("--text", "--protocol", "im-own").decode()
    here.station_toml.write_text('protocol = "oral"\n')
    assert "(protocol oral, " in ran("--text").decode()


def test_text_and_a_pipe_go_to_stdout() -> None:
    text = ran("--text", "--start", "2350", "--weight-kg", "70", "--mg-per-kg", "0.5").decode()
    assert "00:30" in text and "70 kg x 0.5 mg/kg = 35 mg" in text
    assert ran("--start", "10:00").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--protocol", "iv-standart"), "no protocol is called 'iv-standart'; did you mean 'iv-standard'?"),
        (("--start", "25:00"), "'25:00' is no time; write it as 10:05 or 1005"),
        (("--weight-kg", "8"), "weight 8 kg is outside 20 to 300 kg; check the entry"),
    ],
)
def test_what_cannot_be_printed_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(Trouble) as refused:
        ran("--text", *words)
    assert str(refused.value) == sentence and refused.value.exit_code == 2


def test_a_clinic_s_own_ratings_are_on_the_sheet(home: Path) -> None:
    own = '[[event]]\nid = "sedation"\nkey = "4"\ntext = "Ruhe"\nlowest = 0\nhighest = 3\n'
    folders().events_toml.parent.mkdir(parents=True, exist_ok=True)
    folders().events_toml.write_text(own)
    assert "Ratings: Ruhe 0-3" in ran("--text").decode()
