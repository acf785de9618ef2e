"""Plasma levels against reference vectors (two independent solvers agree on them), and invariants."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from simulators.pharmacokinetics import MODELS, Pharmacokinetics

AT_MIN = (10, 20, 40, 60, 100, 160, 240)
STANDARD = [(0.0, 35 / 40), (2400.0, 0.0)]  # 35 mg over 40 min
VECTORS = {
    "domino": (181.8, 209.6, 240.4, 55.1, 40.5, 28.1, 17.3),
    "clements": (62.0, 109.5, 177.3, 115.4, 68.4, 47.7, 34.6),
    "hijazi": (94.5, 156.7, 225.3, 99.6, 23.1, 6.8, 4.6),
    "kamp": (154.5, 198.3, 253.1, 95.9, 59.6, 37.8, 25.6),
    "herd": (132.0, 186.5, 253.4, 119.3, 81.0, 48.3, 24.2),
}
STEADY_MG_PER_L = {"domino_rounded": 0.5177, "clements": 0.7480, "hijazi": 0.3972, "kamp": 0.7143}
MODEL = st.sampled_from(MODELS)


@pytest.mark.parametrize("model", VECTORS)
def test_vectors(model: str) -> None:
    levels = Pharmacokinetics.of(model, 70).plasma_ng_per_ml(STANDARD, [60 * t for t in AT_MIN])
    assert np.abs(levels - VECTORS[model]).max() <= 0.1


@pytest.mark.parametrize("model", STEADY_MG_PER_L)
def test_steady_state_is_rate_over_clearance(model: str) -> None:
    kinetics = Pharmacokinetics.of(model, 70)
    late = kinetics.plasma_ng_per_ml([(0, 1.0)], [60 * 60 * 24 * 365])[0]
    assert late / 1000 == pytest.approx(STEADY_MG_PER_L[model], abs=5e-5)
    assert late / 1000 == pytest.approx(1 / kinetics.clearance_l_per_min, rel=1e-6)


def test_published_compartments_at_70_kg() -> None:
    rounded = Pharmacokinetics.of("domino_rounded", 70)
    assert rounded.v1_l == pytest.approx(4.41)
    assert rounded.clearance_l_per_min == pytest.approx(1.93158)
    assert rounded.v1_l * rounded.k12 == pytest.approx(2.61072)
    assert rounded.v1_l * rounded.k13 == pytest.approx(2.6019)
    assert rounded.v1_l * rounded.k12 / rounded.k21 == pytest.approx(10.56972, abs=1e-5)
    assert rounded.v1_l * rounded.k13 / rounded.k31 == pytest.approx(178.2123, abs=1e-4)


@given(MODEL, st.floats(40, 140), st.floats(5, 90))
@settings(max_examples=40, deadline=None)
def test_peak_is_at_the_end_of_the_infusion(model: str, weight_kg: float, minutes: float) -> None:
    end_s = 60 * minutes
    around = np.linspace(1, 2 * end_s, 101)
    kinetics = Pharmacokinetics.of(model, weight_kg)
    peak = kinetics.plasma_ng_per_ml([(0, 1), (end_s, 0)], [end_s])[0]
    assert peak >= kinetics.plasma_ng_per_ml([(0, 1), (end_s, 0)], around).max() - 1e-9


@given(MODEL, st.floats(0.1, 5), st.floats(60, 2300))
@settings(max_examples=40, deadline=None)
def test_dose_doubles_pieces_add_up_and_a_pause_lowers(model: str, rate: float, cut_s: float) -> None:
    kinetics = Pharmacokinetics.of(model, 70)
    at_s = np.linspace(0, 14_400, 97)
    once = kinetics.plasma_ng_per_ml([(0, rate), (2400, 0)], at_s)
    twice = kinetics.plasma_ng_per_ml([(0, 2 * rate), (2400, 0)], at_s)
    pieces = kinetics.plasma_ng_per_ml([(0, rate), (cut_s, rate), (2400, 0)], at_s)
    paused = kinetics.plasma_ng_per_ml([(0, rate), (cut_s, 0), (cut_s + 60, rate), (2400, 0)], at_s)
    assert np.allclose(twice, 2 * once, rtol=1e-9)
    assert np.allclose(pieces, once, rtol=1e-9, atol=1e-9)
    assert (paused <= once + 1e-9).all()
    assert (paused >= 0).all()


def test_the_site_lags_behind_the_plasma() -> None:
    kinetics = Pharmacokinetics.of("domino", 70)
    at_s = [60.0 * t for t in range(0, 120, 5)]
    plasma = kinetics.plasma_ng_per_ml(STANDARD, at_s)
    site = kinetics.effect_site_ng_per_ml(STANDARD, at_s, half_s=300)
    assert site[1] < plasma[1] / 2
    assert site[at_s.index(2700)] > plasma[at_s.index(2700)]
    assert site.max() < plasma.max()
