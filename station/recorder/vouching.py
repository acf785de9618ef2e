"""A yes that takes more than the one who charts: by another person, or by a prescriber.

Who somebody is, is their word for now: initials, and the role that a prescriber states. ``person_of`` is the one place
where a person is believed, so it is where a PIN will be asked for.
"""

from __future__ import annotations

from charting.bands import Level
from charting.doubts import Asked
from charting.second_check import person
from drivers.core.text import clean
from station.wire.acts import Doubtable, Vouch

WHO = {Level.SECOND: "second", Level.STOP: "prescriber"}  # whom a question takes, by its level


class NotVouched(Exception):
    """Nobody has answered who can; ``str()`` is a sentence that says why, "" where nobody was named."""


def person_of(vouch: Vouch) -> dict[str, str]:
    """Whoever answered, for the chart: initials, and the role that was stated."""
    role = clean(vouch.role)
    return {"by": clean(vouch.initials)} | ({"role": role} if role else {})


def vouched(one: Asked, act: Doubtable, by: str) -> dict[str, str]:
    """What the chart says of whoever answered ``one`` beside ``by``, who charts; {} where nobody else is needed.

    Raises ``NotVouched``.
    """
    if one.level not in WHO:
        return {}
    vouch = act.vouched.get(one.id)
    if vouch is None or not person(vouch.initials):
        raise NotVouched("")
    if person(vouch.initials) == person(by):
        raise NotVouched(f"{clean(by)} charts this; another person has to answer")
    if one.level is Level.STOP and not clean(vouch.role):
        raise NotVouched("say the role too, such as AB, prescriber")
    return person_of(vouch)
