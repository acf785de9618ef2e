"""What the engine remembers of one condition and subject between steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from station.alarms.finding import Finding
from station.alarms.outcome import State

_UNKNOWN_COUNT = 1 << 62  # beyond any: the first finding after a restart counts as one that began anew
_TIMES = ("since_ns", "onset_ns", "at_ns", "clear_since_ns", "acked_ns")


class Memory(msgspec.Struct, kw_only=True):
    """State and the evidence behind it; ``area`` is points x ns beyond the limit since ``onset_ns``.

    ``frozen`` is the state kept while HELD. ``bad_counter`` is the determination or frame count at the last
    finding that was not normal. ``marks`` are the worst values until the last acknowledgement, by metric,
    higher is worse. ``starts`` are recent announcements, for chattering; they and ``bad_counter`` outlive an
    episode.
    """

    since_ns: int
    state: State = State.INACTIVE
    frozen: State | None = None
    episode: int = 0
    priority: str = ""
    onset_ns: int | None = None
    at_ns: int = 0
    area: float = 0
    excess: float = 0
    clear_since_ns: int | None = None
    bad_counter: int = 0
    acked_ns: int | None = None
    marks: dict[str, float] = {}
    starts: list[int] = []
    value: float | None = None
    limit: float | None = None
    extreme: float | None = None
    text: str = ""
    reason: str = ""

    @property
    def effective(self) -> State:
        """The state it is in, or was frozen in."""
        return self.state if self.frozen is None else self.frozen

    def hold(self) -> None:
        """The input is missing: keep everything but the evidence that it was getting well."""
        self.frozen, self.excess, self.clear_since_ns = self.state, 0, None

    def release(self) -> State:
        """The input is back: the state to go on from."""
        frozen, self.frozen = self.effective, None
        return frozen

    def observe(self, finding: Finding, now_ns: int, readings: int = 0, again_ns: int | None = None) -> None:
        """Add one finding to the evidence; the time since the last one belongs to what was found then.

        ``readings`` good ones end it (0: not counted). ``again_ns``: since when it is watched again after it was
        off. What began before counts from there.
        """
        if finding.present:
            if finding.onset_ns is not None:
                began_ns = finding.onset_ns if again_ns is None else max(finding.onset_ns, again_ns)
                self.onset_ns = min(began_ns, now_ns)
            elif self.onset_ns is None:
                self.onset_ns, self.area = now_ns, 0
            else:
                self.area += self.excess * (now_ns - self.at_ns)
            self.excess, self.clear_since_ns = finding.excess, None
        else:
            self.excess = 0
            if self.state is State.LATCHED:
                self.onset_ns = None
            if not finding.normal:
                self.clear_since_ns = None
            elif self.clear_since_ns is None:
                self.clear_since_ns = now_ns
        if finding.counter is not None:
            if finding.counter < self.bad_counter:
                # The count began anew, or a typed reading was taken back: what now stands is one good reading at
                # most, and none where one would have ended it
                self.bad_counter = max(finding.counter - (1 if readings > 1 else 0), 0)
            if not finding.normal:
                self.bad_counter = finding.counter
        self.at_ns = now_ns

    def begin(self, episode: int, priority: str) -> None:
        """A violation begins an episode."""
        self.episode, self.priority, self.extreme = episode, priority, None

    def announce(self, priority: str, worst: Mapping[str, float], now_ns: int, window_s: float) -> None:
        """The delay has passed: it becomes an alarm."""
        self.priority, self.marks = priority, dict(worst)
        self.starts = [*(then for then in self.starts if now_ns - then <= window_s * 1e9), now_ns]

    def starts_within(self, window_s: float, now_ns: int) -> int:
        """How many times it was announced in the last ``window_s``."""
        return sum(now_ns - then <= window_s * 1e9 for then in self.starts)

    def worsen(self, value: float | None, sign: int) -> None:
        """Keep the extreme of the episode; ``sign`` is +1 where higher is worse."""
        if value is not None and (self.extreme is None or (value - self.extreme) * sign > 0):
            self.extreme = value

    def worse(self, worst: Mapping[str, float], band: float | None) -> bool:
        """True where a violated value is worse by ``band`` than anything until the acknowledgement."""
        return band is not None and any(v - self.marks.get(metric, v) >= band for metric, v in worst.items())

    def mark(self, worst: Mapping[str, float]) -> None:
        """Unacknowledged, the marks follow the worst; acknowledged, they stay (a metric first broken now
        joins).
        """
        for metric, value in worst.items():
            mark = self.marks.setdefault(metric, value)
            if self.state is State.ACTIVE_UNACK:
                self.marks[metric] = max(mark, value)

    def reset(self) -> None:
        """The episode is over and logged."""
        fresh = Memory(since_ns=self.since_ns, starts=self.starts, bad_counter=self.bad_counter, at_ns=self.at_ns)
        for field in self.__struct_fields__:
            setattr(self, field, getattr(fresh, field))

    def plain(self) -> dict[str, Any]:
        """JSON for ``remembered``."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return fields


def remembered(payload: Mapping[str, Any], now_ns: int) -> Memory:
    """The memory behind a payload: its own from an export, or what a logged transition tells. Times after
    ``now_ns`` are of another boot's clock and become ``now_ns``. KeyError or msgspec.ValidationError where it
    is no payload.
    """
    if "memory" in payload:
        memory = msgspec.convert(payload["memory"], Memory)
    else:
        told = {
            field: payload[field]
            for field in ("episode", "priority", "onset_ns", "value", "limit", "extreme", "text", "reason")
        }
        state = {"state": payload["to"], "frozen": payload["frozen"] or None}
        times = {"since_ns": payload["at_ns"], "at_ns": payload["at_ns"], "acked_ns": payload["at_ns"]}
        counts = {"bad_counter": _UNKNOWN_COUNT}
        memory = msgspec.convert({**told, **state, **times, **counts}, Memory)
    for field in _TIMES:
        if (time_ns := getattr(memory, field)) is not None:
            setattr(memory, field, min(time_ns, now_ns))
    memory.starts = [min(then, now_ns) for then in memory.starts]
    return memory
