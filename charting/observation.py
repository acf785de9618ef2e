"""Observations in the chair, one a key: what may be charted, in which range and words, after which source.

A quick event names one by its id (``scale = "moaas"`` in events.toml) and takes its range and words from here. They are
recorded; nothing here advises. Words are ours or an instrument's short anchors; where sources differ, ``variant`` says
so.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from drivers.core.text import clean

MOST_OF_ONE_KEY = 11  # ratings that fit one question at the chair: 0 to 10


class ObservationError(ValueError):
    """An observation or a rating that does not exist; ``str()`` is one sentence for a person."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """``lowest`` to ``highest``, or both None for a tick. ``words`` say what each rating means, from the lowest; empty
    where a clinic gives its own or the range speaks for itself. ``version`` is stored with what was charted.
    """

    id: str
    text: str
    version: str
    source: str
    lowest: int | None = None
    highest: int | None = None
    words: tuple[str, ...] = ()
    variant: str = ""

    @property
    def one_key(self) -> bool:
        """True for a tick and for what can be asked with one key; a longer range is typed."""
        return self.lowest is None or self.highest is None or self.highest - self.lowest < MOST_OF_ONE_KEY

    def meaning(self, rating: int | None) -> str:
        """What ``rating`` means, "" where it has no words. ``ObservationError`` for one outside the range, for a rating
        of a tick and for none where one belongs.
        """
        if self.lowest is None or self.highest is None:
            if rating is not None:
                raise ObservationError(f"{self.text} takes no rating")
            return ""
        if type(rating) is not int or not self.lowest <= rating <= self.highest:
            raise ObservationError(f"{self.text} takes a rating from {self.lowest} to {self.highest}, not {rating}")
        return self.words[rating - self.lowest] if self.words else ""


_LATER = "told by the patient or seen in the first four hours: S3"
_SYMPTOM = "told by the patient or seen; asked where the pressure is high"
_EVERY = (
    Observation(
        id="moaas",
        text="sedation (MOAA/S)",
        version="Chernik 1990, six levels",
        source="Chernik et al., J Clin Psychopharmacol 1990;10:244-251",
        lowest=0,
        highest=5,
        words=(
            "no response to pain",
            "responds to a painful squeeze of the trapezius only",
            "responds after mild prodding or shaking only",
            "responds after the name is called loudly or repeatedly only",
            "lethargic response to the name in normal tone",
            "responds readily to the name in normal tone",
        ),
        variant="another print words level 1 as no response to mild prodding or shaking (Thorax)",
    ),
    Observation(
        id="rass",
        text="agitation and sedation (RASS)",
        version="Sessler 2002",
        source="Sessler et al., Am J Respir Crit Care Med 2002;166:1338-1344",
        lowest=-5,
        highest=4,
        words=(
            "unarousable: no response to voice or touch",
            "deep sedation: moves when touched, not to voice",
            "moderate sedation: moves to voice, no eye contact",
            "light sedation: eye contact to voice for less than 10 s",
            "drowsy: eye contact to voice for more than 10 s",
            "alert and calm",
            "restless: anxious, movements not vigorous",
            "agitated: frequent movements without purpose",
            "very agitated: pulls at lines, aggressive",
            "combative: violent, a danger to staff",
        ),
    ),
    Observation(
        id="poss",
        text="sedation (POSS)",
        version="Pasero 1994",
        source="Pasero 1994, copyright; the score alone is entered, its words are not shown",
        lowest=0,
        highest=4,
        words=("S", "1", "2", "3", "4"),
        variant="0 stands for S, which is no rank below 1",
    ),
    Observation(
        id="dissociation",
        text="dissociation",
        version="quick rating 0 to 4",
        source="ours: no published wording of a ten-second rating is known, a clinic agrees on its own words",
        lowest=0,
        highest=4,
    ),
    Observation(
        id="cadss_total",
        text="dissociation (CADSS total)",
        version="23 items",
        source="Bremner et al., J Trauma Stress 1998;11:125-136; 23 items of 0 to 4, no severity bands",
        lowest=0,
        highest=92,
        variant="the author's manual calls it a 28-item scale",
    ),
    Observation(
        id="nausea",
        text="nausea",
        version="four steps",
        source="ours: a four-step verbal rating",
        lowest=0,
        highest=3,
        words=("none", "mild", "moderate", "severe"),
    ),
    Observation(
        id="anxiety",
        text="anxiety",
        version="numeric 0 to 10",
        source="numeric rating: 0 none, 10 worst imaginable",
        lowest=0,
        highest=10,
    ),
    Observation(
        id="pain",
        text="pain",
        version="numeric 0 to 10",
        source="numeric rating: 0 none, 10 worst imaginable",
        lowest=0,
        highest=10,
    ),
    Observation(id="headache", text="headache", version="tick", source=_SYMPTOM),
    Observation(id="chest_pain", text="chest pain", version="tick", source=_SYMPTOM),
    Observation(id="visual", text="disturbed vision", version="tick", source=_SYMPTOM),
    Observation(id="neurological", text="new neurological sign", version="tick", source=_SYMPTOM),
    Observation(id="dyspnoea", text="short of breath", version="tick", source=_SYMPTOM),
    Observation(id="blurred_vision", text="blurred vision", version="tick", source=_LATER),
    Observation(id="drowsy", text="drowsy", version="tick", source=_LATER),
    Observation(id="dizzy", text="dizzy", version="tick", source=_LATER),
    Observation(id="unreal", text="feels unreal", version="tick", source=_LATER),
)
OBSERVATIONS: Mapping[str, Observation] = {one.id: one for one in _EVERY}
# what splits a high pressure into one with and one without symptoms; after Yip et al. 2022, PMC9556663
PRESSURE_SYMPTOMS = ("headache", "chest_pain", "visual", "neurological", "dyspnoea")


# what a patient may still have when the dose is long in; recorded, and told about in the words for leaving
RECOVERY_SYMPTOMS = ("blurred_vision", "drowsy", "dizzy", "headache", "nausea", "unreal")
# ratings that say how sedated somebody is, whichever of them a clinic uses
SEDATION_SCALES = ("moaas", "rass", "poss")


def observation(name: str) -> Observation:
    """The observation of an id. ``ObservationError`` with the nearest id where there is none."""
    if name not in OBSERVATIONS:
        said = clean(name, 40)
        near = difflib.get_close_matches(said, OBSERVATIONS, 1, 0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(OBSERVATIONS)}"
        raise ObservationError(f"no observation is called {said!r}; {hint}")
    return OBSERVATIONS[name]


class Symptoms(StrEnum):
    """What was said of the symptoms that go with a high pressure. Recorded; what follows is a clinician's decision."""

    PRESENT = "with symptoms"
    ABSENT = "without symptoms"
    NOT_ALL_ASKED = "not all asked"


def pressure_symptoms(answers: Mapping[str, bool | None]) -> Symptoms:
    """The split of ``answers`` (id of ``PRESSURE_SYMPTOMS`` to yes or no; None or absent is not asked).

    One yes is enough for present; absent needs a no to every one. Raises ``ObservationError`` for another id.
    """
    strange = [one for one in answers if one not in PRESSURE_SYMPTOMS]
    if strange:
        raise ObservationError(f"{clean(strange[0], 40)!r} is none of: {', '.join(PRESSURE_SYMPTOMS)}")
    asked = [answers.get(one) for one in PRESSURE_SYMPTOMS]
    if True in asked:
        return Symptoms.PRESENT
    return Symptoms.NOT_ALL_ASKED if None in asked else Symptoms.ABSENT
