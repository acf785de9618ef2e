"""The quiet room as it is charted: who began, renewed or ended it, and what ends it by itself."""

from __future__ import annotations

from charting.model import Kind
from charting.quiet import ENDED, LASTS_MIN, ON, RENEWED
from charting.session import State
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.wire.room_acts import QuietRoom

_ENDS = {Kind.EMERGENCY: "emergency", Kind.SESSION_CLOSED: "session ended"}


def quiet_room(now: Present, act: QuietRoom) -> Drafted:
    """The room is quiet, goes on being so, or is not any more."""
    state = open_state(now)
    if state.paper:
        raise Refusal("this session is typed back from paper: nobody sits in the chair for it now")
    if act.end and state.care.quiet is None:
        raise Refusal("the room is not quiet")
    if act.end:
        return [Made(Kind.QUIET, {"what": ENDED, "why": ""})]
    return [Made(Kind.QUIET, {"what": RENEWED if state.care.quiet else ON, "minutes": LASTS_MIN})]


def with_quiet_over(state: State | None, made: Drafted) -> Drafted:
    """``made``, and before it that the room is quiet no longer, where it ends that."""
    why = next((_ENDS[one.kind] for one in made if one.kind in _ENDS), "")
    quiet = state.care.quiet if state is not None else None
    return [Made(Kind.QUIET, {"what": ENDED, "why": why}), *made] if why and quiet is not None else made


def late_ms(state: State | None, at_ms: int) -> int | None:
    """How long ago the time of a quiet room was up; None while it is not, or where none is."""
    quiet = state.care.quiet if state is not None else None
    return at_ms - quiet.until_ms if quiet is not None and at_ms >= quiet.until_ms else None
