"""Acts on a patient's record, with or without a session, the screening before a dose, the signature at the end.

Days are typed as ``2026-11-22``; "" is today at the clinic. ``supersedes`` names the entry that is corrected, and the
correction needs its ``reason``.
"""

from __future__ import annotations

import msgspec

from charting.screening import Answer, Override
from station.wire.frozen import Frozen


class OfPatient(Frozen, frozen=True, kw_only=True):
    """Of the patient of this name and second identifier."""

    patient: str
    identifier: str
    supersedes: int | None = None
    reason: str = ""


class ChartFact(OfPatient, frozen=True, kw_only=True, tag="fact"):
    """A row of ``charting.facts.FACTS``."""

    fact: str
    text: str
    on: str = ""


class ChartScale(OfPatient, frozen=True, kw_only=True, tag="scale"):
    """A scale by its items (None: not answered), or a ``total`` alone. ``bands``: the band set, "" for the first.
    ``use``: ``baseline``, the id of a checkpoint, or "".
    """

    scale: str
    answers: dict[str, int | None] | None = None
    total: int | None = None
    bands: str = ""
    use: str = ""
    on: str = ""


class BeginCourse(OfPatient, frozen=True, kw_only=True, tag="begin_course"):
    """A course by a template, its sessions counted from ``on``; ``number`` where the template leaves a choice."""

    template: str
    on: str = ""
    start: str = ""
    number: int | None = None
    checkpoints: tuple[str, ...] = ()


class ChartCourse(OfPatient, frozen=True, kw_only=True, tag="course"):
    """What became of the course: ``lapse`` (``on`` to ``last``), ``move`` (to step ``to``), ``number``, ``decided``
    (decision ``to``, with the ``choice`` among its options), ``ended``. The reason says why, or what was decided.
    """

    what: str
    on: str = ""
    last: str = ""
    to: str = ""
    choice: str = ""
    number: int | None = None


class ChartConsent(OfPatient, frozen=True, kw_only=True, tag="consent"):
    """A consent signed ``on`` a day, in the words of form ``version``."""

    version: str
    on: str = ""


class JudgeEligibility(OfPatient, frozen=True, kw_only=True, tag="eligibility"):
    """Whether treatment is right for this patient, as somebody judged it; the recorder adds what the record lacks."""

    eligible: bool


class SeeFlag(OfPatient, frozen=True, kw_only=True, tag="see_flag"):
    """The flag of score ``of`` (its entry) was seen; the reason says what follows from it."""

    of: int
    flag: str


class Withdraw(OfPatient, frozen=True, kw_only=True, tag="withdraw"):
    """``supersedes`` was charted wrongly or is over; nothing takes its place."""


class Screen(Frozen, frozen=True, kw_only=True, tag="screen"):
    """The screening of the open session. ``answers`` by question, absent: not asked; ``last_h`` hours since each of
    what was taken, None for none today, absent: not asked. The recorder adds vital signs and consent.
    """

    answers: dict[str, Answer] = msgspec.field(default_factory=dict)
    last_h: dict[str, float | None] = msgspec.field(default_factory=dict)
    gate: str = ""
    fasting: str = ""
    overrides: tuple[Override, ...] = ()


class SignSession(Frozen, frozen=True, kw_only=True, tag="sign_session"):
    """Whoever acts signs a closed ``session``, at no chair. ``read``: the hash of its last entry that they read."""

    session: str
    read: str
