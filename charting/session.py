"""A session's state as a fold over its entries: live, after a crash, in replay and in review the same function.

The infusion is a list of acts (start, hold, resume, rate, stop) in the order in which they happened. Delivered dose is
the sum over the segments between them. A gap in the record stops nothing: the pump ran on, so the dose counts, and the
part nobody observed is told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from charting.dose import DosePlan
from charting.model import Entry, Kind


class Phase(StrEnum):
    """Where a session stands."""

    BASELINE = "baseline"
    INFUSING = "infusing"
    HELD = "held"
    RECOVERY = "recovery"
    CLOSED = "closed"


# what the pump does after each act: True runs, False stands; and the phase it leads to
_ACTS: dict[Kind, Phase] = {
    Kind.INFUSION_STARTED: Phase.INFUSING,
    Kind.INFUSION_HELD: Phase.HELD,
    Kind.INFUSION_RESUMED: Phase.INFUSING,
    Kind.RATE_CHANGED: Phase.INFUSING,
    Kind.INFUSION_STOPPED: Phase.RECOVERY,
}


INFUSION_ACTS = tuple(_ACTS)
RECHECK_MIN = 5.0  # of a hold that says nothing else: clinical.md 4.2, the hold loop
TESTED, NOT_HEARD, WITHOUT = "tested", "not heard", "without"
SOUND_TESTS = (TESTED, NOT_HEARD, WITHOUT)  # of all that a sound entry can say, what is of one session


class SoundTest(msgspec.Struct, frozen=True):
    """What became of the sound test: a word of ``SOUND_TESTS``, who said so, and when (UTC ms)."""

    state: str
    by: str
    at_ms: int


class Bound(msgspec.Struct, frozen=True):
    """A device that somebody saw to be on this patient, and the port at which it was then."""

    source: str
    port: str


class Act(msgspec.Struct, frozen=True, order=True):
    """One act on the infusion, ordered by when it happened, then by ``seq``. ``recheck_min`` is of a hold."""

    at_ms: int
    seq: int
    kind: Kind
    rate_ml_per_h: float = 0.0
    mg_per_ml: float = 0.0
    recheck_min: float = RECHECK_MIN

    @property
    def mg_per_s(self) -> float:
        """How fast the drug goes in at this rate."""
        return self.rate_ml_per_h * self.mg_per_ml / 3600


class Away(msgspec.Struct, frozen=True):
    """The patient is away from ``from_ms`` until ``until_ms`` at the latest; ``by`` are the initials of who said so."""

    seq: int
    from_ms: int
    until_ms: int
    reason: str
    by: str


class Rated(msgspec.Struct, frozen=True):
    """A quick event that was charted with a rating."""

    at_ms: int
    seq: int
    event: str


class Segment(msgspec.Struct, frozen=True):
    """A stretch at one rate, the pump running."""

    start_ms: int
    end_ms: int
    rate_ml_per_h: float
    mg_per_ml: float

    def ml_between(self, start_ms: float, end_ms: float) -> float:
        """Millilitres of this segment that fall between two instants."""
        overlap_ms = min(self.end_ms, end_ms) - max(self.start_ms, start_ms)
        return self.rate_ml_per_h * max(overlap_ms, 0) / 3_600_000


class Delivered(msgspec.Struct, frozen=True):
    """What went in by a given instant; ``unobserved_mg`` of it while the recorder was down."""

    mg: float
    ml: float
    unobserved_mg: float
    running_s: float


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One session. ``gaps`` are (from_ms, to_ms); ``superseded`` the entries that a correction replaced.

    ``monitors``: devices confirmed to be on this patient; empty where it was said that there is none, None where nobody
    has said anything. ``sound`` is None before a test. ``back_ms`` is when the patient was last back from being away.
    ``opened_seq`` is the entry that a corrected weight takes the place of: the opening, or the last correction of it.
    """

    session: str
    chair: str
    opened_ms: int
    opened_seq: int
    patient: str = ""
    identifier: str = ""
    weight_kg: float | None = None
    preset: str = ""
    plan: DosePlan | None = None
    acts: tuple[Act, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    baseline: tuple[float, float] | None = None
    closed_ms: int | None = None
    emergency_ms: int | None = None
    monitors: tuple[Bound, ...] | None = None
    sound: SoundTest | None = None
    away: Away | None = None
    back_ms: int | None = None
    rated: tuple[Rated, ...] = ()

    @property
    def phase(self) -> Phase:
        """The phase after the latest act; baseline before the first."""
        if self.closed_ms is not None:
            return Phase.CLOSED
        return _ACTS[self.acts[-1].kind] if self.acts else Phase.BASELINE

    @property
    def running(self) -> Act | None:
        """The act that set the rate now running, or the one before a hold; None before start and after stop."""
        if self.phase not in (Phase.INFUSING, Phase.HELD):
            return None
        return next(a for a in reversed(self.acts) if a.rate_ml_per_h > 0)

    @property
    def held_since_ms(self) -> int | None:
        """When the hold that now stands began, however often it was rechecked since."""
        return holds(self, self.acts[-1].at_ms)[-1][0] if self.phase is Phase.HELD else None

    @property
    def recheck_ms(self) -> int | None:
        """When the recheck of the hold that now stands is due."""
        hold = self.acts[-1] if self.phase is Phase.HELD else None
        return None if hold is None else hold.at_ms + round(hold.recheck_min * 60_000)

    @property
    def started_ms(self) -> int | None:
        """When the infusion was started."""
        return next((a.at_ms for a in self.acts if a.kind is Kind.INFUSION_STARTED), None)


def fold(entries: Iterable[Entry]) -> State | None:
    """State after ``entries`` of one session in ``seq`` order; None where none of them opens a session."""
    state: State | None = None
    for entry in entries:
        state = apply(state, entry)
    return state


def apply(state: State | None, entry: Entry) -> State | None:
    """State after one more entry. Entries that do not concern treatment leave it as it is."""
    payload = entry.payload
    if entry.kind is Kind.SESSION_OPENED and entry.supersedes is None:
        patient = payload["patient"]
        return State(
            session=entry.session or "",
            chair=entry.chair or "",
            opened_ms=entry.happened_at_ms,
            opened_seq=entry.seq,
            patient=patient["name"],
            identifier=patient["identifier"],
            weight_kg=payload["weight_kg"],
            preset=payload["preset"]["name"],
            sound=SoundTest(TESTED, **payload["sound"]) if "sound" in payload else None,
        )
    if state is None:
        return None
    change = msgspec.structs.replace
    acts = state.acts
    if entry.supersedes is not None:
        acts = tuple(a for a in acts if a.seq != entry.supersedes)
        state = change(state, rated=tuple(r for r in state.rated if r.seq != entry.supersedes))
    if entry.kind in _ACTS:
        act = Act(
            entry.happened_at_ms,
            entry.seq,
            entry.kind,
            payload.get("rate_ml_per_h", 0.0),
            payload.get("mg_per_ml", 0.0),
            payload.get("recheck_min", RECHECK_MIN),
        )
        acts = tuple(sorted((*acts, act)))
    if acts is not state.acts:
        state = change(state, acts=acts, baseline=state.baseline if acts else None)  # an undone start froze none
    if state.away is not None and (
        entry.kind in (Kind.BACK, Kind.EMERGENCY, Kind.SESSION_CLOSED)
        or entry.supersedes == state.away.seq
        or state.phase is Phase.INFUSING  # nobody is away from the sensors while the pump runs
    ):
        state = change(state, away=None)
    match entry.kind:
        case Kind.SESSION_OPENED:  # a correction of it
            return change(state, weight_kg=payload["weight_kg"], opened_seq=entry.seq)
        case Kind.CHAIR_CHANGED:  # other devices: nobody has confirmed those as this patient's
            return change(state, chair=payload["to_chair"], monitors=None)
        case Kind.PLAN:
            return change(state, plan=msgspec.convert(payload, DosePlan))
        case Kind.GAP:
            return change(state, gaps=(*state.gaps, (payload["from_ms"], payload["to_ms"])))
        case Kind.BASELINE:
            return change(state, baseline=(payload["sys"], payload["dia"]))
        case Kind.MONITOR_BOUND:
            return change(state, monitors=tuple(Bound(one["source"], one["port"]) for one in payload["monitors"]))
        case Kind.SOUND if payload["state"] in SOUND_TESTS:
            return change(state, sound=SoundTest(payload["state"], entry.entered_by, entry.happened_at_ms))
        case Kind.EMERGENCY:
            return change(state, emergency_ms=entry.happened_at_ms)
        case Kind.AWAY:
            until_ms = entry.happened_at_ms + round(payload["minutes"] * 60_000)
            away = Away(entry.seq, entry.happened_at_ms, until_ms, entry.reason or "", entry.entered_by)
            return change(state, away=away)
        case Kind.BACK:
            return change(state, back_ms=entry.happened_at_ms)
        case Kind.OBSERVATION:
            rated = (Rated(entry.happened_at_ms, entry.seq, e) for e, v in payload["values"].items() if v is not None)
            return change(state, rated=(*state.rated, *rated))
        case Kind.SESSION_CLOSED:
            return change(state, closed_ms=entry.happened_at_ms)
    return state


def segments(state: State, until_ms: int) -> tuple[Segment, ...]:
    """Stretches in which the pump ran, up to ``until_ms``."""
    found = []
    ends = [*(a.at_ms for a in state.acts[1:]), max(until_ms, state.acts[-1].at_ms)] if state.acts else []
    for act, end_ms in zip(state.acts, ends, strict=True):
        end_ms = min(end_ms, until_ms)
        if act.rate_ml_per_h > 0 and end_ms > act.at_ms:
            found.append(Segment(act.at_ms, end_ms, act.rate_ml_per_h, act.mg_per_ml))
    return tuple(found)


def holds(state: State, until_ms: int) -> tuple[tuple[int, int], ...]:
    """From and to of each hold, up to ``until_ms``. One that was rechecked and goes on is one hold."""
    found: list[tuple[int, int]] = []
    ends = [*(a.at_ms for a in state.acts[1:]), until_ms] if state.acts else []
    before: Kind | None = None
    for act, end_ms in zip(state.acts, ends, strict=True):
        if act.kind is Kind.INFUSION_HELD:
            start_ms = found.pop()[0] if before is Kind.INFUSION_HELD else act.at_ms
            found.append((start_ms, end_ms))
        before = act.kind
    return tuple(found)


def delivered(state: State, at_ms: int) -> Delivered:
    """Dose and volume by ``at_ms``, as charted (clinical.md 1.3: the sum over the actual segments)."""
    if state.closed_ms is not None:
        at_ms = min(at_ms, state.closed_ms)
    parts = segments(state, at_ms)
    ml = sum(s.ml_between(s.start_ms, s.end_ms) for s in parts)
    mg = sum(s.ml_between(s.start_ms, s.end_ms) * s.mg_per_ml for s in parts)
    unseen = sum(s.ml_between(start, end) * s.mg_per_ml for s in parts for start, end in _merged(state.gaps))
    return Delivered(mg, ml, unseen, sum(s.end_ms - s.start_ms for s in parts) / 1000)


def _merged(gaps: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Gaps without overlap, so that no minute is counted twice."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(gaps):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
