"""A session as curves: what the time axis, the tiny trends and the review draw. The same function live and afterwards.

Values fall into buckets of ten seconds that keep the lowest, the highest and the last: a minute of desaturation is not
averaged away. Where two devices send one metric, a bucket spans both. What nobody measured has no bucket.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from charting.delivered import holds, segments
from charting.due import seconds_left
from charting.into_vein import InVein, Plasma, in_vein
from charting.lines import line, listed
from charting.model import Entry, Kind, NumericRow
from charting.session import Phase, State, apply
from drivers.core.measurement import USABLE

BUCKET_MS = 10_000
MOST_BUCKETS = 6 * 360  # six hours of one metric; older ones are let go
MOST_CUFFS = 1000
MOST_ENTRIES = 1000
# of a ghost: what is kept around its start, and how many marks of it
GHOST_BEFORE_S, GHOST_AFTER_S = 30 * 60, 4 * 3600
GHOST_HEART_S = 60
MOST_GHOST_CUFFS = 120
STREAMS = ("HR", "PULSE_RATE", "SPO2", "RESP_RATE", "ETCO2")
# what opens, plans, seals or signals is no event in the patient's course
_NO_EVENT = (
    Kind.SESSION_OPENED, Kind.SESSION_CLOSED, Kind.PLAN, Kind.BASELINE, Kind.ALARM, Kind.NUMERICS, Kind.CORRECTION,
    Kind.STAFF, Kind.DUTY,
)  # fmt: skip
# too many to keep, and nothing is drawn from them
_NOT_KEPT = (Kind.ALARM, Kind.NUMERICS, Kind.DEVICE)


class Bucket(msgspec.Struct, frozen=True, array_like=True):
    """Ten seconds of one metric from ``t_ms`` on."""

    t_ms: int
    low: float
    high: float
    last: float


class Stream(msgspec.Struct, frozen=True):
    """All buckets of one metric, in time order; those without a value are absent."""

    metric: str
    buckets: tuple[Bucket, ...]


class Cuff(msgspec.Struct, frozen=True, array_like=True):
    """One determination. ``typed``: by a person; ``sure``: False where the device did not vouch for it."""

    t_ms: int
    sys: float | None
    dia: float | None
    mean: float | None
    typed: bool
    sure: bool


class Bar(msgspec.Struct, frozen=True):
    """The pump at one rate between two instants."""

    start_ms: int
    end_ms: int
    rate_ml_per_h: float


class Event(msgspec.Struct, frozen=True):
    """Something a person charted. ``number`` stays its number; ``seq`` is its entry."""

    number: int
    seq: int
    t_ms: int
    text: str


class Typed(msgspec.Struct, frozen=True, array_like=True):
    """A value of a stream that a person read elsewhere and typed; it lies in the curve too."""

    t_ms: int
    metric: str
    value: float


class Ghost(msgspec.Struct, frozen=True, cache_hash=True):
    """The same patient's session before, small: ``cuffs`` as (s, systolic, diastolic), ``heart`` as (s, rate).

    Seconds count from the start of its infusion: there two sessions can be compared, minutes before it are of any
    number.
    """

    opened_ms: int
    cuffs: tuple[tuple[int, float, float], ...]
    heart: tuple[tuple[int, float], ...]


class Trend(msgspec.Struct, frozen=True, cache_hash=True, kw_only=True):
    """A session as curves at ``now_ms``. ``planned``: the rest of the dose at this rate. Gaps and holds: from, to.

    ``ghost`` is put in by who can look into the chart for it (``review.ghost_before``), ``plasma`` by who asks for a
    model of it (``plasma.curve``), from ``in_vein``.
    """

    opened_ms: int
    now_ms: int
    streams: tuple[Stream, ...] = ()
    cuffs: tuple[Cuff, ...] = ()
    infusion: tuple[Bar, ...] = ()
    holds: tuple[tuple[int, int], ...] = ()
    planned: Bar | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    events: tuple[Event, ...] = ()
    typed: tuple[Typed, ...] = ()
    ghost: Ghost | None = None
    in_vein: InVein = InVein()
    plasma: Plasma | None = None

    def buckets(self, metric: str) -> tuple[Bucket, ...]:
        """The buckets of ``metric``; empty where it was never measured."""
        return next((s.buckets for s in self.streams if s.metric == metric), ())


def heart(trend: Trend) -> str:
    """The metric that is the heart rate: the ECG's, or the oximeter's where there is none."""
    return "HR" if trend.buckets("HR") else "PULSE_RATE"


class TrendBuilder:
    """Takes a session's rows and entries in the order they came; bounded, whatever comes."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._state: State | None = None
        self._buckets: dict[str, dict[int, Bucket]] = {}
        self._cuffs: deque[Cuff] = deque(maxlen=MOST_CUFFS)
        self._entries: deque[tuple[int, Entry]] = deque(maxlen=MOST_ENTRIES)
        self._undone: set[int] = set()
        self._numbered = 0

    def add_all(self, entries: Iterable[Entry], rows: Iterable[NumericRow]) -> None:
        """A session as it lies in the chart."""
        for entry in entries:
            self.add_entry(entry)
        for row in rows:
            self.add_row(row)

    def add_row(self, row: NumericRow) -> None:
        """One device record."""
        good = {m: (value, word) for m, (value, word) in row.values.items() if value is not None and word in USABLE}
        for metric in STREAMS:
            if metric in good:
                _put(self._buckets.setdefault(metric, {}), row.t_ms, good[metric][0])
        if "NIBP_SYS" in good:
            sys, dia, mean = (good[m][0] if m in good else None for m in ("NIBP_SYS", "NIBP_DIA", "NIBP_MEAN"))
            self._cuffs.append(Cuff(row.t_ms, sys, dia, mean, False, good["NIBP_SYS"][1] == "valid"))

    def add_entry(self, entry: Entry) -> None:
        """One entry; the opening of a session begins anew."""
        if entry.kind is Kind.SESSION_OPENED and entry.supersedes is None:
            self._clear()
        self._state = apply(self._state, entry)
        if entry.supersedes is not None:
            self._undone.add(entry.supersedes)
        if entry.kind in _NOT_KEPT:
            return
        number = 0
        if entry.source == "person" and entry.kind not in _NO_EVENT and listed(entry):
            self._numbered += 1
            number = self._numbered
        self._entries.append((number, entry))

    def trend(self, now_ms: int) -> Trend | None:
        """The curves up to ``now_ms``; None before a session was opened."""
        state = self._state
        if state is None:
            return None
        buckets = {metric: dict(found) for metric, found in self._buckets.items()}
        cuffs = list(self._cuffs)
        said = [(number, e) for number, e in self._entries if e.seq not in self._undone]
        typed = [found for _, entry in said if entry.kind is Kind.VITALS for found in _typed(entry, buckets, cuffs)]
        parts = segments(state, now_ms)
        return Trend(
            opened_ms=state.opened_ms,
            now_ms=now_ms,
            streams=tuple(Stream(m, _ordered(buckets[m])) for m in STREAMS if m in buckets),
            cuffs=tuple(sorted(cuffs, key=lambda c: c.t_ms)),
            infusion=tuple(Bar(s.start_ms, s.end_ms, s.rate_ml_per_h) for s in parts),
            holds=tuple((start, end) for start, end in holds(state, now_ms) if end > start),
            planned=_planned(state, now_ms),
            gaps=state.gaps,
            events=tuple(Event(number, e.seq, e.happened_at_ms, line(e)) for number, e in said if number),
            typed=tuple(sorted(typed, key=lambda t: t.t_ms)),
            in_vein=in_vein(state, now_ms),
        )


def trend_of(entries: Iterable[Entry], rows: Iterable[NumericRow], now_ms: int) -> Trend | None:
    """The curves of a session as it lies in the chart, as they stood at ``now_ms``: what came later is unseen."""
    builder = TrendBuilder()
    builder.add_all((e for e in entries if e.happened_at_ms <= now_ms), (r for r in rows if r.t_ms <= now_ms))
    return builder.trend(now_ms)


def ghost_of(trend: Trend) -> Ghost | None:
    """``trend`` as a later session's ghost, without what no device vouched for; None where no infusion was started."""
    if not trend.infusion:
        return None
    start_ms = trend.infusion[0].start_ms
    after = [((c.t_ms - start_ms) // 1000, c.sys, c.dia) for c in trend.cuffs if c.sure]
    beats = [((b.t_ms - start_ms) // 1000, b.last) for b in trend.buckets(heart(trend))]
    each = {after_s // GHOST_HEART_S: (after_s, rate) for after_s, rate in beats if _near(after_s)}
    cuffs = [(s, sys, dia) for s, sys, dia in after if sys is not None and dia is not None and _near(s)]
    return Ghost(trend.opened_ms, tuple(cuffs[:MOST_GHOST_CUFFS]), tuple(each.values()))


def _near(after_s: int) -> bool:
    return -GHOST_BEFORE_S <= after_s <= GHOST_AFTER_S


def _put(found: dict[int, Bucket], t_ms: int, value: float) -> None:
    at_ms = t_ms - t_ms % BUCKET_MS
    value = int(value) if value == int(value) else value  # a whole number is a byte on the wire, a float nine
    old = found.get(at_ms)
    found[at_ms] = (
        Bucket(at_ms, min(old.low, value), max(old.high, value), value) if old else Bucket(at_ms, value, value, value)
    )
    if len(found) > MOST_BUCKETS:
        del found[next(iter(found))]


def _ordered(found: dict[int, Bucket]) -> tuple[Bucket, ...]:
    return tuple(found[t] for t in sorted(found))


def _typed(entry: Entry, buckets: dict[str, dict[int, Bucket]], cuffs: list[Cuff]) -> list[Typed]:
    """Put the entry's values into ``buckets`` and ``cuffs``; those of streams come back."""
    values, t_ms = entry.payload["values"], entry.happened_at_ms
    if "NIBP_SYS" in values:
        cuffs.append(Cuff(t_ms, values["NIBP_SYS"], values.get("NIBP_DIA"), values.get("NIBP_MEAN"), True, True))
    found = [Typed(t_ms, metric, values[metric]) for metric in STREAMS if metric in values]
    for typed in found:
        _put(buckets.setdefault(typed.metric, {}), t_ms, typed.value)
    return found


def _planned(state: State, now_ms: int) -> Bar | None:
    running = state.running
    left_s = seconds_left(state, now_ms)
    if running is None or left_s is None or left_s <= 0 or state.phase is Phase.CLOSED:
        return None
    return Bar(now_ms, now_ms + round(left_s * 1000), running.rate_ml_per_h)
