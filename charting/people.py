"""Who acts: the people of a station, what each role may do, and what of it an entry keeps. Pure; no secret is here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec


class Role(StrEnum):
    """What a person is here."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    ADMIN = "admin"
    VIEWER = "viewer"


class Duty(StrEnum):
    """What an act takes: nothing but a hand (``ANYONE``), to be one of those who chart, or one who signs."""

    ANYONE = "anyone"
    CHART = "chart"
    SIGN = "sign"


# a default of ours, to be reviewed by the clinic: who charts, who signs a session that is over
MAY: Mapping[Role, frozenset[Duty]] = {
    Role.NURSE: frozenset({Duty.ANYONE, Duty.CHART, Duty.SIGN}),
    Role.CLINICIAN: frozenset({Duty.ANYONE, Duty.CHART, Duty.SIGN}),
    Role.ADMIN: frozenset({Duty.ANYONE}),
    Role.VIEWER: frozenset({Duty.ANYONE}),
}
_WHY_NOT: Mapping[Role, str] = {
    Role.ADMIN: "an admin keeps the list of staff and does not chart; sign in as a nurse or clinician with i",
    Role.VIEWER: "a viewer looks on and acknowledges alarms; to chart, sign in as a nurse or clinician with i",
}


class Person(msgspec.Struct, frozen=True):
    """Somebody on the list of staff. ``id`` is never given to another person, initials may be once they are free."""

    id: str
    name: str
    initials: str
    role: Role


class Access(StrEnum):
    """How somebody acts at a station whose staff have PINs: signed in, without a PIN after one deliberate step, or
    with nobody signed in at all.
    """

    SIGNED = "signed in"
    EMERGENCY = "emergency access"
    NOBODY = "not signed in"


class Signed(msgspec.Struct, frozen=True):
    """Who acts: initials, and at a station with staff how they were come by. ``access`` None: no staff is named."""

    by: str
    person: Person | None = None
    access: Access | None = None

    @property
    def mark(self) -> dict[str, Any]:
        """What every entry of this act keeps of it, for its payload; empty at a station without staff."""
        if self.access is None:
            return {}
        if self.person is not None:
            return {"staff": {"id": self.person.id, "role": self.person.role.value}}
        return {"staff": {"access": self.access.value}}


def may_not(signed: Signed, duty: Duty) -> str:
    """Why ``signed`` may not do what takes ``duty``, in a sentence; "" where they may."""
    if duty is Duty.ANYONE or signed.access is None:
        return ""
    if signed.access is Access.EMERGENCY:
        return "a session is signed with a PIN; emergency access is none" if duty is Duty.SIGN else ""
    if signed.person is None:
        return "nobody is signed in at this screen: press i for initials and PIN, or F8 for emergency access"
    role = signed.person.role
    if duty in MAY[role]:
        return ""
    if duty is Duty.SIGN:
        return f"a nurse or clinician signs a session; {signed.by} is here as {role.value}"
    return _WHY_NOT[role]


def access_of(payload: Mapping[str, Any]) -> str:
    """How an entry came about where nobody had signed in for it, in words; "" for every other entry."""
    return str(payload.get("staff", {}).get("access", ""))
