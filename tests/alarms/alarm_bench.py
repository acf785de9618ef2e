"""A chair without devices: values somebody sets, sent once a second, and an engine stepped at 4 Hz."""

from __future__ import annotations

from typing import Any

import msgspec

from station.alarms.engine import Engine
from station.alarms.facts import Cuff, Facts, Flag, LinkFact, Reading
from station.alarms.outcome import State, Transition
from station.alarms.preset import Preset, load_preset

SECOND = 1_000_000_000
SOURCE = "monitor"
STANDARD = load_preset({}, "standard")
# States in the short, as tests list them; N is "normal"
N, P, U, A, L, D, H = (
    State.INACTIVE,
    State.PENDING,
    State.ACTIVE_UNACK,
    State.ACTIVE_ACK,
    State.LATCHED,
    State.DISABLED,
    State.HELD,
)
PRESENT = (State.ACTIVE_UNACK, State.ACTIVE_ACK)


class Bench:
    """``values`` go out each second unless ``silent``; ``facts`` holds everything else the engine is told."""

    def __init__(self, preset: Preset = STANDARD, **facts: Any) -> None:
        self.engine = Engine(preset)
        self.values: dict[str, float | None] = {}
        self.low_signal = False
        self.silent = False
        self.now_s = 0.0
        self.log: list[Transition] = []
        self.readings: dict[str, Reading] = {}
        self.frames = 0
        self.last_good_ns: int | None = None
        self.facts = Facts(**facts)

    def set(self, **facts: Any) -> None:
        """Change facts from the next step on."""
        self.facts = msgspec.structs.replace(self.facts, **facts)

    def cuff(self, sys: float, dia: float = 70, mean: float = 80, **more: Any) -> None:
        """One determination now, seen by one step."""
        number = 1 if self.facts.cuff is None else self.facts.cuff.number + 1
        values = {"sys": sys, "dia": dia, "mean": mean, "at_ns": self.now_ns, "number": number, **more}
        cuff = Cuff(**values)
        self.set(cuff=cuff, cuff_timed_ns=cuff.at_ns if cuff.timed else self.facts.cuff_timed_ns)
        self.step()

    def flag(self, metric: str, *, on: bool) -> None:
        """The device raises or drops its sensor flag."""
        raised = (Flag(kind="sensor_off", metric=metric, source=SOURCE, since_ns=self.now_ns),)
        self.set(flags=raised if on else ())

    @property
    def now_ns(self) -> int:
        return round(self.now_s * SECOND)

    def step(self) -> list[Transition]:
        """One step of the engine now."""
        if not self.silent and self.now_s == int(self.now_s):
            self._send()
        link = LinkFact(
            source=SOURCE, last_good_ns=self.last_good_ns, since_ns=0, lost_after_s=5, good_frames=self.frames
        )
        facts = msgspec.structs.replace(self.facts, readings=tuple(self.readings.values()), links=(link,))
        out = self.engine.step(self.now_ns, facts)
        self.log += out
        return out

    def run(self, seconds: float, **values: float | None) -> list[Transition]:
        """Set values and go on for some seconds; the instant at the end is not stepped yet."""
        self.values.update(values)
        before = len(self.log)
        for _ in range(round(seconds * 4)):
            self.step()
            self.now_s += 0.25
        return self.log[before:]

    def ack(self, by: str = "ab") -> list[Transition]:
        """Somebody acknowledges now."""
        out = self.engine.acknowledge(self.now_ns, by)
        self.log += out
        return out

    def of(self, condition: str) -> list[tuple[float, State, State]]:
        """(second, from, to) of every transition of a condition."""
        rows = [t for t in self.log if t.condition == condition]
        return [(t.at_ns / SECOND, t.from_state, t.to_state) for t in rows]

    def state(self, condition: str, subject: str = "") -> State:
        """Its state now."""
        standing = {(s.condition, s.subject): s.state for s in self.engine.standing()}
        return standing.get((condition, subject), State.INACTIVE)

    def since(self, condition: str, state: State) -> float | None:
        """The second at which a condition last entered a state."""
        return next((at for at, _, to in reversed(self.of(condition)) if to is state), None)

    def _send(self) -> None:
        self.frames, self.last_good_ns = self.frames + 1, self.now_ns
        for metric, value in self.values.items():
            before = self.readings.get(metric)
            usable_ns = self.now_ns if value is not None else before.updated_ns if before else None
            self.readings[metric] = Reading(
                metric=metric,
                value=value,
                validity="not_available" if value is None else "valid",
                updated_ns=usable_ns,
                heard_ns=self.now_ns,
                stale_after_s=3,
                source=SOURCE,
                low_signal=self.low_signal,
            )


def tachycardia(**facts: object) -> Bench:
    """HR 130 from second 60 on, active since 72."""
    bench = Bench(**facts)
    bench.run(30, HR=80)
    bench.run(15, HR=95)
    bench.run(15, HR=115)
    bench.run(15, HR=130)
    assert bench.of("HR_HIGH") == [(60.0, N, P), (72.0, P, U)]
    return bench
