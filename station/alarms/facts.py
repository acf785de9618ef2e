"""What the engine is told at one step: plain frozen facts about inputs, links, people and the station.

Every time is a steady ns of the clock that also gives ``now_ns``. A value that is not a finite number counts
as not usable, whatever its validity says.
"""

from __future__ import annotations

import msgspec


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The latest item of one continuous metric (never a cuff's).

    ``value`` in the catalogue's unit or None, ``validity`` a word of ``drivers.core.measurement.Validity``.
    ``updated_ns`` is when the last usable value came (None: never yet), ``heard_ns`` when the last item of
    this metric came, usable or not. Silence of ``stale_after_s`` makes the input missing. ``low_signal`` is
    the device's own poor-signal flag for this metric.
    """

    metric: str
    value: float | None
    validity: str
    updated_ns: int | None
    heard_ns: int
    stale_after_s: float
    source: str
    low_signal: bool = False


class Cuff(msgspec.Struct, frozen=True, kw_only=True):
    """The latest cuff determination in mmHg; ``number`` counts determinations from 1.

    ``timed`` is False for a reading already on display at first sight: it is compared to the limits, and its age
    is unknown.
    """

    number: int
    sys: float | None
    dia: float | None
    mean: float | None
    at_ns: int
    timed: bool = True
    source: str = ""


class LinkFact(msgspec.Struct, frozen=True, kw_only=True):
    """One device's line: ``last_good_ns`` of its last valid frame (None: none yet), ``since_ns`` when we
    began to listen.

    ``lost_after_s`` is the driver's, None for devices that speak on demand. ``good_frames`` counts valid
    frames.
    """

    source: str
    last_good_ns: int | None
    since_ns: int
    lost_after_s: float | None
    good_frames: int


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A device alert now active: ``kind`` a word of ``AlertKind``, ``metric`` "" for the whole device."""

    kind: str
    metric: str
    source: str
    since_ns: int


class Baseline(msgspec.Struct, frozen=True):
    """Cuff pressure before the infusion in mmHg, frozen at its start."""

    sys: float
    dia: float


class TaskDue(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person is to chart, due at ``due_ns``; ``name`` is its own, ``text`` what people read. It alarms
    ``late_s`` after it was due and rises ``escalate_s`` after it was due; None: as the row has it.
    """

    name: str
    text: str
    due_ns: int
    late_s: float = 0.0
    escalate_s: float | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the engine is told at one step.

    ``phase`` is NONE, BASE, INF or REC; ``session`` the open session's id. ``nibp_interval_s`` is the
    interval now asked for (None: no series), ``nibp_from_ns`` when it began to be owed: the age counts from
    here, or from a later timed reading. ``cuff_timed_ns`` is when the newest reading of known age was taken that stands
    now, which need not be ``cuff`` (None: none stands). ``viewer_gone_ns``: since when no viewer is attached;
    ``viewer_frozen_ns``: since when an attached viewer owes an echo; ``chart_failing_ns``: since when entries are
    not being saved, with ``chart_sentence`` why; ``audio_failing_ns``: since when alarms are not heard, with
    ``audio_sentence`` why. None in these four means all is well. ``disk_free_bytes`` is None where it is not
    known. ``away_until_ns``: until then the patient is away from the sensors, ``away_sentence`` who said so and
    why; never while the infusion runs.
    ``tasks`` are all that is owed, due or not yet.
    """

    readings: tuple[Reading, ...] = ()
    cuff: Cuff | None = None
    links: tuple[LinkFact, ...] = ()
    flags: tuple[Flag, ...] = ()
    baseline: Baseline | None = None
    phase: str = "NONE"
    session: str | None = None
    nibp_interval_s: float | None = None
    nibp_from_ns: int | None = None
    cuff_timed_ns: int | None = None
    viewer_gone_ns: int | None = None
    viewer_frozen_ns: int | None = None
    chart_failing_ns: int | None = None
    chart_sentence: str = ""
    audio_failing_ns: int | None = None
    audio_sentence: str = ""
    disk_free_bytes: int | None = None
    dose_reached_ns: int | None = None
    dose_over_ns: int | None = None
    overrun_ns: int | None = None
    no_baseline_ns: int | None = None
    baseline_high_ns: int | None = None
    tasks: tuple[TaskDue, ...] = ()
    away_until_ns: int | None = None
    away_sentence: str = ""
