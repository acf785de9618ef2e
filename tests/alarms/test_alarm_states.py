"""The state machine of alarms.md a2; names after the list of Phoebus' alarm logic tests."""

from alarm_bench import SECOND, A, Bench, L, N, P, U, tachycardia

from station.alarms.preset import load_preset


def test_fleeting_violation_gives_no_alarm() -> None:
    bench = Bench()
    bench.run(10, SPO2=95)
    bench.run(4, SPO2=89)
    bench.run(10, SPO2=91)
    assert bench.of("SPO2_LOW") == [(10.0, N, P), (14.0, P, N)]
    assert bench.log[-1].reason.startswith("fleeting: ")


def test_alarm_then_ack_then_recover() -> None:
    bench = tachycardia()
    bench.ack()
    bench.run(30, HR=100)
    assert [to for _, _, to in bench.of("HR_HIGH")] == [P, U, A, N]


def test_alarm_then_recover_then_ack() -> None:
    bench = tachycardia()
    bench.run(30, HR=100)
    assert bench.state("HR_HIGH") is L
    assert [s.text for s in bench.engine.standing()] == ["HR high 130 /min"]
    bench.ack()
    assert [to for _, _, to in bench.of("HR_HIGH")] == [P, U, L, N]
    assert bench.engine.standing() == ()


def test_technical_alarm_never_latches() -> None:
    bench = Bench(session="s", viewer_gone_ns=0)
    bench.run(6)
    bench.set(viewer_gone_ns=None)
    bench.run(1)
    assert bench.of("NO_VIEWER") == [(0.0, N, P), (5.0, P, U), (6.0, U, N)]


def test_low_priority_never_latches() -> None:
    bench = Bench(load_preset({"HR_HIGH": {"priority": "low"}}, "low"))
    bench.run(20, HR=130)
    bench.run(20, HR=100)
    assert [to for _, _, to in bench.of("HR_HIGH")] == [P, U, N]


def test_ack_does_not_clear_a_present_alarm() -> None:
    bench = tachycardia()
    assert [t.to_state for t in bench.ack()] == [A]
    bench.run(60)
    assert bench.state("HR_HIGH") is A
    assert bench.ack() == []


def test_ack_does_nothing_to_pending() -> None:
    bench = Bench()
    bench.run(5, HR=130)
    assert bench.ack() == []
    bench.run(10)
    assert bench.state("HR_HIGH") is U


def test_ack_names_who() -> None:
    bench = tachycardia()
    (done,) = bench.ack("a\x1b[31mb")
    assert (done.by, done.reason) == ("a[31mb", "acknowledged by a[31mb")


def test_ack_timeout_speaks_again() -> None:
    bench = tachycardia()
    acked_s = bench.now_s
    bench.ack()
    bench.run(310)
    assert bench.of("HR_HIGH")[-1] == (acked_s + 300, A, U)


def test_latched_alarm_returns_as_the_same_episode() -> None:
    bench = tachycardia()
    bench.run(30, HR=110)
    bench.run(20, HR=130)
    last = bench.log[-1]
    assert (last.from_state, last.to_state, last.at_ns) == (L, U, 117 * SECOND)
    assert {t.episode for t in bench.log if t.condition == "HR_HIGH"} == {last.episode}


def test_new_alarm_after_ack_is_a_new_episode() -> None:
    bench = tachycardia()
    bench.run(30, HR=100)
    bench.ack()
    bench.run(20, HR=130)
    assert len({t.episode for t in bench.log if t.condition == "HR_HIGH"}) == 2


def test_clear_needs_the_deadband_without_a_break() -> None:
    bench = tachycardia()
    bench.run(14, HR=115)
    bench.run(2, HR=116)
    bench.run(14, HR=115)
    assert bench.state("HR_HIGH") is U
    bench.run(2)
    assert bench.state("HR_HIGH") is L
