"""Names and identifiers out of sight on this screen; alarms, numbers and the recording go on. Pure."""

from __future__ import annotations

import re

import msgspec

from station.tui.connection import Answer
from station.wire.messages import ChairView, Refused, Snapshot, Unsaved

HIDDEN = "names hidden (z)"
DOTS = "•••"
_SHORTEST = 3  # letters of a part of a name: shorter ones stand in every other word


def hidden(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` with no patient in it; chairs keep their names and numbers."""
    return msgspec.structs.replace(snapshot, chairs=tuple(_chair(chair) for chair in snapshot.chairs))


def without(text: str, chairs: tuple[ChairView, ...]) -> str:
    """``text`` without a name or identifier of the patients in ``chairs``."""
    for chair in chairs:
        parts = [*re.split(r"[\s,;.]+", chair.patient), chair.identifier, chair.patient]
        for part in sorted(parts, key=len, reverse=True):
            if len(part.strip()) >= _SHORTEST:
                text = re.sub(re.escape(part.strip()), DOTS, text, flags=re.IGNORECASE)
    return text


class Veiled(Refused, frozen=True, kw_only=True):
    """A refusal without names; ``asked`` is the recorder's own sentence."""

    asked: str


def veiled(answer: Answer, chairs: tuple[ChairView, ...]) -> Answer:
    """``answer`` as a screen may show it where the patients in ``chairs`` are out of sight."""
    if not chairs or not isinstance(answer, Refused | Unsaved):
        return answer
    sentence = without(answer.sentence, chairs)
    if isinstance(answer, Unsaved):
        return msgspec.structs.replace(answer, sentence=sentence)
    fields = msgspec.structs.asdict(answer) | {"sentence": sentence, "lacks": without(answer.lacks, chairs)}
    return Veiled(**fields, asked=answer.sentence)


def key_of(question: Refused) -> str:
    """The sentence that a yes confirms: the recorder's own, however it is shown."""
    return question.asked if isinstance(question, Veiled) else question.sentence


def _chair(chair: ChairView) -> ChairView:
    if chair.session is None:
        return chair
    lines = tuple(msgspec.structs.replace(line, text=without(line.text, (chair,))) for line in chair.lines)
    return msgspec.structs.replace(
        chair, patient=HIDDEN, identifier="", lines=lines, away_why=without(chair.away_why, (chair,))
    )
