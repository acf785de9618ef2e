"""What bears on a dose, to be seen where the dose is typed: age, weight with its day, organs, drugs, response, and the
doses of the sessions before. It is shown; no number follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from charting.doubts import Weighed
from charting.facts import BESIDE_DOSE, BORN, FACTS
from charting.record import PatientState
from charting.treatments import Treated

MOST_DOSES = 6
NOT_CHARTED = "not charted"


def factor_lines(
    record: PatientState | None, weighed: Weighed, treated: Sequence[Treated], today: date
) -> tuple[str, ...]:
    """A line for each factor, those that nobody charted included; the last doses first."""
    return (
        f"Doses before: {', '.join(map(_dose, reversed(treated[-MOST_DOSES:]))) or 'none is charted'}",
        f"Weight: {_weight(weighed, today)}",
        f"Age: {_age(record, today)}",
        *(f"{FACTS[fact].words}: {_standing(record, fact)}" for fact in BESIDE_DOSE),
    )


def dose_lines(treated: Sequence[Treated]) -> list[str]:
    """The titration history: every treatment with its dose by weight, the latest first."""
    return [_dose(one) for one in reversed(treated)]


def _dose(one: Treated) -> str:
    if one.mg_per_kg is None:
        return f"{one.mg:.1f} mg ({one.on})"
    planned = ""
    if one.planned_mg_per_kg is not None and abs(one.planned_mg_per_kg - one.mg_per_kg) > 0.02 * one.planned_mg_per_kg:
        planned = f" of {one.planned_mg_per_kg:.2f} planned"
    return f"{one.mg_per_kg:.2f}{planned} mg/kg ({one.on})"


def _weight(weighed: Weighed, today: date) -> str:
    if weighed.last_kg is None:
        return NOT_CHARTED
    days = (today - date.fromisoformat(weighed.last_on)).days
    ago = "today" if days == 0 else "1 day ago" if days == 1 else f"{days} days ago"
    return f"{weighed.last_kg:g} kg ({weighed.last_on}, {ago})"


def _age(record: PatientState | None, today: date) -> str:
    born = next((one.text for one in record.standing(BORN)), None) if record is not None else None
    if born is None:
        return NOT_CHARTED
    day = date.fromisoformat(born)
    return f"{today.year - day.year - ((today.month, today.day) < (day.month, day.day))} years"


def _standing(record: PatientState | None, fact: str) -> str:
    found = [f"{one.text} ({one.on})" for one in record.standing(fact)] if record is not None else []
    return "; ".join(found) or NOT_CHARTED
