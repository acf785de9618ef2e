"""The screen as text. ``_compositor`` is private to Textual: this is the only place that touches it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

from rich.console import Console
from textual.app import App
from textual.pilot import Pilot


def rows(app: App[Any]) -> list[str]:
    """The rows of the screen as a person sees them: dialogs drawn over what lies below."""
    width, height = app.size
    console = Console(width=width, height=height, file=io.StringIO(), force_terminal=True, record=True)
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    console.print(update)
    return console.export_text(styles=False).split("\n")[:height]


def text(app: App[Any]) -> str:
    """All rows, joined by line ends."""
    return "\n".join(rows(app))


async def until(app: App[Any], seen: Callable[[], bool], tries: int = 200) -> None:
    """Wait until ``seen()``, in naps of 0.02 s; fails with the screen's text."""
    for _ in range(tries):
        if seen():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never seen; the screen was:\n{text(app)}")


async def click(app: App[Any], pilot: Pilot[Any], words: str, into: int = 1) -> None:
    """Click ``into`` cells behind the beginning of ``words`` once they are on the screen."""
    await until(app, lambda: words in text(app))
    await pilot.pause()
    y = next(n for n, row in enumerate(rows(app)) if words in row)
    await pilot.click(offset=(rows(app)[y].index(words) + into, y))
