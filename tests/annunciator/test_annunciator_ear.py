"""The sound test asks for what was played, and says so where nothing can be played."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from station.annunciator import ear
from station.annunciator.ear import pulses, sound_test
from station.annunciator.tones import RATE_HZ


@pytest.mark.parametrize(("answers", "passed"), [(("1", " 2 ", "3"), True), (("1", "1", "3"), False)])
def test_every_tone_must_be_counted_right(
    answers: Sequence[str], passed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ear, "pulses", lambda name, count: pulses(name, count)[: RATE_HZ // 20])
    drawn, given, told = itertools.count(1), iter(answers), list[str]()
    assert sound_test("null", lambda _: next(drawn), lambda _: next(given), told.append) is passed
    assert [line[:3] for line in told] == ["ok ", "ok " if passed else "bad", "ok "]


def test_without_a_device_nothing_is_asked(tmp_path: Path) -> None:
    told: list[str] = []
    assert not sound_test(f"wav:{tmp_path}/no/where.wav", lambda many: many[0], lambda _: "1", told.append)
    assert "visible only" in told[0]


def test_pulses_can_be_counted() -> None:
    loud = np.abs(pulses("high", 4).astype(int)) > 1_000
    grouped = np.flatnonzero(np.diff(np.flatnonzero(loud)) > RATE_HZ // 20)
    assert len(grouped) + 1 == 4
