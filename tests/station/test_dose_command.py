"""``dose``: the keys of contract 2, both ways, the questions of the chart, and errors in one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from charting.dose import plan
from charting.doubts import PLAN, raised
from station.cli import main

KEYS = ["dose_mg", "volume_ml", "rate_ml_per_h", "mg_per_kg_per_h", "draw_up_ml", "warnings", "working"]
USUAL = {"--weight-kg": "70", "--mg-per-kg": "0.5", "--minutes": "40", "--mg-per-ml": "1"}


def run(changed: dict[str, str | None]) -> Result:
    options = {name: value for name, value in (USUAL | changed).items() if value is not None}
    return CliRunner().invoke(main, ["dose", *(word for pair in options.items() for word in pair)])


def answer(**changed: str | None) -> dict[str, Any]:
    done = run({f"--{name.replace('_', '-')}": value for name, value in changed.items()})
    assert (done.exit_code, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert list(told) == KEYS
    return told


def test_from_the_dose_to_the_rate() -> None:
    told = answer(vial_mg_per_ml="50")
    assert [told[key] for key in KEYS[:5]] == [35, 35, 52.5, 0.75, 0.7]
    assert told["warnings"] == []
    assert told["working"] == [
        "70 kg x 0.5 mg/kg = 35 mg",
        "35 mg / 1 mg/mL = 35 mL",
        "35 mL / 40 min x 60 = 52.5 mL/h",
        "0.5 mg/kg / 40 min = 0.0125 mg/kg/min",
        "0.0125 mg/kg/min x 60 = 0.75 mg/kg/h",
        "35 mg / 50 mg/mL = 0.7 mL to draw up",
    ]


def test_from_the_rate_to_the_dose() -> None:
    told = answer(mg_per_kg=None, rate_ml_per_h="105")
    assert [told[key] for key in KEYS[:5]] == [70, 70, 105, 1.5, None]
    assert "70 mg / 70 kg = 1 mg/kg" in told["working"]
    assert [(one["id"], one["level"]) for one in told["warnings"]] == [("dose_above_usual", "note")]


@pytest.mark.parametrize(("rate", "expected"), [("30.9", []), ("31", []), ("30.8", ["rate_differs"])])
def test_a_rate_beside_the_dose_is_compared(rate: str, expected: list[str]) -> None:
    told = answer(weight_kg="82.5", mg_per_ml="2", rate_ml_per_h=rate)
    assert [one["id"] for one in told["warnings"]] == expected
    assert told["rate_ml_per_h"] == 30.9375


def test_a_tenfold_rate_is_named() -> None:
    differs, high = answer(rate_ml_per_h="525")["warnings"]
    assert (differs["id"], high["id"]) == ("rate_differs", "rate_high")
    assert "(ten times too much?)" in differs["sentence"]
    assert (high["limit"], high["unit"]) == (1.5, "times the plan")


def test_the_questions_are_those_of_the_chart() -> None:
    told = answer(mg_per_kg="1.6", minutes="0.75", mg_per_ml="50")
    chart = raised(PLAN, plan(weight_kg=70, mg_per_kg=1.6, minutes=0.75, mg_per_ml=50))
    assert [one["sentence"] for one in told["warnings"]] == [one.sentence for one in chart]
    assert [one["id"] for one in told["warnings"]] == ["dose_stop", "fast", "under_label_time", "vial_strength"]
    stop, *_, vial = told["warnings"]
    assert (stop["level"], stop["limit"], stop["unit"], stop["version"]) == (
        "stop",
        1.5,
        "mg/kg",
        "intravenous 2026-11",
    )
    assert stop["source"]
    assert vial["limit"] == [10, 50, 100]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"--weight-kg": "154.5.1"}, "'154.5.1' is not a valid float."),
        ({"--weight-kg": "700"}, "--weight-kg: weight 700 kg is outside 20 to 300 kg; check the entry"),
        ({"--weight-kg": "nan"}, "--weight-kg: weight nan kg is outside 20 to 300 kg; check the entry"),
        ({"--minutes": "0"}, "--minutes: duration 0 min is outside 0.5 to 600 min; check the entry"),
        ({"--minutes": None}, "Missing option '--minutes'."),
        (
            {"--mg-per-kg": None},
            "give --mg-per-kg for the rate, or --rate-ml-per-h for the dose that it gives, or both",
        ),
        ({"--rate-ml-per-h": "-1"}, "--rate-ml-per-h: pump rate -1 mL/h is outside 0.01 to 1800 mL/h; check the entry"),
        (
            {"--vial-mg-per-ml": "0.5"},
            "--vial-mg-per-ml: a vial of 0.5 mg/mL cannot make 1 mg/mL; check both strengths",
        ),
        ({"--mg-per-kg": None, "--rate-ml-per-h": "1800"}, "--rate-ml-per-h: these give a dose of 17.1428571429 mg/kg"),
    ],
)
def test_what_cannot_be_is_one_sentence_that_names_the_option(changed: dict[str, str | None], sentence: str) -> None:
    done = run(changed)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("infusion-station: ") and done.stderr.count("\n") == 1
    assert sentence in done.stderr
