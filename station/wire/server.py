"""The recorder's end of the wire: who is watching, what they ask, what they are told.

A client that does not read costs the recorder nothing: what it is sent is bounded, past the bound it is dropped.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from station.clock import NS, real_ns
from station.wire.frames import BadFrame, frame, read_message
from station.wire.messages import (
    WIRE_VERSION,
    ClientMessage,
    Command,
    Echo,
    Heartbeat,
    Hello,
    Poll,
    PollTrend,
    Refused,
    ServerMessage,
    Snapshot,
    TrendView,
    Welcome,
)
from station.wire.patient_messages import PollPatient

MOST_BUFFERED = 1024 * 1024
GREETING_S = 5.0
DRAWN_S = 2.0  # so old an echo is of a viewer that draws


class Desk(Protocol):
    """What the recorder does for its clients."""

    def snapshot(self) -> Snapshot:
        """The station now."""

    def trend(self, chair: str) -> TrendView:
        """The open session of ``chair`` as curves."""

    def patient(self, asked: PollPatient, answer: Callable[[ServerMessage], None]) -> None:
        """Say what is known of a patient; ``answer`` is called once, perhaps later."""

    def command(self, command: Command, answer: Callable[[ServerMessage], None]) -> None:
        """Carry out a command; ``answer`` may be called at once, later, or twice (Unsaved, then Saved)."""


class _Peer:
    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.role = ""
        self.echoed_ns = real_ns()

    def drawn_ns(self) -> int:
        """Until when it drew, in real steady time: now, unless its last echo is older than ``DRAWN_S``."""
        now_ns = real_ns()
        return now_ns if now_ns - self.echoed_ns <= DRAWN_S * NS else self.echoed_ns

    def send(self, message: ServerMessage) -> None:
        if self.writer.is_closing():
            return
        if self.writer.transport.get_write_buffer_size() > MOST_BUFFERED:
            self.writer.transport.abort()
            return
        self.writer.write(frame(message))


class Server:
    """Listens on a Unix socket of mode 0600; serves only this user."""

    def __init__(self, path: Path, desk: Desk, program: str) -> None:
        self._path, self._desk, self._program = path, desk, program
        self._peers: set[_Peer] = set()
        self._server: asyncio.Server | None = None
        self._beat = 0
        self._decoder = msgspec.msgpack.Decoder(ClientMessage)
        self._watched_ns = real_ns()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to listen. The caller holds the station's lock, so a socket file found here is a dead one."""
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, str(self._path))
        finally:
            os.umask(before)

    async def stop(self) -> None:
        """Stop listening, hang up, remove the socket."""
        if self._server is not None:
            self._server.close()
        for peer in tuple(self._peers):
            peer.writer.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._path.unlink(missing_ok=True)

    def beat(self) -> None:
        """Send the next heartbeat to everybody."""
        self._beat += 1
        self.push(Heartbeat(beat=self._beat))

    def push(self, message: ServerMessage) -> None:
        """Send to every greeted client."""
        for peer in tuple(self._peers):
            if peer.role:
                peer.send(message)

    @property
    def _viewers(self) -> list[_Peer]:
        return [p for p in self._peers if p.role == "viewer"]

    @property
    def no_viewer_since_ns(self) -> int | None:
        """Real steady time since which nobody watches; None while a viewer is attached. One that ended without having
        drawn for 2 s before, as where its terminal was closed, was no viewer any more since its last echo.
        """
        return None if self._viewers else self._watched_ns

    @property
    def frozen_since_ns(self) -> int | None:
        """Real steady time of the last echo, where viewers are attached and none has drawn for 2 s; else None."""
        if not self._viewers:
            return None
        newest = max(p.echoed_ns for p in self._viewers)
        return newest if real_ns() - newest > DRAWN_S * NS else None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        peer = _Peer(writer)
        self._peers.add(peer)
        try:
            if _same_user(writer):
                await self._greet(peer, reader)
                while True:
                    await self._take(peer, await read_message(reader, self._decoder))
        except (asyncio.IncompleteReadError, BadFrame, OSError, TimeoutError):
            pass  # gone, or no client of ours: either way the connection ends here
        finally:
            self._peers.discard(peer)
            if peer.role == "viewer":
                self._watched_ns = max(self._watched_ns, peer.drawn_ns())
            writer.close()

    async def _greet(self, peer: _Peer, reader: asyncio.StreamReader) -> None:
        hello = await asyncio.wait_for(read_message(reader, self._decoder), GREETING_S)
        if not isinstance(hello, Hello):
            raise BadFrame("no greeting")
        if hello.version != WIRE_VERSION:
            peer.send(
                Refused(
                    id=0,
                    sentence=f"this viewer speaks wire {hello.version}, the recorder {WIRE_VERSION};"
                    " restart both from the same version",
                )
            )
            raise BadFrame("version")
        peer.send(Welcome(version=WIRE_VERSION, pid=os.getpid(), program=self._program))
        peer.role, peer.echoed_ns = hello.role, real_ns()

    async def _take(self, peer: _Peer, message: ClientMessage) -> None:
        match message:
            case Poll():
                peer.send(self._desk.snapshot())
            case PollTrend():
                peer.send(self._desk.trend(message.chair))
            case PollPatient():
                self._desk.patient(message, peer.send)
            case Echo():
                peer.echoed_ns = real_ns()
            case Command():
                self._desk.command(message, peer.send)
            case Hello():
                raise BadFrame("greeted twice")


def _same_user(writer: asyncio.StreamWriter) -> bool:
    """True where the peer is this user, or the platform cannot tell (the folder's mode 0700 still holds)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    raw = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", raw)[1] == os.getuid())
