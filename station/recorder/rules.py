"""The rules in force here: protocols, screening, courses. Read once; a chart entry names what it was judged by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from charting.course_templates import Courses, load_courses
from charting.protocol import Protocol
from charting.protocol_files import load_protocols
from charting.screening_rules import Screening, load_screening
from charting.session import State

STANDARD = "iv-standard"  # where a session names no protocol


class Rules(NamedTuple):
    """All of them, protocols by id."""

    protocols: Mapping[str, Protocol]
    screening: Screening
    courses: Courses


@cache
def in_force() -> Rules:
    """The shipped rules. Raises ``FileError`` where one cannot be read."""
    return Rules(load_protocols(), load_screening(), load_courses())


def protocol_of(state: State | None) -> Protocol:
    """The protocol of a session, as its chart holds it."""
    named = state.protocol if state is not None else None
    return named or in_force().protocols[STANDARD]
