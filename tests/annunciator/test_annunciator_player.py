"""One sound at a time, at once, without a crack, and again when its time has come."""

from __future__ import annotations

import numpy as np

from station.annunciator.player import FADE, Player
from station.annunciator.tones import RATE_HZ, TONES, burst


def test_silence_until_something_is_wanted() -> None:
    player = Player()
    assert not player.fill(RATE_HZ).any()


def test_a_burst_is_heard_whole_and_again_after_its_rest() -> None:
    player = Player()
    player.want = "high"
    once = burst(TONES["high"])
    period = len(once) + RATE_HZ * TONES["high"].rest_ms // 1000
    heard = np.concatenate([player.fill(441) for _ in range(2 * period // 441 + 2)])[FADE:]
    assert (heard[: len(once)] == once).all()
    assert not heard[len(once) : period].any()
    assert (heard[period : period + len(once)] == once).all()


def test_the_last_wish_counts_and_begins_at_its_first_pulse() -> None:
    player = Player()
    player.want = "medium"
    player.fill(1_000)
    player.want = "high"
    assert (player.fill(FADE + 5_000)[FADE:] == burst(TONES["high"])[:5_000]).all()


def test_silence_comes_within_ten_milliseconds_and_without_a_crack() -> None:
    player = Player()
    player.want = "failure"
    before = player.fill(RATE_HZ // 4)
    player.want = ""
    after = player.fill(RATE_HZ // 10)
    assert not after[FADE:].any()
    steepest = np.abs(np.diff(before.astype(int))).max()
    assert np.abs(np.diff(np.concatenate([before, after]).astype(int))).max() <= steepest * 1.1
