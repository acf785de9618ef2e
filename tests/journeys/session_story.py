"""One IV session as a story: what the monitor shows, what is charted by whom, and whether the chart tells it so."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from station_process import LOST_WITHIN_S, StationProcess, until
from terminal import STATION, Terminal

from charting.ledger.verify import verify

PATIENT, BORN = "Story, Anna", "1980-01-01"
# dose and rates: 70 kg x 0.5 mg/kg = 35 mg at 1 mg/mL over 40 min
BEGIN = (PATIENT, BORN, "70", "0.5", "40", "1.0", "KS")
HIGH_S = 30  # how long the cuff reads high once the cable is back; a busy machine needs half of it to connect
HIGH = "NIBP high 192/112"
CLOCK_S = 1.0  # by which the chart's clock, anchored at the recorder's start, may differ from ours
_ROW_EVERY_S = 5
_DOSE_KINDS = ("infusion_started", "infusion_held", "infusion_resumed", "rate_changed", "infusion_stopped")

# what the chart must tell, in order: by whom ("" is the station), and a pattern of the words
TOLD = (
    ("KS", r"session opened, 70 kg, Ketamine IV, .* \(version 1\), alarms: standard"),
    ("KS", r"plan 0\.5 mg/kg = 35 mg in 35 mL over 40 min, 52\.5 mL/h"),
    ("KS", r"confirmed as this patient's monitor: ge_dri at .*, showing .*HR 72.*SpO2 97.*"),
    ("KS", r"infusion started 52\.5 mL/h; asked: the patient was not screened .* Confirmed: on paper"),
    ("", r"ALARM No data from ge_dri"),
    ("KS", r"alarm acknowledged: No data from ge_dri"),
    ("KS", r"typed: NIBP 128/80, HR 72, SpO2 98"),
    ("", f"ALARM {HIGH}: repeat to confirm"),
    ("KS", f"alarm acknowledged: {HIGH}: repeat to confirm"),
    ("KS", r"infusion held: cuff hurts"),
    ("KS", r"infusion resumed 52\.5 mL/h(; asked: .+ Resume all the same\? .+)?"),
    ("KS", r"rate changed to 60 mL/h: slip"),
    ("KS", r"UNDONE: rate changed to 60 mL/h: slip: mis-key"),
    ("KS", r"rate changed to 45 mL/h: pressure"),
    ("KS", r"dissociation 3: strong, answers briefly"),
    ("KS", r"speaks in sentences"),
    ("LM", r"nausea"),
    ("", r"NOT RECORDED for \d+ s: the recorder was not running"),
    ("LM", r"infusion stopped: done"),
    ("LM", r"session closed: went home(; asked: .* Confirmed)?"),
)
# each comes by itself, among the acts after its acknowledgement
UNTIMED = ("alarm over: No data from ge_dri", f"alarm over: {HIGH}: repeat to confirm")


class Told(NamedTuple):
    """One line of ``sessions show``."""

    seq: int
    words: str
    by: str


def monitor(folder: Path, high_s: int) -> Path:
    """A playback of an hour: steady, but the cuff reads 192/112 in the first ``high_s`` seconds and 128/80 then."""
    cuffs = (",," if not high_s else "192,112,139" if t < high_s else "128,80,96" for t in range(0, 3600, _ROW_EVERY_S))
    rows = [f"{n * _ROW_EVERY_S},72,72,97,{cuff}" for n, cuff in enumerate(cuffs)]
    path = folder / f"high-{high_s}.csv"
    path.write_text("\n".join(["t_s,hr,pulse_rate,spo2,nibp_sys,nibp_dia,nibp_mean", *rows, ""]))
    return path


class Story:
    """A station with its monitor on ``line``. Acts are made by the caller; ``timed`` notes when."""

    def __init__(self, station: StationProcess) -> None:
        self.station = station
        self.line = station.home.with_name("L")
        self.times: dict[str, tuple[float, float]] = {}
        self._monitor = self.plugged(0)

    def plugged(self, high_s: int) -> Any:
        """The monitor is on its line; its process."""
        playback = monitor(self.line.parent, high_s)
        self._monitor, _ = self.station.simulate("ge_dri", "--playback", str(playback), "--link", str(self.line))
        return self._monitor

    def pulled(self) -> None:
        """The monitor is gone, after a few numbers of the infusion came in: they say when it fell silent."""
        until(lambda: (self.station.snapshot().chairs[0].infusion.running_s or 0) > 2.5, what="its first numbers")
        self.station.pull(self._monitor)

    def viewer(self, columns: int, lines: int, attach: bool = False) -> Terminal:
        """A terminal with the station in it; the first one starts the recorder."""
        how = ("attach",) if attach else ("--device", "ge_dri", "--port", str(self.line))
        return Terminal((*STATION, *how), self.station.env, columns, lines)

    def timed(self, words: str, before: float) -> None:
        """The act whose line holds ``words`` was made between ``before`` and now."""
        self.times[words] = (before, time.time())

    def shown(self) -> list[Told]:
        """The lines of ``sessions show``."""
        text = self.station.run("sessions", "show", "latest").stdout.decode()
        found = re.findall(r"^\d\d:\d\d:\d\d +(\d+)  (?:\[replaced\] )?(.*)  \[(.*)\]$", text, re.MULTILINE)
        return [Told(int(seq), words, by) for seq, words, by in found]

    def agrees(self) -> None:
        """The chart tells the story: the lines of ``show``, the exported JSON, and ``verify``."""
        shown = self.shown()
        run = self.station.run("sessions", "export", "--format", "json", "latest")
        chart = json.loads(run.stdout)
        entries = {entry["seq"]: entry for entry in chart["entries"]}
        _in_order(shown, entries)
        self._at_their_times(shown, entries)
        _corrected(shown, entries)
        _acknowledged(shown, entries)
        _lost_in_time(shown, chart)
        given_mg = delivered_mg(chart["entries"])
        assert given_mg > 0
        assert abs(chart["summary"]["delivered_mg"] - given_mg) < 1e-6
        assert f"Delivered {given_mg:.1f} mg of 35.0 mg planned" in self.station.run("sessions", "show").stdout.decode()
        assert chart["summary"]["charted_by"] == ["KS", "LM"]
        assert verify(self.station.folders.ledger).ok
        assert self.station.run("sessions", "verify").returncode == 0

    def _at_their_times(self, shown: list[Told], entries: dict[int, Any]) -> None:
        for words, (before, after) in self.times.items():
            told = next(told for told in shown if words in told.words)
            assert before - CLOCK_S <= seconds(entries[told.seq]["happened_at"]) <= after + CLOCK_S, told


def seconds(iso: str) -> float:
    """An instant of the export, s since 1970."""
    return datetime.fromisoformat(iso).timestamp()


def _in_order(shown: list[Told], entries: dict[int, Any]) -> None:
    """Everything of the story in its order, and no other act of a person."""
    about = re.compile(r"No data from|NIBP high|NOT RECORDED")
    told = [t for t in shown if (_by_person(entries[t.seq]) or about.search(t.words)) and t.words not in UNTIMED]
    told = [t for t in told if not ("acknowledged: " in t.words and not about.search(t.words))]  # of a low alarm beside
    unlike = [
        (t, (by, pattern))
        for t, (by, pattern) in zip(told, TOLD, strict=False)
        if not re.fullmatch(pattern, t.words) or (by and t.by != by)
    ]
    assert unlike == [] and len(told) == len(TOLD), (unlike[:1], [t.words for t in told])
    times = [seconds(entries[t.seq]["happened_at"]) for t in told]
    assert times == sorted(times)


def _by_person(entry: dict[str, Any]) -> bool:
    return bool(entry["source"] == "person")


def _corrected(shown: list[Told], entries: dict[int, Any]) -> None:
    """The mistake stands, and the correction names it."""
    slip = next(told for told in shown if told.words == "rate changed to 60 mL/h: slip")
    undone = next(told for told in shown if told.words.startswith("UNDONE"))
    assert entries[undone.seq]["supersedes"] == slip.seq
    assert [entry["supersedes"] for entry in entries.values() if entry["supersedes"]] == [slip.seq]


def _acknowledged(shown: list[Told], entries: dict[int, Any]) -> None:
    """The cuff: raised, acknowledged by the nurse, over, in this order and within its episode."""
    steps = [
        entries[told.seq]["payload"]
        for told in shown
        if entries[told.seq]["kind"] == "alarm" and entries[told.seq]["payload"]["condition"] == "NIBP_HIGH"
    ]
    assert [(step["from"], step["to"]) for step in steps] == [
        ("PENDING", "ACTIVE_UNACK"),
        ("ACTIVE_UNACK", "ACTIVE_ACK"),
        ("ACTIVE_ACK", "INACTIVE"),
    ]
    assert (steps[0]["value"], steps[0]["limit"]) == (192, 180)
    for over in UNTIMED:
        acknowledged = next(n for n, told in enumerate(shown) if told.words == over.replace("over", "acknowledged"))
        assert [told.words for told in shown[acknowledged:]].count(over) == 1


def _lost_in_time(shown: list[Told], chart: dict[str, Any]) -> None:
    """COMM_LOST by the chart's own times: from the last row of numbers to the alarm."""
    told = next(told for told in shown if told.words.startswith("ALARM No data"))
    raised_s = next(seconds(entry["happened_at"]) for entry in chart["entries"] if entry["seq"] == told.seq)
    last_s = max(seconds(row["t"]) for row in chart["numerics"] if seconds(row["t"]) <= raised_s)
    assert raised_s - last_s <= LOST_WITHIN_S, f"COMM_LOST {raised_s - last_s:.1f} s after the last number"


def delivered_mg(entries: list[dict[str, Any]]) -> float:
    """mg by our own sum: between each act and the next at the rate it set, corrected ones left out."""
    gone = {entry["supersedes"] for entry in entries}
    acts = [entry for entry in entries if entry["kind"] in _DOSE_KINDS and entry["seq"] not in gone]
    total = 0.0
    for act, following in pairwise(acts):
        mg_per_h = act["payload"].get("rate_ml_per_h", 0) * act["payload"].get("mg_per_ml", 0)
        total += mg_per_h * (seconds(following["happened_at"]) - seconds(act["happened_at"])) / 3600
    return total


def walked(terminal: Terminal, on: Callable[[], None], shown: list[Told]) -> None:
    """The session looked back at tells what ``sessions show`` does: entry by entry, as ``on`` moves the cursor down."""
    for n, told in enumerate(shown):
        if n:
            on()
        try:
            until(lambda told=told: _under_the_cursor(terminal, told), what=f"{told} under the cursor")
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen was:\n{terminal.text()}") from None


def _under_the_cursor(terminal: Terminal, told: Told) -> bool:
    row = re.search(rf"^ #{told.seq} (.*)$", terminal.text(), re.MULTILINE)
    words = row[1].rstrip() if row else ""
    return words == told.words or (words.endswith("…") and told.words.startswith(words[:-1]))
