"""The baseline as it grows, and what a session still lacks before its start. Pure."""

from __future__ import annotations

from typing import NamedTuple

from charting.baseline import WANTED
from drivers.core.text import clean
from station.tui.present import next_span, number_text, rate_shown
from station.tui.spans import Row, Span, cells, fill, spread, wrapped
from station.wire.messages import ChairView, Prepared

LEAST_CELLS = 26  # of phase and minutes, beside what is lacking
CHECKED = {"": "NOT DONE", "agreed": "agreed", "differs": "DIFFERS", "skipped": "skipped, with a reason"}
SCREENING = "screening not passed"
NEXT_CELLS = 30  # of what is due, beside the baseline


def readings_text(view: ChairView) -> str:
    """``baseline 2 of 3: 124/78, 126/80``; of many readings the last three."""
    readings = view.prepared.readings
    values = ", ".join(_pressure(*reading) for reading in readings[-WANTED:])
    return f"baseline {len(readings)} of {WANTED}{': ' + values if values else ''}"


class Lack(NamedTuple):
    """Something that has not been done, in words that begin with its key; ``action`` is what a click on it does."""

    text: str
    action: str


def lacking(view: ChairView) -> list[Lack]:
    """What has not been done at the start of this session."""
    prepared = view.prepared
    lacks = (
        []
        if view.paper
        else [
            *(["monitor not confirmed"] if prepared.monitors is None else []),
            *(["sound not tested"] if not prepared.sound else []),
        ]
    )
    planned = view.infusion.planned_mg or prepared.check
    plan = _check(prepared) if planned else [Lack("b: no dose plan", "app.begin")]
    fit = [] if passed(view) else [Lack(f"f: {'not screened' if view.screened is None else SCREENING}", "app.fit")]
    return [*fit, *plan, *([Lack(f"m: {', '.join(lacks)}", "app.monitor")] if lacks else [])]


def lacking_text(view: ChairView) -> str:
    """All of it in a line; "" for nothing."""
    return ", ".join(lack.text for lack in lacking(view))


def _check(prepared: Prepared) -> list[Lack]:
    """The second check of a plan, until it agreed or was skipped."""
    left = prepared.check_left
    if prepared.check == "differs" and not left:
        return [Lack("N: check DIFFERS", "app.form('no_check')")]
    said = f" DIFFERS, {left} {'try' if left == 1 else 'tries'} left" if prepared.check == "differs" else ""
    return [Lack(f"C: second check{said}", "app.check")] if prepared.check in ("", "differs") else []


def passed(view: ChairView) -> bool:
    """Whether the last screening of this session found nothing in the way that was not overridden."""
    return view.screened is not None and view.screened.result.passed


_SHORT = {"not screened": "screening", SCREENING: "screening", "no dose plan": "plan", "second check": "check"}
_SHORT |= {"monitor not confirmed": "monitor", "sound not tested": "sound"}


def shortened(lacks: list[Lack], width: int) -> list[Lack]:
    """``lacks`` in words of one where they would leave less than ``LEAST_CELLS`` for the phase beside them."""
    if sum(len(lack.text) + 2 for lack in lacks) + LEAST_CELLS <= width:
        return lacks
    short = []
    for lack in lacks:
        text = lack.text
        for words, word in _SHORT.items():
            text = text.replace(words, word)
        short.append(lack._replace(text=text))
    return [short[0]._replace(text=f"lacking {short[0].text}"), *short[1:]]


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
    rate = i.planned_mg / i.mg_per_ml / i.planned_minutes * 60
    check = CHECKED[view.prepared.check]
    return f"Planned rate: {rate_shown(rate)} mL/h. Second check: {check}.\n{frozen_text(view, ago_min)}"


def resume_facts(view: ChairView, _ago_min: int) -> str:
    """The rate before the hold, to be compared with the pump."""
    rate = view.infusion.rate_ml_per_h
    if rate is None:
        return ""
    line = f"This session {clean(view.infusion.resumes)}.\n" if view.infusion.resumes else ""
    return f"{line}Rate before the hold: {rate_shown(rate)} mL/h. n: stays held. For another rate: y, then r."


def before_rows(first: Row, view: ChairView, width: int) -> tuple[Row, Row]:
    """The two rows of the infusion before it starts: ``first`` with what is lacking, then the baseline so far."""
    missing, lacks = clean(view.prepared.missing), shortened(lacking(view), width)
    said = Span(f"   {missing or 'enough'}", "plain")
    blocks = tuple(Span(f" {lack.text} ", "bad", lack.action) for lack in lacks)
    room = width - (cells(blocks) + 1 if blocks else 0)
    # what only filled it up to the width goes, and a fact that would be cut
    while first and (not first[-1].text.strip() or cells(first) > room):
        first = first[:-1]
    return (
        spread(first, blocks, width),
        spread((Span(f"  {readings_text(view)}", "bold"), said), next_span(view.due, NEXT_CELLS), width),
    )


def before_column(view: ChairView, width: int) -> tuple[Row, ...]:
    """The same in a column, below the infusion."""
    rows = [(line, "bold", "") for line in wrapped(readings_text(view), width - 2, 2)]
    rows += [(line, "plain", "") for line in wrapped(clean(view.prepared.missing) or "enough", width - 2, 2)]
    rows += [(line, "bad", lack.action) for lack in lacking(view) for line in wrapped(lack.text, width - 2, 2) if line]
    return tuple(
        fill((Span(f" {text} ", tone, action),), width, "bad" if tone == "bad" else "plain")
        for text, tone, action in rows
    )


def _pressure(sys_mmhg: float, dia_mmhg: float) -> str:
    return f"{number_text('NIBP_SYS', sys_mmhg)}/{number_text('NIBP_DIA', dia_mmhg)}"
