"""A terminal that answered once and no longer does is deaf; one that never answers is not judged."""

from __future__ import annotations

import os
import threading

from screen_text import until
from tui_fakes import QUIET, FakeRecorder

from station.clock import NS
from station.tui.app import StationApp
from station.tui.hangup import watch
from station.tui.hearing import ASK, Hearing


def test_a_terminal_that_falls_silent_is_deaf_until_it_answers() -> None:
    asked: list[str] = []
    hearing = Hearing(asked.append)
    assert [hearing.hears(s * NS) for s in (0, 1, 5)] == [True, True, True]  # it may not know the question
    assert asked == [ASK]
    hearing.answered()
    assert hearing.hears(6 * NS)
    assert asked == [ASK, ASK]
    assert [hearing.hears(int(s * NS)) for s in (6.9, 7.1, 60)] == [True, False, False]
    hearing.answered()
    assert hearing.hears(61 * NS)


def test_an_answer_that_was_lost_makes_nobody_deaf_for_good() -> None:
    asked: list[str] = []
    hearing = Hearing(asked.append)
    hearing.hears(0)
    hearing.answered()
    heard = [hearing.hears(int(s * NS)) for s in (1, 1.5, 2.5, 3.9)]
    assert heard == [True, True, False, False]
    assert len(asked) == 2
    assert not hearing.hears(4 * NS)
    assert len(asked) == 3  # asked again: the question or its answer may have been lost
    hearing.answered()
    assert hearing.hears(int(4.1 * NS))


def test_it_is_asked_once_a_second() -> None:
    asked: list[str] = []
    hearing = Hearing(asked.append)
    for quarter in range(41):  # ten seconds at four polls a second
        assert hearing.hears(quarter * NS // 4)
        hearing.answered()
    assert len(asked) == 11


def test_a_terminal_that_is_gone_is_known_at_once_and_the_program_ends_later() -> None:
    ours, its = os.openpty()
    gone, ended = threading.Event(), threading.Event()
    watch(its, gone, lambda _: ended.set(), grace_s=0.2)
    assert not gone.wait(0.05)
    os.close(ours)
    assert gone.wait(5) and not ended.is_set()
    assert ended.wait(5)
    os.close(its)


async def test_a_viewer_whose_terminal_is_gone_is_no_viewer() -> None:
    recorder = FakeRecorder(QUIET)
    app = StationApp(recorder.connect, by="KS")
    app.follower.poll_s = 0.002
    async with app.run_test(size=(80, 24)):
        await until(app, lambda: recorder.echoes > 3)
        app.gone.set()
        polls = recorder.polls
        await until(app, lambda: recorder.polls > polls + 2)
        echoes, polls = recorder.echoes, recorder.polls
        await until(app, lambda: recorder.polls > polls + 10)
        assert recorder.echoes == echoes
