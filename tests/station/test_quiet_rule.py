"""Which sound rests in a quiet room: never that of a high alarm, and of a medium one for half a minute at most."""

from __future__ import annotations

from hypothesis import given, strategies as st

from charting.quiet import SOUNDS_AFTER_S
from station.alarms.conditions import CONDITIONS
from station.alarms.outcome import Standing, State
from station.alarms.rules import PRIORITIES
from station.annunciator.quiet import NEVER, Hush, rests
from station.clock import NS

STATES = st.sampled_from([State.ACTIVE_UNACK, State.ACTIVE_ACK, State.LATCHED, State.HELD, State.INACTIVE])
CHAIR = "Chair 1"


def alarm(condition: str = "NIBP_HIGH", priority: str = "medium", state: State = State.ACTIVE_UNACK) -> Standing:
    return Standing(
        condition=condition, subject="", kind="physiological", state=state, frozen="", priority=priority, text="",
        reason="", remedy="", value=None, limit=None, since_ns=0, episode=1, audible=state is State.ACTIVE_UNACK,
    )  # fmt: skip


def heard(hush: Hush, at_s: float, *alarms: Standing, quiet: bool = True) -> list[str]:
    asking = hush.step([(CHAIR, one) for one in alarms], {CHAIR} if quiet else (), round(at_s * NS))
    return [one.condition for _, one in asking if one.audible]


@given(st.sampled_from(sorted(CONDITIONS)), st.booleans(), st.floats(0, 1e6))
def test_a_high_alarm_is_never_silent_because_of_it(condition: str, quiet: bool, waited_s: float) -> None:
    assert not rests(alarm(condition, "high"), quiet, waited_s)


@given(st.sampled_from(sorted(CONDITIONS)), st.sampled_from(PRIORITIES), st.floats(0, 1e6))
def test_nothing_rests_where_the_room_is_not_quiet_or_nobody_could_be_warned(
    condition: str, priority: str, waited_s: float
) -> None:
    assert not rests(alarm(condition, priority), False, waited_s)
    assert rests(alarm(condition, priority), True, waited_s) <= (condition not in NEVER and priority != "high")


@given(st.sampled_from(sorted(set(CONDITIONS) - NEVER)), st.floats(0, 1e6))
def test_a_medium_alarm_rests_for_half_a_minute_and_not_longer(condition: str, waited_s: float) -> None:
    assert rests(alarm(condition), True, waited_s) == (waited_s < SOUNDS_AFTER_S)


def test_what_is_never_quiet_is_a_condition_and_a_priority_that_nobody_knows_sounds() -> None:
    assert set(CONDITIONS) >= NEVER
    assert not rests(alarm(priority="strange"), True, 0.0)


@given(st.lists(st.tuples(STATES, st.booleans(), st.sampled_from(PRIORITIES)), max_size=200))
def test_whatever_happens_half_a_minute_unacknowledged_is_the_longest_silence(
    steps: list[tuple[State, bool, str]],
) -> None:
    """Each step is a second. A LATCHED alarm is not over for the person who has not seen it, so it goes on counting."""
    hush, waiting_s = Hush(), 0
    heard(hush, 0)
    for second, (state, quiet, priority) in enumerate(steps, 1):
        waits = state in (State.ACTIVE_UNACK, State.LATCHED)
        sounds = bool(heard(hush, second, alarm(priority=priority, state=state), quiet=quiet))
        loud = not quiet or priority == "high" or (priority == "medium" and waiting_s >= SOUNDS_AFTER_S)
        assert sounds == (state is State.ACTIVE_UNACK and loud)
        waiting_s = waiting_s + 1 if waits else 0


def test_a_new_alarm_has_its_own_half_minute_and_an_acknowledged_one_begins_anew() -> None:
    hush = Hush()
    assert heard(hush, 0) == []
    assert heard(hush, 1, alarm()) == []
    assert heard(hush, 30.9, alarm(), alarm("RR_LOW")) == []
    assert heard(hush, 31, alarm(), alarm("RR_LOW")) == ["NIBP_HIGH"]
    assert heard(hush, 32, alarm(state=State.ACTIVE_ACK), alarm("RR_LOW")) == []
    assert heard(hush, 61, alarm(), alarm("RR_LOW")) == ["RR_LOW"]
    assert heard(hush, 91, alarm(), alarm("RR_LOW")) == ["NIBP_HIGH", "RR_LOW"]


def test_a_recorder_that_was_started_anew_does_not_count_again() -> None:
    assert heard(Hush(), 5, alarm(), alarm("NO_BASELINE", "low")) == ["NIBP_HIGH"]


def test_another_chair_is_heard_as_ever() -> None:
    hush = Hush()
    hush.step([], (), 0)
    asking = hush.step([(CHAIR, alarm()), ("Chair 2", alarm())], {CHAIR}, NS)
    assert [chair for chair, _ in asking] == ["Chair 2"]
