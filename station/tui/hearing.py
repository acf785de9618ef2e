"""Whether the terminal still takes in what is drawn. A deaf one shows an old picture that looks alive (hazard H3)."""

from __future__ import annotations

from collections.abc import Callable

from station.clock import NS

ASK = "\x1b[6n"  # DSR 6 of ECMA-48, "where is your cursor": changes nothing, and every terminal answers it
ASK_EVERY_S = 1.0
DEAF_S = 1.0
ASK_AGAIN_S = 3.0


class Hearing:
    """``write`` sends to the terminal. One that never answered is not judged: it may not know the question."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._asked_ns: int | None = None
        self._waits_ns: int | None = None
        self._answers = False

    def answered(self) -> None:
        """The terminal has answered."""
        self._waits_ns, self._answers = None, True

    def hears(self, now_ns: int) -> bool:
        """Ask when it is time; False where the oldest question without an answer has waited ``DEAF_S``.

        A deaf terminal is asked again: an answer that was lost on its way makes nobody deaf for good. One that never
        answered is asked once.
        """
        pause_s = ASK_EVERY_S if self._waits_ns is None else ASK_AGAIN_S if self._answers else float("inf")
        if self._asked_ns is None or now_ns - self._asked_ns >= pause_s * NS:
            self._asked_ns = now_ns
            self._waits_ns = now_ns if self._waits_ns is None else self._waits_ns
            self._write(ASK)
        return not (self._answers and self._waits_ns is not None and now_ns - self._waits_ns > DEAF_S * NS)
