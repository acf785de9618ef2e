"""An app in the theme and with the keys of its user; with NO_COLOR set it has reverse video and bold alone."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import App, SystemCommand
from textual.screen import Screen

from station.tui.chosen import PLAIN, Chosen
from station.tui.hangup import watch
from station.tui.spans import GROUNDS, TONES
from station.tui.themes import NO_COLOUR, QUIET_ROOM, THEMES, remember, textual_theme, variables

Result = TypeVar("Result")


class Themed(App[Result]):
    """Starts in the theme of ``chosen``. ``action_next_theme`` goes round the table, ``action_wear`` takes one by name;
    both are remembered where ``chosen`` has a folder.
    """

    CSS_PATH = "station.tcss"
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tone--{tone}" for tone in TONES} | {
        f"ground--{ground}" for ground in GROUNDS
    }

    def __init__(self, chosen: Chosen = PLAIN) -> None:
        no_colour = "NO_COLOR" in os.environ
        # a theme of the terminal's own colours makes the framework take colours out; else it turns them to greys
        super().__init__(ansi_color=True if no_colour else None)
        self.chosen = chosen
        self.gone = threading.Event()  # the terminal is
        self._own_theme = chosen.theme
        for name in (*THEMES, QUIET_ROOM, NO_COLOUR):
            self.register_theme(textual_theme(name))
        # not by assignment: that styles a screen that is not there yet, and all of it twice
        self.set_reactive(App.theme, NO_COLOUR if no_colour else chosen.theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The stylesheet's words, for themes that have none."""
        return variables(THEMES[0])

    def on_ready(self) -> None:
        """From here on there is a terminal that can go."""
        if not self.is_headless and sys.stdin.isatty():
            watch(sys.stdin.fileno(), self.gone)

    def told(self, sentence: str) -> None:
        """Where an app has a place for a sentence about the theme worn, it shows it there."""

    def action_next_theme(self) -> None:
        """Wear the next theme of the table, after the last the first."""
        self.action_wear(THEMES[(THEMES.index(self._own_theme) + 1) % len(THEMES)])

    def action_wear(self, name: str) -> None:
        """Wear theme ``name`` and keep it for the next start."""
        if self.theme == NO_COLOUR:
            self.told("NO_COLOR is set: this screen has no colours")
            return
        dimmed = self.theme == QUIET_ROOM
        self.wear(name)
        fault = remember(self.chosen.folder, name) if self.chosen.folder is not None else ""
        later = ", worn once the room is not quiet any more" if dimmed else ""
        self.told(f"theme {name}{later}" + (f", not kept for the next start: {fault}" if fault else ""))

    def wear(self, name: str) -> None:
        """Wear theme ``name`` from now on; in a quiet room, once that is over."""
        self._own_theme = name
        self.dim(self.theme == QUIET_ROOM)

    def dim(self, quiet: bool) -> None:
        """Wear the theme of the quiet room, or the user's own again; without colours nothing can be dimmed."""
        worn = QUIET_ROOM if quiet else self._own_theme
        if self.theme not in (NO_COLOUR, worn):  # a theme put on styles the whole screen anew
            self.theme = worn

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """The palette lists the table of keys, then the themes."""
        for key in self.chosen.keys:
            if key.id != "palette":
                yield SystemCommand(key.words, f"key {key.shown}", lambda a=key.action: self.run_action(a))
        for name in THEMES:
            yield SystemCommand(f"Theme: {name}", "how the screen looks", lambda name=name: self.action_wear(name))
