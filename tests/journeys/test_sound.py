"""What a nurse would hear of a live station, read from the file its annunciator writes."""

from __future__ import annotations

import os
import signal
import wave
from pathlib import Path

import numpy as np
import pytest
from station_process import StationProcess, until

from station.annunciator.tones import RATE_HZ, TONES, burst
from station.annunciator.voice import SINK
from station.wire.messages import Acknowledge, OpenSession, PauseSound

pytestmark = pytest.mark.journey
PATIENT = OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)


def heard(path: Path, last_s: float = 3600) -> np.ndarray:
    if not path.exists():
        return np.zeros(0, np.int16)
    return np.frombuffer(path.read_bytes()[44:], np.int16)[-round(last_s * RATE_HZ) :]


def lines(station: StationProcess) -> list[str]:
    return [line.text for line in station.snapshot().chairs[0].lines]


@pytest.fixture
def ears(station: StationProcess) -> Path:
    path = station.home.with_name("heard.wav")
    station.env[SINK] = f"wav:{path}"
    return path


def test_an_alarm_is_heard_paused_heard_again_and_acknowledged(station: StationProcess, ears: Path) -> None:
    recorder = station.record()
    until(lambda: len(heard(ears)) > RATE_HZ, what="a second of silence")
    until(lambda: station.snapshot().sound == "", what="a sign of life of the next one")
    assert not heard(ears).any()
    station.act(PATIENT)
    until(lambda: station.alarm("NO_VIEWER"), what="an alarm")
    until(lambda: len(np.trim_zeros(heard(ears), "f")) > RATE_HZ, what="its tone")
    once = np.trim_zeros(burst(TONES["medium"])[: RATE_HZ // 2])
    assert (np.trim_zeros(heard(ears), "f")[: len(once)] == once).all()

    station.act(PauseSound())
    word, left_s = station.snapshot().sound.split()
    assert word == "paused" and 90 < int(left_s) <= 120
    assert "sound paused for 120 s" in lines(station)
    until(lambda: not heard(ears, 1.0).any(), what="silence")
    station.act(PauseSound(resume=True))
    assert station.snapshot().sound == ""
    assert "sound on again" in lines(station)
    until(lambda: heard(ears, 0.5).any(), what="sound again")
    station.act(Acknowledge())
    until(lambda: not heard(ears, 1.0).any(), what="silence")
    recorder.terminate()
    assert recorder.wait(10) == 0
    with wave.open(str(ears), "rb") as file:  # closed in peace
        assert file.getnframes() == len(heard(ears))


def test_no_sound_is_an_alarm_while_a_session_is_open(station: StationProcess) -> None:
    station.env[SINK] = "wav:/no/such/folder/heard.wav"
    station.record()
    until(lambda: station.snapshot().sound.startswith("fail: cannot write"), what="the fault")
    assert station.alarm("AUDIO_FAIL") is None
    station.act(PATIENT)
    alarm = until(lambda: station.alarm("AUDIO_FAIL"), what="AUDIO_FAIL")
    assert alarm.priority == "high"
    until(lambda: (a := station.alarm("AUDIO_FAIL")) and "cannot write" in a.reason, what="why")


def test_without_sound_is_a_choice_that_is_charted(station: StationProcess) -> None:
    station.folders.config.mkdir(parents=True)
    station.folders.station_toml.write_text("sound = false\n")
    station.record()
    assert station.snapshot().sound == "off"
    station.act(PATIENT)
    alarm = until(lambda: station.alarm("AUDIO_FAIL"), what="AUDIO_FAIL")
    assert station.snapshot().sound == "off"
    assert alarm.text == "Alarms cannot be heard"


def test_a_recorder_that_is_killed_is_cried_out_for(station: StationProcess, ears: Path) -> None:
    station.record()
    until(lambda: len(heard(ears)) > RATE_HZ // 2, what="the stream")
    annunciator = int((station.folders.runtime / "annunciator").read_text())
    pid = station.pid()
    assert pid is not None
    killed_at = len(heard(ears))  # the file grows by the annunciator's own clock, sounding or not
    os.kill(pid, signal.SIGKILL)
    try:
        until(lambda: len(np.trim_zeros(heard(ears), "f")) > RATE_HZ, what="the failure tone")
        silent_s = (np.flatnonzero(heard(ears))[0] - killed_at) / RATE_HZ
        assert silent_s < 7, f"the failure tone came {silent_s:.1f} s after the end"
        once = np.trim_zeros(burst(TONES["failure"]))
        assert (np.trim_zeros(heard(ears), "f")[: len(once)] == once).all()
    finally:
        os.kill(annunciator, signal.SIGTERM)


def test_one_that_was_brought_back_at_once_is_not(station: StationProcess, ears: Path) -> None:
    station.record(keeper=True)
    mark = station.folders.runtime / "annunciator"
    first = int(until(lambda: mark.exists() and mark.read_text(), what="the annunciator"))
    pid = station.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: int(mark.read_text() or first) != first, what="the next annunciator")
    until(
        lambda: not Path(f"/proc/{first}/cmdline").exists() or not Path(f"/proc/{first}/cmdline").read_bytes(),
        what="its end",
    )
    until(lambda: station.snapshot().sound == "", what="a sign of life of the next one")
    assert not heard(ears).any()
