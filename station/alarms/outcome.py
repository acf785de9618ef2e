"""What the engine says: states (alarms.md a2), transitions for the log, and what stands now."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class State(StrEnum):
    """States of one condition. HELD keeps the state it froze; DISABLED is visible, never the same as
    INACTIVE.
    """

    INACTIVE = "INACTIVE"
    PENDING = "PENDING"
    ACTIVE_UNACK = "ACTIVE_UNACK"
    ACTIVE_ACK = "ACTIVE_ACK"
    LATCHED = "LATCHED"
    DISABLED = "DISABLED"
    HELD = "HELD"


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one condition, made to be charted as it is.

    ``subject`` is the metric or source it concerns, "" where there is one only. ``priority`` is the highest
    seen in the ``episode`` (0: no episode). ``value`` and ``limit`` are of the first violated term.
    ``reason`` is one plain sentence, ``text`` the banner line (at most 40 cells). ``extreme`` is the worst
    value so far, ``onset_ns`` when the violation began. ``frozen`` is the state kept while HELD, else "".
    ``by`` is who acknowledged, else "". ``from_state`` equals ``to_state`` where only the priority rose or a
    held alarm was acknowledged.
    """

    condition: str
    subject: str
    kind: str
    priority: str
    from_state: State
    to_state: State
    value: float | None
    limit: float | None
    reason: str
    at_ns: int
    episode: int
    text: str
    extreme: float | None
    onset_ns: int | None
    frozen: str = ""
    by: str = ""

    def payload(self) -> dict[str, Any]:
        """The entry's payload as JSON: the fields by name, with ``from`` and ``to`` for the two states."""
        fields = msgspec.structs.asdict(self)
        fields["from"] = str(fields.pop("from_state"))
        fields["to"] = str(fields.pop("to_state"))
        return fields


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that is not INACTIVE, as the screen and the annunciator need it.

    ``audible`` asks for sound where the priority has one: unacknowledged and present, or frozen so while
    HELD.
    """

    condition: str
    subject: str
    kind: str
    state: State
    frozen: str
    priority: str
    text: str
    reason: str
    remedy: str
    value: float | None
    limit: float | None
    since_ns: int
    episode: int
    audible: bool
