"""The alarm block: three rows that flash by redraw from the app's clock (alarms.md a4; no SGR blink)."""

from __future__ import annotations

from textual.timer import Timer

from station.tui.spans import Row, Span
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

    def tone(self, span: Span) -> str:
        """The unlit twin of an alarm's tone in the dark half."""
        return span.tone if self.lit or span.tone not in ("high", "medium", "low") else f"{span.tone}-unlit"

    def present(self, rows: tuple[Row, ...], flash_s: float | None) -> None:
        """Rows and rhythm of the highest alarm."""
        self.flash(flash_s)
        self.show(rows)
