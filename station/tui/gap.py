"""What is asked of a time without recorder: whether the pump ran, and what is charted of the answer."""

from __future__ import annotations

from charting.downtime import ON, STOPPED, VOLUME, minutes_text
from station.tui.acts import Field, Form, Step, Typed, number
from station.tui.present import clock_text, rate_shown
from station.wire.messages import RanWithout
from station.wire.treatment import Unsure


def title(gap: Unsure) -> str:
    """The question."""
    return (
        f"{minutes_text(gap.to_ms - gap.from_ms)} without recorder, from {clock_text(gap.from_ms)}: did the pump run?"
    )


def options(gap: Unsure) -> tuple[tuple[str, str], ...]:
    """What can be answered."""
    return (
        (ON, f"it ran on at {rate_shown(gap.rate_ml_per_h)} mL/h: {gap.ml:.1f} mL, {gap.mg:.1f} mg, as is assumed now"),
        (STOPPED, "it was stopped for all or part of that time"),
        (VOLUME, "other: by its display so many mL went in during that time"),
    )


FACTS = "This is about that time alone: what the pump does since is charted as ever (h, r, x)."


def form(gap: Unsure, ran: str) -> Form:
    """What else the answer ``ran`` needs to be known; no fields for one that needs nothing."""
    length = f"{(gap.to_ms - gap.from_ms) / 60_000:.1f}"

    def stopped(typed: Typed) -> RanWithout:
        span_s = (number(typed["from_min"]) * 60, number(typed["to_min"]) * 60)
        return RanWithout(from_ms=gap.from_ms, to_ms=gap.to_ms, ran=STOPPED, stopped_s=span_s)

    def volume(typed: Typed) -> RanWithout:
        return RanWithout(from_ms=gap.from_ms, to_ms=gap.to_ms, ran=VOLUME, ml=number(typed["ml"]))

    if ran == STOPPED:
        fields = (
            Field("from_min", f"Stopped from, min 0-{length}", number=True),
            Field("to_min", "until, min", number=True),
        )
        return Form(title(gap), fields, (Step(("from_min", "to_min"), stopped),), now=True)
    return Form(title(gap), (Field("ml", "Given in it, mL", number=True),), (Step(("ml",), volume),), now=True)
