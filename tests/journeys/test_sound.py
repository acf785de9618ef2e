"""What a nurse would hear of a live station, read from the file its annunciator writes."""

from __future__ import annotations

import os
import signal
import wave
from pathlib import Path

import numpy as np
import pytest
from station_process import StationProcess, until
from terminal import STATION, Terminal

from station.annunciator.rungs import SINK
from station.annunciator.tones import RATE_HZ, TONES, burst
from station.wire.messages import (
    Acknowledge,
    CloseSession,
    OpenSession,
    PauseSound,
    Refused,
    Saved,
    SoundOff,
    TestSound,
)

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
    until(lambda: station.snapshot().sound.startswith("fail: only the terminal's bell: cannot write"), what="the fault")
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
    assert alarm.text == "Alarms may not be heard"


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


def test_a_test_tone_is_heard_without_an_alarm_and_charted_nowhere(station: StationProcess, ears: Path) -> None:
    station.record()
    until(lambda: len(heard(ears)) > RATE_HZ // 2, what="the stream")
    before = station.snapshot().chairs[0].lines
    until(lambda: isinstance(station.act(TestSound(priority="low"))[0], Saved), 3, "the first sign of life")
    once = np.trim_zeros(burst(TONES["low"]))
    until(lambda: len(np.trim_zeros(heard(ears))) >= len(once), 5, "the burst")
    assert (np.trim_zeros(heard(ears))[: len(once)] == once).all()
    assert station.snapshot().chairs[0].lines == before
    (refused,) = station.act(TestSound(priority="loud"))
    assert isinstance(refused, Refused)
    assert refused.field == "priority"


def test_a_test_tone_is_refused_where_nothing_can_be_heard_or_an_alarm_is(station: StationProcess) -> None:
    station.env[SINK] = "wav:/no/such/folder/heard.wav"
    station.record()
    until(lambda: station.snapshot().sound.startswith("fail"), what="the fault")
    (refused,) = station.act(TestSound(priority="high"))
    assert refused.sentence.startswith("nothing can be heard: only the terminal's bell: cannot write /no/such")
    station.act(PATIENT)
    until(lambda: station.alarm("NO_VIEWER"), what="an alarm")
    (refused,) = station.act(TestSound(priority="high"))
    assert refused.sentence.startswith("an alarm is sounding")


def test_sound_off_needs_a_reason_is_charted_and_ends_with_the_next_session(
    station: StationProcess, ears: Path
) -> None:
    recorder = station.record()
    station.act(PATIENT)
    until(lambda: station.alarm("NO_VIEWER"), what="an alarm")
    until(lambda: heard(ears, 0.5).any(), what="its tone")
    (refused,) = station.act(SoundOff(reason=" "))
    assert (refused.field, refused.sentence) == ("reason", "the reason for switching the sound off is empty")
    station.act(SoundOff(reason="migraine"))
    assert station.snapshot().sound == "off reminded"
    assert lines(station)[0] == "sound off, a reminder every 180 s: migraine"
    until(lambda: not heard(ears, 1.0).any(), what="silence")
    station.act(CloseSession(reason="went home"), PATIENT)
    assert station.snapshot().sound == ""
    assert "sound on again: a session begins" in lines(station)
    station.act(SoundOff(reason="again"))
    recorder.terminate()
    assert recorder.wait(10) == 0
    station.record()
    assert station.snapshot().sound == ""
    assert "sound on again: the recorder stops" in lines(station)


def test_sound_off_of_a_recorder_that_is_killed_ends_in_the_chart_too(station: StationProcess, ears: Path) -> None:
    recorder = station.record()
    station.act(PATIENT)
    assert isinstance(station.act(SoundOff(reason="migraine"))[0], Saved)
    recorder.kill()
    recorder.wait()
    station.record()
    assert "sound on again: the recorder was started anew" in lines(station)
    assert station.snapshot().sound == ""


def test_a_program_in_the_devices_place_is_an_alarm_and_is_heard(station: StationProcess) -> None:
    programs = station.home.with_name("bin")
    programs.mkdir()
    log = programs / "log"
    player = programs / "aplay"
    player.write_text(
        f'#!/bin/sh\nfor f; do :; done\necho "$f" >> {log}\ncase "$f" in */silence.wav) sleep 1.2;; *) sleep 4;; esac\n'
    )
    player.chmod(0o755)
    station.env |= {SINK: "wav:/no/such/folder/heard.wav,aplay", "PATH": f"{programs}:{os.environ['PATH']}"}
    station.record()
    until(lambda: station.snapshot().sound.endswith(": using aplay"), what="the next rung")
    assert isinstance(station.act(TestSound(priority="medium"))[0], Saved)
    until(lambda: "once-medium.wav" in log.read_text(), 5, "the test tone")
    station.act(PATIENT)
    alarm = until(lambda: station.alarm("AUDIO_FAIL"), 5, "AUDIO_FAIL")
    assert alarm.priority == "high"
    until(lambda: (a := station.alarm("AUDIO_FAIL")) and ": using aplay" in a.reason, 5, "why")
    until(lambda: "/high.wav" in log.read_text(), 5, "the tone of that alarm")
    assert not station.snapshot().bell


def test_the_terminals_bell_is_the_last_rung(station: StationProcess) -> None:
    station.env[SINK] = "wav:/no/such/folder/heard.wav"
    station.record()
    viewer = Terminal((*STATION, "attach"), station.env)
    try:
        viewer.until("AUDIO FAILED", "NO SESSION")
        assert not station.snapshot().bell
        rung = viewer.raw.count(b"\x07")
        station.act(PATIENT)
        until(lambda: station.alarm("AUDIO_FAIL"), 5, "an alarm")
        until(lambda: viewer.raw.count(b"\x07") >= rung + 3, 6, "the bell")
        assert station.snapshot().bell
        station.act(PauseSound())
        viewer.until("AUDIO PAUSED")
        assert not station.snapshot().bell
    finally:
        viewer.close()
