"""The alarm block: three rows that flash by redraw from the app's clock (alarms.md a4; no SGR blink)."""

from __future__ import annotations

from textual.timer import Timer

from station.tui.spans import Row
from station.tui.widgets.lines import Lines


class AlarmBlock(Lines):
    """Rows in an alarm's tone, lit and unlit in turn every ``flash_s`` seconds; steady where that is None.

    The words stay readable in both halves.
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id, rows=((), (), ()))
        self.lit = True
        self._flash_s: float | None = None
        self._timer: Timer | None = None

    def flash(self, flash_s: float | None) -> None:
        """Flash with ``flash_s`` seconds lit and as many unlit; the same number again changes nothing."""
        if flash_s == self._flash_s:
            return
        self._flash_s = flash_s
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.lit = True
        if flash_s is not None:
            self._timer = self.set_interval(flash_s, self._turn)
        self.redraw()

    def _turn(self) -> None:
        self.lit = not self.lit
        self.redraw()

    def lit_row(self, row: Row) -> Row:
        """The unlit twins of an alarm's tones in the dark half."""
        if self.lit:
            return row
        return tuple(
            span._replace(tone=f"{span.tone}-unlit") if span.tone in ("high", "medium", "low") else span for span in row
        )

    def present(self, rows: tuple[Row, ...], flash_s: float | None) -> None:
        """Rows and rhythm of the highest alarm."""
        self.flash(flash_s)
        self.show(rows)
