"""The state machine of alarms.md a2, row by row; names after the list of Phoebus' alarm logic tests."""

from alarm_bench import SECOND, Bench

from station.alarms.engine import Engine
from station.alarms.facts import Baseline
from station.alarms.outcome import State
from station.alarms.preset import load_preset

N, P, U, A, L, D, H = (
    State.INACTIVE,
    State.PENDING,
    State.ACTIVE_UNACK,
    State.ACTIVE_ACK,
    State.LATCHED,
    State.DISABLED,
    State.HELD,
)
RAW = {"delay_s": 0, "clear": 90}


def tachycardia(**facts: object) -> Bench:
    """HR 130 from second 60 on, active since 72."""
    bench = Bench(**facts)
    bench.run(30, HR=80)
    bench.run(15, HR=95)
    bench.run(15, HR=115)
    bench.run(15, HR=130)
    assert bench.of("HR_HIGH") == [(60.0, N, P), (72.0, P, U)]
    return bench


def test_delay_is_exact() -> None:
    bench = Bench(load_preset({"SPO2_LOW": {"delay_s": 10}}, "ten"))
    bench.run(100, SPO2=97)
    bench.run(15, SPO2=88)
    assert bench.of("SPO2_LOW") == [(100.0, N, P), (110.0, P, U)]
    assert bench.log[-1].reason == "SpO2 88 % < 90 % for 10 s"


def test_zero_delay_reports_pending_at_the_same_instant() -> None:
    bench = Bench(load_preset({"SPO2_LOW": RAW}, "raw"))
    bench.run(5, SPO2=97)
    bench.run(3, SPO2=89)
    bench.run(2, SPO2=90)
    assert bench.of("SPO2_LOW") == [(5.0, N, P), (5.0, P, U), (8.0, U, L)]


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


def test_worsening_speaks_again_and_only_by_the_band() -> None:
    bench = tachycardia()
    bench.ack()
    bench.run(5, HR=144)
    assert bench.state("HR_HIGH") is A
    bench.run(5, HR=145)
    assert bench.state("HR_HIGH") is U
    assert bench.log[-1].reason == "worse since acknowledged: HR 145/min > 120/min"


def test_worsening_cuff_speaks_again() -> None:
    bench = Bench()
    bench.cuff(185)
    bench.ack()
    bench.cuff(204)
    assert bench.state("NIBP_HIGH") is A
    bench.cuff(205)
    assert bench.state("NIBP_HIGH") is U
    assert bench.log[-1].extreme == 205


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


def test_escalation_in_the_infusion_only() -> None:
    for phase, priority, state in (("BASE", "medium", A), ("INF", "high", U)):
        bench = Bench(session="s", phase=phase, viewer_gone_ns=0)
        bench.run(10)
        bench.ack()
        bench.run(25)
        assert (bench.state("NO_VIEWER"), bench.log[-1].priority) == (state, priority)


def test_escalation_of_an_unacknowledged_alarm_is_reported() -> None:
    bench = Bench(session="s", phase="INF", viewer_gone_ns=0)
    bench.run(31)
    assert bench.of("NO_VIEWER")[-1] == (30.0, U, U)
    assert [t.priority for t in bench.log if t.condition == "NO_VIEWER"] == ["medium", "medium", "high"]


def test_priority_stays_the_highest_until_acked_and_cleared() -> None:
    bench = Bench(disk_free_bytes=99_000_000)
    bench.run(1)
    bench.set(disk_free_bytes=499_000_000)
    bench.run(1)
    assert [(s.condition, s.priority) for s in bench.engine.standing()] == [("DISK_LOW", "medium")]


def test_clear_counts_readings() -> None:
    bench = Bench()
    for sys in (185, 170, 181, 170):
        bench.cuff(sys)
        bench.run(60)
        assert bench.state("NIBP_HIGH") is U
    bench.cuff(170)
    assert bench.state("NIBP_HIGH") is L


def test_clear_counts_good_frames() -> None:
    bench = Bench()
    bench.run(10, SPO2=97)
    bench.silent = True
    bench.run(9.5)
    assert bench.of("COMM_LOST") == [(14.0, N, P), (14.0, P, U)]
    bench.silent = False
    bench.run(3)
    assert bench.of("COMM_LOST")[-1] == (22.0, U, N)  # frames at 20, 21 and 22


def test_chattering_doubles_the_clear_delay_only() -> None:
    bench = Bench(load_preset({"HR_HIGH": {"delay_s": 2, "clear_delay_s": 4}}, "chatter"))
    for _ in range(2):
        bench.run(4, HR=130)
        bench.run(6, HR=100)
    bench.run(4, HR=130)
    bench.run(12, HR=100)
    starts = [at for at, _, to in bench.of("HR_HIGH") if to is U]
    clears = [at for at, _, to in bench.of("HR_HIGH") if to is L]
    assert starts == [2.0, 12.0, 22.0]
    assert clears == [8.0, 18.0, 32.0]
    assert bench.log[-1].reason == "HR 100/min ≤ 115/min for 8 s, chattering"


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


def test_artefact_lengthens_to_the_cap_and_never_suppresses() -> None:
    for low_signal, before, fired in ((False, 90, 18.0), (True, 90, 30.0), (False, 97, 30.0)):
        bench = Bench()
        bench.run(9, SPO2=before)
        bench.run(1, SPO2=90 if before == 90 else 97)
        bench.low_signal = low_signal
        bench.run(25, SPO2=85)
        assert bench.since("SPO2_LOW", U) == fired


def test_spo2_area_decides_between_8_and_20_seconds() -> None:
    for value, fired in ((89, 20.0), (87, 13.5), (86, 10.0), (85, 8.0), (82, 8.0)):
        bench = Bench()
        bench.run(10, SPO2=91)
        bench.run(6, SPO2=90)
        started = bench.now_s
        bench.values["SPO2"] = value
        bench.run(25)
        alarm_s = bench.since("SPO2_LOW", U)
        assert alarm_s is not None
        step = 90 - value >= 6
        assert alarm_s - started == (20.0 if step else fired)


def test_hr_falls_back_to_pulse_rate_and_says_so() -> None:
    bench = Bench()
    bench.run(15, PULSE_RATE=130)
    assert bench.log[-1].text == "PR high 130 /min"
    bench = Bench()
    bench.run(5, PULSE_RATE=130, HR=80)
    bench.run(20, HR=None)
    assert bench.of("HR_HIGH") == [(5.0, N, H), (7.0, H, N), (7.0, N, P), (19.0, P, U)]
    assert bench.log[-1].reason == "PR 130/min > 120/min for 12 s"


def test_nibp_first_violated_term_gives_value_and_limit() -> None:
    cases = (
        (Baseline(120, 70), 156, 80, 90, "NIBP_HIGH", (156, 156)),
        (Baseline(120, 70), 155, 80, 90, "NIBP_HIGH", None),
        (Baseline(110, 70), 149, 80, 90, "NIBP_HIGH", None),
        (None, 170, 110, 90, "NIBP_HIGH", (110, 110)),
        (None, 95, 50, 59, "NIBP_LOW", (59, 60)),
        (Baseline(140, 70), 98, 60, 70, "NIBP_LOW", (98, 98)),
        (Baseline(150, 70), 100, 60, 70, "NIBP_LOW", None),
    )
    for baseline, sys, dia, mean, condition, expected in cases:
        bench = Bench(baseline=baseline)
        bench.cuff(sys, dia, mean)
        active = [s for s in bench.engine.standing() if s.condition == condition]
        assert [(s.value, s.limit) for s in active] == ([] if expected is None else [expected])


def test_nibp_stale_counts_from_the_last_timed_reading() -> None:
    bench = Bench(nibp_interval_s=300, nibp_from_ns=0, phase="INF")
    bench.now_s = 100
    bench.cuff(120)
    bench.now_s = 200
    bench.cuff(185, timed=False)
    assert bench.state("NIBP_HIGH") is U
    bench.now_s = 519.75
    bench.run(181)
    rows = [(t.at_ns / SECOND, t.priority) for t in bench.log if t.condition == "NIBP_STALE"]
    assert rows == [(520.0, "medium"), (520.0, "medium"), (700.0, "high")]


def test_chart_fail_alarms_at_once() -> None:
    bench = Bench(chart_failing_ns=0, chart_sentence="disk full")
    bench.run(1)
    assert bench.of("CHART_FAIL") == [(0.0, N, P), (0.0, P, U)]
    assert bench.log[-1].reason == "Chart is not being saved: disk full"


def test_standing_is_worst_first() -> None:
    bench = Bench(disk_free_bytes=1, chart_failing_ns=0)
    bench.run(30, HR=130, SPO2=85)
    assert [s.condition for s in bench.engine.standing()] == ["SPO2_LOW", "CHART_FAIL", "HR_HIGH", "DISK_LOW"]


def test_restore_from_the_log_loses_nothing() -> None:
    bench = tachycardia(session="one")
    bench.run(5, SPO2=78)
    bench.run(20, HR=100)
    again = Engine(load_preset({}, "standard"))
    assert again.restore([t.payload() for t in bench.log], bench.now_ns) == ()
    kept = {(s.condition, s.subject, s.state, s.episode) for s in bench.engine.standing()}
    assert kept == {(s.condition, s.subject, s.state, s.episode) for s in again.standing()}
    assert again.restore([{"condition": "TOMORROW", "subject": ""}], bench.now_ns) == ("TOMORROW",)
