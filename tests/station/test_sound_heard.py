"""The sound test: what it counts for, at which chairs, and what becomes of it with the session and the recorder."""

from __future__ import annotations

from typing import Any

import pytest
from desk import GE, START_MS, Desk

from charting.lines import line
from charting.session import fold
from station.clock import Ids
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.recorder.opening import earlier
from station.recorder.past import HEARD_HOLDS_S
from station.recorder.sight import Surroundings
from station.recorder.view import chair_view
from station.wire import messages as m

OPEN = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)


def prepared(desk: Desk) -> m.Prepared:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), desk.journal.saved_seq).prepared


def asked(desk: Desk, act: Any, by: str = "N1") -> Refusal:
    with pytest.raises(Refusal) as refused:
        desk.act(act, by)
    return refused.value


def test_a_heard_sound_test_counts_twelve_hours_for_the_one_who_heard_it() -> None:
    desk = Desk()
    desk.act(OPEN, "KS")
    desk.act(m.SoundChecked(outcome="heard"), "KS")
    assert (prepared(desk).sound, prepared(desk).sound_by) == ("tested", "KS")
    for by, after_s, heard in (("LM", 60, False), ("ks", 60, True), ("KS", HEARD_HOLDS_S, False)):
        desk.act(m.CloseSession(reason="home"))
        desk.clock.at_ns += after_s * 1_000_000_000
        desk.act(OPEN, by)
        assert prepared(desk).sound == ("tested" if heard else ""), by
        assert not heard or prepared(desk).sound_ms == START_MS
    desk.journal.commit()
    assert fold(desk.store.entries()) == desk.chair.state


@pytest.mark.parametrize(
    ("outcome", "said"), [("without", "started WITHOUT SOUND, by choice"), ("not_heard", "sound test: NOT HEARD")]
)
def test_a_session_without_sound_keeps_the_alarm_for_it(outcome: str, said: str) -> None:
    desk = Desk()
    desk.act(OPEN)
    entry = desk.act(m.SoundChecked(outcome=outcome))
    assert line(entry) == said
    came = [(t.condition, t.to_state) for t in desk.run(5)]
    assert ("AUDIO_FAIL", "ACTIVE_UNACK") in came
    reason = next(s.reason for s in desk.chair.engine.standing() if s.condition == "AUDIO_FAIL")
    assert "N1" in reason
    desk.act(m.SoundChecked(outcome="heard"))
    assert ("AUDIO_FAIL", "ACTIVE_UNACK") not in [(t.condition, t.to_state) for t in desk.run(60)]
    assert not [s for s in desk.chair.engine.standing() if s.condition == "AUDIO_FAIL" and s.state == "ACTIVE_UNACK"]


def silent(desk: Desk, chair: Chair) -> bool:
    """Whether ``chair`` says after some seconds that nothing is heard."""
    for _ in range(20):
        chair.step(desk.now_ns, Surroundings())
        desk.clock.at_ns += 250_000_000
    return any(s.condition == "AUDIO_FAIL" and s.state.startswith("ACTIVE") for s in chair.engine.standing())


def test_a_failed_sound_test_is_not_forgotten_with_the_session_or_the_recorder() -> None:
    desk = Desk()
    for outcome in ("heard", "not_heard"):
        desk.act(OPEN, "KS")
        desk.act(m.SoundChecked(outcome=outcome), "KS")
        desk.act(m.CloseSession(reason="home"), "KS")
    desk.act(OPEN, "KS")
    assert prepared(desk).sound == ""  # what was heard before is no longer so
    assert silent(desk, desk.chair)
    desk.journal.commit()
    again = Chair("Chair 1", (GE,), desk.chair.preset, desk.journal, desk.clock, Ids(1), earlier(desk.store))
    again.handle(OPEN, "KS", desk.now_ns)
    assert silent(desk, again)
    again.handle(m.SoundChecked(outcome="heard"), "LM", desk.now_ns)
    again.handle(m.Acknowledge(), "LM", desk.now_ns)
    assert not silent(desk, again)


def test_sound_that_one_chair_did_not_hear_is_an_alarm_at_every_chair_with_a_session() -> None:
    desk = Desk()
    past = earlier(desk.store)
    one, two, empty = (
        Chair(f"Chair {n}", (GE,), desk.chair.preset, desk.journal, desk.clock, Ids(n), past) for n in (1, 2, 3)
    )
    for chair in (one, two):
        chair.handle(OPEN, "KS", desk.now_ns)
    two.handle(m.SoundChecked(outcome="heard"), "LM", desk.now_ns)
    assert not silent(desk, two)
    one.handle(m.SoundChecked(outcome="not_heard"), "KS", desk.now_ns)
    assert silent(desk, one) and silent(desk, two) and not silent(desk, empty)
    one.handle(m.SoundChecked(outcome="heard"), "KS", desk.now_ns)
    two.handle(m.Acknowledge(), "LM", desk.now_ns)
    assert not silent(desk, two)


def test_who_goes_without_sound_goes_alone() -> None:
    desk = Desk()
    past = earlier(desk.store)
    one, two = (Chair(f"Chair {n}", (GE,), desk.chair.preset, desk.journal, desk.clock, Ids(n), past) for n in (1, 2))
    for chair in (one, two):
        chair.handle(OPEN, "KS", desk.now_ns)
    one.handle(m.SoundChecked(outcome="without"), "KS", desk.now_ns)
    assert silent(desk, one) and not silent(desk, two)


def test_a_sound_test_ends_in_one_of_three_ways_and_in_a_session() -> None:
    desk = Desk()
    assert "no session" in str(asked(desk, m.SoundChecked(outcome="heard")))
    desk.act(OPEN)
    assert "heard, not_heard, without" in str(asked(desk, m.SoundChecked(outcome="loud")))
