"""Curves of a session: buckets keep extremes, corrections take effect, live and afterwards are the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from charting.into_vein import InVein
from charting.model import Entry, Kind, NumericRow
from charting.trends import BUCKET_MS, MOST_BUCKETS, Bucket, Cuff, Trend, TrendBuilder, Typed, trend_of

MIN = 60_000
OPENED = {
    "patient": {"name": "A", "identifier": "1"},
    "weight_kg": 70.0,
    "preset": {"name": "standard", "version": "1", "digest": ""},
}
RUN = {"rate_ml_per_h": 60.0, "mg_per_ml": 1.0}
PLAN = {
    "weight_kg": 70.0, "mg_per_kg": 0.5, "minutes": 40, "mg_per_ml": 1.0, "dose_mg": 40.0, "volume_ml": 40.0,
    "rate_ml_per_h": 60.0, "mg_per_kg_per_h": 0.75, "working": [],
}  # fmt: skip


def entry(seq: int, kind: Kind, at_min: float, payload: dict[str, Any] | None = None, **more: Any) -> Entry:
    at_ms = round(at_min * MIN)
    return Entry(
        seq=seq, prev_hash="", hash="", kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, entered_by="N1",
        source="person", session="s", chair="c", payload=payload or {}, **more,
    )  # fmt: skip


def row(t_ms: int, **values: tuple[float | None, str] | float) -> NumericRow:
    given = {m: v if isinstance(v, tuple) else (v, "valid") for m, v in values.items()}
    return NumericRow(t_ms=t_ms, session="s", source="ge", device_ms=t_ms, values=given)


def made(entries: list[Entry], rows: list[NumericRow], now_min: float) -> Trend:
    trend = trend_of([entry(1, Kind.SESSION_OPENED, 0, OPENED), *entries], rows, round(now_min * MIN))
    assert trend is not None
    return trend


def test_a_bucket_keeps_lowest_highest_and_last_and_leaves_out_what_is_no_number() -> None:
    rows = [row(1000, SPO2=97), row(2000, SPO2=88), row(3000, SPO2=95), row(4000, SPO2=(None, "invalid"))]
    rows += [row(21_000, SPO2=96), row(22_000, SPO2=(10, "invalid"))]
    trend = made([], rows, 1)
    assert trend.buckets("SPO2") == (Bucket(0, 88, 97, 95), Bucket(20_000, 96, 96, 96))
    assert trend.buckets("HR") == ()


def test_cuffs_know_whether_a_device_vouched_or_a_person_typed() -> None:
    rows = [row(MIN, NIBP_SYS=130, NIBP_DIA=80, NIBP_MEAN=(97, "valid"))]
    rows += [row(2 * MIN, NIBP_SYS=(150, "questionable"), NIBP_DIA=(None, "not_available"))]
    trend = made([entry(2, Kind.VITALS, 3, {"values": {"NIBP_SYS": 140, "NIBP_DIA": 90, "HR": 77}})], rows, 4)
    assert trend.cuffs == (
        Cuff(MIN, 130, 80, 97, False, True),
        Cuff(2 * MIN, 150, None, None, False, False),
        Cuff(3 * MIN, 140, 90, None, True, True),
    )
    assert trend.buckets("HR")[-1].last == 77  # a cable is out: what was typed is the curve
    assert trend.typed == (Typed(3 * MIN, "HR", 77),)  # and is marked in it


def test_infusion_holds_and_the_planned_rest() -> None:
    acts = [
        entry(2, Kind.PLAN, 0, PLAN),
        entry(3, Kind.INFUSION_STARTED, 5, RUN),
        entry(4, Kind.INFUSION_HELD, 15),
        entry(5, Kind.INFUSION_RESUMED, 20, {**RUN, "rate_ml_per_h": 30.0}),
    ]
    trend = made(acts, [], 30)
    assert [(b.start_ms // MIN, b.end_ms // MIN, b.rate_ml_per_h) for b in trend.infusion] == [
        (5, 15, 60),
        (20, 30, 30),
    ]
    assert trend.holds == ((15 * MIN, 20 * MIN),)
    assert trend.planned is not None  # 40 mg planned, 10 + 5 mg given, 0.5 mg a minute
    assert (trend.planned.start_ms, trend.planned.end_ms) == (30 * MIN, 80 * MIN)
    held = made(acts[:3], [], 18)
    assert held.holds == ((15 * MIN, 18 * MIN),) and held.planned is not None
    stopped = made([*acts, entry(6, Kind.INFUSION_STOPPED, 29)], [], 30)
    assert stopped.planned is None


def test_events_are_what_a_person_made_and_an_undone_one_leaves_its_number_free() -> None:
    acts = [
        entry(2, Kind.NOTE, 1, {"text": "first"}),
        entry(3, Kind.NOTE, 2, {"text": "wrong"}),
        msgspec.structs.replace(entry(4, Kind.GAP, 3, {"from_ms": 0, "to_ms": 1000, "why": "x"}), source="station"),
        entry(5, Kind.CORRECTION, 4, {"what": "wrong"}, supersedes=3, reason="mis-key"),
        entry(6, Kind.NOTE, 5, {"text": "last"}),
    ]
    trend = made(acts, [], 6)
    assert [(e.number, e.text) for e in trend.events] == [(1, "first"), (3, "last")]
    assert trend.gaps == ((0, 1000),)


def test_an_undone_typed_reading_is_gone_from_the_curves() -> None:
    typed = entry(2, Kind.VITALS, 1, {"values": {"NIBP_SYS": 240, "NIBP_DIA": 90, "HR": 210}})
    undo = entry(3, Kind.CORRECTION, 2, {"what": "x"}, supersedes=2, reason="mis-key")
    trend = made([typed, undo], [row(0, HR=70)], 3)
    assert trend.typed == () and trend.cuffs == () and [b.last for b in trend.buckets("HR")] == [70]


def test_before_a_session_there_is_no_trend_and_a_new_one_begins_anew() -> None:
    builder = TrendBuilder()
    assert builder.trend(0) is None
    builder.add_all([entry(1, Kind.SESSION_OPENED, 0, OPENED)], [row(0, HR=70)])
    builder.add_entry(entry(2, Kind.SESSION_OPENED, 9, OPENED))
    assert builder.trend(10 * MIN) == Trend(opened_ms=9 * MIN, now_ms=10 * MIN, in_vein=InVein(weight_kg=70.0))


def test_what_comes_after_now_is_unseen() -> None:
    trend = made([entry(2, Kind.NOTE, 5, {"text": "later"})], [row(6 * MIN, HR=70)], 4)
    assert trend.events == () and trend.streams == ()


def test_a_day_of_data_stays_bounded() -> None:
    builder = TrendBuilder()
    builder.add_entry(entry(1, Kind.SESSION_OPENED, 0, OPENED))
    for n in range(MOST_BUCKETS + 100):
        builder.add_row(row(n * BUCKET_MS, HR=60 + n % 40))
    trend = builder.trend(MOST_BUCKETS * BUCKET_MS)
    assert trend is not None and len(trend.buckets("HR")) == MOST_BUCKETS
    assert trend.buckets("HR")[0].t_ms == 100 * BUCKET_MS
    assert len(msgspec.msgpack.encode(trend)) < 20 * MOST_BUCKETS  # a poll costs about 15 bytes a bucket


@given(st.lists(st.tuples(st.integers(0, 600), st.floats(20, 200)), min_size=1))
def test_extremes_of_the_data_are_extremes_of_the_curve(found: list[tuple[int, float]]) -> None:
    trend = made([], [row(t * 1000, HR=value) for t, value in sorted(found)], 11)
    buckets = trend.buckets("HR")
    assert min(b.low for b in buckets) == min(v for _, v in found)
    assert max(b.high for b in buckets) == max(v for _, v in found)
    assert [b.t_ms for b in buckets] == sorted({t * 1000 // BUCKET_MS * BUCKET_MS for t, _ in found})


def test_it_survives_the_wire_and_can_key_a_cache() -> None:
    trend = made([entry(2, Kind.INFUSION_STARTED, 1, RUN)], [row(0, HR=70, NIBP_SYS=120)], 4)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(trend), type=Trend)
    assert again == trend and hash(again) == hash(trend)


@pytest.mark.parametrize("metric", ["HR", "SPO2"])
def test_rows_that_come_late_find_their_bucket(metric: str) -> None:
    trend = made([], [row(31_000, **{metric: 80}), row(5_000, **{metric: 90})], 1)
    assert [b.t_ms for b in trend.buckets(metric)] == [0, 30_000]
