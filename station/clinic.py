"""What the clinic says of its treatment, in folders beside ``station.toml``: scales, screening, courses.

One table of folders, one way to load them: the shipped files first, then the clinic's own over them, each checked the
same way. ``doctor`` looks through the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from charting.course_templates import Courses, load_courses
from charting.rule_file import FileError, tomls
from charting.scales.scale import Scale
from charting.scales.shelf import shipped
from charting.scales.wording import with_wording
from charting.screening_rules import Screening, load_screening
from drivers.core.text import clean
from station.errors import USAGE, Trouble


class Clinic(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force at this station."""

    scales: Mapping[str, Scale]
    screening: Screening
    courses: Courses


@cache
def as_shipped() -> Clinic:
    """Where a clinic says nothing of its own."""
    return Clinic(scales=shipped(), screening=load_screening(), courses=load_courses())


class Kept(NamedTuple):
    """A folder of the config folder: its name, which is the field of ``Clinic`` too, how it is loaded, and the files in
    it in words."""

    name: str
    load: Callable[[Path], Any]
    words: str


def _scales(folder: Path) -> Mapping[str, Scale]:
    return with_wording(shipped(), folder)


def _screening(folder: Path) -> Screening:
    files = paths(folder)
    if len(files) > 1:
        names = " and ".join(clean(file.name) for file in files[:2])
        raise FileError("", f"a table replaces the shipped one as a whole, and {names} both do; keep one")
    return load_screening(*files)


def _courses(folder: Path) -> Courses:
    return load_courses(*paths(folder))


FOLDERS = (
    Kept("scales", _scales, "licensed text and chosen bands, a file for each scale"),
    Kept("screening", _screening, "one table of questions in place of the shipped one"),
    Kept("courses", _courses, "templates of courses, any number of files"),
)


def paths(folder: Path) -> list[Path]:
    """The TOML files of ``folder`` by name; none where it is not there."""
    return [file for file in tomls(folder) if isinstance(file, Path)]


def kept_in(config: Path, kept: Kept) -> Any:
    """What is in force of ``kept`` with the clinic's files in ``config``. ``Trouble`` in one sentence."""
    try:
        return kept.load(config / kept.name)
    except FileError as error:
        raise Trouble(f"{kept.name}: {error}", USAGE) from None


def clinic_of(config: Path) -> Clinic:
    """All of it. ``Trouble`` in one sentence for the first file that cannot be used."""
    return Clinic(**{kept.name: kept_in(config, kept) for kept in FOLDERS})
