"""A viewer's or a script's end of the wire."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from station.clock import NS, real_ns
from station.wire.frames import BadFrame, frame, read_message
from station.wire.messages import (
    WIRE_VERSION,
    Act,
    AlarmChanged,
    CardDrawn,
    Command,
    Echo,
    Heartbeat,
    Hello,
    Poll,
    PollTrend,
    Refused,
    Saved,
    ServerMessage,
    SignedIn,
    Snapshot,
    TrendView,
    Unsaved,
    Welcome,
)
from station.wire.patient_messages import PatientView, PollPatient

ANSWER_S = 5.0
T = TypeVar("T")
Answer = Saved | Refused | Unsaved | SignedIn | CardDrawn


class ConnectionGone(Exception):
    """The recorder is not there or went away; ``str()`` is one sentence."""


class Client:
    """One connection. Made by ``connect``; every call raises ``ConnectionGone`` once the recorder is lost."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._decoder = msgspec.msgpack.Decoder(ServerMessage)
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._patients: dict[int, asyncio.Future[PatientView]] = {}
        self._snapshots: list[asyncio.Future[Snapshot]] = []
        self._trends: list[asyncio.Future[TrendView]] = []
        self._beat = 0
        self._beat_at_ns = real_ns()
        self._task: asyncio.Task[None] | None = None
        self.token = ""  # of whoever is signed in at this end; it goes with every act
        self.on_alarm: Callable[[AlarmChanged], None] | None = None
        self.welcome: Welcome

    @classmethod
    async def connect(cls, path: Path, role: str) -> Client:
        """A greeted connection to the recorder behind ``path``."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(path))
        except OSError:
            raise ConnectionGone("no recorder is running here; start one with: infusion-station") from None
        client = cls(reader, writer)
        client._send(Hello(version=WIRE_VERSION, role=role))
        try:
            welcome = await asyncio.wait_for(read_message(reader, client._decoder), ANSWER_S)
        except (asyncio.IncompleteReadError, TimeoutError, BadFrame, OSError):
            writer.close()
            raise ConnectionGone("the recorder does not answer; stop it with: infusion-station stop --force") from None
        if isinstance(welcome, Refused):
            writer.close()
            raise ConnectionGone(welcome.sentence)
        assert isinstance(welcome, Welcome)  # noqa: S101  # the server's first message; anything else is BadFrame above
        client.welcome = welcome
        client._task = asyncio.create_task(client._listen())
        return client

    @property
    def pid(self) -> int:
        """Of the recorder."""
        return self.welcome.pid

    @property
    def beat_age_s(self) -> float:
        """Real seconds since the recorder's last heartbeat arrived."""
        return (real_ns() - self._beat_at_ns) / NS

    async def poll(self) -> Snapshot:
        """The station now."""
        waiter: asyncio.Future[Snapshot] = asyncio.get_running_loop().create_future()
        self._snapshots.append(waiter)
        self._send(Poll())
        return await self._answer(waiter)

    async def trend(self, chair: str) -> TrendView:
        """The open session of ``chair`` as curves."""
        waiter: asyncio.Future[TrendView] = asyncio.get_running_loop().create_future()
        self._trends.append(waiter)
        self._send(PollTrend(chair=chair))
        return await self._answer(waiter)

    async def patient(self, chair: str, patient: str, identifier: str) -> PatientView:
        """What is known of the patient of this name and second identifier."""
        number = next(self._ids)
        waiter: asyncio.Future[PatientView] = asyncio.get_running_loop().create_future()
        self._patients[number] = waiter
        self._send(PollPatient(id=number, chair=chair, patient=patient, identifier=identifier))
        try:
            return await self._answer(waiter)
        finally:
            self._patients.pop(number, None)

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Send an act that happened ``ago_s`` seconds ago, in ``session`` where that matters; the first answer.
        ``Saved``: COMMIT has returned.
        """
        number = next(self._ids)
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[number] = waiter
        self._send(Command(id=number, chair=chair, by=by, act=act, ago_s=ago_s, session=session, token=self.token))
        try:
            return await self._answer(waiter)
        finally:
            self._answers.pop(number, None)

    async def echo(self) -> None:
        """Tell the recorder that the screen was drawn since the newest heartbeat."""
        self._send(Echo(beat=self._beat))

    async def close(self) -> None:
        """Leave. Never raises."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._writer.close()

    async def _answer(self, waiter: asyncio.Future[T]) -> T:
        try:
            return await asyncio.wait_for(waiter, ANSWER_S)
        except TimeoutError:
            raise ConnectionGone(f"the recorder has not answered for {ANSWER_S:.0f} s") from None

    def _send(self, message: msgspec.Struct) -> None:
        if self._writer.is_closing() or (self._task is not None and self._task.done()):
            raise ConnectionGone("the recorder has gone")
        self._writer.write(frame(message))

    async def _listen(self) -> None:
        try:
            while True:
                self._take(await read_message(self._reader, self._decoder))
        except (asyncio.IncompleteReadError, BadFrame, OSError):
            pass  # told to every waiter below
        finally:
            gone = ConnectionGone("the recorder has gone")
            waiters: list[asyncio.Future[Any]] = [*self._answers.values(), *self._patients.values()]
            waiters += [*self._snapshots, *self._trends]
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_exception(gone)
                    waiter.exception()  # retrieved here, so that one nobody awaits is no warning
            self._writer.close()

    def _take(self, message: ServerMessage) -> None:
        match message:
            case Snapshot():
                _give(self._snapshots, message)
            case TrendView():
                _give(self._trends, message)
            case Saved() | Refused() | Unsaved() | SignedIn() | CardDrawn():
                answer = self._answers.get(message.id)
                if answer is not None and not answer.done():
                    answer.set_result(message)
            case PatientView():
                asked = self._patients.get(message.id)
                if asked is not None and not asked.done():
                    asked.set_result(message)
            case Heartbeat():
                self._beat, self._beat_at_ns = message.beat, real_ns()
            case AlarmChanged():
                if self.on_alarm is not None:
                    self.on_alarm(message)


def _give(waiters: list[asyncio.Future[T]], message: T) -> None:
    """To the first who still waits."""
    while waiters:
        waiter = waiters.pop(0)
        if not waiter.done():
            waiter.set_result(message)
            break
