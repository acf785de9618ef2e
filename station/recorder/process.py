"""The recorder: opens what it needs or says why not, resumes what was open, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable

from charting.ledger.ballast import Ballast
from charting.ledger.errors import LedgerError
from charting.ledger.spill import Spill
from charting.lines import worth_telling
from charting.model import Draft, Kind
from drivers.core.text import clean
from station import __version__
from station.clock import NS, Clock, Ids, real_ns
from station.config import Folders
from station.recorder.acts import Refusal
from station.recorder.answers import Answer, Answers
from station.recorder.around import Around
from station.recorder.cards import Cards
from station.recorder.chair import Chair, Charted
from station.recorder.listener import Listener
from station.recorder.moving import carried_out
from station.recorder.opening import (
    chairs,
    earlier,
    end_silence,
    open_ledger,
    resume,
    same_boot_offset,
    seat,
    sources,
    staff_listed,
    started_payload,
    take_in,
)
from station.recorder.past import Past
from station.recorder.patients import Patients
from station.recorder.signatures import Signatures
from station.recorder.signing import Signing
from station.recorder.sound import Sound
from station.recorder.trend import Ghosts, trend_view
from station.recorder.view import chair_view
from station.recorder.writer import Writer
from station.settings import Settings
from station.wire.messages import (
    AlarmChanged,
    ChairView,
    Command,
    Refused,
    Saved,
    ServerMessage,
    Snapshot,
    StopRecorder,
    TestSound,
    TrendView,
)
from station.wire.patient_messages import PollPatient
from station.wire.server import Server

STEP_S = 0.25
PAUSED_AFTER_S = 2.0  # a step that comes this late was no step: the machine slept or the process was stopped


class Recorder:
    """All chairs of the station over one ledger. ``run`` is the whole life of the process."""

    def __init__(self, folders: Folders, settings: Settings, speed: float = 1.0) -> None:
        self._folders, self._settings, config = folders, settings, settings.config
        ballast = Ballast(folders.data / "ballast")
        self._store = open_ledger(folders.ledger, ballast)
        self._clock = Clock(speed, same_boot_offset(self._store))
        self._loop = asyncio.get_running_loop()
        spill = Spill(folders.spill)
        late, aside = take_in(spill, self._store)
        self._writer = Writer(self._store, spill, ballast, self._clock, self._committed)
        ids, past = Ids(), earlier(self._store)
        self.chairs = {
            c.name: Chair(c.name, sources(c), settings.preset, self._writer, self._clock, ids, past)
            for c in chairs(config)
        }
        for chair in self.chairs.values():
            chair.events, chair.protocols = {event.id: event for event in settings.events}, settings.protocols
        self._server = Server(folders.socket, self, f"infusion-station {__version__}")
        self._stop = asyncio.Event()
        self._why = "asked to"
        self._answers = Answers(self._writer)
        self._ghosts = Ghosts(folders.ledger, self._log)
        self._patients = Patients(folders.ledger, past, settings.clinic, self._log)
        self._cards = Cards(folders.ledger)
        self._listeners: list[Listener] = []
        self._station_entry(Kind.RECORDER_STARTED, started_payload(self._clock, late, aside))
        self._sound = Sound(folders, self.chairs.values, config.sound, self._station_entry)
        self._around = Around(folders.data, self._server, self._writer, self._sound, self._clock)
        self._signing = Signing(folders.staff_toml, self._staff_entry, staff_listed(self._store))
        self._signatures = Signatures(folders.ledger, past, self._signing, self._writer, self._clock, self._answers)
        self._resume(ids, past)
        for chair in self.chairs.values():
            beside = chair.beside
            beside.people, beside.drugs, beside.clinic = self._signing, settings.drugs, settings.clinic
        if config.sound:
            end_silence(self._store, self.chairs, self._clock.now_ns())

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until asked to stop; then close cleanly. ``ready`` is called once the socket is there."""
        self._writer.start()
        await self._server.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop.set)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal may go, the recorder stays
        self._listeners = [
            Listener(chair, source, self._settings.config, self._folders, self._clock, self._step, self._log)
            for chair in self.chairs.values()
            for source in chair.sources
        ]
        tasks = [asyncio.create_task(listener.link.run()) for listener in self._listeners]
        tasks += [asyncio.create_task(self._tick()), asyncio.create_task(self._beat())]
        stopped = asyncio.create_task(self._stop.wait())
        ready()
        try:
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopped}:
                task.result()  # a task of ours ends only by failing: let it be seen, the keeper starts us anew
        finally:
            if self._stop.is_set():  # otherwise it cries out for us, unless the keeper is quick
                self._sound.goodbye(self._clock.now_ns())
            for task in [stopped, *tasks]:
                task.cancel()
            await asyncio.gather(stopped, *tasks, return_exceptions=True)
            self._station_entry(Kind.RECORDER_STOPPED, {"why": self._why})
            self._writer.stop()
            await asyncio.sleep(0)  # let the last Saved go out
            await self._server.stop()
            with contextlib.suppress(LedgerError):  # nothing is left to be done about it; the spill holds the rest
                self._store.close()

    def stop(self) -> None:
        """Ask ``run`` to end."""
        self._stop.set()

    # --- the desk (wire) ------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """The station now."""
        now_ns = self._clock.now_ns()
        at_ms = self._clock.utc_ms(now_ns)
        trouble = self._writer.trouble
        return Snapshot(
            at_ms=at_ms,
            speed=self._clock.speed,
            chart=trouble.sentence if trouble else "",
            sound=self._sound.shown,
            bell=self._sound.bell,
            lock_s=self._signing.lock_s,
            chairs=tuple(self._view(c, now_ns, at_ms) for c in self.chairs.values()),
        )

    def trend(self, chair: str) -> TrendView:
        """The open session of ``chair`` as curves."""
        found = self.chairs.get(chair)
        return trend_view(found, chair, self._clock.utc_ms(self._clock.now_ns()), self._ghosts.of(found))

    def patient(self, asked: PollPatient, answer: Answer) -> None:
        """A patient's record, and what follows from it."""
        self._patients.tell(asked, self.chairs.get(asked.chair), self._clock.utc_ms(self._clock.now_ns()), answer)

    def command(self, command: Command, answer: Answer) -> None:
        """Carry out a person's act; ``answer`` gets Saved after COMMIT, Refused, or Unsaved first and Saved later."""
        if isinstance(command.act, StopRecorder):
            answer(self._asked_to_stop(command.id, force=command.act.force))
            return
        if self._signing.command(command, answer) or self._signatures.command(command, answer):
            return
        chair = self.chairs.get(command.chair)
        if chair is None:
            answer(Refused(id=command.id, sentence=f"there is no chair called {clean(command.chair)!r}"))
            return
        try:
            if isinstance(command.act, TestSound):
                self._sound.test(command.act.priority)
                answer(Saved(id=command.id, seq=self._writer.saved_seq))
                return
            if self._cards.command(command, chair, self._clock.now_ns(), answer):
                return
            who = self._signing.signed(command)
            handled = carried_out(command, who, chair, self.chairs, self._clock.now_ns())
            self._signing.spent(command.act)
        except Refusal as r:
            answer(r.answer(command.id))
            return
        for charted in handled.charted:
            self._tell(charted)
        self._sound.acted(command.act, chair, self._clock.now_ns())
        self._sound.step(self._clock.now_ns())  # silence, too, comes at once
        self._answers.owe(handled.last, command.id, answer)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _view(self, chair: Chair, now_ns: int, at_ms: int) -> ChairView:
        return chair_view(chair, now_ns, at_ms, self._writer.saved_seq, days=self._patients.days(chair))

    def _asked_to_stop(self, number: int, *, force: bool) -> ServerMessage:
        open_at = [c.name for c in self.chairs.values() if c.state is not None]
        if open_at and not force:
            where = f"a session is open at {', '.join(open_at)}"
            sentence = f"{where}; end it first, or use --force (resumed at the next start)"
            return Refused(id=number, sentence=sentence)
        self._why = "asked to, with a session open" if open_at else "asked to"
        self._loop.call_later(0.05, self._stop.set)  # after the answer has gone out
        return Saved(id=number, seq=self._writer.saved_seq)

    def _committed(self, _seq: int) -> None:
        """On the writer's thread: tell the loop."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the last commit of all
            self._loop.call_soon_threadsafe(self._answers.settle)

    def _log(self, sentence: str) -> None:
        """The recorder's log: faults of the machine, never a patient."""
        print(f"{self._clock.utc_ms(self._clock.now_ns()) // 1000} {sentence}", file=sys.stderr, flush=True)  # noqa: T201  # stderr is the log file

    async def _tick(self) -> None:
        """Step every chair at 4 Hz: silence is found by age, not by an event that never comes."""
        last_ns = self._clock.now_ns()
        last_real_ns = real_ns()
        while True:
            await asyncio.sleep(STEP_S)
            now_ns, now_real_ns = self._clock.now_ns(), real_ns()
            late_s = (now_real_ns - last_real_ns) / NS
            if late_s > PAUSED_AFTER_S:
                why = f"the recorder stood still for {late_s:.0f} s"
                for chair in self.chairs.values():
                    chair.gap(self._clock.utc_ms(last_ns), self._clock.utc_ms(now_ns), why, now_ns)
            last_ns, last_real_ns = now_ns, now_real_ns
            for listener in self._listeners:  # frames without a number in them are signs of life too
                listener.heard()
            for chair in self.chairs.values():
                self._step(chair)
            self._sound.step(now_ns)
            self._answers.settle()
            step_s = self._clock.wall_step_s()
            if step_s:
                self._station_entry(Kind.CLOCK_CHANGED, {"step_s": step_s, "wall_utc_ms": self._clock.utc_ms(now_ns)})

    async def _beat(self) -> None:
        while True:
            self._server.beat()
            await asyncio.sleep(1.0)

    def _step(self, chair: Chair) -> None:
        for charted in chair.step(self._clock.now_ns(), self._around.now()):
            self._tell(charted)

    def _tell(self, charted: Charted) -> None:
        t = charted.transition
        if worth_telling(t.from_state, t.to_state):
            told = {"chair": charted.entry.chair or "", "condition": t.condition, "subject": t.subject, "text": t.text}
            self._server.push(AlarmChanged(priority=t.priority, state=t.to_state, **told))

    def _station_entry(self, kind: Kind, payload: dict[str, object], by: str = "") -> int:
        at_ms = self._clock.utc_ms(self._clock.now_ns())
        draft = Draft(
            kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, payload=payload, source="person" if by else "station",
            entered_by=by or "station",
        )  # fmt: skip
        return self._writer.write(draft).seq

    def _staff_entry(self, payload: dict[str, object], by: str, name: str) -> int:
        """About a sign-in: in the session open at the chair where it belongs to one, else the station's own."""
        chair = self.chairs.get(name)
        if chair is None or chair.state is None:
            return self._station_entry(Kind.STAFF, payload, by)
        return chair.write(Kind.STAFF, self._clock.now_ns(), payload=payload, by=by).seq

    def _resume(self, ids: Ids, past: Past) -> None:
        """Every session the chart holds open; one at a chair no longer configured is still open and must be seen."""
        now_ns = self._clock.now_ns()
        for line in self._store.sessions():
            if line.closed_at_ms is None:
                name = seat(self._store, line)
                if name not in self.chairs:
                    self.chairs[name] = Chair(name, (), self._settings.preset, self._writer, self._clock, ids, past)
                    self.chairs[name].protocols = self._settings.protocols
                resume(self.chairs[name], line.session, self._store, now_ns, self._clock.utc_ms(now_ns))
