"""The latest of everything a chair's devices said, each with its age and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from charting.model import NumericRow
from drivers.core.catalogue import METRICS, NIBP
from drivers.core.measurement import DeviceAlert, Item, Numeric, Validity
from station.alarms.facts import Cuff, Flag
from station.clock import NS
from station.recorder.cuffs import Cuffs


class Source(msgspec.Struct, frozen=True):
    """A device at a chair. ``name`` is unique at the chair; times are in seconds, ``lost_after_s`` None on demand."""

    name: str
    device: str
    port: str
    stale_after_s: float
    lost_after_s: float | None


class Latest(msgspec.Struct):
    """A metric of one source: what it last said, and when it last had a number."""

    numeric: Numeric
    heard_ns: int
    updated_ns: int | None
    stale_after_s: float

    def live(self, now_ns: int) -> bool:
        """True while the number is true: usable and not older than three periods."""
        return self.numeric.validity.usable and now_ns - self.heard_ns <= self.stale_after_s * NS


class Vitals:
    """Order of ``sources`` is precedence: of two that send a metric, the first that has it live is shown."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = {s.name: s for s in sources}
        self._latest: dict[str, dict[str, Latest]] = {}
        self._stale_after_s = {s.name: s.stale_after_s for s in sources}
        self._flags: dict[tuple[str, str, str], Flag] = {}
        self.cuffs = Cuffs()

    def accept(self, source: str, items: Iterable[Item], at_ns: int) -> list[NumericRow]:
        """Take what a device sent at ``at_ns``. The records in it come back as rows (``session`` still empty)."""
        rows: list[dict[str, Numeric]] = [{}]
        for item in items:
            if isinstance(item, Numeric):
                if item.metric in rows[-1]:
                    rows.append({})
                rows[-1][item.metric] = item
                self._keep(source, item, at_ns)
            elif isinstance(item, DeviceAlert):
                self._raise(source, item, at_ns)
        return [_row(source, row) for row in rows if row]

    def reading(self, metric: str, now_ns: int) -> Latest | None:
        """What stands for ``metric`` now: the first live source's, else the one heard last; None if never heard."""
        by_source = self._latest.get(metric)
        if not by_source:
            return None
        ranked = [by_source[name] for name in self._sources if name in by_source]
        for latest in ranked:
            if latest.live(now_ns):
                return latest
        return max(ranked, key=lambda r: r.updated_ns or 0)

    @property
    def cuff(self) -> Cuff | None:
        """The newest cuff reading that stands."""
        return self.cuffs.latest

    @property
    def metrics(self) -> list[str]:
        """Stream metrics heard so far."""
        return list(self._latest)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Alerts of the devices' own that are up now."""
        return tuple(self._flags.values())

    def flag_on(self, metric: str) -> Flag | None:
        """A flag that explains why ``metric`` has no number."""
        return next((f for f in self._flags.values() if f.metric in (metric, "")), None)

    def paced(self, source: str, period_s: float) -> None:
        """The device sends each ``period_s`` now: a value is stale after three of them, never earlier than usual."""
        self._stale_after_s[source] = max(self._sources[source].stale_after_s, 3 * period_s)

    def line_lost(self, source: str) -> None:
        """The device's line was lost: its flags are no longer known to be true."""
        self._flags = {key: flag for key, flag in self._flags.items() if key[0] != source}

    def restore_streams(self, rows: Iterable[NumericRow], to_ns: Callable[[int], int]) -> None:
        """The last number of each stream of a session that is resumed, as old as it is: silence since then counts."""
        for row in rows:
            if row.source not in self._sources:
                continue
            at_ns = to_ns(row.t_ms)
            for metric, (value, validity) in row.values.items():
                if value is not None:
                    unit = METRICS[metric].unit
                    item = Numeric(metric, value, unit, Validity(validity), None, None, at_ns, row.source)
                    self._keep(row.source, item, at_ns)

    def _keep(self, source: str, item: Numeric, at_ns: int) -> None:
        if item.metric in NIBP:
            return
        by_source = self._latest.setdefault(item.metric, {})
        before = by_source.get(source)
        updated = at_ns if item.validity.usable else (before.updated_ns if before else None)
        by_source[source] = Latest(item, at_ns, updated, self._stale_after_s[source])

    def _raise(self, source: str, alert: DeviceAlert, at_ns: int) -> None:
        key = (source, alert.kind, alert.metric)
        if alert.active:
            self._flags.setdefault(key, Flag(kind=alert.kind, metric=alert.metric, source=source, since_ns=at_ns))
        else:
            self._flags.pop(key, None)


def _row(source: str, row: dict[str, Numeric]) -> NumericRow:
    device_ns = next((n.determined_at for n in row.values() if n.determined_at is not None), None)
    return NumericRow(
        t_ms=0,
        session="",
        source=source,
        device_ms=device_ns // 1_000_000 if device_ns is not None else None,
        values={m: (n.value, n.validity.value) for m, n in row.items()},
    )
