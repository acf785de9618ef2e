"""The real recorder under a chart clock that leaps: hours of waiting pass in seconds, acts are made at life's own pace.

    python paced_recorder.py LEAPS record ...

``LEAPS`` is a file of lines ``FROM SKIP`` (ns): from the steady moment FROM on, chart time runs ``FASTER`` times as
fast until it has gained SKIP. What the clock says is a function of the steady one alone, so a recorder that is killed
and started again finds the chart's time where it has to be, as in life.
"""

from __future__ import annotations

import sys
from pathlib import Path

from station.clock import Clock, real_ns

FASTER = 7200


def leap(leaps: Path, skip_ns: int) -> None:
    """Let ``skip_ns`` of chart time pass, from now on and faster than life."""
    with leaps.open("a") as file:
        file.write(f"{real_ns()} {skip_ns}\n")


class LeapingClock(Clock):
    """The recorder's clock with what it gained by the leaps."""

    leaps = Path()
    _read: tuple[int, tuple[tuple[int, int], ...]] = (-1, ())

    def now_ns(self) -> int:
        """Steady nanoseconds, and what was skipped of them so far."""
        now_ns = real_ns()
        gained = (min(max(now_ns - begun, 0) * (FASTER - 1), skip) for begun, skip in self._leapt())
        return now_ns + sum(gained)

    def _leapt(self) -> tuple[tuple[int, int], ...]:
        size = self.leaps.stat().st_size
        if size != self._read[0]:
            lines = self.leaps.read_text().splitlines()
            self._read = size, tuple((int(begun), int(skip)) for begun, skip in map(str.split, lines))
        return self._read[1]


if __name__ == "__main__":
    from station.cli import main
    from station.recorder import process

    LeapingClock.leaps = Path(sys.argv[1])
    process.Clock = LeapingClock  # type: ignore[misc]  # the one seam: nothing else of the recorder is touched
    sys.argv[1:] = sys.argv[2:]
    main()
