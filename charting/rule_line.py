"""At which line of a file of rules a key stands: a mistake is told with its line, so that nobody has to count."""

from __future__ import annotations

import re
from typing import NamedTuple

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\"-]+)\s*\]\]?")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=\s*(.*)")
_STEP = re.compile(r"([A-Za-z0-9_-]+)(?: #(\d+)| '([^']*)')?")


class _Step(NamedTuple):
    """A name on the way to a key: the ``nth`` of its kind, or the one of that ``id``; neither: any."""

    name: str
    nth: int | None
    id: str | None


class _Place(NamedTuple):
    """A header or a key of the file: its names with their numbers, and the ids of the tables it stands in."""

    line: int
    path: tuple[tuple[str, int], ...]


def line_of(text: str, key: str) -> int | None:
    """The line (1, 2 ...) of ``key``, a path of ``rule_file``; where it is missing, that of the table it belongs to.
    None where not even that is there.
    """
    wanted = [_Step(m[1], int(m[2]) if m[2] else None, m[3]) for m in _STEP.finditer(key)]
    places, ids = _places(text)
    for length in range(len(wanted), 0, -1):
        found = [one for one in places if _fits(one, wanted[:length], ids)]
        if found:
            return found[0].line
    return None


def _fits(place: _Place, wanted: list[_Step], ids: dict[tuple[tuple[str, int], ...], str]) -> bool:
    if len(place.path) != len(wanted):
        return False
    for at, ((name, number), step) in enumerate(zip(place.path, wanted, strict=True), 1):
        inline = number == 0  # an array in one assignment: its line is the nearest there is
        if name != step.name or (step.nth is not None and not inline and number != step.nth):
            return False
        if step.id is not None and ids.get(place.path[:at]) != step.id:
            return False
    return True


def _places(text: str) -> tuple[list[_Place], dict[tuple[tuple[str, int], ...], str]]:
    places: list[_Place] = []
    ids: dict[tuple[tuple[str, int], ...], str] = {}
    counts: dict[tuple[tuple[str, int], ...], int] = {}
    table: tuple[tuple[str, int], ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line.split("#", 1)[0].rstrip()):
            *above, name = header[2].replace('"', "").split(".")
            base: tuple[tuple[str, int], ...] = ()
            for one in above:
                base = (*base, (one, counts.get((*base, (one, 0)), 1)))
            kind = (*base, (name, 0))
            counts[kind] = counts.get(kind, 0) + 1
            table = (*base, (name, counts[kind]))
            places.append(_Place(number, table))
        elif assigned := _KEY.match(line):
            if assigned[1] == "id":
                ids[table] = assigned[2].split("#", 1)[0].strip().strip("\"'")
            places.append(_Place(number, (*table, (assigned[1], 0))))
    return places, ids
