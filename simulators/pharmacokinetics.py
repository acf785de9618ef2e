"""Ketamine in the plasma: published compartment models, solved exactly for piecewise constant infusions.

Rate constants per minute, volumes in litres, clearances in litres per hour; sources stand in the tables. The
effect site has no agreed reference (reference_data.md 1): its lag is an argument and nothing shows its level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Steps = Sequence[tuple[float, float]]  # (t_s, mg per minute from then on)

# name: V1 L/kg, k10, k12, k21, k13, k31 (reference_data.md 1)
_BY_RATE = {
    "domino": (0.063, 0.4381, 0.5921, 0.2470, 0.5900, 0.0146),  # adults, PMID 7198883
    "domino_rounded": (0.063, 0.438, 0.592, 0.247, 0.590, 0.0146),  # the same as another package has it
    "clements": (1.7522, 0.0109, 0.0186, 0.0137, 0.0, 0.0),  # adults, 250 ug/kg, 10.1093/bja/53.1.27
    "hijazi": (1.08, 0.0333, 0.0088, 0.0030, 0.0, 0.0),  # intensive care, 10.1093/bja/aeg028
}
# name: V1, CL, Q2, V2, Q3, V3 at 70 kg; volumes scale with weight, clearances with weight^0.75
_BY_CLEARANCE = {
    "herd": (38.7, 90.0, 215.0, 102.0, 0.0, 0.0),  # 1-14 years, 10.1111/j.1460-9592.2006.02145.x
    "hornik": (32.8, 38.9, 54.9, 152.0, 0.0, 0.0),  # 1-18 years, 10.1002/jcph.1116
    "kamp": (25.0, 84.0, 161.0, 56.0, 79.0, 157.0),  # pooled, 10.1097/ALN.0000000000003577
}
MODELS = (*_BY_RATE, *_BY_CLEARANCE)


@dataclass(frozen=True)
class Pharmacokinetics:
    """One patient's model: central volume in litres, rate constants per minute (0: no such compartment)."""

    v1_l: float
    k10: float
    k12: float
    k21: float
    k13: float
    k31: float

    @classmethod
    def of(cls, model: str, weight_kg: float) -> Pharmacokinetics:
        """Model ``model`` (a word of ``MODELS``, KeyError else) for a body weight."""
        if model in _BY_RATE:
            v1_per_kg, k10, k12, k21, k13, k31 = _BY_RATE[model]
            return cls(v1_per_kg * weight_kg, k10, k12, k21, k13, k31)
        v1, cl, q2, v2, q3, v3 = _BY_CLEARANCE[model]
        size = weight_kg / 70.0
        per_min = size**-0.25 / 60.0  # clearance ~ size^0.75 over volume ~ size, and hours to minutes
        return cls(
            v1 * size,
            cl / v1 * per_min,
            q2 / v1 * per_min,
            q2 / v2 * per_min,
            q3 / v1 * per_min,
            q3 / v3 * per_min if v3 else 0.0,
        )

    @property
    def clearance_l_per_min(self) -> float:
        """Rate over this is the steady plasma level."""
        return self.v1_l * self.k10

    def plasma_ng_per_ml(self, steps: Steps, at_s: Iterable[float]) -> NDArray[np.float64]:
        """Plasma level at each of ``at_s`` under the infusion ``steps``, ng/mL."""
        return self._level(steps, at_s, self._matrix(), compartment=0) / self.v1_l

    def effect_site_ng_per_ml(self, steps: Steps, at_s: Iterable[float], half_s: float) -> NDArray[np.float64]:
        """The plasma level as a site sees it that follows with half-time ``half_s``, ng/mL."""
        ke0 = np.log(2) * 60.0 / half_s
        plasma = self._matrix()
        whole = np.zeros((len(plasma) + 1, len(plasma) + 1))
        whole[:-1, :-1] = plasma
        whole[-1, 0], whole[-1, -1] = ke0 / self.v1_l, -ke0
        return self._level(steps, at_s, whole, compartment=len(plasma))

    def _matrix(self) -> NDArray[np.float64]:
        """d(amounts)/dt per minute, without compartments nothing flows to."""
        whole = np.array(
            [
                [-(self.k10 + self.k12 + self.k13), self.k21, self.k31],
                [self.k12, -self.k21, 0.0],
                [self.k13, 0.0, -self.k31],
            ]
        )
        return whole if self.k13 else whole[:2, :2]

    @staticmethod
    def _level(
        steps: Steps, at_s: Iterable[float], matrix: NDArray[np.float64], compartment: int
    ) -> NDArray[np.float64]:
        """Amount in ``compartment`` in ug: each change of rate answers with its own step response."""
        at_min = np.asarray(list(at_s), dtype=np.float64) / 60.0
        eigenvalues, vectors = np.linalg.eig(matrix)
        into_first = np.zeros(len(matrix))
        into_first[0] = 1.0
        weights = np.real(vectors[compartment] * np.linalg.solve(vectors, into_first))
        eigenvalues = np.real(eigenvalues)  # a mammillary system has real negative ones only
        level = np.zeros_like(at_min)
        rate = 0.0
        for t_s, mg_per_min in steps:
            since_min = np.clip(at_min - t_s / 60.0, 0.0, None)[:, None]
            level += (mg_per_min - rate) * (np.expm1(eigenvalues * since_min) / eigenvalues) @ weights
            rate = mg_per_min
        return np.clip(level, 0.0, None) * 1000.0
