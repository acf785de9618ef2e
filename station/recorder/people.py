"""The acts about who is on a session: sign on, sign off, hand over with the card read and signed."""

from __future__ import annotations

from typing import Any

from charting.duty import HANDED, OFF, ON, is_on
from charting.model import Kind
from charting.people import Signed
from charting.second_person import second_mark
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.recorder.second import seconded
from station.wire import people_acts as p


def _who(signed: Signed) -> dict[str, Any]:
    return second_mark(signed)


def signed_on(now: Present, _act: p.SignOn) -> Drafted:
    """Whoever acts is on this session from now on."""
    who = _who(now.signed)
    if is_on(open_state(now).care.on, who):
        raise Refusal(f"{now.by} is on this session already")
    return [Made(Kind.DUTY, {"what": ON, "who": who})]


def signed_off(now: Present, _act: p.SignOff) -> Drafted:
    """Whoever acts is off this session; the last one hands over instead."""
    on, who = open_state(now).care.on, _who(now.signed)
    if not is_on(on, who):
        raise Refusal(f"{now.by} is not on this session")
    if len(on) == 1:
        raise Refusal("you are the only one on this session: hand it over with H")
    return [Made(Kind.DUTY, {"what": OFF, "who": who})]


def handed_over(now: Present, act: p.HandOver) -> Drafted:
    """The session is the receiving nurse's, who read the card that goes into the chart."""
    open_state(now)
    if now.beside.card is None or now.beside.card.digest != act.card:
        raise Refusal("the card that was read is no longer the one drawn last; open it again with H")
    to = seconded(now, act.second)
    card = {title: list(lines) for title, lines in now.beside.card.card.parts}
    return [Made(Kind.DUTY, {"what": HANDED, "who": _who(now.signed), "to": to, "card": card})]
