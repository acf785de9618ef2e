"""What a nurse looks for on the screen: a field that took what was typed, an act that is called saved."""

from __future__ import annotations

import re

from station_process import until
from terminal import Terminal


def fill(terminal: Terminal, *values: str) -> None:
    """Fill in one field after the other, each in sight before Enter."""
    for value in values:
        terminal.type(value)
        terminal.until(value)
        terminal.keys("enter")


def charted(terminal: Terminal, *words: str) -> None:
    """The act just made is called saved, and so is its entry in the list: ``words`` in one row that ends so."""

    def saved() -> bool:
        rows = terminal.text().splitlines()
        entry = any(all(word in row for word in words) and row.endswith(" saved     ") for row in rows)
        return entry and any(re.match(r" saved #\d+ ", row) for row in rows)

    try:
        until(saved, what=f"{words} saved")
    except AssertionError as error:
        raise AssertionError(f"{error}; the screen was:\n{terminal.text()}") from None
