"""What went into a vein, and why no model is asked for where none fits; the curve and the page made of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from charting.care import Care
from charting.into_vein import NO_MODEL, Given, InVein, Plasma, in_vein
from charting.medication import Dose
from charting.model import Kind
from charting.plasma import EVERY_MS, LABEL, MODELS, curve
from charting.plasma_page import plasma_lines
from charting.portion import Given as Part
from charting.protocol_files import load_protocols
from charting.session import Act, State

MIN = 60_000
T0 = 1_767_225_600_000
STARTED = Act(T0, 2, Kind.INFUSION_STARTED, 52.5, 1.0)
STOPPED = Act(T0 + 40 * MIN, 5, Kind.INFUSION_STOPPED)
PROTOCOLS = load_protocols()
DOMINO = MODELS[0]


def state(**more: Any) -> State:
    """A patient of 70 kg on 0.5 mg/kg over 40 min, and what is said otherwise."""
    plain: dict[str, Any] = {"weight_kg": 70.0, "acts": (STARTED, STOPPED)}
    return State(session="s", chair="c", opened_ms=T0 - 10 * MIN, opened_seq=1, **(plain | more))


def protocol(id: str) -> Any:
    return next(one for one in PROTOCOLS.values() if one.id == id)


def test_an_infusion_is_its_stretches_without_the_hold() -> None:
    held = Act(T0 + 10 * MIN, 3, Kind.INFUSION_HELD)
    again = Act(T0 + 15 * MIN, 4, Kind.INFUSION_RESUMED, 30.0, 1.0)
    went_in = in_vein(state(acts=(STARTED, held, again, STOPPED)), T0 + 60 * MIN)
    assert went_in == InVein(
        weight_kg=70.0, parts=(Given(T0, T0 + 10 * MIN, 0.875), Given(T0 + 15 * MIN, T0 + 40 * MIN, 0.5))
    )


def test_a_bolus_goes_in_over_its_minutes_and_no_further_than_now() -> None:
    part = Part(T0, 3, 21.0, 10.0, 10.0)
    bolus = state(acts=(), given=(part,), protocol=protocol("ed-bolus"))
    assert in_vein(bolus, T0 + 60 * MIN).parts == (Given(T0, T0 + 10 * MIN, 2.1),)
    assert in_vein(bolus, T0 + 4 * MIN).parts == (Given(T0, T0 + 4 * MIN, 2.1),)
    broken = msgspec.structs.replace(part, broken_ms=T0 + 3 * MIN)
    parts = in_vein(state(acts=(), given=(broken,), protocol=protocol("ed-bolus")), T0 + 60 * MIN).parts
    assert parts == (Given(T0, T0 + 3 * MIN, 2.1),)
    at_once = in_vein(state(acts=(), given=(msgspec.structs.replace(part, minutes=0.0),)), T0 + MIN)
    (push,) = at_once.parts
    assert (push.end_ms - push.start_ms) * push.mg_per_min / MIN == pytest.approx(21.0)


def test_a_gap_nobody_has_answered_for_is_told() -> None:
    gap = state(gaps=((T0 + 5 * MIN, T0 + 12 * MIN),))
    assert in_vein(gap, T0 + 60 * MIN).assumed
    assert "dose partly assumed" in curve(DOMINO, in_vein(gap, T0 + 60 * MIN), T0 + 60 * MIN).label
    assert not in_vein(state(), T0 + 60 * MIN).assumed


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"protocol": protocol("im")}, "a dose IM"),
        ({"protocol": protocol("sc")}, "a dose SC"),
        ({"protocol": protocol("oral")}, "a dose by mouth"),
        ({"protocol": protocol("sublingual")}, "a dose under the tongue"),
        ({"protocol": protocol("esketamine-nasal")}, "this is esketamine"),
        ({"weight_kg": None}, "no weight is charted"),
        (
            {"care": Care(doses=(Dose(9, T0, "given", "ketamine", "Ketamine", 20.0, "mg", True, True),))},
            "beside the plan",
        ),
    ],
    ids=["im", "sc", "oral", "sublingual", "esketamine", "weight", "beside"],
)
def test_where_no_model_fits_one_sentence_says_why(more: dict[str, Any], why: str) -> None:
    went_in = in_vein(state(**more), T0 + 60 * MIN)
    assert went_in.parts == () and went_in.why_not.startswith(NO_MODEL) and why in went_in.why_not
    assert curve(DOMINO, went_in, T0 + 60 * MIN) == Plasma(label=went_in.why_not, modelled=False)
    assert plasma_lines(went_in, MODELS, T0 + 60 * MIN) == (went_in.why_not,)


def test_a_drug_that_was_only_drawn_hinders_no_model() -> None:
    drawn = Dose(9, T0, "drawn", "ketamine", "Ketamine", 50.0, "mg", True, True)
    assert in_vein(state(care=Care(doses=(drawn,))), T0 + 60 * MIN).parts


def test_a_curve_is_labelled_and_has_the_reference_levels() -> None:
    made = curve(DOMINO, in_vein(state(), T0 + 120 * MIN), T0 + 120 * MIN)
    assert made.label == "model Domino, not measured" and made.modelled
    assert made.at(T0 + 40 * MIN) == pytest.approx(240.4, abs=0.1)
    assert made.at(T0 - 1) == 0.0 and made.at(T0 + 500 * MIN) == made.ng_per_ml[-1]
    assert len(made.ng_per_ml) == 120 * MIN // EVERY_MS + 1
    assert curve(DOMINO, in_vein(state(acts=()), T0), T0).at(T0) == 0.0


def test_the_page_has_a_label_and_a_column_a_model() -> None:
    lines = plasma_lines(in_vein(state(), T0 + 60 * MIN), MODELS, T0 + 60 * MIN)
    assert LABEL in lines[0] and "35.0 mg" in lines[1] and "70 kg" in lines[1]
    assert all(any(model.source in line for line in lines) for model in MODELS)
    assert lines[-21].split() == ["00:40:00", "40", "240.4", "177.3", "253.1", "253.1"]
    nothing = plasma_lines(in_vein(state(acts=()), T0), MODELS, T0)
    assert nothing == ("no ketamine went in, so there is no level to compute",)
