"""Signing a session that is over: by whom, over what, and what was charted since. Pure.

A signature is an entry of its session. It names the last entry that was read by its hash, and with it, by the chain,
everything before. Nothing stops what is charted later; it is told beside the signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from charting.ledger.chain import iso
from charting.model import NO_CHANGE, Draft, Entry, Kind, NumericRow
from charting.people import Duty, Signed, may_not
from charting.record import PatientState
from charting.session import State, fold
from charting.unfinished import unfinished

STATEMENT = "I have read the record of this session; it tells what was done and seen."


class SignError(Exception):
    """The session cannot be signed so; ``str()`` is one sentence."""


class Signature(NamedTuple):
    """One that was given; ``id`` and ``role`` are "" at a station without staff. ``since``: charted later."""

    at_ms: int
    by: str
    id: str
    role: str
    since: tuple[Entry, ...]


def signatures(entries: Iterable[Entry]) -> tuple[Signature, ...]:
    """The signatures among ``entries`` of one session, the oldest first."""
    entries = tuple(entries)
    found = []
    for one in entries:
        if one.kind is Kind.SIGNED:
            staff, last_seq = one.payload.get("staff", {}), one.payload["last_seq"]
            since = tuple(e for e in entries if e.seq > last_seq and e.kind not in NO_CHANGE)
            found.append(
                Signature(one.happened_at_ms, one.entered_by, staff.get("id", ""), staff.get("role", ""), since)
            )
    return tuple(found)


def signed_by(given: Sequence[Signature]) -> str:
    """All signatures of a session in some words; "" without one."""
    if not given:
        return ""
    changed = list(dict.fromkeys(one.by for one in given if one.since))
    words = f"signed by {', '.join(dict.fromkeys(one.by for one in given))}"
    return f"{words}; CHANGED after it was signed by {', '.join(changed)}" if changed else words


def signed_lines(given: Iterable[Signature]) -> list[str]:
    """A sentence for each signature, and one for what was charted after it."""
    said = []
    for one in given:
        role = f", {one.role}" if one.role else ""
        said.append(f"Signed by {one.by}{role}, {iso(one.at_ms)[:16].replace('T', ' ')} UTC")
        if one.since:
            numbers = ", ".join(str(entry.seq) for entry in one.since[:5])
            more = f" and {len(one.since) - 5} more" if len(one.since) > 5 else ""
            said.append(f"CHANGED after it was signed by {one.by}: entries {numbers}{more}")
    return said


def over(entries: Iterable[Entry]) -> State:
    """The state of a session that can be signed. ``SignError`` where it is not over."""
    state = fold(entries)
    if state is None:
        raise SignError("no entry opens this session")
    if state.closed_ms is None:
        raise SignError("the session is open: end it at the chair first (e), then sign it")
    return state


def signature(
    entries: Sequence[Entry],
    rows: Iterable[NumericRow],
    record: PatientState | None,
    who: Signed,
    read: str,
    at_ms: int,
) -> Draft:
    """The entry by which ``who`` signs; ``read`` is the hash of the last entry that was read. Raises ``SignError``."""
    state = over(entries)
    if not any(letter.isalpha() for letter in who.by):
        raise SignError("say who signs: initials have a letter")
    if sentence := may_not(who, Duty.SIGN):
        raise SignError(sentence)
    at = next((n for n, entry in enumerate(entries) if entry.hash == read), None)
    if at is None or any(entry.kind not in NO_CHANGE for entry in entries[at + 1 :]):
        raise SignError("something was charted in this session since it was read; read it again, then sign")
    if any(_same(one, who) and not one.since for one in signatures(entries)):
        raise SignError(f"{who.by} has signed this session already, and nothing was charted since")
    lacks = unfinished(state, entries, rows, record)
    payload = {
        "session": state.session,
        "first_seq": entries[0].seq,
        "last_seq": entries[-1].seq,
        "last_hash": entries[-1].hash,
        "statement": STATEMENT,
        "missing": list(lacks),
    }
    return Draft(
        kind=Kind.SIGNED,
        happened_at_ms=at_ms,
        entered_at_ms=at_ms,
        entered_by=who.by,
        source="person",
        session=state.session,
        chair=state.chair,
        payload=payload | who.mark,
    )


def _same(one: Signature, who: Signed) -> bool:
    if one.id and who.person is not None:
        return one.id == who.person.id
    return one.by.casefold() == who.by.casefold()
