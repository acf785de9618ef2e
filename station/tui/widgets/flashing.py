"""Rows of which an alarm's flash by redraw from the app's clock (alarms.md a4; no SGR blink)."""

from __future__ import annotations

from textual.timer import Timer

from station.tui.spans import Row
from station.tui.widgets.lines import Lines

TWINNED = ("high", "medium", "low")  # tones that have an unlit twin


class Flashing(Lines):
    """Of its rows a ``block`` is lit and unlit in turn every ``flash_s`` seconds; steady where that is None.

    The words stay readable in both halves.
    """

    def __init__(self, id: str) -> None:
        super().__init__(id, flexible=True)
        self.lit = True
        self._all: tuple[Row, ...] = ()
        self._block = range(0)
        self._flash_s: float | None = None
        self._timer: Timer | None = None

    def present(self, rows: tuple[Row, ...], block: range, flash_s: float | None) -> None:
        """Show ``rows``, those of ``block`` flashing; the same rhythm again goes on as it was."""
        self._all, self._block = rows, block
        if flash_s != self._flash_s:
            self._flash_s = flash_s
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_interval(flash_s, self._turn) if flash_s is not None else None
            self.lit = True
        self._show()

    def _turn(self) -> None:
        self.lit = not self.lit
        self._show()

    def _show(self) -> None:
        a, b = self._block.start, self._block.stop
        self.show(self._all if self.lit else (*self._all[:a], *map(_unlit, self._all[a:b]), *self._all[b:]))


def _unlit(row: Row) -> Row:
    """``row`` in the dark half: the unlit twins of an alarm's tones."""
    return tuple(span._replace(tone=f"{span.tone}-unlit") if span.tone in TWINNED else span for span in row)
