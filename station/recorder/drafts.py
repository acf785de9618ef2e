"""What an act is judged by and what it becomes: shared by the functions of ``acts.py`` and ``preparing.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from charting.bands import Level
from charting.dose import DoseError
from charting.doubts import Asked
from charting.model import Entry, Kind
from charting.people import Signed
from charting.sbar import Card
from charting.session import Phase, State
from drivers.core.text import clean
from station.clinic import Clinic, as_shipped
from station.drugs import DrugList
from station.events import Event
from station.recorder.past import Past
from station.recorder.shown import Shown
from station.wire.frozen import WHATEVER, Doubtable
from station.wire.messages import PortView


class Made(NamedTuple):
    """An entry to be: what it says, why, and which entry it takes the place of."""

    kind: Kind
    payload: dict[str, Any]
    reason: str | None = None
    supersedes: int | None = None


Drafted = list[Made]


class People(Protocol):
    """What an act may ask about who else is here."""

    def second(self, first: Signed, said: str, level: Level = Level.SECOND) -> Signed:
        """Whoever ``said`` stands for, as the second person of ``first`` (``second.py``)."""
        ...


class Drawn(NamedTuple):
    """A hand-over card that somebody was shown; ``digest`` names it when it is signed."""

    card: Card
    digest: str


class Beside(msgspec.Struct):
    """What of a chair is neither device nor session: who else is here, the clinic's drugs, scales and rules, the
    hand-over card that was drawn last.
    """

    people: People
    drugs: DrugList = DrugList()
    clinic: Clinic = msgspec.field(default_factory=as_shipped)
    card: Drawn | None = None


class Present(msgspec.Struct, frozen=True):
    """What an act is judged by: the open session or None, the baseline (sys, dia, readings) if it can be frozen, the
    preset as a session's first entry names it, earlier sessions; who acts, what is ``beside``, and when; the quick
    events, the last ``entries`` (oldest first); and what is seen of the chair's devices: ``ports`` by source, what is
    ``shown`` of each metric now, when the last timed pressure was taken (UTC ms), and the patient's ``alarms`` that
    stand, in words.
    """

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]
    past: Past
    signed: Signed
    beside: Beside
    at_ms: int
    events: dict[str, Event]
    entries: tuple[Entry, ...]
    ports: dict[str, PortView]
    shown: dict[str, Shown]
    cuff_ms: int | None
    alarms: tuple[str, ...]

    @property
    def by(self) -> str:
        """The initials of who acts."""
        return self.signed.by


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
