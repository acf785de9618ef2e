"""A mistake is told with its line: tables one after the other, tables in tables, keys that are missing."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from charting.course_templates import load_courses
from charting.rule_file import FileError
from charting.rule_line import line_of

TEXT = """id = "x"  # the first line

[often]
per_week = 2

[[template]]
id = "a"
lines = [
    { limit = 1 },
]

[[template.step]]
name = "one"

[[template.step]]
name = "two"

[[template]]
id = 'b'

[[template.step]]
name = "three"
days = [1]
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("id", 1),
        ("often.per_week", 4),
        ("often.weeks", 3),  # missing: the table it belongs to
        ("template #1.id", 7),
        ("template #2.id", 19),
        ("template #1.step #2.name", 16),
        ("template #2.step #1.days", 23),
        ("template 'b'.step #1.name", 22),
        ("template #1.lines #1.limit", 8),
        ("template.id", 7),
        ("nowhere", None),
    ],
)
def test_a_key_is_found_at_its_line(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


def test_each_key_of_a_shipped_file_is_found_where_it_stands() -> None:
    text = (resources.files("charting") / "rules" / "courses.toml").read_text("utf-8")
    lines = text.splitlines()
    templates = [n for n, one in enumerate(lines, 1) if one == "[[template]]"]
    for number, at in enumerate(templates, 1):
        found = line_of(text, f"template #{number}.id")
        assert found == at + 1
        id = lines[found - 1].split(chr(34))[1]
        assert line_of(text, f"template '{id}'.version") == at + 2


def test_a_word_that_is_wrong_is_told_with_file_line_and_the_nearest(tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text('[[template]]\nid = "ours"\nversion = "1"\nname = "n"\nusee = "taper"\n', "utf-8")
    with pytest.raises(FileError) as refused:
        load_courses(own)
    said = "ours.toml line 5: template #1.usee: there is no key 'usee' here; did you mean 'use'?"
    assert str(refused.value) == said
