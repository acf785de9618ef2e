"""A chair in virtual time over a ledger in memory: what the recorder's tests stand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from charting.ledger.store import Store
from drivers.core.catalogue import METRICS
from drivers.core.measurement import Numeric, Validity
from station.alarms.outcome import Transition
from station.alarms.preset import load_preset
from station.clock import NS, Ids, VirtualClock
from station.recorder.chair import Chair
from station.recorder.journal import Straight
from station.recorder.sight import Surroundings
from station.recorder.vitals import Source
from station.script import SURE
from station.wire.messages import OpenSession, Plan, StartInfusion

START_MS = 1_767_225_600_000
GE = Source("ge_dri", "ge_dri", "p1", 3.0, 5.0)
MASIMO = Source("masimo_ascii", "masimo_ascii", "p2", 3.0, 5.0)


class Desk:
    """One chair, its clock and its ledger; ``say`` feeds values, ``run`` lets time pass at 4 Hz."""

    def __init__(self, *sources: Source, preset: dict[str, Any] | None = None, ledger: Path | str = ":memory:") -> None:
        self.store = Store.open(ledger, rehearsal=True)
        self.journal = Straight(self.store)
        self.clock = VirtualClock(START_MS)
        self.chair = Chair(
            "Chair 1",
            sources or (GE,),
            load_preset(preset or {}, "test"),
            self.journal,
            self.clock,
            Ids(0),
        )
        self.frames = 0

    @property
    def now_ns(self) -> int:
        return self.clock.at_ns

    def act(self, act: Any, by: str = "N1") -> Any:
        return self.chair.handle(act, by, self.now_ns).last

    def begin(self, weight_kg: float = 70.0, start: bool = True) -> None:
        self.act(OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=weight_kg))
        self.act(Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0))
        if start:
            self.act(StartInfusion(confirmed=SURE))

    def say(self, source: str = "ge_dri", validity: Validity = Validity.VALID, **values: float | None) -> None:
        items = [
            Numeric(
                metric,
                value if validity.usable else None,
                METRICS[metric].unit,
                validity,
                f"d{self.now_ns}" if metric.startswith("NIBP") else None,
                self.now_ns,
                self.now_ns,
                source,
            )
            for metric, value in values.items()
        ]
        self.frames += 1
        self.chair.accept(source, items, self.now_ns)
        self.chair.heard(source, self.now_ns, self.frames, 1.0)

    def run(self, seconds: float, around: Surroundings | None = None, **values: float | None) -> list[Transition]:
        """Let ``seconds`` pass, saying ``values`` at each whole second; the transitions that came."""
        came: list[Transition] = []
        for step in range(round(seconds * 4)):
            if values and step % 4 == 0:
                self.say(**values)
            came += [c.transition for c in self.chair.step(self.now_ns, around or Surroundings())]
            self.clock.at_ns += NS // 4
        return came


def restarted(desk: Desk) -> Desk:
    """Another recorder, standing where the chart says this one stands."""
    desk.journal.commit()
    session = desk.chair.state.session if desk.chair.state else ""
    after = Desk()
    after.clock.at_ns = desk.now_ns
    after.store, after.journal = desk.store, desk.journal
    after.chair._journal = desk.journal
    after.chair.resume(desk.store.entries(session), list(desk.store.numerics(session)), after.now_ns)
    return after
