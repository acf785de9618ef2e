"""Alarms as rows: the block for the highest one, the row of all others, the strip of the other chairs. Pure.

Sources: alarms.md a2 (states), a4 (stars, words, a block of three rows).
"""

from __future__ import annotations

from drivers.core.text import clean
from station.tui.present import STARS, countdown, duration_text, number_text
from station.tui.quiet import RESTING, quiet_spans
from station.tui.spans import Row, Span, cells, cut, fill, spread, wrapped
from station.wire.messages import Alarm, ChairView

# state -> the word shown; a pending condition waits out its delay and signals nothing
STATES = {
    "ACTIVE_UNACK": "",
    "LATCHED": "OVER, NOT ACKNOWLEDGED",
    "ACTIVE_ACK": "ACKNOWLEDGED",
    "HELD": "HELD, NO DATA",
    "DISABLED": "ALARM OFF",
}
SIGNALLED = ("ACTIVE_UNACK", "LATCHED", "ACTIVE_ACK")
FLASHING = ("ACTIVE_UNACK", "LATCHED")
# what value and limit are measured in: seconds without what these words name, or the unit of a number
SILENCES = {"COMM_LOST": "no data for", "VALUE_STALE": "no value for", "NIBP_STALE": "no reading for"}
UNITS = {
    "SPO2_LOW": "%", "SPO2_DESAT": "%", "HR_LOW": "/min", "HR_HIGH": "/min", "NIBP_LOW": "mmHg", "NIBP_HIGH": "mmHg",
    "DISK_LOW": "MB",
}  # fmt: skip
WORD_CELLS = 30  # of an alarm's words beside others
LEAST_CHAIR_CELLS = 20  # of a chair in the strip, with a word for the way to the next
MANY_CHAIR_CELLS = 8  # of a chair in the strip; with less only those that have an alarm are in it
WORDED_CHAIR_CELLS = 24  # of a chair in the strip, for its name and what an alarm is about
_ASCENDING = ("low", "medium", "high")
HALF_PERIOD_S = {"high": 0.25, "medium": 0.8}  # 2 Hz and 0.625 Hz, half lit; a low alarm stands still


def highest(chair: ChairView) -> Alarm | None:
    """The alarm that owns the block: the recorder's first that signals, None where none does."""
    for alarm in chair.alarms:  # asked for every chair several times a frame
        if alarm.state in SIGNALLED:
            return alarm
    return None


def urgency(alarm: Alarm) -> tuple[bool, int, bool]:
    """How far in front a signalled alarm stands, as the recorder orders them: greater is further."""
    priority, loud = _priority(alarm), alarm.state in FLASHING
    return loud and alarm.priority != "low", priority, loud


def _priority(alarm: Alarm) -> int:
    return _ASCENDING.index(alarm.priority) if alarm.priority in _ASCENDING else -1


def flash_s(alarm: Alarm | None) -> float | None:
    """Seconds lit and seconds unlit, None for an alarm that does not flash."""
    return HALF_PERIOD_S.get(alarm.priority) if alarm is not None and alarm.state in FLASHING else None


def tone(alarm: Alarm) -> str:
    """The block's tone: the priority's, a plain one for a priority that has no colour."""
    return alarm.priority if alarm.priority in ("high", "medium", "low") else "mark"


def fact(alarm: Alarm) -> str:
    """``now 88 %, limit 90 %``, ``no data for 10 s, limit 5 s``; "" where the condition has neither.

    ``now`` because the alarm's own words keep the value they were raised for; one that is over has no value any more.
    """
    value, limit = (_told(alarm, x) for x in (alarm.value, alarm.limit))
    head = SILENCES.get(alarm.condition, "now")
    over = alarm.state == "LATCHED"
    return ", ".join(
        part for part in (f"{head} {value}" if value and not over else "", limit and f"limit {limit}") if part
    )


def _told(alarm: Alarm, value: float | None) -> str:
    if value is None:
        return ""
    if alarm.condition in SILENCES:
        return duration_text(value)
    return f"{number_text(alarm.subject, value)} {UNITS.get(alarm.condition, '')}".strip()


def alarm_rows(chair: ChairView, width: int) -> tuple[Row, ...]:
    """Three rows, always: the alarm in words, why, then value, limit, time and what a key does."""
    alarm = highest(chair)
    if alarm is None and chair.away_s is not None:
        return _away_rows(chair, width)
    if alarm is None:  # no reassurance: the station is the second display, never the first (H18)
        if chair.paper:
            paper = " TYPED BACK FROM PAPER: of this session nothing is watched, nothing is due"
            return fill((Span(paper, "held"),), width), fill((), width), fill((), width)
        quiet = fill((Span(" no alarm signalled here now", "dim"),), width)
        preset = f" alarm limits: {clean(chair.preset)}" if chair.preset else ""
        rests = f" {RESTING}" if chair.quiet is not None else ""
        return quiet, fill((Span(preset, "dim"),), width), fill((Span(rests, "dim"),), width)
    colour = tone(alarm)
    stars = " " + STARS.get(alarm.priority, "")
    said = wrapped(clean(alarm.text), width - len(stars) - 1, 2)
    second = said[1] if len(said) > 1 else clean(alarm.reason)
    word = STATES.get(alarm.state, "")
    waiting = any(a.state in FLASHING for a in chair.alarms)  # this one, or a low one behind it
    todo = "space acknowledges " if alarm.state in FLASHING else "space acknowledges below " if waiting else ""
    facts = "  ".join(part for part in (f"since {duration_text(alarm.since_s)}", fact(alarm)) if part)
    pad = " " * len(stars)
    rows = (
        spread((Span(stars + said[0], colour),), (Span(f"{word} ", colour),) if word else (), width, colour),
        fill((Span(pad + second, colour),), width, colour),
        spread((Span(pad + facts, colour),), (Span(todo, colour),) if todo else (), width, colour),
    )
    # the whole block is one target for a gloved hand
    click = "app.acknowledge" if waiting else ""
    return tuple(tuple(span._replace(action=click) for span in row) for row in rows)


def _away_rows(chair: ChairView, width: int) -> tuple[Row, ...]:
    def row(left: str, right: str = "") -> Row:
        ends = (Span(text, "held", "app.away") for text in (f" {left}", right))
        return spread((next(ends),), tuple(span for span in ends if span.text), width, "held")

    words = f"{away_words(chair)} - alarms come back by themselves"
    return row(words), row(clean(chair.away_why)), row("", "a when the patient is back ")


def away_words(chair: ChairView) -> str:
    """``PATIENT AWAY 4:32`` with what is left of the time, "" while nobody is away."""
    return "" if chair.away_s is None else f"PATIENT AWAY {countdown(chair.away_s)}"


def other_rows(chair: ChairView, width: int, sound: str = "") -> tuple[Row, ...]:
    """One row: every further signalled alarm by priority, how many are held or off, an absent patient, a quiet
    room, and whether alarms are heard.
    """
    top = highest(chair)
    more = sorted((a for a in chair.alarms if a.state in SIGNALLED and a is not top), key=_priority, reverse=True)
    off = sum(a.state == "DISABLED" for a in chair.alarms)
    words = {"HELD": "waiting for data", "DISABLED": "ALARMS OFF" if off > 1 else STATES["DISABLED"]}
    if chair.away_s is not None:
        words["DISABLED"] += " OR PAUSED"
    counts = [
        (
            sum(a.state == state for a in chair.alarms),
            words[state],
        )
        for state in words
    ]
    tail = "   ".join(f"{n} {word}" for n, word in counts if n)
    heard = (*quiet_spans(chair, bool(more or tail or sound)), *sound_spans(sound))
    if top is not None and chair.away_s is not None:  # otherwise the block says it
        heard = (Span(f" {away_words(chair)} ", "held", "app.away"), *heard)
    if not more and not tail and not heard:
        return (fill((), width),)
    spans = [Span(f" +{len(more)} " if more else " ", "bold")]
    for alarm in more:
        state = STATES[alarm.state]  # before the words, which may be cut
        # what is known leaves its facts' room to what nobody has acknowledged
        facts = " " if alarm.state == "ACTIVE_ACK" and len(more) > 1 else _facts(alarm)
        text = f" {STARS.get(alarm.priority, '')}{state + ': ' if state else ''}{_short(clean(alarm.text))}{facts}"
        click = "app.acknowledge" if alarm.state in FLASHING else ""
        spans += [Span(text, tone(alarm), click), Span(" ")]
    right = (Span(f"{tail} ", "bold"),) if tail else ()
    if more and cells((*spans, *right, *heard)) >= width:
        heard = tuple(span for span in heard if span.tone != "plain")  # why has room where no alarm needs it
    return (spread(tuple(spans), right + heard, width),)


def _short(text: str) -> str:
    """The words of an alarm in ``WORD_CELLS``: first without what follows a colon, then cut."""
    return cut(text if len(text) <= WORD_CELLS else text.partition(": ")[0], WORD_CELLS)


def _facts(alarm: Alarm) -> str:
    """``fact`` without a value that the words name already."""
    value = _told(alarm, alarm.value)
    told = fact(alarm).partition(", ")[2] if value and value in clean(alarm.text) else fact(alarm)
    return f" {told} " if told else " "


def sound_spans(sound: str) -> Row:
    """``Snapshot.sound`` in the standard's words (alarms.md a4): paused ends by itself, off does not."""
    quiet, failed, fault = sound.partition("fail: ")
    word, _, rest = quiet.removesuffix("; ").partition(" ")
    spans: list[Span] = []
    if word == "paused":
        spans = [Span(f" AUDIO PAUSED {countdown(int(rest))} ", "medium", "app.pause_sound")]
    elif word:
        spans = [Span(" AUDIO OFF ", "high", "app.pause_sound" if rest else "")]
        spans += [Span(" reminder each 3 min ")] if rest and not failed else []
    if failed:
        spans += [Span(" AUDIO FAILED ", "high"), Span(f" {cut(clean(fault), 40)} ")]
    return tuple(spans)


def chair_rows(chairs: tuple[ChairView, ...], shown: int, width: int, key: str = "tab") -> tuple[Row, ...]:
    """One row with every chair and its worst alarm, and the ``key`` to the next; none for a station of one chair.

    No digits stand before the names: here they chart quick events. Where room is short, the chair shown has only its
    stars: the block below has its words.
    """
    if len(chairs) < 2:
        return ()
    way: Row = (Span(f" {key}", "key", "app.next_chair"), Span(" next chair ", "dim", "app.next_chair"))
    if width // len(chairs) < MANY_CHAIR_CELLS:
        return (_many(chairs, shown, width),)
    if (width - cells(way)) // len(chairs) < LEAST_CHAIR_CELLS:
        way = ()
    room = width - cells(way) - bool(way)
    own = each = room // len(chairs)
    if each < WORDED_CHAIR_CELLS:
        own = min(each, cells((Span(_chair_name(chairs[shown])),)) + 6)
        each = (room - own) // (len(chairs) - 1)
    spans: list[Span] = []
    for n, chair in enumerate(chairs):
        here = n == shown
        cells_here = own if here else each
        click = f"app.chair({n + 1})"
        name = Span(f" {_chair_name(chair)} ", "mark" if here else "bold", click)
        worst = _worst(chair, cells_here - cells((name,)), here and own < each, click)
        spans += fill((name, worst), cells_here)
    return (spread(tuple(spans), way, width),)


def _many(chairs: tuple[ChairView, ...], shown: int, width: int) -> Row:
    """The chair shown, and of all others how many have an alarm, each of those a place to click, the worst first."""
    loud = [(alarm, n) for n, c in enumerate(chairs) if n != shown and (alarm := highest(c)) is not None]
    loud.sort(key=lambda one: tuple(-part for part in urgency(one[0])))
    others = f" {len(loud)} of {len(chairs) - 1} other chairs with an alarm"
    spans = [
        Span(f" {_chair_name(chairs[shown])} ", "mark"),
        Span(f"{others}: " if loud else others, "plain", "app.wall"),
    ]
    for alarm, n in loud:
        ack = "ACK " if alarm.state == "ACTIVE_ACK" else ""
        name = f" {n + 1} {_chair_name(chairs[n])} {STARS.get(alarm.priority, '')}{ack}{_short(clean(alarm.text))} "
        if cells((*spans, Span(name))) + 2 > width:
            spans.append(Span("…", "bold", "app.wall"))
            break
        spans += [Span(name, tone(alarm), f"app.chair({n + 1})"), Span(" ")]
    return fill(tuple(spans), width)


def _chair_name(chair: ChairView) -> str:
    return cut(clean(chair.chair), 9)


def _worst(chair: ChairView, room: int, stars_only: bool, click: str) -> Span:
    """A chair's worst alarm in ``room`` cells of the strip; without one, who is away or who sits there."""
    alarm = highest(chair)
    if alarm is not None:
        stars, ack = STARS.get(alarm.priority, ""), "ACK " if alarm.state == "ACTIVE_ACK" else ""
        words = stars.strip() if stars_only else f"{stars}{ack}{clean(alarm.text)}"
        return Span(cut(words, max(4, room)), tone(alarm), click)
    if chair.away_s is not None:
        return Span(f" {away_words(chair).removeprefix('PATIENT ')} ", "held", click)
    return Span(f" {clean(chair.patient) if chair.session else 'empty'}", "dim", click)
