"""Real descriptors: a pty somebody opens again and again, a socket, an existing port, and the faults of a line."""

import asyncio
import errno
import os
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from simulators import faults, ge_dri, masimo_ascii
from simulators.bedside import Bedside
from simulators.line import Line, LineError, PortLine, PtyLine, TcpLine, serve
from simulators.readings import Device
from simulators.scenario import Fault, Scenario

DISPL_1_S = ge_dri.frame(bytes([49, *[0] * 20, 255, *[0] * 18, 1, 1, 0, *[0] * 6]))


def bedside(duration_s: float = 3600, *fault: Fault) -> Bedside:
    return Bedside(Scenario(name="x", title="x", duration_s=duration_s, fault=fault))


@asynccontextmanager
async def serving(
    device: Device, source: Bedside, line: Line, speed: float = 40.0
) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """The address announced, and the running task; stopped at the end."""
    stop = asyncio.Event()
    said: list[str] = []
    task = asyncio.create_task(serve(device, source, line, speed=speed, announce=said.append, stop=stop))
    await until(lambda: bool(said) or task.done())
    try:
        yield said[0], task
    finally:
        stop.set()
        await task
        assert len(said) == 1


async def until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing happened in 30 s")


class Reader:
    """The other end of a pty, as a driver opens it."""

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.data = b""

    def read(self) -> bytes:
        try:
            self.data += os.read(self.fd, 65536)
        except BlockingIOError:
            pass
        return self.data

    def hung_up(self) -> bool:
        """True once the other side has gone: end of file or EIO, not merely nothing to read."""
        try:
            return os.read(self.fd, 65536) == b""
        except BlockingIOError:
            return False
        except OSError as error:
            return error.errno == errno.EIO

    async def lines(self, count: int) -> list[bytes]:
        await until(lambda: self.read().count(b"\r\n") >= count)
        return self.data.split(b"\r\n")[:count]


async def test_a_reader_of_the_link_gets_lines_and_may_come_and_go(tmp_path: Path) -> None:
    link = tmp_path / "oximeter"
    async with serving(masimo_ascii.Device(), bedside(), PtyLine(link)) as (path, _):
        assert path == str(link)
        for _ in range(4):
            reader = Reader(path)
            lines = await reader.lines(3)
            assert all(b"SPO2=" in line and line.endswith(b"EXC=000800") for line in lines[1:])
            os.close(reader.fd)
    assert not link.is_symlink()


async def test_every_second_is_said_once(tmp_path: Path) -> None:
    async with serving(masimo_ascii.Device(clock_utc_s=0), bedside(30), PtyLine(tmp_path / "l"), 100) as (path, _):
        reader = Reader(path)
        lines = await reader.lines(31)
        os.close(reader.fd)
    assert [int(line[15:17]) for line in lines] == list(range(31))


async def test_a_request_through_the_pty_is_answered_with_whole_records(tmp_path: Path) -> None:
    async with serving(ge_dri.Device(), bedside(), PtyLine(tmp_path / "monitor")) as (path, _):
        reader = Reader(path)
        os.write(reader.fd, DISPL_1_S[:20])
        await asyncio.sleep(0.03)
        assert reader.read() == b""
        os.write(reader.fd, DISPL_1_S[20:])
        await until(lambda: len(reader.read()) > 2000)
        os.close(reader.fd)
    parts = [part for part in reader.data.split(b"\x7e") if part][:4]
    assert all((record := ge_dri.unframe(part)) and len(record) == 40 + 278 for part in parts)


async def test_it_ends_with_the_scenario_and_takes_the_link_away(tmp_path: Path) -> None:
    async with serving(masimo_ascii.Device(), bedside(5), PtyLine(tmp_path / "l"), speed=100) as (_, task):
        await until(task.done)
    assert not (tmp_path / "l").is_symlink()


async def test_a_reader_that_stops_reading_stalls_nothing(tmp_path: Path) -> None:
    line = PtyLine(tmp_path / "l")
    device = ge_dri.Device()
    device.hear(DISPL_1_S, 0)
    async with serving(device, bedside(1e6), line, speed=400) as (path, task):  # longer than any patience
        await until(lambda: line.dropped > 0)
        assert not task.done()
        reader = Reader(path)
        await until(lambda: len(reader.read()) > 1500)
        os.close(reader.fd)


async def test_pulled_takes_the_link_away_and_brings_it_back(tmp_path: Path) -> None:
    link = tmp_path / "l"
    pulled = Fault(at_s=5, what="pulled", for_s=80)
    async with serving(masimo_ascii.Device(), bedside(3600, pulled), PtyLine(link), speed=50) as (path, _):
        reader = Reader(path)
        await until(lambda: not link.is_symlink())
        await until(reader.hung_up)
        os.close(reader.fd)
        await until(link.is_symlink)
        again = Reader(path)
        assert await again.lines(2)
        os.close(again.fd)


async def test_silent_keeps_the_line_open_and_hears_nothing(tmp_path: Path) -> None:
    silent = Fault(at_s=0, what="silent", for_s=3600)
    async with serving(ge_dri.Device(), bedside(3600, silent), PtyLine(tmp_path / "l")) as (path, task):
        reader = Reader(path)
        os.write(reader.fd, DISPL_1_S)
        await asyncio.sleep(0.05)
        assert reader.read() == b""
        assert not task.done()
        os.close(reader.fd)


async def test_links_of_others_are_left_alone(tmp_path: Path) -> None:
    real, foreign, dangling = tmp_path / "real", tmp_path / "foreign", tmp_path / "dangling"
    real.write_text("mine")
    foreign.symlink_to(real)
    dangling.symlink_to("/dev/pts/nothing-here")
    for taken in (real, foreign, tmp_path / "no-folder" / "l"):
        with pytest.raises(LineError):
            PtyLine(taken).open()
    assert real.read_text() == "mine"
    line = PtyLine(dangling)
    assert line.open() == str(dangling)
    newer = PtyLine(dangling)
    newer.open()
    line.close()
    assert dangling.is_symlink()  # it is the newer one's now
    newer.close()
    newer.close()
    assert not dangling.is_symlink()


async def test_clients_come_one_after_another() -> None:
    async with serving(masimo_ascii.Device(), bedside(), TcpLine("127.0.0.1", 0)) as (address, _):
        port = int(address.split(":")[1])
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            lines = [await asyncio.wait_for(reader.readline(), 10) for _ in range(2)]
            assert all(line.endswith(b"EXC=000800\r\n") for line in lines)
            writer.close()
            await writer.wait_closed()


async def test_a_client_reset_or_gone_is_let_go() -> None:
    line = TcpLine("127.0.0.1", 0)
    address = line.open()
    with socket.create_connection(("127.0.0.1", int(address.split(":")[1]))) as client:
        await until(lambda: line.receive() == b"" and line._client is not None)
        line.send(b"hello")
        assert client.recv(10) == b"hello"
        client.sendall(b"there")
        await until(lambda: line.receive() == b"there")
    await until(lambda: line.receive() == b"" and line._client is None)
    line.send(b"nobody")
    assert line.dropped == 6
    line.close()
    assert line.open() == address
    line.close()


async def test_a_taken_address_is_one_sentence() -> None:
    first = TcpLine("127.0.0.1", 0)
    port = int(first.open().split(":")[1])
    with pytest.raises(LineError, match="cannot be listened on"):
        TcpLine("127.0.0.1", port).open()
    first.close()


async def test_an_existing_port(tmp_path: Path) -> None:
    master, slave = os.openpty()
    os.set_blocking(master, False)
    path = os.ttyname(slave)
    async with serving(masimo_ascii.Device(), bedside(), PortLine(path, 9600, "N")) as (said, _):
        assert said == path
        heard = bytearray()

        def line_heard() -> bool:
            try:
                heard.extend(os.read(master, 4096))
            except BlockingIOError:
                return False
            return b"EXC=000800\r\n" in heard

        await until(line_heard)
    os.close(master)
    os.close(slave)
    with pytest.raises(LineError, match="cannot be opened"):
        PortLine(str(tmp_path / "none")).open()


@given(st.binary(max_size=2000), st.integers(0, 99))
@settings(deadline=None)
def test_faults_do_what_they_say(data: bytes, seed: int) -> None:
    def applied(fault: str) -> bytes:
        return faults.apply(fault, data, random.Random(seed))

    assert applied("") == data
    assert applied("pulled") == applied("silent") == b""
    assert data in applied("noise")
    assert (len(applied("noise")) > len(data)) == bool(data)
    damaged = applied("damaged")
    assert len(damaged) == len(data)
    flipped = sum(a != b for a, b in zip(damaged, data, strict=True))
    assert flipped == (1 + len(data) // 400 if data else 0)
    assert applied("damaged") == damaged


def test_only_faults_of_a_line_are_applied_to_bytes() -> None:
    with pytest.raises(ValueError, match="probe_off"):
        faults.apply("probe_off", b"x", random.Random(0))


async def test_damaged_and_noise_reach_the_line_and_frames_survive_noise(tmp_path: Path) -> None:
    outcomes = {}
    for fault in ("noise", "damaged"):
        device = ge_dri.Device()
        device.hear(DISPL_1_S, 0)
        source = bedside(3600, Fault(at_s=0, what=fault, for_s=3600))
        async with serving(device, source, PtyLine(tmp_path / fault)) as (path, _):
            reader = Reader(path)
            await until(lambda reader=reader: len(reader.read()) > 4000)  # type: ignore[misc]
            os.close(reader.fd)
        parts = [part for part in reader.data[:4000].split(b"\x7e") if len(part) > 250]
        outcomes[fault] = sum(ge_dri.unframe(part) is not None for part in parts)
    assert outcomes["noise"] >= 10
    assert outcomes["damaged"] == 0
