"""Whether the terminal still takes in what is drawn. A deaf one shows an old picture that looks alive (hazard H3)."""

from __future__ import annotations

from collections.abc import Callable

from station.clock import NS

ASK = "\x1b[6n"  # DSR 6 of ECMA-48, "where is your cursor": changes nothing, and every terminal answers it
ASK_EVERY_S = 1.0
DEAF_S = 1.0


class Hearing:
    """``write`` sends to the terminal. One that never answered is not judged: it may not know the question."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._asked_ns: int | None = None
        self._waits = False
        self._answers = False

    def answered(self) -> None:
        """The terminal has answered."""
        self._waits, self._answers = False, True

    def hears(self, now_ns: int) -> bool:
        """Ask, if the last question was answered a while ago; False where it has waited ``DEAF_S`` for its answer."""
        age_s = (now_ns - self._asked_ns) / NS if self._asked_ns is not None else ASK_EVERY_S
        if not self._waits and age_s >= ASK_EVERY_S:
            self._asked_ns, self._waits, age_s = now_ns, True, 0.0
            self._write(ASK)
        return not (self._waits and self._answers and age_s > DEAF_S)
