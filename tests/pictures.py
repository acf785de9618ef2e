"""``make pictures``: screens drawn by the program itself from a seeded rehearsal, as SVG, into station/tui/pictures."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from charting.ledger.store import Store
from station import feeds
from station.presets import preset_called
from station.recorder.view import chair_view
from station.rehearse import Rehearsal
from station.tui.app import StationApp
from station.wire.messages import Act, Saved, Snapshot

FOLDER = Path(__file__).parent.parent / "station" / "tui" / "pictures"
SIZES = ((80, 24), (120, 40))
SCENES = {"chair": ("hypertensive-response", 2100.0)}


class StillClient:
    """A recorder that stands still at one moment."""

    beat_age_s = 0.0
    on_alarm = None

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def poll(self) -> Snapshot:
        """The moment."""
        return self._snapshot

    async def act(self, chair: str, by: str, act: Act) -> Saved:
        """Nothing is charted in a picture."""
        return Saved(id=0, seq=0)

    async def echo(self) -> None:
        """Nobody listens."""

    async def close(self) -> None:
        """Nothing to close."""


def moment(scenario: str, at_s: float) -> Snapshot:
    """The station at ``at_s`` of a scenario."""
    store = Store.open(":memory:", rehearsal=True)
    rehearsal = Rehearsal(feeds.feed(scenario, None, "ge_dri"), "ge_dri", preset_called("standard"), 0, store)
    for t_s, _ in rehearsal.steps():
        if t_s >= at_s:
            break
    rehearsal.journal.commit()
    now_ns = rehearsal.clock.now_ns()
    at_ms = rehearsal.clock.utc_ms(now_ns)
    view = chair_view(rehearsal.chair, now_ns, at_ms, rehearsal.journal.saved_seq)
    return Snapshot(at_ms=at_ms, speed=1.0, chart="", chairs=(view,))


async def draw(name: str, snapshot: Snapshot, size: tuple[int, int]) -> Path:
    """One picture."""

    async def connect() -> StillClient:
        return StillClient(snapshot)

    app = StationApp(connect, by="KS")
    async with app.run_test(size=size) as pilot:
        for _ in range(20):
            await pilot.pause(0.05)
        FOLDER.mkdir(exist_ok=True)
        return Path(app.save_screenshot(f"{name}-{size[0]}x{size[1]}.svg", path=str(FOLDER)))


def main() -> None:
    """Draw every scene at every size."""
    for name, (scenario, at_s) in SCENES.items():
        snapshot = moment(scenario, at_s)
        for size in SIZES:
            sys.stdout.write(f"{asyncio.run(draw(name, snapshot, size))}\n")


if __name__ == "__main__":
    main()
