"""Change of chair: the session goes on at another free chair. Infusion, alarms, curves, pressures and what is due go
with the patient; ports, and what their devices send, stay with their chairs.
"""

from __future__ import annotations

from collections.abc import Mapping

from charting.model import Kind
from charting.people import Signed
from drivers.core.text import clean
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.recorder.charted import Handled
from station.recorder.drafts import has_initials
from station.recorder.timing import check_session
from station.wire.acts import ChangeChair
from station.wire.messages import Command


def carried_out(c: Command, who: Signed, chair: Chair, chairs: Mapping[str, Chair], now_ns: int) -> Handled:
    """The act of ``who``, at one chair or between two. Raises ``Refusal``."""
    if isinstance(c.act, ChangeChair):
        return move(chair, chairs, c.act, who, now_ns, c.session)
    return chair.handle(c.act, who, now_ns, c.ago_s, c.session)


def move(
    chair: Chair, chairs: Mapping[str, Chair], act: ChangeChair, who: Signed, now_ns: int, session: str | None
) -> Handled:
    """Let the session of ``chair`` go on at the chair that ``act`` names; charted there, with what ends because its
    device stayed. Raises ``Refusal``.
    """
    check_session(chair.state, session)
    has_initials(who.by)
    to = chairs.get(act.to)
    if chair.state is None:
        raise Refusal("no session is open at this chair; begin one first")
    if to is None:
        raise Refusal(f"there is no chair called {clean(act.to)!r}", "to")
    if to is chair:
        raise Refusal("the session is at this chair already; choose another one", "to")
    if to.state is not None:
        raise Refusal(f"{to.state.patient} is in {to.name} now; choose a free chair", "to")
    to.take_over(chair)
    payload = {"from_chair": chair.name, "to_chair": to.name} | who.mark
    entry = to.write(Kind.CHAIR_CHANGED, now_ns, payload=payload, by=who.by)
    ended = to.without_devices_of(chair, now_ns)
    return Handled(ended[-1].entry if ended else entry, ended)
