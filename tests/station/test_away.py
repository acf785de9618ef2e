"""Patient away at a chair: refused while the infusion runs, charted, ended by itself, by an act or by a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk import GE, Desk

from charting.lines import line, listed
from charting.model import Kind
from charting.session import fold
from simulators.scenario import Scenario
from station import feeds, script
from station.presets import preset_called
from station.recorder.acts import Refusal
from station.recorder.chair import Chair
from station.recorder.view import chair_view
from station.rehearse import rehearse
from station.script import SURE
from station.wire import messages as m

AWAY = m.Away(reason="toilet", minutes=5)


def view(desk: Desk) -> m.ChairView:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), desk.journal.saved_seq)


def off(desk: Desk) -> set[str]:
    return {a.condition for a in view(desk).alarms if a.state == "DISABLED"}


def said(desk: Desk) -> list[str]:
    """The lines about the patient's absence, in order."""
    desk.journal.commit()
    return [line(e) for e in desk.store.entries() if e.kind in (Kind.AWAY, Kind.BACK, Kind.CORRECTION)]


def fold_of(desk: Desk) -> object:
    desk.journal.commit()
    return fold(desk.store.entries())


def seated() -> Desk:
    desk = Desk()
    desk.begin(start=False)
    desk.run(10, SPO2=97, HR=70)
    return desk


def test_it_is_charted_shown_and_ends_by_itself_on_time() -> None:
    desk = seated()
    desk.act(AWAY)
    desk.run(28, SPO2=78, HR=70)
    shown = view(desk)
    assert (shown.away_s, shown.away_why) == (272.0, "toilet, N1")
    assert {"SPO2_LOW", "HR_HIGH", "NIBP_STALE"} <= off(desk)
    assert {n.metric for n in shown.numbers if n.alarm_off} == {"HR", "SPO2", "NIBP_SYS", "NIBP_DIA", "NIBP_MEAN"}
    (reason,) = {a.reason for a in shown.alarms if a.state == "DISABLED"}
    assert reason == "patient away until 00:05 UTC: toilet (N1)"
    desk.run(280, SPO2=78, HR=70)
    assert view(desk).away_s is None
    assert off(desk) == set()
    assert said(desk) == [
        "patient away for 5 min at most: toilet",
        "patient counts as back, time is up: alarms are on again",
    ]
    away, back = (e for e in desk.store.entries() if e.kind in (Kind.AWAY, Kind.BACK))
    assert back.happened_at_ms - away.happened_at_ms == 300_000
    assert back.source == "station"
    assert any(a.condition == "SPO2_DESAT" and a.state == "ACTIVE_UNACK" for a in view(desk).alarms)


def test_back_ends_it_at_once() -> None:
    desk = seated()
    desk.act(AWAY)
    desk.run(20, SPO2=97, HR=70)
    desk.act(m.Back(), by="N2")
    desk.run(1, SPO2=97, HR=70)
    assert off(desk) == set()
    assert said(desk)[-1] == "patient is back"
    with pytest.raises(Refusal, match="all alarms are on"):
        desk.act(m.Back())


@pytest.mark.parametrize(
    ("act", "field", "words"),
    [
        (m.Away(reason=" ", minutes=5), "reason", "empty"),
        (m.Away(reason="toilet", minutes=0.5), "minutes", "outside 1 to 15"),
        (m.Away(reason="toilet", minutes=16), "minutes", "outside 1 to 15"),
        (m.Away(reason="toilet", minutes=float("nan")), "minutes", "outside 1 to 15"),
    ],
)
def test_it_needs_a_reason_and_a_short_time(act: m.Away, field: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as refused:
        seated().act(act)
    assert refused.value.field == field


def test_no_alarm_is_paused_while_the_infusion_runs() -> None:
    desk = Desk()
    with pytest.raises(Refusal, match="no session"):
        desk.act(AWAY)
    desk.begin()
    with pytest.raises(Refusal, match="the infusion is running"):
        desk.act(AWAY)
    desk.act(m.Hold(reason="asked"))
    desk.act(AWAY)
    with pytest.raises(Refusal, match="away already"):
        desk.act(AWAY)
    desk.act(m.Resume())
    desk.run(1, SPO2=97)
    assert off(desk) == set()
    desk.act(m.StopInfusion(reason="done"))
    desk.act(AWAY)
    desk.run(1)
    assert "SPO2_LOW" in off(desk)


def test_what_the_infusion_or_an_emergency_needs_ends_it_and_the_chart_says_why() -> None:
    for act, why in ((m.StartInfusion(confirmed=SURE), "infusion started"), (m.Emergency(), "emergency")):
        desk = seated()
        desk.act(AWAY)
        desk.run(1, SPO2=97, HR=70)
        desk.act(act)
        desk.run(1, SPO2=97, HR=70)
        assert off(desk) == set()
        assert said(desk)[1:] == [f"patient counts as back, {why}: alarms are on again"]
    desk = seated()
    desk.act(AWAY)
    desk.act(m.CloseSession(reason="went home"))
    assert said(desk)[1:] == ["patient counts as back, session ended: alarms are on again"]


def test_an_alarm_that_rests_is_told_so_in_the_chart() -> None:
    desk = seated()
    desk.run(25, SPO2=97, HR=130)
    desk.act(AWAY)
    desk.run(1, SPO2=97, HR=130)
    desk.journal.commit()
    told = [line(e) for e in desk.store.entries() if e.kind in (Kind.ALARM, Kind.AWAY) and listed(e)]
    assert told == ["ALARM HR high 130 /min", "patient away for 5 min at most: toilet", "alarm off: HR high 130 /min"]


def test_undo_ends_it() -> None:
    desk = seated()
    desk.act(AWAY)
    desk.run(1, SPO2=97, HR=70)
    desk.act(m.Undo())
    desk.run(1, SPO2=97, HR=70)
    assert off(desk) == set()
    assert view(desk).away_s is None
    assert said(desk)[1:] == ["UNDONE: patient away for 5 min at most: toilet: mis-key"]
    assert fold(desk.store.entries()) == desk.chair.state


@pytest.mark.parametrize(("down_s", "left_s"), [(100.0, 190.0), (600.0, None)])
def test_a_restart_neither_forgets_nor_prolongs_it(down_s: float, left_s: float | None) -> None:
    desk = seated()
    desk.act(AWAY)
    desk.run(10, SPO2=97, HR=70)
    desk.journal.commit()
    entries = desk.store.entries()
    desk.clock.at_ns += round(down_s * 1e9)
    desk.chair = Chair("Chair 1", [GE], preset_called("standard"), desk.journal, desk.clock, desk.chair._ids)
    desk.chair.resume(entries, [], desk.now_ns)
    assert view(desk).away_s == (left_s if left_s is not None else 0.0)
    came = desk.run(0.25)
    assert ("SPO2_LOW" in off(desk)) == (left_s is not None)
    assert len([t for t in came if t.to_state == "DISABLED"]) == 0
    desk.journal.commit()
    backs = [e for e in desk.store.entries() if e.kind is Kind.BACK]
    assert [e.happened_at_ms - entries[-1].entered_at_ms for e in backs] == ([300_000] if left_s is None else [])


def test_away_before_the_last_act_on_the_infusion_is_refused() -> None:
    desk = Desk()
    desk.begin()
    desk.run(600, SPO2=97)
    desk.act(m.Hold(reason="asked"))
    with pytest.raises(Refusal, match="before the last act"):
        desk.chair.handle(AWAY, "N1", desk.now_ns, ago_s=60)


@pytest.mark.parametrize("act", [m.Back(), m.StartInfusion(confirmed=SURE), m.CloseSession(reason="home")])
def test_nobody_is_back_before_they_went(act: m.Act) -> None:
    desk = seated()
    desk.run(600, SPO2=97)
    desk.act(AWAY)
    desk.run(60, SPO2=97)
    with pytest.raises(Refusal, match="before the patient went away") as refused:
        desk.chair.handle(act, "N1", desk.now_ns, ago_s=300)
    assert refused.value.field == "ago"
    back = desk.chair.handle(m.Back(), "N1", desk.now_ns, ago_s=30).last
    assert back.entered_at_ms - back.happened_at_ms == 30_000


def test_nobody_goes_away_twice_at_once() -> None:
    desk = seated()
    desk.run(600, SPO2=97)
    desk.act(AWAY)
    desk.run(60, SPO2=97)
    desk.act(m.Back())
    desk.run(10, SPO2=97)
    with pytest.raises(Refusal, match="before the patient was last back"):
        desk.chair.handle(AWAY, "N1", desk.now_ns, ago_s=30)
    desk.chair.handle(AWAY, "N1", desk.now_ns, ago_s=10)
    assert fold_of(desk) == desk.chair.state


def test_the_longest_reason_leaves_the_time_of_the_return_in_sight() -> None:
    desk = seated()
    desk.act(m.Away(reason="r" * 120, minutes=5))
    desk.run(1)
    reasons = {a.reason for a in view(desk).alarms if a.state == "DISABLED"}
    assert reasons and all(reason.startswith("patient away until 00:05 UTC: rrr") for reason in reasons)


def test_a_scripted_nurse_may_chart_it(tmp_path: Path) -> None:
    file = tmp_path / "toilet.toml"
    file.write_text(
        'duration_s = 400\n[[nurse]]\nat_s = 60\ncommand = "away"\nreason = "toilet"\nminutes = 2\n'
        '[[nurse]]\nat_s = 240\ncommand = "away"\nreason = "toilet"\nminutes = 9\n'
        '[[nurse]]\nat_s = 300\ncommand = "back"\n'
    )
    lines = list(rehearse(feeds.feed(str(file), None, "ge_dri"), "ge_dri", preset_called("standard"), 0, None))
    spo2 = [(x["t_s"], x["to"]) for x in lines if x["condition"] == "SPO2_LOW"]
    assert spo2 == [(60.0, "DISABLED"), (180.0, "INACTIVE"), (240.0, "DISABLED"), (300.0, "INACTIVE")]
    json.dumps(lines)
    assert isinstance(feeds.scenario(str(file)), Scenario)
    assert len(script.of_scenario(feeds.scenario(str(file)))) == 4
