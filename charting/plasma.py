"""Ketamine in the plasma as published models have it: a *model* of an average patient, never a measurement of this one.

Exact for infusions of constant rate in pieces: the answer of the central compartment is a sum of decaying exponentials.
Models differ by half at the same minute, and no effect-site level has an agreed reference, so none is computed
(reference_data.md 1). Optional: nothing in the station decides by it. What went in is ``into_vein.py``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from charting.into_vein import Given, InVein, Plasma
from charting.model import MINUTE_MS

LABEL = "model of an average patient, not a measurement"
EVERY_MS = 10_000  # of a curve; Domino's falls by an eighth in that time once the pump stands
FAR_MS = 12 * 3_600_000  # what is older is not looked at any more
REFERENCE_KG = 70.0


class Model(NamedTuple):
    """A model at 70 kg: volumes in litres, clearances in litres per minute; a third compartment of 0 is none.

    For another weight volumes grow with it, clearances with its power ``clearance_power``. ``name`` says beside a
    curve which model it is, ``text`` in full, ``source`` where it is from.
    """

    id: str
    name: str
    text: str
    source: str
    v1_l: float
    cl_l_per_min: float
    q2_l_per_min: float
    v2_l: float
    q3_l_per_min: float = 0.0
    v3_l: float = 0.0
    clearance_power: float = 1.0


def _of_rates(
    v1_l_per_kg: float, k10: float, k12: float, k21: float, k13: float = 0.0, k31: float = 0.0
) -> Sequence[float]:
    """V1, CL, Q2, V2, Q3, V3 at 70 kg of a model published in rate constants per minute."""
    v1_l = v1_l_per_kg * REFERENCE_KG
    return (v1_l, v1_l * k10, v1_l * k12, v1_l * k12 / k21, v1_l * k13, v1_l * k13 / k31 if k31 else 0.0)


_KAMP = (25.0, 84 / 60, 161 / 60, 56.0, 79 / 60, 157.0)
_KAMP_SOURCE = "Kamp 2020, 10.1097/ALN.0000000000003577, pooled"
# How Kamp's clearances follow the weight is read in two ways by the packages that carry it; at 70 kg both are the same.
MODELS = (
    Model(
        "domino",
        "Domino",
        "Domino, adults",
        "Domino, PMID 7198883, constants to three digits as in stanpumpR",
        *_of_rates(0.063, 0.438, 0.592, 0.247, 0.590, 0.0146),
    ),
    Model(
        "clements-250",
        "Clements",
        "Clements 250 ug/kg, adults",
        "Clements 1981, 10.1093/bja/53.1.27",
        *_of_rates(1.7522, 0.0109, 0.0186, 0.0137),
    ),
    Model(
        "kamp-linear",
        "Kamp kg",
        "Kamp 2020, clearance by weight",
        f"{_KAMP_SOURCE}; clearance by weight as in opentiva",
        *_KAMP,
    ),
    Model(
        "kamp-allometric",
        "Kamp kg^0.75",
        "Kamp 2020, clearance by weight^0.75",
        f"{_KAMP_SOURCE}; clearance by weight^0.75 as in anasim",
        *_KAMP,
        clearance_power=0.75,
    ),
)


def plasma_ng_per_ml(
    model: Model, weight_kg: float, parts: Iterable[Given], at_ms: Sequence[int]
) -> NDArray[np.float64]:
    """The plasma level at each of ``at_ms`` (UTC ms), ng/mL; 0 before the first part. Parts may touch and overlap.

    ValueError for a weight that is none, or a part that ends before it starts or takes drug out.
    """
    if not (isfinite(weight_kg) and weight_kg > 0):
        raise ValueError(f"weight {weight_kg:g} kg is no weight")
    decay_per_min, shares = _answer(model, weight_kg)
    at = np.asarray(at_ms, dtype=np.float64)
    level = np.zeros_like(at)
    for part in parts:
        if part.end_ms < part.start_ms or not (isfinite(part.mg_per_min) and part.mg_per_min >= 0):
            raise ValueError(f"{part} is no infusion")
        ran_min = (np.clip(at, part.start_ms, part.end_ms) - part.start_ms)[:, None] / MINUTE_MS
        since_min = np.clip(at - part.end_ms, 0, None)[:, None] / MINUTE_MS
        # each share fills while the pump runs and then decays: every term is positive, so is the sum
        terms = -np.expm1(-decay_per_min * ran_min) * np.exp(-decay_per_min * since_min) / decay_per_min
        level += part.mg_per_min * (terms @ shares)
    return level * 1000.0  # mg/L to ng/mL


def curve(model: Model, went_in: InVein, until_ms: int) -> Plasma:
    """The levels of ``model`` from the first of the drug up to ``until_ms``; or why there is none."""
    if went_in.why_not:
        return Plasma(label=went_in.why_not, modelled=False)
    label = f"model {model.name}, not measured{', dose partly assumed' if went_in.assumed else ''}"
    if not went_in.parts:
        return Plasma(label=label)
    start_ms = max(went_in.parts[0].start_ms, until_ms - FAR_MS)
    at_ms = range(start_ms, until_ms + 1, EVERY_MS)
    levels = plasma_ng_per_ml(model, went_in.weight_kg, went_in.parts, at_ms)
    return Plasma(label=label, start_ms=start_ms, step_ms=EVERY_MS, ng_per_ml=tuple(levels.round(1).tolist()))


def _answer(model: Model, weight_kg: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How 1 mg put into the plasma leaves it: decay rates per minute, and the mg/L that each begins with.

    The flows between compartments become symmetric when amounts are counted per square root of the volume. So the
    eigenvalues are real, and each share is a square.
    """
    size = weight_kg / REFERENCE_KG
    flow = size**model.clearance_power
    volumes = [v * size for v in (model.v1_l, model.v2_l, model.v3_l) if v]
    flows = [q * flow for q in (model.q2_l_per_min, model.q3_l_per_min) if q]
    matrix = np.diag([model.cl_l_per_min * flow + sum(flows), *flows]) / np.asarray(volumes)
    for n, q in enumerate(flows, 1):
        matrix[0, n] = matrix[n, 0] = -q / np.sqrt(volumes[0] * volumes[n])
    decay_per_min, vectors = np.linalg.eigh(matrix)
    return decay_per_min, vectors[0] ** 2 / volumes[0]
