"""A bedside read from a CSV somebody wrote: the playback format (contracts.md 4).

``t_s`` then columns of ``COLUMNS``: a cell stands until the next row, a blank ends it, a jump over
``SILENCE_S`` is silence on the line, each row with a cuff value is one determination.
"""

from __future__ import annotations

import bisect
import csv
import difflib
import io
import math
from dataclasses import dataclass, field

from simulators.readings import Cuff, Readings

SILENCE_S = 10.0
EVENTS = ("start", "hold", "resume", "stop")
# column -> module that shows it. perfusion_index is ours beside the contract's list, for oximeters
COLUMNS = {
    "hr": "hr",
    "pulse_rate": "spo2",
    "spo2": "spo2",
    "perfusion_index": "spo2",
    "nibp_sys": "nibp",
    "nibp_dia": "nibp",
    "nibp_mean": "nibp",
    "art_sys": "art",
    "art_dia": "art",
    "art_mean": "art",
    "resp_rate": "resp",
    "etco2": "co2",
    "temp": "temp",
}
_CUFF = ("nibp_sys", "nibp_dia", "nibp_mean")
# A cuff seen to inflate before its reading, as real ones do; never right at the reading before
_INFLATES_S = 30.0
_LARGEST = 1e7  # no vital sign, and 115 days of seconds


class PlaybackError(ValueError):
    """The file cannot be played: one sentence, with the line number where there is one."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: what stands from ``t_s`` until the next; ``cuff`` is the determination it brought, if any."""

    t_s: float
    values: dict[str, float]
    cuff: Cuff | None


@dataclass(frozen=True)
class Playback:
    """A parsed file. ``events`` are (t_s, word of ``EVENTS``) in order; seconds are the CSV's own."""

    columns: frozenset[str]
    events: tuple[tuple[float, str], ...]
    rows: tuple[_Row, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Playback:
        """Read the file's text. Raises PlaybackError, nothing else."""
        lines = _lines(text)
        header = [name.strip() for name in lines[0][1]] if lines else []
        _check_header(header)
        rows: list[_Row] = []
        events: list[tuple[float, str]] = []
        determinations = 0
        for line, cells in lines[1:]:
            if len(cells) > len(header):
                raise PlaybackError(f"Line {line} has {len(cells)} cells, the header {len(header)}.")
            named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            t_s = _number(named.get("t_s", ""), "t_s", line)
            if rows and t_s <= rows[-1].t_s:
                raise PlaybackError(f"Line {line}: t_s {t_s:g} does not come after {rows[-1].t_s:g}.")
            if event := named.get("event", ""):
                if event not in EVENTS:
                    raise PlaybackError(f"Line {line}: no event is called {event!r}{_near(event, EVENTS)}.")
                events.append((t_s, event))
            values = {name: _number(named[name], name, line) for name in COLUMNS if named.get(name)}
            cuff = _cuff(t_s, values, number=determinations + 1)
            determinations += cuff is not None
            rows.append(_Row(t_s, values, cuff))
        if not rows:
            raise PlaybackError("The file has no rows under its header.")
        return cls(frozenset(header) & COLUMNS.keys(), tuple(events), tuple(rows))

    @property
    def start_s(self) -> float:
        """Time of the first row."""
        return self.rows[0].t_s

    @property
    def end_s(self) -> float:
        """Time of the last row."""
        return self.rows[-1].t_s

    @property
    def modules(self) -> frozenset[str]:
        """The modules the columns stand for."""
        return frozenset(COLUMNS[name] for name in self.columns)

    def columns_refused_by(self, sends: frozenset[str]) -> str:
        """One sentence if there are columns a device sending ``sends`` cannot send, else ""."""
        if refused := sorted(self.columns - sends):
            return f"The device cannot send {', '.join(refused)}; it sends {', '.join(sorted(sends))}."
        return ""

    def line_fault(self, t_s: float, device: str = "") -> str:  # noqa: ARG002 - shape of Source
        """A playback has no damaged lines: always "" (its silences come as readings None)."""
        return ""

    def readings(self, t_s: float, device: str = "") -> Readings | None:  # noqa: ARG002 - shape of Source
        """The display at ``t_s``: the row standing then; None before the first, after the last, in a jump."""
        at = bisect.bisect_right(self.rows, t_s, key=lambda row: row.t_s) - 1
        if at < 0:
            return None
        row = self.rows[at]
        following = self.rows[at + 1] if at + 1 < len(self.rows) else None
        last_word = following is None or following.t_s - row.t_s > SILENCE_S
        if last_word and t_s >= row.t_s + 1:
            return None
        standing = row.values.get
        return Readings(
            t_s,
            hr=standing("hr"),
            pulse_rate=standing("pulse_rate"),
            spo2=standing("spo2"),
            perfusion_index=standing("perfusion_index"),
            resp_rate=standing("resp_rate"),
            etco2=standing("etco2"),
            temp=standing("temp"),
            art_sys=standing("art_sys"),
            art_dia=standing("art_dia"),
            art_mean=standing("art_mean"),
            cuff=row.cuff,
            measuring=self._measuring(at, t_s),
            modules=self.modules,
        )

    def _measuring(self, at: int, t_s: float) -> bool:
        """True in the seconds before the next determination, but not within one second of the last one."""
        if self.rows[at].cuff and t_s < self.rows[at].t_s + 1:
            return False
        for row in self.rows[at + 1 :]:
            if row.t_s > t_s + _INFLATES_S:
                return False
            if row.cuff:
                return True
        return False


def _cuff(t_s: float, values: dict[str, float], number: int) -> Cuff | None:
    """The determination a row with any cuff value is."""
    if not any(name in values for name in _CUFF):
        return None
    sys, dia, mean = (values.get(name) for name in _CUFF)
    return Cuff(number, sys, dia, mean, at_s=t_s)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Cells of every line that is not empty, with line numbers from 1."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise PlaybackError(f"Line {reader.line_num} is not CSV: {error}.") from error


def _check_header(header: list[str]) -> None:
    """Raise where the first line does not name ``t_s`` first and known columns, each once."""
    if not header or header[0] != "t_s":
        raise PlaybackError("Line 1 must name the columns, t_s first.")
    known = (*COLUMNS, "event")
    for place, name in enumerate(header[1:], start=1):
        if name in header[:place]:
            raise PlaybackError(f"Line 1 names the column {name!r} twice.")
        if name not in known:
            raise PlaybackError(f"Line 1: no column is called {name!r}{_near(name, known)}.")


def _near(word: str, known: tuple[str, ...]) -> str:
    """The hint behind an unknown word."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f", did you mean {near[0]}" if near else f"; known: {', '.join(known)}"


def _number(cell: str, name: str, line: int) -> float:
    """The finite number in ``cell``."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise PlaybackError(f"Line {line}: {name} is {cell!r}, not a number.")
    if abs(value) > _LARGEST:
        raise PlaybackError(f"Line {line}: {name} is {cell!r}, beyond {_LARGEST:g}.")
    return value
