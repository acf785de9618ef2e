"""The table of pictures: which chairs, at which moment of which scenario, and what is pressed there."""

from __future__ import annotations

from typing import NamedTuple

from station.script import SURE
from station.wire import messages as m

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
EMPTY = Scene("quiet", 100.0, empty=True)
FIRST_MINUTES = Scene("quiet", 700.0, tuple((20.0, act) for act in READY))
EMERGENCY = Scene("desaturation", 1560.0, ((1520.0, m.Emergency()),))
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
    Picture(
        "chair-trouble",
        (Scene("cable-pulled", 1345.0), *WALL[1:]),
        sound="off reminded; fail: the sound card was taken out",
        chart="the disk is full: free some room",
    ),
    Picture("start-fields", (EMPTY,), ("b", *PATIENT)),
    Picture("start-doubt", (EMPTY,), ("b", *typed(*NAMED, "154", "0.5", "40", "1", "KS"), "enter"), True),
    Picture("start-monitor", (EMPTY,), ("b", *PATIENT, "enter"), True),
    Picture("start-sound", (EMPTY,), ("b", *PATIENT, "enter", "y"), True),
    Picture("start-heard", (EMPTY,), ("b", *PATIENT, "enter", "y", "enter"), True),
    Picture("form-hold", (INFUSING,), ("h",)),
    Picture("form-rate", (FIRST_MINUTES,), ("r", *typed("98", "as prescribed"), "enter"), True),
    Picture("form-vitals", (INFUSING,), ("v", *typed("12880729"), "enter")),
    Picture("question-start", (PREPARED,), ("g",)),
    Picture("question-digit", (INFUSING,), ("3",)),
    Picture("question-sedation", (INFUSING,), ("4",)),
    Picture("keys", (INFUSING,), ("question_mark",)),
    Picture("readings", (Scene("hypertensive-response", 2330.0, ((2200.0, m.ManualVitals(
        values={"NIBP_SYS": 176, "NIBP_DIA": 104, "HR": 88})),)),), ("o",)),
    Picture("emergency", (EMERGENCY,), ("f9",)),
    Picture("failed", (INFUSING,), lost=True),
    Picture("wall", WALL, wall=True),
    Picture("wall-eight", MANY, wall=True),
    Picture("wall-many", MANY * 8, wall=True),
    Picture("wall-number", MANY * 8, ("4",), wall=True),
    Picture("wall-find", MANY * 8, ("slash", "=dana"), wall=True),
    Picture("chair-many", MANY * 8),
    Picture("review-list", ()),
    Picture("review", (), ("enter", *("down",) * 6)),
    Picture("review-readings", (), ("enter", *("down",) * 20, "o")),
    Picture("review-keys", (), ("enter", "question_mark")),
)  # fmt: skip
SHOWN = ("chair", "start-fields", "wall", "review")  # by the README
