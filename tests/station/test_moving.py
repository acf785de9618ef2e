"""Change of chair: the session goes on at a free chair with all that belongs to its patient; devices stay."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest
from desk import GE, MASIMO, START_MS, Desk, Source, restarted
from test_protocol_rules import IV, naming

from charting.lines import line
from charting.model import Kind
from charting.people import Signed
from charting.session import Phase, fold
from station.clock import Ids
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.recorder.moving import carried_out
from station.recorder.opening import seat
from station.recorder.sight import Surroundings
from station.recorder.view import chair_view
from station.wire.acts import BindMonitor, ChangeChair, Note
from station.wire.messages import ChairView, Command, OpenSession, Plan

OTHER = Source("ge_dri", "ge_dri", "p9", 3.0, 5.0)


def two(*sources: Source) -> tuple[Desk, dict[str, Chair]]:
    desk = Desk(*sources)
    second = Chair("Chair 2", (OTHER,), desk.chair.preset, desk.journal, desk.clock, Ids(1))
    return desk, {"Chair 1": desk.chair, "Chair 2": second}


def moved(desk: Desk, chairs: dict[str, Chair], to: str, by: str = "N1", session: str | None = None) -> None:
    command = Command(id=1, chair="Chair 1", by=by, act=ChangeChair(to=to), session=session)
    carried_out(command, Signed(by), chairs["Chair 1"], chairs, desk.now_ns)


def test_the_session_goes_on_at_the_other_chair() -> None:
    desk, chairs = two()
    desk.begin()
    desk.run(60, HR=70, SPO2=97)
    before = desk.chair.state
    assert before is not None
    desk.chair.line_changed("ge_dri", "connected", "", desk.now_ns)
    desk.act(BindMonitor(sources=("ge_dri",)))
    desk.run(60, HR=70, SPO2=80)
    standing = [s.condition for s in desk.chair.engine.standing() if s.state.startswith("ACTIVE")]
    assert "SPO2_LOW" in standing
    moved(desk, chairs, "Chair 2")
    first, second = chairs["Chair 1"], chairs["Chair 2"]
    assert first.state is None and second.state is not None
    assert (second.state.session, second.state.phase, second.state.acts) == (
        before.session,
        Phase.INFUSING,
        before.acts,
    )
    assert second.state.chair == "Chair 2" and second.state.monitors is None  # other devices: confirmed anew
    assert {s.condition for s in second.engine.standing()} >= set(standing) and not first.engine.standing()
    assert second.owed(desk.now_ns) and not first.owed(desk.now_ns)
    assert [port.view.port for port in (first.ports["ge_dri"], second.ports["ge_dri"])] == ["p1", "p9"]
    assert line(second.lines[-1]) == "change of chair: from Chair 1 to Chair 2"


def test_what_the_devices_send_afterwards_is_of_their_own_chair() -> None:
    desk, chairs = two()
    desk.begin()
    moved(desk, chairs, "Chair 2")
    session = chairs["Chair 2"].state.session  # type: ignore[union-attr]
    desk.journal.commit()
    rows = len(list(desk.store.numerics(session)))
    desk.say(HR=70)  # at chair 1
    desk.journal.commit()
    assert len(list(desk.store.numerics(session))) == rows


def test_live_and_read_it_is_the_same_state() -> None:
    desk, chairs = two()
    desk.begin()
    desk.run(10, HR=70)
    moved(desk, chairs, "Chair 2")
    chairs["Chair 2"].handle(Note(text="comfortable"), "N1", desk.now_ns)
    chairs["Chair 2"].step(desk.now_ns, Surroundings())
    desk.journal.commit()
    (told,) = desk.store.sessions()
    assert fold(desk.store.entries(told.session)) == chairs["Chair 2"].state
    assert seat(desk.store, told) == "Chair 2"
    (entry,) = desk.store.of_kind(Kind.CHAIR_CHANGED)
    assert entry.payload == {"from_chair": "Chair 1", "to_chair": "Chair 2"} and entry.happened_at_ms >= START_MS


@pytest.mark.parametrize(
    ("to", "by", "sentence"),
    [
        ("Chair 3", "N1", "there is no chair called 'Chair 3'"),
        ("Chair 1", "N1", "at this chair already"),
        ("Chair 2", "", "your initials are empty"),
        ("Chair 2", "7", "initials have a letter"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_charted(to: str, by: str, sentence: str) -> None:
    desk, chairs = two()
    desk.begin()
    desk.journal.commit()
    head = desk.store.head()
    with pytest.raises(Refusal, match=sentence):
        moved(desk, chairs, to, by)
    desk.journal.commit()
    assert desk.store.head() == head and chairs["Chair 1"].state is not None


def test_a_chair_with_a_session_takes_no_other() -> None:
    desk, chairs = two()
    with pytest.raises(Refusal, match="no session is open"):
        moved(desk, chairs, "Chair 2")
    desk.begin()
    taken = SimpleNamespace(state=SimpleNamespace(patient="Other, B"), name="Chair 2")
    with pytest.raises(Refusal, match="Other, B is in Chair 2 now; choose a free chair"):
        moved(desk, chairs | {"Chair 2": taken}, "Chair 2")  # type: ignore[dict-item]
    with pytest.raises(Refusal, match="the session has changed"):
        moved(desk, chairs, "Chair 2", session="another")


def test_what_stands_about_a_device_that_stays_behind_ends_and_says_why() -> None:
    desk, chairs = two(GE, MASIMO)
    desk.begin()
    for _ in range(10):
        desk.say("masimo_ascii", SPO2=97, PULSE_RATE=70)
        desk.run(1, HR=70)
    desk.run(60)  # both are unplugged for the move
    second = chairs["Chair 2"]

    def standing(chair: Chair) -> set[tuple[str, str]]:
        devices = ("COMM_LOST", "VALUE_STALE")
        return {(s.condition, s.subject) for s in chair.engine.standing() if s.condition in devices}

    assert {("COMM_LOST", "ge_dri"), ("COMM_LOST", "masimo_ascii"), ("VALUE_STALE", "SPO2")} <= standing(desk.chair)
    moved(desk, chairs, "Chair 2")
    assert not {subject for _, subject in standing(second)} & {"masimo_ascii", "SPO2", "PULSE_RATE"}
    assert ("COMM_LOST", "ge_dri") in standing(second)  # chair 2 has one: its own line decides
    desk.journal.commit()
    ended = {e.payload["subject"]: e for e in desk.store.of_kind(Kind.ALARM) if "stayed" in e.payload["reason"]}
    assert {"masimo_ascii", "SPO2", "PULSE_RATE"} == set(ended)
    assert {(e.chair, e.payload["to"], e.payload["reason"]) for e in ended.values()} == {
        ("Chair 2", "INACTIVE", "device stayed at Chair 1")
    }
    for frames in range(1, 60):
        second.heard("ge_dri", desk.now_ns, frames, 1.0)
        second.step(desk.now_ns, Surroundings())
        desk.clock.at_ns += 10**9
    assert standing(second) & {("COMM_LOST", "ge_dri"), ("COMM_LOST", "masimo_ascii"), ("VALUE_STALE", "SPO2")} == set()


def test_the_preset_of_the_session_goes_with_it() -> None:
    desk, chairs = two()
    for chair in chairs.values():
        chair.protocols = naming("canmat-2021")
    desk.act(OpenSession(patient="A, B", identifier="1", weight_kg=70.0, protocol=IV.id))
    desk.run(10, NIBP_SYS=120, NIBP_DIA=70)
    moved(desk, chairs, "Chair 2")
    first, second = chairs["Chair 1"], chairs["Chair 2"]

    def seen(chair: Chair) -> ChairView:
        return chair_view(chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0)

    assert (seen(first).preset, seen(second).preset) == ("test", "canmat-2021")
    assert next(n.high for n in seen(second).numbers if n.metric == "NIBP_SYS") == 160
    second.handle(Plan(weight_kg=80.0, mg_per_kg=0.5, minutes=40, mg_per_ml=1.0), "N1", desk.now_ns)
    said = [e.payload["preset"]["name"] for e in second.lines if e.kind is Kind.SESSION_OPENED]
    assert said == ["canmat-2021", "canmat-2021"]  # the opening, and the weight corrected at chair 2
    first.protocols = naming("")
    opened = first.handle(OpenSession(patient="C, D", identifier="2", weight_kg=70.0), "N1", desk.now_ns).last
    assert opened.payload["preset"]["name"] == "test"


def test_a_corrected_weight_repeats_the_preset_of_the_opening() -> None:
    desk = Desk()
    desk.begin(start=False)
    opened = next(e for e in desk.chair.lines if e.kind is Kind.SESSION_OPENED)
    after = restarted(desk)
    after.chair.preset = after.chair._own_preset = msgspec.structs.replace(after.chair.preset, name="of today")
    after.act(Plan(weight_kg=72.0, mg_per_kg=0.5, minutes=40, mg_per_ml=1.0))
    corrected = [e for e in after.chair.lines if e.kind is Kind.SESSION_OPENED][-1]
    assert corrected.supersedes == opened.seq and corrected.payload["preset"] == opened.payload["preset"]
