"""What is sounded is the highest priority that asks for it (I10); a pause ends by itself, and for any new high (I5)."""

from __future__ import annotations

from hypothesis import given, strategies as st

from station.alarms.outcome import Standing, State
from station.alarms.rules import PRIORITIES
from station.annunciator.pause import PAUSE_S, REMIND_S, Asking, Pause
from station.clock import NS


def asks(priority: str, condition: str = "SPO2_LOW", chair: str = "Chair 1", audible: bool = True) -> Asking:
    return chair, Standing(
        condition=condition, subject="", kind="physiological",
        state=State.ACTIVE_UNACK if audible else State.ACTIVE_ACK, frozen="", priority=priority, text="", reason="",
        remedy="", value=None, limit=None, since_ns=0, episode=1, audible=audible,
    )  # fmt: skip


def test_the_highest_of_all_chairs_is_sounded() -> None:
    pause = Pause()
    assert pause.step([], 0) == ("", "")
    assert pause.step([asks("medium"), asks("high", chair="Chair 2"), asks("low", "X")], 0) == ("high", "")
    assert pause.step([asks("medium"), asks("high", audible=False)], 0) == ("medium", "")


@given(st.lists(st.tuples(st.sampled_from(PRIORITIES), st.booleans())))
def test_any_mix_sounds_its_highest_audible(mix: list[tuple[str, bool]]) -> None:
    asking = [asks(priority, str(n), audible=audible) for n, (priority, audible) in enumerate(mix)]
    wanted = max((p for p, audible in mix if audible), key=PRIORITIES.index, default="")
    assert Pause().step(asking, 0) == (wanted, "")


def test_a_pause_silences_for_two_minutes_and_counts_down() -> None:
    pause = Pause()
    pause.begin(0)
    assert pause.left_s(0) == PAUSE_S == 120
    assert pause.step([asks("medium")], 0) == ("", "")
    assert pause.left_s(18 * NS) == 102
    assert pause.step([asks("medium")], 120 * NS - 1) == ("", "")
    assert pause.left_s(120 * NS - 1) == 1
    assert pause.step([asks("medium")], 120 * NS) == ("medium", "120 s are over")
    assert pause.left_s(121 * NS) is None
    assert pause.step([asks("medium")], 121 * NS) == ("medium", "")


def test_a_new_high_breaks_through_and_an_old_one_does_not() -> None:
    pause = Pause()
    pause.step([asks("high")], 0)
    pause.begin(NS)
    assert pause.step([asks("high")], 2 * NS) == ("", "")
    assert pause.step([asks("high"), asks("medium", "HR_HIGH")], 3 * NS) == ("", "")
    assert pause.step([asks("high"), asks("high", chair="Chair 2")], 4 * NS) == ("high", "a new high alarm")


def test_what_rises_to_high_or_speaks_again_is_new() -> None:
    for before in (asks("medium"), asks("high", audible=False)):
        pause = Pause()
        pause.step([before], 0)
        pause.begin(0)
        assert pause.step([before], NS) == ("", "")
        assert pause.step([asks("high")], 2 * NS) == ("high", "a new high alarm")


def test_a_person_ends_it() -> None:
    pause = Pause()
    pause.begin(0)
    pause.end()
    assert pause.left_s(NS) is None
    assert pause.step([asks("low")], NS) == ("low", "")


def test_off_stays_off_with_a_reminder_every_three_minutes() -> None:
    pause = Pause()
    pause.switch_off(0)
    reminded = []
    for second in range(1, 1_000):
        assert pause.step([asks("medium"), asks("high", str(second))], second * NS) == ("", "")
        if pause.reminds(second * NS):
            reminded.append(second)
    assert reminded == [180, 360, 540, 720, 900]
    assert REMIND_S == 180
    pause.end()
    assert pause.step([asks("low")], 1_000 * NS) == ("low", "")
    assert not pause.reminds(2_000 * NS)


def test_a_pause_of_a_sound_that_is_off_ends_in_sound() -> None:
    pause = Pause()
    pause.switch_off(0)
    pause.begin(NS)
    assert not pause.off
    assert pause.step([asks("medium")], 121 * NS) == ("medium", "120 s are over")


def test_off_takes_the_place_of_a_pause() -> None:
    pause = Pause()
    pause.begin(0)
    pause.switch_off(NS)
    assert pause.left_s(2 * NS) is None
    assert pause.step([asks("high")], 121 * NS) == ("", "")
