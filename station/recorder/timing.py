"""When an act happened, and whether it can have happened then, in the session it is meant for."""

from __future__ import annotations

from charting.model import Kind
from charting.session import INFUSION_ACTS, State
from station.recorder.drafts import LEAST_AGO_S, Drafted, Refusal
from station.wire import messages as m

LONGEST_AGO_S = 12 * 3600


def ago_of(act: m.Act, ago_s: float) -> float:
    """How many seconds ago ``act`` happened, where it was said to be ``ago_s``. Raises ``Refusal``."""
    if not m.dated(act):
        return 0.0
    if not 0 <= ago_s <= LONGEST_AGO_S:  # NaN fails too
        raise Refusal("the time lies in the future or more than twelve hours back", "ago")
    return ago_s


def check_session(state: State | None, meant: str | None) -> None:
    """Raises ``Refusal`` where an act is ``meant`` for another session than the one open now; None: for any."""
    if meant is not None and (state is None or state.session != meant):
        now = f"{state.patient} is in this chair now" if state is not None else "none is open at this chair now"
        raise Refusal(f"the session has changed: {now}. Nothing was charted")


def check_order(state: State | None, made: Drafted, at_ms: int, ago_s: float) -> None:
    """Raises ``Refusal`` where what is charted ``ago_s`` seconds late cannot have happened then."""
    pump = any(one.kind in (*INFUSION_ACTS, Kind.GIVEN, Kind.EMERGENCY) for one in made)
    if state is not None and state.paper and pump and ago_s < LEAST_AGO_S:
        raise Refusal("this session is typed back from paper: say with - when that was", "ago")
    if not ago_s or any(one.kind is Kind.SESSION_OPENED and one.supersedes is None for one in made):
        return
    happened_ms = at_ms - round(ago_s * 1000)
    if state is None or happened_ms < state.opened_ms:
        raise Refusal("that is before the session was opened", "ago")
    last_ms = state.acts[-1].at_ms if state.acts else None
    given_ms = state.given[-1].at_ms if state.given else None
    after = (
        ((*INFUSION_ACTS, Kind.AWAY, Kind.SESSION_CLOSED), last_ms, "the last act on the infusion"),
        ((Kind.GIVEN, *INFUSION_ACTS, Kind.SESSION_CLOSED), given_ms, "the last dose was given"),
        ((Kind.AWAY,), state.back_ms, "the patient was last back"),
        ((Kind.BACK,), state.away.from_ms if state.away else None, "the patient went away"),
    )
    for kinds, earliest_ms, what in after:
        if earliest_ms is not None and happened_ms < earliest_ms and any(one.kind in kinds for one in made):
            raise Refusal(f"that is before {what}", "ago")
