"""Acts about drugs beside the plan and about adverse events. The station orders nothing and fills in no dose."""

from __future__ import annotations

from station.wire.frozen import Doubtable, Frozen


class Medicate(Frozen, frozen=True, kw_only=True, tag="medicate"):
    """A drug of the clinic's list was given."""

    drug: str
    amount: float
    unit: str
    route: str
    ordered_by: str
    given_by: str
    reason: str


class Draw(Frozen, frozen=True, kw_only=True, tag="draw"):
    """A controlled drug was drawn up for this patient."""

    drug: str
    amount: float
    unit: str


class Waste(Doubtable, frozen=True, kw_only=True, tag="waste"):
    """What was left of a controlled drug was thrown away before the eyes of ``second``: a token of ``Vouch``, at a
    station without staff initials.
    """

    drug: str
    amount: float
    unit: str
    second: str


class Adverse(Frozen, frozen=True, kw_only=True, tag="adverse"):
    """Something untoward happened: what, how severe (mild, moderate, severe), whether serious, and how it went on."""

    event: str
    severity: str
    outcome: str
    serious: bool = False


class PressureSymptoms(Frozen, frozen=True, kw_only=True, tag="pressure_symptoms"):
    """The symptoms that were asked for at a high pressure: id to yes or no; one that is absent was not asked."""

    answers: dict[str, bool]
