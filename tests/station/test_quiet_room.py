"""The quiet room as it is charted, ended and resumed; and that the recorder's sound follows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import GE, Desk, restarted

from charting.lines import line
from charting.model import Entry, Kind
from charting.people import Signed
from charting.session import fold
from station.clock import NS, Ids
from station.config import Folders
from station.recorder import sound as sound_module
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.recorder.moving import carried_out
from station.recorder.sound import Sound
from station.script import SURE
from station.wire import messages as m
from station.wire.acts import ChangeChair
from station.wire.room_acts import QuietRoom

OPEN = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)
HOUR_S = 3600


def desk_with_session() -> Desk:
    desk = Desk()
    desk.act(OPEN)
    return desk


def charted(desk: Desk) -> list[Entry]:
    desk.journal.commit()
    return list(desk.store.entries())


def told(desk: Desk) -> list[str]:
    return [line(e) for e in charted(desk) if e.kind is Kind.QUIET]


def quiet(desk: Desk) -> bool:
    return desk.chair.state is not None and desk.chair.state.care.quiet is not None


def test_it_ends_by_itself_after_an_hour_at_the_instant_at_which_the_hour_was_up() -> None:
    desk = desk_with_session()
    began = desk.act(QuietRoom())
    desk.run(10)
    desk.clock.at_ns += (HOUR_S - 11) * NS
    desk.run(0.5)
    assert quiet(desk)
    desk.clock.at_ns += 20 * NS
    desk.run(0.25)
    assert not quiet(desk)
    ended = [e for e in charted(desk) if e.kind is Kind.QUIET][-1]
    assert (ended.happened_at_ms - began.happened_at_ms, ended.entered_by) == (HOUR_S * 1000, "station")
    assert told(desk) == ["quiet room for 60 min at most", "quiet room ended: time is up"]


def test_renewed_it_lasts_an_hour_from_then_and_is_quiet_since_it_began() -> None:
    desk = desk_with_session()
    began = desk.act(QuietRoom())
    desk.run(60)
    again = desk.act(QuietRoom(), by="BO")
    assert desk.chair.state is not None
    now = desk.chair.state.care.quiet
    assert now is not None
    assert (now.since_ms, now.until_ms - again.happened_at_ms) == (began.happened_at_ms, HOUR_S * 1000)
    assert now.by == "BO"
    desk.act(QuietRoom(end=True))
    assert told(desk)[1:] == ["quiet room goes on for 60 min at most", "quiet room ended"]


@pytest.mark.parametrize(
    ("act", "why"),
    [(m.Emergency(), "emergency"), (m.CloseSession(reason="home", confirmed=SURE), "session ended")],
)
def test_an_emergency_and_the_end_of_the_session_end_it(act: m.Act, why: str) -> None:
    desk = desk_with_session()
    desk.act(QuietRoom())
    desk.act(act)
    assert not quiet(desk)
    assert told(desk)[-1] == f"quiet room ended: {why}"
    desk.run(HOUR_S // 60)
    assert len(told(desk)) == 2


@pytest.mark.parametrize("kinds", [(Kind.EMERGENCY,), (Kind.SESSION_CLOSED,)])
def test_the_fold_alone_ends_it_too(kinds: tuple[Kind, ...]) -> None:
    desk = desk_with_session()
    desk.act(QuietRoom())
    desk.act(m.Emergency() if Kind.EMERGENCY in kinds else m.CloseSession(reason="home", confirmed=SURE))
    without = [e for e in charted(desk) if e.payload.get("what") != "ended"]
    state = fold(without)
    assert state is not None and state.care.quiet is None
    before = fold(e for e in without if e.kind not in kinds)
    assert before is not None and before.care.quiet is not None


def test_it_is_refused_where_there_is_nothing_to_make_quiet_or_to_end() -> None:
    desk = Desk()
    with pytest.raises(Refusal, match="no session is open"):
        desk.act(QuietRoom())
    desk.act(OPEN)
    with pytest.raises(Refusal, match="the room is not quiet"):
        desk.act(QuietRoom(end=True))


def test_an_undo_goes_past_it_to_what_a_person_charted_before() -> None:
    desk = desk_with_session()
    desk.act(m.Note(text="sees colours"))
    desk.act(QuietRoom())
    assert line(desk.act(m.Undo())).startswith("UNDONE: sees colours")
    assert quiet(desk)


def test_a_recorder_that_was_killed_goes_on_with_a_quiet_room_or_ends_it() -> None:
    desk = desk_with_session()
    desk.act(QuietRoom())
    desk.run(5)
    after = restarted(desk)
    assert quiet(after)
    after.clock.at_ns += 2 * HOUR_S * NS
    after.run(0.25)
    assert not quiet(after)
    assert told(after)[-1] == "quiet room ended: time is up"


def test_it_goes_along_to_another_chair_with_its_patient() -> None:
    desk = desk_with_session()
    desk.act(QuietRoom())
    other = Chair("Chair 2", (GE,), desk.chair.preset, desk.journal, desk.clock, Ids(1))
    chairs = {"Chair 1": desk.chair, "Chair 2": other}
    command = m.Command(id=1, chair="Chair 1", by="N1", act=ChangeChair(to="Chair 2"))
    carried_out(command, Signed("N1"), desk.chair, chairs, desk.now_ns)
    assert other.state is not None and other.state.care.quiet is not None
    assert not quiet(desk)


def test_no_room_is_made_quiet_for_a_session_typed_back_from_paper() -> None:
    desk = Desk()
    opened = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70, paper=True)
    desk.chair.handle(opened, "KS", desk.now_ns, 3600.0)
    with pytest.raises(Refusal, match="typed back from paper"):
        desk.act(QuietRoom())


# --- what sounds


class Heard:
    """A voice that notes what it was last told to sound."""

    trouble = None
    heard = True

    def __init__(self, *_: object) -> None:
        self.sounding = ""

    def step(self, priority: str, _at_ns: int) -> None:
        self.sounding = priority

    def once(self, _priority: str, _at_ns: int) -> None:
        raise AssertionError("nothing is sounded once here")


class Room:
    """A chair with a pressure that is too high, and what is heard of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = Desk(GE)
        self.at_ns = NS
        monkeypatch.setattr(sound_module, "real_ns", lambda: self.at_ns)
        monkeypatch.setattr(sound_module, "Voice", Heard)
        self.sound = Sound(Folders(folder, folder, folder), lambda: [self.desk.chair], True, lambda *_: None)
        self.desk.begin()

    def run(self, seconds: int, **values: float) -> list[str]:
        """What sounds at the end of each second."""
        said = []
        for _ in range(seconds):
            self.desk.run(1, **values)
            self.at_ns += NS
            self.sound.step(self.desk.now_ns)
            said.append(self.sound._voice.sounding)  # type: ignore[union-attr]
        return said

    def standing(self, condition: str) -> str:
        return next(
            (s.priority for s in self.desk.chair.engine.standing() if s.condition == condition and s.audible), ""
        )


GOOD = {"HR": 70.0, "SPO2": 97.0, "RESP_RATE": 14.0}


def test_a_medium_alarm_of_a_quiet_room_sounds_after_half_a_minute_that_nobody_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, monkeypatch)
    room.run(3, **GOOD)
    room.desk.act(QuietRoom())
    slow = GOOD | {"HR": 46.0}
    waited = 0
    while not room.standing("HR_LOW") and waited < 90:
        room.run(1, **slow)
        waited += 1
    assert room.standing("HR_LOW") == "medium"
    said = room.run(40, **slow)
    assert said[:29] == [""] * 29
    assert said[31:] == ["medium"] * 9
    room.desk.act(m.Acknowledge())
    assert room.run(2, **slow) == ["", ""]


def test_a_high_alarm_of_a_quiet_room_sounds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(tmp_path, monkeypatch)
    room.run(3, **GOOD)
    room.desk.act(QuietRoom())
    low = GOOD | {"SPO2": 70.0}
    for _ in range(60):
        said = room.run(1, **low)
        assert (said == ["high"]) == ("high" in {room.standing("SPO2_LOW"), room.standing("SPO2_DESAT")})
        if said == ["high"]:
            return
    raise AssertionError("no high alarm came")


def test_where_the_room_is_not_quiet_any_more_a_medium_alarm_sounds_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(tmp_path, monkeypatch)
    room.run(3, **GOOD)
    room.desk.act(QuietRoom())
    slow = GOOD | {"HR": 46.0}
    while not room.standing("HR_LOW"):
        room.run(1, **slow)
    assert room.run(2, **slow) == ["", ""]
    room.desk.act(QuietRoom(end=True))
    assert room.run(1, **slow) == ["medium"]
