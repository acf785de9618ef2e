"""The start page as rows: the working while it is typed, the chair's monitor live, what is asked now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from charting.dose import plan
from charting.portion import Typed as Portioned, reckoned
from drivers.core.text import clean
from station.tui import tiles
from station.tui.acts import Typed, number
from station.tui.present import PORT_WORDS, minute_text
from station.tui.sound_test import DIGITS, NOTHING, SoundTest
from station.tui.spans import Row, Span, cells, fill, wrapped
from station.wire.messages import ChairView, PortView, Prepared

WORKING_ROWS = 3
SEEN = ("HR", "PR", "SpO2", "NIBP")  # what tells one patient from another at a glance
PORT_CELLS = 18
_PLAN = ("weight_kg", "mg_per_kg", "minutes", "mg_per_ml")
_FIELDS = (*_PLAN, "dose_mg")
_SOUND = {"": "not tested", "tested": "heard", "not heard": "NOT HEARD", "without": "WITHOUT SOUND, by choice"}
_PLACEHOLDERS = ("kg x mg/kg = mg", "mg / mg/mL = mL", "mL / min x 60 = mL/h")


class Prompt(NamedTuple):
    """What is asked now: a sentence, and the keys that answer it as (key, words, action of the screen)."""

    text: str
    keys: tuple[tuple[str, str, str], ...] = ()
    tone: str = "bold"


def working_rows(typed: Typed, width: int) -> tuple[Row, ...]:
    """The arithmetic exactly as it will be charted; what it is made of, until all of it is typed."""
    lines: tuple[str, ...] = _PLACEHOLDERS
    tone = "dim"
    try:
        values = {name: number(typed[name]) for name in _FIELDS if typed.get(name)}
        lines = plan(**values).working if set(_PLAN) <= set(typed) else _portion(values)
        tone = "bold"
    except (
        ValueError,
        TypeError,
        KeyError,
    ):  # not all typed yet, or (a DoseError is a ValueError) what the recorder refuses
        pass
    return tuple(fill((Span(text, tone),), width) for text in lines)


def _portion(values: dict[str, float]) -> tuple[str, ...]:
    """The arithmetic of a dose without a pump."""
    return (*reckoned(values.pop("weight_kg"), Portioned(**values)).working, "", "")[:WORKING_ROWS]


def complaint_rows(at: int, text: str, tone: str, width: int, height: int) -> tuple[Row, ...]:
    """``text`` beside row ``at`` of ``height`` rows, wrapped downwards, from further up where it would not fit."""
    lines = wrapped(clean(text, 240), width - 2, height) if text else ()
    first = max(0, min(at, height - len(lines)))
    return tuple(
        fill((Span(f" {lines[y - first]}", tone),) if first <= y < first + len(lines) else (), width)
        for y in range(height)
    )


def live_rows(view: ChairView, prompt: Prompt, width: int, tall: bool) -> tuple[Row, ...]:
    """This chair's monitor now, how far the session is prepared, what is asked; ``tall``: in large numerals."""
    numbers = [tile for tile in tiles.tiles(view.numbers) if tile.label in SEEN]
    if tall:
        return _tall(view, prompt, width, numbers)
    rows = (
        _ports(view.ports, PORT_CELLS),
        tuple(span for tile in numbers for span in _short(tile)),
        (Span(f" {'    '.join(state_texts(view.prepared))}", "dim"),),
        (Span(f" {clean(prompt.text, 240)}", prompt.tone),),
        *_keys(prompt, width, 1),
    )
    return tuple(fill(_flush(row), width) for row in rows)  # below the fields: in line with their labels


def _flush(row: Row) -> Row:
    """``row`` without the cell at its left."""
    return (row[0]._replace(text=row[0].text[1:]), *row[1:]) if row else row


def _tall(view: ChairView, prompt: Prompt, width: int, numbers: Sequence[tiles.Tile]) -> tuple[Row, ...]:
    said = wrapped(clean(prompt.text, 240), width - 2, 2)
    return (
        fill((Span(f" MONITOR OF {clean(view.chair).upper()}", "dim"),), width),
        fill(_ports(view.ports, max(PORT_CELLS, width // 3)), width),
        fill((), width),
        *tiles.grid(tuple(numbers), width, tiles.TALL),
        fill((), width),
        *(fill((Span(f" {text}", "dim"),), width) for text in state_texts(view.prepared)),
        *(fill((Span(f" {line}", prompt.tone),), width) for line in (*said, "")[:2]),
        *_keys(prompt, width, 3),
    )


def _ports(ports: tuple[PortView, ...], most: int) -> Row:
    """Every device of the chair: name, port (its end tells ports apart), connected or not."""
    if not ports:
        return (Span(" no device is set up at this chair", "plain"),)
    spans: list[Span] = []
    for port in ports:
        path = clean(port.port)
        end = path if len(path) <= most else "…" + path[1 - most :]
        state = ("connected", "plain") if port.state == "connected" else (_word(port), "bad")
        spans += [Span(f" {clean(port.source)} ", "bold"), Span(f"{end} ", "dim"), Span(f" {state[0]} ", state[1])]
    return tuple(spans)


def _word(port: PortView) -> str:
    return PORT_WORDS.get(port.state, clean(port.state).upper())


def _short(tile: tiles.Tile) -> Row:
    tone = "dim" if tile.dimmed or tile.value == "---" else tile.colour
    status = f" {tile.status}" if tile.status else ""
    return (Span(f" {tile.label} ", "dim"), Span(tile.value, tone), Span(f" {tile.unit}{status}  ", "dim"))


def state_texts(prepared: Prepared) -> tuple[str, str]:
    """Monitor and sound, as charted so far."""
    match prepared.monitors:
        case None:
            monitor = "not confirmed"
        case ():
            monitor = "none now, values are typed"
        case some:
            monitor = "confirmed " + ", ".join(clean(source) for source in some)
    who = f" by {clean(prepared.sound_by)} at {minute_text(prepared.sound_ms)}" if prepared.sound else ""
    return f"Monitor: {monitor}", f"Sound: {_SOUND.get(prepared.sound, prepared.sound)}{who}"


def _keys(prompt: Prompt, width: int, height: int) -> tuple[Row, ...]:
    """The keys in ``height`` rows, none of them cut in two where another row has room."""
    lines: list[Row] = [()]
    for key, words, action in prompt.keys:
        one = (Span(" "), Span(f" {key} ", "key", action), Span(f" {words}  ", "plain", action))
        if len(lines) < height and cells((*lines[-1], *one)) > width:
            lines.append(())
        lines[-1] = (*lines[-1], *one)
    return tuple(fill(line, width) for line in (*lines, *[()] * height)[:height])


def connected(view: ChairView) -> tuple[str, ...]:
    """The devices of the chair that can be confirmed now."""
    return tuple(port.source for port in view.ports if port.state == "connected")


def monitor_prompt(view: ChairView, trouble: str) -> Prompt:
    """Whose monitor it is: never answered by Enter."""
    none = ("n", "no monitor now: values are typed", "screen.answer('n')")
    if not connected(view):
        return Prompt(trouble or "No monitor is connected. It can be confirmed later with m.", (none,))
    names = ", ".join(clean(source) for source in connected(view))
    asked = f"Is this the patient's monitor ({names})? Compare with its screen."
    return Prompt(trouble or asked, (("y", "use this monitor", "screen.answer('y')"), none))


_WITHOUT = ("w", "start without sound", "screen.answer('w')")


def sound_prompt(test: SoundTest | None, trouble: str) -> Prompt:
    """Before the test and in it."""
    if test is None:
        asked = "Sound test: three sounds, say by a digit which one you hear."
        return Prompt(trouble or asked, (("Enter", "play the first", "screen.next"), _WITHOUT))
    digits = tuple((digit, words, f"screen.answer('{digit}')") for digit, (_, words) in DIGITS.items())
    more = ((NOTHING, "nothing", f"screen.answer('{NOTHING}')"), ("r", "again", "screen.answer('r')"))
    return Prompt(trouble or f"Sound {test.number} of {len(DIGITS)}: what do you hear?", (*digits, *more))


def done_prompt(prepared: Prepared) -> Prompt:
    """A sound test of today counts; it can be repeated."""
    heard = f"Sound was heard by {clean(prepared.sound_by)} at {minute_text(prepared.sound_ms)}: no test needed."
    return Prompt(heard, (("Enter", "to the chair", "screen.next"), ("r", "test again", "screen.answer('r')")))


def after_prompt() -> Prompt:
    """While the fields are typed."""
    return Prompt("Then: is this the patient's monitor? And can you hear the alarms?", (), "dim")
