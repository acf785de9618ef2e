"""What a chair's devices say, and all that follows from it and the open session alone: no act, no alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from charting.due import Due
from charting.leaving import Pressure
from charting.session import SoundTest, State
from charting.trends import TrendBuilder
from drivers.core.measurement import Item
from station.alarms.facts import Baseline, Facts
from station.clock import Clock
from station.events import Event
from station.recorder.course import course, owed
from station.recorder.journal import Journal
from station.recorder.leaving import pressure_of
from station.recorder.shown import Shown, shown
from station.recorder.sight import (
    ALARM_PHASE,
    NIBP_INTERVAL_S,
    PortState,
    Surroundings,
    heard,
    links,
    readings,
    real_ages,
    unwatched,
)
from station.recorder.vitals import Source, Vitals
from station.wire.messages import TYPED, PortView


class Bedside:
    """The devices ``sources`` of one chair, what they last said, and the session that it is charted in."""

    def __init__(self, sources: Sequence[Source], journal: Journal, clock: Clock) -> None:
        self.state: State | None = None
        self.events: dict[str, Event] = {}
        self.vitals = Vitals(sources)
        self.sources = tuple(sources)
        self.curves = TrendBuilder()
        self.ports = {
            s.name: PortState(PortView(source=s.name, port=s.port, state="initial", sentence="")) for s in sources
        }
        self.clock = clock
        self._journal = journal
        self._began_ns = clock.now_ns()

    @property
    def watched(self) -> State | None:
        """The session of who sits here now; None also while one is typed back from paper."""
        return self.state if self.state is not None and not self.state.paper else None

    def accept(self, source: str, items: Iterable[Item], at_ns: int) -> None:
        """Items a device sent at ``at_ns``: into the vitals and, while a session is open, the chart."""
        # what a monitor sends that was said not to be this patient's is in nobody's chart; its streams still alarm
        session = self.watched.session if self.watched and self.watched.monitors != () else ""
        at_ms = self.clock.utc_ms(at_ns)
        for row in self.vitals.accept(source, items, at_ns):
            record = msgspec.structs.replace(row, t_ms=at_ms, session=session)
            if session or self.state is None:  # not where a session is typed back: it is of whoever sits here now
                self.vitals.cuffs.add_row(record, at_ns)
            if session:
                self._journal.record(record)
                self.curves.add_row(record)

    def heard(self, source: str, last_good_ns: int | None, good_frames: int, period_s: float) -> None:
        """How far the source's line has come: arrival of its last good frame, how many there were, and their pace."""
        port = self.ports[source]
        port.last_good_ns, port.good_frames, port.period_s = last_good_ns, good_frames, period_s
        self.vitals.paced(source, period_s)

    def facts(self, now_ns: int, around: Surroundings, unheard: SoundTest | None) -> Facts:
        """What the alarms judge; ``unheard`` is a sound test that nobody heard at any chair."""
        state = self.watched
        phase = state.phase if state else None
        scaled = real_ages(now_ns, self.clock.speed)
        timed = self.vitals.cuffs.timed
        return Facts(
            readings=readings(self.vitals, now_ns, scaled),
            cuff=self.vitals.cuff,
            links=links(self.sources, self.ports, self._began_ns, scaled)
            + unwatched(state, self.clock.utc_ms(now_ns), now_ns, self._heard_frames()),
            flags=self.vitals.flags,
            baseline=Baseline(*state.baseline) if state and state.baseline else None,
            phase=ALARM_PHASE[phase] if phase else "NONE",
            session=state.session if state else None,
            nibp_interval_s=NIBP_INTERVAL_S[phase] if phase else None,
            cuff_timed_ns=timed.at_ns if timed else None,
            **msgspec.structs.asdict(course(state, self.owed(now_ns), self.clock.utc_ms(now_ns), now_ns)),
            **msgspec.structs.asdict(heard(around, state, unheard, self.clock.utc_ms(now_ns), now_ns)),
        )

    def _heard_frames(self) -> int | None:
        return sum(self.ports[s.name].good_frames for s in self.sources) if self.sources else None

    def owed(self, now_ns: int) -> tuple[Due, ...]:
        """What is due here, the most urgent first."""
        spo2, events = self.shown("SPO2", now_ns), self.events.values()
        oximeter = spo2.value is not None and not spo2.dimmed and spo2.source != TYPED
        return owed(self.watched, self.vitals.cuffs.timed, events, oximeter, self.clock.utc_ms(now_ns), now_ns)

    def pressure(self, now_ns: int, until_ms: int | None = None) -> Pressure | None:
        """The last pressure whose age is known, of those taken by ``until_ms``."""
        return pressure_of(self.vitals.cuffs.timed_by(until_ms), self.clock.utc_ms(now_ns), now_ns)

    def baseline_readings(self, until_ms: int) -> list[tuple[float, float]]:
        """Systolic and diastolic pressures (mmHg) a baseline is made of, up to ``until_ms`` or the infusion's start."""
        state = self.state
        if state is None:
            return []
        return self.vitals.cuffs.of(state.session, min(until_ms, state.started_ms or until_ms))

    def shown(self, metric: str, now_ns: int) -> Shown:
        """``metric`` as a screen shows it now."""
        return shown(self.vitals, metric, now_ns, self.state.phase if self.state else None, self.clock.speed)
