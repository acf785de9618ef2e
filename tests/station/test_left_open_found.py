"""A recorder that finds a session open hours later marks it; the first act of a person there ends that."""

from __future__ import annotations

from pathlib import Path

from desk import Desk

from station.clock import NS
from station.demo import FEW, _simulating
from station.recorder.opening import resume
from station.recorder.view import chair_view
from station.wire.acts import GoOn


def found_after(seconds: int) -> tuple[Desk, int | None]:
    desk = Desk()
    desk.begin()
    desk.journal.commit()
    session = desk.store.open_sessions()[0]
    after = Desk()
    after.chair._journal = desk.journal
    after.clock.at_ns = desk.now_ns + seconds * NS
    resume(after.chair, session, desk.store, after.now_ns, after.clock.utc_ms(after.now_ns))
    return after, after.chair.left_open_ms


def test_hours_are_asked_about_seconds_are_not() -> None:
    assert found_after(5)[1] is None and found_after(3600)[1] is None
    desk, since_ms = found_after(14 * 3600)
    assert since_ms is not None and since_ms < desk.clock.utc_ms(desk.now_ns)
    assert chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0).left_open_ms == since_ms


def test_who_says_that_it_goes_on_ends_the_question() -> None:
    desk, _ = found_after(14 * 3600)
    entry = desk.act(GoOn())
    assert entry.kind == "continued" and desk.chair.left_open_ms is None and desk.chair.state is not None


def test_the_devices_of_many_chairs_are_one_process() -> None:
    links = [{"ge_dri": Path(f"/run/{n}")} for n in range(FEW + 1)]
    (command,) = _simulating(links, ["quiet"] * (FEW + 1))
    assert command[0] == "simulate-many" and command[-1] == f"ge_dri,quiet,/run/{FEW}"
    assert len(list(_simulating(links[:2], ["quiet"] * 2))) == 2
