"""The link on real pseudo-terminals and sockets: hang-up, coming back, refusals, silence, farewell."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import termios
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from link_bench import Pty, S, Station

from drivers.core import link as link_module
from drivers.core.capture import CaptureWriter, read_capture
from drivers.core.driver import DriverInfo, LineSettings
from drivers.core.link import ConnectionState, check_port
from drivers.core.measurement import FrameError


async def test_a_chunk_is_stamped_captured_decoded_and_delivered(stations: list[Station], tmp_path: Path) -> None:
    line = Pty()
    raw = CaptureWriter(tmp_path, "spoon", line.path, utc_ns=lambda: 5, report=print)
    stations.append(station := Station(line.path, raw))
    await station.state("negotiating")
    assert line.heard() == b"?"
    station.now_ns = 101 * S
    os.write(line.master, b"ab!\x11\x13!")
    await station.state("connected")
    assert [(len(items), at_ns) for items, at_ns in station.items] == [(2, 101 * S)]
    assert (station.link.good_frames, station.link.last_good_ns) == (2, 101 * S)
    assert [state for state, _ in station.told] == ["connecting", "negotiating", "connected"]
    station.now_ns = 102 * S
    os.write(line.master, b"noise")
    await asyncio.sleep(0.03)
    assert len(station.items) == 1 and station.link.last_good_ns == 101 * S
    await station.stop()
    assert line.heard() == b"."
    raw.close()
    (path,) = tmp_path.iterdir()
    assert read_capture(path).chunks == [(101 * S, b"ab!\x11\x13!"), (102 * S, b"noise")]
    line.hang_up()


async def test_a_hang_up_is_told_and_a_new_line_behind_the_same_name_is_found(
    stations: list[Station], tmp_path: Path
) -> None:
    name, line = tmp_path / "monitor", Pty()
    name.symlink_to(line.path)
    stations.append(station := Station(str(name)))
    await station.state("negotiating")
    os.write(line.master, b"!")
    await station.state("connected")
    line.hang_up()
    await station.state("lost")
    assert station.driver.resets == 1
    assert station.items[-1][0] == [FrameError("cut", 0, 1)]
    assert "it connects by itself" in station.link.sentence
    await asyncio.sleep(0.05)
    second = Pty()
    name.unlink()
    name.symlink_to(second.path)
    await station.until(lambda: second.heard() == b"?")
    assert station.link.state is ConnectionState.LOST, "an open port alone is no monitor"
    os.write(second.master, b"!")
    await station.state("connected")
    assert station.link.good_frames == 2
    second.hang_up()


async def test_a_port_in_use_is_named_and_taken_when_free(stations: list[Station]) -> None:
    line = Pty()
    other = serial.Serial(line.path, exclusive=True)
    assert "in use" in check_port(line.path)
    stations.append(station := Station(line.path))
    await station.state("lost")
    assert "in use by another program" in station.link.sentence
    other.close()
    assert check_port(line.path) == ""
    await station.until(lambda: line.heard() == b"?")
    line.hang_up()


async def test_parity_is_not_asked_of_a_pty_so_it_opens_again_and_again(stations: list[Station]) -> None:
    line = Pty()
    for _ in range(3):
        station = Station(line.path)
        stations.append(station)
        await station.state("negotiating")
        assert not termios.tcgetattr(line.slave)[2] & (termios.PARENB | termios.CRTSCTS)
        await station.stop()
    line.hang_up()


async def test_a_silent_port_is_opened_anew_and_why_is_told(stations: list[Station]) -> None:
    line = Pty()
    stations.append(station := Station(line.path))
    await station.state("negotiating")
    assert line.heard() == b"?"
    os.write(line.master, b"noise only")
    station.now_ns += 10 * S
    await asyncio.sleep(0.03)
    assert station.link.state == "negotiating"
    station.now_ns += 1
    await station.state("lost")
    assert "line settings (9600 8E1)" in station.link.sentence
    await station.until(lambda: line.heard().endswith(b"?"))
    os.write(line.master, b"!")
    await station.state("connected")
    line.hang_up()


async def test_a_device_that_speaks_on_demand_may_be_silent(stations: list[Station]) -> None:
    line = Pty()
    on_demand = DriverInfo("cuff", "", "", LineSettings(9600), frozenset(), 60.0, 300.0, None, "grammar")
    stations.append(station := Station(line.path, info=on_demand))
    await station.state("negotiating")
    station.now_ns += 3600 * S
    await asyncio.sleep(0.04)
    assert station.link.state == "negotiating"
    line.hang_up()


async def test_a_socket_is_a_port(stations: list[Station]) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    stations.append(station := Station(f"socket://127.0.0.1:{server.getsockname()[1]}"))
    server.setblocking(False)
    peer, _ = await asyncio.get_running_loop().sock_accept(server)
    await station.state("negotiating")
    assert peer.recv(9) == b"?"
    peer.sendall(b"!")
    await station.state("connected")
    peer.close()
    await station.state("lost")
    server.close()
    await station.until(lambda: "refused" in station.link.sentence)


async def test_a_port_without_a_descriptor_gets_a_thread(stations: list[Station]) -> None:
    station = Station("loop://")  # says back what it hears
    station.driver.ask = b"!?"
    stations.append(station)
    await station.state("connected")
    assert station.link.good_frames == 1


async def test_a_mistake_of_ours_is_told_and_the_port_goes_on(stations: list[Station]) -> None:
    line = Pty()
    stations.append(station := Station(line.path))
    await station.state("negotiating")
    assert line.heard() == b"?"
    os.write(line.master, b"bug")
    await station.state("lost")
    assert "please report it" in station.link.sentence
    await station.until(lambda: line.heard().endswith(b"?"))
    os.write(line.master, b"!")
    await station.state("connected")
    line.hang_up()


async def test_output_that_is_blocked_is_told_and_stalls_nothing(
    stations: list[Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Pty()
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if data == b"?":
            raise BlockingIOError(errno.EAGAIN, "full")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    stations.append(station := Station(line.path))
    await station.state("negotiating")
    await asyncio.sleep(0.03)
    station.now_ns += 2 * S + 1
    await station.until(lambda: "takes no requests" in station.link.sentence)
    os.write(line.master, b"!")
    await station.state("connected")
    assert "takes no requests" in station.link.sentence
    monkeypatch.undo()
    await station.until(lambda: station.link.sentence == "")
    line.hang_up()


def adapter(device: str, serial_number: str | None, location: str = "1-1") -> SimpleNamespace:
    return SimpleNamespace(device=device, vid=0x0403, pid=0x6001, serial_number=serial_number, location=location)


async def test_an_adapter_is_found_again_under_another_name_and_a_stranger_is_refused(
    stations: list[Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, stranger, again = Pty(), Pty(), Pty()
    name = Path(ours.path)
    present = [adapter(ours.path, "A1")]
    monkeypatch.setattr(link_module.list_ports, "comports", lambda: present)
    stations.append(station := Station(str(name)))
    await station.state("negotiating")
    os.write(ours.master, b"!")
    await station.state("connected")
    present[:] = [adapter(ours.path, "B2")]  # unplugged, and another monitor's adapter took its name
    os.write(ours.master, b"bug")
    await station.until(lambda: "another adapter" in station.link.sentence)
    assert station.link.good_frames == 1
    present[:] = [adapter(stranger.path, "C3"), adapter(again.path, "A1", "1-4")]
    await station.until(lambda: again.heard() == b"?")
    assert stranger.heard() == b""
    for line in (ours, stranger, again):
        line.hang_up()


@pytest.mark.parametrize(
    ("port", "words"),
    [
        ("/dev/no-such-port", "is not there"),
        ("/tmp", "is a folder"),
        ("/etc/hostname", "is no serial port"),
        ("/dev/null", "is no serial port"),
        ("socket://no-such-host.invalid:9", "names a host nobody knows"),
        ("teapot://x", "cannot be used"),
    ],
)
async def test_a_port_that_cannot_be_is_told_in_one_sentence(stations: list[Station], port: str, words: str) -> None:
    checked = check_port(port)
    assert words in checked and checked.endswith(".") and "\n" not in checked
    stations.append(station := Station(port))
    await station.state("lost")
    assert station.told[-1] == ("lost", station.link.sentence)
    assert words in station.link.sentence


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (PermissionError(errno.EACCES, "x"), "group dialout"),
        (OSError(errno.EBUSY, "x"), "in use"),
        (OSError(errno.ENODEV, "x"), "check the cable"),
        (termios.error(errno.EINVAL, "x"), "line settings"),
        (TimeoutError("timed out"), "cannot be reached"),
        (ValueError("\x1b[31mred\nline"), "[31mred line"),
    ],
)
def test_every_trouble_is_a_sentence(trouble: Exception, words: str) -> None:
    sentence = link_module.explain("/dev/x", trouble)
    assert words in sentence and sentence.endswith(".") and sentence.isprintable()


async def test_a_folder_without_rights_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Pty()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "group dialout" in check_port(line.path)
    line.hang_up()
