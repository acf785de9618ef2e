"""Missing inputs, parents, sessions and restarts: never silently INACTIVE."""

from alarm_bench import A, Bench, D, H, L, N, P, U, tachycardia

from station.alarms.engine import Engine
from station.alarms.preset import load_preset


def test_missing_input_holds_and_never_becomes_inactive() -> None:
    bench = tachycardia()
    bench.run(2, HR=None)
    assert bench.of("HR_HIGH")[-1] == (75.0, U, H)
    (held,) = [s for s in bench.engine.standing() if s.condition == "HR_HIGH"]
    assert (held.frozen, held.audible) == (U, True)
    bench.run(40, HR=100)
    assert [to for _, _, to in bench.of("HR_HIGH")] == [P, U, H, U, L]


def test_held_keeps_the_onset() -> None:
    bench = Bench()
    bench.run(5, HR=130)
    bench.run(10, HR=None)
    bench.run(2, HR=130)
    assert bench.of("HR_HIGH") == [(0.0, N, P), (5.0, P, H), (15.0, H, P), (15.0, P, U)]


def test_ack_while_held_is_kept() -> None:
    bench = tachycardia()
    bench.run(2, HR=None)
    bench.ack()
    assert bench.state("HR_HIGH") is H
    bench.run(2, HR=130)
    assert bench.state("HR_HIGH") is A


def test_silence_shorter_than_stale_keeps_the_last_value() -> None:
    bench = Bench()
    bench.run(10.25, HR=130)
    bench.silent = True
    bench.run(2.5)
    assert bench.state("HR_HIGH") is U
    bench.run(1)
    assert bench.of("HR_HIGH")[-2:] == [(12.0, P, U), (13.0, U, H)]


def test_value_never_seen_stays_inactive() -> None:
    bench = Bench()
    bench.run(60, HR=80, SPO2=None)
    assert bench.log == []


def test_comm_lost_holds_what_hangs_on_it() -> None:
    bench = tachycardia()
    bench.flag("SPO2", on=True)
    bench.values["SPO2"] = None
    bench.silent = True
    bench.run(60)
    states = {(s.condition, s.subject): s.state for s in bench.engine.standing()}
    assert states[("COMM_LOST", "monitor")] is U
    assert states[("VALUE_STALE", "HR")] is H
    assert states[("SENSOR_OFF", "SPO2")] is H
    assert states[("HR_HIGH", "")] is H


def test_sensor_off_holds_its_parameter_and_no_other() -> None:
    bench = Bench()
    bench.run(5, SPO2=95, HR=80)
    bench.flag("SPO2", on=True)
    bench.run(60, SPO2=None)
    states = {(s.condition, s.subject): s.state for s in bench.engine.standing()}
    assert states[("SENSOR_OFF", "SPO2")] is U
    assert states[("VALUE_STALE", "SPO2")] is H
    assert ("HR_HIGH", "") not in states


def test_sensor_off_waits_longer_in_recovery() -> None:
    for phase, seconds in (("INF", 10.0), ("REC", 30.0)):
        bench = Bench(phase=phase)
        bench.flag("SPO2", on=True)
        bench.run(31)
        assert bench.since("SENSOR_OFF", U) == seconds


def test_disabled_is_logged_once_and_visible() -> None:
    bench = Bench(load_preset({"HR_HIGH": {"enabled": False}}, "off"))
    bench.run(30, HR=130)
    assert bench.of("HR_HIGH") == [(0.0, N, D)]
    assert [s.state for s in bench.engine.standing()] == [D]


def test_session_end_closes_everything_and_begins_anew() -> None:
    bench = tachycardia(session="one")
    bench.ack()
    bench.set(session="two")
    bench.run(13)
    assert bench.of("HR_HIGH")[3:] == [(75.0, A, D), (75.0, D, N), (75.0, N, P), (87.0, P, U)]
    assert "session ended" in {t.reason for t in bench.log}


def test_cuff_of_the_last_session_is_not_compared_in_the_next() -> None:
    bench = Bench(session="one")
    bench.cuff(190)
    bench.now_s = 60
    bench.set(session="two")
    bench.run(5)
    assert bench.state("NIBP_HIGH") is N
    bench.cuff(190)
    assert bench.state("NIBP_HIGH") is U


def test_no_viewer_only_with_a_session() -> None:
    bench = Bench(viewer_gone_ns=0)
    bench.run(40)
    assert bench.log == []


def test_restore_from_the_log_loses_nothing() -> None:
    bench = tachycardia(session="one")
    bench.run(5, SPO2=78)
    bench.run(20, HR=100)
    again = Engine(load_preset({}, "standard"))
    assert again.restore([t.payload() for t in bench.log], bench.now_ns) == ()
    kept = {(s.condition, s.subject, s.state, s.episode) for s in bench.engine.standing()}
    assert kept == {(s.condition, s.subject, s.state, s.episode) for s in again.standing()}
    assert again.restore([{"condition": "TOMORROW", "subject": ""}], bench.now_ns) == ("TOMORROW",)


def test_clear_time_seen_before_a_gap_does_not_count() -> None:
    bench = tachycardia()
    bench.run(10, HR=100)
    bench.run(2, HR=None)
    bench.run(15, HR=100)
    assert bench.state("HR_HIGH") is U
    bench.run(1)
    assert bench.state("HR_HIGH") is L


def test_nibp_is_held_once_its_series_is_overdue() -> None:
    bench = Bench(nibp_interval_s=300, nibp_from_ns=0)
    bench.cuff(185)
    bench.now_s = 419
    bench.run(2)
    assert bench.of("NIBP_HIGH")[-1] == (420.0, U, H)
    bench.cuff(120)
    assert bench.of("NIBP_HIGH")[-1] == (421.0, H, U)


def test_session_end_while_held_asks_for_no_more_sound() -> None:
    bench = tachycardia(session="one")
    bench.run(1, HR=None)
    bench.set(session=None)
    bench.run(1)
    assert bench.of("HR_HIGH")[-3:] == [(76.0, H, D), (76.0, D, N), (76.0, N, H)]
    assert [t.frozen for t in bench.log if t.condition == "HR_HIGH"][-3:] == ["", "", "INACTIVE"]
    assert not any(s.audible for s in bench.engine.standing())


def test_time_running_backwards_counts_as_no_time() -> None:
    bench = tachycardia()
    bench.ack()
    bench.set(chart_failing_ns=0)
    (begun, alarm) = bench.engine.step(10, bench.facts)[-2:]
    assert (begun.condition, begun.at_ns, alarm.at_ns) == ("CHART_FAIL", bench.now_ns, bench.now_ns)
    assert bench.state("HR_HIGH") is A
