"""The house rules of this folder: no product code, no clock but the line's, and a README that says what is so."""

import ast
import re
from pathlib import Path

import pytest

from simulators.playback import COLUMNS, EVENTS
from simulators.scenario import COMMANDS, EVENTS as PATIENT_EVENTS, FAULTS, FOLDER, RESPONSES, names

HERE = FOLDER.parent
FILES = sorted(HERE.glob("*.py"))
README = (HERE / "README.md").read_text("utf-8")


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_product_code_and_no_clock(file: Path) -> None:
    names_in_file = imported(file)
    assert not names_in_file & {"drivers", "charting", "station", "time", "secrets", "uuid"}
    if file.name != "line.py":
        assert not names_in_file & {"asyncio", "os", "tty", "socket", "serial", "termios", "threading"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_chance_is_seeded(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\brandom\.(?!Random\b)\w+\(", text)
    assert "random.Random()" not in text
    assert "np.random" not in text
    assert len(text.splitlines()) <= 300


def table(heading: str) -> dict[str, list[str]]:
    """First column (in back quotes) to the other cells of the README table whose header line is ``heading``."""
    lines = README.splitlines()
    begin = lines.index(heading) + 2
    rows = {}
    for line in lines[begin:]:
        if not line.startswith("|"):
            break
        first, *others = [cell.strip() for cell in line.strip("|").split("|")]
        rows[first.strip("`")] = others
    return rows


def test_readme_lists_the_words_there_are() -> None:
    assert table("| what | how_much |") == {word: [row.how_much] for word, row in PATIENT_EVENTS.items()}
    assert table("| what | meaning |") == {word: [meaning] for word, meaning in FAULTS.items()}
    rises = {
        word: cells[0] for word, cells in table("| response | SBP rise at the end of 0.5 mg/kg over 40 min |").items()
    }
    assert rises.keys() == RESPONSES.keys()
    assert all(rises[word] == f"{rise:g} mmHg" for word, rise in RESPONSES.items() if rise is not None)
    commands = {
        word: tuple(tuple(re.findall(r"`(\w+)`", cell)) for cell in cells)
        for word, cells in table("| command | needs | may have |").items()
    }
    assert commands == COMMANDS
    assert [*table("| column |")] == [*COLUMNS, "event"]
    assert f"one of {', '.join(f'`{word}`' for word in EVENTS)}." in README


def test_readme_names_every_file() -> None:
    named = set(re.findall(r"`(\w+\.py)`", README))
    plain = {file.name for file in FILES if "_" not in file.stem}
    assert named == plain
    assert names()
