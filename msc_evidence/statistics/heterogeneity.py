"""Between-study variance τ² by eight estimators, Cochran's Q and the Q-profile interval.

Every function takes `yi` and `vi` with studies along the first axis: k values for one meta-analysis, k × m for
m meta-analyses of k studies at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from msc_evidence.statistics.likelihood import maximum_likelihood, restricted_maximum_likelihood

Array = NDArray[np.float64]
Estimator = Callable[[Array, Array], Array]

#: Newton's error is the square of its last step: this leaves less than the rounding of the sums.
NEWTON_STEP = 1e-10
_sum = np.add.reduce


def cochran_q(yi: Array, vi: Array, tau2: Any = 0.0) -> Array:
    """Q = Σ w(y − ȳ_w)² with w = 1/(v + τ²) (Cochran 1954; generalised Q where τ² > 0)."""
    wi = 1 / (vi + tau2)
    residuals = yi - _sum(wi * yi) / _sum(wi)
    return np.asarray(_sum(wi * residuals * residuals))


def typical_variance(vi: Array) -> Array:
    """The 'typical' sampling variance (k − 1)Σw/((Σw)² − Σw²) (Higgins & Thompson 2002, equation 9)."""
    wi = 1 / vi
    total = _sum(wi)
    return np.asarray((len(vi) - 1) / (total - _sum(wi * wi) / total))


def dersimonian_laird(yi: Array, vi: Array) -> Array:
    """τ² = max(0, (Q − (k − 1))/(Σw − Σw²/Σw)) (DerSimonian & Laird 1986).

    For two studies it is ((y₁ − y₂)² − v₁ − v₂)/2, as REML, PM and HE are:

    >>> round(float(dersimonian_laird(np.array([0.1, 0.9]), np.array([0.05, 0.07]))), 12)
    0.26
    """
    wi = 1 / vi
    total = _sum(wi)
    residuals = yi - _sum(wi * yi) / total
    excess = _sum(wi * residuals * residuals) - (len(yi) - 1)
    return np.asarray(np.maximum(excess / (total - _sum(wi * wi) / total), 0.0))


def hunter_schmidt(yi: Array, vi: Array) -> Array:
    """τ² = max(0, (Q − k)/Σw) (Hunter & Schmidt 1990; Viechtbauer 2005)."""
    return np.asarray(np.maximum((cochran_q(yi, vi) - len(yi)) / _sum(1 / vi), 0.0))


def hedges(yi: Array, vi: Array) -> Array:
    """τ² = max(0, s²_y − v̄), from unweighted moments (Hedges 1983; Hedges & Olkin 1985)."""
    return np.asarray(np.maximum(np.var(yi, axis=0, ddof=1) - np.mean(vi, axis=0), 0.0))


def sidik_jonkman(yi: Array, vi: Array) -> Array:
    """τ² = τ₀² Q(τ₀²)/(k − 1) from the start τ₀² = Σ(y − ȳ)²/k (Sidik & Jonkman 2005)."""
    crude = np.var(yi, axis=0)
    return np.asarray(crude * cochran_q(yi, vi, crude) / (len(yi) - 1))


def paule_mandel(yi: Array, vi: Array) -> Array:
    """The τ² at which Q(τ²) = k − 1, 0 where there is none above 0 (Paule & Mandel 1982)."""
    return tau2_at_q(yi, vi, len(yi) - 1.0)


def empirical_bayes(yi: Array, vi: Array) -> Array:
    """Morris's estimator (1983); it solves Paule and Mandel's equation (Viechtbauer et al. 2015)."""
    return paule_mandel(yi, vi)


def tau2_at_q(yi: Array, vi: Array, target: float, start: Any = 0.0) -> Array:
    """The τ² at which Q(τ²) falls to `target`, and `start` where Q is below it there already.

    Newton's method on 1/Q. Q is a sum of terms c/(λ + τ²), so 1/Q is concave and close to a line in τ²:
    steps from the left never pass the root.
    """
    smallest = np.min(vi, axis=0)
    tau2: Array = start + np.zeros(yi.shape[1:])
    for _ in range(200):
        wi = 1 / (vi + tau2)
        residuals = yi - _sum(wi * yi) / _sum(wi)
        scaled = wi * residuals
        q, slope = _sum(scaled * residuals), _sum(scaled * scaled)
        step = np.maximum((q / target - 1) * q / np.where(slope > 0, slope, 1.0), 0.0)
        tau2 = tau2 + step
        if np.all(step <= NEWTON_STEP * (tau2 + smallest)):
            break
    return tau2


def q_profile(yi: Array, vi: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Confidence limits of τ²: where Q(τ²) meets the quantiles of χ² on k − 1 df (Viechtbauer 2007).

    Both are 0 where Q lies below the lower quantile at τ² = 0. Raises ValueError for a single study.

    For equal variances v they are s²(k − 1)/χ² − v:

    >>> lower, upper = q_profile(np.array([0.0, 1.0, 2.0]), np.full(3, 0.1))
    >>> round(float(lower), 6), round(float(upper), 6)
    (0.171085, 39.39789)
    """
    df = len(yi) - 1
    if df < 1:
        raise ValueError("an interval for the between-study variance needs two studies")
    high, low = (float(special.chdtri(df, upper_tail)) for upper_tail in ((1 - level) / 2, (1 + level) / 2))
    lower = tau2_at_q(yi, vi, high)
    return lower, tau2_at_q(yi, vi, low, start=lower)


#: Estimators of τ² by metafor's names.
TAU2: Mapping[str, Estimator] = {
    "DL": dersimonian_laird,
    "PM": paule_mandel,
    "REML": restricted_maximum_likelihood,
    "ML": maximum_likelihood,
    "EB": empirical_bayes,
    "SJ": sidik_jonkman,
    "HE": hedges,
    "HS": hunter_schmidt,
}
