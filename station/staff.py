"""staff.toml in the config folder: who works here, and the argon2 hashes of their PINs. ``infusion-station staff``
writes it; the chart gets the people and never a hash, because a chart is copied and printed, and a PIN of few digits
does not stand up to somebody who can try them all.
"""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from charting.people import Person, Role
from drivers.core.text import clean
from station.errors import USAGE, Trouble
from station.written import load_toml

PIN_DIGITS = (4, 12)
LOCK_AFTER_MIN = (1.0, 240.0)
LONGEST_INITIALS = 8
_HASHER = PasswordHasher()  # argon2id, parameters of RFC 9106 for little memory; the hash itself names them


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row. ``pin`` is a hash; a retired person stays, so that no id is ever given again."""

    id: str
    name: str
    initials: str
    role: Role
    pin: str
    retired: bool = False

    @property
    def person(self) -> Person:
        """The row without its secret."""
        return Person(self.id, self.name, self.initials, self.role)


class Staff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. ``lock_after_min`` minutes without a key, and a screen asks for a PIN before the next act."""

    lock_after_min: float = 10.0
    person: tuple[Member, ...] = ()

    @property
    def active(self) -> tuple[Member, ...]:
        """Everybody who works here now."""
        return tuple(one for one in self.person if not one.retired)

    def called(self, initials: str) -> Member | None:
        """Whoever works here under these initials, in capitals or not."""
        wanted = clean(initials).casefold()
        return next((one for one in self.active if one.initials.casefold() == wanted), None)


def read_staff(path: Path) -> Staff:
    """The file, checked; nobody where there is none. ``Trouble`` in one sentence."""
    if not path.exists():
        return Staff()
    try:
        open_to_others = path.stat().st_mode & 0o077
    except OSError as error:
        raise Trouble(f"cannot read the list of staff {path}: {error.strerror}") from None
    if open_to_others:
        raise Trouble(f"{path} holds PINs and is open to others; close it with: chmod 600 {path}")
    return check(load_toml(path, Staff, "list of staff"), str(path))


def check(staff: Staff, where: str) -> Staff:
    """``staff`` back, or ``Trouble``: an id twice, initials of two people, an empty name, a PIN that is no hash."""
    for what, said in (
        ("the id", [one.id for one in staff.person]),
        ("the initials", [one.initials.casefold() for one in staff.active]),
    ):
        twice = next((s for s in said if said.count(s) > 1), None)
        if twice is not None:
            raise Trouble(f"{where}: {what} {clean(twice)!r} belong to two people", USAGE)
    for one in staff.person:
        for what, text in (("id", one.id), ("name", one.name), ("initials", one.initials)):
            if not text or clean(text) != text:
                raise Trouble(f"{where}: {clean(one.id)}: {what} is empty or holds control characters", USAGE)
        if len(one.initials) > LONGEST_INITIALS or " " in one.initials:
            raise Trouble(f"{where}: initials are at most {LONGEST_INITIALS} letters, without a space", USAGE)
        if not one.pin.startswith("$argon2"):
            raise Trouble(f"{where}: {one.initials}: pin is no hash; set it with: infusion-station staff pin", USAGE)
    low, high = LOCK_AFTER_MIN
    if not low <= staff.lock_after_min <= high:
        raise Trouble(f"{where}: lock_after_min lies between {low:g} and {high:g}", USAGE)
    return staff


def write_staff(path: Path, staff: Staff) -> None:
    """The file anew, whole or not at all, for this user only. ``Trouble`` where it cannot be written."""
    check(staff, str(path))
    lines = [
        "# written by: infusion-station staff",
        f"lock_after_min = {float(staff.lock_after_min)!r}",
        *(line for one in staff.person for line in _rows(one)),
    ]
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise Trouble(f"cannot write the list of staff {path}: {error.strerror}") from None


def _rows(one: Member) -> list[str]:
    # a JSON string is a TOML string; ``clean`` has taken the few characters in which they differ
    texts = {"id": one.id, "name": one.name, "initials": one.initials, "role": one.role.value, "pin": one.pin}
    return ["", "[[person]]", *(f"{k} = {json.dumps(v)}" for k, v in texts.items()), *["retired = true"] * one.retired]


def pin_fault(pin: str) -> str:
    """Why this is no PIN to take, in a sentence; "" where it is one."""
    low, high = PIN_DIGITS
    if not (pin.isascii() and pin.isdigit() and low <= len(pin) <= high):
        return f"a PIN is {low} to {high} digits"
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        return "that PIN is the first that anybody tries (one digit, or digits in a row); take another"
    return ""


def hashed(pin: str) -> str:
    """The hash that stands for ``pin``."""
    return _HASHER.hash(pin)


def matches(pin: str, pin_hash: str) -> bool:
    """Whether ``pin`` is the one behind the hash. Takes some hundredths of a second, on purpose: not for a loop."""
    try:
        return _HASHER.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def next_id(staff: Staff) -> str:
    """An id that nobody has or had."""
    numbers = (int(one.id[1:]) for one in staff.person if one.id[:1] == "s" and one.id[1:].isdecimal())
    return f"s{max(numbers, default=0) + 1}"
