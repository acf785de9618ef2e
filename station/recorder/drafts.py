"""What an act is judged by and what it becomes: shared by the functions of ``acts.py`` and ``preparing.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from charting.dose import DoseError
from charting.doubts import Asked
from charting.model import Entry, Kind
from charting.session import Phase, State
from drivers.core.text import clean
from station.events import Event
from station.recorder.past import Past
from station.recorder.shown import Shown
from station.wire.acts import WHATEVER, Doubtable
from station.wire.messages import PortView


class Made(NamedTuple):
    """An entry to be: what it says, why, and which entry it takes the place of."""

    kind: Kind
    payload: dict[str, Any]
    reason: str | None = None
    supersedes: int | None = None


Drafted = list[Made]


class Present(msgspec.Struct, frozen=True):
    """What an act is judged by: the open session or None, the baseline (sys, dia, readings) if it can be frozen, the
    preset as a session's first entry names it, earlier sessions; who acts and when; the quick events, the last
    ``entries`` (oldest first); and what is seen of the chair's devices: ``ports`` by source, what is ``shown`` of each
    metric now, when the last timed pressure was taken (UTC ms), and the patient's ``alarms`` that stand, in words.
    """

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]
    past: Past
    by: str
    at_ms: int
    events: dict[str, Event]
    entries: tuple[Entry, ...]
    ports: dict[str, PortView]
    shown: dict[str, Shown]
    cuff_ms: int | None
    alarms: tuple[str, ...]


class Refusal(Exception):
    """The act cannot be charted; ``str()`` is one sentence, ``field`` names the field at fault. With ``confirm`` it is
    a question that a person can answer, with ``why`` by a typed reason.
    """

    def __init__(self, sentence: str, field: str = "", confirm: str = "", why: bool = False) -> None:
        super().__init__(sentence)
        self.field, self.confirm, self.why = field, confirm, why


def open_state(now: Present, *phases: Phase, why: str = "") -> State:
    """The open session; refused where there is none or, with ``why``, where its phase is not one of ``phases``."""
    if now.state is None:
        raise Refusal("no session is open at this chair; begin one first")
    if phases and now.state.phase not in phases:
        raise Refusal(why)
    return now.state


def asked_of(act: Doubtable, asked: list[Asked]) -> dict[str, Any]:
    """What of ``asked`` the act answers, for the payload; the first that it does not is raised as a question.

    A yes is to the sentence that was read: where another one would be charted by now, that one is asked.
    """
    said = []
    for one in asked:
        why = act.confirmed.get(one.sentence, act.confirmed.get(WHATEVER))
        if why is None or (one.why and not clean(why)):
            raise Refusal(one.sentence, one.field, one.id, one.why)
        said.append({"id": one.id, "asked": one.sentence, "why": clean(why)})
    return {"confirmed": said} if said else {}


def text_of(text: str, field: str, what: str) -> str:
    """``text`` clean; refused, named ``what``, where nothing is left of it."""
    cleaned = clean(text)
    if not cleaned:
        raise Refusal(f"{what} is empty", field)
    return cleaned


def checked(compute: Callable[[], Any]) -> Any:
    """What ``compute`` gives; its ``DoseError`` as a refusal."""
    try:
        return compute()
    except DoseError as error:
        raise Refusal(str(error), error.field) from None


def signed(by: str, alarm: bool = False) -> None:
    """Raises ``Refusal`` where ``by`` does not say who is charting; an ``alarm`` waits for no name."""
    if not by:
        raise Refusal("say who is charting first: your initials are empty", "by")
    if not alarm and not any(c.isalpha() for c in by):
        raise Refusal("initials have a letter: say who is charting", "by")
