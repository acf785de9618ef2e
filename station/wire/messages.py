"""Every message on the wire (contract 6). A change of meaning raises ``WIRE_VERSION``; both ends check it first.

Commands carry the operator's initials in ``by``; their refusals are one sentence, made to be shown beside the field.
"""

from __future__ import annotations

import msgspec

WIRE_VERSION = 1


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Fields by name, never changed after they are made."""


# --- viewer to recorder -------------------------------------------------------------------------------------------


class Hello(Frozen, frozen=True, kw_only=True, tag="hello"):
    """First message of a client. ``role``: ``viewer`` watches a chair, ``script`` is neither counted nor echoed."""

    version: int
    role: str


class Poll(Frozen, frozen=True, kw_only=True, tag="poll"):
    """Ask for one ``Snapshot``."""


class Echo(Frozen, frozen=True, kw_only=True, tag="echo"):
    """The viewer has rendered since heartbeat ``beat``."""

    beat: int


class OpenSession(Frozen, frozen=True, kw_only=True, tag="open_session"):
    """Patient in the chair. ``identifier`` is the second identifier (date of birth, record number)."""

    patient: str
    identifier: str
    weight_kg: float


class Plan(Frozen, frozen=True, kw_only=True, tag="plan"):
    """Dose plan; the recorder computes mg, mL and mL/h and charts the working. ``weight_kg`` of the session."""

    mg_per_kg: float
    minutes: float
    mg_per_ml: float


class StartInfusion(Frozen, frozen=True, kw_only=True, tag="start"):
    """The pump was started at the planned rate."""


class Hold(Frozen, frozen=True, kw_only=True, tag="hold"):
    """The pump was paused."""

    reason: str


class Resume(Frozen, frozen=True, kw_only=True, tag="resume"):
    """The pump runs again, at the rate before the hold unless another is given."""

    rate_ml_per_h: float | None = None


class SetRate(Frozen, frozen=True, kw_only=True, tag="rate"):
    """The pump's rate was changed."""

    rate_ml_per_h: float
    reason: str


class StopInfusion(Frozen, frozen=True, kw_only=True, tag="stop"):
    """The infusion has ended."""

    reason: str


class CloseSession(Frozen, frozen=True, kw_only=True, tag="close_session"):
    """The patient leaves the chair."""

    reason: str


class Note(Frozen, frozen=True, kw_only=True, tag="note"):
    """Free text."""

    text: str


class ManualVitals(Frozen, frozen=True, kw_only=True, tag="vitals"):
    """Values somebody read and typed: metric name to value in the catalogue's unit."""

    values: dict[str, float]


class Acknowledge(Frozen, frozen=True, kw_only=True, tag="ack"):
    """Acknowledge every alarm now audible at this chair."""


class StopRecorder(Frozen, frozen=True, kw_only=True, tag="stop_recorder"):
    """End the recorder; refused while a session is open unless forced."""

    force: bool = False


Act = (
    OpenSession
    | Plan
    | StartInfusion
    | Hold
    | Resume
    | SetRate
    | StopInfusion
    | CloseSession
    | Note
    | ManualVitals
    | Acknowledge
    | StopRecorder
)


class Command(Frozen, frozen=True, kw_only=True, tag="command"):
    """An act at a chair. ``id`` comes back in ``Saved`` or ``Refused``."""

    id: int
    chair: str
    by: str
    act: Act


ClientMessage = Hello | Poll | Echo | Command

# --- recorder to viewer -------------------------------------------------------------------------------------------


class Welcome(Frozen, frozen=True, kw_only=True, tag="welcome"):
    """Answer to ``Hello``: who the recorder is."""

    version: int
    pid: int
    program: str


class Heartbeat(Frozen, frozen=True, kw_only=True, tag="heartbeat"):
    """Once a second. Silence over 3 s: the viewer says so full-screen."""

    beat: int


class Number(Frozen, frozen=True, kw_only=True):
    """A number on the screen. ``value`` is None where it must not be shown; ``why`` then says why in a few words.

    ``age_s`` counts from arrival (cuff: from the determination); ``dimmed`` marks a value that is old but still shown.
    ``low``/``high`` are the limits watched, None where none is; ``alarm_off`` where a limit was switched off.
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


class PortView(Frozen, frozen=True, kw_only=True):
    """A device's line: ``state`` initial, connecting, negotiating, connected, lost; ``sentence`` says what to do."""

    source: str
    port: str
    state: str
    sentence: str


class Infusion(Frozen, frozen=True, kw_only=True):
    """The line of truth. Times in clinical seconds; None where there is no plan or no start yet."""

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


class ChairView(Frozen, frozen=True, kw_only=True):
    """Everything a screen needs to draw one chair now. ``alarms`` are worst first, ``lines`` newest first."""

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


class Snapshot(Frozen, frozen=True, kw_only=True, tag="snapshot"):
    """The station now. ``chart`` is "" while entries are being saved, else one sentence on what fails."""

    at_ms: int
    speed: float
    chart: str
    chairs: tuple[ChairView, ...]


class AlarmChanged(Frozen, frozen=True, kw_only=True, tag="alarm_changed"):
    """Pushed at once on each transition that a person should see."""

    chair: str
    condition: str
    subject: str
    priority: str
    state: str
    text: str


class Saved(Frozen, frozen=True, kw_only=True, tag="saved"):
    """COMMIT has returned for the entries of a command; ``seq`` is the last one."""

    id: int
    seq: int


class Refused(Frozen, frozen=True, kw_only=True, tag="refused"):
    """The command was not carried out, and why. ``field`` names the field at fault or is ""."""

    id: int
    sentence: str
    field: str = ""


class Unsaved(Frozen, frozen=True, kw_only=True, tag="unsaved"):
    """The act is recorded in memory and on the spill file; the chart cannot be written now. ``Saved`` follows."""

    id: int
    sentence: str


ServerMessage = Welcome | Heartbeat | Snapshot | AlarmChanged | Saved | Refused | Unsaved
