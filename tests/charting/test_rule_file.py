"""Files of rules changed at random are good or refused in one sentence with its key; shipped tables have sources."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from mutants import field_names, mutated, names_its_key, paths

from charting.course_templates import Courses, courses_from, load_courses
from charting.gates import Gate, gates_from, load_gates
from charting.rule_file import FileError, digest
from charting.screening_rules import Screening, load_screening, screening_from

RULES = resources.files("charting") / "rules"
READ: dict[str, tuple[Callable[[Any, str], Any], set[str]]] = {
    "gates": (gates_from, field_names(Gate) | {"gate"}),
    "screening": (screening_from, field_names(Screening)),
    "courses": (courses_from, field_names(Courses)),
}
FILES = {name: tomllib.loads((RULES / f"{name}.toml").read_text("utf-8")) for name in READ}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(READ)), st.data())
def test_a_file_changed_at_random_is_good_or_refused_in_one_sentence_with_its_key(
    name: str, data: st.DataObject
) -> None:
    read, fields = READ[name]
    mutant, keys = mutated(data, FILES[name])
    try:
        read(mutant, "x.toml")
    except FileError as error:
        assert names_its_key(str(error), fields | keys), str(error)


@pytest.mark.parametrize("load", [load_gates, load_screening, load_courses])
def test_a_clinics_file_that_is_not_there_is_told(load: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"ours\.toml cannot be read: .+; check the file and its rights"):
        load(tmp_path / "ours.toml")


def test_every_table_with_a_number_in_it_says_where_the_number_is_from() -> None:
    shared = {"template.step", "gate.no_start", "gate.hold", "gate.no_resume", "phase"}  # theirs is the table's above
    folder = resources.files("charting") / "protocols"
    files = FILES | {file.name: tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir()}
    for name, file in files.items():
        tables = {path[:-1] for path in paths(file) if path[-1] != "source"}
        for table in tables:
            node: Any = file
            for step in table:
                node = node[step]
            kind = ".".join(step for step in table if isinstance(step, str))
            if isinstance(node, dict) and kind not in shared | {""}:
                assert node.get("source"), (name, table)


def test_the_shipped_tables_have_a_digest_that_stays() -> None:
    assert digest(load_screening()) == digest(screening_from(FILES["screening"], "x"))
    assert digest(load_courses()) == digest(courses_from(FILES["courses"], "x"))
