"""The themes as one table: a row for each word of colour, a column for each theme.

A word is ``FOREGROUND`` or ``FOREGROUND on BACKGROUND``. Identity is a foreground beside a label; an alarm is a
background block with stars and words, never hue alone (alarms.md a4). The stylesheet knows the words only:
``$tone-ecg``, ``$tone-high-on`` (the background), ``$tone-high-style``; ``$ground-...`` are what text lies on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
from textual.theme import Theme

from station.config import make_private
from station.errors import Trouble
from station.written import load_toml

THEMES = ("monitor", "high-contrast", "colour-blind", "light")
QUIET_ROOM = "quiet-room"  # worn by itself where the chair shown is in a quiet room; nobody chooses it
NO_COLOUR = "no-colour"  # the theme where NO_COLOR is set: reverse video and bold, in the terminal's own two colours

# colour-blind: Okabe-Ito (2008) for heart, saturation, cuff, breath and CO2; the other three were searched for so that
# all eight stay apart for protanopes and deuteranopes (a test computes it)
TABLE: dict[str, tuple[str, str, str, str]] = {
    #               monitor               high-contrast         colour-blind          light
    "ground-page": ("#0b0e12",            "#000000",            "#000000",            "#fbfbf8"),
    "ground-bar": ("#17212b",             "#000000",            "#16181a",            "#e4e8ec"),
    "ground-shade": ("#141a21",           "#000000",            "#101214",            "#f1f3f5"),
    "ground-dialog": ("#1d2833",          "#000000",            "#16181a",            "#e9edf1"),
    "ground-field": ("#0b0e12",           "#2b2b2b",            "#000000",            "#ffffff"),
    "ground-focus": ("#2c3a47",           "#003c7a",            "#2a2e33",            "#cfe0ff"),
    "accent": ("#b388ff",                 "#ffffff",            "#ffffff",            "#2b3947"),
    "plain": ("#e8eaed",                  "#ffffff",            "#f2f2f2",            "#1b232b"),
    "dim": ("#9aa4ae",                    "#d9d9d9",            "#b4bac0",            "#4c5763"),
    "bold": ("#ffffff",                   "#ffffff",            "#ffffff",            "#000000"),
    "mark": ("#000000 on #b388ff",        "#000000 on #ffffff", "#000000 on #f2f2f2", "#ffffff on #2b3947"),
    "key": ("#ffffff on #2c3a47",         "#ffffff on #404040", "#ffffff on #2a3138", "#000000 on #d3d9e0"),
    "infusing": ("#000000 on #b388ff",    "#000000 on #ffffff", "#000000 on #f2f2f2", "#ffffff on #2b3947"),
    "held": ("#000000 on #ffb26b",        "#000000 on #ffb000", "#000000 on #e69f00", "#000000 on #f0a04b"),
    "bad": ("#000000 on #ffb26b",         "#000000 on #ffb000", "#000000 on #e69f00", "#000000 on #f0a04b"),
    "complaint": ("#ffb26b",              "#ffb000",            "#e69f00",            "#8a3c00"),
    "ecg": ("#2fd08c",                    "#00ff66",            "#009e73",            "#006b3f"),
    "pleth": ("#56b4e9",                  "#33ddff",            "#56b4e9",            "#00588f"),
    "nibp": ("#ff9a70",                   "#ffa366",            "#d55e00",            "#a33b00"),
    "art": ("#ff8a8a",                    "#ff8080",            "#5b7ef8",            "#b00020"),
    "resp": ("#f0e442",                   "#ffff00",            "#f0e442",            "#6b5a00"),
    "co2": ("#ffffff",                    "#ffffff",            "#ffffff",            "#000000"),
    "temp": ("#c9c9c9",                   "#cccccc",            "#faf6b2",            "#515151"),
    "pump": ("#c7a8ff",                   "#d9b3ff",            "#05818d",            "#5b2da3"),
    "high": ("#ffffff on #c8102e",        "#ffffff on #d00000", "#ffffff on #cc1a3d", "#ffffff on #c8102e"),
    "high-unlit": ("#ff8f9c on #3a0a10",  "#ffffff on #4d0000", "#ffffff on #40101c", "#8f0a20 on #ffd6dc"),
    "medium": ("#000000 on #f2c500",      "#000000 on #ffe000", "#000000 on #f0e442", "#000000 on #f2c500"),
    "medium-unlit": ("#f2c500 on #332a00", "#ffe000 on #332d00", "#f0e442 on #33300a", "#574700 on #fff3c2"),
    "failed": ("#000000 on #ffffff",      "#000000 on #ffffff", "#000000 on #ffffff", "#000000 on #ffffff"),
    "low": ("#000000 on #4dd0e1",         "#000000 on #33ddff", "#000000 on #56b4e9", "#000000 on #12a5bf"),
    "low-unlit": ("#4dd0e1 on #06292e",   "#33ddff on #00262e", "#56b4e9 on #0e2533", "#00505c on #d9f4f8"),
}  # fmt: skip
# of the quiet room: at most about two thirds of the light of the first column in every word, half of it in most, little
# blue; read as easily by contrast
QUIET_TABLE: dict[str, str] = {
    "ground-page": "#000000",
    "ground-bar": "#0d0c0b",
    "ground-shade": "#080807",
    "ground-dialog": "#0d0c0b",
    "ground-field": "#000000",
    "ground-focus": "#171512",
    "accent": "#8f8377",
    "plain": "#9d958b",
    "dim": "#8a8279",
    "bold": "#b5aca0",
    "mark": "#000000 on #8e8678",
    "key": "#b5aca0 on #211f1c",
    "infusing": "#000000 on #8e8678",
    "held": "#000000 on #a87a50",
    "bad": "#000000 on #a87a50",
    "complaint": "#a87a50",
    "ecg": "#4f9470",
    "pleth": "#5689a6",
    "nibp": "#b0765a",
    "art": "#b07272",
    "resp": "#928a3c",
    "co2": "#a8a29a",
    "temp": "#8e8a84",
    "pump": "#9380b0",
    "high": "#d9c9c5 on #a01a30",
    "high-unlit": "#b3727a on #1f0609",
    "medium": "#000000 on #9c8200",
    "medium-unlit": "#9c8200 on #1a1600",
    "failed": "#000000 on #a8a29a",
    "low": "#000000 on #3b8791",
    "low-unlit": "#4a939c on #041619",
}
# without colour: reverse video for what must stand out alone; an alarm's dark half is underlined, so it still flashes
REVERSED = ("held", "bad", "failed", "high", "medium", "low")
UNDERLINED = ("mark", "infusing", "high-unlit", "medium-unlit", "low-unlit")
THIN = ("plain", "dim", "accent", "complaint")

# what the framework's own widgets ask for where a theme keeps to the terminal's colours
_TERMINAL = {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default", "input-cursor-text-style": "reverse"}


def colours(theme: str, word: str) -> tuple[str, str]:
    """Foreground and background of ``word``, the page's ground where it has no background of its own."""
    front, _, back = _cell(theme, word).partition(" on ")
    return front, back or _cell(theme, "ground-page")


def _cell(theme: str, word: str) -> str:
    return QUIET_TABLE[word] if theme == QUIET_ROOM else TABLE[word][THEMES.index(theme)]


def _style(word: str, colour: bool) -> str:
    if word in THIN:
        return "none"
    more = "" if colour else " reverse" if word in REVERSED else " underline" if word in UNDERLINED else ""
    return "bold" + more


def variables(theme: str) -> dict[str, str]:
    """The words of ``theme`` for the stylesheet."""
    found: dict[str, str] = {}
    for word in TABLE:
        front, back = ("ansi_default", "ansi_default") if theme == NO_COLOUR else colours(theme, word)
        if word.startswith("ground-"):
            found[word] = front
            found["field-style"] = "underline" if theme == NO_COLOUR else "none"  # a field is seen before it is filled
        else:
            name = f"tone-{word}"
            found |= {name: front, f"{name}-on": back, f"{name}-style": _style(word, theme != NO_COLOUR)}
    return found


def textual_theme(theme: str) -> Theme:
    """``theme`` as Textual wants it, its own widgets (palette, inputs) in the same colours."""
    words = variables(theme)
    return Theme(
        theme,
        primary=words["tone-accent"],
        foreground=words["tone-plain"],
        background=words["ground-page"],
        surface=words["ground-shade"],
        panel=words["ground-dialog"],
        warning=words["tone-complaint"],
        error=words["tone-complaint"],
        dark=theme != "light",
        ansi=theme == NO_COLOUR,
        variables=words | (_TERMINAL if theme == NO_COLOUR else {}),
    )


class Viewer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """viewer.toml: what the viewer remembers of the person who uses it."""

    theme: Literal["monitor", "high-contrast", "colour-blind", "light"] = "monitor"


def remembered(folder: Path) -> Viewer:
    """What ``folder`` remembers; the defaults where nothing was chosen yet. ``Trouble`` where it cannot be read."""
    path = folder / "viewer.toml"
    return load_toml(path, Viewer, "viewer's settings") if path.exists() else Viewer()


def remember(folder: Path, theme: str) -> str:
    """Keep ``theme`` for the next start; the sentence that says why not, "" where it is kept."""
    path = folder / "viewer.toml"
    new = path.with_suffix(".new")
    try:
        make_private(folder)
        new.write_text(f'theme = "{theme}"\n', encoding="utf-8")
        new.replace(path)
    except Trouble as trouble:
        return str(trouble)
    except OSError as error:
        return f"cannot write {path}: {error.strerror}"
    return ""
