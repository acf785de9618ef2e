"""What a screen is told of the treatment itself: the line of truth, and the protocols to choose from."""

from __future__ import annotations

from station.wire.acts import Frozen


class Unsure(Frozen, frozen=True, kw_only=True):
    """A gap of the record in which the pump ran by the chart, and what of the dose is only assumed until somebody says
    what it did.
    """

    from_ms: int
    to_ms: int
    rate_ml_per_h: float
    ml: float
    mg: float


class Infusion(Frozen, frozen=True, kw_only=True):
    """The line of truth. Times in clinical seconds; None where there is no plan or no start yet.

    A dose without a pump has ``plan_fields``, what has to be typed for its plan (the dose first, which can be stated as
    any of ``doses``), and ``detail``, what is charted beside the amount, by its name; with a plan ``parts``, of which
    ``given`` are, ``next_part`` in words; ``given_s`` since the last one, ``going_in`` while its minutes last, so that
    it can be broken off. ``resumes`` is the line of a hold, in words.
    """

    phase: str
    planned_mg: float | None
    planned_minutes: float | None
    delivered_mg: float
    delivered_ml: float
    delivered_mg_per_kg: float | None
    unobserved_mg: float
    rate_ml_per_h: float | None
    mg_per_ml: float | None
    running_s: float | None
    left_s: float | None
    hold_s: float | None
    parts: int = 0
    given: int = 0
    next_part: str = ""
    detail: str = ""
    plan_fields: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    given_s: float | None = None
    going_in: bool = False
    resumes: str = ""
    unsure: Unsure | None = None


class Offer(Frozen, frozen=True, kw_only=True):
    """A protocol to choose: ``facts`` are route, usual dose range and duration in words."""

    id: str
    name: str
    facts: str
    minutes: float | None = None
    pump: bool = True


class Leave(Frozen, frozen=True, kw_only=True):
    """A criterion of the protocol for leaving. Where it is not ``met``, ``why``, and the seconds until it can be at the
    earliest; None where nobody can say.
    """

    sentence: str
    met: bool
    why: str = ""
    in_s: float | None = None
