"""The rows of the sources' table of treatments (clinical.md 2) that are about the dose: each is served by a rule."""

from __future__ import annotations

import pytest
from charting_makers import START_MS, Chart

from charting.bands import Level, bands_of
from charting.delivered import delivered
from charting.dose import plan
from charting.doubts import raised, tables_of
from charting.due import due, seconds_left
from charting.gates import load_gates
from charting.haemodynamics import change_lines, haemodynamics
from charting.leaving import criteria_of
from charting.model import Kind, NumericRow
from charting.portion import DETAILS, Typed, portion
from charting.protocol import SEDATION
from charting.protocol_files import load_protocols
from charting.qa import EARLY_PART, Treated, interval, qa, qa_lines
from charting.session import Phase, fold
from charting.stops import STOPS, UNCODED, stop_code
from charting.tasks import tasks_of

PROTOCOLS = load_protocols()
MIN = 60_000


def asked(protocol: str, mg_per_kg: float, minutes: float = 40.0, mg_per_ml: float = 1.0) -> list[tuple[str, Level]]:
    made = plan(weight_kg=70, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    return [(one.id, one.level) for one in raised(tables_of(PROTOCOLS[protocol]).plan, made)]


def test_row_iv_standard_05_mg_per_kg_over_40_min() -> None:
    protocol = PROTOCOLS["iv-standard"]
    dose, minutes = protocol.doses[0], protocol.minutes
    assert minutes is not None
    assert (dose.default, minutes.default, asked("iv-standard", 0.5)) == (0.5, 40, [])
    chart = Chart()
    chart.open()
    chart.plan()
    state = fold(chart.entries)
    assert state is not None and state.plan is not None
    assert (state.plan.dose_mg, state.plan.rate_ml_per_h) == (35, 52.5)
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    state = fold(chart.entries)
    assert state is not None
    assert delivered(state, START_MS + 16 * MIN).mg == pytest.approx(14)  # live
    assert seconds_left(state, START_MS + 16 * MIN) == pytest.approx(24 * 60)
    end = [one.in_s for one in due(state, START_MS + 16 * MIN, None, 300) if one.text == "end of the infusion"]
    assert end == [pytest.approx(24 * 60)]  # the planned end as a clock


@pytest.mark.parametrize(
    ("mg_per_kg", "minutes", "said"),
    [
        (0.5, 40, []),
        (0.75, 50, []),
        (1.0, 60, []),
        (0.05, 60, [("dose_low", Level.NOTE)]),
        (1.01, 60, [("dose_high", Level.SECOND)]),
        (0.5, 29, [("fast", Level.NOTE)]),
    ],
)
def test_row_iv_05_to_075_and_05_to_10_over_40_to_60_min(
    mg_per_kg: float, minutes: float, said: list[tuple[str, Level]]
) -> None:
    protocol = PROTOCOLS["iv-wide"]
    assert protocol.minutes is not None
    assert (protocol.doses[0].usual, protocol.minutes.usual) == ((0.5, 1.0), (40, 60))
    assert asked("iv-wide", mg_per_kg, minutes) == said


def test_row_iv_slow_100_min_same_engine_long_schedule() -> None:
    slow, fast = (plan(weight_kg=70, mg_per_kg=0.5, minutes=minutes, mg_per_ml=1.0) for minutes in (100.0, 40.0))
    assert (slow.dose_mg, slow.rate_ml_per_h) == (fast.dose_mg, 21)
    assert slow.mg_per_kg_per_h == pytest.approx(0.3)
    assert asked("iv-slow", 0.5, 100) == []
    assert [one for one, _ in asked("iv-slow", 0.5, 40)] == ["fast"]
    once = {
        name: [t.at_s for t in tasks_of(PROTOCOLS[name]) if t.every_s is None] for name in ("iv-slow", "iv-standard")
    }
    assert max(once["iv-slow"]) > max(once["iv-standard"])  # the grid of pressures stretches


def test_row_ed_low_dose_bolus_has_denser_vital_signs_and_two_hours() -> None:
    protocol = PROTOCOLS["ed-bolus"]
    assert (protocol.kind, protocol.doses[0].usual) == ("bolus", (0.2, 0.25))
    standard = {task.name: task.every_s for task in tasks_of(PROTOCOLS["iv-standard"])}
    every = {task.name: task.every_s for task in tasks_of(protocol)}
    assert (every["rating"] or 0) < (standard["rating"] or 0)
    assert {task.at_s for task in tasks_of(protocol) if task.pressure and task.at_s} >= {300, 600}
    stay = [one.minutes for one in criteria_of(protocol.recovery) if one.id == "stay_after_start"]
    assert stay == [120]


def test_row_dose_ceiling_above_1_mg_per_kg_is_a_warning_a_reason_and_a_second_person() -> None:
    assert asked("iv-standard", 0.8) == [("dose_above_usual", Level.NOTE)]
    assert asked("iv-standard", 1.0) == [("dose_above_usual", Level.NOTE)]
    assert asked("iv-standard", 1.01) == [("dose_high", Level.SECOND)]
    assert asked("iv-standard", 1.51) == [("dose_stop", Level.STOP)]
    limit = bands_of(PROTOCOLS["iv-standard"]).second
    assert limit is not None and "S0" in limit.source


def test_row_im_has_a_site_and_no_pump() -> None:
    protocol = PROTOCOLS["im"]
    made = portion(protocol, 70, Typed(mg_per_kg=0.5, mg_per_ml=50.0))
    assert (protocol.kind, made.volume_ml, made.parts, made.minutes) == ("single", 0.7, 1, 0)
    assert (protocol.pump, DETAILS[protocol.route]) == (None, "Site of the injection")


@pytest.mark.parametrize(("id", "percent"), [("oral", "20 to 25 %"), ("sublingual", "30 %")])
def test_row_lozenge_and_oral_note_the_bioavailability_and_watch_longer(id: str, percent: str) -> None:
    protocol = PROTOCOLS[id]
    assert all(percent in dose.note for dose in protocol.doses)
    assert (protocol.kind, protocol.recovery.stay_after_start_min) == ("single", 120)
    assert (PROTOCOLS["iv-standard"].recovery.stay_after_end_min or 0) + 40 < 120


def test_row_benzodiazepine_co_administration_raises_the_sedation_check_frequency() -> None:
    for protocol in PROTOCOLS.values():
        drug = next(one for one in protocol.co_medications if one.id == "midazolam")
        before, after = (
            min(task.every_s for task in tasks_of(protocol, given) if SEDATION in task.ratings and task.every_s)
            for given in ({}, {drug.id: 0})
        )
        assert before is not None and after is not None and drug.sedation_every_min is not None
        assert after == min(before, drug.sedation_every_min * 60)


# --- haemodynamic change, reasons of a stop, denominators


def session(
    pressure: tuple[float, float] = (130, 80), minutes: float = 40, reason: str = "done", patient: str = "Test, A"
) -> Treated:
    """A session at 52.5 mL/h for so long, with this pressure at 20 min and one of 120/70 before the start."""
    chart = Chart()
    chart.open()
    chart.entries[0].payload["patient"] = {"name": patient, "identifier": "1980-01-01"}
    chart.plan()
    rows = [row(120, 70, START_MS), row(*pressure, START_MS + 21 * MIN)]
    chart.at_ms += MIN
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    chart.at_ms += round(minutes * MIN)
    chart.add(Kind.INFUSION_STOPPED, {"code": stop_code(reason)}, reason=reason)
    chart.at_ms += 60 * MIN
    chart.add(Kind.SESSION_CLOSED, {})
    state = fold(chart.entries)
    changes = haemodynamics(chart.entries, rows, load_gates().values(), chart.at_ms)
    assert state is not None and changes is not None and state.phase is Phase.CLOSED
    return Treated(state, tuple(chart.entries), changes)


def row(sys: float, dia: float, at_ms: int, **more: float) -> NumericRow:
    values = {"NIBP_SYS": sys, "NIBP_DIA": dia, "NIBP_MEAN": round((sys + 2 * dia) / 3)} | more
    valid = {metric: (value, "valid") for metric, value in values.items()}
    return NumericRow(t_ms=at_ms, session="s-1", source="ge_dri", device_ms=None, values=valid)


@pytest.mark.parametrize(
    ("pressure", "profiles"),
    [
        ((160, 90), set()),
        ((161, 90), {"canmat-2021"}),
        ((165, 90), {"canmat-2021", "crtce-203"}),
        ((170, 101), {"canmat-2021", "crtce-203", "wan-2015"}),
        ((181, 90), {"canmat-2021", "crtce-203", "wan-2015", "sc-esketamine-2020"}),
    ],
)
def test_row_haemodynamic_change_is_a_flag_of_the_session_by_profile(
    pressure: tuple[float, float], profiles: set[str]
) -> None:
    changes = session(pressure).changes.by_gate
    named = {"canmat-2021", "crtce-203", "wan-2015", "sc-esketamine-2020"}
    assert {gate for gate, change in changes.items() if change is not None} & named == profiles


def test_row_haemodynamic_change_counts_from_the_start_and_a_heart_rate_for_ten_seconds() -> None:
    chart = Chart()
    chart.open()
    chart.entries[0].payload["protocol"] = PROTOCOLS["iv-standard"].in_force
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    before = row(190, 100, START_MS - MIN)
    spike = [row(120, 70, START_MS + 20 * MIN, HR=115), row(120, 70, START_MS + 20 * MIN + 5_000, HR=90)]
    fast = [row(120, 70, START_MS + 30 * MIN, HR=115), row(120, 70, START_MS + 30 * MIN + 5_000, HR=112)]
    state, end_ms = fold(chart.entries), START_MS + 40 * MIN
    assert state is not None

    def said(rows: list[NumericRow]) -> str:
        lines = change_lines(state, chart.entries, rows, end_ms)
        return next(one for one in lines if "wan-2015" in one)

    assert said([before, *spike]) == "Haemodynamic change by wan-2015: none"
    assert said([before, *spike, *fast]).startswith("Haemodynamic change by wan-2015: heart rate 112 /min is above 110")


def test_row_haemodynamic_change_rate_in_the_qa_report_has_its_denominator() -> None:
    made = qa([session(), session((182, 90)), session((150, 90), patient="Other, B")])
    assert (made.sessions, made.patients) == (3, 2)
    wan = next(one for one in made.changes if one.what == "wan-2015")
    assert (wan.hits, wan.of) == (1, 3)
    said = next(one for one in qa_lines(made) if "wan-2015" in one)
    assert said == "  wan-2015: 1 of 3 = 33.3% (95 % 6.1% to 79.2%); published: about one-third (S3)"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("bp 190/110", "bp"),
        ("BP: 190", "bp"),
        ("wish, wants to go home", "wish"),
        ("the bp was high", UNCODED),  # free text is not read for a meaning
        ("bps", UNCODED),
        ("", UNCODED),
    ],
)
def test_row_discontinuation_reason_codes(reason: str, code: str) -> None:
    assert stop_code(reason) == code
    assert code == UNCODED or code in STOPS


def test_row_discontinuation_denominators() -> None:
    whole = session(minutes=40 * EARLY_PART + 0.1)
    made = qa([whole, session(minutes=20, reason="bp 190/110"), session(minutes=10, reason="felt unwell")])
    assert (made.early.hits, made.early.of) == (2, 3)
    assert [(one.what, one.hits, one.of) for one in made.reasons] == [
        ("blood pressure", 1, 3),
        ("no word that can be counted", 1, 3),
    ]
    assert "published: 1.95 % of infusions stopped for adverse events (S3)" in "\n".join(qa_lines(made))


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.278), (4, 205, 0.0076, 0.0491), (10, 10, 0.722, 1.0)]
)
def test_row_discontinuation_intervals_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert interval(hits, of) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_row_discontinuation_without_sessions_counts_nothing() -> None:
    assert list(qa_lines(qa([])))[2].startswith("dose stopped early: no session to count")
