"""Whether symptoms came back: a score above the best one of a course by a line of ``courses.toml``. It says so;
what follows a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from charting.course_templates import Relapse
from charting.record import PatientState, Scored


def relapses(rules: tuple[Relapse, ...], record: PatientState, since: date) -> Iterator[tuple[Scored, Scored, Relapse]]:
    """For each scale whose latest score breaks a line: that score, the best one before it, the line. Scores of other
    versions, and those without a total, are not compared; a line in per cent needs a baseline.
    """
    usable = sorted(
        (one for one in record.scores if one.score.total is not None and one.on >= since),
        key=lambda one: (one.on, one.seq),
    )
    for scale in dict.fromkeys(one.score.scale for one in usable):
        mine = [one for one in usable if one.score.scale == scale]
        latest = mine[-1]
        before = [one for one in mine[:-1] if one.score.version == latest.score.version]
        best = min(before, key=_total, default=None)
        if best is None:
            continue
        rise = _total(latest) - _total(best)
        own = [rule for rule in rules if rule.scale == scale]
        for rule in own or [rule for rule in rules if not rule.scale]:
            line = _line(rule, record, latest)
            if line is not None and rise >= line > 0:
                yield latest, best, rule


def _line(rule: Relapse, record: PatientState, latest: Scored) -> float | None:
    if rule.points is not None:
        return rule.points
    baseline = record.baseline(latest)
    if baseline is None or baseline.score.total is None or rule.percent is None:
        return None
    return rule.percent * baseline.score.total / 100


def _total(scored: Scored) -> int:
    return scored.score.total if scored.score.total is not None else 0
