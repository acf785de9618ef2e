"""``make pictures``: screens drawn by the program itself from a seeded rehearsal, as SVG, into station/tui/pictures."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from textual.app import App

from charting.ledger.store import Store
from charting.trends import Trend
from station import feeds
from station.presets import preset_called
from station.recorder.view import chair_view
from station.rehearse import START_UTC_MS, Rehearsal, rehearse
from station.tui.app import StationApp
from station.tui.review_app import ReviewApp
from station.wire.messages import Act, Saved, Snapshot, TrendView

FOLDER = Path(__file__).parent.parent / "station" / "tui" / "pictures"
SIZES = ((80, 24), (120, 40), (200, 60))
SCENES = {"chair": ("hypertensive-response", 2100.0)}


class StillClient:
    """A recorder that stands still at one moment."""

    beat_age_s = 0.0
    on_alarm = None

    def __init__(self, snapshot: Snapshot, curves: Trend | None) -> None:
        self._snapshot, self._curves = snapshot, curves

    async def poll(self) -> Snapshot:
        """The moment."""
        return self._snapshot

    async def trend(self, chair: str) -> TrendView:
        """The session up to the moment."""
        return TrendView(chair=chair, trend=self._curves)

    async def act(self, chair: str, by: str, act: Act, ago_s: float = 0.0) -> Saved:
        """Nothing is charted in a picture."""
        return Saved(id=0, seq=0)

    async def echo(self) -> None:
        """Nobody listens."""

    async def close(self) -> None:
        """Nothing to close."""


def moment(scenario: str, at_s: float) -> tuple[Snapshot, Trend | None]:
    """The station at ``at_s`` of a scenario, and the session's curves."""
    store = Store.open(":memory:", rehearsal=True)
    rehearsal = Rehearsal(feeds.feed(scenario, None, "ge_dri"), "ge_dri", preset_called("standard"), 0, store)
    for t_s, _ in rehearsal.steps():
        if t_s >= at_s:
            break
    rehearsal.journal.commit()
    now_ns = rehearsal.clock.now_ns()
    at_ms = rehearsal.clock.utc_ms(now_ns)
    view = chair_view(rehearsal.chair, now_ns, at_ms, rehearsal.journal.saved_seq)
    return Snapshot(at_ms=at_ms, speed=1.0, chart="", chairs=(view,)), rehearsal.chair.curves.trend(at_ms)


async def draw(name: str, snapshot: Snapshot, curves: Trend | None, size: tuple[int, int]) -> Path:
    """One picture."""

    async def connect() -> StillClient:
        return StillClient(snapshot, curves)

    app = StationApp(connect, by="KS")
    async with app.run_test(size=size) as pilot:
        for _ in range(20):
            await pilot.pause(0.05)
        FOLDER.mkdir(exist_ok=True)
        return Path(app.save_screenshot(f"{name}-{size[0]}x{size[1]}.svg", path=str(FOLDER)))


async def still(name: str, app: App[Any], size: tuple[int, int], keys: tuple[str, ...] = ()) -> Path:
    """One picture of ``app`` after ``keys``."""
    async with app.run_test(size=size) as pilot:
        for _ in range(10):  # what is read first is read on a thread
            await pilot.pause(0.05)
        for key in (*keys, *[""] * 20):
            await (pilot.press(key) if key else pilot.pause(0.05))
            await pilot.pause(0.1 if key else 0)
        return Path(app.save_screenshot(f"{name}-{size[0]}x{size[1]}.svg", path=str(FOLDER)))


def wall_and_review() -> None:
    """The wall of four chairs at a moment, and a whole rehearsed session in the review."""
    scenes = (*SCENES.values(), ("quiet", 2000.0), ("desaturation", 1500.0), ("vagal", 300.0))
    views = [moment(*scene)[0].chairs[0] for scene in scenes[-3:] + scenes[:1]]
    names = ("ALEX, A.", "BO, B.", "CHRIS, C.", "DANA, D.")
    chairs = tuple(
        msgspec.structs.replace(view, chair=f"Chair {n}", patient=who)
        for n, (view, who) in enumerate(zip(views, names, strict=True), 1)
    )
    snapshot = Snapshot(at_ms=START_UTC_MS + 2_100_000, speed=1.0, chart="", chairs=chairs)

    async def connect() -> StillClient:
        return StillClient(snapshot, None)

    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.db"
        feed = feeds.feed("hypertensive-response", None, "ge_dri")
        list(rehearse(feed, "ge_dri", preset_called("standard"), 0, ledger))
        for size in SIZES:
            wall = StationApp(connect, by="KS", wall_first=True)
            sys.stdout.write(f"{asyncio.run(still('wall', wall, size))}\n")
            keys = ("enter", *("down",) * 6)
            sys.stdout.write(f"{asyncio.run(still('review', ReviewApp(ledger), size, keys))}\n")


def main() -> None:
    """Draw every scene at every size."""
    wall_and_review()
    for name, (scenario, at_s) in SCENES.items():
        snapshot, curves = moment(scenario, at_s)
        for size in SIZES:
            sys.stdout.write(f"{asyncio.run(draw(name, snapshot, curves, size))}\n")


if __name__ == "__main__":
    main()
