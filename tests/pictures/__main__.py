"""``make pictures``: screens as SVG, the same bytes each time.

Without options the few that the README shows, into station/tui/pictures; ``--all FOLDER`` draws the whole table, at
every size, in every theme and without colour; ``--only NAME ...`` the pictures whose names begin so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from station.tui.alarms import HALF_PERIOD_S
from station.tui.app import StationApp
from station.tui.review_app import ReviewApp
from station.tui.screens.failed import FailedScreen
from station.tui.screens.form import FormScreen
from station.tui.themed import Themed
from station.tui.themes import NO_COLOUR, THEMES
from station.tui.widgets.typed import Typed

from .still import StillRecorder, ledger_of
from .table import PICTURES, SHOWN, Picture

README = Path(__file__).parents[2] / "station" / "tui" / "pictures"
SIZES = ((80, 24), (120, 40), (200, 60))


def app_of(picture: Picture, ledger: Path) -> tuple[Themed[int], StillRecorder | None]:
    """The program before its first key."""
    if not picture.scenes:
        return ReviewApp(ledger), None
    recorder = StillRecorder(picture, ledger)
    app = StationApp(recorder.connect, by="KS", wall_first=picture.wall)
    app.shuffle = lambda order: order.sort()
    app.follower.poll_s = app.follower.reconnect_s = 0.1
    return app, recorder


async def settled(pilot: Pilot[Any], recorder: StillRecorder | None) -> None:
    """Until all that was pressed is done and drawn."""
    await pilot.pause()
    if recorder is None:
        await pilot.app.workers.wait_for_complete()
    elif not recorder.lost:
        seen = recorder.echoes
        while recorder.echoes < seen + 2:
            await asyncio.sleep(0.01)
    await pilot.pause()


async def draw(
    picture: Picture, size: tuple[int, int], themes: Sequence[str], ledger: Path, put: Callable[[str, str], None]
) -> None:
    """``picture`` at one size in every theme; ``put`` takes the theme and the SVG."""
    app, recorder = app_of(picture, ledger)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, recorder)
        for key in picture.keys:
            if key.startswith("="):
                assert isinstance(app.focused, Typed)
                app.focused.value = key[1:]
            else:
                await pilot.press(key)
                await settled(pilot, recorder)
        if recorder is not None and picture.lost:
            recorder.lost = True
            while not isinstance(app.screen, FailedScreen):
                await asyncio.sleep(0.01)
        await settled(pilot, recorder)
        for theme in themes:
            if theme != NO_COLOUR:
                app.wear(theme)
                await settled(pilot, recorder)
            put(theme, app.export_screenshot())


@contextmanager
def colourless(on: bool) -> Iterator[None]:
    """NO_COLOR as it is asked for, whatever the shell says."""
    os.environ.pop("NO_COLOR", None)
    if on:
        os.environ["NO_COLOR"] = "1"
    yield
    os.environ.pop("NO_COLOR", None)


def main() -> None:
    """Draw what is asked for and name each file."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", metavar="FOLDER", type=Path, help="every picture, size and theme into FOLDER")
    asked.add_argument("--only", metavar="NAME", nargs="+", default=[""], help="only pictures whose names begin so")
    given = asked.parse_args()
    HALF_PERIOD_S.update(dict.fromkeys(HALF_PERIOD_S, 3600.0))  # nothing flashes: always the lit half
    FormScreen.READ_S = 0.01  # a key pressed at once is taken, on a fast computer too
    folder = given.all or README
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        ledger = Path(scratch) / "ledger.db"
        ledger_of(ledger)
        for picture in PICTURES:
            if not picture.name.startswith(tuple(given.only)) or (not given.all and picture.name not in SHOWN):
                continue
            for size in SIZES:
                for themes in (THEMES, (NO_COLOUR,)) if given.all else (THEMES[:1],):

                    def put(theme: str, svg: str) -> None:
                        name = f"{picture.name}-{size[0]}x{size[1]}"  # noqa: B023  # called at once
                        path = folder / (f"{name}-{theme}.svg" if given.all else f"{name}.svg")
                        path.write_text(svg, encoding="utf-8")
                        sys.stdout.write(f"{path}\n")

                    with colourless(themes == (NO_COLOUR,)):
                        asyncio.run(draw(picture, size, themes, ledger, put))


if __name__ == "__main__":
    main()
