"""The recorder: opens what it needs or says why not, resumes what was open, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

import drivers
from charting.ledger.ballast import Ballast
from charting.ledger.engine import sqlite_facts
from charting.ledger.errors import LedgerError
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.model import Draft, Entry, Kind
from drivers.core.capture import CaptureWriter, Limits
from drivers.core.link import ConnectionState, Link
from drivers.core.measurement import Item
from drivers.core.text import clean
from station import __version__
from station.alarms.preset import Preset
from station.clock import NS, Clock, Ids, boot_id, real_ns
from station.config import ChairConfig, Config, Folders, make_private
from station.errors import Trouble
from station.recorder.acts import Refusal
from station.recorder.chair import Chair, Charted, Surroundings, worth_telling
from station.recorder.view import chair_view
from station.recorder.vitals import Source
from station.recorder.writer import Writer
from station.wire.messages import (
    AlarmChanged,
    ChairView,
    Command,
    Refused,
    Saved,
    ServerMessage,
    Snapshot,
    StopRecorder,
    Unsaved,
)
from station.wire.server import Server

STEP_S = 0.25
PAUSED_AFTER_S = 2.0  # a step that comes this late was no step: the machine slept or the process was stopped
DISK_EVERY_S = 10.0
UNSAVED_AFTER_S = 2.0

Answer = Callable[[ServerMessage], None]


class _Waiting(msgspec.Struct):
    """A command whose entries are not committed yet."""

    seq: int
    id: int
    answer: Answer
    since_ns: int
    told: bool = False


class Recorder:
    """All chairs of the station over one ledger. ``run`` is the whole life of the process."""

    def __init__(self, folders: Folders, config: Config, preset: Preset, speed: float = 1.0) -> None:
        self._folders, self._config, self._preset = folders, config, preset
        self._store = Store.open(folders.ledger)
        self._clock = Clock(speed, self._same_boot_offset())
        self._loop = asyncio.get_running_loop()
        spill = Spill(folders.spill)
        late = self._take_in(spill)
        self._writer = Writer(self._store, spill, Ballast(folders.data / "ballast"), self._clock, self._committed)
        ids = Ids()
        self.chairs = {
            c.name: Chair(c.name, _sources(c), preset, self._writer, self._clock, ids) for c in _chairs(config)
        }
        self._server = Server(folders.socket, self, f"infusion-station {__version__}")
        self._stop = asyncio.Event()
        self._why = "asked to"
        self._waiting: list[_Waiting] = []
        self._disk_free: int | None = None
        self._disk_seen_ns = 0
        self._note_start(late)
        self._resume()

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until asked to stop; then close cleanly. ``ready`` is called once the socket is there."""
        self._writer.start()
        await self._server.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop.set)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal may go, the recorder stays
        links = [self._link(chair, source) for chair in self.chairs.values() for source in chair.sources]
        tasks = [asyncio.create_task(link.run()) for link in links]
        tasks += [asyncio.create_task(self._tick()), asyncio.create_task(self._beat())]
        stopped = asyncio.create_task(self._stop.wait())
        ready()
        try:
            done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopped}:
                task.result()  # a task of ours ends only by failing: let it be seen, the keeper starts us anew
        finally:
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
            chairs=tuple(self._view(c, now_ns, at_ms) for c in self.chairs.values()),
        )

    def command(self, command: Command, answer: Answer) -> None:
        """Carry out a person's act; ``answer`` gets Saved after COMMIT, Refused, or Unsaved first and Saved later."""
        if isinstance(command.act, StopRecorder):
            answer(self._asked_to_stop(command.id, force=command.act.force))
            return
        chair = self.chairs.get(command.chair)
        if chair is None:
            answer(Refused(id=command.id, sentence=f"there is no chair called {clean(command.chair)!r}"))
            return
        try:
            handled = chair.handle(command.act, clean(command.by), self._clock.now_ns())
        except Refusal as refusal:
            answer(Refused(id=command.id, sentence=str(refusal), field=refusal.field))
            return
        for charted in handled.charted:
            self._tell(chair, charted)
        self._waiting.append(_Waiting(handled.last.seq, command.id, answer, real_ns()))
        self._settle()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _view(self, chair: Chair, now_ns: int, at_ms: int) -> ChairView:
        return chair_view(chair, now_ns, at_ms, self._writer.saved_seq)

    def _asked_to_stop(self, number: int, *, force: bool) -> ServerMessage:
        open_at = [c.name for c in self.chairs.values() if c.state is not None]
        if open_at and not force:
            chairs = ", ".join(open_at)
            return Refused(
                id=number,
                sentence=f"a session is open at {chairs}; end it first, or use --force (resumed at the next start)",
            )
        self._why = "asked to, with a session open" if open_at else "asked to"
        self._loop.call_later(0.05, self._stop.set)  # after the answer has gone out
        return Saved(id=number, seq=self._writer.saved_seq)

    def _committed(self, _seq: int) -> None:
        """On the writer's thread: tell the loop."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the last commit of all
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        saved_seq, trouble = self._writer.saved_seq, self._writer.trouble
        for waiting in self._waiting:
            if waiting.seq <= saved_seq:
                waiting.answer(Saved(id=waiting.id, seq=waiting.seq))
            elif not waiting.told and (trouble or real_ns() - waiting.since_ns > UNSAVED_AFTER_S * NS):
                sentence = trouble.sentence if trouble else "the disk has not answered yet"
                waiting.answer(Unsaved(id=waiting.id, sentence=sentence))
                waiting.told = True
        self._waiting = [w for w in self._waiting if w.seq > saved_seq]

    def _link(self, chair: Chair, source: Source) -> Link:
        module = drivers.load(source.device)
        driver = module.Driver(source=source.name)
        capture = None
        if self._config.raw_capture:
            keep = Limits(
                keep_bytes=int(self._config.raw_capture_mb * 1e6), keep_s=self._config.raw_capture_days * 86400
            )
            capture = CaptureWriter(
                make_private(self._folders.captures),
                driver=source.device,
                port=source.port,
                utc_ns=self._utc_ns,
                report=self._log,
                limits=keep,
            )

        def deliver(items: list[Item], at_ns: int) -> None:
            chair.accept(source.name, items, at_ns)
            chair.heard(source.name, link.last_good_ns, link.good_frames)
            self._step(chair)

        def changed(state: ConnectionState, sentence: str) -> None:
            chair.line_changed(source.name, state.value, sentence, self._clock.now_ns())

        link = Link(
            source.port,
            driver,
            module.INFO,
            deliver=deliver,
            changed=changed,
            now_ns=self._clock.now_ns,
            capture=capture,
        )
        return link

    def _utc_ns(self) -> int:
        return self._clock.utc_ms(self._clock.now_ns()) * 1_000_000

    def _log(self, sentence: str) -> None:
        """The recorder's log: faults of the machine, never a patient."""
        print(f"{self._utc_ns() // NS} {sentence}", file=sys.stderr, flush=True)  # noqa: T201  # stderr is the log file

    async def _tick(self) -> None:
        """Step every chair at 4 Hz: silence is found by age, not by an event that never comes."""
        last_ns = self._clock.now_ns()
        last_real_ns = real_ns()
        while True:
            await asyncio.sleep(STEP_S)
            now_ns, now_real_ns = self._clock.now_ns(), real_ns()
            late_s = (now_real_ns - last_real_ns) / NS
            if late_s > PAUSED_AFTER_S:
                for chair in self.chairs.values():
                    chair.gap(
                        self._clock.utc_ms(last_ns),
                        self._clock.utc_ms(now_ns),
                        f"the recorder stood still for {late_s:.0f} s",
                        now_ns,
                    )
            last_ns, last_real_ns = now_ns, now_real_ns
            for chair in self.chairs.values():
                self._step(chair)
            self._settle()
            step_s = self._clock.wall_step_s()
            if step_s:
                self._station_entry(Kind.CLOCK_CHANGED, {"step_s": step_s, "wall_utc_ms": self._clock.utc_ms(now_ns)})

    async def _beat(self) -> None:
        while True:
            self._server.beat()
            await asyncio.sleep(1.0)

    def _step(self, chair: Chair) -> None:
        for charted in chair.step(self._clock.now_ns(), self._surroundings()):
            self._tell(chair, charted)

    def _tell(self, chair: Chair, charted: Charted) -> None:
        t = charted.transition
        if worth_telling(t.from_state, t.to_state):
            self._server.push(
                AlarmChanged(
                    chair=chair.name,
                    condition=t.condition,
                    subject=t.subject,
                    priority=t.priority,
                    state=t.to_state,
                    text=t.text,
                )
            )

    def _surroundings(self) -> Surroundings:
        if real_ns() - self._disk_seen_ns > DISK_EVERY_S * NS:
            self._disk_seen_ns = real_ns()
            self._disk_free = _free_bytes(self._folders.data)
        trouble = self._writer.trouble
        return Surroundings(
            viewer_gone_ns=self._as_clinical(self._server.no_viewer_since_ns),
            viewer_frozen_ns=self._as_clinical(self._server.frozen_since_ns),
            chart_failing_ns=self._as_clinical(trouble.since_ns if trouble else None),
            chart_sentence=trouble.sentence if trouble else "",
            disk_free_bytes=self._disk_free,
        )

    def _as_clinical(self, at_real_ns: int | None) -> int | None:
        """A real instant on the clinical clock with its real age: watchdogs are never sped up."""
        return None if at_real_ns is None else self._clock.now_ns() - (real_ns() - at_real_ns)

    # --- start ----------------------------------------------------------------------------------------------------

    def _same_boot_offset(self) -> int | None:
        """The chart's anchor to UTC, kept over restarts within one boot while a session is open."""
        if not self._store.open_sessions():
            return None
        started = [e for e in self._store.entries() if e.kind is Kind.RECORDER_STARTED]
        if not started or not boot_id() or started[-1].payload["boot_id"] != boot_id():
            return None
        return int(started[-1].payload["steady_to_utc_ns"]) if started[-1].payload["speed"] == 1.0 else None

    def _take_in(self, spill: Spill) -> int:
        """Entries that a recorder before us could not save, saved now as they were chained; how many."""
        head = self._store.head()
        pending: list[Entry] = [e for e in spill.pending() if e.seq > head.seq]
        if pending and pending[0].prev_hash == head.hash:
            self._store.commit(pending, [])
            spill.clear()
            return len(pending)
        if pending:
            raise LedgerError(
                f"{len(pending)} entries in {spill.path} do not continue the chart; keep that file and call for help"
            )
        return 0

    def _note_start(self, late: int) -> None:
        facts = sqlite_facts()
        self._station_entry(
            Kind.RECORDER_STARTED,
            {
                "pid": os.getpid(),
                "version": __version__,
                "boot_id": boot_id(),
                "steady_to_utc_ns": self._clock.steady_to_utc_ns,
                "speed": self._clock.speed,
                "sqlite": facts.version,
                "wal": facts.wal_safe,
                "late_entries": late,
            },
        )

    def _station_entry(self, kind: Kind, payload: dict[str, object]) -> None:
        at_ms = self._clock.utc_ms(self._clock.now_ns())
        self._writer.write(
            Draft(
                kind=kind,
                happened_at_ms=at_ms,
                entered_at_ms=at_ms,
                entered_by="station",
                source="station",
                payload=payload,
            )
        )

    def _resume(self) -> None:
        now_ns = self._clock.now_ns()
        for session in self._store.open_sessions():
            entries = self._store.entries(session)
            rows = list(self._store.numerics(session))
            name = entries[0].chair or ""
            chair = self.chairs.get(name)
            if chair is None:  # the chair is no longer configured: its session is still open and must be seen
                chair = Chair(name, (), self._preset, self._writer, self._clock, Ids())
                self.chairs[name] = chair
            chair.resume(entries, rows, now_ns)
            alive_ms = max(entries[-1].happened_at_ms, rows[-1].t_ms if rows else 0)
            chair.gap(alive_ms, self._clock.utc_ms(now_ns), "the recorder was not running", now_ns)


def _chairs(config: Config) -> tuple[ChairConfig, ...]:
    return config.chair or (ChairConfig(name="Chair 1"),)


def _sources(chair: ChairConfig) -> list[Source]:
    """The chair's devices; a second one of a kind gets a number."""
    found: list[Source] = []
    for port in chair.port:
        info = drivers.load(port.device).INFO
        same = sum(s.device == port.device for s in found)
        name = port.device if not same else f"{port.device}-{same + 1}"
        found.append(Source(name, port.device, port.port, info.stale_after_s, info.lost_after_s))
    return found


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None  # an unreadable disk is told by the writer; a guess here would be no fact


@contextlib.contextmanager
def the_only_one(folders: Folders) -> Iterator[None]:
    """Hold the station's lock. ``Trouble`` where another recorder holds it."""
    make_private(folders.runtime)
    with folders.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble("a recorder is already running here; see: infusion-station status") from None
        yield


def run_recorder(
    folders: Folders,
    config: Config,
    preset: Preset,
    *,
    speed: float = 1.0,
    leash: int | None = None,
    ready: Callable[[], None],
) -> None:
    """Be the recorder until asked to stop. ``leash``: a descriptor whose closing also ends it. Raises ``Trouble``."""
    os.umask(0o077)
    make_private(folders.data)
    with the_only_one(folders):
        try:
            asyncio.run(_life(folders, config, preset, speed, leash, ready))
        except LedgerError as error:
            raise Trouble(error.sentence) from error


async def _life(
    folders: Folders,
    config: Config,
    preset: Preset,
    speed: float,
    leash: int | None,
    ready: Callable[[], None],
) -> None:
    recorder = Recorder(folders, config, preset, speed)
    if leash is not None:
        asyncio.get_running_loop().add_reader(leash, recorder.stop)
    await recorder.run(ready)
