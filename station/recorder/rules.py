"""The protocols in force here, read once; a chart entry names what it was judged by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from charting.protocol import Protocol
from charting.protocol_files import load_protocols
from charting.session import State

STANDARD = "iv-standard"  # where a session names no protocol


@cache
def protocols() -> Mapping[str, Protocol]:
    """The shipped protocols by id. Raises ``FileError`` where one cannot be read."""
    return load_protocols()


def protocol_of(state: State | None) -> Protocol:
    """The protocol of a session, as its chart holds it."""
    named = state.protocol if state is not None else None
    return named or protocols()[STANDARD]
