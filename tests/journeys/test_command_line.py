"""Every bad input of the command line: its exit code, and one sentence on stderr that says what is wrong."""

from __future__ import annotations

import fcntl
import os
import pty
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from station_process import StationProcess

from charting.ledger.store import Store
from station.wire.messages import OpenSession

pytestmark = pytest.mark.journey

NO, USAGE, COULD_NOT = 1, 2, 3
EVIL = "\x1b]0;evil\x07[/]\u202e"
WRITTEN = {
    "words.bin": "no frame of any monitor\n" * 40,
    "scenario.toml": 'name = "x"\ntitle = "x"\nduration_s = 60\n\n[patient]\nwait_kg = 70\n',
    "fault.toml": 'name = "x"\ntitle = "x"\nduration_s = 60\n'
    '[[fault]]\nat_s = 3\ndevice = "toaster"\nwhat = "pulled"\nfor_s = 9\n',
    "broken.toml": 'name = "x\n',
    "preset.toml": 'name = "x"\nversion = "1"\nsource = "x"\n\n[SPO2_LOW]\nlimt = 90\n',
    "condition.toml": 'name = "x"\nversion = "1"\nsource = "x"\n\n[SPO2_LOWW]\nlimit = 90\n',
    "vitals.csv": "t_s,hr,hat_size\n0,70,58\n",
    "words.csv": "t_s,hr\n0,seventy\n",
    "art.csv": "t_s,spo2,art_sys,art_dia\n0,97,120,80\n",
}
STATION_TOML = {
    "an unknown key": (
        '[[chair]]\nname = "Chair 1"\nports = []\n',
        "line 3: unknown key 'ports'; did you mean 'port'?",
    ),
    "an unknown device": (
        '[[chair]]\nname = "Chair 1"\n[[chair.port]]\ndevice = "toaster"\nport = "/dev/ttyS0"\n',
        "no driver is called 'toaster'; there are: ge_dri",
    ),
    "one port twice": (
        "".join(
            f'[[chair]]\nname = "Chair {n}"\n[[chair.port]]\ndevice = "ge_dri"\nport = "/dev/ttyS0"\n' for n in (1, 2)
        ),
        "port /dev/ttyS0 is named twice",
    ),
}

# arguments, exit code, words of the sentence; {f} is the folder of the files above
TABLE: tuple[tuple[str, int, str], ...] = (
    ("bogus", USAGE, "No such command 'bogus'"),
    ("--bogus", USAGE, "No such option"),
    ("--device ge_dri", USAGE, "--device and --port belong together"),
    ("--port /dev/ttyS0", USAGE, "--device and --port belong together"),
    ("--device toaster --port /dev/ttyS0", USAGE, "no driver is called 'toaster'; there are: ge_dri"),
    ("--device ge_dri --port {f}/nothing", COULD_NOT, "{f}/nothing is not there: plug in the adapter"),
    ("--device ge_dri --port {f}/words.bin", COULD_NOT, "{f}/words.bin is no serial port"),
    ("--device ge_dri --port {f}", COULD_NOT, "{f} is a folder, no serial port"),
    ("--device ge_dri --port {f}/taken", COULD_NOT, "{f}/taken is in use by another program"),
    ("--device ge_dri --port /dev/ttyS0 status", USAGE, "--device and --port stand alone"),
    ("record --device ge_dri", USAGE, "belong together"),
    ("attach", COULD_NOT, "no recorder is running here; start one with: infusion-station"),
    ("status", NO, "no recorder is running here"),
    ("stop", NO, "no recorder is running here"),
    ("demo", COULD_NOT, "needs a terminal"),
    ("demo --scenario bogus", USAGE, "bogus"),
    ("demo --speed 61", USAGE, "61"),
    ("simulate ge_dri", USAGE, "say where to speak: one of --port PATH, --link PATH, --tcp HOST:PORT"),
    ("simulate toaster --link {f}/L", USAGE, "toaster"),
    ("simulate ge_dri --link {f}/words.bin", COULD_NOT, "{f}/words.bin"),
    ("simulate ge_dri --port {f}/nothing", COULD_NOT, "{f}/nothing"),
    ("simulate ge_dri --tcp nowhere", USAGE, "--tcp nowhere is no HOST:PORT"),
    ("simulate ge_dri --link {f}/L --scenario bogus", USAGE, "bogus"),
    ("decode ge_dri", USAGE, "Missing argument 'FILE'"),
    ("decode toaster {f}/words.bin", USAGE, "no driver is called 'toaster'"),
    ("decode ge_dri {f}/nothing", COULD_NOT, "cannot read {f}/nothing: No such file"),
    ("decode ge_dri {f}/words.bin", COULD_NOT, "{f}/words.bin holds no ge_dri frame"),
    ("decode ge_dri {f}", COULD_NOT, "cannot read {f}: Is a directory"),
    ("rehearse --scenario bogus", USAGE, "bogus"),
    ("rehearse --scenario {f}/nothing.toml", COULD_NOT, "cannot read the scenario {f}/nothing.toml"),
    ("rehearse --scenario {f}/scenario.toml", USAGE, "line 6: unknown key 'wait_kg'; did you mean 'weight_kg'?"),
    ("rehearse --scenario {f}/fault.toml", USAGE, "toaster"),
    ("rehearse --scenario {f}/broken.toml", USAGE, "{f}/broken.toml: not valid TOML"),
    ("rehearse --preset bogus", USAGE, "bogus"),
    ("rehearse --preset {f}/nothing.toml", COULD_NOT, "cannot read the alarm preset {f}/nothing.toml"),
    ("rehearse --preset {f}/preset.toml", USAGE, "line 6: unknown key 'limt'; did you mean 'limit'?"),
    ("rehearse --preset {f}/condition.toml", USAGE, "line 5: unknown key 'SPO2_LOWW'; did you mean 'SPO2_LOW'?"),
    ("rehearse --playback {f}/nothing.csv", COULD_NOT, "cannot read the playback {f}/nothing.csv"),
    ("rehearse --playback {f}/vitals.csv", USAGE, "hat_size"),
    ("rehearse --playback {f}/words.csv", USAGE, "seventy"),
    ("rehearse --playback {f}/art.csv --device masimo_ascii", USAGE, "art_sys"),
    ("rehearse --device toaster", USAGE, "no driver is called 'toaster'"),
    ("rehearse --seed x", USAGE, "'x' is not a valid integer"),
    ("rehearse --ledger {f}/chart.db", COULD_NOT, "a chart is never written over"),
    ("rehearse --ledger {f}/words.bin", COULD_NOT, "{f}/words.bin is no SQLite file"),
    ("replay {f}/nothing", COULD_NOT, "cannot read {f}/nothing"),
    ("replay {f}/words.bin", USAGE, "{f}/words.bin is no capture with arrival times"),
    ("sessions list", COULD_NOT, "ledger.db is not there"),
    ("sessions list --ledger {f}/words.bin", COULD_NOT, "{f}/words.bin is no SQLite file"),
    ("sessions show --ledger {f}/chart.db", COULD_NOT, "no session"),
    ("sessions show --ledger {f}/chart.db bogus", COULD_NOT, "the ledger holds no session yet"),
    ("sessions sign --ledger {f}/chart.db --by KS --yes", COULD_NOT, "the ledger holds no session yet"),
    ("sessions sign --ledger {f}/foreign.db --by KS --yes", COULD_NOT, "{f}/foreign.db"),
    ("sessions export --ledger {f}/chart.db --format docx", USAGE, "docx"),
    ("sessions verify --ledger {f}/nothing.db", NO, "{f}/nothing.db is not there"),
    ("sessions verify --ledger {f}/words.bin", NO, "{f}/words.bin is no SQLite file"),
    ("sessions show --ledger {f}/foreign.db", COULD_NOT, "{f}/foreign.db"),
    ("sessions bogus", USAGE, "No such command 'bogus'"),
    (f"--device ge_dri --port {EVIL}", COULD_NOT, "[/]"),
    (f"--device {EVIL} --port x", USAGE, "[/]"),
    (f"decode ge_dri {EVIL}", COULD_NOT, "[/]"),
    (f"rehearse --scenario {EVIL}", COULD_NOT, "[/]"),
    (f"sessions show --ledger {EVIL}", COULD_NOT, "[/]"),
    (EVIL, USAGE, "[/]"),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files that are not what they should be, an empty chart, and a port that somebody holds."""
    folder = tmp_path_factory.mktemp("f")
    for name, text in WRITTEN.items():
        (folder / name).write_text(text)
    for name in ("chart.db", "newer.db"):
        Store.open(folder / name).close()
    with sqlite3.connect(folder / "newer.db") as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with sqlite3.connect(folder / "foreign.db") as foreign:
        foreign.execute("CREATE TABLE shopping (item TEXT)")
    foreign.close()
    ours, theirs = pty.openpty()
    (folder / "taken").symlink_to(os.ttyname(theirs))
    fcntl.flock(theirs, fcntl.LOCK_EX)
    yield folder
    os.close(ours)
    os.close(theirs)


def _refused(station: StationProcess, arguments: list[str], code: int, words: str) -> None:
    answer = station.run(*arguments)
    said = answer.stderr.decode()
    assert answer.returncode == code, (answer.returncode, said)
    assert words in said
    assert said.startswith("infusion-station: ")
    assert said.count("\n") == 1 and said.endswith("\n"), said
    raw = [c for c in said[:-1] if unicodedata.category(c) in ("Cc", "Cf")]
    assert raw == [], said


@pytest.mark.parametrize(("arguments", "code", "words"), TABLE, ids=[row[0].replace(EVIL, "EVIL") for row in TABLE])
def test_one_sentence(station: StationProcess, files: Path, arguments: str, code: int, words: str) -> None:
    _refused(station, [a.format(f=files) for a in arguments.split(" ")], code, words.format(f=files))


@pytest.mark.parametrize("what", STATION_TOML)
def test_a_station_file_with_a_mistake(station: StationProcess, what: str) -> None:
    text, words = STATION_TOML[what]
    station.folders.config.mkdir(parents=True)
    station.folders.station_toml.write_text(text)
    _refused(station, ["record"], USAGE, words)


def test_a_newer_chart_keeps_the_recorder_from_starting(station: StationProcess, files: Path) -> None:
    station.folders.data.mkdir(mode=0o700, parents=True)
    station.folders.ledger.write_bytes((files / "newer.db").read_bytes())
    _refused(station, ["record"], COULD_NOT, "was written by a later version of this program")


def test_options_are_refused_while_a_recorder_runs(station: StationProcess) -> None:
    station.record()
    _refused(station, ["--device", "ge_dri", "--port", "x"], USAGE, "a recorder is already running, so --device")
    _refused(station, ["record"], COULD_NOT, "a recorder is already running here")


def test_options_beside_a_running_recorder_name_attach_first_and_an_open_session(station: StationProcess) -> None:
    station.record()
    options = ("--device", "ge_dri", "--port", "/dev/ttyS0")
    done = station.run(*options)
    told = done.stderr.decode()
    assert done.returncode == USAGE and told.index("infusion-station attach") < told.index("infusion-station stop")
    station.act(OpenSession(patient="TEST, A.", identifier="1984-03-02", weight_kg=70))
    told = station.run(*options).stderr.decode()
    assert "a session is open at Chair 1: do not end it" in told and "infusion-station stop" not in told
