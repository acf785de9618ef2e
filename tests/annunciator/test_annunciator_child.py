"""The real child: what it would have sounded, and what it does when its parent is silent, gone or replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from real_child import Child, heard

from station.annunciator.child import CRY_S, SILENT_AFTER_S, DeadMan
from station.annunciator.ladder import Rung
from station.annunciator.orders import Order, Status
from station.annunciator.player import Player
from station.annunciator.sink import Device
from station.annunciator.tones import RATE_HZ, TONES, burst
from station.clock import NS, real_ns

PATIENCE_S = 30.0  # for what has no promised time, on a machine that has other things to do


def test_what_is_ordered_is_what_is_heard(child: Callable[..., Child], tmp_path: Path) -> None:
    station = child(f"wav:{tmp_path / 'heard.wav'}")
    station.until(lambda s: s.callbacks > 3)
    station.until(lambda s: s.callbacks > 30, "high")
    station.order(999, "")
    station.order(1000, goodbye=True)
    assert station.process.wait(PATIENCE_S) == 0
    samples = heard(tmp_path / "heard.wav")
    once = np.trim_zeros(burst(TONES["high"])[:RATE_HZ])
    assert (np.trim_zeros(samples)[: len(once)] == once).all()
    assert station.stderr.read_bytes() == b""


def test_the_stream_is_kept_open_in_silence(child: Callable[..., Child]) -> None:
    station = child("null")
    first = station.until(lambda s: s.callbacks > 0)
    assert not first.fault
    assert not station.until(lambda s: s.callbacks > first.callbacks + 5).fault


def test_without_a_device_it_says_so_quietly_and_goes_on_answering(child: Callable[..., Child], tmp_path: Path) -> None:
    station = child(f"wav:{tmp_path / 'no' / 'such' / 'folder.wav'}")
    assert "cannot write" in station.until(lambda s: bool(s.fault)).fault
    assert station.until(lambda _: True).fault
    assert station.stderr.read_bytes() == b""


def test_the_default_device_is_either_there_or_its_absence_is_said(child: Callable[..., Child]) -> None:
    station = child("device")
    status = station.until(lambda s: bool(s.fault) or s.callbacks > 2)
    assert status.callbacks or "no working sound device" in status.fault
    assert b"ALSA" not in station.stderr.read_bytes()


def test_no_beat_for_five_seconds_sounds_the_failure_tone_until_one_comes(
    child: Callable[..., Child], tmp_path: Path
) -> None:
    path = tmp_path / "heard.wav"
    station = child(f"wav:{path}")
    station.until(lambda s: s.callbacks > 1)
    last_beat_at = len(heard(path))  # the file grows by the child's own clock, sounding or not
    deadline = time.monotonic() + PATIENCE_S
    while not heard(path).any():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    took_s = (np.flatnonzero(heard(path))[0] - last_beat_at) / RATE_HZ
    assert 4.5 < took_s < 6.5
    station.until(lambda _: True)
    time.sleep(0.05)
    count = station.until(lambda _: True).callbacks
    station.until(lambda s: s.callbacks > count + 5)
    assert not heard(path)[-RATE_HZ // 5 :].any()
    print(f"failure tone {took_s:.1f} s after the last beat")


@pytest.mark.parametrize("killed", [True, False])
def test_an_orphan_that_was_replaced_goes_in_peace_and_another_stays(
    child: Callable[..., Child], tmp_path: Path, killed: bool
) -> None:
    mark = tmp_path / "mark"
    station = child("null", "--mark", str(mark))
    station.until(lambda s: s.callbacks > 0)
    assert mark.read_text() == str(station.process.pid)
    assert station.process.stdin is not None
    station.process.stdin.close()
    with pytest.raises(subprocess.TimeoutExpired):
        station.process.wait(0.5)
    if killed:
        mark.write_text("4711")
        assert station.process.wait(PATIENCE_S) == 0
    else:
        station.process.send_signal(signal.SIGINT)
        os.kill(station.process.pid, signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            station.process.wait(0.5)


def test_nonsense_is_no_sign_of_life(child: Callable[..., Child]) -> None:
    station = child("null")
    assert station.process.stdin is not None
    station.process.stdin.write(b'what\n{"beat":"x"}\n{"beat":1,"sound":"siren"}\n')
    station.order(7)
    assert station.status().beat == 7


def test_the_dead_man_cries_after_five_seconds_for_two_minutes() -> None:
    at_s = 0.0
    dead_man = DeadMan(0)
    cries: list[float] = []
    while not dead_man.cried_out(int(at_s * NS)):
        at_s += 0.1
        if dead_man.cries(int(at_s * NS)):
            cries.append(at_s)
    assert cries[0] == pytest.approx(SILENT_AFTER_S, abs=0.11)
    assert cries[-1] - cries[0] >= CRY_S - 0.1
    dead_man.order(int(at_s * NS))
    assert not dead_man.cries(int(at_s * NS))


def test_a_computer_that_slept_is_no_dead_recorder() -> None:
    dead_man = DeadMan(0)
    assert not dead_man.cries(NS)
    assert not dead_man.cries(3600 * NS)
    assert [dead_man.cries((3600 + s) * NS) for s in (1, 2, 3, 4, 5)] == [False, False, False, False, True]


def test_a_device_that_stops_taking_sound_is_a_fault_and_is_tried_again(tmp_path: Path) -> None:
    outlet = Rung("null", Player(), tmp_path)
    outlet.tend(real_ns())
    deadline = time.monotonic() + PATIENCE_S
    while not outlet.callbacks:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        outlet.tend(real_ns())
    sink = outlet._sink
    assert isinstance(sink, Device)
    sink._device.stop()
    outlet.tend(real_ns())
    outlet.tend(real_ns() + 2 * NS)
    assert outlet.fault == "sound device gone"
    assert not outlet.heard
    outlet.tend(real_ns() + 6 * NS)
    while outlet.fault:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        outlet.tend(real_ns() + 6 * NS)
    assert outlet.heard
    outlet.close()


def test_orders_and_statuses_are_json_lines() -> None:
    assert msgspec.json.encode(Order(1, "high")) == b'{"beat":1,"sound":"high","once":"","goodbye":false}'
    assert msgspec.json.encode(Status(1, 2, "", True)) == b'{"beat":1,"callbacks":2,"fault":"","heard":true}'
