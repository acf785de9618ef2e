"""The observations that have no key of their own: a list to choose from, and a typed total. Pure."""

from __future__ import annotations

from charting.observation import OBSERVATIONS, RECOVERY_SYMPTOMS, Observation
from station.tui.acts import Field, Form, Step, number
from station.wire.messages import ChairView, QuickEvent

TITLE = "Observation: which one? Those on keys 1 to 9 are not listed"


def options(view: ChairView) -> tuple[tuple[str, str], ...]:
    """Each by its id, ratings first, then symptoms; what a quick event charts in just the same way is left out."""
    keyed = {tile.scale or tile.id for tile in view.events}
    left = [one for one in OBSERVATIONS.values() if one.id not in keyed or _only_ticked(one, view)]
    return tuple((one.id, _words(one)) for one in sorted(left, key=lambda one: one.lowest is None))


def _only_ticked(one: Observation, view: ChairView) -> bool:
    """Whether the quick event of this id is a tick, and so charts no rating."""
    return one.highest is not None and any(tile.id == one.id and tile.highest is None for tile in view.events)


def _words(one: Observation) -> str:
    if one.lowest is None:
        return f"{one.text} (recovery symptom)" if one.id in RECOVERY_SYMPTOMS else one.text
    return f"{one.text}: {one.lowest} to {one.highest}"


def typed(one: Observation) -> Form:
    """A total is typed."""
    field = Field("rating", f"Total, {one.lowest} to {one.highest}", parse=_whole)
    step = Step(("rating",), lambda text: QuickEvent(event=one.id, rating=_whole(text["rating"])))
    return Form(f"{one.text}, {one.version}", (field,), (step,))


def _whole(text: str) -> int:
    try:
        value = number(text)
    except ValueError:
        raise ValueError("a whole number") from None
    if not value.is_integer():
        raise ValueError("a whole number")
    return int(value)
