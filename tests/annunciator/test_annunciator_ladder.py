"""Below the sound device: real players on PATH, made here, that write down what they were asked to play."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from players import ENDS_AT_ONCE, FAILS, HANGS, PLAYS, Players
from real_child import Child, heard

from station.annunciator.ear import play_on
from station.annunciator.ladder import Rung
from station.annunciator.orders import Status
from station.annunciator.player import Player
from station.annunciator.program import LATE_S, Files, Program
from station.annunciator.sink import NoSound
from station.annunciator.tones import RATE_HZ, TONES, burst, silence
from station.clock import NS


@pytest.fixture
def no_device(tmp_path: Path) -> str:
    """A sink that cannot be opened until its folder is there."""
    return f"wav:{tmp_path / 'device' / 'heard.wav'}"


Make = Callable[..., Child]


def test_without_a_device_a_program_plays_and_says_so(child: Make, players: Players, no_device: str) -> None:
    players.install("aplay", PLAYS)
    station = child(f"{no_device},paplay,aplay")
    status = station.until(lambda s: s.heard)
    assert status.fault.endswith(": using aplay")
    assert players.asked[0] == "aplay silence"
    station.until(lambda _: players.asked[-1] == "aplay high", "high")
    with wave.open(str(players.last_file), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        assert np.frombuffer(file.readframes(file.getnframes()), np.int16).tolist() == burst(TONES["high"]).tolist()
    station.until(lambda _: players.asked[-1] == "aplay medium", "medium")
    assert station.until(lambda s: s.heard, "").fault == status.fault
    assert station.stderr.read_bytes() == b""


def test_the_device_is_used_again_when_it_returns(
    child: Make, players: Players, no_device: str, tmp_path: Path
) -> None:
    players.install("aplay", PLAYS)
    station = child(f"{no_device},aplay")
    station.until(lambda _: "aplay high" in players.asked, "high")
    (tmp_path / "device").mkdir()
    assert station.until(lambda s: not s.fault, "high").heard
    station.until(lambda _: bool(heard(tmp_path / "device" / "heard.wav").any()), "high")
    asked = len(players.asked)
    for number in range(10):
        station.order(number, "medium")
        assert station.status().heard
        time.sleep(0.02)
    assert len(players.asked) == asked


def test_a_program_that_fails_makes_room_for_the_next(child: Make, players: Players, no_device: str) -> None:
    players.install("paplay", FAILS)
    players.install("aplay", PLAYS)
    station = child(f"{no_device},paplay,aplay")
    assert station.until(lambda s: s.heard).fault.endswith(": using aplay")
    assert players.asked[0] == "paplay silence"


def test_when_all_fail_the_reasons_are_told(child: Make, players: Players, no_device: str) -> None:
    players.install("aplay", FAILS)
    station = child(f"{no_device},aplay", "--mark", str(players.folder / "mark"))
    status = station.until(lambda s: "aplay" in s.fault)
    assert not status.heard
    assert status.fault.startswith("cannot write") and status.fault.endswith("; aplay failed")
    assert (players.folder / "tones" / "failure.wav").exists()  # beside the mark, so that nothing is left elsewhere


def test_a_program_that_is_not_there_is_not_spoken_of(child: Make, players: Players, no_device: str) -> None:
    station = child(f"{no_device},paplay,pw-play,aplay,afplay")
    status = station.until(lambda s: bool(s.fault))
    assert not status.heard
    assert "play" not in status.fault


def test_one_that_hangs_is_a_fault_and_holds_up_nothing(child: Make, players: Players, no_device: str) -> None:
    players.install("aplay", HANGS)
    station = child(f"{no_device},aplay")
    station.until(lambda _: bool(players.asked))
    slowest = 0.0
    began = time.monotonic()
    status = None
    while status is None or "aplay hangs" not in status.fault:
        asked = time.monotonic()
        assert asked - began < 10
        station.order(1, "high")
        status = station.status()
        assert not status.heard
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.02)
    assert time.monotonic() - began > LATE_S
    assert slowest < 1.0
    print(f"a player that hangs is known after {time.monotonic() - began:.1f} s, slowest answer {slowest:.3f} s")


@pytest.mark.parametrize("sound", ["", "low", "medium", "high"])
def test_one_that_ends_before_it_can_have_played_was_never_heard(
    child: Make, players: Players, no_device: str, sound: str
) -> None:
    players.install("aplay", ENDS_AT_ONCE)
    station = child(f"{no_device},aplay")
    heard: list[bool] = []

    def tried_again(status: Status) -> bool:
        heard.append(status.heard)
        return "aplay did not play" in status.fault and len(players.asked) > 1

    station.until(tried_again, sound)
    assert True not in heard
    assert set(players.asked) == {"aplay silence"}


def test_the_files_are_written_once_however_often_a_player_is_tried(players: Players, tmp_path: Path) -> None:
    players.install("aplay", FAILS)
    folder = tmp_path / "tones"
    rung = Rung("aplay", player := Player(), Files(player.clips, folder))
    rung.tend(NS)
    made = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(made) == len(player.clips)
    lost = folder / "high.wav"
    lost.unlink()
    at_ns = NS
    while len(players.asked) < 3:
        rung.tend(at_ns := at_ns + NS // 100)
    assert lost.exists()
    assert {path: path.stat().st_mtime_ns for path in made if path != lost} == {
        path: stamp for path, stamp in made.items() if path != lost
    }
    rung.close()


def test_the_dead_mans_tone_comes_from_a_program_too(child: Make, players: Players, no_device: str) -> None:
    players.install("aplay", PLAYS)
    station = child(f"{no_device},aplay")
    station.until(lambda s: s.heard)
    began = time.monotonic()
    while players.asked[-1] != "aplay failure":
        assert time.monotonic() - began < 8
        time.sleep(0.05)
    assert time.monotonic() - began > 4.5
    station.until(lambda _: True)
    station.order(1000, goodbye=True)
    assert station.process.wait(5) == 0


def test_a_single_burst_is_heard_once_and_an_alarm_breaks_in(child: Make, tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    station = child(f"wav:{path}")
    station.until(lambda s: s.heard)
    station.order(1, once="low")
    station.status()
    once = np.trim_zeros(burst(TONES["low"]))
    station.until(lambda _: len(np.trim_zeros(heard(path))) >= len(once))
    count = station.until(lambda _: True).callbacks
    station.until(lambda s: s.callbacks > count + 15)
    assert (np.trim_zeros(heard(path)) == once).all()  # one burst, and nothing behind it
    station.order(2, once="high")
    station.status()
    station.until(lambda s: s.callbacks > count + 20)
    before = len(heard(path))
    station.until(lambda s: s.callbacks > count + 30, "medium")
    pulse = np.trim_zeros(burst(TONES["medium"])[: RATE_HZ // 4])
    after = heard(path)[max(0, before - RATE_HZ // 5) :]
    assert any((after[n : n + len(pulse)] == pulse).all() for n in range(len(after) - len(pulse)))


def test_a_program_plays_a_single_burst_too(child: Make, players: Players, no_device: str) -> None:
    players.install("aplay", PLAYS)
    station = child(f"{no_device},aplay")
    station.until(lambda s: s.heard)
    station.order(1, once="high")
    station.status()
    station.until(lambda _: players.asked[-1] == "aplay once-high")
    station.until(lambda _: players.asked[-1] == "aplay high", "high")


@pytest.mark.parametrize(("does", "said"), [(FAILS, "aplay failed"), (HANGS, "aplay hangs"), (PLAYS, "")])
def test_the_test_by_ear_goes_down_the_ladder(
    players: Players, no_device: str, does: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Program, "patience_s", 0.1)
    players.install("aplay", does.replace("sleep 8", "sleep 0.05"))
    if said:
        with pytest.raises(NoSound, match=said):
            play_on("aplay", silence(100))
    else:
        assert play_on(f"{no_device},aplay", silence(100)) == "aplay"
        assert players.asked == ["aplay test"]
