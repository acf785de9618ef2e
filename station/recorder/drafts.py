"""What an act is judged by and what it becomes: shared by the functions of ``acts.py`` and ``preparing.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from charting.dose import DoseError
from charting.doubts import Asked
from charting.leaving import Pressure
from charting.model import Entry, Kind
from charting.session import Phase, State
from drivers.core.text import clean
from station.events import Event
from station.protocols import Protocols
from station.recorder.past import Past
from station.recorder.shown import Shown
from station.recorder.vouching import WHO, NotVouched, vouched
from station.wire.acts import Doubtable
from station.wire.messages import PortView, Refused


class Made(NamedTuple):
    """An entry to be: what it says, why, and which entry it takes the place of."""

    kind: Kind
    payload: dict[str, Any]
    reason: str | None = None
    supersedes: int | None = None


Drafted = list[Made]


class Present(msgspec.Struct, frozen=True):
    """What an act is judged by: the open session or None, the baseline (sys, dia, readings) if it can be frozen, the
    preset as a session's first entry names it, the protocols to choose from, earlier sessions; who acts, when, and how
    long ago that happened; the quick events, the last ``entries`` (oldest first); and what is seen of the chair's
    devices: ``ports`` by source, what is ``shown`` of each metric now, the last timed ``pressure`` and when it was
    taken (UTC ms), and the patient's ``alarms`` that stand, in words.
    """

    state: State | None
    baseline: tuple[float, float, int] | None
    preset: dict[str, Any]
    protocols: Protocols
    past: Past
    by: str
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
    def then_ms(self) -> int:
        """When what is charted now happened."""
        return self.at_ms - round(self.ago_s * 1000)


class Refusal(Exception):
    """The act cannot be charted; ``str()`` is one sentence, ``field`` names the field at fault. With ``confirm`` it is
    a question that a person can answer, with ``why`` by a typed reason, with ``who`` together with somebody else.
    """

    def __init__(self, sentence: str, field: str = "", confirm: str = "", why: bool = False, who: str = "") -> None:
        super().__init__(sentence)
        self.field, self.confirm, self.why, self.who = field, confirm, why, who

    def answer(self, number: int) -> Refused:
        """What command ``number`` is told."""
        return Refused(
            id=number, sentence=str(self), field=self.field, confirm=self.confirm, why=self.why, who=self.who
        )


def open_state(now: Present, *phases: Phase, why: str = "") -> State:
    """The open session; refused where there is none or, with ``why``, where its phase is not one of ``phases``."""
    if now.state is None:
        raise Refusal("no session is open at this chair; begin one first")
    if phases and now.state.phase not in phases:
        raise Refusal(why)
    return now.state


def asked_of(act: Doubtable, asked: list[Asked], by: str) -> dict[str, Any]:
    """What of ``asked`` the act of ``by`` answers, for the payload; the first that it does not is raised as a question.

    A question of level ``second`` or ``stop`` takes another person as well (``vouching.py``).
    """
    said = []
    for one in asked:
        who = WHO.get(one.level, "")
        if one.id not in act.confirmed or (one.why and not clean(act.confirmed[one.id])):
            raise Refusal(one.sentence, one.field, one.id, one.why, who)
        try:
            other = vouched(one, act, by)
        except NotVouched as lacks:
            sentence = f"{lacks}. {one.sentence}" if str(lacks) else one.sentence
            raise Refusal(sentence, one.field, one.id, one.why, who) from None
        said.append({"id": one.id, "asked": one.sentence, "why": clean(act.confirmed[one.id])} | other)
    return {"confirmed": said} if said else {}


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
