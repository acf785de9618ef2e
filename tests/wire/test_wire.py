"""Both ends of the wire over a real Unix socket: greeting, answers, bounds, nonsense, modes."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest

from charting.course_templates import load_courses
from charting.protocol_files import load_protocols
from charting.screening_rules import load_screening
from charting.trends import Trend
from station import clock
from station.clock import NS
from station.wire import server as server_module
from station.wire.client import Client, ConnectionGone
from station.wire.frames import frame
from station.wire.messages import (
    WIRE_VERSION,
    AlarmChanged,
    Command,
    Hello,
    Note,
    Poll,
    Refused,
    Saved,
    ServerMessage,
    Snapshot,
    TrendView,
    Unsaved,
)
from station.wire.patient_messages import PatientView, PollPatient
from station.wire.server import MOST_BUFFERED, Server

CHANGED = AlarmChanged(chair="c", condition="X", subject="", priority="high", state="ACTIVE_UNACK", text="t")


def known(id: int, identifier: str) -> PatientView:
    """Somebody of whom nothing is charted, and every rule there is."""
    trouble = f"about {identifier}"
    rules = {"protocol": load_protocols()["iv-standard"], "screening": load_screening(), "courses": load_courses()}
    return PatientView(id=id, today=date(2026, 1, 1), record=None, trouble=trouble, **rules)


class FakeDesk:
    """Answers what it is told to answer."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.answers: list[ServerMessage] = []
        self.chart = ""

    def snapshot(self) -> Snapshot:
        return Snapshot(at_ms=1, speed=1.0, chart=self.chart, chairs=())

    def trend(self, chair: str) -> TrendView:
        return TrendView(chair=chair, trend=Trend(opened_ms=1, now_ms=2, gaps=((1, 2),)))

    def patient(self, asked: PollPatient, answer: Callable[[ServerMessage], None]) -> None:
        asyncio.get_running_loop().call_soon(answer, known(asked.id, asked.identifier))

    def command(self, command: Command, answer: Callable[[ServerMessage], None]) -> None:
        self.commands.append(command)
        for message in self.answers:
            answer(msgspec.structs.replace(message, id=command.id))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[Server, FakeDesk, Path]]:
    desk = FakeDesk()
    path = tmp_path / "s"
    made = Server(path, desk, "test 1")
    await made.start()
    yield made, desk, path
    await made.stop()


Made = tuple[Server, FakeDesk, Path]


async def test_socket_is_ours_alone(server: Made) -> None:
    assert stat.S_IMODE(server[2].stat().st_mode) == 0o600


async def test_greeting_poll_and_push(server: Made) -> None:
    made, _, path = server
    client = await Client.connect(path, "viewer")
    assert client.welcome.pid == os.getpid()
    assert (await client.poll()).at_ms == 1
    heard: list[AlarmChanged] = []
    client.on_alarm = heard.append
    made.push(CHANGED)
    await client.poll()
    assert heard == [CHANGED]
    await client.close()


async def test_each_question_about_a_patient_gets_its_own_answer(server: Made) -> None:
    client = await Client.connect(server[2], "viewer")
    first, second = await asyncio.gather(client.patient("c", "A", "1"), client.patient("c", "B", "2"))
    assert (first, second) == (known(1, "1"), known(2, "2"))
    await client.close()


@pytest.mark.parametrize(
    "answer", [Saved(id=0, seq=7), Refused(id=0, sentence="no", field="x"), Unsaved(id=0, sentence="disk")]
)
async def test_a_command_gets_its_first_answer(server: Made, answer: ServerMessage) -> None:
    _, desk, path = server
    desk.answers = [answer, Saved(id=0, seq=9)]
    client = await Client.connect(path, "viewer")
    got = await client.act("c", "N1", Note(text="x"))
    assert got == msgspec.structs.replace(answer, id=1)
    assert desk.commands == [Command(id=1, chair="c", by="N1", act=Note(text="x"))]
    await client.close()


async def test_the_recorder_going_away_is_told_to_every_waiter(server: Made) -> None:
    made, _, path = server
    client = await Client.connect(path, "viewer")
    waiting = asyncio.create_task(client.act("c", "N1", Note(text="x")))
    await client.poll()
    await made.stop()
    with pytest.raises(ConnectionGone):
        await waiting
    with pytest.raises(ConnectionGone):
        await client.poll()
    await client.close()


async def test_nobody_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConnectionGone, match="no recorder is running"):
        await Client.connect(tmp_path / "none", "viewer")


async def left_ns(made: Server) -> int:
    """Since when nobody watches, once the last viewer's end is known."""
    for _ in range(100):
        if (since_ns := made.no_viewer_since_ns) is not None:
            return since_ns
        await asyncio.sleep(0.01)
    raise AssertionError("a viewer still counts")


async def test_viewers_are_counted_scripts_are_not(server: Made) -> None:
    made, _, path = server
    assert made.no_viewer_since_ns is not None
    script = await Client.connect(path, "script")
    assert made.no_viewer_since_ns is not None
    viewer = await Client.connect(path, "viewer")
    await viewer.poll()
    assert made.no_viewer_since_ns is None
    await viewer.close()
    await left_ns(made)
    await script.close()


@pytest.mark.parametrize(("silent_s", "counts_back"), [(0.5, False), (3.0, True)])
async def test_a_viewer_that_stood_still_when_it_ended_had_left_at_its_last_echo(
    server: Made, monkeypatch: pytest.MonkeyPatch, silent_s: float, counts_back: bool
) -> None:
    made, _, path = server
    viewer = await Client.connect(path, "viewer")
    await viewer.poll()
    await viewer.echo()
    await viewer.poll()  # its answer comes after the echo was taken
    echoed_ns = server_module.real_ns()
    monkeypatch.setattr(server_module, "real_ns", lambda: clock.real_ns() + round(silent_s * NS))
    await viewer.close()
    assert (await left_ns(made) <= echoed_ns) is counts_back


async def test_another_version_is_refused_in_words(server: Made) -> None:
    reader, writer = await asyncio.open_unix_connection(str(server[2]))
    writer.write(frame(Hello(version=WIRE_VERSION + 1, role="viewer")))
    length = int.from_bytes(await reader.readexactly(4), "big")
    refused = msgspec.msgpack.decode(await reader.readexactly(length), type=ServerMessage)
    assert isinstance(refused, Refused)
    assert "same version" in refused.sentence
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    "nonsense",
    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x03abc", b"GET / HTTP/1.1\r\n\r\n", frame(Poll()), b"\x00\x00\x00\x00"],
)
async def test_nonsense_ends_that_connection_only(server: Made, nonsense: bytes) -> None:
    _, _, path = server
    good = await Client.connect(path, "viewer")
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(nonsense)
    assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()
    assert (await good.poll()).at_ms == 1
    await good.close()


async def test_a_client_that_does_not_read_is_dropped_at_the_bound(server: Made) -> None:
    made, _, path = server
    reader, writer = await asyncio.open_unix_connection(str(path), limit=1024)
    writer.write(frame(Hello(version=WIRE_VERSION, role="viewer")))
    good = await Client.connect(path, "viewer")
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    long = msgspec.structs.replace(CHANGED, text="x" * 60_000)
    for _ in range(3 * MOST_BUFFERED // 60_000):
        made.push(long)
        await good.poll()
    assert len(made._viewers) == 1
    await good.close()
    writer.close()
