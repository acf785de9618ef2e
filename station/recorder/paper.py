"""What comes off the paper sheet: marked in the chart, and nothing of it twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from charting.lines import line
from charting.model import MINUTE_MS, Entry, Kind
from station.recorder.drafts import Drafted, Refusal
from station.wire.acts import ManualVitals, QuickEvent


def from_paper(act: ManualVitals | QuickEvent) -> dict[str, Any]:
    """The mark for the payload; nothing where it was not written on paper first."""
    return {"paper": True} if act.paper else {}


def check_paper(entries: Sequence[Entry], made: Drafted, happened_ms: int) -> None:
    """Raises ``Refusal`` where something from paper was charted from paper before, for the same minute; what was undone
    may be typed again. ``entries``: all that people charted in this session.
    """
    gone = {one.supersedes for one in entries}
    for draft in made:
        if not draft.payload.get("paper"):
            continue
        said = _said(draft.kind, draft.payload)
        for one in entries:
            same = one.happened_at_ms // MINUTE_MS == happened_ms // MINUTE_MS and one.kind is draft.kind
            if same and one.seq not in gone and one.payload.get("paper") and said & set(_said(one.kind, one.payload)):
                raise Refusal(f"charted from paper before: {line(one)}; leave it out with -, or empty the row")


def _said(kind: Kind, payload: dict[str, Any]) -> set[str]:
    names: Iterable[str] = payload["values"] if kind in (Kind.VITALS, Kind.OBSERVATION) else ()
    return set(names)
