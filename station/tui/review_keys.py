"""The one table of keys of looking back: bindings, the last row and the page of keys read it. No key map moves them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from station.tui.keys import Key
from station.tui.spans import Row, Span

_EVERYWHERE = (
    Key("up", "up", "↑", "screen.move(-1)", "The row above"),
    Key("down", "down", "↓", "screen.move(1)", "The row below"),
    Key("page_up", "pageup", "pgup", "screen.page(-1)", "A screen up"),
    Key("page_down", "pagedown", "pgdn", "screen.page(1)", "A screen down"),
    Key("first", "home", "home", "screen.move(-1000000)", "The first row"),
    Key("last", "end", "end", "screen.move(1000000)", "The last row"),
    Key("theme", "t", "t", "app.next_theme", "Next theme: monitor, high contrast, colour-blind, light"),
    Key("keys", "question_mark", "?", "screen.keys", "All keys"),
    Key("acknowledge", "f2", "F2", "app.acknowledge", "Acknowledge the alarms of the chair shown"),
    *(Key(f"chair{n}", f"{n}", f"{n}", f"app.to_chair({n})", f"Go to chair {n}") for n in range(1, 9)),
    Key("back", "escape", "esc", "screen.leave", "Back to where you came from"),
    Key("quit", "ctrl+q", "ctrl+q", "app.quit", "Leave this screen"),
)
LIST = (
    Key("open", "enter", "enter", "screen.open", "Open the session"),
    Key("search", "slash", "/", "screen.search", "Search patient, identifier, date, chair, session"),
    *_EVERYWHERE,
)
SESSION = (
    Key("earlier", "left", "←", "screen.step(-1)", "Ten seconds back"),
    Key("later", "right", "→", "screen.step(1)", "Ten seconds on"),
    Key("play", "space", "space", "screen.play", "Let time go on, or rest"),
    Key("slower", "minus", "-", "screen.speed(-1)", "Play slower"),
    Key("faster", "plus,equals_sign", "+", "screen.speed(1)", "Play faster"),
    Key("axis", "a", "a", "screen.axis", "On a small screen: the time axis in place of the summary"),
    Key("readings", "o", "o", "screen.readings", "Older pressures: every cuff reading up to this moment"),
    Key("ghost", "c", "c", "screen.ghost", "Compare: this patient's previous session behind the curves, or not"),
    Key(
        "plasma",
        "L",
        "L",
        "screen.plasma",
        "Level in the plasma by the next model, not measured; or none",
    ),
    *_EVERYWHERE,
)
# what the last row shows: keys by id, then their word
Foot = tuple[tuple[tuple[str, ...], str], ...]
_WAYS: Foot = ((("theme",), "theme"), (("keys",), "keys"), (("back",), "back"))
LIST_FOOT: Foot = (
    (("up", "down"), "choose"),
    (("open",), "open"),
    (("search",), "search"),
    *_WAYS,
    (("quit",), "quit"),
)
SESSION_FOOT: Foot = (
    (("up", "down"), "entry"),
    (("earlier", "later"), "10 s"),
    (("play",), "play"),
    (("slower", "faster"), "speed"),
    (("axis",), "axis"),
    (("readings",), "BP"),
    *_WAYS,
)


def review_bindings(keys: tuple[Key, ...]) -> list[BindingType]:
    """``keys`` as the bindings of a screen; the framework binds quit itself."""
    return [Binding(key.key, key.action, key.words, show=False) for key in keys if key.id != "quit"]


def foot_row(keys: tuple[Key, ...], foot: Foot) -> Row:
    """The last row: every key a place to click."""
    by_id = {key.id: key for key in keys}
    spans: list[Span] = []
    for ids, word in foot:
        shown = (by_id[name] for name in ids)
        spans += [Span(" "), *(Span(key.shown, "key", key.action) for key in shown)]
        spans.append(Span(f" {word}", "dim", by_id[ids[-1]].action))
    return tuple(spans)


def told(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """``keys`` as the page of keys tells them; the chairs share a row."""
    chairs = [key for key in keys if key.id.startswith("chair")]
    shared = Key("chairs", "", f"{chairs[0].shown}-{chairs[-1].shown}", "", "Go to that chair")
    return (*(key for key in keys if key not in chairs), shared)
