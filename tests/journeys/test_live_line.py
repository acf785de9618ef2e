"""Two commands make a live session: a simulated device on a real line, and the station on its other end."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest
from station_process import LOST_WITHIN_S, StationProcess, until

from station.wire.messages import OpenSession

pytestmark = pytest.mark.journey


def numbers(station: StationProcess) -> dict[str, float | None]:
    return {n.metric: n.value for n in station.snapshot().chairs[0].numbers}


@pytest.mark.parametrize("device", ["ge_dri", "masimo_ascii"])
def test_over_a_pty_with_the_cable_pulled_and_put_back(station: StationProcess, device: str) -> None:
    link = station.home.with_name("L")
    simulator, where = station.simulate(device, "--link", str(link))
    assert where == str(link)
    station.record("--device", device, "--port", str(link))
    until(lambda: numbers(station).get("SPO2"), what="SpO2")
    assert station.alarm("COMM_LOST") is None
    station.pull(simulator)
    lost_s = station.lost_after_s()
    assert lost_s <= LOST_WITHIN_S, f"COMM_LOST after {lost_s:.1f} s"
    assert station.alarm("COMM_LOST").subject == device
    station.simulate(device, "--link", str(link))
    until(lambda: station.alarm("COMM_LOST") is None, what="recovery")
    until(lambda: numbers(station).get("SPO2"), what="SpO2 again")
    print(f"COMM_LOST after {lost_s:.1f} s")


def test_over_a_socket(station: StationProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    simulator, where = station.simulate("ge_dri", "--tcp", f"127.0.0.1:{port}")
    assert str(port) in where
    station.record("--device", "ge_dri", "--port", f"socket://127.0.0.1:{port}")
    until(lambda: numbers(station).get("HR"), what="HR")
    station.pull(simulator)
    assert station.lost_after_s() <= LOST_WITHIN_S
    station.simulate("ge_dri", "--tcp", f"127.0.0.1:{port}")
    until(lambda: station.alarm("COMM_LOST") is None, what="recovery")


def test_the_capture_it_kept_decodes(station: StationProcess) -> None:
    link = station.home.with_name("L")
    station.simulate("ge_dri", "--link", str(link))
    station.record("--device", "ge_dri", "--port", str(link))
    until(lambda: numbers(station).get("HR"), what="HR")
    station.run("stop")
    captures = list(station.folders.captures.iterdir())
    assert len(captures) == 1
    decoded = station.run("decode", "ge_dri", str(captures[0]))
    assert decoded.returncode == 0, decoded.stderr
    lines = decoded.stdout.decode().splitlines()
    assert '"metric":"HR"' in lines[0]
    assert '"received_at":"20' in lines[0]
    assert '"errors":0' in lines[-1]


def test_a_recorder_that_stood_still_says_so(station: StationProcess) -> None:
    station.record()
    station.act(OpenSession(patient="Test, A", identifier="1", weight_kg=70))
    pid = station.pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    until(lambda: time.monotonic() - began > 3, what="three seconds")
    os.kill(pid, signal.SIGCONT)
    lines = until(
        lambda: [x.text for x in station.snapshot().chairs[0].lines if "NOT RECORDED" in x.text], what="the gap's entry"
    )
    assert "stood still" in lines[0]
