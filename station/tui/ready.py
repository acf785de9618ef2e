"""The baseline as it grows, and what a session still lacks before its start. Pure."""

from __future__ import annotations

import re

from charting.baseline import WANTED
from drivers.core.text import clean
from station.tui.present import next_span, number_text, rate_shown
from station.tui.spans import Row, Span, cells, fill, spread, wrapped
from station.wire.messages import ChairView

LEAST_CELLS = 26  # of phase and minutes, beside what is lacking
NEXT_CELLS = 30  # of what is due, beside the baseline


def readings_text(view: ChairView) -> str:
    """``baseline 2 of 3: 124/78, 126/80``; of many readings the last three."""
    readings = view.prepared.readings
    values = ", ".join(_pressure(*reading) for reading in readings[-WANTED:])
    return f"baseline {len(readings)} of {WANTED}{': ' + values if values else ''}"


def lacking_text(view: ChairView) -> str:
    """What has not been done at the start of this session, with the key that does it; "" for nothing."""
    lacks = [
        *(["monitor not confirmed"] if view.prepared.monitors is None else []),
        *(["sound not tested"] if not view.prepared.sound else []),
    ]
    plan = ["b: no dose plan"] if view.infusion.planned_mg is None else []
    fit = [] if passed(view) else ["f: not screened" if view.screened is None else "f: screening not passed"]
    return ", ".join([*fit, *plan, *([f"m: {', '.join(lacks)}"] if lacks else [])])


def passed(view: ChairView) -> bool:
    """Whether the last screening of this session found nothing in the way that was not overridden."""
    return view.screened is not None and view.screened.result.passed


_SHORT = {"not screened": "screening", "screening not passed": "screening", "no dose plan": "plan"}
_SHORT |= {"monitor not confirmed": "monitor", "sound not tested": "sound"}


def shortened(lacking: str, width: int) -> str:
    """``lacking`` in words of one where it would leave less than ``LEAST_CELLS`` for the phase beside it."""
    if len(lacking) + LEAST_CELLS <= width:
        return lacking
    for words, word in _SHORT.items():
        lacking = lacking.replace(words, word)
    return f"lacking {lacking}"


def frozen_text(view: ChairView, ago_min: int) -> str:
    """What becomes of the baseline at a start ``ago_min`` minutes ago."""
    if ago_min:  # which readings are older than that is not known here
        return "Baseline: from the readings up to then, if enough; the recorder decides."
    made = view.prepared.baseline
    if made is None:
        return f"No baseline: relative limits will not be watched. Missing: {clean(view.prepared.missing)}."
    return f"Baseline {_pressure(made[0], made[1])} from {made[2]} readings will be frozen."


def no_start(view: ChairView) -> str:
    """Why the start is not asked about now; "" where it is."""
    i = view.infusion
    if view.session is None:
        return "no session is open at this chair; begin one first"
    if i.phase == "held":
        return "the infusion was started before and is held; resume it"
    if i.phase != "baseline":
        return "the infusion was started before"
    return "" if i.planned_mg else "there is no dose plan yet; enter it first"


def start_facts(view: ChairView, ago_min: int) -> str:
    """The planned rate, to be compared with the pump, and what becomes of the baseline."""
    i = view.infusion
    if not (i.planned_mg and i.planned_minutes and i.mg_per_ml):
        return frozen_text(view, ago_min)
    return (
        f"Planned rate: {rate_shown(i.planned_mg / i.mg_per_ml / i.planned_minutes * 60)} mL/h."
        f"\n{frozen_text(view, ago_min)}"
    )


def resume_facts(view: ChairView, _ago_min: int) -> str:
    """The rate before the hold, to be compared with the pump."""
    rate = view.infusion.rate_ml_per_h
    if rate is None:
        return ""
    return f"Rate before the hold: {rate_shown(rate)} mL/h. n: stays held. For another rate: y, then r."


def before_rows(first: Row, view: ChairView, width: int) -> tuple[Row, Row]:
    """The two rows of the infusion before it starts: ``first`` with what is lacking, then the baseline so far."""
    missing, lacking = clean(view.prepared.missing), shortened(lacking_text(view), width)
    said = Span(f"   {missing or 'enough'}", "plain")
    room = width - (len(lacking) + 3 if lacking else 0)
    # what only filled it up to the width goes, and a fact that would be cut
    while first and (not first[-1].text.strip() or cells(first) > room):
        first = first[:-1]
    return (
        spread(first, _mends(lacking), width),
        spread((Span(f"  {readings_text(view)}", "bold"), said), next_span(view.due, NEXT_CELLS), width),
    )


_MENDS = {"f": "app.screening", "b": "app.begin", "m": "app.monitor"}


def _mends(lacking: str) -> Row:
    """What is lacking, each part a place to click for what mends it."""
    if not lacking:
        return ()
    parts = re.split(r"(?<=, )(?=[fbm]: )", lacking)
    head = parts[0].removeprefix("lacking ")[:1]
    first = Span(f" {parts[0]}", "bad", _MENDS.get(head, ""))
    return (first, *(Span(part, "bad", _MENDS[part[0]]) for part in parts[1:]), Span(" ", "bad"))


def before_column(view: ChairView, width: int) -> tuple[Row, ...]:
    """The same in a column, below the infusion."""
    rows = [(line, "bold", "") for line in wrapped(readings_text(view), width - 2, 2)]
    rows += [(line, "plain", "") for line in wrapped(clean(view.prepared.missing) or "enough", width - 2, 2)]
    mends = _MENDS["m"] if passed(view) else _MENDS["f"]
    rows += [(line, "bad", mends) for line in wrapped(lacking_text(view), width - 2, 3) if line]
    return tuple(
        fill((Span(f" {text} ", tone, action),), width, "bad" if tone == "bad" else "plain")
        for text, tone, action in rows
    )


def _pressure(sys_mmhg: float, dia_mmhg: float) -> str:
    return f"{number_text('NIBP_SYS', sys_mmhg)}/{number_text('NIBP_DIA', dia_mmhg)}"
