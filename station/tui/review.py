"""Looking back as rows of text: the list of sessions, a session's summary, entries and values at a moment. Pure."""

from __future__ import annotations

from datetime import tzinfo

from charting.ledger.reader import SessionLine
from drivers.core.catalogue import METRICS
from drivers.core.text import clean
from station.tui.alarms import STATES, highest, tone, urgency
from station.tui.axis import number_mark
from station.tui.present import PHASES, STARS, clock_text, duration_text, number_text
from station.tui.review_past import Moment, Past, Reading, Told, day_text
from station.tui.spans import Row, Span, cells, cut, fill, spread, whole, wrapped
from station.tui.tiles import PRESSURES
from station.wire.messages import TYPED, ChairView

SPEEDS = (1, 10, 60)
_PARTS = {metric for parts in PRESSURES.values() for metric in parts}


def live_rows(chairs: tuple[ChairView, ...], shown: int, width: int) -> tuple[Row, ...]:
    """What goes on at the chairs while somebody looks back: the alarm in front, of equals the shown chair's."""
    if not chairs:
        return ()
    order = sorted(range(len(chairs)), key=lambda n: n != shown)
    loud = [(n, alarm) for n in order if (alarm := highest(chairs[n])) is not None]
    if not loud:
        return (fill((Span(" NOW: no alarm signalled at the chairs", "dim"),), width),)
    n, alarm = max(loud, key=lambda pair: urgency(pair[1]))
    colour = tone(alarm)
    state = STATES.get(alarm.state, "")
    said = f" NOW, {clean(chairs[n].chair)}: {STARS.get(alarm.priority, '')}{clean(alarm.text)}"
    todo = f"{state} " if alarm.state == "ACTIVE_ACK" else "F2 acknowledges " if n == shown else f"{n + 1} goes there "
    goes = f"app.to_chair({n + 1})"
    return (spread((Span(said, colour, goes),), (Span(f" {todo}", colour, goes),), width, colour),)


def window(count: int, cursor: int, height: int) -> range:
    """The places shown in ``height`` rows so that ``cursor`` is among them, in the middle where it can be."""
    first = max(0, min(cursor - height // 2, count - height))
    return range(first, min(count, first + height))


def session_row(one: SessionLine, chosen: bool, width: int, zone: tzinfo | None = None) -> Row:
    """A session in the list: when, who, where, its name, how it ended."""
    who = min(40, max(12, width - 68))
    colour = "mark" if chosen else "plain"
    ended = f"{(one.closed_at_ms - one.opened_at_ms) / 60_000:.0f} min" if one.closed_at_ms is not None else "OPEN"
    cells = (
        (day_text(one.opened_at_ms, zone), 16),
        (clean(one.patient), who),
        (clean(one.identifier), 11),
        (clean(one.chair or ""), 8),
        (clean(one.session), 20),
    )
    row = [Span(">" if chosen else " ", colour)]
    for text, room in cells:
        row += [*fill((Span(cut(text, room), colour),), room, colour), Span(" ", colour)]
    return fill((*row, Span(ended, colour if chosen or one.closed_at_ms is not None else "bad")), width, colour)


def summary_rows(sentences: tuple[str, ...], width: int, most: int) -> tuple[Row, ...]:
    """The summary: a row a sentence where there is room, else flowing text in at most ``most`` rows: whole sentences,
    and ``…`` where more are left.
    """
    if len(sentences) <= most:
        return tuple(fill((Span(f" {sentence}", "bold" if n == 1 else "plain"),), width)
                     for n, sentence in enumerate(sentences))  # fmt: skip
    for count in range(len(sentences), 0, -1):
        text = f"{'. '.join(sentences[:count])}{'. …' if count < len(sentences) else ''}"
        flowing = wrapped(text, width - 2, most + 1)
        if len(flowing) <= most:
            break
    return tuple(fill((Span(f" {text}"),), width) for text in flowing[:most])


def head_row(past: Past, moment: Moment, speed: int, playing: bool, width: int) -> Row:
    """Whose session it is, and where the cursor stands."""
    state = past.state
    weight = f"{state.weight_kg:g} kg" if state.weight_kg is not None else ""
    name = Span(f" {cut(clean(state.patient), max(14, width // 4))}", "bold")
    stands = Span(f" {state_text(moment, past, speed, playing)} ", "key")
    facts = (clean(state.identifier), day_text(state.opened_ms)[:10], weight, clean(state.chair))
    who = Span(f"  {whole(facts, width - 3 - cells((name, stands)))}")
    return spread((name, who), (stands,), width)


def state_text(moment: Moment, past: Past, speed: int, playing: bool) -> str:
    """Where the cursor stands: clock, minutes since the session was opened, and how fast it plays."""
    into = duration_text((moment.at_ms - past.state.opened_ms) / 1000)
    return f"{clock_text(moment.at_ms)}  {into}  {'►' if playing else '■'} x{speed}"


def told_row(told: Told, chosen: bool, width: int, zone: tzinfo | None = None) -> Row:
    """One entry of the list; what a correction replaced says so."""
    colour = "mark" if chosen else "dim" if told.replaced else "bold" if told.alarm else "plain"
    words = f"[replaced] {told.text}" if told.replaced else told.text
    mark = number_mark(told.number) if told.number else " "
    left = (Span(f"{'>' if chosen else ' '}{clock_text(told.at_ms, zone)} {mark:<2}{words}", colour),)
    return spread(left, (Span(f"{cut(told.by, 10)} ", colour if chosen else "dim"),), width, colour)


def _age(moment: Moment, reading: Reading) -> str:
    age_s = (moment.at_ms - reading.at_ms) / 1000
    word = "" if reading.validity == "valid" else f", {reading.validity.replace('_', ' ')}"
    return f"{duration_text(age_s)}{word}"


def _value(moment: Moment, label: str, text: str, unit: str, colour: str, reading: Reading, width: int) -> Row:
    right = (Span(f"{cut(_age(moment, reading), 18)} ", "dim"),)
    shown = Span(f" {text}", "dim" if reading.value is None else colour)
    typed = (Span(f"{' ' if unit else ''}typed", "bold"),) if reading.source == TYPED else ()
    return spread((Span(f" {label:<6}", colour), shown, Span(f" {unit}", "dim"), *typed), right, width)


def value_rows(moment: Moment, past: Past, width: int) -> tuple[Row, ...]:
    """Exact values at the moment: infusion and dose, then the last value of each metric with its age, then alarms."""
    word, colour = PHASES[moment.phase.value]
    given, plan, weight = moment.given, past.state.plan, past.state.weight_kg
    of = f" of {plan.dose_mg:.1f}" if plan is not None else ""
    per_kg = f"  {given.mg / weight:.2f} mg/kg" if weight else ""
    rows: list[Row] = [
        fill((Span(" "), Span(f" {word} ", colour), Span(f" {given.running_s / 60:.1f} min run")), width),
        fill((Span(f" {given.mg:.1f}{of} mg", "bold"), Span(per_kg)), width),
        fill((Span(f" {given.ml:.1f} mL"),), width),
    ]
    if given.unobserved_mg:
        rows.append(fill((Span(" "), Span(f" {given.unobserved_mg:.1f} mg of it not observed ", "bad")), width))
    for priority, text in moment.alarms:
        block = priority if STARS.get(priority) else "bold"
        for said in wrapped(f"{STARS.get(priority, '')}{text}", width - 2, 2):
            rows.append(fill((Span(f" {said}", block),), width, block))
    for metric, row in METRICS.items():
        if metric in moment.readings and metric not in _PARTS:
            r = moment.readings[metric]
            text = number_text(metric, r.value)
            rows.append(_value(moment, row.label, text, row.unit_shown, row.colour, r, width))
        for name, parts in PRESSURES.items():
            if metric == parts[0] and metric in moment.readings:
                lead = moment.readings[metric]
                found = (moment.readings.get(m) for m in parts)
                same = [part if part is not None and part.at_ms == lead.at_ms else None for part in found]
                sys, dia, mean = (
                    number_text(m, part.value if part else None) for m, part in zip(parts, same, strict=True)
                )
                text = f"{sys}/{dia}" + (f" ({mean})" if same[2] else "")
                rows.append(_value(moment, name, text, "", row.colour, lead, width))
    return tuple(rows)


def values_cells(width: int) -> int:
    """Cells of the block of exact values on a screen of ``width``."""
    return min(48, max(33, width * 2 // 5))


def beside(left: tuple[Row, ...], right: tuple[Row, ...], width: int, height: int) -> tuple[Row, ...]:
    """Two blocks side by side in ``height`` rows, the right one ``values_cells`` wide behind a line."""
    room = width - values_cells(width) - 1
    blank: Row = ()
    return tuple(
        (
            *fill(left[y] if y < len(left) else blank, room),
            Span("│", "dim"),
            *fill(right[y] if y < len(right) else blank, width - room - 1),
        )
        for y in range(height)
    )
