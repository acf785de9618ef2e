"""The dose over a time without recorder: assumed until somebody says what the pump did, then as it was said."""

from __future__ import annotations

from typing import Any

import pytest
from desk import START_MS, Desk, restarted

from charting.delivered import assumed, delivered, segments
from charting.downtime import LEAST_S
from charting.due import Due
from charting.lines import line
from charting.model import Kind
from charting.session import State, fold
from station.clock import NS
from station.recorder.acts import Refusal
from station.recorder.view import chair_view
from station.script import SURE
from station.wire import messages as m

RATE_MG_PER_MIN = 52.5 / 60  # of Desk.begin: 35 mg over 40 min of 1 mg/mL


def with_gap(seconds: float = 120.0, after_min: float = 10.0, hold: bool = False) -> Desk:
    """A chair back after ``seconds`` without recorder, the pump running when it went."""
    desk = Desk()
    desk.begin()
    desk.run(after_min * 60)
    if hold:
        desk.act(m.Hold(reason="pressure"))
    from_ms = desk.clock.utc_ms(desk.now_ns)
    after = restarted(desk)
    after.clock.at_ns += round(seconds * NS)
    after.chair.gap(from_ms, after.clock.utc_ms(after.now_ns), "the recorder was not running", after.now_ns)
    return after


def state_of(desk: Desk) -> State:
    assert desk.chair.state is not None
    return desk.chair.state


def mg(desk: Desk) -> float:
    return delivered(state_of(desk), desk.clock.utc_ms(desk.now_ns)).mg


def view(desk: Desk) -> m.Infusion:
    return chair_view(desk.chair, desk.now_ns, desk.clock.utc_ms(desk.now_ns), 0).infusion


def said(desk: Desk, ran: str, **more: Any) -> m.RanWithout:
    gap = assumed(state_of(desk))[0]
    return m.RanWithout(from_ms=gap.from_ms, to_ms=gap.to_ms, ran=ran, **more)


def refused(desk: Desk, act: m.Act) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk.act(act)
    return caught.value


def test_a_gap_while_the_pump_ran_is_assumed_shown_and_asked_about() -> None:
    desk = with_gap()
    unsure = view(desk).unsure
    assert unsure is not None
    assert (unsure.from_ms, unsure.to_ms) == (START_MS + 600_000, START_MS + 720_000)
    assert unsure.mg == pytest.approx(2 * RATE_MG_PER_MIN)
    assert mg(desk) == pytest.approx(12 * RATE_MG_PER_MIN)
    assert view(desk).unobserved_mg == pytest.approx(2 * RATE_MG_PER_MIN)
    assert [d for d in desk.chair.owed(desk.now_ns) if "unrecorded" in d.text] == [
        Due("pump ran 2 min unrecorded?", 0.0)
    ]


@pytest.mark.parametrize(
    ("ran", "more", "minutes", "words"),
    [
        ("on", {}, 12.0, "pump ran on during 2 min without recorder"),
        ("stopped", {"stopped_s": (0.0, 120.0)}, 10.0, "pump was stopped for 2 min of 2 min without recorder"),
        ("stopped", {"stopped_s": (30.0, 90.0)}, 11.0, "pump was stopped for 1 min of 2 min without recorder"),
        ("volume", {"ml": RATE_MG_PER_MIN}, 11.0, "pump gave 0.875 mL during 2 min without recorder"),
        ("volume", {"ml": 0.0}, 10.0, "pump gave 0 mL during 2 min without recorder"),
    ],
)
def test_the_dose_follows_what_was_said(ran: str, more: dict[str, Any], minutes: float, words: str) -> None:
    desk = with_gap()
    entry = desk.act(said(desk, ran, **more))
    assert entry.kind is Kind.DOWNTIME
    assert line(entry) == words
    assert mg(desk) == pytest.approx(minutes * RATE_MG_PER_MIN)
    assert view(desk).unsure is None
    assert view(desk).unobserved_mg == 0
    desk.run(60)
    assert mg(desk) == pytest.approx((minutes + 1) * RATE_MG_PER_MIN)  # what ran since goes on as charted
    after = restarted(desk)
    assert mg(after) == pytest.approx(mg(desk))


def test_what_was_said_can_be_taken_back_and_is_asked_again() -> None:
    desk = with_gap()
    desk.act(said(desk, "stopped", stopped_s=(0.0, 120.0)))
    undone = desk.act(m.Undo())
    assert line(undone).startswith("UNDONE: pump was stopped")
    assert mg(desk) == pytest.approx(12 * RATE_MG_PER_MIN)
    assert view(desk).unsure is not None


def test_a_gap_is_answered_once_and_only_where_there_is_one() -> None:
    desk = with_gap()
    act = said(desk, "on")
    assert "answered before" in str(refused(desk, m.RanWithout(from_ms=1, to_ms=2, ran="on")))
    desk.act(act)
    assert "answered before" in str(refused(desk, act))


@pytest.mark.parametrize(
    ("ran", "more", "field"),
    [
        ("stopped", {}, "to_min"),
        ("stopped", {"stopped_s": (60.0, 60.0)}, "to_min"),
        ("stopped", {"stopped_s": (90.0, 30.0)}, "to_min"),
        ("stopped", {"stopped_s": (0.0, 181.0)}, "to_min"),
        ("stopped", {"stopped_s": (float("nan"), 60.0)}, "to_min"),
        ("volume", {}, "ml"),
        ("volume", {"ml": -1.0}, "ml"),
        ("volume", {"ml": 61.0}, "ml"),
        ("volume", {"ml": float("nan")}, "ml"),
        ("perhaps", {}, ""),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(ran: str, more: dict[str, Any], field: str) -> None:
    desk = with_gap()
    assert refused(desk, said(desk, ran, **more)).field == field
    assert view(desk).unsure is not None


@pytest.mark.parametrize("desk", [with_gap(LEAST_S - 1), with_gap(hold=True)], ids=["short", "held"])
def test_a_short_gap_and_one_of_a_hold_ask_nothing(desk: Desk) -> None:
    assert view(desk).unsure is None
    assert not any("unrecorded" in d.text for d in desk.chair.owed(desk.now_ns))


def test_two_gaps_are_asked_about_one_after_the_other() -> None:
    desk = with_gap()
    from_ms = desk.clock.utc_ms(desk.now_ns)
    desk.clock.at_ns += 60 * NS
    desk.chair.gap(from_ms, desk.clock.utc_ms(desk.now_ns), "again", desk.now_ns)
    desk.act(said(desk, "on"))
    second = view(desk).unsure
    assert second is not None
    assert second.from_ms == from_ms
    assert view(desk).unobserved_mg == pytest.approx(RATE_MG_PER_MIN)


def test_a_session_does_not_end_with_an_assumed_dose_without_a_question() -> None:
    desk = with_gap()
    desk.act(m.StopInfusion(reason="done"))
    asked = []
    confirmed: dict[str, str] = {}
    for _ in range(9):
        try:
            desk.act(m.CloseSession(reason="well", confirmed=confirmed))
            break
        except Refusal as refusal:
            asked.append(refusal.confirm)
            confirmed[str(refusal)] = "seen"
    assert "dose_assumed" in asked
    certain = with_gap()
    certain.act(m.StopInfusion(reason="done"))
    certain.act(said(certain, "on"))
    entry = certain.act(m.CloseSession(reason="well", confirmed=SURE))
    assert "dose_assumed" not in [one["id"] for one in entry.payload.get("confirmed", [])]


def test_a_hold_charted_late_into_the_gap_counts_before_what_was_said() -> None:
    desk = with_gap()
    late_s = 60.0
    desk.chair.handle(m.Hold(reason="found paused"), "N1", desk.now_ns, late_s)
    gap = assumed(state_of(desk))[0]
    assert gap.mg == pytest.approx(RATE_MG_PER_MIN)  # of the minute before the hold
    desk.act(said(desk, "volume", ml=0.5))
    assert mg(desk) == pytest.approx(10 * RATE_MG_PER_MIN + 0.5)


def test_a_chart_reads_the_same_at_any_instant_in_between() -> None:
    desk = with_gap()
    desk.act(said(desk, "volume", ml=RATE_MG_PER_MIN))
    desk.journal.commit()
    state = fold(desk.store.entries(state_of(desk).session))
    assert state is not None
    assert delivered(state, START_MS + 660_000).mg == pytest.approx(10.5 * RATE_MG_PER_MIN)
    assert all(s.start_ms < s.end_ms for s in segments(state, START_MS + 660_000))
