"""Every formatting decision as pure functions: frozen views of the wire in, rows of toned text out.

Words of people and devices pass through ``clean`` once more here: this is the last edge before the terminal.
Durations and ages are clinical seconds. Sources: alarms.md a4 (marks, limits, age, words of state).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

import msgspec

from charting.downtime import minutes_text
from drivers.core.catalogue import METRICS
from drivers.core.text import clean
from station.tui.spans import Row, Span, cells, cut, fill, on, spread
from station.wire.messages import TYPED, ChairView, Due, Infusion, Line, Number, PortView, Snapshot

AGE_SHOWN_S = 5.0
LONGEST_TEXT = 400  # characters of an entry; what is cut for want of room says so
NOTHING = Span("")
SECONDARY = "Secondary display - bedside monitor alarms must be on"
STARS = {"high": "*** ", "medium": "** ", "low": "* ", "": ""}
PHASES = {
    "baseline": ("BASELINE", "bold"),
    "infusing": ("INFUSING", "infusing"),
    "held": ("HELD", "held"),
    "recovery": ("RECOVERY", "bold"),
    "closed": ("SESSION ENDED", "dim"),
    "none": ("NO SESSION", "dim"),
}
PORT_WORDS = {
    "initial": "NOT OPENED YET",
    "connecting": "CONNECTING",
    "negotiating": "CONNECTING",
    "lost": "NOT CONNECTED",
}


def blinded(snapshot: Snapshot) -> Snapshot:
    """``snapshot`` without weights, plans and entries: for who types them without having seen them."""
    change = msgspec.structs.replace
    hidden = {"planned_mg": None, "planned_minutes": None, "mg_per_ml": None, "rate_ml_per_h": None}
    chairs = (
        change(
            chair,
            weight_kg=None,
            lines=(),
            infusion=change(chair.infusion, **hidden),
            prepared=change(chair.prepared, check="hidden"),
        )
        for chair in snapshot.chairs
    )
    return change(snapshot, chairs=tuple(chairs))


def number_text(metric: str, value: float | None) -> str:
    """``value`` with the decimals of its metric; ``---`` for None."""
    row = METRICS.get(metric)
    return "---" if value is None else f"{value:.{row.decimals}f}" if row else f"{round(value, 1):g}"


def duration_text(seconds: float) -> str:
    """``45 s``, ``2 min 05 s``, ``1 h 20 min``. Never negative."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def age_text(age_s: float | None) -> str:
    """The age where it matters: "" up to 5 s or where it is not known."""
    return "" if age_s is None or age_s <= AGE_SHOWN_S else duration_text(age_s)


def limits_text(number: Number) -> str:
    """``50-120``, ``min 90``, ``max 110``, or "" where nothing is watched."""
    return _limits(number.metric, number.low, number.high)


@lru_cache(maxsize=256)
def _limits(metric: str, lowest: float | None, highest: float | None) -> str:
    low, high = (number_text(metric, x) if x is not None else "" for x in (lowest, highest))
    return f"{low}-{high}" if low and high else f"min {low}" if low else f"max {high}" if high else ""


def status_text(number: Number) -> str:
    """What belongs beside a value: why there is none, its validity where it is not valid, its age."""
    word = "" if number.validity == "valid" else number.validity.replace("_", " ")
    age = age_text(number.age_s)
    if number.source == TYPED and number.value is not None and not word:
        return f"typed {age} ago" if age else "typed"
    if number.value is None:
        return ", ".join(part for part in (clean(number.why) or word or "no value", age) if part)
    return ", ".join(part for part in (age, word) if part) if word else f"{age} ago" if age else ""


def clock_text(at_ms: int, zone: tzinfo | None = None) -> str:
    """UTC milliseconds as ``HH:MM:SS`` in ``zone``, by default that of this computer."""
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).astimezone(zone).strftime("%H:%M:%S")


def minute_text(at_ms: int, zone: tzinfo | None = None) -> str:
    """``clock_text`` without its seconds."""
    return clock_text(at_ms, zone)[:5]


def demo_text(speed: float, demo: bool) -> str:
    """``DEMO x10`` when the clinical clock is not real time, ``DEMO`` in a throw-away station, else ""."""
    return f"DEMO x{speed:g}" if speed != 1 else "DEMO" if demo else ""


def countdown(in_s: float) -> str:
    """Minutes and seconds until, or since where it is below zero: ``4:49``."""
    seconds = int(abs(in_s))
    return f"{seconds // 60}:{seconds % 60:02}"


def next_span(due: Iterable[Due], width: int) -> Row:
    """The most urgent of what is due, its countdown first so that it is never cut; nothing where nothing is due."""
    ordered = sorted(due, key=lambda one: one.in_s)
    if not ordered:
        return ()
    late = ordered[0].in_s < 0
    more = sum(one.in_s < 0 for one in ordered[1:])
    head = f" {'OVERDUE' if late else 'NEXT'} {countdown(ordered[0].in_s)} "
    tail = f" +{more} " if more else " "
    text = cut(clean(ordered[0].text), width - len(head) - len(tail))
    return (Span(f"{head}{text}{tail}", "bad" if late else "bold"),)


def baseline_text(view: ChairView) -> str:
    """``base 124/78``: the pressure frozen at the start, which the ones after it are compared with; "" for none."""
    parts = zip(("NIBP_SYS", "NIBP_DIA"), view.baseline or (), strict=False)
    return f"base {'/'.join(number_text(*part) for part in parts)}" if view.baseline else ""


def run_text(infusion: Infusion) -> str:
    """How long the pump has run: ``22 min in`` while it may go on, ``ran 40 min`` afterwards."""
    if infusion.running_s is None:
        return ""
    minutes = f"{infusion.running_s / 60:.0f} min"
    return f"{minutes} in" if infusion.phase in ("infusing", "held") else f"ran {minutes}"


def rate_shown(ml_per_h: float) -> str:
    """``52.5``, ``56.25``: a planned rate keeps the digits that its working shows, for it is compared with the pump."""
    tenths = f"{ml_per_h:.1f}"
    return tenths if abs(float(tenths) - ml_per_h) < 0.005 else f"{ml_per_h:.2f}"


def phase_word(infusion: Infusion) -> tuple[str, str]:
    """The phase in capitals and its tone; between devices nothing is infused, and nobody recovers from a bolus that
    still goes in.
    """
    if infusion.going_in:
        return "GIVING", "infusing"
    if infusion.phase == "infusing" and infusion.plan_fields:
        return "DEVICES", "infusing"
    return PHASES.get(infusion.phase, (clean(infusion.phase).upper(), "bold"))


def phase_at(chair: ChairView) -> tuple[str, str]:
    """``phase_word`` of a chair, which may have no session."""
    return phase_word(chair.infusion) if chair.session else PHASES["none"]


def parts_text(infusion: Infusion) -> str:
    """A dose without a pump: what of it was given and how long ago, ``device 1 of 2, 3 min ago``."""
    i = infusion
    if i.given_s is None:
        return f"to be given: {clean(i.next_part)}" if i.next_part else ""
    part = f"device {i.given} of {i.parts}" if i.parts > 1 else "given"
    return f"{part}, {duration_text(i.given_s)} ago"


def rate_text(infusion: Infusion) -> str:
    """The pump's rate; while it is held nothing runs, and the rate is the one before."""
    before = "before: " if infusion.phase == "held" else ""
    return f"{before}{rate_shown(infusion.rate_ml_per_h)} mL/h" if infusion.rate_ml_per_h is not None else ""


def unseen_text(infusion: Infusion) -> str:
    """The part of the dose that is only assumed: while somebody can say what the pump did, with the key for it."""
    i = infusion
    asks = f", {minutes_text(i.unsure.to_ms - i.unsure.from_ms)} without recorder: pump ran? G" if i.unsure else ""
    return f"{i.unobserved_mg:.1f} mg assumed{asks}" if i.unsure else f"{i.unobserved_mg:.1f} mg of it not observed"


def infusion_rows(infusion: Infusion, width: int, due: Iterable[Due] = (), base: str = "") -> tuple[Row, ...]:
    """Two rows: phase, minutes in and left, rate, the part nobody saw; delivered of planned, and what is due next.

    ``base`` is what ``baseline_text`` says. Facts that find no room beside those are left out whole, the last first.
    """
    i = infusion
    word, tone = phase_word(i)
    held = f" {duration_text(i.hold_s)}" if i.phase == "held" and i.hold_s is not None else ""
    facts = (
        parts_text(i),
        clean(i.resumes).partition(",")[0],  # of the pressure; the rest has room beside the axis
        run_text(i),
        f"{i.left_s / 60:.0f} min left" if i.left_s is not None else "",
        f"planned {i.planned_minutes:.0f} min" if i.planned_minutes is not None and i.running_s is None else "",
        rate_text(i),
        base,
        f"{i.mg_per_ml:g} mg/mL" if i.mg_per_ml is not None else "",
    )
    of = f" of {i.planned_mg:.1f}" if i.planned_mg is not None else ""
    drug = (
        f"{i.delivered_mg_per_kg:.2f} mg/kg" if i.delivered_mg_per_kg is not None else "",
        f"{i.delivered_ml:.1f} mL",
    )
    first: Row = (Span(" "), Span(f" {word}{held} ", tone))
    second: Row = (Span("  "), Span(f"{i.delivered_mg:.1f}{of} mg", "bold"))
    # the assumed part is said aloud: nobody saw the pump during a gap
    unseen: Row = (Span(f" {unseen_text(i)} ", "bad", "app.gap"),) if i.unobserved_mg > 0 else ()
    after = next_span(due, width // 2)
    return (
        spread(_fitting(first, facts, width - cells(unseen)), unseen, width),
        spread(_fitting(second, ("delivered", *drug), width - cells(after)), after, width),
    )


def _fitting(row: Row, facts: Iterable[str], room: int) -> Row:
    """``row`` with as many of ``facts``, from the first, as fit ``room`` cells with one to spare."""
    for fact in facts:
        longer = (*row, Span(f"   {fact}" if fact != "delivered" else f" {fact}")) if fact else row
        if cells(longer) >= room:
            break
        row = longer
    return row


@lru_cache(maxsize=256)
def entry_row(line: Line, width: int, zone: tzinfo | None = None, mark: str = "", click: str = "") -> Row:
    """``HH:MM:SS text  by  saved``, or ``NOT SAVED`` where no COMMIT has returned. ``click``: what a click does."""
    state = Span("saved    ", "dim") if line.saved else Span("NOT SAVED", "bad")
    number = (Span(f"{mark} ", "bold"),) if mark else ()
    left = (
        Span(f" {clock_text(line.at_ms, zone)}  ", "dim", click),
        *number,
        Span(clean(line.text, LONGEST_TEXT), "plain", click),
    )
    return spread(left, (Span(f"{cut(clean(line.by), 12)}  ", "dim"), state, Span(" ")), width)


def waiting_rows(size: tuple[int, int], said: Span = NOTHING, keys: Row = ()) -> tuple[Row, ...]:
    """A screen before the first snapshot: that it waits, what was ``said`` of an act, and what stands on it always."""
    width, height = size
    words = on("bar", fill((Span(" connecting to the recorder ...", "dim"),), width))
    foot = (fill((said,), width), secondary_row(width), on("bar", fill(keys, width)))
    return (words, *((),) * (height - 1 - len(foot)), *foot)


def secondary_row(width: int) -> Row:
    """Which alarms count, on every screen of live values."""
    return fill((Span(f" {SECONDARY}", "bold"),), width)


NO_MONITOR = "no monitor is configured: infusion-station --device D --port P, or station.toml"


def port_rows(ports: tuple[PortView, ...], width: int, most: int = 2) -> tuple[Row, ...]:
    """A row for each port not connected, with the recorder's sentence; beyond ``most`` they are counted."""
    if not ports:
        return (fill((Span(f" {NO_MONITOR}", "bad"),), width),)
    bad = [port for port in ports if port.state != "connected"]
    rows = []
    for port in bad[:most]:
        word = PORT_WORDS.get(port.state, clean(port.state).upper())
        more = f"  (and {len(bad) - most} more)" if len(bad) > most and port is bad[most - 1] else ""
        left = (
            Span(f" {word} ", "bad"),
            Span(f" {clean(port.source)} {clean(port.port)}: {clean(port.sentence)}"),
        )
        rows.append(spread(left, (Span(more, "bad"),) if more else (), width))
    return tuple(rows)


def chart_rows(chart: str, width: int) -> tuple[Row, ...]:
    """One loud row while entries are not being saved, none otherwise."""
    return (fill((Span(f" CHART FAILING: {clean(chart)}", "bad"),), width, "bad"),) if chart else ()
