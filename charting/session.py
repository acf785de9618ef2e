"""A session's state as a fold over its entries: live, after a crash, in replay and in review the same function.

The infusion is a list of acts (start, hold, resume, rate, stop) in the order in which they happened; what they
delivered is in ``delivered.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from charting.care import Care, cared
from charting.dose import DosePlan
from charting.downtime import Ran, ran_of
from charting.model import Entry, Kind
from charting.phase import Phase as Phase
from charting.portion import Given, Portion, broken_off
from charting.protocol import OXIMETRY, Protocol
from charting.second_check import Check, checked_on

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
    """A quick event that was charted with a rating, or ``OXIMETRY``; ``scale`` is "" where none is named."""

    at_ms: int
    seq: int
    event: str
    value: float
    scale: str = ""


class Scored(msgspec.Struct, frozen=True):
    """A recovery score: the id of its checklist, and the total, None where a row was not known."""

    at_ms: int
    seq: int
    checklist: str
    total: int | None

    @property
    def family(self) -> str:
        """``aldrete`` or ``padss``, in whatever version."""
        return self.checklist.split("_")[0]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One session. ``gaps`` are (from_ms, to_ms), ``ran`` what was said of them since.

    ``monitors``: devices confirmed to be on this patient; empty where it was said that there is none, None where nobody
    has said anything. ``portion`` is the plan of a dose without a pump, ``given`` its
    parts that were. ``sound`` is None before a test, ``check`` before a plan; ``weighed_by`` are the initials
    of who entered the weight. ``back_ms`` is when the patient was last back from being away.
    ``protocol`` is the one in force, as its opening holds it; None in charts from before there were any.
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
    protocol: Protocol | None = None
    plan: DosePlan | None = None
    portion: Portion | None = None
    given: tuple[Given, ...] = ()
    acts: tuple[Act, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    ran: tuple[Ran, ...] = ()
    baseline: tuple[float, float] | None = None
    closed_ms: int | None = None
    emergency_ms: int | None = None
    monitors: tuple[Bound, ...] | None = None
    sound: SoundTest | None = None
    check: Check | None = None
    weighed_by: str = ""
    away: Away | None = None
    back_ms: int | None = None
    rated: tuple[Rated, ...] = ()
    screened: Entry | None = None
    care: Care = Care()
    paper: bool = False  # it is over and was typed back: nobody sits there for it now
    scores: tuple[Scored, ...] = ()

    @property
    def phase(self) -> Phase:
        """The phase after the latest act; baseline before the first."""
        if self.closed_ms is not None:
            return Phase.CLOSED
        if self.acts:
            return _ACTS[self.acts[-1].kind]
        if not self.given or self.portion is None:
            return Phase.BASELINE
        return Phase.INFUSING if len(self.given) < self.portion.parts else Phase.RECOVERY

    @property
    def running(self) -> Act | None:
        """The act that set the rate now running, or the one before a hold; None before start and after stop."""
        if self.phase not in (Phase.INFUSING, Phase.HELD):
            return None
        return next((a for a in reversed(self.acts) if a.rate_ml_per_h > 0), None)

    @property
    def held_since_ms(self) -> int | None:
        """When the hold that now stands began, however often it was rechecked since."""
        since_ms: int | None = None
        for act in self.acts:
            since_ms = (since_ms or act.at_ms) if act.kind is Kind.INFUSION_HELD else None
        return since_ms if self.phase is Phase.HELD else None

    @property
    def recheck_ms(self) -> int | None:
        """When the recheck of the hold that now stands is due."""
        hold = self.acts[-1] if self.phase is Phase.HELD else None
        return None if hold is None else hold.at_ms + round(hold.recheck_min * 60_000)

    @property
    def started_ms(self) -> int | None:
        """When the infusion was started, or the first part of the dose given."""
        started = (a.at_ms for a in self.acts if a.kind is Kind.INFUSION_STARTED)
        return next(started, self.given[0].at_ms if self.given else None)

    @property
    def ended_ms(self) -> int | None:
        """When the infusion was stopped, or the last part of the dose was in; None while more is to come."""
        if self.phase not in (Phase.RECOVERY, Phase.CLOSED) or self.started_ms is None:
            return None
        return max([a.at_ms for a in self.acts[-1:]] + [g.end_ms for g in self.given])

    @property
    def planned_mg(self) -> float | None:
        """The dose of the plan, by a pump or without."""
        plan = self.plan or self.portion
        return plan.dose_mg if plan is not None else None


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
            weighed_by=entry.entered_by,
            preset=payload["preset"]["name"],
            protocol=msgspec.convert(payload["protocol"]["rules"], Protocol) if "protocol" in payload else None,
            sound=SoundTest(TESTED, **payload["sound"]) if "sound" in payload else None,
            care=cared(Care(), entry),
            paper=payload.get("paper", False),
        )
    if state is None:
        return None
    change = msgspec.structs.replace
    state = change(state, care=cared(state.care, entry))
    acts = state.acts
    if entry.supersedes is not None:
        acts = tuple(a for a in acts if a.seq != entry.supersedes)
        state = change(
            state,
            rated=tuple(r for r in state.rated if r.seq != entry.supersedes),
            scores=tuple(s for s in state.scores if s.seq != entry.supersedes),
            given=tuple(g for g in state.given if g.seq != entry.supersedes),
            ran=tuple(r for r in state.ran if r.seq != entry.supersedes),
        )
    if entry.kind in _ACTS:
        rate_ml_per_h, mg_per_ml = payload.get("rate_ml_per_h", 0.0), payload.get("mg_per_ml", 0.0)
        recheck_min = payload.get("recheck_min", RECHECK_MIN)
        act = Act(entry.happened_at_ms, entry.seq, entry.kind, rate_ml_per_h, mg_per_ml, recheck_min)
        acts = tuple(sorted((*acts, act)))
    if acts is not state.acts or entry.supersedes is not None:
        given = broken_off(state.given, (a.at_ms for a in acts if a.kind is Kind.INFUSION_STOPPED))
        frozen = state.baseline if acts or given else None  # an undone start froze none
        state = change(state, acts=acts, given=given, baseline=frozen)
    if state.away is not None and (
        entry.kind in (Kind.BACK, Kind.EMERGENCY, Kind.SESSION_CLOSED)
        or entry.supersedes == state.away.seq
        or state.phase is Phase.INFUSING  # nobody is away from the sensors while the pump runs
    ):
        state = change(state, away=None)
    match entry.kind:
        case Kind.SESSION_OPENED:  # a correction of it
            return change(state, weight_kg=payload["weight_kg"], opened_seq=entry.seq, weighed_by=entry.entered_by)
        case Kind.PLAN if "rate_ml_per_h" not in payload:
            return change(state, portion=msgspec.convert(payload, Portion))
        case Kind.GIVEN:
            part = Given(entry.happened_at_ms, entry.seq, payload["dose_mg"], payload["minutes"], payload["mg_per_ml"])
            return change(state, given=tuple(sorted((*state.given, part))))
        case Kind.CHAIR_CHANGED:  # other devices: nobody has confirmed those as this patient's
            return change(state, chair=payload["to_chair"], monitors=None)
        case Kind.PLAN:
            check = Check((state.weighed_by, entry.entered_by))
            return change(state, plan=msgspec.convert(payload, DosePlan), check=check)
        case Kind.SECOND_CHECK if state.check is not None:
            return change(state, check=checked_on(state.check, entry.entered_by, payload, entry.reason or ""))
        case Kind.GAP:
            return change(state, gaps=(*state.gaps, (payload["from_ms"], payload["to_ms"])))
        case Kind.DOWNTIME:
            return change(state, ran=(*state.ran, ran_of(entry)))
        case Kind.BASELINE:
            return change(state, baseline=(payload["sys"], payload["dia"]))
        case Kind.MONITOR_BOUND:
            return change(state, monitors=tuple(Bound(one["source"], one["port"]) for one in payload["monitors"]))
        case Kind.SOUND if payload["state"] in SOUND_TESTS:
            return change(state, sound=SoundTest(payload["state"], entry.entered_by, entry.happened_at_ms))
        case Kind.SCREENED:
            return change(state, screened=entry)
        case Kind.EMERGENCY:
            return change(state, emergency_ms=entry.happened_at_ms)
        case Kind.AWAY:
            until_ms = entry.happened_at_ms + round(payload["minutes"] * 60_000)
            away = Away(entry.seq, entry.happened_at_ms, until_ms, entry.reason or "", entry.entered_by)
            return change(state, away=away)
        case Kind.BACK:
            return change(state, back_ms=entry.happened_at_ms)
        case Kind.OBSERVATION:
            values = ((e, v) for e, v in payload["values"].items() if v is not None)
            rated = (Rated(entry.happened_at_ms, entry.seq, e, v, payload.get("scale", "")) for e, v in values)
            return change(state, rated=(*state.rated, *rated))
        case Kind.VITALS if "SPO2" in payload["values"]:
            read = Rated(entry.happened_at_ms, entry.seq, OXIMETRY, payload["values"]["SPO2"])
            return change(state, rated=(*state.rated, read))
        case Kind.SCORE:
            score = Scored(entry.happened_at_ms, entry.seq, payload["checklist"], payload["total"])
            return change(state, scores=(*state.scores, score))
        case Kind.SESSION_CLOSED:
            return change(state, closed_ms=entry.happened_at_ms)
    return state
