"""One chair as a card of the wall. Pure: a chair's view in, rows of toned text out."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from drivers.core.catalogue import METRICS, Metric
from drivers.core.text import clean
from station.tui.alarms import FLASHING, away_words, fact, highest, tone
from station.tui.numerals import numerals
from station.tui.present import AGE_SHOWN_S, STARS, clock_text, duration_text, number_text, phase_at
from station.tui.quiet import quiet_words
from station.tui.spans import Row, Span, cells, cut, fill, spread, whole, wrapped
from station.wire.messages import TYPED, Alarm, ChairView, Number

# the five numbers of a card; where the first of a pair is not sent, the second stands for it
FIVE = (("HR", "PULSE_RATE"), ("SPO2",), ("NIBP_SYS",), ("RESP_RATE",), ("ETCO2",))
CUFF = ("NIBP_SYS", "NIBP_DIA", "NIBP_MEAN")
_URGENCY = ("high", "medium", "low")
_LEAST = (8, 10, 7, 11)  # cells of the four numbers in the smallest form, so that cards line up


class Form(NamedTuple):
    """How much a card shows, and the least it needs; ``bands`` are places in ``FIVE``, each drawn side by side."""

    cells: int
    rows: int
    tall: bool
    bands: tuple[tuple[int, ...], ...]


# the best that fits all chairs is taken
FORMS = (
    Form(88, 12, True, ((0, 1, 2, 3, 4),)),
    Form(56, 17, True, ((0, 1, 3, 4), (2,))),
    Form(38, 8, False, ((0, 1, 2, 3, 4),)),
    Form(38, 5, False, ()),
)


class Shown(NamedTuple):
    """One number, all words decided; ``age`` is "" for a young one, ``mark`` says the same in one cell."""

    metric: Metric
    label: str
    text: str
    age: str
    tone: str
    mark: str


def short_age(age_s: float | None) -> str:
    """``12 s``, ``3 min``, ``2 h``; "" up to 5 s or where it is not known."""
    if age_s is None or age_s <= AGE_SHOWN_S:
        return ""
    return f"{age_s:.0f} s" if age_s < 60 else f"{age_s // 60:.0f} min" if age_s < 3600 else f"{age_s // 3600:.0f} h"


def five(chair: ChairView) -> tuple[Shown, ...]:
    """The five numbers; one that is not sent is ``---`` and says nothing more."""
    sent = {number.metric: number for number in chair.numbers}
    return tuple([_shown(names, sent) for names in FIVE])


_Part = tuple[str, float | None, bool, str]  # metric, value, dimmed, priority


def _shown(names: tuple[str, ...], sent: dict[str, Number]) -> Shown:
    number = sent.get(names[0]) or sent.get(names[-1])
    cuff = [sent[name] for name in CUFF if name in sent] if names[0] in CUFF else None
    parts = tuple([_part(one) for one in cuff]) if cuff is not None else (_part(number),) if number else ()
    if number is None:
        return _said(names[0], None, "", "", "", parts)
    return _said(number.metric, number.value, number.validity, short_age(number.age_s), number.source, parts)


def _part(number: Number) -> _Part:
    return number.metric, number.value, number.dimmed, number.priority


@lru_cache(maxsize=4096)  # chairs say the same few hundred things again and again
def _said(name: str, value: float | None, validity: str, age: str, source: str, parts: tuple[_Part, ...]) -> Shown:
    metric = METRICS[name]
    label = "NIBP" if name in CUFF else metric.label
    tone = _tone(metric, parts)
    if value is None:
        return Shown(metric, label, "---", age, tone, "")
    dia = next((part[1] for part in parts if part[0] == "NIBP_DIA"), None)
    text = number_text(name, value) + (f"/{number_text('NIBP_DIA', dia)}" if name in CUFF else "")
    typed, doubted = "typed " if source == TYPED else "", "" if validity == "valid" else "?"
    mark = doubted or typed[:1] or ("~" if age else "")
    return Shown(metric, label, text, f"{typed}{age}{doubted}".strip(), tone, mark)


def _tone(metric: Metric, parts: tuple[_Part, ...]) -> str:
    said = [priority for *_, priority in parts if priority in _URGENCY]
    if said:
        return min(said, key=_URGENCY.index)
    dim = not parts or parts[0][1] is None or any(dimmed for _, _, dimmed, _ in parts)
    return "dim" if dim else metric.colour


def blocked(alarm: Alarm, lit: frozenset[str]) -> str:
    """The alarm's tone in the half of its flashing that is drawn now; ``lit`` are the priorities lit."""
    colour = tone(alarm)
    dark = alarm.state in FLASHING and alarm.priority in ("high", "medium") and alarm.priority not in lit
    return f"{colour}-unlit" if dark else colour


def _alarm_rows(chair: ChairView, width: int, count: int, lit: frozenset[str], chosen: bool) -> tuple[Row, ...]:
    alarm = highest(chair)
    more = sum(a.state in (*FLASHING, "ACTIVE_ACK") for a in chair.alarms) - 1
    if alarm is None and chair.away_s is not None:
        lines = (f" {away_words(chair)} - alarms come back", f"  {clean(chair.away_why)}")[:count]
        return tuple(fill((Span(line, "held"),), width, "held") for line in lines)
    if alarm is None:
        bad = next((port for port in chair.ports if port.state not in ("connected", "initial")), None)
        words = f" NOT CONNECTED: {clean(bad.source)}" if bad else " no alarm signalled"
        words = " typed back from paper" if chair.paper else words
        return (fill((Span(words, "bad" if bad else "dim"),), width), *(fill((), width) for _ in range(count - 1)))
    colour = blocked(alarm, lit)
    state = {"ACTIVE_ACK": "ACK ", "LATCHED": "OVER, NOT ACK "}.get(alarm.state, "")
    todo = "space acks " if chosen and alarm.state in FLASHING else ""
    away = f"{away_words(chair).removeprefix('PATIENT ')} " if chair.away_s is not None else ""
    right = (Span(f"{f'+{more} ' if more else ''}{away}{todo}", colour),)
    stars = f" {STARS.get(alarm.priority, '')}"
    said = wrapped(f"{state}{clean(alarm.text)}", width - len(stars) - cells(right) - 1, 2)
    more_words = f"{said[1]}," if len(said) > 1 else ""
    facts = (more_words, f"since {duration_text(alarm.since_s)}", fact(alarm) or clean(alarm.reason))
    first = spread((Span(f"{stars}{said[0]}{' …' if more_words and count < 2 else ''}", colour),), right, width, colour)
    return (first, fill((Span(f"  {whole(facts, width - 3)}", colour),), width, colour))[:count]


def _compact(shown: tuple[Shown, ...], chair: ChairView, width: int) -> tuple[Row, ...]:
    """Two rows: the four numbers of the monitor, then the cuff and the minutes left. An old number says its age, all
    of them together where it is the same, or ``~`` where there is no room for it.
    """
    four = [shown[place] for place in (0, 1, 3, 4)]
    aged = sum(len(f" {s.label} {s.text} {s.age}".rstrip()) for s in four) < width
    together = f" {four[0].age} old" if not aged and len({s.age for s in four}) == 1 else ""
    if together and sum(len(f" {s.label} {s.text}") for s in four) + len(together) <= width:
        words = (span for s in four for span in (Span(f" {s.label} ", "dim"), Span(s.text, s.tone)))
        return fill((*words, Span(together)), width), _cuff_row(shown[2], chair, width)
    first: list[Span] = []
    for s, least in zip(four, _LEAST, strict=True):
        age = "" if s.text == "---" else f" {s.age}" if aged else "~" if s.age else ""
        spans = (Span(f" {s.label} ", "dim"), Span(s.text, s.tone), Span(age))
        first += fill(spans, max(least, cells(spans)))
    return fill(tuple(first), width), _cuff_row(shown[2], chair, width)


def _cuff_row(cuff: Shown, chair: ChairView, width: int) -> Row:
    said = (Span(" NIBP ", "dim"), Span(cuff.text, cuff.tone), Span(f" {cuff.age}", "plain"))
    return spread(said, (Span(f"{_left(chair)} ", "bold"),), width)


def _band(shown: tuple[Shown, ...], width: int, tall: bool) -> tuple[Row, ...]:
    """Numbers side by side: label and unit, value (three rows where ``tall``), age; the cuff gets twice the room."""
    parts = [2 if s.metric.name in CUFF else 1 for s in shown]
    rows: list[list[Span]] = [[] for _ in range(5 if tall else 3)]
    marked = width // sum(parts) >= 11
    for s, part in zip(shown, parts, strict=True):
        room = width * part // sum(parts)
        label = Span(f" {s.metric.symbol} {s.label}" if marked else f" {s.label}", s.metric.colour)
        unit = Span(f" {s.metric.unit_shown}", "dim")
        head: Row = (label, unit) if cells((label, unit)) < room else (label,)
        lines = numerals(s.text) if tall else (s.text,)
        if tall and s.tone in _URGENCY:  # the block begins above the digits, or their upper edge is lost on dark ground
            head = fill(tuple(span._replace(tone=s.tone) for span in head), len(lines[0]) + 2, s.tone)
        if tall and len(lines[0]) + 2 > room:
            lines = ("", s.text, "")
        old = f" {s.age} ago" if s.age and len(s.age) + 5 < room and not s.age.endswith("?") else f" {s.age}"
        age = Span(old, "dim" if s.text == "---" else "plain")
        for row, line in zip(rows, (head, *((Span(f" {line}", s.tone),) for line in lines), (age,)), strict=True):
            row += fill(line, room)
    return tuple(fill(tuple(row), width) for row in rows)


def _left(chair: ChairView) -> str:
    i = chair.infusion
    return f"{i.left_s / 60:.0f} min left" if i.left_s is not None and i.phase in ("infusing", "held") else ""


def _infusion_row(chair: ChairView, width: int) -> Row:
    i = chair.infusion
    of = f" of {i.planned_mg:.1f}" if i.planned_mg is not None else ""
    facts = (_left(chair), f"{i.delivered_mg:.1f}{of} mg" if chair.session else "")
    due = f"{cut(clean(chair.due[0].text), 24)} {_when(chair.due[0].in_s)} " if chair.due else ""
    late = bool(chair.due) and chair.due[0].in_s < 0
    right = (Span(due, "bad" if late else "bold"),) if due else ()
    return spread((Span(f" {whole(facts, width - 2 - cells(right), '   ')}", "bold"),), right, width)


def _when(in_s: float) -> str:
    whole = f"{abs(in_s) // 60:.0f} min" if abs(in_s) >= 60 else f"{abs(in_s):.0f} s"
    return f"in {whole}" if in_s >= 0 else f"OVERDUE {whole}"


def card(chair: ChairView, number: int, chosen: bool, form: Form, width: int, height: int,
         lit: frozenset[str]) -> tuple[Row, ...]:  # fmt: skip
    """One chair in ``height`` rows of ``width`` cells, the last row and the last cell a gutter. A quiet room is said in
    the row below all others: in the last one where there is no room.
    """
    room = width - 1
    word, colour = phase_at(chair)
    who = f" {clean(chair.patient)}" if chair.session else ""
    name = Span(f"{'>' if chosen else ' '}{number} {cut(clean(chair.chair), 12)} ", "mark" if chosen else "key")
    head = spread((name, Span(who, "bold")), (Span(f" {word} ", colour),), room)
    shown = five(chair)
    if form.bands:
        body = [*_alarm_rows(chair, room, 2, lit, chosen)]
        for band in form.bands:
            body += _band(tuple(shown[place] for place in band), room, form.tall)
        body.append(_infusion_row(chair, room))
        body += [
            fill((Span(f" {clock_text(line.at_ms)} {clean(line.text)}", "dim"),), room)
            for line in chair.lines[: max(0, height - 2 - len(body) - (chair.quiet is not None))]
        ]
    else:
        body = [*_alarm_rows(chair, room, 1, lit, chosen), *_compact(shown, chair, room)]
    rows = [head, *body][: height - 1]
    if chair.quiet is not None:
        rows.append(fill((Span(f" {cut(clean(chair.chair), 12)}: {quiet_words(chair)}", "held"),), room))
    rows += [()] * (height - len(rows))
    return tuple(fill(row, width) for row in rows)
