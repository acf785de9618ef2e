"""A recorder in which time stands still, and a chart of past days: what the pictures are taken of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from charting.factors import dose_lines, factor_lines
from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.protocol_files import load_protocols
from charting.record_rules import course_of, eligibility_of
from charting.review import ghost_before
from charting.sbar import Card, sbar
from charting.session import fold
from charting.treatments import Treated
from station import feeds
from station.clock import clinic_day
from station.drugs import load_drugs
from station.presets import preset_called
from station.protocols import Protocols
from station.recorder.acts import Refusal
from station.recorder.cards import drawn
from station.recorder.rules import protocol_of
from station.recorder.sight import Surroundings
from station.recorder.view import chair_view
from station.rehearse import Rehearsal
from station.tui.connection import Answer
from station.wire import messages as m
from station.wire.client import ConnectionGone
from station.wire.patient_messages import PatientView
from station.wire.people_acts import CardDrawn, DrawCard

from .table import Picture, Scene

DAY_MS = 86_400_000
GIVEN = (  # what somebody had before, for the start page
    Treated(on=date(2025, 12, 27), mg=36.5, mg_per_kg=0.5, planned_mg_per_kg=0.5),
    Treated(on=date(2025, 12, 30), mg=25.6, mg_per_kg=0.35, planned_mg_per_kg=0.5),
)
PATIENTS = ("ALEX, A.", "BO, B.", "CHRIS, C.", "DANA, D.", "EVE, E.", "FINN, F.", "", "HAL, H.")
_KEPT: dict[str, Rehearsal] = {}


def rehearsed(scene: Scene) -> Rehearsal:
    """The scene played up to its end; the clock stands there."""
    feed = feeds.feed(scene.scenario, None, "ge_dri")
    acts = () if scene.empty else sorted((*feed.acts, *scene.more), key=lambda timed: timed[0])
    store = Store.open(":memory:", rehearsal=True)
    rehearsal = Rehearsal(feed._replace(acts=list(acts)), "ge_dri", preset_called("standard"), 0, store)
    rehearsal.chair.beside.drugs = load_drugs(Path("nowhere"))
    rehearsal.chair.protocols = Protocols(load_protocols(), "iv-standard")
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
    pid = 1
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
            view = chair_view(one.chair, now_ns, one.clock.utc_ms(now_ns), one.journal.saved_seq, days=())
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

    async def patient(self, chair: str, patient: str, identifier: str) -> PatientView:
        """The record as the first chair remembers it, and a course without earlier sessions."""
        one = self._chairs[0]
        record, rules = one.chair._past.record(patient, identifier), one.chair.beside.clinic
        today = clinic_day(one.clock.utc_ms(one.clock.now_ns()))
        return PatientView(
            id=0, today=today, record=record, stands=course_of(record, (), today),
            warnings=eligibility_of(rules.screening.eligibility, record) if record is not None else (),
            factors=factor_lines(record, one.chair._past.weighed(patient, identifier, 0.0), GIVEN, today),
            doses=tuple(dose_lines(GIVEN)),
            protocol=protocol_of(one.chair.state), screening=rules.screening, courses=rules.courses,
        )  # fmt: skip

    async def act(self, chair: str, by: str, act: m.Act, ago_s: float = 0.0, session: str | None = None) -> Answer:
        """Charted where the picture is live; refused as a chair refuses."""
        one = self._chairs[0]
        if isinstance(act, DrawCard):
            made = drawn(sbar_of(one))
            return CardDrawn(id=0, digest=made.digest, at_ms=made.card.at_ms, parts=made.card.parts)
        if self._picture.live and not isinstance(act, m.TestSound):
            try:
                one.chair.handle(act, by, one.clock.now_ns())
            except Refusal as r:
                return r.answer(0)
            one.chair.step(one.clock.now_ns(), Surroundings())
            one.journal.commit()
        return m.Saved(id=0, seq=one.journal.saved_seq)

    async def echo(self) -> None:
        """The screen was drawn."""
        self.echoes += 1

    async def close(self) -> None:
        """Nothing to close."""


def sbar_of(one: Rehearsal) -> Card:
    """The hand-over card at the moment."""
    one.journal.commit()
    now_ns = one.clock.now_ns()
    session = one.journal._store.sessions()[-1].session
    rows = list(one.journal._store.numerics(session))
    return sbar(one.journal._store.entries(session), rows, one.clock.utc_ms(now_ns), one.chair.owed(now_ns))


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
