"""A clinic's folder: adds protocols, replaces one by a new version, brings gates of its own; the rest is refused."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from charting.gates import Gate, Line, broken, load_gates, unmeasured
from charting.protocol_check import Known
from charting.protocol_files import load_protocols
from charting.rule_file import FileError, digest

STANDARD = (resources.files("charting") / "protocols" / "iv-standard.toml").read_text("utf-8")
SHIPPED = load_protocols()
GATE = """
[[gate]]
id = "{id}"
version = "{version}"
name = "ours"
source = "our meeting"
no_start = [{{ measure = "sys", op = "{op}", limit = {limit} }}]
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(FileError) as caught:
        load_protocols(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_clinic_adds_a_protocol(tmp_path: Path) -> None:
    found = load_protocols(write(tmp_path, ours=STANDARD.replace('"iv-standard"', '"a-ours"')))
    assert list(found) == sorted([*SHIPPED, "a-ours"])


def test_a_clinic_replaces_one_by_a_new_version_only(tmp_path: Path) -> None:
    stricter = STANDARD.replace("aldrete_at_least = 9", "aldrete_at_least = 10")
    write(tmp_path, ours=stricter)
    assert refused(tmp_path) == (
        "ours.toml: version: protocol 'iv-standard' version 1 is known with other content; give yours a new version"
    )
    found = load_protocols(write(tmp_path, ours=stricter.replace('version = "1"', 'version = "1-ours"')))
    assert found["iv-standard"].version == "1-ours"
    assert found["iv-standard"].recovery.aldrete_at_least == 10
    assert digest(found["iv-standard"]) != digest(SHIPPED["iv-standard"])
    assert {id: found[id] for id in SHIPPED if id != "iv-standard"} == {
        id: SHIPPED[id] for id in SHIPPED if id != "iv-standard"
    }


def test_a_copy_of_a_shipped_file_is_no_conflict(tmp_path: Path) -> None:
    assert load_protocols(write(tmp_path, copied=STANDARD)) == SHIPPED


def test_two_files_cannot_claim_one_id(tmp_path: Path) -> None:
    write(tmp_path, a=STANDARD, b=STANDARD)
    assert refused(tmp_path) == "b.toml: id: another file here has id 'iv-standard'; give one of them another id"


def test_gates_of_a_clinic_hold_in_every_protocol(tmp_path: Path) -> None:
    write(tmp_path, gates=GATE.format(id="canmat-2021", version="2-ours", op=">", limit=150))
    found = load_protocols(tmp_path)
    for protocol in found.values():
        gate = protocol.gate("canmat-2021")
        assert gate is not None and gate.no_start == (Line("sys", ">", 150),)
    write(tmp_path, gates=GATE.format(id="canmat-2021", version="1", op=">", limit=150))
    assert refused(tmp_path).startswith(
        "gates.toml line 4: gate #1.version: gate 'canmat-2021' version 1 is known with other content"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GATE.format(id="ours", version="1", op=">", limit=1500), "gates.toml: gate #1.no_start #1.limit: no systolic"),
        (
            GATE.format(id="ours", version="1", op="=>", limit=150),
            "gates.toml: gate #1.no_start #1.op: '=>' cannot stand",
        ),
        (GATE.format(id="ours", version="1", op=">", limit=150) * 2, "gates.toml: gate.id: 'ours' stands there twice"),
        (
            GATE.format(id="ours", version="1", op=">", limit=190)
            + 'hold = [{ measure = "sys", op = ">", limit = 180 }]\n'
            + 'no_resume = [{ measure = "sys", op = ">", limit = 180 }]\n',
            "gates.toml: gate #1.no_start: one could start at a systolic pressure at which hold stops",
        ),
        (
            GATE.format(id="ours", version="1", op=">", limit=140)
            + 'hold = [{ measure = "sys", op = ">", limit = 180 }]\n',
            "gates.toml: gate #1.hold #1: a hold for systolic pressure has no line in no_resume; add one, or it never",
        ),
        (
            GATE.format(id="ours", version="1", op=">", limit=140)
            + 'hold = [{ measure = "sys", op = ">", limit = 160 }]\n'
            + 'no_resume = [{ measure = "sys", op = ">", limit = 170 }]\n',
            "gates.toml: gate #1.no_resume: one could resume at a systolic pressure at which hold stops",
        ),
    ],
)
def test_a_gate_that_cannot_be_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    said = refused(write(tmp_path, gates=text))
    assert re.match(r"gates\.toml line \d+: ", said)
    assert re.sub(r" line \d+", "", said).startswith(sentence)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    assert refused(write(tmp_path, a="id = ")).startswith("a.toml is not valid TOML: ")
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    assert refused(tmp_path) == "a.toml is not text in UTF-8; save it as plain text"
    (tmp_path / "a.toml").unlink()
    (tmp_path / "a.toml").mkdir()
    assert refused(tmp_path).startswith("a.toml cannot be read: ")
    assert refused(tmp_path / "nowhere") == "nowhere is no folder that can be read; make it or correct the setting"


def test_shipped_files_answer_to_the_names_that_are_known() -> None:
    with pytest.raises(FileError, match=r"no observation is called"):
        load_protocols(known=Known(observations=frozenset({"quiet"})))


def test_lines_stand_as_their_source_writes_them() -> None:
    gates = load_gates()
    canmat, kassoc, wan = gates["canmat-2021"], gates["kassoc"], gates["wan-2015"]
    assert broken(canmat.no_start, {"sys": 140, "dia": 90}) == ()
    assert [line.says(141) for line in broken(canmat.no_start, {"sys": 141, "dia": 90})] == [
        "systolic pressure 141 mmHg is above 140 mmHg"
    ]
    assert broken(canmat.hold, {"sys": 160, "dia": 100}) == ()
    assert broken(canmat.no_resume, {"sys": 159, "dia": 99}) == ()
    assert len(broken(canmat.no_resume, {"sys": 160, "dia": 99})) == 1
    assert len(broken(kassoc.no_start, {"sys": 160, "dia": 99})) == 1
    assert broken(kassoc.no_start, {"sys": 159, "dia": 99, "hr": 100, "spo2": 95}) == ()
    assert unmeasured(kassoc.no_start, {"sys": 159, "dia": 99}) == ("hr", "spo2")
    assert broken(wan.hold, {"hr": 111}) == (Line("hr", ">", 110),)


def test_no_profile_lets_an_infusion_resume_where_it_holds() -> None:
    for gate in load_gates().values():
        for sys in range(80, 230):
            for dia in range(40, 130, 5):
                values = {"sys": float(sys), "dia": float(dia)}
                assert not broken(gate.hold, values) or broken(gate.no_resume, values), (gate.id, values)


def test_a_gate_can_be_held_by_a_chart() -> None:
    gate = load_gates()["kassoc"]
    assert isinstance(gate, Gate) and gate.source
    assert digest(gate) == digest(load_gates()["kassoc"])
