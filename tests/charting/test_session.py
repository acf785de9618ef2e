"""The fold: phases and delivered dose from entries, after holds, rate changes, gaps, corrections."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from charting.delivered import delivered, segments
from charting.dose import plan
from charting.model import Entry, Kind
from charting.session import Phase, State, apply, fold

MIN = 60_000
OPENED = {
    "patient": {"name": "A", "identifier": "1"},
    "weight_kg": 70.0,
    "preset": {"name": "standard", "version": "1", "digest": ""},
}
RUN = {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0}


def entry(seq: int, kind: Kind, at_min: float, payload: dict[str, Any] | None = None, **more: Any) -> Entry:
    at_ms = round(at_min * MIN)
    return Entry(
        seq=seq,
        prev_hash="",
        hash="",
        kind=kind,
        happened_at_ms=at_ms,
        entered_at_ms=at_ms,
        entered_by="N1",
        source="person",
        session="s",
        chair="c",
        payload=payload or {},
        **more,
    )


def folded(*acts: tuple[Kind, float, dict[str, Any]]) -> State:
    entries = [entry(1, Kind.SESSION_OPENED, 0, OPENED)]
    entries += [entry(n, kind, at, payload) for n, (kind, at, payload) in enumerate(acts, start=2)]
    state = fold(entries)
    assert state is not None
    return state


def test_phases_in_order() -> None:
    acts = [
        (Kind.INFUSION_STARTED, 5.0, RUN),
        (Kind.INFUSION_HELD, 10.0, {}),
        (Kind.INFUSION_RESUMED, 12.0, RUN),
        (Kind.RATE_CHANGED, 20.0, {"rate_ml_per_h": 30.0, "mg_per_ml": 1.0}),
        (Kind.INFUSION_STOPPED, 45.0, {}),
        (Kind.SESSION_CLOSED, 100.0, {}),
    ]
    expected = [
        Phase.BASELINE,
        Phase.INFUSING,
        Phase.HELD,
        Phase.INFUSING,
        Phase.INFUSING,
        Phase.RECOVERY,
        Phase.CLOSED,
    ]
    assert [folded(*acts[:n]).phase for n in range(len(acts) + 1)] == expected


def test_delivered_over_a_hold_and_a_rate_change() -> None:
    state = folded(
        (Kind.INFUSION_STARTED, 5.0, RUN),
        (Kind.INFUSION_HELD, 15.0, {}),
        (Kind.INFUSION_RESUMED, 20.0, RUN),
        (Kind.RATE_CHANGED, 30.0, {"rate_ml_per_h": 30.0, "mg_per_ml": 1.0}),
        (Kind.INFUSION_STOPPED, 50.0, {}),
    )
    # 10 min and 10 min at 52.5 mL/h, 20 min at 30 mL/h
    assert delivered(state, 60 * MIN).ml == pytest.approx(52.5 / 6 + 52.5 / 6 + 10)
    assert delivered(state, 25 * MIN).mg == pytest.approx(52.5 / 6 + 52.5 / 12)
    assert delivered(state, 17 * MIN).running_s == 600
    assert delivered(state, 2 * MIN).mg == 0


def test_the_whole_plan_is_its_dose() -> None:
    made = plan(weight_kg=70, mg_per_kg=0.5, minutes=40, mg_per_ml=1)
    state = folded(
        (Kind.INFUSION_STARTED, 0.0, {"rate_ml_per_h": made.rate_ml_per_h, "mg_per_ml": 1.0}),
        (Kind.INFUSION_STOPPED, 40.0, {}),
    )
    assert delivered(state, 90 * MIN).mg == pytest.approx(35.0)


def test_a_gap_counts_and_is_told_apart() -> None:
    gap = {"from_ms": 10 * MIN, "to_ms": 16 * MIN, "why": "killed"}
    overlapping = {"from_ms": 14 * MIN, "to_ms": 18 * MIN, "why": "killed again"}
    running = [(Kind.INFUSION_STARTED, 0.0, RUN)]
    whole = folded(*running)
    holed = folded(*running, (Kind.GAP, 16.0, gap), (Kind.GAP, 18.0, overlapping))
    assert delivered(holed, 40 * MIN).mg == delivered(whole, 40 * MIN).mg
    assert delivered(holed, 40 * MIN).unobserved_mg == pytest.approx(52.5 * 8 / 60)
    assert delivered(whole, 40 * MIN).unobserved_mg == 0


def test_a_gap_while_held_holds_no_dose() -> None:
    state = folded(
        (Kind.INFUSION_STARTED, 0.0, RUN),
        (Kind.INFUSION_HELD, 10.0, {}),
        (Kind.GAP, 20.0, {"from_ms": 12 * MIN, "to_ms": 18 * MIN, "why": ""}),
    )
    assert delivered(state, 30 * MIN).unobserved_mg == 0


def test_a_correction_replaces_and_the_late_act_finds_its_place() -> None:
    started = entry(2, Kind.INFUSION_STARTED, 5, RUN)
    corrected = entry(3, Kind.INFUSION_STARTED, 3, RUN, supersedes=2, reason="mis-key")
    state = fold([entry(1, Kind.SESSION_OPENED, 0, OPENED), started, corrected])
    assert state is not None
    assert state.started_ms == 3 * MIN
    assert delivered(state, 5 * MIN).ml == pytest.approx(52.5 * 2 / 60)


def test_no_session_no_state() -> None:
    assert fold([entry(1, Kind.NOTE, 0, {"text": "x"})]) is None


acts_of_a_pump = st.lists(st.tuples(st.floats(0.1, 20), st.floats(1, 200)), min_size=1, max_size=8)


@given(acts_of_a_pump, st.lists(st.floats(0, 200), min_size=1, max_size=5))
def test_dose_only_grows_and_splitting_time_changes_nothing(
    steps: list[tuple[float, float]], instants: list[float]
) -> None:
    at = 0.0
    acts: list[tuple[Kind, float, dict[str, Any]]] = []
    for n, (minutes, rate) in enumerate(steps):
        kind = Kind.INFUSION_STARTED if n == 0 else Kind.RATE_CHANGED if n % 2 else Kind.INFUSION_HELD
        acts.append((kind, at, {} if kind is Kind.INFUSION_HELD else {"rate_ml_per_h": rate, "mg_per_ml": 2.0}))
        at += minutes
    state = folded(*acts)
    doses = [delivered(state, round(t * MIN)).mg for t in sorted(instants)]
    assert doses == sorted(doses)
    assert all(s.end_ms > s.start_ms for s in segments(state, round(300 * MIN)))
    end = delivered(state, round(at * MIN))
    assert end.mg == pytest.approx(2 * end.ml)


@given(acts_of_a_pump)
def test_folding_one_by_one_is_folding_at_once(steps: list[tuple[float, float]]) -> None:
    entries = [entry(1, Kind.SESSION_OPENED, 0, OPENED)]
    for n, (minutes, rate) in enumerate(steps, start=2):
        payload = {"rate_ml_per_h": rate, "mg_per_ml": 1.0}
        entries.append(entry(n, Kind.INFUSION_STARTED if n == 2 else Kind.RATE_CHANGED, minutes * n, payload))
    state: State | None = None
    for one in entries:
        state = apply(state, one)
    assert state == fold(entries)
