"""What a person can do at a chair: one struct an act. ``Act`` is any of them."""

from __future__ import annotations

from charting.session import RECHECK_MIN
from station.wire.drug_acts import Adverse, Draw, Medicate, PressureSymptoms, Waste
from station.wire.frozen import WHATEVER as WHATEVER, Doubtable as Doubtable, Frozen as Frozen, Second as Second
from station.wire.people_acts import DrawCard, EmergencyAccess, HandOver, SignIn, SignOff, SignOn, SignOut, Vouch
from station.wire.record_acts import (
    BeginCourse,
    ChartConsent,
    ChartCourse,
    ChartFact,
    ChartScale,
    JudgeEligibility,
    Screen,
    SeeFlag,
    SignSession,
    Withdraw,
)
from station.wire.room_acts import QuietRoom


class OpenSession(Doubtable, frozen=True, kw_only=True, tag="open_session"):
    """Patient in the chair. ``identifier`` is the second identifier (date of birth, record number), ``protocol`` the id
    of the protocol to be followed, "" the station's usual one. ``paper``: it is over, and typed back from paper; it was
    opened as long ago as the command says.
    """

    patient: str
    identifier: str
    weight_kg: float
    protocol: str = ""
    paper: bool = False


class Plan(Doubtable, frozen=True, kw_only=True, tag="plan"):
    """Dose plan; the recorder computes mg, mL and mL/h and charts the working, for the weight of the session. Another
    ``weight_kg`` corrects that first. ``paper`` as in ``OpenSession``.
    """

    mg_per_kg: float
    minutes: float
    mg_per_ml: float
    weight_kg: float | None = None
    paper: bool = False


class PlanDose(Doubtable, frozen=True, kw_only=True, tag="plan_dose"):
    """Plan of a dose without a pump: by weight or as a whole, as its protocol has it; the others as in ``Plan``."""

    mg_per_kg: float | None = None
    dose_mg: float | None = None
    mg_per_ml: float | None = None
    minutes: float | None = None
    weight_kg: float | None = None
    paper: bool = False


class Give(Doubtable, frozen=True, kw_only=True, tag="give"):
    """The planned dose, or its next device, was given; ``detail``: site, line or lot, as the route has it."""

    detail: str


class BindMonitor(Frozen, frozen=True, kw_only=True, tag="bind_monitor"):
    """Somebody saw that these devices of the chair (names of sources) are on this patient. None at all is a choice
    too: no monitor now, values will be typed.
    """

    sources: tuple[str, ...]


class SecondCheck(Frozen, frozen=True, kw_only=True, tag="second_check"):
    """Somebody else, ``second`` (a token of ``Vouch``, at a station without staff initials), typed weight and the
    pump's rate without seeing ours.
    """

    second: str
    weight_kg: float
    rate_ml_per_h: float


class SkipCheck(Frozen, frozen=True, kw_only=True, tag="skip_check"):
    """It goes on without a second check of this plan."""

    reason: str


class StartInfusion(Doubtable, frozen=True, kw_only=True, tag="start"):
    """The pump was started at the planned rate."""


class Hold(Frozen, frozen=True, kw_only=True, tag="hold"):
    """The pump was paused, and the patient is looked at again after ``recheck_min`` minutes. While it is held: it was
    looked at, and stays paused.
    """

    reason: str
    recheck_min: float = RECHECK_MIN


class Resume(Doubtable, frozen=True, kw_only=True, tag="resume"):
    """The pump runs again, at the rate before the hold unless another is given."""

    rate_ml_per_h: float | None = None


class SetRate(Doubtable, frozen=True, kw_only=True, tag="rate"):
    """The pump's rate was changed."""

    rate_ml_per_h: float
    reason: str


class StopInfusion(Frozen, frozen=True, kw_only=True, tag="stop"):
    """The infusion has ended."""

    reason: str


class RanWithout(Frozen, frozen=True, kw_only=True, tag="ran_without"):
    """What the pump did in the gap from ``from_ms`` to ``to_ms`` (UTC ms): ``on``, ``stopped`` between two seconds of
    the gap, or ``volume`` where its display tells how many ``ml`` went in.
    """

    from_ms: int
    to_ms: int
    ran: str
    stopped_s: tuple[float, float] | None = None
    ml: float | None = None


class CloseSession(Doubtable, frozen=True, kw_only=True, tag="close_session"):
    """The patient leaves the chair."""

    reason: str


class ChangeChair(Frozen, frozen=True, kw_only=True, tag="change_chair"):
    """The session goes on at the free chair called ``to``; its devices stay where they are."""

    to: str


class GoOn(Frozen, frozen=True, kw_only=True, tag="go_on"):
    """A session found open after hours: somebody saw that it goes on."""


class Note(Frozen, frozen=True, kw_only=True, tag="note"):
    """Free text."""

    text: str


class ManualVitals(Frozen, frozen=True, kw_only=True, tag="vitals"):
    """Values somebody read and typed: metric name to value in the catalogue's unit. ``paper``: off the paper sheet."""

    values: dict[str, float]
    paper: bool = False


class QuickEvent(Frozen, frozen=True, kw_only=True, tag="event"):
    """One key of the clinic's table; ``rating`` where the event asks for one. ``paper``: off the paper sheet."""

    event: str
    rating: int | None = None
    paper: bool = False


class Score(Frozen, frozen=True, kw_only=True, tag="score"):
    """A recovery score: the id of a checklist, and points 0 to 2 for each row that a person answers."""

    checklist: str
    answers: dict[str, int]


class Undo(Frozen, frozen=True, kw_only=True, tag="undo"):
    """Take back the last thing a person charted here: a visible correction."""


class Away(Frozen, frozen=True, kw_only=True, tag="away"):
    """The patient leaves the sensors, for ``minutes`` at most: alarms that need the patient rest until then."""

    reason: str
    minutes: float


class Back(Frozen, frozen=True, kw_only=True, tag="back"):
    """The patient is back before the time is up."""


class Emergency(Frozen, frozen=True, kw_only=True, tag="emergency"):
    """Charts the emergency and, where the infusion runs or is held, that the pump was stopped."""


class Acknowledge(Frozen, frozen=True, kw_only=True, tag="ack"):
    """Acknowledge every alarm now audible at this chair."""


class PauseSound(Frozen, frozen=True, kw_only=True, tag="pause_sound"):
    """No sound at any chair for two minutes, or until a new high alarm; ``resume`` ends the pause before its time."""

    resume: bool = False


class SoundOff(Frozen, frozen=True, kw_only=True, tag="sound_off"):
    """No alarm sounds at any chair until sound is switched on again (``PauseSound`` with ``resume``) or a session is
    opened; a tone every three minutes is the reminder.
    """

    reason: str


class TestSound(Frozen, frozen=True, kw_only=True, tag="test_sound"):
    """Sound one burst of ``priority`` (high, medium, low) now; nothing is charted."""

    __test__ = False
    priority: str


class SoundChecked(Frozen, frozen=True, kw_only=True, tag="sound_checked"):
    """What became of the sound test: ``heard``, ``not_heard``, or ``without``: the session goes on without sound."""

    outcome: str


class StopRecorder(Frozen, frozen=True, kw_only=True, tag="stop_recorder"):
    """End the recorder; refused while a session is open unless forced."""

    force: bool = False


DATED = (  # acts that may have happened some minutes ago; every other one is charted as now
    *(StartInfusion, Give, Hold, Resume, SetRate, StopInfusion, CloseSession),
    *(Note, ManualVitals, QuickEvent, Away, Back, Medicate, Draw, Waste, Adverse),
)


def dated(act: Act) -> bool:
    """Whether ``act`` can be charted as having happened some time ago."""
    return isinstance(act, DATED) or getattr(act, "paper", False)


Act = (
    OpenSession
    | Plan
    | PlanDose
    | Give
    | BindMonitor
    | SecondCheck
    | SkipCheck
    | StartInfusion
    | Hold
    | Resume
    | SetRate
    | StopInfusion
    | RanWithout
    | CloseSession
    | ChangeChair
    | GoOn
    | Note
    | ManualVitals
    | QuickEvent
    | Score
    | Undo
    | Away
    | Back
    | Emergency
    | Acknowledge
    | PauseSound
    | SoundOff
    | TestSound
    | SoundChecked
    | StopRecorder
    | Screen
    | ChartFact
    | ChartScale
    | BeginCourse
    | ChartCourse
    | ChartConsent
    | JudgeEligibility
    | SeeFlag
    | SignSession
    | Withdraw
    | SignIn
    | Vouch
    | EmergencyAccess
    | SignOut
    | SignOn
    | SignOff
    | DrawCard
    | HandOver
    | Medicate
    | Draw
    | Waste
    | Adverse
    | PressureSymptoms
    | QuietRoom
)
