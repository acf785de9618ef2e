"""``sessions sign``: through the recorder where one runs, which alone writes then; else as the one writer itself."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from charting.course_sheet import records
from charting.ledger.ballast import Ballast
from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.ledger.spill import Spill
from charting.ledger.store import Store
from charting.model import Entry
from charting.patient import who
from charting.people import Access, Signed
from charting.record import PatientState
from charting.review import find_session
from charting.session import State
from charting.sign import SignError, over, signatures, signed_lines
from charting.unfinished import unfinished
from drivers.core.text import clean
from station.clock import Clock
from station.config import Folders, folders
from station.errors import NO, USAGE, Trouble
from station.recorder.journal import Straight
from station.recorder.life import the_only_one
from station.recorder.opening import open_ledger, take_in
from station.recorder.signatures import signed
from station.sessions import reading
from station.staff import matches, read_staff
from station.staffing import asked
from station.wire.client import Client, ConnectionGone
from station.wire.messages import Refused, Saved, SignedIn, Unsaved
from station.wire.people_acts import SignIn, SignOut
from station.wire.record_acts import SignSession

LONGEST_LINE = 480


def sign(ledger: Path | None, session: str | None, by: str, yes: bool) -> int:
    """Show what is signed and what is missing in it, ask, and chart the signature."""
    here = folders()
    path = ledger or here.ledger
    own = path.resolve() == here.ledger.resolve()
    with reading(path) as reader:
        name = find_session(reader, session).session
        entries = reader.entries(name)
        try:
            state = over(entries)
        except SignError as error:
            raise Trouble(f"session {name}: {error}", NO) from None
        record = _record(reader, state.patient, state.identifier)
        lacks = unfinished(state, entries, reader.numerics(name, "NIBP_SYS"), record)
    _show(state, entries, lacks)
    staff = bool(read_staff(here.staff_toml).person)
    if not staff and not by:
        raise Trouble("say who signs: --by INITIALS", USAGE)
    _confirm(yes)
    by = clean(by or asked("Your initials", hidden=False))
    pin = asked(f"PIN of {by}") if staff else None
    act = SignSession(session=name, read=entries[-1].hash)
    seq = asyncio.run(_through_recorder(here.socket, act, by, pin)) if own else None
    if seq is None:
        seq = _alone(here, path if not own else None, act, by, pin)
    click.echo(f"signed by {by}: session {name}, entry {seq}")
    return 0


def _record(reader: Reader, name: str, identifier: str) -> PatientState | None:
    return records(reader).get(who(name, identifier))


def _show(state: State, entries: list[Entry], lacks: tuple[str, ...]) -> None:
    click.echo(f"Session {state.session}: {clean(state.patient)} ({clean(state.identifier)}), {len(entries)} entries")
    for line in (*signed_lines(signatures(entries)), *(f"MISSING  {one}" for one in lacks)):
        click.echo(clean(line, LONGEST_LINE))
    if not lacks:
        click.echo("nothing is missing that the station knows of")


def _confirm(yes: bool) -> None:
    """Go on only where a person says so."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Trouble("nobody is at a terminal to be asked: say --yes to sign with what is shown", USAGE)
    if not click.confirm("Sign this session?", err=True):
        raise Trouble("nothing was signed", NO)


async def _through_recorder(socket: Path, act: SignSession, by: str, pin: str | None) -> int | None:
    """The entry that the recorder charted; None where none answers."""
    try:
        client = await Client.connect(socket, "script")
    except ConnectionGone:
        return None  # where one stands still, its lock says so
    try:
        if pin is not None:
            came = await client.act("", by, SignIn(initials=by, pin=pin))
            if not isinstance(came, SignedIn):
                raise Trouble(
                    came.sentence if isinstance(came, Refused) else "the recorder gives no answer to a PIN", NO
                )
            client.token = came.token
        answer = await client.act("", by, act)
        if pin is not None:
            await client.act("", by, SignOut())
    except ConnectionGone as gone:
        raise Trouble(str(gone)) from None
    finally:
        await client.close()
    if isinstance(answer, Refused):
        raise Trouble(answer.sentence, NO)
    if isinstance(answer, Unsaved):
        raise Trouble(f"signed, and not saved yet: {answer.sentence}")
    if not isinstance(answer, Saved):
        raise Trouble("the recorder gives no answer to a signature; look with: infusion-station sessions show")
    return answer.seq


def _alone(here: Folders, other: Path | None, act: SignSession, by: str, pin: str | None) -> int:
    """Chart it without a recorder, in the station's ledger or in an ``other`` one."""
    os.umask(0o077)
    with the_only_one(here) if other is None else nullcontext():
        try:
            store = open_ledger(here.ledger, Ballast(here.data / "ballast")) if other is None else Store.open(other)
            try:
                if other is None:
                    _take_in(here, store)
                return _charted(store, act, _person(here, by, pin))
            finally:
                store.close()
        except LedgerError as error:
            raise Trouble(error.sentence) from None


def _take_in(here: Folders, store: Store) -> None:
    """What a recorder could not save comes first: after an entry of ours it would not continue the chain."""
    late, aside = take_in(Spill(here.spill), store)
    if late:
        click.echo(f"saved now, because the last recorder could not: {late} of its entries", err=True)
    if aside:
        click.echo(f"entries that do not continue this chart are set aside in {aside}", err=True)


def _person(here: Folders, by: str, pin: str | None) -> Signed:
    """Who signs. ``Trouble`` where it is nobody on the list, or not their PIN."""
    if pin is None:
        return Signed(by)
    member = read_staff(here.staff_toml).called(by)
    if member is None:
        raise Trouble(f"nobody here has the initials {by}; see: infusion-station staff list", NO)
    if not matches(pin, member.pin):
        raise Trouble(f"that is not the PIN of {member.initials}", NO)
    return Signed(member.initials, member.person, Access.SIGNED)


def _charted(store: Store, act: SignSession, person: Signed) -> int:
    clock, journal = Clock(), Straight(store)
    try:
        draft = signed(store, act, person, lambda n, i: _record(store, n, i), clock.utc_ms(clock.now_ns()))
    except SignError as error:
        raise Trouble(str(error), NO) from None
    entry = journal.write(draft)
    journal.commit()
    return entry.seq
