"""Quick events: the clinic's table of what one key charts."""

from __future__ import annotations

from pathlib import Path

import msgspec

from charting.observation import ObservationError, observation
from drivers.core.text import clean
from station.errors import USAGE, Trouble
from station.written import load_toml

SHIPPED = Path(__file__).with_name("events.toml")


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``key`` 1 to 9; a rating from ``lowest`` to ``highest`` is asked for where both are given; ``words`` say what
    each one means. ``scale`` is the id of an observation (``charting/observation.py``) that gives its range and, where
    it has them, its words.
    """

    id: str
    key: str
    text: str
    lowest: int | None = None
    highest: int | None = None
    words: tuple[str, ...] = ()
    scale: str = ""


class EventTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    event: tuple[Event, ...] = ()


def load_events(clinic: Path) -> tuple[Event, ...]:
    """The clinic's table where there is one, else the shipped one; checked."""
    path = clinic if clinic.exists() else SHIPPED
    written = load_toml(path, EventTable, "table of quick events").event
    return check(tuple(_scaled(event, str(path)) for event in written), str(path))


def _scaled(event: Event, where: str) -> Event:
    """``event`` with the range and words of its scale; as it is where it names none. ``Trouble`` for a scale that does
    not exist or is too long for one key, and for what the scale gives already.
    """
    if not event.scale:
        return event
    about = f"{where}: {clean(event.id)}"
    try:
        scale = observation(event.scale)
    except ObservationError as error:
        raise Trouble(f"{about}: {error}", USAGE) from None
    if not scale.one_key:
        raise Trouble(f"{about}: {scale.text} goes to {scale.highest}, too far for one key", USAGE)
    if event.lowest is not None or event.highest is not None or (event.words and scale.words):
        raise Trouble(f"{about}: its range and words are those of {scale.id}; leave out lowest, highest, words", USAGE)
    words = event.words or scale.words
    return msgspec.structs.replace(event, lowest=scale.lowest, highest=scale.highest, words=words)


def check(events: tuple[Event, ...], where: str) -> tuple[Event, ...]:
    """``events`` back, or ``Trouble``: a key or id given twice, a key that is none, an empty text, half a range, words
    that are not one for each rating."""
    for event in events:
        if event.key not in tuple("123456789"):
            raise Trouble(f"{where}: {clean(event.id)}: key {clean(event.key)!r} is none of 1 to 9", USAGE)
        if not clean(event.text) or not clean(event.id):
            raise Trouble(f"{where}: an event has no id or no text", USAGE)
        low, high = event.lowest, event.highest
        if (low is None) != (high is None):
            raise Trouble(f"{where}: {clean(event.id)}: lowest and highest belong together", USAGE)
        if not event.scale and low is not None and high is not None and not 0 <= low < high <= 9:
            raise Trouble(f"{where}: {clean(event.id)}: a rating lies between 0 and 9, lowest below highest", USAGE)
        steps = 0 if low is None or high is None else high - low + 1
        if event.words and (len(event.words) != steps or not all(clean(word) for word in event.words)):
            wrong = f"{steps} ratings take {steps} words" if steps else "words belong to a rating"
            raise Trouble(f"{where}: {clean(event.id)}: {wrong}", USAGE)
    for what, said in (("key", [e.key for e in events]), ("id", [e.id for e in events])):
        twice = next((s for s in said if said.count(s) > 1), None)
        if twice is not None:
            raise Trouble(f"{where}: {what} {clean(twice)!r} is given twice", USAGE)
    return events
