"""The sound test by ear: high, medium and low once each in an order nobody knows; the listener says which it was. Pure
but for the shuffle, which is given.
"""

from __future__ import annotations

from collections.abc import Callable

Shuffle = Callable[[list[str]], None]
# digit -> priority, and what it sounds like (alarms.md a5: the number of pulses in a burst)
DIGITS = {"1": ("low", "two beeps"), "2": ("medium", "three beeps"), "3": ("high", "ten beeps")}
NOTHING = "0"


class SoundTest:
    """One round of three sounds. ``priority`` is the one to play now; ``answer`` takes what was heard."""

    def __init__(self, shuffle: Shuffle) -> None:
        self._order = [priority for priority, _ in DIGITS.values()]
        shuffle(self._order)
        self.number = 1

    @property
    def priority(self) -> str:
        """The alarm priority whose burst is to be played now."""
        return self._order[self.number - 1]

    def answer(self, digit: str) -> bool | None:
        """True after the third right answer, False at a wrong one (``0``: nothing was heard), None: the next sound."""
        if digit == NOTHING or DIGITS[digit][0] != self.priority:
            return False
        if self.number == len(self._order):
            return True
        self.number += 1
        return None
