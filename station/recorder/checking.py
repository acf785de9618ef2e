"""The blind second check of a plan: what another person typed beside it, and that somebody went on without."""

from __future__ import annotations

import msgspec

from charting.dose import DosePlan
from charting.model import Kind
from charting.people import Signed
from charting.second_check import MOST_TRIES, Check, compare
from charting.second_person import second_mark
from charting.session import Phase
from station.recorder.drafts import Drafted, Made, Present, Refusal, checked, open_state, text_of
from station.wire import messages as m

BEGUN = "the infusion has begun; a second check comes before it"


def second_checked(now: Present, act: m.SecondCheck) -> Drafted:
    """Compared here, where the plan is; what was typed and whether it agrees is charted, right or wrong."""
    plan, check = _planned(now)
    if check.tries >= MOST_TRIES:
        raise Refusal(f"{MOST_TRIES} tries did not agree; plan the dose anew, or go on without a check for a reason")
    for initials in check.planned_by:  # whoever sits at the screen may be the second person, if the plan is another's
        second = now.beside.people.second(Signed(initials), act.second)
    found = checked(
        lambda: compare(
            plan,
            entered_by=check.planned_by,
            checked_by=second.by,
            weight_kg=act.weight_kg,
            rate_ml_per_h=act.rate_ml_per_h,
        )
    )
    payload = {
        "second": second_mark(second),
        "weight_kg": found.weight_kg,
        "rate_ml_per_h": found.rate_ml_per_h,
        "agreed": found.agreed,
        "differences": msgspec.to_builtins(found.differences),
        "try": check.tries + 1,
    }
    return [Made(Kind.SECOND_CHECK, payload)]


def check_skipped(now: Present, act: m.SkipCheck) -> Drafted:
    """Nobody else could check, or the tries did not agree: somebody says why it goes on."""
    _planned(now)
    return [Made(Kind.SECOND_CHECK, {"skipped": True}, text_of(act.reason, "reason", "the reason"))]


def _planned(now: Present) -> tuple[DosePlan, Check]:
    """The plan and its check; refused where there is nothing to check, or it is done."""
    state = open_state(now, Phase.BASELINE, why=BEGUN)
    if state.plan is None or state.check is None:
        raise Refusal("there is no dose plan yet; enter it first")
    if state.check.agreed:
        raise Refusal(f"the plan was checked by {state.check.by}, and agreed")
    return state.plan, state.check
