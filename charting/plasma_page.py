"""The plasma of a session as models have it, minute by minute, as text: a label, then a column a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from charting.into_vein import InVein
from charting.model import MINUTE_MS
from charting.plasma import LABEL, Model, plasma_ng_per_ml

_CELLS = 14


def plasma_lines(went_in: InVein, models: Sequence[Model], until_ms: int) -> tuple[str, ...]:
    """Levels each minute from the start up to ``until_ms``; one sentence where there is nothing to compute."""
    if went_in.why_not or not went_in.parts:
        return (went_in.why_not or "no ketamine went in, so there is no level to compute",)
    start_ms = went_in.parts[0].start_ms
    at_ms = range(start_ms, until_ms + 1, MINUTE_MS)
    levels = [plasma_ng_per_ml(model, went_in.weight_kg, went_in.parts, at_ms) for model in models]
    mg = sum((part.end_ms - part.start_ms) * part.mg_per_min for part in went_in.parts) / MINUTE_MS
    head = [
        f"Ketamine in the plasma, ng/mL: {LABEL}",
        f"From {mg:.1f} mg charted as delivered and {went_in.weight_kg:g} kg"
        f"{'; part of the dose is only assumed' if went_in.assumed else ''}",
        *(f"{model.name}: {model.text} ({model.source})" for model in models),
        "",
        f"{'UTC':<8}{'min':>5}" + "".join(f"{model.name:>{_CELLS}}" for model in models),
    ]
    rows = (
        f"{datetime.fromtimestamp(t_ms / 1000, UTC):%H:%M:%S}{n:>5}"
        + "".join(f"{float(column[n]):>{_CELLS}.1f}" for column in levels)
        for n, t_ms in enumerate(at_ms)
    )
    return (*head, *rows)
