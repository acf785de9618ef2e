"""One chair: what its devices said, its alarms, its session. No loop, no port, no thread: time comes with each call."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import msgspec

from charting.baseline import baseline
from charting.lines import listed
from charting.model import RECORD, Draft, Entry, Kind, NumericRow
from charting.people import Signed
from charting.quiet import ENDED
from charting.record import PatientState
from charting.session import Phase, apply, fold
from charting.trends import TrendBuilder
from drivers.core.catalogue import METRICS
from station.alarms.engine import Engine
from station.alarms.outcome import Transition
from station.alarms.preset import Preset, named
from station.clock import Clock, Ids
from station.protocols import Protocols
from station.recorder.acts import ACTS, Beside, Present, Refusal, with_back
from station.recorder.bedside import Bedside
from station.recorder.charted import Charted as Charted, Handled
from station.recorder.course import cuff_ms, patients_alarms
from station.recorder.cuffs import Cuffs
from station.recorder.drafts import has_initials
from station.recorder.journal import Journal
from station.recorder.paper import check_paper
from station.recorder.past import Past
from station.recorder.quiet import late_ms, with_quiet_over
from station.recorder.second import InitialsOnly
from station.recorder.sight import (
    Surroundings,
)
from station.recorder.timing import ago_of, check_order, check_session
from station.recorder.vitals import Source
from station.wire.messages import Acknowledge, Act

LINES_KEPT = 60
_WATCHED = (Kind.DEVICE, Kind.GAP, Kind.ALARM)


class Chair(Bedside):
    """Everything of one chair: ``accept`` and ``step`` as data and time come, ``handle`` for a person's act."""

    def __init__(
        self,
        name: str,
        sources: Sequence[Source],
        preset: Preset,
        journal: Journal,
        clock: Clock,
        ids: Ids,
        past: Past | None = None,
    ) -> None:
        super().__init__(sources, journal, clock)
        self.name = name
        self.preset = self._own_preset = preset
        self.engine = Engine(preset)
        self.protocols = Protocols()
        self.left_open_ms: int | None = None
        self.lines: deque[Entry] = deque(maxlen=LINES_KEPT)
        self._persons: list[Entry] = []  # what people charted since the session was opened, however long ago
        self._ids = ids
        self._past = past or Past()
        self.beside = Beside(InitialsOnly())

    def line_changed(self, source: str, state: str, sentence: str, now_ns: int) -> None:
        """The line of a device came up or went down; charted."""
        port = self.ports[source]
        if (port.view.state, port.view.sentence) == (state, sentence):
            return
        if state != port.view.state and state in ("connected", "lost"):
            device = {"source": source, "port": port.view.port, "state": state, "text": sentence}
            self.write(Kind.DEVICE, now_ns, payload=device)
        if state == "lost":
            self.vitals.line_lost(source)
        port.view = msgspec.structs.replace(port.view, state=state, sentence=sentence)

    # --- time -----------------------------------------------------------------------------------------------------

    def step(self, now_ns: int, around: Surroundings) -> list[Charted]:
        """Let the alarms see the present. Every transition is charted, then returned."""
        self._end_away(now_ns)
        self._end_quiet(now_ns)
        return self._chart(self.engine.step(now_ns, self.facts(now_ns, around, self._past.unheard)), now_ns, Signed(""))

    def gap(self, from_ms: int, to_ms: int, why: str, now_ns: int) -> None:
        """Nothing was observed between two instants of an open session."""
        if self.state is not None:
            self.write(Kind.GAP, now_ns, payload={"from_ms": from_ms, "to_ms": to_ms, "why": why})

    # --- acts -----------------------------------------------------------------------------------------------------

    def handle(
        self, act: Act, who: str | Signed, now_ns: int, ago_s: float = 0.0, session: str | None = None
    ) -> Handled:
        """Chart the act of ``who`` (or of these initials) that happened ``ago_s`` seconds ago, where it is one that can
        be charted late, in ``session`` where it is meant for one.

        Raises ``Refusal``, and then nothing is charted.
        """
        check_session(self.state, session)
        signed = who if isinstance(who, Signed) else Signed(who)
        has_initials(signed.by, alarm=isinstance(act, Acknowledge))
        if isinstance(act, Acknowledge):
            charted = self._chart(self.engine.acknowledge(now_ns, signed.by), now_ns, signed)
            if not charted:
                raise Refusal("there is no alarm to acknowledge")
            return Handled(charted[-1].entry, charted)
        at_ms, ago_s = self.clock.utc_ms(now_ns), ago_of(act, ago_s)
        here = tuple(e for e in self._persons if self.state and (e.session == self.state.session or e.kind in RECORD))
        draft = ACTS.get(type(act))
        if draft is None:
            raise Refusal("this recorder cannot do that")
        made = draft(self._present(here, signed, now_ns, ago_s), act)
        drafts = with_quiet_over(self.state, with_back(self.state, made))
        check_order(self.state, drafts, at_ms, ago_s)
        check_paper(here, drafts, at_ms - round(ago_s * 1000))
        for kind, payload, reason, supersedes in drafts:
            said: dict[str, Any] = {"payload": payload | signed.mark, "reason": reason, "supersedes": supersedes}
            entry = self.write(kind, now_ns, by=signed.by, ago_s=ago_s, **said)
        return Handled(entry, [])

    def _present(self, here: tuple[Entry, ...], signed: Signed, now_ns: int, ago_s: float) -> Present:
        """What an act is judged by: pressures and the baseline as they stood ``ago_s`` seconds ago, and what the chair
        sees now, if it sees who the act is about.
        """
        at_ms = self.clock.utc_ms(now_ns)
        then_ms, seen = at_ms - round(ago_s * 1000), self.state is None or self.watched is not None
        return Present(
            state=self.state,
            baseline=baseline(self.baseline_readings(then_ms)),
            preset=named(self.preset),
            protocols=self.protocols,
            past=self._past,
            signed=signed,
            beside=self.beside,
            at_ms=at_ms,
            ago_s=ago_s,
            events=self.events,
            entries=here,
            ports={name: port.view for name, port in self.ports.items()},
            shown={metric: self.shown(metric, now_ns) for metric in METRICS} if seen else {},
            cuff_ms=cuff_ms(self.vitals.cuffs.timed_by(then_ms), at_ms, now_ns),
            pressure=self.pressure(now_ns, then_ms),
            alarms=patients_alarms(self.engine.standing()) if seen else (),
        )

    def write(
        self,
        kind: Kind,
        now_ns: int,
        *,
        payload: dict[str, Any],
        reason: str | None = None,
        by: str = "",
        ago_s: float = 0.0,
        supersedes: int | None = None,
    ) -> Entry:
        """Chart one entry now, true ``ago_s`` seconds ago, and fold it into the state."""
        at_ms = self.clock.utc_ms(now_ns)
        opening = kind is Kind.SESSION_OPENED and supersedes is None
        opened_ms = self.state.opened_ms if kind is Kind.SESSION_OPENED and self.state else None  # a corrected opening
        session = self._ids.session(at_ms) if opening else self.state.session if self.state else None
        if kind in RECORD or (kind in _WATCHED and self.watched is None and not opening):
            session = None  # a patient's record is of no session; what is seen here now is not what paper tells of
        entry = self._journal.write(
            Draft(
                kind=kind,
                happened_at_ms=opened_ms or at_ms - round(ago_s * 1000),
                entered_at_ms=at_ms,
                entered_by=by or "station",
                source="person" if by else "station",
                session=session,
                chair=self.name,
                supersedes=supersedes,
                reason=reason,
                payload=payload,
            )
        )
        self._past.note(entry)
        self._fold(entry, now_ns)
        return entry

    def take_over(self, other: Chair) -> None:
        """The session of ``other`` is here from now on, with all that is known of its patient; devices stay."""
        self.state, other.state = other.state, None
        self.left_open_ms, other.left_open_ms = other.left_open_ms, None
        self.engine, other.engine = other.engine, Engine(other._own_preset)
        self._watch()
        other._watch()
        self.lines, other.lines = other.lines, deque(maxlen=LINES_KEPT)
        self._persons, other._persons = other._persons, []
        self.curves, other.curves = other.curves, TrendBuilder()
        self.vitals.cuffs, other.vitals.cuffs = other.vitals.cuffs, Cuffs()

    def without_devices_of(self, other: Chair, now_ns: int) -> list[Charted]:
        """What stood about devices of ``other`` that are not here ends, charted: they stayed behind."""
        gone = [source for source in other.ports if source not in self.ports]
        ended = self.engine.leave_behind(now_ns, gone, f"device stayed at {other.name}")
        return self._chart(ended, now_ns, Signed(""))

    # --- after a crash --------------------------------------------------------------------------------------------

    def resume(self, entries: Sequence[Entry], rows: Sequence[NumericRow], now_ns: int) -> None:
        """Stand where the chart says the open session stood: state, alarms, numbers, pressures."""
        self.state = fold(entries)
        self._watch()
        for entry in entries:
            self._keep(entry)
        self.curves.add_all(entries, rows)
        self.engine.restore([e.payload for e in entries if e.kind is Kind.ALARM], now_ns)
        offset_ns = now_ns - self.clock.utc_ms(now_ns) * 1_000_000
        self.vitals.restore_streams(rows, lambda t_ms: offset_ns + t_ms * 1_000_000)
        for entry in entries:
            self.vitals.cuffs.add_entry(entry, offset_ns + entry.happened_at_ms * 1_000_000)
        for row in rows:
            self.vitals.cuffs.add_row(row, offset_ns + row.t_ms * 1_000_000)

    @property
    def record(self) -> PatientState | None:
        """The record of whoever sits here; None where nobody does, or nothing is charted of them."""
        return self._past.record(self.state.patient, self.state.identifier) if self.state else None

    # --- inside ---------------------------------------------------------------------------------------------------

    def _end_away(self, now_ns: int) -> None:
        """A patient whose time away is up counts as back from that instant on, however late this is seen."""
        away = self.state.away if self.state else None
        late_ms = self.clock.utc_ms(now_ns) - away.until_ms if away else -1
        if late_ms >= 0:
            self.write(Kind.BACK, now_ns, payload={"why": "time is up"}, ago_s=late_ms / 1000)

    def _end_quiet(self, now_ns: int) -> None:
        """A room whose quiet hour is up is as ever from that instant on, however late this is seen."""
        late = late_ms(self.state, self.clock.utc_ms(now_ns))
        if late is not None:
            self.write(Kind.QUIET, now_ns, payload={"what": ENDED, "why": "time is up"}, ago_s=late / 1000)

    def _fold(self, entry: Entry, now_ns: int) -> None:
        if entry.kind in RECORD or (self.state is not None and entry.session is None):
            self._keep(entry)
            return
        self.state = apply(self.state, entry)
        if entry.source == "person" and entry.kind is not Kind.ALARM:
            self.left_open_ms = None
        self.curves.add_entry(entry)
        self.vitals.cuffs.add_entry(entry, now_ns - (entry.entered_at_ms - entry.happened_at_ms) * 1_000_000)
        if entry.kind is Kind.SESSION_OPENED and entry.supersedes is None:
            self.lines.clear()  # they are of the patient before
            if self.watched is None:  # what was measured here is not of who is typed back
                self.vitals.cuffs = Cuffs()
            self._persons.clear()
        self._keep(entry)
        if self.state is not None and self.state.phase is Phase.CLOSED:
            self.state = None
        if entry.kind in (Kind.SESSION_OPENED, Kind.SESSION_CLOSED):
            self._watch()

    def _keep(self, entry: Entry) -> None:
        """The entry as one of the last lines; what a person charted as long as the session lasts: acts look back at it,
        and alarms must not push it out.
        """
        if listed(entry):
            self.lines.append(entry)
        if entry.source == "person" and entry.kind is not Kind.ALARM:
            self._persons.append(entry)

    def _watch(self) -> None:
        """Let the preset watch that the session's protocol names, the chair's own where there is none."""
        self.preset = self.protocols.preset(self.state.protocol if self.state else None) or self._own_preset
        self.engine.watch_by(self.preset)

    def _chart(self, transitions: Sequence[Transition], now_ns: int, signed: Signed) -> list[Charted]:
        by = signed.by
        return [
            Charted(t, self.write(Kind.ALARM, now_ns, payload=t.payload() | signed.mark, by=by)) for t in transitions
        ]
