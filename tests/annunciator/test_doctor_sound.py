"""``doctor`` plays silence on what an alarm would sound with, and says what it found."""

from __future__ import annotations

from pathlib import Path

import pytest
from players import ENDS_AT_ONCE, FAILS, Players

from station import doctor as looks
from station.annunciator.ear import play_on
from station.annunciator.rungs import SINK
from station.annunciator.sink import NoSound
from station.annunciator.tones import silence
from station.doctor import Finding, doctor
from station.errors import Trouble


@pytest.mark.parametrize(
    ("sink", "does", "told"),
    [
        ("null,aplay", "sleep 1.2", "ok    the sound null takes what is played"),
        ("null", "", "warn  should it fail, only the terminal's bell is left"),
        ("{no_device},aplay", "sleep 1.2", "fails; aplay plays the alarm tones in its place"),
        ("{no_device},aplay", FAILS, "warn  no alarm can be heard here"),
        ("{no_device},aplay", ENDS_AT_ONCE, "warn  no alarm can be heard here"),
    ],
)
def test_the_sound_is_tried(
    sink: str,
    does: str,
    told: str,
    players: Players,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    players.install("aplay", does) if does else None
    monkeypatch.setenv(SINK, sink.format(no_device=f"wav:{tmp_path}/no/where.wav"))
    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("station.annunciator.child.silence_libraries", lambda: None)  # it would take our own stderr
    assert doctor() == 0
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("fault", [ImportError("no library"), OSError("disk full")])
def test_a_broken_library_or_disk_is_no_sound(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr("station.annunciator.ear.opened", broken)
    with pytest.raises(NoSound, match=str(fault)):
        play_on("null", silence(50))


def test_a_look_that_fails_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def _disk() -> list[Finding]:
        raise OSError("input/output error")

    monkeypatch.setattr(looks, "LOOKS", (lambda: [Finding("ok", "first")], _disk, lambda: [Finding("ok", "last")]))
    with pytest.raises(Trouble):
        doctor()
    said = capsys.readouterr().out.splitlines()
    assert said == ["ok    first", "bad   could not look at the disk: OSError: input/output error", "ok    last"]
