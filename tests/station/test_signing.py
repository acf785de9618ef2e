"""Staff and PINs at the recorder: who may act, wrong PINs, emergency access, the second person, a list that changes."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from charting.bands import Level
from charting.lines import line
from charting.people import Access, Role, Signed
from station import staff as staff_module
from station.clock import NS
from station.errors import Trouble
from station.recorder.drafts import Refusal
from station.recorder.signing import LONGEST_WAIT_S, VOUCHED_S, Signing
from station.staff import Member, Staff, check, next_id, pin_fault, read_staff, write_staff
from station.wire import messages as m, people_acts as p


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hash is tried once, below; elsewhere its name and a word stand for it."""
    monkeypatch.setattr("station.recorder.signing.matches", lambda pin, kept: kept == f"$argon2:{pin}")


def member(initials: str, role: Role, pin: str, number: int) -> Member:
    return Member(f"s{number}", f"Name {initials}", initials, role, f"$argon2:{pin}")


PEOPLE = (
    member("AD", Role.ADMIN, "2580", 1),
    member("KS", Role.NURSE, "1470", 2),
    member("BO", Role.NURSE, "3690", 3),
    member("DR", Role.CLINICIAN, "7531", 4),
)


class Station:
    """A desk whose acts go through the signing, as commands do."""

    def __init__(self, path: Path, people: tuple[Member, ...] = PEOPLE) -> None:
        self.path = path
        if people:
            write_staff(path, Staff(person=people))
        self.desk = Desk()
        self.charted: list[dict[str, Any]] = []
        self.real_ns = 0
        self.waiting: list[tuple[Callable[[], bool], Callable[[bool], None]]] = []
        self.at_once = True
        self.signing = Signing(path, self._chart, None, self._verify, lambda: self.real_ns)
        self.desk.chair.beside.people = self.signing
        self.answers: list[Any] = []

    def _chart(self, payload: dict[str, Any], by: str, chair: str) -> int:
        self.charted.append(payload)
        return len(self.charted)

    def _verify(self, check: Callable[[], bool], done: Callable[[bool], None]) -> None:
        if self.at_once:
            done(check())
        else:
            self.waiting.append((check, done))

    def send(self, act: Any, token: str = "", by: str = "") -> Any:
        command = m.Command(id=7, chair="Chair 1", by=by, act=act, token=token)
        if self.signing.command(command, self.answers.append):
            return self.answers[-1] if self.answers else None
        who = self.signing.signed(command)
        entry = self.desk.chair.handle(act, who, self.desk.now_ns).last
        self.signing.spent(act)
        return entry

    def sign_in(self, initials: str, pin: str) -> Any:
        return self.send(p.SignIn(initials=initials, pin=pin))


@pytest.fixture
def station(tmp_path: Path) -> Station:
    made = Station(tmp_path / "staff.toml")
    made.desk.begin()
    return made


def test_without_staff_initials_are_enough(tmp_path: Path) -> None:
    station = Station(tmp_path / "none.toml", people=())
    assert station.signing.lock_s is None and station.charted == []
    entry = station.send(m.OpenSession(patient="A", identifier="1", weight_kg=70), by="KS")
    assert "staff" not in entry.payload
    assert "initials are enough" in station.sign_in("KS", "1470").sentence
    assert station.signing.second(Signed("KS"), " BO ").by == "BO"
    with pytest.raises(Refusal, match="somebody else"):
        station.signing.second(Signed("KS"), "ks", Level.STOP)
    with pytest.raises(Refusal, match="not named"):
        station.signing.second(Signed("KS"), "")


def test_an_act_carries_the_person_behind_the_pin(station: Station) -> None:
    answer = station.sign_in("ks", "1470")
    assert (answer.initials, answer.name, answer.role) == ("KS", "Name KS", "nurse")
    entry = station.send(m.Note(text="x"), answer.token, by="DR")  # whatever the screen calls itself
    assert entry.entered_by == "KS" and entry.payload["staff"] == {"id": "s2", "role": "nurse"}
    assert [c["what"] for c in station.charted] == ["list", "signed in"]
    assert "pin" not in str(station.charted) and "argon2" not in str(station.charted)


def test_nobody_signed_in_may_acknowledge_and_call_an_emergency_marked(station: Station) -> None:
    with pytest.raises(Refusal, match="nobody is signed in") as refusal:
        station.send(m.Note(text="x"), by="KS")
    assert refusal.value.field == m.PIN
    station.desk.run(60, SPO2=80, HR=70)
    acknowledged = station.send(m.Acknowledge(), by="KS")
    assert acknowledged.payload["staff"] == {"access": "not signed in"}
    assert line(acknowledged).endswith("[not signed in]")
    assert station.send(m.Emergency(), by="KS").payload["staff"] == {"access": "not signed in"}


@pytest.mark.parametrize(("initials", "pin", "said"), [("AD", "2580", "does not chart"), ("KS", "1470", "")])
def test_a_role_that_may_not_is_refused_in_a_sentence(station: Station, initials: str, pin: str, said: str) -> None:
    token = station.sign_in(initials, pin).token
    if said:
        with pytest.raises(Refusal, match=said):
            station.send(m.Note(text="x"), token)
    else:
        assert station.send(m.Note(text="x"), token).payload["text"] == "x"


def test_wrong_pins_are_charted_and_slowed_down_and_a_right_one_ends_that(station: Station) -> None:
    assert station.sign_in("KS", "0001").field == m.PIN
    assert "not the PIN" in station.sign_in("KS", "0002").sentence
    assert "not the PIN" in station.sign_in("KS", "0003").sentence
    assert "wait 2 s" in station.sign_in("KS", "1470").sentence  # even the right one
    assert isinstance(station.sign_in("BO", "3690"), m.SignedIn)  # nobody else waits
    station.real_ns += 2 * NS
    assert "not the PIN" in station.sign_in("KS", "0004").sentence
    assert "wait 4 s" in station.sign_in("KS", "1470").sentence
    wrong = [c for c in station.charted if c["what"] == "wrong pin"]
    assert [c["in_a_row"] for c in wrong] == [1, 2, 3, 4] and all("0001" not in str(c) for c in wrong)
    station.real_ns += 4 * NS
    assert isinstance(station.sign_in("KS", "1470"), m.SignedIn)
    assert "not the PIN" in station.sign_in("KS", "0005").sentence
    assert isinstance(station.sign_in("KS", "1470"), m.SignedIn)


def test_the_wait_has_an_end(station: Station) -> None:
    for _ in range(14):
        station.sign_in("KS", "0001")
        station.real_ns += round(LONGEST_WAIT_S * NS)
    assert isinstance(station.sign_in("KS", "1470"), m.SignedIn)


def test_many_at_once_are_one_try(station: Station) -> None:
    station.at_once = False
    for _ in range(5):
        station.sign_in("KS", "0001")
    assert len(station.waiting) == 1
    assert all("being checked" in answer.sentence for answer in station.answers)


def test_somebody_who_is_not_on_the_list_is_told_so(station: Station) -> None:
    assert "nobody here has the initials ZZ" in station.sign_in("ZZ", "1470").sentence


def test_emergency_access_marks_every_entry_until_it_ends(station: Station) -> None:
    token = station.send(p.EmergencyAccess(initials="ZZ")).token
    entry = station.send(m.Note(text="x"), token)
    assert entry.entered_by == "ZZ" and line(entry) == "x [emergency access]"
    station.send(p.SignOut(), token)
    with pytest.raises(Refusal):
        station.send(m.Note(text="x"), token)
    assert [c["what"] for c in station.charted[1:]] == ["emergency access", "emergency access ended"]
    for typed in (" ", "1470"):
        sentence = station.send(p.EmergencyAccess(initials=typed)).sentence
        assert "have a letter" in sentence and "1470" not in sentence


def test_a_sign_in_ends_the_emergency_access_before_it(station: Station) -> None:
    token = station.send(p.EmergencyAccess(initials="ZZ")).token
    station.send(p.SignIn(initials="KS", pin="1470"), token)
    assert [c["what"] for c in station.charted[1:]] == ["emergency access", "emergency access ended", "signed in"]


def test_locked_is_another_word_than_signed_out(station: Station) -> None:
    token = station.sign_in("KS", "1470").token
    station.send(p.SignOut(locked=True), token)
    assert station.charted[-1]["what"] == "locked"
    assert station.send(p.SignOut(), token).seq == 0  # nothing is charted twice


def test_a_second_person_vouches_once(station: Station) -> None:
    first = Signed("KS", PEOPLE[1].person, Access.SIGNED)
    token = station.send(p.Vouch(initials="BO", pin="3690")).token
    assert station.signing.second(first, token).by == "BO"
    with pytest.raises(Refusal, match="takes a clinician"):
        station.signing.second(first, token, Level.STOP)
    with pytest.raises(Refusal, match="signs with initials and PIN"):
        station.signing.second(first, "BO")
    with pytest.raises(Refusal, match="nobody is signed in"):
        station.send(m.Note(text="x"), token)  # nobody is signed in by vouching
    station.real_ns += round(VOUCHED_S * NS) + 1
    with pytest.raises(Refusal, match="two minutes"):
        station.signing.second(first, token)


def test_who_is_retired_meanwhile_acts_no_more_and_the_chart_has_the_new_list(station: Station) -> None:
    token = station.sign_in("KS", "1470").token
    left = tuple(one for one in PEOPLE if one.initials != "KS")
    write_staff(station.path, Staff(person=left))
    with pytest.raises(Refusal):
        station.send(m.Note(text="x"), token)
    assert [one["initials"] for one in station.charted[-1]["people"]] == ["AD", "BO", "DR"]


def test_a_list_that_cannot_be_read_leaves_the_last_good_one(station: Station) -> None:
    token = station.sign_in("KS", "1470").token
    station.path.write_text("nonsense [")
    assert station.send(m.Note(text="x"), token).payload["text"] == "x"
    assert station.charted[-1]["what"] == "list refused"


def test_the_file_comes_back_as_it_was_written_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "staff.toml"
    odd = Member("s9", 'Zoë "Z" \\ Q', "ZQ", Role.VIEWER, "$argon2:x", retired=True)
    kept = Staff(lock_after_min=3, person=(*PEOPLE, odd))
    write_staff(path, kept)
    assert read_staff(path) == kept and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert next_id(kept) == "s10"
    path.chmod(0o644)
    with pytest.raises(Trouble, match="chmod 600"):
        read_staff(path)


@pytest.mark.parametrize(
    ("staff", "said"),
    [
        (Staff(person=(PEOPLE[0], member("ad", Role.NURSE, "1", 9))), "initials 'ad' belong to two"),
        (Staff(person=(PEOPLE[0], member("XY", Role.NURSE, "1", 1))), "id 's1' belong to two"),
        (Staff(person=(Member("s1", "n", "KS", Role.NURSE, "1234"),)), "pin is no hash"),
        (Staff(person=(Member("s1", "", "KS", Role.NURSE, "$argon2"),)), "name is empty"),
        (Staff(lock_after_min=0), "lock_after_min"),
    ],
)
def test_a_wrong_list_is_told_in_a_sentence(staff: Staff, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        check(staff, "staff.toml")


@pytest.mark.parametrize("pin", ["123", "1111", "4321", "0123", "12a4", "", "1" * 13])
def test_a_pin_that_anybody_tries_is_not_taken(pin: str) -> None:
    assert pin_fault(pin)
    assert not pin_fault("2580")


def test_the_real_hash_knows_its_pin_and_no_other() -> None:
    kept = staff_module.hashed("2580")
    assert kept.startswith("$argon2id$") and "2580" not in kept
    assert staff_module.matches("2580", kept) and not staff_module.matches("2581", kept)
    assert not staff_module.matches("2580", "$argon2:nonsense")
