"""Whether a confirmation is by another person whose role fits: one rule for doses, waste and hand-over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charting.bands import Level
from charting.people import Access, Role, Signed
from charting.second_check import person

# a default of ours, to be reviewed by the clinic; a level that is not here takes no second person
FITTING: Mapping[Level, frozenset[Role]] = {
    Level.SECOND: frozenset({Role.NURSE, Role.CLINICIAN}),
    Level.STOP: frozenset({Role.CLINICIAN}),
}


def takes_second(level: Level) -> bool:
    """Whether going on at ``level`` takes another person."""
    return level in FITTING


def not_second(first: Signed, second: Signed, level: Level = Level.SECOND) -> str:
    """Why ``second`` cannot confirm at ``level`` what ``first`` does, in a sentence; "" where they can.

    At a station without staff other initials are all that can be asked for, whatever the level.
    """
    same_letters = person(first.by) == person(second.by)
    same_person = first.person is not None and second.person is not None and first.person.id == second.person.id
    if same_letters or same_person:
        return f"{second.by} charts this already: the second person is somebody else"
    if second.access is None:
        return ""
    if second.access is not Access.SIGNED or second.person is None:
        return "a second person signs with a PIN; emergency access is none"
    fitting = FITTING.get(level, frozenset())
    if second.person.role in fitting:
        return ""
    wanted = " or ".join(sorted(role.value for role in fitting))
    return f"{second.by} is a {second.person.role.value}; this takes a {wanted}"


def second_mark(second: Signed) -> dict[str, Any]:
    """What an entry keeps of the second person: initials, and at a station with staff id and role."""
    kept: dict[str, Any] = second.mark.get("staff", {})
    return {"initials": second.by} | kept
