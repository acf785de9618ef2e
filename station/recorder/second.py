"""The recorder's check of a second person: who a confirmation was signed by, and whether they can confirm it.

An act that takes one carries it as ``second``: the token that ``Vouch`` gave for their PIN or, at a station without
staff, their initials. A function of ``ACTS`` asks ``seconded(now, act.second, level)`` and puts what comes back into
its entry, under ``second``.
"""

from __future__ import annotations

from typing import Any

from charting.bands import Level
from charting.people import Signed
from charting.second_person import not_second, second_mark
from drivers.core.text import clean
from station.recorder.drafts import Present, Refusal


def seconded(now: Present, said: str, level: Level = Level.SECOND) -> dict[str, Any]:
    """What an entry keeps of the second person behind ``said``. Raises ``Refusal`` about the field ``second``."""
    return second_mark(now.beside.people.second(now.signed, said, level))


def fitting(first: Signed, second: Signed, level: Level) -> Signed:
    """``second`` back where they can confirm what ``first`` does. Raises ``Refusal`` about the field ``second``."""
    sentence = not_second(first, second, level) if second.by else "the second person is not named"
    if sentence:
        raise Refusal(sentence, "second")
    return second


class InitialsOnly:
    """``People`` of a station without staff: a second person is another pair of initials."""

    pins = False

    def second(self, first: Signed, said: str, level: Level = Level.SECOND) -> Signed:
        """Whoever has these initials."""
        return fitting(first, Signed(clean(said)), level)
