"""``sessions sign`` where no recorder runs, and what the recorder says to the same act."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk import START_MS, Desk
from test_signing import PEOPLE, Station, member

from charting.ledger.reader import Reader
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.model import Draft, Kind
from charting.people import Role
from station.cli import main
from station.config import folders
from station.errors import COULD_NOT, NO, USAGE
from station.recorder.life import the_only_one
from station.recorder.past import Past
from station.recorder.signatures import Signatures
from station.script import SURE
from station.staff import Staff, write_staff
from station.wire import messages as m, people_acts as p
from station.wire.record_acts import SignSession

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
VIEWER = member("VV", Role.VIEWER, "8642", 5)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station of its own, with quick hashes."""
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    for room in ("station.sign", "station.recorder.signing"):
        monkeypatch.setattr(f"{room}.matches", lambda pin, kept: kept == f"$argon2:{pin}")
    return tmp_path


def charted(path: Path, *, closed: bool = True) -> str:
    """A ledger with one session."""
    path.parent.mkdir(parents=True, exist_ok=True)
    desk = Desk(ledger=path)
    desk.act(m.OpenSession(**WHO, weight_kg=70.0, confirmed=SURE))
    state = desk.chair.state
    assert state is not None
    if closed:
        desk.act(m.CloseSession(reason="home", confirmed=SURE))
    desk.journal.commit()
    desk.store.close()
    return state.session


def shell(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=typed)


def told(*words: str) -> str:
    return shell("sessions", *words).output


@pytest.fixture
def station() -> Path:
    """The station's own ledger, with one session that is over."""
    charted(folders().ledger)
    return folders().ledger


def test_a_signature_is_charted_told_and_verified(station: Path) -> None:
    done = shell("sessions", "sign", "--by", "KS", "--yes")
    assert done.exit_code == 0 and "signed by KS: session" in done.output, done.output
    assert "nothing is missing" in done.output
    assert "  signed by KS" in told("list")
    assert "Signed by KS, " in told("show") and "SIGNED, up to entry 2: I have read" in told("show")
    assert json.loads(told("verify"))["ok"]
    with Reader.open(station) as reader:
        assert reader.entries()[-1].kind is Kind.SIGNED
    again = shell("sessions", "sign", "--by", "KS", "--yes")
    assert again.exit_code == NO and "KS has signed this session already" in again.output


def test_another_ledger_is_signed_in_place(home: Path) -> None:
    charted(home / "other.db")
    done = shell("sessions", "sign", "--ledger", str(home / "other.db"), "--by", "KS", "--yes")
    assert done.exit_code == 0, done.output
    assert not folders().ledger.exists()


def test_a_session_that_is_open_or_unknown_is_not_signed(home: Path) -> None:
    path = str(home / "open.db")
    name = charted(Path(path), closed=False)
    done = shell("sessions", "sign", "--ledger", path, "--by", "KS", "--yes")
    assert (done.exit_code, done.output) == (
        NO,
        f"infusion-station: session {name}: the session is open: end it at the chair first (e), then sign it\n",
    )
    done = shell("sessions", "sign", "--ledger", path, "--by", "KS", "--yes", "nobody")
    assert done.exit_code == COULD_NOT and "no session begins with 'nobody'" in done.output


def test_who_signs_and_that_they_mean_it_has_to_be_said(station: Path) -> None:
    done = shell("sessions", "sign", "--yes")
    assert done.exit_code == USAGE and "say who signs: --by INITIALS" in done.output
    done = shell("sessions", "sign", "--by", "KS")
    assert done.exit_code == USAGE and "say --yes" in done.output
    with Reader.open(station) as reader:
        assert len(reader.entries()) == 2


@pytest.mark.parametrize(
    ("by", "typed", "why"),
    [
        ("KS", "9999", "that is not the PIN of KS"),
        ("VV", "8642", "a nurse or clinician signs a session; VV is here as viewer"),
        ("QQ", "1470", "nobody here has the initials QQ"),
    ],
)
def test_with_staff_a_pin_and_a_role_are_needed(station: Path, by: str, typed: str, why: str) -> None:
    write_staff(folders().staff_toml, Staff(person=(*PEOPLE, VIEWER)))
    done = shell("sessions", "sign", "--by", by, "--yes", typed=f"{typed}\n")
    assert done.exit_code == NO
    said = done.output.splitlines()[-1]
    assert said.startswith(f"infusion-station: {why}")
    with Reader.open(station) as reader:
        assert len(reader.entries()) == 2


def test_with_staff_the_signature_holds_who_it_is(station: Path) -> None:
    write_staff(folders().staff_toml, Staff(person=PEOPLE))
    done = shell("sessions", "sign", "--yes", typed="ks\n1470\n")
    assert done.exit_code == 0, done.output
    with Reader.open(station) as reader:
        entry = reader.entries()[-1]
    assert (entry.entered_by, entry.payload["staff"]) == ("KS", {"id": "s2", "role": "nurse"})


def test_what_a_dead_recorder_could_not_save_is_saved_before(station: Path) -> None:
    with Store.open(station) as store:
        said: dict[str, Any] = {"happened_at_ms": START_MS, "entered_at_ms": START_MS, "payload": {"text": "spilled"}}
        note = store.chain().stage(Draft(kind=Kind.NOTE, entered_by="N1", source="person", **said))
    folders().runtime.mkdir(parents=True, exist_ok=True)
    Spill(folders().spill).add([note])
    done = shell("sessions", "sign", "--by", "KS", "--yes")
    assert done.exit_code == 0 and "the last recorder could not: 1 of its entries" in done.output
    with Reader.open(station) as reader:
        assert [entry.kind for entry in reader.entries()[-2:]] == [Kind.NOTE, Kind.SIGNED]
    assert json.loads(told("verify"))["ok"]


def test_while_a_recorder_holds_the_station_nothing_else_writes(station: Path) -> None:
    with the_only_one(folders()):
        done = shell("sessions", "sign", "--by", "KS", "--yes")
    assert done.exit_code == COULD_NOT and "a recorder is already running here" in done.output


# --- the recorder


class Charting:
    """A desk with a signing, to which acts are sent as commands."""

    def __init__(self, path: Path) -> None:
        self.station = Station(path / "staff.toml", (*PEOPLE, VIEWER))
        self.ledger = path / "chart.db"
        self.session = charted(self.ledger)
        self.desk = Desk()
        self.owed: list[Any] = []
        self.answers: list[Any] = []

    def owe(self, entry: Any, number: int, answer: Any) -> None:
        self.owed.append(entry)

    async def send(self, act: Any, token: str) -> Any:
        rooms: Any = (self.ledger, Past(), self.station.signing, self.desk.journal, self.desk.clock, self)
        signatures = Signatures(*rooms)
        command = m.Command(id=1, chair="", by="KS", act=act, token=token)
        assert signatures.command(command, self.answers.append)
        await asyncio.gather(*signatures._tasks)
        return self.owed.pop() if self.owed else self.answers.pop()

    def read(self) -> str:
        with Reader.open(self.ledger) as reader:
            return reader.entries()[-1].hash

    def token(self, initials: str, pin: str) -> str:
        return str(self.station.sign_in(initials, pin).token)


def test_the_recorder_charts_it_for_a_nurse_and_refuses_a_viewer(tmp_path: Path) -> None:
    charting = Charting(tmp_path)
    act = SignSession(session=charting.session, read=charting.read())
    entry = asyncio.run(charting.send(act, charting.token("KS", "1470")))
    assert (entry.kind, entry.session, entry.payload["last_hash"]) == (Kind.SIGNED, charting.session, act.read)
    refused = asyncio.run(charting.send(act, charting.token("VV", "8642")))
    assert refused.sentence == "a nurse or clinician signs a session; VV is here as viewer"
    assert "nobody is signed in" in asyncio.run(charting.send(act, "")).sentence
    emergency = charting.station.send(p.EmergencyAccess(initials="XX")).token
    assert "emergency access is none" in asyncio.run(charting.send(act, emergency)).sentence


def test_the_recorder_refuses_what_was_not_read_or_is_not_there(tmp_path: Path) -> None:
    charting = Charting(tmp_path)
    token = charting.token("KS", "1470")
    other = SignSession(session=charting.session, read="another")
    assert "since it was read" in asyncio.run(charting.send(other, token)).sentence
    unknown = SignSession(session="nothing", read="another")
    assert asyncio.run(charting.send(unknown, token)).sentence == "no entry opens this session"


def test_every_other_act_is_left_to_others(tmp_path: Path) -> None:
    rooms: Any = (tmp_path, Past(), None, None, None, None)
    assert not Signatures(*rooms).command(m.Command(id=1, chair="", by="KS", act=m.Note(text="x")), print)
