"""Questions about a session as a whole: whether the dose begins, whether the patient leaves, whether the drug adds up.

Rows of the same tables as those of ``doubts.py`` about numbers.
"""

from __future__ import annotations

from typing import NamedTuple

from charting.bands import Level
from charting.doubts import Doubt


class Fit(NamedTuple):
    """Whether the patient was screened, and what of it stands in the way now, in sentences."""

    screened: bool
    stands: tuple[str, ...]


class Leaving(NamedTuple):
    """What stands when a session is to end: whether it was infused without a pressure since the stop, the patient's
    alarms and the accounts of controlled drugs that do not add up, in words, and what the protocol asks for before
    leaving and is missing; ``assumed_mg`` of the dose nobody has confirmed after a time without recorder.
    """

    unseen: bool
    alarms: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    assumed_mg: float = 0.0


class Resuming(NamedTuple):
    """Why the session's gate would not resume, in words; "" where nothing stands in the way."""

    stands: str


class Wasted(NamedTuple):
    """What is to be wasted of a controlled drug beside what the chart says is left; ``infused``: by the pump, too."""

    amount: float
    remaining: float
    unit: str
    infused: bool


def _unscreened(fit: Fit) -> str:
    return "" if fit.screened else "the patient was not screened in this session. Start all the same?"


def _in_the_way(fit: Fit) -> str:
    more = f" (and {len(fit.stands) - 1} more)" if len(fit.stands) > 1 else ""
    what = "the screening is not passed: " if fit.screened else ""
    return f"{what}{fit.stands[0]}{more}. Start all the same?" if fit.stands else ""


def _beyond(resuming: Resuming) -> str:
    return f"{resuming.stands}. Resume all the same?" if resuming.stands else ""


def _unseen(leaving: Leaving) -> str:
    unseen = leaving.unseen
    return "vital signs before discharge are not charted since the stop. End all the same?" if unseen else ""


def _standing(leaving: Leaving) -> str:
    count = len(leaving.alarms)
    stand = "1 alarm stands" if count == 1 else f"{count} alarms stand"
    return f"{stand}: {', '.join(leaving.alarms)}. End all the same?" if count else ""


def _unaccounted(leaving: Leaving) -> str:
    return f"{'; '.join(leaving.accounts)}. End all the same, with this account?" if leaving.accounts else ""


def _assumed(leaving: Leaving) -> str:
    mg = leaving.assumed_mg
    assumed = f"{mg:.1f} mg of the dose is assumed: nobody charted whether the pump ran without recorder (G)"
    return f"{assumed}. End all the same?" if mg else ""


def _too_much(w: Wasted) -> str:
    over = w.amount - w.remaining > 0.005 + (0.02 * w.amount if w.infused else 0.0)
    left = f"{max(w.remaining, 0):.1f}" if w.infused else f"{round(max(w.remaining, 0), 3):g}"
    return f"by the chart only {left} {w.unit} are left. Were {w.amount:g} {w.unit} wasted?" if over else ""


def _not_fit(leaving: Leaving) -> str:
    count = len(leaving.missing)
    unmet = f"{count} of the protocol's criteria for leaving {'is' if count == 1 else 'are'} not met (f shows them)"
    return f"{unmet}. End all the same?" if count else ""  # the line of the chart has to hold the reason, too


LEAVE: tuple[Doubt[Leaving], ...] = (
    Doubt("no_discharge_vitals", "reason", _unseen),
    Doubt("alarms_stand", "reason", _standing),
    Doubt("drugs_unaccounted", "reason", _unaccounted, Level.REASON),
    Doubt("dose_assumed", "reason", _assumed),
    Doubt("not_fit", "reason", _not_fit),
)
START: tuple[Doubt[Fit], ...] = (
    Doubt("not_screened", "", _unscreened, Level.REASON),
    Doubt("screening_stands", "", _in_the_way, Level.REASON),
)
RESUME: tuple[Doubt[Resuming], ...] = (Doubt("resume_line", "", _beyond, Level.REASON),)
WASTE: tuple[Doubt[Wasted], ...] = (Doubt("wasted_too_much", "amount", _too_much, Level.REASON),)
