"""Entries of the chart and the rows beside them, frozen. A session's state is a fold over entries (``session.py``)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

MINUTE_MS = 60_000


class Kind(StrEnum):
    """What an entry says. The payload's fields stand behind each name; every field is JSON.

    ``session_opened``, ``session_closed``, ``plan`` and the acts on the rate have ``confirmed[{id, asked, why}]`` where
    a doubt was answered; what a person charts at a station with staff has ``staff{id, role}``, or
    ``staff{access}`` where nobody had signed in (``people.py``); ``session_opened`` has ``sound{by, at_ms}`` where a
    sound test of the same day counts for it. Whoever else had to answer or confirm is ``second{initials, id, role}``.
    """

    # station
    RECORDER_STARTED = "recorder_started"  # pid, version, boot_id, steady_to_utc_ns, sqlite, journal
    RECORDER_STOPPED = "recorder_stopped"  # why
    # what{list, list refused, signed in, signed out, locked, wrong pin, emergency access, emergency access ended}; of a
    # list people[{id, name, initials, role}], lock_after_min; of the others initials, of a wrong PIN in_a_row
    STAFF = "staff"
    CLOCK_CHANGED = "clock_changed"  # step_s, wall_utc_ms: the wall clock moved; chart time went on steadily
    DEVICE = "device"  # source, driver, port, state, text
    # session
    # patient{name, identifier}, weight_kg, preset{name, version, digest}, zone, protocol{id, version, name, digest,
    # rules}: the protocol in force with all that it says, lines{source: state}, paper: typed back
    # afterwards; instead of lines was_kg where it corrects the weight of the opening that ``supersedes`` names
    SESSION_OPENED = "session_opened"
    SESSION_CLOSED = "session_closed"  # missing[]: criteria for leaving that were not met, where there are some
    # of a closed session: session, first_seq, last_seq, last_hash (its last entry before this one), statement,
    # missing[]: what its chart did not hold by then
    SIGNED = "signed"
    # what{on, off, handed over}, who{initials, id, role}; of a hand-over to{initials, id, role}, card{section: [lines]}
    DUTY = "duty"
    # what{given, drawn, wasted}, drug, name, amount, unit, controlled, infused, list version; of a given one route,
    # ordered_by, given_by; of what takes a witness second{initials, id, role}; perhaps confirmed
    MEDICATION = "medication"
    # what: event{event, severity, serious, outcome} or symptoms{asked{symptom: true, false or null}, split, sys, dia}
    ADVERSE = "adverse"
    CHAIR_CHANGED = "chair_changed"  # from_chair, to_chair: the session goes on at another chair
    CONTINUED = "continued"  # somebody saw that a session found open after hours goes on
    GAP = "gap"  # from_ms, to_ms, why: nothing was observed in between
    # from_ms, to_ms (of a gap), ran{on, stopped, volume}; of stopped stopped_from_ms, stopped_to_ms; of volume ml
    DOWNTIME = "downtime"
    MONITOR_BOUND = "monitor_bound"  # monitors[{source, port}] on this patient, values{metric: value} shown then
    PLAN = "plan"  # weight_kg, mg_per_kg, minutes, mg_per_ml, dose_mg, volume_ml, rate_ml_per_h, working[]; without
    # a pump no rate, but parts, rest_s
    # second {by ..}, weight_kg, rate_ml_per_h as typed blind, agreed, differences[{field, sentence, slips[]}], try; or
    # skipped
    SECOND_CHECK = "second_check"
    INFUSION_STARTED = "infusion_started"  # rate_ml_per_h, mg_per_ml
    INFUSION_HELD = "infusion_held"  # recheck_min: it is looked at again after so many minutes; still: once more
    INFUSION_RESUMED = "infusion_resumed"  # rate_ml_per_h, mg_per_ml
    RATE_CHANGED = "rate_changed"  # rate_ml_per_h, mg_per_ml
    INFUSION_STOPPED = "infusion_stopped"  # code: of ``stops.STOPS``, "" for none
    # dose_mg, mg_per_ml or null, minutes (0: at once), number, of, route, detail: a part of a dose without a pump
    GIVEN = "given"
    BASELINE = "baseline"  # sys, dia, readings: frozen at the infusion's start
    ALARM = "alarm"  # condition, subject, from, to, priority, value, limit, reason, episode, ...
    NOTE = "note"  # text
    # ``paper``: true where it was written on the paper sheet first
    VITALS = "vitals"  # values{metric: value}: typed by a person; paper
    OBSERVATION = "observation"  # event, text, values{event: rating or null}, meaning or "", scale, version, paper
    # checklist, version, name, rows{id: points or null}, missing[], total or null, ready_from, working
    SCORE = "score"
    CORRECTION = "correction"  # what: the line of the entry that ``supersedes`` names; nothing else takes its place
    AWAY = "away"  # minutes: the patient is away from the sensors, for so long at most
    BACK = "back"  # why{back, time is up, infusion started, infusion resumed, emergency, session ended}
    QUIET = "quiet"  # what{on, renewed, ended}; minutes, or of an end why{"", time is up, emergency, session ended}
    EMERGENCY = "emergency"
    # state{paused, resumed, ended, off}: of the whole station; state{tested, not heard, without}: of a session's start
    SOUND = "sound"  # state, seconds (of the pause; between reminders while off), why
    # protocol{id, version, digest}, rules{id, version, digest}, facts{answers, last_ms, readings, consent, gate,
    # fasting, overrides[]}, hold[lines of the gate], result{stands[], overridden[], refused[], notes[]}
    SCREENED = "screened"
    # a patient's record, outside sessions: session is null, each has patient{name, identifier}
    FACT = "fact"  # fact, text, on
    SCALE_SCORE = "scale_score"  # answers{item: number or null} or null, score, use{"", baseline, checkpoint}, on
    COURSE = "course"  # what, root (seq of the beginning; null there), on and the fields of ``record.CourseEvent``
    CONSENT = "consent"  # version, on
    ELIGIBILITY = "eligibility"  # eligible, warnings[], rules{id, version, digest}
    FLAG_SEEN = "flag_seen"  # of (seq of the score), flag, sentence
    WITHDRAWN = "withdrawn"  # what: the line of the entry that ``supersedes`` names; nothing takes its place
    NUMERICS = "numerics"  # first_id, last_id, rows, digest: seals rows of table ``numeric``


# kinds of a patient's record
RECORD = (
    Kind.FACT, Kind.SCALE_SCORE, Kind.COURSE, Kind.CONSENT, Kind.ELIGIBILITY, Kind.FLAG_SEEN, Kind.WITHDRAWN,
)  # fmt: skip


# kinds that change nothing of what was signed: one more signature, and the seal over numbers that were there before
NO_CHANGE = (Kind.SIGNED, Kind.NUMERICS)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry before it has a place in the chain. Times are UTC milliseconds since 1970.

    ``happened_at_ms`` is when it was true, ``entered_at_ms`` when it was written down; ``supersedes`` is the ``seq``
    of the entry this one corrects, with its ``reason``.
    """

    kind: Kind
    happened_at_ms: int
    entered_at_ms: int
    entered_by: str
    source: str
    session: str | None = None
    chair: str | None = None
    supersedes: int | None = None
    reason: str | None = None
    payload: dict[str, Any] = {}


class Entry(Draft, frozen=True, kw_only=True):
    """A draft with its place: ``seq`` without holes, ``hash`` over ``prev_hash`` and the canonical entry (hex)."""

    seq: int
    prev_hash: str
    hash: str


class NumericRow(msgspec.Struct, frozen=True, kw_only=True):
    """One device record: every metric it carried at ``t_ms`` (UTC ms), as (value or None, validity word)."""

    t_ms: int
    session: str
    source: str
    device_ms: int | None
    values: dict[str, tuple[float | None, str]]
