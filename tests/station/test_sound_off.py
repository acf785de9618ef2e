"""What the recorder makes of sound that is switched off: reminders that are heard, and an end in the chart."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from desk import GE, Desk

from charting.lines import line
from charting.model import Kind
from station.annunciator import voice
from station.annunciator.pause import REMIND_S
from station.annunciator.rungs import SINK
from station.annunciator.tones import RATE_HZ, TONES, burst
from station.clock import NS, Ids
from station.config import Folders
from station.recorder import sound as sound_module
from station.recorder.chair import Chair
from station.recorder.opening import end_silence
from station.recorder.sound import Sound
from station.wire import messages as m

OPEN = m.OpenSession(patient="Test, A", identifier="1980-01-01", weight_kg=70)
ENDED = "sound on again: the recorder was started anew"


def step_until(true: Callable[[], object], step: Callable[[], None]) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < 30
        step()
        time.sleep(0.02)


def test_a_reminder_that_falls_due_while_no_annunciator_runs_is_heard_when_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears, mark = tmp_path / "heard.wav", tmp_path / "annunciator"
    monkeypatch.setenv(SINK, f"wav:{ears}")
    at_ns = NS
    monkeypatch.setattr(sound_module, "real_ns", lambda: at_ns)
    it = Sound(Folders(tmp_path, tmp_path, tmp_path), list, True, lambda *_: None)

    def step() -> None:
        nonlocal at_ns
        at_ns += NS // 50
        it.step(0)

    desk = Desk()
    step_until(lambda: mark.exists() and mark.read_text() and ears.exists(), step)
    it.acted(m.SoundOff(reason="migraine"), desk.chair, 0)
    monkeypatch.setattr(voice, "RESTART_AFTER_S", 1e6)
    os.kill(int(mark.read_text()), signal.SIGKILL)
    step_until(lambda: it.trouble, step)
    at_ns += REMIND_S * NS
    it.step(0)
    assert it.bell  # in the meantime
    monkeypatch.setattr(voice, "RESTART_AFTER_S", 0.0)
    pulse = np.trim_zeros(burst(TONES["reminder"])[: RATE_HZ // 8])

    def reminded() -> bool:
        heard = np.trim_zeros(np.frombuffer(ears.read_bytes()[44:], np.int16), "f")
        return len(heard) >= len(pulse) and bool((heard[: len(pulse)] == pulse).all())

    step_until(reminded, step)
    it.goodbye(0)


@pytest.mark.parametrize("act", [m.SoundOff(reason="migraine"), m.PauseSound()])
def test_a_recorder_that_was_killed_leaves_no_silence_without_an_end(act: m.Act) -> None:
    desk = Desk()
    desk.act(OPEN)
    desk.act(act)
    desk.act(m.SoundChecked(outcome="heard"))
    for times in (1, 1):  # once, however often it is started
        desk.journal.commit()
        again = Chair("Chair 1", (GE,), desk.chair.preset, desk.journal, desk.clock, Ids(0))
        assert desk.chair.state is not None
        again.resume(desk.store.entries(desk.chair.state.session), [], desk.now_ns)
        end_silence(desk.store, {"Chair 1": again}, desk.now_ns)
        assert [line(e) for e in again.lines].count(ENDED) == times
    desk.journal.commit()
    assert desk.store.of_kind(Kind.SOUND)[-1].session == desk.chair.state.session


@pytest.mark.parametrize("act", [m.SoundOff(reason="migraine"), m.PauseSound()])
def test_one_that_stops_ends_it_itself(tmp_path: Path, act: m.Act) -> None:
    desk = Desk()
    it = Sound(Folders(tmp_path, tmp_path, tmp_path), list, False, lambda *_: None)
    it.acted(act, desk.chair, desk.now_ns)
    it.goodbye(desk.now_ns)
    assert [line(e) for e in desk.chair.lines] == ["sound on again: the recorder stops"]


@pytest.mark.parametrize(
    "acts", [(), (m.PauseSound(), m.PauseSound(resume=True)), (m.SoundChecked(outcome="without"),)]
)
def test_where_nothing_was_silenced_nothing_is_ended(acts: tuple[m.Act, ...]) -> None:
    desk = Desk()
    desk.act(OPEN)
    for act in acts:
        desk.act(act)
    desk.journal.commit()
    end_silence(desk.store, {"Chair 1": desk.chair}, desk.now_ns)
    assert ENDED not in [line(e) for e in desk.chair.lines]
