"""The engine against a second, smaller telling of the same state machine, on random values, gaps and keys."""

from __future__ import annotations

import itertools

from alarm_bench import SECOND, Bench
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from station.alarms.preset import load_preset

LIMIT, CLEAR, DELAY_S, CLEAR_DELAY_S, BAND, TIMEOUT_S = 90, 92, 3, 4, 5, 180
PRESET = load_preset({"SPO2_LOW": {"delay_s": DELAY_S, "clear_delay_s": CLEAR_DELAY_S}}, "reference")
SPO2 = st.integers(80, 96) | st.none()


class Reference:
    """One latching low-limit condition in whole seconds; ``name`` is the state while not held."""

    def __init__(self) -> None:
        self.name, self.held, self.seen = "INACTIVE", False, False
        self.low_since = self.good_since = self.acked = None
        self.lowest = 0.0
        self.starts: list[int] = []

    @property
    def state(self) -> str:
        return "HELD" if self.held else self.name

    def second(self, t: int, value: float | None) -> None:
        self.seen = self.seen or value is not None
        self.held = value is None and self.seen
        if value is None:
            self.good_since = None
            return
        low, good = value < LIMIT, value >= CLEAR
        self.good_since = (t if self.good_since is None else self.good_since) if good else None
        active = self.name.startswith("ACTIVE")
        if low and self.low_since is None:
            self.low_since = t
        if not low and not active:
            self.low_since = None
            if self.name == "PENDING":
                self.name = "INACTIVE"
        if active:
            self._active(t, value, low)
        elif low:
            self.name = "PENDING" if self.name == "INACTIVE" else self.name
            if t - self.low_since >= DELAY_S:
                self.name, self.lowest = "ACTIVE_UNACK", value
                self.starts.append(t)

    def _active(self, t: int, value: float, low: bool) -> None:
        wait = CLEAR_DELAY_S * (2 if sum(t - s <= 60 for s in self.starts) >= 3 else 1)
        if self.good_since is not None and t - self.good_since >= wait:
            self.name = "LATCHED" if self.name == "ACTIVE_UNACK" else "INACTIVE"
            self.low_since = self.good_since = None
            return
        worse = low and self.lowest - value >= BAND
        if self.name == "ACTIVE_ACK" and (worse or t - self.acked >= TIMEOUT_S):
            self.name = "ACTIVE_UNACK"
        if low and self.name == "ACTIVE_UNACK":
            self.lowest = min(self.lowest, value)

    def ack(self, t: int) -> None:
        if self.name in ("ACTIVE_UNACK", "LATCHED"):
            self.name = {"ACTIVE_UNACK": "ACTIVE_ACK", "LATCHED": "INACTIVE"}[self.name]
            self.acked = t
            if self.name == "INACTIVE":
                self.low_since = None


class Against(RuleBasedStateMachine):
    """Both get the same second; both must be in the same state after it."""

    def __init__(self) -> None:
        super().__init__()
        self.bench, self.reference = Bench(PRESET), Reference()

    @rule(values=st.lists(SPO2, min_size=1, max_size=8))
    def seconds(self, values: list[int | None]) -> None:
        for value in values:
            self._second(value)

    @rule(value=SPO2, seconds=st.integers(3, 30))
    def steady(self, value: int | None, seconds: int) -> None:
        for _ in range(seconds):
            self._second(value)

    @rule(value=st.integers(84, 91))
    def long(self, value: int) -> None:
        for _ in range(TIMEOUT_S):
            self._second(value)

    @rule()
    def ack(self) -> None:
        self.bench.ack()
        self.reference.ack(int(self.bench.now_s))
        self._same()

    @rule()
    def restart(self) -> None:
        kept = self.bench.engine.export()
        self.bench.engine = type(self.bench.engine)(PRESET)
        self.bench.engine.restore(kept, self.bench.now_ns)
        self._same()
        if self.reference.name == "INACTIVE":  # chattering is counted within one run
            self.reference.starts.clear()

    @invariant()
    def transitions_chain(self) -> None:
        rows = [t for t in self.bench.log if t.condition == "SPO2_LOW"]
        assert all(a.to_state == b.from_state for a, b in itertools.pairwise(rows))
        assert all(t.at_ns % SECOND == 0 for t in rows)

    def _second(self, value: float | None) -> None:
        self.bench.values["SPO2"] = value
        self.bench.step()
        self.reference.second(int(self.bench.now_s), value)
        self._same()
        self.bench.now_s += 1

    def _same(self) -> None:
        assert str(self.bench.state("SPO2_LOW")) == self.reference.state, self.bench.now_s


TestAgainst = Against.TestCase
TestAgainst.settings = settings(max_examples=30, stateful_step_count=25, deadline=None, derandomize=True)
