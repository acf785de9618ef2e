"""Quick events: the clinic's table of what one key charts."""

from __future__ import annotations

from pathlib import Path

import msgspec

from drivers.core.text import clean
from station.errors import USAGE, Trouble
from station.written import load_toml

SHIPPED = Path(__file__).with_name("events.toml")


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``key`` 1 to 9; a rating from ``lowest`` to ``highest`` is asked for where both are given; ``words`` say what
    each one means.
    """

    id: str
    key: str
    text: str
    lowest: int | None = None
    highest: int | None = None
    words: tuple[str, ...] = ()


class EventTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    event: tuple[Event, ...] = ()


def load_events(clinic: Path) -> tuple[Event, ...]:
    """The clinic's table where there is one, else the shipped one; checked."""
    path = clinic if clinic.exists() else SHIPPED
    return check(load_toml(path, EventTable, "table of quick events").event, str(path))


def check(events: tuple[Event, ...], where: str) -> tuple[Event, ...]:
    """``events`` back, or ``Trouble``: a key or id given twice, a key that is none, an empty text, half a range, words
    that are not one for each rating."""
    for event in events:
        if event.key not in tuple("123456789"):
            raise Trouble(f"{where}: {clean(event.id)}: key {clean(event.key)!r} is none of 1 to 9", USAGE)
        if not clean(event.text) or not clean(event.id):
            raise Trouble(f"{where}: an event has no id or no text", USAGE)
        ranged = (event.lowest is None, event.highest is None)
        if ranged[0] != ranged[1]:
            raise Trouble(f"{where}: {clean(event.id)}: lowest and highest belong together", USAGE)
        if event.lowest is not None and event.highest is not None and not 0 <= event.lowest < event.highest <= 9:
            raise Trouble(f"{where}: {clean(event.id)}: a rating lies between 0 and 9, lowest below highest", USAGE)
        steps = 0 if event.lowest is None or event.highest is None else event.highest - event.lowest + 1
        if event.words and (len(event.words) != steps or not all(clean(word) for word in event.words)):
            wrong = f"{steps} ratings take {steps} words" if steps else "words belong to a rating"
            raise Trouble(f"{where}: {clean(event.id)}: {wrong}", USAGE)
    for what, said in (("key", [e.key for e in events]), ("id", [e.id for e in events])):
        twice = next((s for s in said if said.count(s) > 1), None)
        if twice is not None:
            raise Trouble(f"{where}: {what} {clean(twice)!r} is given twice", USAGE)
    return events
