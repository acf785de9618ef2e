"""Every message on the wire (contract 6). A change of meaning raises ``WIRE_VERSION``; both ends check it first.

Commands carry the operator's initials in ``by``; their refusals are one sentence, made to be shown beside the field.
"""

from __future__ import annotations

from charting.due import Due as Due
from charting.quiet import Quiet
from charting.trends import Trend

# the acts are messages too, reached through here
from station.wire.acts import (
    WHATEVER as WHATEVER,
    Acknowledge as Acknowledge,
    Act as Act,
    Away as Away,
    Back as Back,
    BindMonitor as BindMonitor,
    CloseSession as CloseSession,
    Emergency as Emergency,
    Frozen,
    Give as Give,
    Hold as Hold,
    ManualVitals as ManualVitals,
    Note as Note,
    OpenSession as OpenSession,
    PauseSound as PauseSound,
    Plan as Plan,
    PlanDose as PlanDose,
    QuickEvent as QuickEvent,
    RanWithout as RanWithout,
    Resume as Resume,
    Score as Score,
    Second as Second,
    SecondCheck as SecondCheck,
    SetRate as SetRate,
    SkipCheck as SkipCheck,
    SoundChecked as SoundChecked,
    SoundOff as SoundOff,
    StartInfusion as StartInfusion,
    StopInfusion as StopInfusion,
    StopRecorder as StopRecorder,
    TestSound as TestSound,
    Undo as Undo,
    dated as dated,
)
from station.wire.patient_messages import PatientView, ScreenedView
from station.wire.people_acts import PIN as PIN, CardDrawn as CardDrawn, SignedIn as SignedIn
from station.wire.requests import (
    ClientMessage as ClientMessage,
    Command as Command,
    Echo as Echo,
    Hello as Hello,
    Poll as Poll,
    PollTrend as PollTrend,
)
from station.wire.treatment import Infusion as Infusion, Leave as Leave, Offer as Offer

WIRE_VERSION = 5


class Welcome(Frozen, frozen=True, kw_only=True, tag="welcome"):
    """Answer to ``Hello``: who the recorder is."""

    version: int
    pid: int
    program: str


class Heartbeat(Frozen, frozen=True, kw_only=True, tag="heartbeat"):
    """Once a second. Silence over 3 s: the viewer says so full-screen."""

    beat: int


TYPED = "typed"  # the ``source`` of a number that a person read elsewhere and typed


class Number(Frozen, frozen=True, kw_only=True):
    """A number on the screen. ``value`` is None where it must not be shown; ``why`` then says why in a few words.

    ``age_s`` counts from arrival (cuff: from the determination); ``dimmed`` marks a value that is old but still shown.
    ``low``/``high`` are the limits watched, None where none is; ``alarm_off`` where one is off, for good or for now.
    ``priority`` is the highest active alarm's on this metric, "" for none.
    """

    metric: str
    value: float | None
    validity: str
    age_s: float | None
    dimmed: bool
    why: str
    source: str
    low: float | None
    high: float | None
    alarm_off: bool
    priority: str


class Alarm(Frozen, frozen=True, kw_only=True):
    """A condition that is not inactive. ``state`` is a word of alarms.md a2; ``text`` one line for the banner."""

    condition: str
    subject: str
    priority: str
    state: str
    text: str
    reason: str
    value: float | None
    limit: float | None
    since_s: float


class Line(Frozen, frozen=True, kw_only=True):
    """A chart entry as one line. ``saved`` only after COMMIT returned."""

    seq: int
    at_ms: int
    text: str
    by: str
    saved: bool


class Tile(Frozen, frozen=True, kw_only=True):
    """A quick event as the screen offers it; a rating from ``lowest`` to ``highest`` is asked for where given,
    ``words`` say what each one means, ``scale`` is the known observation that it is.
    """

    id: str
    key: str
    text: str
    lowest: int | None
    highest: int | None
    words: tuple[str, ...] = ()
    scale: str = ""


class PortView(Frozen, frozen=True, kw_only=True):
    """A device's line: ``state`` initial, connecting, negotiating, connected, lost; ``sentence`` says what to do."""

    source: str
    port: str
    state: str
    sentence: str


class Prepared(Frozen, frozen=True, kw_only=True):
    """How far an open session is prepared.

    ``monitors``: sources somebody confirmed as this patient's; empty where it was said that there is none now, None
    where nobody has said anything. ``sound``: ``tested``, ``not heard``, ``without`` or "" for not tested, with who
    (``sound_by``) and when (``sound_ms``). ``readings``: cuff pressures (sys, dia) for the baseline so far;
    ``baseline`` (sys, dia, how many) is what would be frozen now, or None while something is ``missing``. ``check``:
    ``agreed``, ``differs``, ``skipped`` or "" for no second check of the plan yet, with ``check_left`` tries.
    """

    monitors: tuple[str, ...] | None = None
    sound: str = ""
    sound_by: str = ""
    sound_ms: int = 0
    readings: tuple[tuple[float, float], ...] = ()
    baseline: tuple[float, float, int] | None = None
    missing: str = ""
    check: str = ""
    check_left: int = 0


class ChairView(Frozen, frozen=True, kw_only=True):
    """Everything a screen needs to draw one chair now. ``alarms`` are as ``Register.standing`` orders them (not
    acknowledged first, then by priority), ``lines`` newest first.
    ``protocol`` is the name of the one in force, "" for none; ``protocols`` are those that a session can be opened
    with, the usual one first, while none is open. ``leave`` is what the protocol asks for before leaving, ``told`` what
    the patient is told then (in recovery), ``dose_notes`` what it says of its doses. ``away_s`` are the seconds until
    the alarms of a patient who is away come back, None while nobody is; ``away_why`` says why and who charted it.
    ``baseline`` is the pressure (sys, dia) frozen at the infusion's start. ``course`` is "session 3 of 6" where a
    course is known; ``flags`` sentences that nobody has charted as seen. ``on``: initials of who is on the session;
    ``drugs``: names on the clinic's list; ``accounts``: of controlled drugs, in words. ``quiet``: the room is quiet.
    ``left_open_ms``: when a person last charted (UTC ms) in a session found open hours later; ``paper``: typed back.
    """

    chair: str
    session: str | None
    patient: str
    identifier: str
    weight_kg: float | None
    preset: str
    infusion: Infusion
    numbers: tuple[Number, ...]
    alarms: tuple[Alarm, ...]
    lines: tuple[Line, ...]
    ports: tuple[PortView, ...]
    due: tuple[Due, ...] = ()
    events: tuple[Tile, ...] = ()
    emergency_s: float | None = None
    prepared: Prepared = Prepared()
    baseline: tuple[float, float] | None = None
    away_s: float | None = None
    away_why: str = ""
    screened: ScreenedView | None = None
    course: str = ""
    flags: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    protocol: str = ""
    protocols: tuple[Offer, ...] = ()
    leave: tuple[Leave, ...] = ()
    left_open_ms: int | None = None
    paper: bool = False
    told: tuple[str, ...] = ()
    dose_notes: tuple[str, ...] = ()
    quiet: Quiet | None = None


class Snapshot(Frozen, frozen=True, kw_only=True, tag="snapshot"):
    """The station now. ``chart`` is "" while entries are being saved, else one sentence on what fails.

    ``sound`` is "" while alarms are heard; ``paused 102`` with the seconds left, ``off`` (as chosen in station.toml) or
    ``off reminded`` (by a person); ``fail: sentence`` where the sound device is not heard, behind ``; `` where both are
    true. ``bell``: an alarm asks for sound now and nothing sounds it, so the viewer rings its terminal's bell.
    ``lock_s``: this station's staff have PINs, and a screen forgets who is signed in after so many seconds without a
    key; None: no staff is named, initials are enough.
    """

    at_ms: int
    speed: float
    chart: str
    sound: str = ""
    bell: bool = False
    lock_s: float | None = None
    chairs: tuple[ChairView, ...]


class TrendView(Frozen, frozen=True, kw_only=True, tag="trend"):
    """A chair's open session as curves, as the chart itself folds them; None where no session is open."""

    chair: str
    trend: Trend | None


class AlarmChanged(Frozen, frozen=True, kw_only=True, tag="alarm_changed"):
    """Pushed at once on each transition that a person should see."""

    chair: str
    condition: str
    subject: str
    priority: str
    state: str
    text: str


class Saved(Frozen, frozen=True, kw_only=True, tag="saved"):
    """COMMIT has returned for the entries of a command; ``seq`` is the last one, ``session`` where it was charted."""

    id: int
    seq: int
    session: str | None = None


class Refused(Frozen, frozen=True, kw_only=True, tag="refused"):
    """The command was not carried out, and why. ``field`` names the field at fault or is "". ``PIN``: it was wrong, or
    the recorder knows of nobody signed in at this screen (any more).

    With ``confirm``, the doubt's id, the sentence is a question: the same act with that sentence in ``confirmed`` is
    carried out, if it is still the sentence to ask. ``why``: a reason has to be typed with it. ``who``: a ``second``
    person or a ``prescriber`` has to answer it too, with ``pin`` by a PIN; ``lacks``: why the one named cannot.
    """

    id: int
    sentence: str
    field: str = ""
    confirm: str = ""
    why: bool = False
    who: str = ""
    pin: bool = False
    lacks: str = ""


class Unsaved(Frozen, frozen=True, kw_only=True, tag="unsaved"):
    """The act is recorded in memory and on the spill file; the chart cannot be written now. ``Saved`` follows."""

    id: int
    sentence: str
    session: str | None = None


ServerMessage = (
    Welcome
    | Heartbeat
    | Snapshot
    | TrendView
    | PatientView
    | AlarmChanged
    | Saved
    | Refused
    | Unsaved
    | SignedIn
    | CardDrawn
)
