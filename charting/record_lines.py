"""Entries of a patient's record, and of the screening, in words: the rows that ``lines.py`` adds to its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from charting.facts import FACTS
from charting.model import Kind
from charting.record import BEGUN, DECIDED, ENDED, LAPSE, MOVE, NUMBER
from charting.scales.shelf import shipped

P = dict[str, Any]


def scale_name(id: str) -> str:
    """The name of a scale, its id where it is none of ours."""
    scale = shipped().get(id)
    return scale.name if scale is not None else id


def score_text(score: P) -> str:
    """A stored score in words: total and band, or what of it is missing."""
    total = "no total" if score["total"] is None else f"{score['total']}"
    band = f", {score['band']} ({score['band_set']})" if score["band"] else ""
    missing = f", item {', '.join(score['missing'])} not answered" if score["missing"] else ""
    only = "" if score["by_item"] else ", total only"
    return f"{scale_name(score['scale'])} {total}{band}{missing}{only}"


def _score(p: P) -> str:
    raised = "; ".join(flag["sentence"] for flag in p["score"]["flags"] if flag["state"] == "yes")
    use = f" ({p['use']})" if p["use"] else ""
    return f"{score_text(p['score'])}{use}, {p['on']}{'; FLAG: ' + raised if raised else ''}"


def _fact(p: P) -> str:
    words = FACTS[p["fact"]].words if p["fact"] in FACTS else p["fact"]
    return f"{words}: {p['text']}, {p['on']}"


_COURSE: dict[str, Callable[[P], str]] = {
    BEGUN: lambda p: f"course begun: {p['rules']['template'][0]['name']}, from {p['on']}",
    LAPSE: lambda p: f"course: no treatment from {p['on']} to {p['last']}",
    MOVE: lambda p: f"course: step '{p['to']}' from {p['on']}",
    NUMBER: lambda p: f"course: {p['number']} sessions chosen",
    DECIDED: lambda p: f"course: decision {p['to']} on {p['on']}{': ' + p['choice'] if p.get('choice') else ''}",
    ENDED: lambda p: f"course ended on {p['on']}",
}


def _screened(p: P) -> str:
    stands, overridden = p["result"]["stands"], p["result"]["overridden"]
    said = "; ".join(one["sentence"] for one in stands)
    over = "".join(
        f"; overridden: {one['sentence']} {by['reason']} ({by['name']}, {by['role']})" for one, by in overridden
    )
    return f"{f'SCREENING, {len(stands)} in the way: {said}' if stands else 'screening passed'}{over}"


RECORD_LINES: dict[Kind, Callable[[P], str]] = {
    Kind.SCREENED: _screened,
    Kind.FACT: _fact,
    Kind.SCALE_SCORE: _score,
    Kind.COURSE: lambda p: _COURSE[p["what"]](p),
    Kind.CONSENT: lambda p: f"consent version {p['version']}, signed {p['on']}",
    Kind.ELIGIBILITY: lambda p: f"{'eligible' if p['eligible'] else 'NOT eligible'}, {len(p['warnings'])} warnings",
    Kind.FLAG_SEEN: lambda p: f"flag seen: {p['sentence']}",
    Kind.WITHDRAWN: lambda p: f"WITHDRAWN: {p['what']}",
}
