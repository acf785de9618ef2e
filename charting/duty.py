"""Who is on a session: signed on and off, handed over. Pure; a part of the session's fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from charting.model import Entry, Kind

ON, OFF, HANDED = "on", "off", "handed over"


class OnDuty(msgspec.Struct, frozen=True):
    """Somebody who is on a session since ``since_ms``. ``id`` and ``role`` are "" at a station without staff."""

    initials: str
    since_ms: int
    id: str = ""
    role: str = ""

    def same(self, initials: str, id: str) -> bool:
        """Whether this is the person of these initials and, where both have one, this id."""
        return self.id == id if self.id and id else self.initials.casefold() == initials.casefold()


def on_duty(on: tuple[OnDuty, ...], entry: Entry) -> tuple[OnDuty, ...]:
    """Who is on after one more entry: whoever opens a session is; a closed one has nobody."""
    p, at_ms = entry.payload, entry.happened_at_ms
    if entry.kind is Kind.SESSION_OPENED and entry.supersedes is None:
        return _with((), {"initials": entry.entered_by} | _staff(entry), at_ms)
    if entry.kind is Kind.DUTY:
        if p["what"] == ON:
            return _with(on, p["who"], at_ms)
        left = _without(on, p["who"])
        return left if p["what"] == OFF else _with(left, p["to"], at_ms)
    return () if entry.kind is Kind.SESSION_CLOSED else on


def is_on(on: tuple[OnDuty, ...], who: dict[str, Any]) -> bool:
    """Whether the person ``who`` {initials, id} is on."""
    return any(one.same(who["initials"], who.get("id", "")) for one in on)


def named(on: tuple[OnDuty, ...]) -> str:
    """Initials and roles of those who are on, the longest first; "" for nobody."""
    return ", ".join(f"{one.initials}{f' ({one.role})' if one.role else ''}" for one in on)


def chairs_each(on: Iterable[Iterable[str]]) -> dict[str, int]:
    """At how many chairs each person is, by initials as first written; ``on`` are those on at each chair."""
    found: dict[str, tuple[str, int]] = {}
    for chair in on:
        for key, initials in {one.casefold(): one for one in chair}.items():
            name, count = found.get(key, (initials, 0))
            found[key] = name, count + 1
    return dict(found.values())


def _staff(entry: Entry) -> dict[str, Any]:
    staff: dict[str, Any] = entry.payload.get("staff", {})
    return {key: staff[key] for key in ("id", "role") if key in staff}


def _with(on: tuple[OnDuty, ...], who: dict[str, Any], at_ms: int) -> tuple[OnDuty, ...]:
    if is_on(on, who):
        return on
    return (*on, OnDuty(who["initials"], at_ms, who.get("id", ""), who.get("role", "")))


def _without(on: tuple[OnDuty, ...], who: dict[str, Any]) -> tuple[OnDuty, ...]:
    return tuple(one for one in on if not one.same(who["initials"], who.get("id", "")))
