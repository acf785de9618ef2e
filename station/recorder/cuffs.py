"""Pressures as the chart holds them: what stands now is asked of the charted readings, live and after a restart."""

from __future__ import annotations

from bisect import bisect
from typing import NamedTuple

from charting.model import Entry, Kind, NumericRow
from drivers.core.catalogue import NIBP
from drivers.core.measurement import Validity
from station.alarms.facts import Cuff
from station.wire.messages import TYPED

MOST = 1000  # readings kept, a session's or those since the last one; older ones are let go


class _Taken(NamedTuple):
    """One reading, ordered by its time (UTC ms) and then by its entry; ``seq`` 0: a device's row."""

    t_ms: int
    seq: int
    session: str
    source: str
    cuff: Cuff


class Cuffs:
    """Filled with rows and entries in any order. What was taken back is gone, and so is a patient who left."""

    def __init__(self) -> None:
        self._taken: list[_Taken] = []

    def add_row(self, row: NumericRow, at_ns: int) -> None:
        """A device's record. Where the device does not vouch for the reading, it was on display, its age unknown."""
        found = {m: row.values[m] for m in NIBP if m in row.values}
        good = {m: value for m, (value, word) in found.items() if value is not None and Validity(word).usable}
        if good:
            timed = all(found[m][1] == Validity.VALID for m in good)
            self._add(row.t_ms, 0, row.session, row.source, good, at_ns, timed=timed)

    def add_entry(self, entry: Entry, at_ns: int) -> None:
        """An entry that was true at ``at_ns``: a typed pressure, a correction of one, the end of a session."""
        if entry.kind is Kind.SESSION_CLOSED:
            self._taken.clear()
        elif entry.supersedes is not None:
            self._taken = [t for t in self._taken if t.seq != entry.supersedes]
        elif entry.kind is Kind.VITALS and "NIBP_SYS" in entry.payload["values"]:
            values = entry.payload["values"]
            self._add(entry.happened_at_ms, entry.seq, entry.session or "", TYPED, values, at_ns, timed=True)

    @property
    def latest(self) -> Cuff | None:
        """The newest reading that stands."""
        return self._taken[-1].cuff if self._taken else None

    @property
    def source(self) -> str:
        """Who read ``latest``: a device's name or ``TYPED``; "" without one."""
        return self._taken[-1].source if self._taken else ""

    @property
    def timed(self) -> Cuff | None:
        """The newest reading whose age is known."""
        return self.timed_by(None)

    def timed_by(self, until_ms: int | None) -> Cuff | None:
        """The newest one taken by ``until_ms``; None: of all."""
        found = (t.cuff for t in reversed(self._taken) if t.cuff.timed and (until_ms is None or t.t_ms <= until_ms))
        return next(found, None)

    def of(self, session: str, until_ms: int) -> list[tuple[float, float]]:
        """Systolic and diastolic (mmHg) of each whole reading of ``session`` whose age is known, up to ``until_ms``."""
        here = [t.cuff for t in self._taken if t.session == session and t.t_ms <= until_ms and t.cuff.timed]
        return [(c.sys, c.dia) for c in here if c.sys is not None and c.dia is not None]

    def _add(
        self, t_ms: int, seq: int, session: str, source: str, values: dict[str, float], at_ns: int, *, timed: bool
    ) -> None:
        place = bisect(self._taken, (t_ms, seq), key=lambda t: (t.t_ms, t.seq))
        before = self._taken[place - 1].cuff if place else None
        sys, dia, mean = (values.get(m) for m in NIBP)
        # Only a newest one counts as one more; the one before, found again on display after a restart, does not
        again = not timed and before is not None and (before.sys, before.dia, before.mean) == (sys, dia, mean)
        number = (before.number if before else 0) + (not again)
        cuff = Cuff(number=number, sys=sys, dia=dia, mean=mean, at_ns=at_ns, timed=timed)
        self._taken.insert(place, _Taken(t_ms, seq, session, source, cuff))
        del self._taken[:-MOST]
