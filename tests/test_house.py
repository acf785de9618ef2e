"""The house rules that no linter knows: clocks, sizes, names, and that every room says what it is."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("charting", "drivers", "simulators", "station")
FILES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
FOLDERS = sorted({p.parent for p in FILES})
CLOCKS = {"station/clock.py", "drivers/core/link.py", "simulators/line.py"}
CLOCK_CALLS = {
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "datetime.now",
    "uuid.uuid4",
    "uuid4",
}
NAMELESS = {"utils", "helpers", "common", "base", "manager", "misc"}
TOP_LEVEL = {"station", "drivers", "simulators", "charting", "tests"}
LONGEST = 300


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing can be said of what is committed")
    return listed.stdout.split("\n")[:-1]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST
    assert path.stem not in NAMELESS


@pytest.mark.parametrize("path", [p for p in FILES if name(p) not in CLOCKS], ids=name)
def test_clocks_are_read_in_three_places_only(path: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert not {c for c in calls if c in CLOCK_CALLS or c.removeprefix("datetime.") in CLOCK_CALLS}


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_every_folder_says_what_lives_in_it(folder: Path) -> None:
    package = folder / "__init__.py"
    assert package.exists(), "a folder of code is a package"
    assert ast.get_docstring(ast.parse(package.read_text())) or (folder / "README.md").exists()


def _public(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                members = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
                yield from (n for n in members if not n.name.startswith("_") and not _inherited(n, node))


def _inherited(method: ast.AST, owner: ast.ClassDef) -> bool:
    """A method that fills in a base's contract has its meaning there; so has a trivial property of a folder table."""
    return bool(owner.bases) and isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_is_public_says_what_it_means(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the file does not say what it is"
    silent = [n.name for n in _public(tree) if not ast.get_docstring(n)]  # type: ignore[attr-defined,arg-type]
    assert silent == []


def test_top_level_is_as_designed() -> None:
    top = {path.split("/")[0] for path in committed() if "/" in path and not path.startswith(".")}
    assert top <= TOP_LEVEL | {"docs"}


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    hosts = re.compile(r"(files\.python" + r"hosted|py" + r"pi\.org|/wo" + r"rk/|npm" + r"js\.)")
    found = []
    for path in committed():
        if path and (ROOT / path).is_file() and not path.endswith((".png", ".svg")):
            found += [f"{path}: {m}" for m in hosts.findall((ROOT / path).read_text(errors="replace"))]
    assert found == []
    assert not {p for p in committed() if Path(p).name in ("poetry.lock", "uv.lock", "Pipfile.lock")}
