"""The work of ``infusion-station staff``. PINs are typed without being shown, or come as lines on stdin.

An admin's PIN stands before each change: a lock against mistakes and colleagues, not against whoever owns this
computer's account, who can also write the file.
"""

from __future__ import annotations

import sys

import click
import msgspec

from charting.people import Role
from drivers.core.text import clean
from station.config import folders
from station.errors import NO, USAGE, Trouble
from station.staff import Member, Staff, hashed, matches, next_id, pin_fault, read_staff, write_staff


def add(initials: str, name: str, role: Role) -> int:
    """One more person."""
    path = folders().staff_toml
    staff = read_staff(path)
    if not staff.person and role is not Role.ADMIN:
        raise Trouble("the first on the list must be an admin, who then adds the others: --role admin", USAGE)
    if staff.called(initials) is not None:
        raise Trouble(f"{clean(initials)} are the initials of somebody who works here; take others", USAGE)
    _ask_admin(staff)
    made = Member(next_id(staff), clean(name), clean(initials), role, hashed(_new(initials)))
    write_staff(path, msgspec.structs.replace(staff, person=(*staff.person, made)))
    click.echo(f"{made.initials} {made.name}, {made.role.value}, is on the list")
    return 0


def show(retired: bool) -> int:
    """One line a person."""
    staff = read_staff(folders().staff_toml)
    for one in staff.person if retired else staff.active:
        click.echo(f"{one.initials:<8}  {one.role.value:<9}  {one.name}{'  (retired)' if one.retired else ''}")
    if not staff.person:
        click.echo("nobody is on the list: whoever charts gives initials, without a PIN", err=True)
    return 0


def new_pin(initials: str) -> int:
    """Another PIN for the same person."""
    path = folders().staff_toml
    staff = read_staff(path)
    member = _member(staff, initials)
    known = asked(f"Old PIN of {member.initials} (empty: an admin is here)")
    if known:
        _must_match(known, member)
    else:
        _ask_admin(staff)
    write_staff(path, _with(staff, msgspec.structs.replace(member, pin=hashed(_new(member.initials)))))
    click.echo(f"{member.initials} has a new PIN")
    return 0


def retire(initials: str) -> int:
    """Take a person off; the last admin stays, or nobody could change the list."""
    path = folders().staff_toml
    staff = read_staff(path)
    member = _member(staff, initials)
    admins = [one for one in staff.active if one.role is Role.ADMIN]
    if admins == [member]:
        raise Trouble(f"{member.initials} is the only admin; add another one first", NO)
    _ask_admin(staff)
    write_staff(path, _with(staff, msgspec.structs.replace(member, retired=True)))
    click.echo(f"{member.initials} {member.name} works here no more")
    return 0


def _with(staff: Staff, changed: Member) -> Staff:
    people = tuple(changed if one.id == changed.id else one for one in staff.person)
    return msgspec.structs.replace(staff, person=people)


def _member(staff: Staff, initials: str) -> Member:
    member = staff.called(initials)
    if member is None:
        raise Trouble(f"nobody here has the initials {clean(initials)}; see: infusion-station staff list", NO)
    return member


def _ask_admin(staff: Staff) -> None:
    """Go on only with the PIN of an admin, where there is one."""
    if not any(one.role is Role.ADMIN for one in staff.active):
        return
    member = staff.called(asked("Admin's initials", hidden=False))
    if member is None or member.role is not Role.ADMIN:
        raise Trouble("these are not the initials of an admin", NO)
    _must_match(asked(f"PIN of {member.initials}"), member)


def _must_match(pin: str, member: Member) -> None:
    if not matches(pin, member.pin):
        raise Trouble(f"that is not the PIN of {member.initials}", NO)


def _new(initials: str) -> str:
    """A PIN typed twice."""
    pin = asked(f"New PIN for {clean(initials)}")
    fault = pin_fault(pin)
    if fault:
        raise Trouble(fault, USAGE)
    if asked("The same PIN again") != pin:
        raise Trouble("the two PINs differ; nothing was changed", NO)
    return pin


def asked(question: str, hidden: bool = True) -> str:
    """What is typed on the terminal, not shown where ``hidden``; without a terminal the next line of stdin."""
    if sys.stdin.isatty():
        return str(click.prompt(question, default="", hide_input=hidden, show_default=False, err=True)).strip()
    return sys.stdin.readline().strip()
