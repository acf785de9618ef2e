"""Plasma models: reference vectors (two independent solvers agree on them), and what any solver must meet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from charting.delivered import Segment
from charting.into_vein import Given, given as went_in
from charting.plasma import LABEL, MODELS, Model, plasma_ng_per_ml

MIN = 60_000
START = 1_767_225_600_000
AT_MIN = (10, 20, 40, 60, 100, 160, 240)
STANDARD = (Given(0, 40 * MIN, 35 / 40),)  # 35 mg over 40 min
VECTORS = {
    "domino": (181.8, 209.6, 240.4, 55.1, 40.5, 28.1, 17.3),
    "clements-250": (62.0, 109.5, 177.3, 115.4, 68.4, 47.7, 34.6),
    "kamp-linear": (154.5, 198.3, 253.1, 95.9, 59.6, 37.8, 25.6),
    "kamp-allometric": (154.5, 198.3, 253.1, 95.9, 59.6, 37.8, 25.6),
}
STEADY_MG_PER_L = {"domino": 0.5177, "clements-250": 0.7480, "kamp-linear": 0.7143, "kamp-allometric": 0.7143}
BY_ID = {model.id: model for model in MODELS}
MODEL = st.sampled_from(MODELS)
KG = st.floats(30, 200)


@pytest.mark.parametrize("name", VECTORS)
def test_plasma_vectors(name: str) -> None:
    levels = plasma_ng_per_ml(BY_ID[name], 70, STANDARD, [MIN * t for t in AT_MIN])
    assert np.abs(levels - VECTORS[name]).max() <= 0.1


@pytest.mark.parametrize("name", STEADY_MG_PER_L)
def test_steady_plasma_is_rate_over_clearance(name: str) -> None:
    year = 365 * 24 * 60 * MIN
    for kg in (70.0, 103.0):
        level = plasma_ng_per_ml(BY_ID[name], kg, [Given(0, year, 1.0)], [year])[0] / 1000
        model = BY_ID[name]
        assert level == pytest.approx(1 / (model.cl_l_per_min * (kg / 70) ** model.clearance_power), rel=1e-9)
        if kg == 70:
            assert level == pytest.approx(STEADY_MG_PER_L[name], abs=5e-5)


def test_domino_compartments_are_those_of_the_other_package() -> None:
    domino = BY_ID["domino"]
    got = (domino.v1_l, domino.v2_l, domino.v3_l, domino.cl_l_per_min, domino.q2_l_per_min, domino.q3_l_per_min)
    assert got == pytest.approx((4.41, 10.56972, 178.2123, 1.93158, 2.61072, 2.6019), rel=1e-6)


def test_the_two_readings_of_kamp_agree_at_70_kg_and_nowhere_else() -> None:
    at = [MIN * t for t in AT_MIN]
    linear, allometric = BY_ID["kamp-linear"], BY_ID["kamp-allometric"]
    same = [plasma_ng_per_ml(model, 70, STANDARD, at) for model in (linear, allometric)]
    assert np.array_equal(*same)
    heavy = [plasma_ng_per_ml(model, 120, STANDARD, at) for model in (linear, allometric)]
    assert (heavy[1] > heavy[0]).all()  # less clearance for the weight


@given(MODEL, KG, st.integers(1, 240), st.floats(0.05, 5))
@settings(deadline=None)
def test_plasma_peaks_exactly_at_the_end(model: Model, kg: float, minutes: int, rate: float) -> None:
    end = minutes * MIN
    around = np.linspace(0, 3 * end, 301)
    parts = [Given(0, end, rate)]
    peak = plasma_ng_per_ml(model, kg, parts, [end])[0]
    levels = plasma_ng_per_ml(model, kg, parts, [int(t) for t in around])
    assert peak >= levels.max() * (1 - 1e-12)
    rising, falling = levels[around <= end], levels[around >= end]
    assert (np.diff(rising) > 0).all() and (np.diff(falling) < 0).all()


@given(MODEL, KG, st.floats(0.05, 5), st.lists(st.integers(1, 60 * MIN - 1), max_size=6, unique=True))
@settings(deadline=None)
def test_plasma_is_the_same_in_pieces_and_doubles_with_the_dose(
    model: Model, kg: float, rate: float, cuts: list[int]
) -> None:
    at = [START + t * MIN for t in range(-5, 300, 5)]
    edges = [0, *sorted(cuts), 60 * MIN]
    once = plasma_ng_per_ml(model, kg, [Given(START, START + 60 * MIN, rate)], at)
    pieces = [Given(START + a, START + b, rate) for a, b in pairwise(edges)]
    assert np.allclose(plasma_ng_per_ml(model, kg, pieces, at), once, rtol=1e-9, atol=0)
    twice = plasma_ng_per_ml(model, kg, [one._replace(mg_per_min=2 * rate) for one in pieces], at)
    assert np.allclose(twice, 2 * once, rtol=1e-9, atol=0)
    assert (once[:2] == 0).all() and (once[2:] > 0).all()  # minutes -5 and 0, then 5


@given(MODEL, KG, st.integers(1, 38), st.integers(1, 30))
@settings(deadline=None)
def test_a_pause_lowers_the_plasma_and_never_below_zero(model: Model, kg: float, cut_min: int, pause_min: int) -> None:
    cut, back = cut_min * MIN, (cut_min + pause_min) * MIN
    at = [t * MIN for t in range(0, 60 * 48, 3)]
    straight = plasma_ng_per_ml(model, kg, STANDARD, at)
    lost = plasma_ng_per_ml(model, kg, [Given(0, cut, 35 / 40), Given(min(back, 40 * MIN), 40 * MIN, 35 / 40)], at)
    later = plasma_ng_per_ml(model, kg, [Given(0, cut, 35 / 40), Given(back, 40 * MIN + back - cut, 35 / 40)], at)
    before = np.asarray(at) <= cut
    for paused in (lost, later):
        assert np.array_equal(paused[before], straight[before])
        assert (paused >= 0).all()
    assert (lost[~before] < straight[~before]).all()
    in_pause = ~before & (np.asarray(at) <= 40 * MIN)
    assert (later[in_pause] < straight[in_pause]).all()
    assert later[-1] > straight[-1]  # the same dose, given later


def test_what_went_in_is_of_the_session() -> None:
    segments = (Segment(0, 600_000, 52.5, 1.0), Segment(900_000, 2_000_000, 30.0, 2.0))
    assert went_in(segments) == (Given(0, 600_000, 0.875), Given(900_000, 2_000_000, 1.0))


@pytest.mark.parametrize("part", [Given(1, 0, 1.0), Given(0, 1, -1.0), Given(0, 1, float("nan"))])
def test_what_is_no_infusion_is_refused(part: Given) -> None:
    with pytest.raises(ValueError, match="no infusion"):
        plasma_ng_per_ml(MODELS[0], 70, [part], [0])
    for kg in (0, -70, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no weight"):
            plasma_ng_per_ml(MODELS[0], kg, STANDARD, [0])


def test_a_plasma_level_is_labelled_a_model_of_a_source() -> None:
    assert "model" in LABEL and "not a measurement" in LABEL
    assert len({model.id for model in MODELS}) == len({model.text for model in MODELS}) == len(MODELS)
    assert all(model.source for model in MODELS)
