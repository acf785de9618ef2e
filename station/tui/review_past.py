"""A charted session opened for looking back: read once, then asked for any moment of it. Read-only.

What a correction replaced counts for nothing here, as in the fold; the list of entries still shows it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

import msgspec

from charting.delivered import Delivered, delivered
from charting.ledger.reader import Reader, SessionLine
from charting.lines import line, listed
from charting.model import Entry, Kind, NumericRow
from charting.review import ghost_before
from charting.session import Phase, State, fold
from charting.summary import summary, words
from charting.trends import Trend, trend_of
from drivers.core.text import clean
from station.wire.messages import TYPED

STANDING = ("ACTIVE_UNACK", "ACTIVE_ACK", "LATCHED")


class Reading(NamedTuple):
    """What was known of a metric at a moment: the last value that came, and when."""

    at_ms: int
    value: float | None
    validity: str
    source: str


class Told(NamedTuple):
    """An entry as a row of the list."""

    at_ms: int
    seq: int
    text: str
    by: str
    alarm: bool
    replaced: bool
    number: int  # its number on the time axis, 0 for none


class Moment(NamedTuple):
    """The session at ``at_ms``; ``alarms`` as (priority, words) that stood then, in the order they came."""

    at_ms: int
    phase: Phase
    readings: dict[str, Reading]
    given: Delivered
    alarms: tuple[tuple[str, str], ...]


class Past(msgspec.Struct, frozen=True):
    """One session. ``told`` is in the order in which things happened and never empty."""

    state: State
    sentences: tuple[str, ...]
    trend: Trend
    told: tuple[Told, ...]
    series: dict[str, list[Reading]]
    alarms: tuple[Entry, ...]
    end_ms: int

    def at(self, at_ms: int) -> Moment:
        """The moment ``at_ms``: what had happened by then, as it stands corrected now."""
        state = self.state
        closed_ms = state.closed_ms if state.closed_ms is not None and state.closed_ms <= at_ms else None
        acts = tuple(act for act in state.acts if act.at_ms <= at_ms)
        parts = tuple(part for part in state.given if part.at_ms <= at_ms)
        readings = {}
        for metric, came in self.series.items():
            n = bisect_right(came, at_ms, key=lambda reading: reading.at_ms)
            if n:
                readings[metric] = came[n - 1]
        standing: dict[tuple[str, str], tuple[str, str]] = {}
        for entry in self.alarms[: bisect_right(self.alarms, at_ms, key=lambda e: e.happened_at_ms)]:
            p = entry.payload
            key = (p["condition"], p.get("subject", ""))
            standing.pop(key, None)
            if p["to"] in STANDING:
                standing[key] = (p["priority"], clean(p.get("text") or p["condition"]))
        return Moment(
            at_ms=at_ms,
            phase=msgspec.structs.replace(state, acts=acts, given=parts, closed_ms=closed_ms).phase,
            readings=readings,
            given=delivered(state, at_ms),
            alarms=tuple(standing.values()) if closed_ms is None else (),  # an alarm ends with its session
        )

    def told_by(self, at_ms: int) -> int:
        """Place of the last entry that had happened by ``at_ms``, 0 before the first."""
        return max(0, bisect_right(self.told, at_ms, key=lambda told: told.at_ms) - 1)


def past(entries: Iterable[Entry], rows: Iterable[NumericRow]) -> Past:
    """A session from all its entries and rows. Raises ValueError where no entry opens one."""
    every, measured = tuple(entries), tuple(rows)
    written = tuple(
        entry for entry in every if entry.kind is not Kind.SIGNED
    )  # told in the summary: it may be days later
    state = fold(written)
    if state is None:
        raise ValueError("no entry opens this session")
    replaced = {entry.supersedes for entry in written if entry.supersedes is not None}
    happened = sorted(written, key=lambda entry: (entry.happened_at_ms, entry.seq))
    end_ms = max(happened[-1].happened_at_ms, max((row.t_ms for row in measured), default=0))
    trend = trend_of(written, measured, end_ms) or Trend(opened_ms=state.opened_ms, now_ms=end_ms)
    number = {event.seq: event.number for event in trend.events}
    told = tuple(
        Told(
            at_ms=e.happened_at_ms,
            seq=e.seq,
            text=line(e),
            by=clean(e.entered_by),
            alarm=e.kind is Kind.ALARM,
            replaced=e.seq in replaced,
            number=number.get(e.seq, 0),
        )
        for e in happened
        if listed(e)
    )
    return Past(
        state=state,
        sentences=tuple(clean(sentence, 400) for sentence in words(summary(every, measured))),
        trend=trend,
        told=told,
        series=_series((e for e in happened if e.seq not in replaced), measured),
        alarms=tuple(e for e in happened if e.kind is Kind.ALARM),
        end_ms=end_ms,
    )


def _series(entries: Iterable[Entry], rows: Iterable[NumericRow]) -> dict[str, list[Reading]]:
    series: dict[str, list[Reading]] = {}
    for row in rows:
        for metric, (value, validity) in row.values.items():
            series.setdefault(metric, []).append(Reading(row.t_ms, value, validity, row.source))
    for entry in entries:
        if entry.kind is Kind.VITALS:
            for metric, value in entry.payload["values"].items():
                series.setdefault(metric, []).append(Reading(entry.happened_at_ms, value, "valid", TYPED))
    for came in series.values():
        came.sort(key=lambda reading: reading.at_ms)
    return series


def read_past(ledger: Path, session: str) -> Past:
    """The session out of the file, with the same patient's one before it as a ghost. Raises ``LedgerError``."""
    with Reader.open(ledger) as reader:
        made = past(reader.entries(session), reader.numerics(session))
        ghosted = msgspec.structs.replace(made.trend, ghost=ghost_before(reader, made.state))
        return msgspec.structs.replace(made, trend=ghosted)


def read_list(ledger: Path) -> tuple[SessionLine, ...]:
    """All sessions of the file, newest first. Raises ``LedgerError``."""
    with Reader.open(ledger) as reader:
        return tuple(sorted(reader.sessions(), key=lambda found: found.opened_seq, reverse=True))


def day_text(at_ms: int, zone: tzinfo | None = None) -> str:
    """UTC milliseconds as ``YYYY-MM-DD HH:MM`` in ``zone``, by default that of this computer."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def matching(found: tuple[SessionLine, ...], words: str, zone: tzinfo | None = None) -> tuple[SessionLine, ...]:
    """Those in which every word stands in patient, identifier, date, chair or session id; case does not matter."""
    wanted = clean(words).casefold().split()

    def text(one: SessionLine) -> str:
        parts = (one.patient, one.identifier, day_text(one.opened_at_ms, zone), one.chair or "", one.session)
        return " ".join(parts).casefold()

    return tuple(one for one in found if all(word in text(one) for word in wanted))
