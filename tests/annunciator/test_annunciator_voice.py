"""The recorder's end: a child that dies, hangs or cannot start is trouble at once and is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.annunciator.voice import (
    ANSWER_WITHIN_S,
    FIRST_ANSWER_WITHIN_S,
    RESTART_AFTER_S,
    Start,
    Voice,
    child_command,
)
from station.clock import NS, real_ns


@pytest.fixture
def voice() -> Iterator[Callable[[Start], Voice]]:
    made: list[Voice] = []

    def make(start: Start) -> Voice:
        made.append(Voice(start))
        return made[-1]

    yield make
    for one in made:
        one.goodbye()


def program(text: str) -> Start:
    def start() -> subprocess.Popen[bytes]:
        child = subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        for pipe in (child.stdin, child.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        return child

    return start


def step_until(
    voice: Voice, true: Callable[[], object], seconds: float = 30, now_ns: Callable[[], int] = real_ns
) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        voice.step("", now_ns())
        time.sleep(0.02)
    return time.monotonic() - began


def pid_of(mark: Path) -> int:
    return int(mark.read_text()) if mark.exists() and mark.read_text() else 0


def test_the_real_child_is_heard_killed_missed_and_brought_back(
    voice: Callable[[Start], Voice], tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    it = voice(child_command("null", str(mark)))
    step_until(it, lambda: pid_of(mark))
    first = pid_of(mark)
    os.kill(first, signal.SIGKILL)
    missed_s = step_until(it, lambda: it.trouble)
    assert missed_s < 5
    assert it.trouble is not None
    assert "ended" in it.trouble.sentence
    step_until(it, lambda: it.trouble is None)
    assert pid_of(mark) not in (0, first)
    print(f"a killed annunciator is known after {missed_s:.2f} s")


def test_no_device_is_told_with_its_sentence_and_keeps_its_first_instant(
    voice: Callable[[Start], Voice], tmp_path: Path
) -> None:
    it = voice(child_command(f"wav:{tmp_path}/no/where.wav", str(tmp_path / "mark")))
    step_until(it, lambda: it.trouble)
    first = it.trouble
    assert first is not None
    assert "cannot write" in first.sentence
    began = real_ns()
    step_until(it, lambda: real_ns() - began > 1.2 * NS)
    assert it.trouble == first


def test_goodbye_ends_the_child_without_a_cry(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    it = Voice(child_command("null", str(mark)))
    step_until(it, lambda: pid_of(mark))
    child = it._child
    assert child is not None
    it.goodbye()
    assert child.returncode == 0
    it.goodbye()


def test_a_child_that_never_comes_up_is_trouble_soon_and_replaced_later(voice: Callable[[Start], Voice]) -> None:
    it = voice(program("import time; time.sleep(60)"))
    it.step("", 0)
    first = it._child
    it.step("", int((ANSWER_WITHIN_S - 0.1) * NS))
    assert it.trouble is None
    it.step("", int(ANSWER_WITHIN_S * NS))
    assert it.trouble is not None
    assert "has not come up yet" in it.trouble.sentence
    it.step("", int((FIRST_ANSWER_WITHIN_S - 0.1) * NS))
    assert it._child is first
    it.step("", int(FIRST_ANSWER_WITHIN_S * NS))
    assert "does not answer" in it.trouble.sentence
    assert it._child is None
    after_ns = int((RESTART_AFTER_S + FIRST_ANSWER_WITHIN_S) * NS)
    step_until(it, lambda: it._child is not None, now_ns=lambda: after_ns)


ANSWERS_ONCE = """
import sys, time
sys.stdin.readline()
print('{"beat":1,"callbacks":1,"fault":"","heard":true}', flush=True)
time.sleep(60)
"""


def test_one_that_has_answered_gets_less_patience(voice: Callable[[Start], Voice]) -> None:
    it = voice(program(ANSWERS_ONCE))
    step_until(it, lambda: it.heard, now_ns=lambda: NS)
    it.step("", int((0.9 + ANSWER_WITHIN_S) * NS))
    assert it.heard and it.trouble is None
    it.step("", int((1 + ANSWER_WITHIN_S) * NS))
    assert not it.heard and it._child is None
    assert it.trouble is not None and "does not answer" in it.trouble.sentence


class Stuck(subprocess.Popen[bytes]):
    """A child that a driver holds: no signal ends it before ``release``."""

    def kill(self) -> None:
        """Nothing comes of it."""

    def release(self) -> None:
        super().kill()


def test_a_child_that_cannot_be_killed_holds_up_nothing_and_gets_no_brother(
    voice: Callable[[Start], Voice],
) -> None:
    made: list[Stuck] = []

    def start() -> subprocess.Popen[bytes]:
        made.append(Stuck(["/bin/sleep", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0))
        stdout = made[-1].stdout
        assert stdout is not None
        os.set_blocking(stdout.fileno(), False)
        return made[-1]

    it = voice(start)
    it.step("", 0)
    try:
        began = time.monotonic()
        for second in range(60):
            it.step("high", second * NS)
        it.goodbye()
        assert time.monotonic() - began < 5
        assert len(made) == 1 and made[0].poll() is None
        assert it.trouble is not None and not it.heard
    finally:
        for one in made:
            one.release()
    step_until(it, lambda: len(made) == 2, now_ns=lambda: 61 * NS)
    made[1].release()


def test_a_program_that_cannot_be_started_is_trouble_too(voice: Callable[[Start], Voice]) -> None:
    def start() -> subprocess.Popen[bytes]:
        raise FileNotFoundError(2, "No such file or directory")

    it = voice(start)
    it.step("", 0)
    assert it.trouble is not None
    assert it.trouble == (0, "the annunciator cannot be started: No such file or directory")
    it.step("", 10 * NS)
    assert it.trouble.since_ns == 0


def test_a_new_sound_is_ordered_at_once_and_the_same_one_once_a_second(voice: Callable[[Start], Voice]) -> None:
    it = voice(program("import time; time.sleep(60)"))
    beats = []
    for tenth, sound in enumerate(["", "", "high", "high", "", *[""] * 10]):
        it.step(sound, NS + tenth * NS // 10)
        beats.append(it._beat)
    assert beats == [1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]


def test_a_child_that_talks_nonsense_is_replaced(voice: Callable[[Start], Voice]) -> None:
    it = voice(program("print('hello', flush=True); import time; time.sleep(60)"))
    step_until(it, lambda: it.trouble)
    assert it.trouble is not None
    assert "cannot be understood" in it.trouble.sentence
