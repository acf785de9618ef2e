"""What the alarm engine is told of a chair and of the station around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from charting.session import Phase
from station.alarms.facts import Baseline, Facts, LinkFact, Reading

if TYPE_CHECKING:
    from station.recorder.chair import Chair

# seconds between cuff readings that the chair waits for (alarms.md (b), note under the table)
NIBP_INTERVAL_S = {Phase.BASELINE: 300.0, Phase.INFUSING: 300.0, Phase.HELD: 300.0, Phase.RECOVERY: 600.0}
ALARM_PHASE = {Phase.BASELINE: "BASE", Phase.INFUSING: "INF", Phase.HELD: "INF", Phase.RECOVERY: "REC"}


class Surroundings(msgspec.Struct, frozen=True):
    """What the alarms need to know beyond the chair; steady clinical ns, None where all is well."""

    viewer_gone_ns: int | None = None
    viewer_frozen_ns: int | None = None
    chart_failing_ns: int | None = None
    chart_sentence: str = ""
    disk_free_bytes: int | None = None


def facts(chair: Chair, now_ns: int, around: Surroundings) -> Facts:
    """What the alarm engine is told. Ages of a sped-up demo are real ages: watchdogs are never sped up."""
    phase = chair.state.phase if chair.state else None
    speed = chair.clock.speed

    def scaled(at_ns: int) -> int:
        return at_ns if speed == 1 else now_ns - int((now_ns - at_ns) / speed)

    cuff, flags = chair.vitals.cuff, chair.vitals.flags
    unsure = {flag.metric for flag in flags if flag.kind == "low_signal"}
    return Facts(
        readings=tuple(
            Reading(
                metric=metric,
                value=latest.numeric.value,
                validity=latest.numeric.validity.value,
                updated_ns=None if latest.updated_ns is None else scaled(latest.updated_ns),
                heard_ns=scaled(latest.heard_ns),
                stale_after_s=latest.stale_after_s,
                source=latest.numeric.source,
                low_signal=metric in unsure or "" in unsure,
            )
            for metric in chair.vitals.metrics
            if (latest := chair.vitals.reading(metric, now_ns)) is not None
        ),
        cuff=cuff,
        links=tuple(
            LinkFact(
                source=s.name,
                last_good_ns=None if port.last_good_ns is None else scaled(port.last_good_ns),
                since_ns=scaled(chair.began_ns),
                lost_after_s=s.lost_after_s,
                good_frames=port.good_frames,
            )
            for s in chair.sources
            for port in (chair.ports[s.name],)
        ),
        flags=flags,
        baseline=Baseline(sys=chair.state.baseline[0], dia=chair.state.baseline[1])
        if chair.state and chair.state.baseline
        else None,
        phase=ALARM_PHASE[phase] if phase else "NONE",
        session=chair.state.session if chair.state else None,
        nibp_interval_s=NIBP_INTERVAL_S[phase] if phase else None,
        nibp_from_ns=chair.phase_began_ns,
        viewer_gone_ns=around.viewer_gone_ns,
        viewer_frozen_ns=around.viewer_frozen_ns,
        chart_failing_ns=around.chart_failing_ns,
        chart_sentence=around.chart_sentence,
        disk_free_bytes=around.disk_free_bytes,
    )
