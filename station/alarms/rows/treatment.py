"""What the course of the treatment asks for: dose, plan, baseline, tasks."""

from __future__ import annotations

from station.alarms.rules import Condition, Escalation

TREATMENT = (
    Condition(
        id="DOSE_OVER",
        kind="other",
        priority="high",
        watch="since",
        rank=8,
        text="More than the planned dose is in",
        remedy="Look at the pump; chart the stop.",
        source="J; alarms.md b: above 105 % of the plan",
        fact="dose_over_ns",
    ),
    Condition(
        id="INF_OVERRUN",
        kind="other",
        priority="medium",
        watch="since",
        rank=25,
        text="Infusion runs past its planned end",
        remedy="Look at the pump; chart the stop.",
        source="J; alarms.md b: planned end + min(10 %, 5 min)",
        fact="overrun_ns",
    ),
    Condition(
        id="DOSE_REACHED",
        kind="other",
        priority="low",
        watch="since",
        rank=45,
        text="The planned dose is in",
        remedy="Chart the stop when the pump has ended.",
        source="J; alarms.md b",
        fact="dose_reached_ns",
    ),
    Condition(
        id="NO_BASELINE",
        kind="other",
        priority="low",
        watch="since",
        rank=46,
        text="Started without a baseline pressure",
        remedy="Relative limits are not watched; absolute ones are.",
        source="J; alarms.md b: 3 readings, or 2 within 15 mmHg",
        fact="no_baseline_ns",
    ),
    Condition(
        id="BASE_HIGH",
        kind="other",
        priority="low",
        watch="since",
        rank=47,
        text="Baseline pressure above 140/90",
        remedy="Prescriber's note.",
        source="M: label line 140/90; alarms.md b",
        fact="baseline_high_ns",
    ),
    Condition(
        id="OBS_DUE",
        kind="other",
        priority="low",
        watch="task",
        rank=44,
        text="Due: {subject}",
        remedy="Do it and chart it.",
        source="J; alarms.md b: rating, pressure at 40 min, discharge, hold",
        escalations=(Escalation(300, "medium"),),
    ),
)
