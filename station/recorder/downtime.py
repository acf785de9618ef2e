"""The act that says what the pump did while no recorder ran."""

from __future__ import annotations

import math
from typing import Any

from charting.delivered import assumed
from charting.dose import RATE_ML_PER_H
from charting.downtime import ON, STOPPED, VOLUME
from charting.model import Kind
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.wire import messages as m


def ran_without(now: Present, act: m.RanWithout) -> Drafted:
    """What somebody who was there says of a gap; the delivered dose follows it."""
    state = open_state(now)
    gap = next((one for one in assumed(state) if (one.from_ms, one.to_ms) == (act.from_ms, act.to_ms)), None)
    if gap is None:
        raise Refusal("nothing is open about that time: no pump ran then, or it was answered before (u takes it back)")
    payload: dict[str, Any] = {"from_ms": gap.from_ms, "to_ms": gap.to_ms, "ran": act.ran}
    seconds = (gap.to_ms - gap.from_ms) / 1000
    if act.ran == STOPPED:
        from_s, to_s = act.stopped_s or (math.nan, math.nan)
        if not 0 <= from_s < to_s <= seconds + 1:  # NaN fails too; a second, because minutes are typed rounded
            raise Refusal(f"the stop lies within the {seconds / 60:.1f} min without recorder, from before to", "to_min")
        stop_ms = gap.from_ms + round(from_s * 1000), min(gap.from_ms + round(to_s * 1000), gap.to_ms)
        payload |= {"stopped_from_ms": stop_ms[0], "stopped_to_ms": stop_ms[1]}
    elif act.ran == VOLUME:
        most_ml = RATE_ML_PER_H[1] * seconds / 3600
        if act.ml is None or not 0 <= act.ml <= most_ml:
            raise Refusal(f"in {seconds / 60:.1f} min a pump gives 0 to {most_ml:.1f} mL", "ml")
        payload |= {"ml": act.ml}
    elif act.ran != ON:
        raise Refusal(f"the pump ran {ON}, was {STOPPED}, or gave a {VOLUME}")
    return [Made(Kind.DOWNTIME, payload)]
