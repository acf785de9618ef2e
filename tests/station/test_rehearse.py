"""The whole path in virtual time: alarms exactly where the data break the limit, repeatable to the byte."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from charting.ledger.reader import Reader
from charting.ledger.verify import verify
from simulators.playback import Playback
from station import feeds, script
from station.alarms.preset import Preset, load_preset
from station.errors import Trouble
from station.presets import preset_called
from station.rehearse import rehearse

RAW: dict[str, Any] = {
    "SPO2_LOW": {"limit": 90, "clear": 90, "delay_s": 0},
    "SPO2_DESAT": {"enabled": False},
    "HR_HIGH": {"limit": 120, "clear": 120, "delay_s": 0},
    "HR_LOW": {"limit": 50, "clear": 50, "delay_s": 0},
    "NIBP_STALE": {"enabled": False},
}


def played(csv: str, preset: Preset, ledger: Path | None = None, device: str = "ge_dri") -> list[dict[str, Any]]:
    playback = Playback.parse(csv)
    feed = feeds.Feed(playback, script.of_playback(playback), "test")
    return list(rehearse(feed, device, preset, 0, ledger))


def active_seconds(lines: list[dict[str, Any]], condition: str, last_s: int) -> set[int]:
    """Whole seconds in which the condition was active (acknowledged or not)."""
    state, active = "INACTIVE", set()
    changes = {(x["t_s"], n): x["to"] for n, x in enumerate(lines) if x["condition"] == condition}
    ordered = sorted(changes)
    for second in range(last_s + 1):
        while ordered and ordered[0][0] <= second:
            state = changes[ordered.pop(0)]
        if state.startswith("ACTIVE"):
            active.add(second)
    return active


@pytest.mark.parametrize("seed", range(3))
def test_without_delays_the_alarm_is_active_exactly_where_the_data_break_the_limit(seed: int) -> None:
    rng = random.Random(seed)
    spo2, hr = 92, 85
    rows = []
    for second in range(300):
        spo2 = min(100, max(80, spo2 + rng.choice((-1, 0, 0, 1))))
        hr = min(130, max(40, hr + rng.randint(-6, 6)))
        rows.append((second, spo2, hr))
    csv = "t_s,spo2,hr\n" + "\n".join(f"{t},{s},{h}" for t, s, h in rows)
    lines = played(csv, load_preset(RAW, "raw"))
    assert active_seconds(lines, "SPO2_LOW", 299) == {t for t, s, _ in rows if s < 90}
    assert active_seconds(lines, "HR_HIGH", 299) == {t for t, _, h in rows if h > 120}
    assert active_seconds(lines, "HR_LOW", 299) == {t for t, _, h in rows if h < 50}


def test_a_delay_is_kept_to_the_second() -> None:
    preset = load_preset(RAW | {"SPO2_LOW": {"delay_s": 10}}, "ten")
    csv = "t_s,spo2\n0,97\n100,85\n130,97\n200,97"
    rows = "\n".join(f"{t},{85 if 100 <= t < 130 else 97}" for t in range(200))
    for text in (f"t_s,spo2\n{rows}",):
        told = [(x["t_s"], x["to"]) for x in played(text, preset) if x["condition"] == "SPO2_LOW"]
        assert told[:2] == [(100.0, "PENDING"), (110.0, "ACTIVE_UNACK")]
        assert told[2] == (145.0, "LATCHED")
    silent = [(x["t_s"], x["condition"], x["to"]) for x in played(csv, preset)]
    assert (5.0, "COMM_LOST", "ACTIVE_UNACK") in silent  # a jump over 10 s is silence


def test_blank_cells_hold_and_then_are_stale() -> None:
    rows = "\n".join(f"{t},{'' if t >= 20 else 97},70" for t in range(70))
    lines = played(f"t_s,spo2,hr\n{rows}", preset_called("standard"))
    told = [(x["t_s"], x["condition"], x["to"]) for x in lines]
    assert (20.0, "SPO2_LOW", "HELD") in told
    assert (49.0, "VALUE_STALE", "ACTIVE_UNACK") in told or (50.0, "VALUE_STALE", "ACTIVE_UNACK") in told


def test_equal_cuff_readings_one_second_apart_are_two_determinations(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    ledger = tmp_path / "r.db"
    rows = "\n".join(f"{t},70,{'120,80,93' if t in (30, 31, 60) else ',,'}" for t in range(90))
    played(f"t_s,hr,nibp_sys,nibp_dia,nibp_mean\n{rows}", preset_called("standard"), ledger)
    reader = Reader.open(ledger)
    session = reader.sessions()[0].session
    readings = [r.t_ms % 100_000 // 1000 for r in reader.numerics(session) if r.values.get("NIBP_SYS", (None,))[0]]
    assert len(readings) == 3
    reader.close()


@pytest.mark.parametrize("device", ["ge_dri", "masimo_ascii"])
def test_repeated_it_is_the_same_to_the_byte_and_each_line_names_its_entry(tmp_path: Path, device: str) -> None:
    tmp_path.chmod(0o700)
    made = []
    for name in ("a.db", "b.db"):
        feed = feeds.feed("desaturation", None, device)
        lines = list(rehearse(feed, device, preset_called("standard"), 3, tmp_path / name))
        made.append((lines, (tmp_path / name).read_bytes()))
    assert made[0] == made[1]
    assert verify(tmp_path / "a.db").ok
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.db", "b.db"]
    with Reader.open(tmp_path / "a.db") as reader:
        by_seq = {e.seq: e.payload for e in reader.entries()}
    assert made[0][0]
    for line in made[0][0]:
        assert by_seq[line["entry_seq"]]["condition"] == line["condition"]
        assert by_seq[line["entry_seq"]]["to"] == line["to"]


def test_events_of_a_playback_move_the_phase() -> None:
    head = "t_s,hr,nibp_sys,nibp_dia,nibp_mean,event\n"
    cuffs = {0: 120, 60: 122, 120: 124, 200: 160}
    rows = []
    for t in range(400):
        cuff = f"{cuffs[t]},80,95" if t in cuffs else ",,"
        rows.append(f"{t},70,{cuff},{'start' if t == 150 else ''}")
    lines = played(head + "\n".join(rows), preset_called("standard"))
    high = [x for x in lines if x["condition"] == "NIBP_HIGH"]
    assert [(x["t_s"], x["to"]) for x in high][:2] == [(200.0, "PENDING"), (200.0, "ACTIVE_UNACK")]
    assert "(baseline 123 +30 %)" in high[0]["reason"]  # of two: the one on display at first has no age


@pytest.mark.parametrize(
    ("csv", "device", "words"),
    [("t_s,art_sys\n0,100", "masimo_ascii", "cannot send art_sys"), ("t_s,etco2\n0,40", "masimo_ascii", "cannot send")],
)
def test_columns_the_device_cannot_send_are_refused(tmp_path: Path, csv: str, device: str, words: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(csv)
    with pytest.raises(Trouble, match=words):
        feeds.feed("quiet", file, device)
