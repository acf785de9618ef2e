"""What is to be sounded now, pure: the highest priority that asks for it, a pause that cannot last, sound off."""

from __future__ import annotations

from collections.abc import Iterable

from station.alarms.outcome import Standing
from station.alarms.rules import highest
from station.clock import NS

PAUSE_S = 120  # alarms.md a6
REMIND_S = 180  # the same: sound is off only with a reminder

Asking = tuple[str, Standing]


class Pause:
    """Audio pause of the whole station, or sound off, which does not end by itself. Times are real ns: a sped-up
    demo pauses for two real minutes too.
    """

    def __init__(self) -> None:
        self.off = False
        self._reminded_ns = 0
        self._until_ns: int | None = None
        self._highs: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def quiet(self) -> bool:
        """Whether somebody silenced the station."""
        return self.off or self._until_ns is not None

    def begin(self, now_ns: int) -> None:
        """Silence from now on, for ``PAUSE_S``; a second one begins anew, and sound that was off is only paused."""
        self.off = False
        self._until_ns = now_ns + PAUSE_S * NS

    def end(self) -> None:
        """Sound again."""
        self.off, self._until_ns = False, None

    def switch_off(self, now_ns: int) -> None:
        """Silence until ``end`` or ``begin``; ``reminds`` says when it is time to be reminded of it."""
        self.off, self._until_ns, self._reminded_ns = True, None, now_ns

    def reminds(self, now_ns: int) -> bool:
        """Whether the reminder is due; asked at each step, it is so once every ``REMIND_S`` while sound is off."""
        due = self.off and now_ns - self._reminded_ns >= REMIND_S * NS
        if due:
            self._reminded_ns = now_ns
        return due

    def left_s(self, now_ns: int) -> int | None:
        """Whole seconds left, at least 1; None where there is no pause."""
        return None if self._until_ns is None else max(1, -((now_ns - self._until_ns) // NS))

    def step(self, asking: Iterable[Asking], now_ns: int) -> tuple[str, str]:
        """The priority to sound now or "", and why a pause has just ended or "". ``asking``: chair and condition."""
        audible = [(chair, s) for chair, s in asking if s.audible]
        highs = frozenset((chair, s.condition, s.subject) for chair, s in audible if s.priority == "high")
        ended = ""
        if self._until_ns is not None:
            if highs - self._highs:
                ended = "a new high alarm"
            elif now_ns >= self._until_ns:
                ended = f"{PAUSE_S} s are over"
        self._highs = highs
        if ended:
            self._until_ns = None
        return ("" if self.quiet else highest("", *(s.priority for _, s in audible))), ended
