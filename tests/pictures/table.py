"""The table of pictures: which chairs, at which moment of which scenario, and what is pressed there."""

from __future__ import annotations

from typing import NamedTuple

from station.script import SURE
from station.wire import messages as m, record_acts as r
from station.wire.room_acts import QuietRoom

PLAN = m.Plan(mg_per_kg=0.5, minutes=40, mg_per_ml=1.0, confirmed=SURE)
READY: tuple[m.Act, ...] = (m.BindMonitor(sources=("ge_dri",)), m.SoundChecked(outcome="heard"))


class Scene(NamedTuple):
    """A scenario stopped at ``at_s``, with ``more`` acts than its own; ``empty``: nobody sits in the chair."""

    scenario: str
    at_s: float
    more: tuple[tuple[float, m.Act], ...] = ()
    empty: bool = False


class Picture(NamedTuple):
    """A row of the table: which chairs, what is pressed, and how the station is beside them."""

    name: str
    scenes: tuple[Scene, ...]
    keys: tuple[str, ...] = ()
    live: bool = False
    wall: bool = False
    lost: bool = False
    ghost: bool = False
    sound: str = ""
    chart: str = ""


def typed(*lines: str) -> tuple[str, ...]:
    """Lines to be written into the field that has the cursor, an Enter after each but the last."""
    return tuple(key for n, line in enumerate(lines) for key in (*(["enter"] if n else []), f"={line}"))


INFUSING = Scene("hypertensive-response", 2100.0)
HELD = Scene("hypertensive-response", 2330.0)
BASELINE = Scene("quiet", 130.0, ((10.0, PLAN),))
PREPARED = Scene("quiet", 345.0, ((10.0, PLAN), *((20.0, act) for act in READY)))
AWAY = Scene("quiet", 3330.0, ((3300.0, m.Away(reason="toilet", minutes=5)),))
DEVICES = Scene("quiet", 3700.0, (
    (3360.0, m.CloseSession(reason="home", confirmed=SURE)),
    (3370.0, m.OpenSession(patient="DEMO, Alex", identifier="1980-01-01", weight_kg=70.0, protocol="esketamine-nasal")),
    (3380.0, m.PlanDose(dose_mg=84.0)),
    (3400.0, m.Give(detail="LOT 7731", confirmed=SURE)),
))  # fmt: skip
BOLUS = Scene("quiet", 3450.0, (
    *DEVICES.more[:1],
    (3370.0, m.OpenSession(patient="DEMO, Alex", identifier="1980-01-01", weight_kg=70.0, protocol="ed-bolus")),
    (3380.0, m.PlanDose(mg_per_kg=0.2, minutes=2, mg_per_ml=10.0, confirmed=SURE)),
    (3400.0, m.Give(detail="left hand", confirmed=SURE)),
))  # fmt: skip
LEAVING = Scene("quiet", 3300.0)
STILL = Scene("quiet", 2000.0, ((1500.0, QuietRoom()),))  # in a quiet room
STILL_HIGH = INFUSING._replace(more=((1500.0, QuietRoom()),))
EMPTY = Scene("quiet", 100.0, empty=True)
FIRST_MINUTES = Scene("quiet", 700.0, tuple((20.0, act) for act in READY))
EMERGENCY = Scene("desaturation", 1560.0, ((1520.0, m.Emergency()),))
WHOSE = {"patient": "DEMO, Alex", "identifier": "1980-01-01"}
PHQ = {"1": 3, "2": 2, "3": 2, "4": 3, "5": 1, "6": 2, "7": 2, "8": 0, "9": 1}
RECORD: tuple[m.Act, ...] = (
    r.ChartFact(**WHOSE, fact="allergy", text="penicillin: rash"),
    r.ChartFact(**WHOSE, fact="failed-trials", text="3"),
    r.ChartFact(**WHOSE, fact="drug", text="sertraline 100 mg once a day"),
    r.BeginCourse(**WHOSE, template="s1-induction", start="2026-01-01", checkpoints=("after-3",)),
    r.ChartScale(**WHOSE, scale="phq9", answers=PHQ, use="baseline"),
    r.ChartScale(**WHOSE, scale="madrs", total=31),
    r.ChartConsent(**WHOSE, version="1"),
)
KNOWN = Scene("quiet", 345.0, tuple((20.0 + n, act) for n, act in enumerate((PLAN, *READY, *RECORD))))
NAMED = ("DEMO, Alex", "1980-01-01")
PATIENT = typed(*NAMED, "70", "0.5", "40", "1", "KS")
WALL = (Scene("quiet", 2000.0), Scene("desaturation", 1500.0), Scene("vagal", 1300.0), INFUSING)
MANY = (*WALL, AWAY, BASELINE, EMPTY, Scene("cable-pulled", 1345.0))

PICTURES = (
    Picture("chair", (INFUSING,)),
    Picture("chair-calm", (Scene("quiet", 2000.0),), ghost=True),
    Picture("chair-held", (HELD,)),
    Picture("chair-baseline", (BASELINE,)),
    Picture("chair-prepared", (PREPARED,)),
    Picture("chair-away", (AWAY,)),
    Picture("chair-empty", (EMPTY,)),
    Picture("chair-quiet", (STILL,)),
    Picture("chair-quiet-alarm", (STILL_HIGH, *WALL[1:])),
    Picture("wall-quiet", (STILL, *WALL[1:3], STILL_HIGH), wall=True),
    Picture("wall-quiet-many", (STILL, STILL_HIGH) * 8, wall=True),
    Picture(
        "chair-trouble",
        (Scene("cable-pulled", 1345.0), *WALL[1:]),
        sound="off reminded; fail: the sound card was taken out",
        chart="the disk is full: free some room",
    ),
    Picture("start-fields", (EMPTY,), ("b", *PATIENT)),
    Picture("start-choice", (EMPTY,), ("b", *typed(*NAMED), "tab", "down", "down")),
    Picture("start-doubt", (EMPTY,), ("b", *typed(*NAMED, "154", "0.5", "40", "1", "KS"), "enter"), True),
    Picture("start-monitor", (EMPTY,), ("b", *PATIENT, "enter"), True),
    Picture("start-sound", (EMPTY,), ("b", *PATIENT, "enter", "y"), True),
    Picture("start-heard", (EMPTY,), ("b", *PATIENT, "enter", "y", "enter"), True),
    Picture("form-hold", (INFUSING,), ("h",)),
    Picture("form-rate", (FIRST_MINUTES,), ("r", *typed("98", "as prescribed"), "enter"), True),
    Picture("form-second-check", (PREPARED,), ("C", *typed("AB", "70"))),
    Picture("form-device", (DEVICES,), ("g", *typed("LOT 7731"), "enter"), True),
    Picture("chair-devices", (DEVICES,)),
    Picture("chair-bolus", (BOLUS,)),
    Picture("leaving", (LEAVING,), ("f",)),
    Picture("leaving-score", (LEAVING,), ("f", "1")),
    Picture("form-vitals", (INFUSING,), ("v", *typed("12880729"), "enter")),
    Picture("question-start", (PREPARED,), ("g",)),
    Picture("question-digit", (INFUSING,), ("3",)),
    Picture("question-sedation", (INFUSING,), ("4",)),
    Picture("chair-flag", (KNOWN,)),
    Picture("record", (KNOWN,), ("p",)),
    Picture("record-choice", (KNOWN,), ("p", "c")),
    Picture("record-scale", (KNOWN,), ("p", "s", "3", "2", "1")),
    Picture("record-form", (KNOWN,), ("p", "f", "1")),
    Picture("screening", (PREPARED,), ("f", "1", "3", *"nnnn")),
    Picture("screening-stands", (PREPARED,), ("f", "1", "3", *"yn", "enter"), True),
    Picture("start-unscreened", (PREPARED,), ("g", "y"), True),
    Picture("keys", (INFUSING,), ("question_mark",)),
    Picture("observations", (INFUSING,), ("O",)),
    Picture("resume-asked", (HELD,), ("h", "y"), True),
    Picture("readings", (Scene("hypertensive-response", 2330.0, ((2200.0, m.ManualVitals(
        values={"NIBP_SYS": 176, "NIBP_DIA": 104, "HR": 88})),)),), ("o",)),
    Picture("plasma", (HELD,), ("L",)),
    Picture("plasma-none", (DEVICES,), ("L",)),
    Picture("emergency", (EMERGENCY,), ("f9",)),
    Picture("symptoms", (INFUSING,), ("q", "1")),
    Picture("paper", (Scene("quiet", 3300.0),), ("P", "=105 x", "enter"), True),
    Picture("drug-given", (INFUSING,), ("d", *typed("ondansetron", "4"), "enter")),
    Picture("names-hidden", (INFUSING,), ("z",)),
    Picture("hand-over", (INFUSING,), ("H",), True),
    Picture("failed", (INFUSING,), lost=True),
    Picture("wall", WALL, wall=True),
    Picture("wall-eight", MANY, wall=True),
    Picture("wall-many", MANY * 8, wall=True),
    Picture("wall-number", MANY * 8, ("4",), wall=True),
    Picture("wall-find", MANY * 8, ("slash", "=dana"), wall=True),
    Picture("chair-many", MANY * 8),
    Picture("review-list", ()),
    Picture("review", (), ("enter", *("down",) * 6)),
    Picture("review-plasma", (), ("enter", *("down",) * 14, "L", "L")),
    Picture("review-readings", (), ("enter", *("down",) * 20, "o")),
    Picture("review-keys", (), ("enter", "question_mark")),
)  # fmt: skip
SHOWN = ("chair", "start-fields", "wall", "review")  # by the README
