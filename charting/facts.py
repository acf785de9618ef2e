"""What may be charted of a patient outside sessions: one table of facts, each with what its value has to be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from charting.dose import WEIGHT_KG, DoseError, within
from drivers.core.text import clean

MOST_TRIALS = 30
EARLIEST_BIRTH = date(1900, 1, 1)
BORN, WEIGHT = "born", "weight"
BESIDE_DOSE = ("liver", "kidney", "interaction", "drug", "prior-response")  # besides age, weight and doses before
FAILED_TRIALS, BIPOLAR, MOOD_STABILISER = "failed-trials", "bipolar", "mood-stabiliser"


class FactError(ValueError):
    """A fact that cannot be charted; ``str()`` is one sentence for a person."""


class FactKind(NamedTuple):
    """``words`` name it, ``hint`` says what is typed. Of one that is not ``several`` the latest stands alone."""

    id: str
    words: str
    hint: str
    several: bool
    read: Callable[[str], str]


def _text(typed: str) -> str:
    if not typed:
        raise FactError("it is empty; say it in a few words")
    return typed


def _yes_or_no(typed: str) -> str:
    word = {"y": "yes", "n": "no"}.get(typed.casefold(), typed.casefold())
    if word not in ("yes", "no"):
        raise FactError("yes or no")
    return word


def _count(typed: str) -> str:
    if not (typed.isascii() and typed.isdigit() and int(typed) <= MOST_TRIALS):
        raise FactError(f"a whole number from 0 to {MOST_TRIALS}")
    return str(int(typed))


def _birthday(typed: str) -> str:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise FactError("a day is written as 1980-01-31") from None
    if day < EARLIEST_BIRTH:
        raise FactError("that is too long ago; correct the year")
    return str(day)


def _weight(typed: str) -> str:
    try:
        kg = within("weight_kg", float(typed.replace(",", ".")), WEIGHT_KG, "kg", "weight")
    except ValueError as error:  # a DoseError is one, and says what is wrong
        raise FactError(str(error) if isinstance(error, DoseError) else "a number of kilograms") from None
    return f"{kg:g}"


_TABLE = (
    FactKind("allergy", "Allergy", "to what, and what happened; or: none known", True, _text),
    FactKind("diagnosis", "Diagnosis", "in words, with its code", True, _text),
    FactKind(BIPOLAR, "Bipolar illness", "yes or no", False, _yes_or_no),
    FactKind(MOOD_STABILISER, "Mood stabiliser taken", "yes or no", False, _yes_or_no),
    FactKind(FAILED_TRIALS, "Failed adequate trials", "how many of adequate dose and 4 to 6 weeks", False, _count),
    FactKind("trial", "Trial of treatment", "drug, dose, weeks, and what came of it", True, _text),
    FactKind("drug", "Concomitant drug", "drug, dose, how often; or: none", True, _text),
    FactKind("risk", "Risk", "what the team must know before a session", True, _text),
    FactKind(BORN, "Born", "date of birth, as 1980-01-31", False, _birthday),
    FactKind(WEIGHT, "Weight", "kilograms, on the day of weighing", False, _weight),
    FactKind("liver", "Liver", "function, with its numbers; or: nothing known", False, _text),
    FactKind("kidney", "Kidney", "function, with its numbers; or: nothing known", False, _text),
    FactKind("interaction", "Interaction", "of which drug, and what is watched; or: none found", True, _text),
    FactKind("prior-response", "Response to ketamine before", "dose, what came of it; or: never had any", True, _text),
    FactKind("assessment", "Assessment", "comprehensive: by whom, and what was found", True, _text),
    FactKind("ecg", "ECG", "what it showed", False, _text),
    FactKind("lab", "Laboratory", "which tests, and what they showed", True, _text),
    FactKind("preparation", "Preparation", "what was talked about before a session, and with whom", True, _text),
    FactKind("integration", "Integration", "what was talked about after a session, and with whom", True, _text),
    FactKind("contact", "Contact", "who is called, and the number", True, _text),
)
FACTS = {kind.id: kind for kind in _TABLE}


def value_of(fact: str, typed: str) -> str:
    """What is charted for ``fact`` where ``typed`` was typed. Raises ``FactError``."""
    if fact not in FACTS:
        raise FactError(f"no fact is called {clean(fact, 40)!r}; known are {', '.join(FACTS)}")
    return FACTS[fact].read(clean(typed))
