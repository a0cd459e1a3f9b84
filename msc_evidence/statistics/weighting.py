"""Inverse-variance weights under a model, and the effect they give: the part of pooling that must be fast."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.heterogeneity import TAU2
from msc_evidence.statistics.likelihood import dot

Array = NDArray[np.float64]

#: The common effect, and random effects by their estimator of τ².
MODELS = ("common", *TAU2)


class Fit(NamedTuple):
    """A pooled effect with its variance, and τ² (None under a common effect), per meta-analysis."""

    estimate: Array
    variance: Array
    tau2: Array | None


def fit(yi: Array, vi: Array, model: str = "REML") -> Fit:
    """Estimate Σwy/Σw and variance 1/Σw with w = 1/(v + τ²), and nothing else.

    Studies along the first axis: k values for one meta-analysis, k × m for m of them. A single study has τ² 0.
    Nothing is checked: `pool` does that.

    >>> result = fit(np.array([0.30, 0.35]), np.array([0.10, 0.12]), "DL")
    >>> round(float(result.estimate), 5), round(float(result.tau2), 5)
    (0.32273, 0.0)
    """
    tau2 = _between(yi, vi, model)
    wi = weights(vi, tau2)
    total = np.add.reduce(wi)
    return Fit(dot(wi, yi) / total, 1 / total, tau2)


def weights(vi: Array, tau2: Array | None) -> Array:
    """1/(v + τ²)."""
    return np.reciprocal(vi if tau2 is None else vi + tau2)


def _between(yi: Array, vi: Array, model: str) -> Array | None:
    if model == "common":
        return None
    return TAU2[model](yi, vi) if len(yi) > 1 else np.zeros(yi.shape[1:])
