"""The questions of a protocol: its own limits, in the unit of its dose, each with the source in its file."""

from __future__ import annotations

import pytest

from charting.bands import IV, Level, bands_of
from charting.dose import plan
from charting.doubts import PLAN, RATE, Rated, raised, tables_of
from charting.protocol_files import load_protocols

PROTOCOLS = load_protocols()


@pytest.mark.parametrize("mg_per_kg", [0.05, 0.1, 0.5, 0.75, 0.76, 1.0, 1.01, 1.5, 1.51, 3.0])
@pytest.mark.parametrize(
    ("minutes", "mg_per_ml"),
    [(0.9, 10.0), (1.0, 10.0), (29.0, 0.2), (30.0, 1.0), (40.0, 1.0), (40.0, 50.0), (100.0, 2.0), (100.0, 0.1)],
)
def test_iv_standard_asks_what_is_asked_without_a_protocol(mg_per_kg: float, minutes: float, mg_per_ml: float) -> None:
    made = plan(weight_kg=30, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    ours = [(one.id, one.field, one.level) for one in raised(tables_of(PROTOCOLS["iv-standard"]).plan, made)]
    assert ours == [(one.id, one.field, one.level) for one in raised(PLAN, made)]


def test_without_a_protocol_the_limits_are_those_of_a_vein() -> None:
    assert (tables_of(None).plan, tables_of(None).rate) == (PLAN, RATE)
    assert {row.version for row in tables_of(None).plan} == {f"{IV.name} {IV.version}"}


def asked(protocol: str, mg_per_kg: float, minutes: float, mg_per_ml: float) -> list[tuple[str, Level]]:
    made = plan(weight_kg=70, mg_per_kg=mg_per_kg, minutes=minutes, mg_per_ml=mg_per_ml)
    return [(one.id, one.level) for one in raised(tables_of(PROTOCOLS[protocol]).plan, made)]


def test_the_bolus_is_no_fast_infusion_but_keeps_the_sixty_seconds_of_the_label() -> None:
    assert asked("ed-bolus", 0.25, 1.0, 10.0) == []
    assert asked("ed-bolus", 0.25, 0.9, 10.0) == [("under_label_time", Level.REASON)]
    assert asked("ed-bolus", 0.26, 2.0, 10.0) == [("dose_above_usual", Level.NOTE)]
    assert asked("ed-bolus", 0.6, 2.0, 10.0) == [("dose_high", Level.SECOND)]
    assert asked("ed-bolus", 1.1, 2.0, 10.0) == [("dose_stop", Level.STOP)]


def test_a_long_infusion_is_asked_about_where_its_protocol_says() -> None:
    ask_below = PROTOCOLS["iv-slow"].minutes.ask_below  # type: ignore[union-attr]
    assert "fast" in [name for name, _ in asked("iv-slow", 0.5, ask_below - 1, 1.0)]
    assert "fast" not in [name for name, _ in asked("iv-slow", 0.5, ask_below, 1.0)]


def test_a_fixed_dose_is_asked_about_in_milligrams() -> None:
    made = plan(weight_kg=70, mg_per_kg=5, minutes=40, mg_per_ml=1)  # 350 mg
    by_weight = raised(tables_of(PROTOCOLS["oral"], "mg_per_kg").dose, made)
    fixed = raised(tables_of(PROTOCOLS["oral"], "mg").dose, made)
    assert [(one.id, one.sentence) for one in by_weight] == [
        ("dose_reason", "5 mg/kg is above 2.5 mg/kg. Is that meant?")
    ]
    assert [(one.id, one.sentence) for one in fixed] == [
        ("dose_stop", "350 mg is above 300 mg, the hard stop. Is that meant?")
    ]
    only = raised(tables_of(PROTOCOLS["sublingual"], "mg_per_kg").dose, made)  # it has no limits by weight
    assert [one.sentence.split(",")[0] for one in only] == ["350 mg is above 200 mg"]


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
@pytest.mark.parametrize("basis", ["mg", "mg_per_kg"])
def test_every_shipped_protocol_has_bands_with_sources(name: str, basis: str) -> None:
    bands = bands_of(PROTOCOLS[name], basis)  # type: ignore[arg-type]
    assert bands.studied is not None
    assert bands.stop is not None or bands.second is not None or bands.reason is not None
    assert bands.version == PROTOCOLS[name].version


def test_a_rate_is_compared_as_the_protocol_says() -> None:
    part = PROTOCOLS["iv-slow"].pump.ask_above_planned  # type: ignore[union-attr]
    rows = tables_of(PROTOCOLS["iv-slow"]).rate
    assert raised(rows, Rated(20 * part, 20)) == []
    assert [one.id for one in raised(rows, Rated(20 * part + 0.1, 20))] == ["rate_high"]
    assert raised(tables_of(PROTOCOLS["ed-bolus"]).rate, Rated(900, 20)) == []  # no pump
