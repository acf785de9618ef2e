"""What a person can chart and what is asked for it: tables of forms and questions. Computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from charting.session import RECHECK_MIN
from charting.stops import HINT
from station.tui.ready import no_start, resume_facts, start_facts
from station.tui.vitals_text import vitals_of
from station.wire.messages import (
    Act,
    Away,
    ChairView,
    CloseSession,
    Hold,
    ManualVitals,
    Note,
    OpenSession,
    Plan,
    Resume,
    SecondCheck,
    SetRate,
    SkipCheck,
    SoundOff,
    StartInfusion,
    StopInfusion,
)

Typed = dict[str, str]


class Field(NamedTuple):
    """One line of a form. ``name`` is the act's field, so that a refusal finds its place. ``value`` is filled in
    beforehand (never a drug's): Enter goes past it, Tab reaches it. ``secret``: only dots are shown.
    ``choices`` are what it can be, with words about each: up and down, or a click on it, go through them.
    """

    name: str
    label: str
    number: bool = False
    parse: Callable[[str], object] | None = None  # raises ValueError with the sentence to show
    value: str = ""
    secret: bool = False
    choices: tuple[tuple[str, str], ...] = ()


class Step(NamedTuple):
    """One act made of the fields named. ``act`` gets the typed text and may rely on numbers being numbers."""

    fields: tuple[str, ...]
    act: Callable[[Typed], Act]


class Form(NamedTuple):
    """A form: its steps are sent in order, each only after the one before is in the chart. ``facts``: what must be
    known before it is filled in. ``now``: they are never charted as some minutes ago. While a ``blind`` one is open,
    the chair shows none of the plan's numbers.
    """

    title: str
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    facts: str = ""
    now: bool = False
    blind: bool = False


class Question(NamedTuple):
    """A question answered with y or n; y sends ``act``. ``facts`` says of the chair what must be known before, where it
    is charted as so many minutes ago; ``refused`` why it is not asked now, "" where it is.
    """

    text: str
    act: Act
    facts: Callable[[ChairView, int], str] = lambda _view, _ago_min: ""
    refused: Callable[[ChairView], str] = lambda _: ""


def number(text: str) -> float:
    """``text`` as a number, with a decimal point or a decimal comma. Raises ValueError."""
    plain = text.strip().replace(",", ".", 1)
    if not plain or not set(plain) <= set("0123456789."):  # no 1e3, no nan, no sign, no thousands mark
        raise ValueError(text)
    return float(plain)


def faults(form: Form, values: Typed, left_out: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Fields that cannot be sent as they are in ``values``, but for those ``left_out``, with a sentence each."""
    found = []
    for field in form.fields:
        typed = values[field.name]
        try:
            if field.name in left_out:
                continue
            if not typed:
                found.append((field.name, "please fill in"))
            elif field.parse is not None:
                field.parse(typed)
            elif field.number:
                number(typed)
        except ValueError as fault:
            found.append((field.name, "a number, such as 70 or 70,5" if field.number else str(fault)))
    return found


def _initials(text: str) -> str:
    if not any(c.isalpha() for c in text):
        raise ValueError("initials have a letter")
    return text


INITIALS = Field("by", "Your initials", parse=_initials)
WEIGHT = Field("weight_kg", "Weight, kg", number=True)
_PLAN = (
    WEIGHT,
    Field("mg_per_kg", "Dose, mg/kg", number=True),
    Field("minutes", "Over, minutes", number=True),
    Field("mg_per_ml", "Concentration, mg/mL", number=True),
)
_PLAN_STEP = Step(
    tuple(field.name for field in _PLAN),
    lambda t: Plan(
        mg_per_kg=number(t["mg_per_kg"]),
        minutes=number(t["minutes"]),
        mg_per_ml=number(t["mg_per_ml"]),
        weight_kg=number(t["weight_kg"]),  # another one than was charted corrects it
    ),
)
_REASON = (Field("reason", "Reason"),)

# asked on the start page (screens/start.py); "monitor" has no fields: only what follows them
START = {
    "begin": Form(
        "Begin a session",
        (
            Field("patient", "Patient's name"),
            Field("identifier", "Birth date / record no"),
            *_PLAN,
            INITIALS,
        ),
        (
            Step(
                ("patient", "identifier", "weight_kg"),
                lambda t: OpenSession(
                    patient=t["patient"], identifier=t["identifier"], weight_kg=number(t["weight_kg"])
                ),
            ),
            _PLAN_STEP,
        ),
    ),
    "plan": Form("Plan the dose", (*_PLAN, INITIALS), (_PLAN_STEP,)),
    "monitor": Form("Monitor and sound", (), ()),
}

FORMS = {
    "hold": Form(
        "Hold: the pump was paused",
        (*_REASON, Field("recheck_min", "Recheck in, minutes", number=True, value=f"{RECHECK_MIN:g}")),
        (
            Step(
                ("reason", "recheck_min"),
                lambda t: Hold(reason=t["reason"], recheck_min=number(t["recheck_min"])),
            ),
        ),
    ),
    "away": Form(
        "Patient away: alarms that need the patient rest meanwhile",
        (*_REASON, Field("minutes", "At most, minutes", number=True, value="5")),
        (Step(("reason", "minutes"), lambda t: Away(reason=t["reason"], minutes=number(t["minutes"]))),),
    ),
    "rate": Form(
        "Rate: the pump's rate was changed",
        (Field("rate_ml_per_h", "New rate, mL/h", number=True), *_REASON),
        (
            Step(
                ("rate_ml_per_h", "reason"),
                lambda t: SetRate(rate_ml_per_h=number(t["rate_ml_per_h"]), reason=t["reason"]),
            ),
        ),
    ),
    "stop": Form(
        "Stop: the infusion has ended",
        _REASON,
        (Step(("reason",), lambda t: StopInfusion(reason=t["reason"])),),
        HINT,
    ),
    "end": Form(
        "End the session: the patient leaves the chair",
        _REASON,
        (Step(("reason",), lambda t: CloseSession(reason=t["reason"])),),
    ),
    "note": Form("Note", (Field("text", "Text"),), (Step(("text",), lambda t: Note(text=t["text"])),)),
    "vitals": Form(
        "Vital signs: BP, HR, SpO2, such as 128/80 72 98 or 128807298",
        (Field("values", "BP HR SpO2", parse=vitals_of),),
        (Step(("values",), lambda t: ManualVitals(values=vitals_of(t["values"]))),),
    ),
    "check": Form(
        "Second check: another person types weight and pump rate, unseen",
        (
            Field("second", "Who checks, initials"),
            Field("weight_kg", "Weight, kg", number=True),
            Field("rate_ml_per_h", "Pump rate, mL/h", number=True),
        ),
        (
            Step(
                ("second", "weight_kg", "rate_ml_per_h"),
                lambda t: SecondCheck(
                    second=t["second"],
                    weight_kg=number(t["weight_kg"]),
                    rate_ml_per_h=number(t["rate_ml_per_h"]),
                ),
            ),
        ),
        now=True,
        blind=True,
    ),
    "no_check": Form(
        "Go on without a second check of this plan",
        _REASON,
        (Step(("reason",), lambda t: SkipCheck(reason=t["reason"])),),
        now=True,
    ),
    "sound_off": Form(
        "Sound off at every chair, with a reminder every 3 min",
        _REASON,
        (Step(("reason",), lambda t: SoundOff(reason=t["reason"])),),
        now=True,
    ),
    "initials": Form("Who charts at this screen?", (INITIALS,), (), now=True),
}


_BASELINE, _INFUSING, _HELD, _RECOVERY = "baseline", "infusing", "held", "recovery"
# by key: the phases in which the recorder would take the act, and what it says in every other one. Told before anything
# is filled in; the recorder judges all the same.
_TAKEN: dict[str, tuple[tuple[str, ...], str]] = {
    "plan": ((_BASELINE,), "the infusion has begun; its plan stands"),
    "check": ((_BASELINE,), "the infusion has begun; a second check comes before it"),
    "no_check": ((_BASELINE,), "the infusion has begun; a second check comes before it"),
    "start": ((_BASELINE,), "the infusion was started before"),
    "screening": ((_BASELINE,), "the infusion has begun; what was screened before stands"),
    "hold": ((_INFUSING, _HELD), "the infusion is not running"),  # a hold that was rechecked is held on
    "resume": ((_HELD,), "the infusion is not held"),
    "rate": ((_INFUSING,), "the infusion is not running; resume it with the new rate"),
    "stop": ((_INFUSING, _HELD), "no infusion is running"),
    "end": ((_BASELINE, _RECOVERY), "the infusion is not stopped; stop it first"),
    "away": (
        (_BASELINE, _HELD, _RECOVERY),
        "the infusion is running: no alarm is paused meanwhile; hold or stop it first",
    ),
}
_ANY_TIME = ("initials", "sound_off")


def refused(name: str, view: ChairView) -> str:
    """Why form or question ``name`` is not opened now; "" where it is."""
    if name in _ANY_TIME:
        return ""
    if view.session is None:
        return "no session is open at this chair; begin one first"
    if name == "stop" and view.infusion.going_in:
        return ""
    phases, sentence = _TAKEN.get(name, ((), ""))
    return sentence if phases and view.infusion.phase not in phases else ""


QUESTIONS = {
    "start": Question("Start at the planned rate? y/n", StartInfusion(), start_facts, no_start),
    "resume": Question("Resume at the rate before the hold? y/n", Resume(), resume_facts),
}
