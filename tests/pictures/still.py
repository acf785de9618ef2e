"""A recorder in which time stands still, and a chart of past days: what the pictures are taken of."""

from __future__ import annotations

from pathlib import Path

import msgspec

from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.review import ghost_before
from charting.session import fold
from station import feeds
from station.presets import preset_called
from station.recorder.acts import Refusal
from station.recorder.sight import Surroundings
from station.recorder.view import chair_view
from station.rehearse import Rehearsal
from station.tui.connection import Answer
from station.wire import messages as m
from station.wire.client import ConnectionGone

from .table import Picture, Scene

DAY_MS = 86_400_000
PATIENTS = ("ALEX, A.", "BO, B.", "CHRIS, C.", "DANA, D.", "EVE, E.", "FINN, F.", "", "HAL, H.")
_KEPT: dict[str, Rehearsal] = {}


def rehearsed(scene: Scene) -> Rehearsal:
    """The scene played up to its end; the clock stands there."""
    feed = feeds.feed(scene.scenario, None, "ge_dri")
    acts = () if scene.empty else sorted((*feed.acts, *scene.more), key=lambda timed: timed[0])
    store = Store.open(":memory:", rehearsal=True)
    rehearsal = Rehearsal(feed._replace(acts=list(acts)), "ge_dri", preset_called("standard"), 0, store)
    for t_s, _ in rehearsal.steps():
        if t_s >= scene.at_s:
            break
    rehearsal.journal.commit()
    return rehearsal


def kept(scene: Scene) -> Rehearsal:
    """The scene, played once for all pictures in which nothing is charted."""
    if repr(scene) not in _KEPT:
        _KEPT[repr(scene)] = rehearsed(scene)
    return _KEPT[repr(scene)]


class StillRecorder:
    """A recorder in which time stands still. Where the picture is ``live`` its first chair takes acts."""

    beat_age_s = 0.0
    on_alarm = None

    def __init__(self, picture: Picture, ledger: Path) -> None:
        self._picture = picture
        self._ledger = ledger
        self._chairs = [(rehearsed if picture.live else kept)(scene) for scene in picture.scenes]
        self.echoes = 0
        self.lost = False

    async def connect(self) -> StillRecorder:
        """Itself, until it is lost."""
        if self.lost:
            raise ConnectionGone("the recorder has gone")
        return self

    async def poll(self) -> m.Snapshot:
        """The moment. Several chairs are numbered, and their patients told apart."""
        await self.connect()
        views = []
        for n, one in enumerate(self._chairs, 1):
            now_ns = one.clock.now_ns()
            view = chair_view(one.chair, now_ns, one.clock.utc_ms(now_ns), one.journal.saved_seq)
            several = (
                {"chair": f"Chair {n}", "patient": PATIENTS[(n - 1) % len(PATIENTS)]} if len(self._chairs) > 1 else {}
            )
            views.append(msgspec.structs.replace(view, **several))
        first = self._chairs[0]
        at_ms = first.clock.utc_ms(first.clock.now_ns())
        picture = self._picture
        return m.Snapshot(at_ms=at_ms, speed=1.0, chart=picture.chart, sound=picture.sound, chairs=tuple(views))

    async def trend(self, chair: str) -> m.TrendView:
        """The session up to the moment."""
        one = self._chairs[int(chair.split()[-1]) - 1]
        curves = one.chair.curves.trend(one.clock.utc_ms(one.clock.now_ns()))
        if curves is not None and self._picture.ghost:
            with Reader.open(self._ledger) as reader:
                last = fold(reader.entries(reader.sessions()[-1].session))
                assert last is not None
                curves = msgspec.structs.replace(curves, ghost=ghost_before(reader, last))
        return m.TrendView(chair=chair, trend=curves)

    async def act(self, chair: str, by: str, act: m.Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Charted where the picture is live; refused as a chair refuses."""
        one = self._chairs[0]
        if self._picture.live and not isinstance(act, m.TestSound):
            try:
                one.chair.handle(act, by, one.clock.now_ns())
            except Refusal as r:
                return m.Refused(id=0, sentence=str(r), field=r.field, confirm=r.confirm, why=r.why)
            one.chair.step(one.clock.now_ns(), Surroundings())
            one.journal.commit()
        return m.Saved(id=0, seq=one.journal.saved_seq)

    async def echo(self) -> None:
        """The screen was drawn."""
        self.echoes += 1

    async def close(self) -> None:
        """Nothing to close."""


def ledger_of(path: Path) -> None:
    """Sessions of three days, the same patient twice."""
    store = Store.open(path, rehearsal=True)
    for day, name in enumerate(("quiet", "vagal", "hypertensive-response")):
        feed = feeds.feed(name, None, "ge_dri")
        acts = [(t, msgspec.structs.replace(a, patient="DEMO, Sam") if name == "vagal" and not t else a)
                for t, a in feed.acts]  # fmt: skip
        rehearsal = Rehearsal(feed._replace(acts=acts), "ge_dri", preset_called("standard"), 0, store)
        rehearsal.clock.steady_to_utc_ns += day * DAY_MS * 1_000_000
        for _ in rehearsal.steps():
            pass
    store.close()
