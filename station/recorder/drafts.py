"""What an act is judged by and what it becomes: shared by the functions of ``acts.py`` and ``preparing.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from charting.bands import Level
from charting.dose import DoseError
from charting.doubts import Asked
from charting.leaving import Pressure
from charting.model import Entry, Kind
from charting.people import Signed
from charting.sbar import Card
from charting.second_person import second_mark, takes_second
from charting.session import Phase, State
from drivers.core.text import clean
from station.clinic import Clinic, as_shipped
from station.drugs import DrugList
from station.events import Event
from station.protocols import Protocols
from station.recorder.past import Past
from station.recorder.shown import Shown
from station.wire.frozen import WHATEVER, Doubtable
from station.wire.messages import PortView, Refused


class Made(NamedTuple):
    """An entry to be: what it says, why, and which entry it takes the place of."""

    kind: Kind
    payload: dict[str, Any]
    reason: str | None = None
    supersedes: int | None = None


Drafted = list[Made]


class People(Protocol):
    """What an act may ask about who else is here. ``pins``: a second person proves it with a PIN."""

    @property
    def pins(self) -> bool:
        """Whether staff have PINs here."""
        ...

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
    preset as a session's first entry names it, the protocols to choose from, earlier sessions; who acts, what is
    ``beside``, when, and how long ago that happened; the quick events, the ``entries`` of people in this session
    (oldest first); and what is seen of the chair's devices: ``ports`` by source, what is ``shown`` of each metric now,
    the last timed ``pressure`` and when it was taken (UTC ms), and the patient's ``alarms`` that stand, in words.
    """

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]
    protocols: Protocols
    past: Past
    signed: Signed
    beside: Beside
    at_ms: int
    ago_s: float
    events: dict[str, Event]
    entries: tuple[Entry, ...]
    ports: dict[str, PortView]
    shown: dict[str, Shown]
    cuff_ms: int | None
    pressure: Pressure | None
    alarms: tuple[str, ...]

    @property
    def by(self) -> str:
        """The initials of who acts."""
        return self.signed.by

    @property
    def then_ms(self) -> int:
        """When what is charted now happened."""
        return self.at_ms - round(self.ago_s * 1000)


LEAST_AGO_S = 60.0  # what is typed back from paper was not done now


class Refusal(Exception):
    """The act cannot be charted; ``str()`` is one sentence, ``field`` names the field at fault. With ``confirm`` it is
    a question that a person can answer, with ``why`` by a typed reason, with ``who`` together with somebody else, who
    has a PIN with ``pin``; ``lacks`` says why the one who was named cannot.
    """

    def __init__(
        self,
        sentence: str,
        field: str = "",
        confirm: str = "",
        why: bool = False,
        who: str = "",
        pin: bool = False,
        lacks: str = "",
    ) -> None:
        super().__init__(sentence)
        self.field, self.confirm, self.why = field, confirm, why
        self.who, self.pin, self.lacks = who, pin, lacks

    def answer(self, number: int) -> Refused:
        """What command ``number`` is told."""
        return Refused(
            id=number,
            sentence=str(self),
            field=self.field,
            confirm=self.confirm,
            why=self.why,
            who=self.who,
            pin=self.pin,
            lacks=self.lacks,
        )


def open_state(now: Present, *phases: Phase, why: str = "") -> State:
    """The open session; refused where there is none or, with ``why``, where its phase is not one of ``phases``."""
    if now.state is None:
        raise Refusal("no session is open at this chair; begin one first")
    if phases and now.state.phase not in phases:
        raise Refusal(why)
    return now.state


def asked_of(now: Present, act: Doubtable, asked: list[Asked]) -> dict[str, Any]:
    """What of ``asked`` the act answers, for the payload; the first that it does not is raised as a question.

    A yes is to the sentence that was read: where another one would be charted by now, that one is asked. A question of
    level ``second`` or ``stop`` takes another person as well.
    """
    said = []
    for one in asked:
        why = act.confirmed.get(one.sentence, act.confirmed.get(WHATEVER))
        other = _vouched(now, act, one)
        if why is None or (one.why and not clean(why)) or isinstance(other, str):
            who, lacks = WHO.get(one.level, ""), other if isinstance(other, str) and why is not None else ""
            raise Refusal(one.sentence, one.field, one.id, one.why, who, bool(who) and now.beside.people.pins, lacks)
        said.append({"id": one.id, "asked": one.sentence, "why": clean(why)} | other)
    return {"confirmed": said} if said else {}


WHO = {Level.SECOND: "second", Level.STOP: "prescriber"}  # whom a question takes beside who charts, by its level


def _vouched(now: Present, act: Doubtable, one: Asked) -> dict[str, Any] | str:
    """What the chart says of whoever answered ``one`` too, {} where nobody else is needed; or why nobody has yet."""
    if not takes_second(one.level):
        return {}
    vouch = act.vouched.get(one.sentence, act.vouched.get(WHATEVER))
    if vouch is None or not clean(vouch.who):
        return ""
    try:
        second = now.beside.people.second(now.signed, vouch.who, one.level)
    except Refusal as refusal:
        return str(refusal)
    stated = {"role": clean(vouch.role)} if second.person is None and clean(vouch.role) else {}
    if one.level is Level.STOP and second.person is None and not stated:
        return "say the role too, such as AB, prescriber"
    return {"second": second_mark(second) | stated}


def baseline_of(now: Present) -> Drafted:
    """The baseline as it is frozen with the first of the drug; nothing where there is none, or it was before."""
    if now.baseline is None or (now.state is not None and now.state.started_ms is not None):
        return []
    sys_mmhg, dia_mmhg, readings = now.baseline
    return [Made(Kind.BASELINE, {"sys": sys_mmhg, "dia": dia_mmhg, "readings": readings})]


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


def has_initials(by: str, alarm: bool = False) -> None:
    """Raises ``Refusal`` where ``by`` does not say who is charting; an ``alarm`` waits for no name."""
    if not by:
        raise Refusal("say who is charting first: your initials are empty", "by")
    if not alarm and not any(c.isalpha() for c in by):
        raise Refusal("initials have a letter: say who is charting", "by")
