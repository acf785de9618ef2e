"""The act that charts an observation: a quick event of the clinic's table, or any other that is known."""

from __future__ import annotations

from typing import Any

from charting.model import Kind
from charting.observation import OBSERVATIONS, ObservationError, observation
from drivers.core.text import clean
from station.events import Event
from station.recorder.drafts import Drafted, Made, Present, Refusal, open_state
from station.recorder.paper import from_paper
from station.wire import messages as m


def observed(now: Present, act: m.QuickEvent) -> Drafted:
    """What was seen or told, with what its rating means. Where the clinic's quick event of that id is a mere tick, a
    rating is one of the observation that is called so.
    """
    open_state(now)
    event, known = now.events.get(act.event), OBSERVATIONS.get(act.event)
    rated = known is not None and known.highest is not None and act.rating is not None
    if event is not None and not (event.highest is None and rated):
        return [Made(Kind.OBSERVATION, _quick(event, act.rating) | from_paper(act))]
    if known is None:
        raise Refusal(f"no quick event is called {clean(act.event)!r} here")
    try:
        meaning = known.meaning(act.rating)
    except ObservationError as error:
        raise Refusal(str(error), "rating") from None
    payload = {"event": known.id, "text": known.text, "values": {known.id: act.rating}, "meaning": meaning}
    return [Made(Kind.OBSERVATION, payload | {"scale": known.id, "version": known.version} | from_paper(act))]


def _quick(event: Event, rating: int | None) -> dict[str, Any]:
    if event.lowest is not None and event.highest is not None:
        if rating is None or not event.lowest <= rating <= event.highest:
            raise Refusal(f"{event.text} takes a rating from {event.lowest} to {event.highest}", "rating")
    elif rating is not None:
        raise Refusal(f"{event.text} takes no rating", "rating")
    first = event.lowest or 0
    meaning = clean(event.words[rating - first]) if event.words and rating is not None else ""
    made: dict[str, Any] = {"event": event.id, "text": clean(event.text), "values": {event.id: rating}}
    made["meaning"] = meaning
    return made | ({"scale": event.scale, "version": observation(event.scale).version} if event.scale else {})
