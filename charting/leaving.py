"""When somebody may be looked at for leaving: the recovery table of a protocol as criteria, and a session as facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from charting.discharge import Criterion, Facts, Known, Missing, missing
from charting.figures import said
from charting.protocol import SEDATION, Recovery
from charting.session import Rated, State

DISSOCIATION = "dissociation"
SYSTOLIC = "NIBP_SYS"
MOAAS = "moaas"  # charted by its own name, where no quick event of the clinic's is called sedation


class Pressure(NamedTuple):
    """The last pressure whose age is known: when (UTC ms), systolic and diastolic, mmHg; None where not read."""

    at_ms: int
    sys: float | None
    dia: float | None


class Held(NamedTuple):
    """A criterion, and what is missing of it; None where it is met."""

    criterion: Criterion
    missing: Missing | None


def criteria_of(recovery: Recovery) -> tuple[Criterion, ...]:
    """The criteria of a protocol, those that only time meets last. Every one counts from the end of the dose on, but a
    stay that is counted from its start.
    """
    return tuple(_criteria(recovery))


def _criteria(r: Recovery) -> Iterator[Criterion]:
    scores = (("aldrete", "modified Aldrete", r.aldrete_at_least), ("padss", "PADSS", r.padss_at_least))
    for name, words, least in scores:
        if least is not None:
            yield Criterion(
                id=name, sentence=f"{words} {least} or more", met_by="value", source=r.source, of=name, at_least=least
            )
    if r.dissociation_at_most is not None:
        sentence = f"dissociation {r.dissociation_at_most} or less"
        most = r.dissociation_at_most
        yield Criterion(
            id=DISSOCIATION, sentence=sentence, met_by="value", source=r.source, of=DISSOCIATION, at_most=most
        )
    if r.sedation_at_least is not None:
        sentence, least = f"sedation (MOAA/S) {r.sedation_at_least} or more", r.sedation_at_least
        yield Criterion(id=SEDATION, sentence=sentence, met_by="value", source=r.source, of=SEDATION, at_least=least)
    window = f"of the last {said(r.vitals_window_min)} min"
    if r.pressure_within_percent is None:
        yield Criterion(
            id="pressure",
            sentence=f"a pressure {window}",
            met_by="value",
            source=r.source,
            of=SYSTOLIC,
            at_least=0.0,
            fresh_min=r.vitals_window_min,
        )
    else:
        yield Criterion(
            id="pressure",
            sentence=f"systolic {window} within {said(r.pressure_within_percent)} % of baseline",
            met_by="baseline",
            source=r.source,
            of=SYSTOLIC,
            percent=r.pressure_within_percent,
            fresh_min=r.vitals_window_min,
        )
    if r.stay_after_end_min is not None:
        sentence = f"{said(r.stay_after_end_min)} min since the end of the dose"
        yield Criterion(
            id="stay_after_end", sentence=sentence, met_by="elapsed", source=r.source, minutes=r.stay_after_end_min
        )
    if r.stay_after_start_min is not None:
        sentence = f"{said(r.stay_after_start_min)} min since the start of the dose"
        yield Criterion(
            id="stay_after_start",
            sentence=sentence,
            met_by="elapsed",
            source=r.source,
            since="start",
            minutes=r.stay_after_start_min,
        )


def facts_of(state: State, pressure: Pressure | None, at_ms: int) -> Facts:
    """What is known of a session at ``at_ms``: ratings, scores with a total, the last pressure, the baseline."""
    rated = sorted(state.rated, key=lambda one: (one.at_ms, one.seq))
    last = {_fact(one): Known(one.at_ms, one.value) for one in rated if _counts(one)}
    for score in sorted(state.scores, key=lambda one: (one.at_ms, one.seq)):
        if score.total is not None:
            last[score.family] = Known(score.at_ms, score.total)
    if pressure is not None and pressure.sys is not None:
        last[SYSTOLIC] = Known(pressure.at_ms, pressure.sys)
    return Facts(
        now_ms=at_ms,
        start_ms=state.started_ms,
        stop_ms=state.ended_ms,
        last=last,
        baseline={SYSTOLIC: state.baseline[0]} if state.baseline is not None else {},
    )


def _fact(one: Rated) -> str:
    return SEDATION if one.event == MOAAS else one.event


def _counts(one: Rated) -> bool:
    """False for sedation by another scale than the criterion's: POSS and RASS count the other way round."""
    return _fact(one) != SEDATION or one.scale in ("", MOAAS)


def held(state: State, pressure: Pressure | None, at_ms: int) -> tuple[Held, ...]:
    """Each criterion of the session's protocol with what is missing of it, in the protocol's order; none without a
    protocol, and none before anything was given.
    """
    if state.protocol is None or state.started_ms is None:
        return ()
    criteria = criteria_of(state.protocol.recovery)
    lacking = {one.id: one for one in missing(criteria, facts_of(state, pressure, at_ms))}
    return tuple(Held(criterion, lacking.get(criterion.id)) for criterion in criteria)
