"""What a nurse looks for on the screen: a field that took what was typed, an act that is called saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from station_process import until
from terminal import Terminal


def fill(terminal: Terminal, *values: str) -> None:
    """Fill in one field after the other, each in sight before Enter."""
    for value in values:
        terminal.type(value)
        terminal.until(value)
        terminal.keys("enter")


def answered(terminal: Terminal, press: Callable[[], None], *words: str) -> None:
    """``press`` until ``words`` are there: a question takes no answer before a person can have read it."""

    def there() -> bool:
        if all(word in terminal.text() for word in words):
            return True
        press()
        return False

    until(there, what=f"{words} on the screen", every_s=0.3)


def unscreened(terminal: Terminal, then: str = " INFUSING ") -> None:
    """The start of somebody who was not screened takes a typed reason; ``then`` is on the screen."""
    terminal.until("the patient was not screened in this session")
    terminal.type("on paper")
    terminal.until("on paper")
    answered(terminal, lambda: terminal.keys("enter"), then)


def resumed(terminal: Terminal) -> None:
    """A resume with no pressure since the hold, or a high one, takes a typed reason."""
    until(lambda: any(words in terminal.text() for words in ("Type the reason", " INFUSING ")), what="the resume")

    def answer() -> None:
        """Another pressure meanwhile is another question, and takes its reason again."""
        if "Type the reason" in terminal.text() and "Reason                     seen" not in terminal.text():
            terminal.type("seen")
        terminal.keys("enter")

    if "Type the reason" in terminal.text():
        try:
            answered(terminal, answer, " INFUSING ")
        except AssertionError as error:
            raise AssertionError(f"{error}; it was:\n{terminal.text()}") from None


def ended(terminal: Terminal, press: Callable[[], None]) -> None:
    """The session's end has been sent: ``press`` confirms what is asked about it, until there is no session."""
    until(lambda: any(words in terminal.text() for words in ("y: yes, chart it", " NO SESSION ")), what="the end")
    answered(terminal, press, " saved #", " NO SESSION ")


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


@contextmanager
def at_most(terminal: Terminal, keys: int) -> Iterator[None]:
    """The act takes no more keys than a gloved hand is asked for."""
    before = terminal.pressed
    yield
    assert terminal.pressed - before <= keys, f"{terminal.pressed - before} keys"
