"""Delay, count, escalation, re-alarm and the rule kinds, by the second."""

from alarm_bench import SECOND, A, Bench, H, L, N, P, U, tachycardia

from station.alarms.facts import Baseline
from station.alarms.preset import load_preset

RAW = {"delay_s": 0, "clear": 90}


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


def test_standing_is_by_priority() -> None:
    bench = Bench(disk_free_bytes=1, chart_failing_ns=0)
    bench.run(30, HR=130, SPO2=85)
    assert [s.condition for s in bench.engine.standing()] == ["SPO2_LOW", "CHART_FAIL", "HR_HIGH", "DISK_LOW"]


def test_of_two_equals_the_patients_alarm_stands_before_the_stations() -> None:
    """Whatever their ranks: a preset that makes high pressure a high alarm puts it before the missing sound."""
    bench = Bench(load_preset({"NIBP_HIGH": {"priority": "high"}}, "test"), audio_failing_ns=0, session="s")
    bench.run(10, HR=80)
    assert [s.condition for s in bench.engine.standing()] == ["AUDIO_FAIL"]
    bench.cuff(190, 100)
    bench.cuff(190, 100)
    assert [s.condition for s in bench.engine.standing()] == ["NIBP_HIGH", "AUDIO_FAIL"]


def test_what_nobody_acknowledged_stands_before_what_somebody_did() -> None:
    """A room without sound has its acknowledged alarm all day: a new one, of lower priority, is told first."""
    bench = Bench(audio_failing_ns=0, session="s", disk_free_bytes=1)
    bench.run(10, HR=80)
    bench.ack()
    bench.run(30, HR=130)
    assert [s.condition for s in bench.engine.standing()] == ["HR_HIGH", "AUDIO_FAIL", "DISK_LOW"]
    bench.ack()
    assert [s.condition for s in bench.engine.standing()] == ["AUDIO_FAIL", "HR_HIGH", "DISK_LOW"]


def test_what_is_low_never_stands_before_an_acknowledged_alarm_of_higher_priority() -> None:
    bench = Bench(audio_failing_ns=0, session="s")
    bench.run(30, HR=130)
    bench.ack()
    bench.set(disk_free_bytes=400_000_000)
    bench.run(10, HR=130)
    assert [s.condition for s in bench.engine.standing()] == ["AUDIO_FAIL", "HR_HIGH", "DISK_LOW"]


def test_latched_waits_the_whole_delay_again() -> None:
    bench = tachycardia()
    bench.run(20, HR=110)
    for _ in range(3):
        bench.run(10, HR=125)
        bench.run(5, HR=110)
    assert bench.state("HR_HIGH") is L
    cuff = Bench(load_preset({"NIBP_HIGH": {"delay_s": 9, "clear_readings": 1}}, "slow"))
    cuff.cuff(185)
    cuff.run(9.25)
    cuff.cuff(120)
    cuff.cuff(185)
    cuff.run(9.25)
    assert cuff.of("NIBP_HIGH") == [(0.0, N, P), (9.0, P, U), (9.25, U, L), (18.25, L, U)]


def test_readings_count_on_when_the_device_counts_anew() -> None:
    bench = Bench()
    bench.cuff(120)
    bench.cuff(185)
    bench.cuff(120, number=1)
    assert bench.state("NIBP_HIGH") is U
    bench.cuff(120, number=2)
    assert bench.state("NIBP_HIGH") is L


def test_no_escalation_while_it_gets_well() -> None:
    bench = Bench(phase="INF")
    bench.run(10, SPO2=97)
    bench.silent = True
    bench.run(33)
    bench.silent = False
    bench.run(5)
    assert [t.priority for t in bench.log if t.condition == "COMM_LOST"] == ["medium"] * 3


def test_relative_limit_shows_the_bound_that_decides() -> None:
    for baseline, sys, limit in ((110, 150, 150), (120, 160, 156), (150, 99, 100), (130, 91, 91)):
        bench = Bench(baseline=Baseline(baseline, 70))
        bench.cuff(sys)
        assert [s.limit for s in bench.engine.standing()] == [limit]
