"""Meta-regression and subgroups: how the effects of studies change with what is known about the studies."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from msc_evidence.statistics.distributions import chi2_sf, f_sf
from msc_evidence.statistics.pooling.heterogeneity import LIKELIHOOD_STEP, NEGLIGIBLE, TAU2, cochran_q
from msc_evidence.statistics.pooling.pooling import (
    AGREEMENT,
    MODELS,
    Confidence,
    Pooled,
    Reporting,
    from_q,
    pool,
    studies,
    wald,
)

Array = NDArray[np.float64]

#: A column of which less than this share is not explained by those before it adds nothing (R's `lm` alike).
COLLINEAR = 1e-7
#: Steps of the search for the highest likelihood within each doubling of the total variance.
STEPS = 4


@dataclass(frozen=True, slots=True)
class Coefficient:
    """The change in effect per unit of a moderator, or the effect where all moderators are 0."""

    name: str
    estimate: float
    se: float
    statistic: float
    p: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class MetaRegression:
    """A mixed-effects meta-regression on the analysis scale, by metafor's names.

    `qe` tests residual heterogeneity, χ² on `qe_df`; `qm` tests all moderators together, χ² on `qm_df`, or F on
    (`qm_df`, `qe_df`) where the coefficients have t intervals. `i2` and `r2` are percentages.
    """

    model: str
    ci_method: str
    level: float
    k: int
    coefficients: tuple[Coefficient, ...]
    tau2: float
    tau2_ci_lb: float
    tau2_ci_ub: float
    qe: float
    qe_df: int
    qe_p: float
    qm: float
    qm_df: int
    qm_p: float
    i2: float
    h2: float
    r2: float


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    moderators: Mapping[str, ArrayLike],
    model: str = "REML",
    ci: Confidence = "z",
    *,
    level: float = 0.95,
) -> MetaRegression:
    """The regression of effects `yi` with variances `vi` on columns of moderators, text becoming dummies.

    β = (X'WX)⁻¹X'Wy with variance (X'WX)⁻¹, W = 1/(v + τ²), τ² residual (Berkey et al. 1995); `ci` as in `pool`
    with k − p df for p coefficients, Hartung–Knapp multiplying the variance by Σw(y − Xβ)²/(k − p) (Knapp &
    Hartung 2003). I² from τ² and the typical variance (k − p)/tr P, from QE under a common effect; R² is the
    share of τ² explained, at least 0 (Raudenbush 2009), under a common effect the adjusted R² of weighted least
    squares. τ² has its Q-profile interval (Viechtbauer 2007). Raises ValueError for an unknown model, for no
    more studies than coefficients and for a moderator that is missing, constant or a combination of others.

    The BCG trials (Colditz 1994); metafor 3.8 prints -0.0291, 0.0764, 75.62, its default stopping early at τ²:

    >>> yi = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786, -1.621, 0.012, -0.469, -1.371, -0.339, 0.446, -0.017]
    >>> vi = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714]
    >>> latitude = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
    >>> found = meta_regression(yi, vi, {"latitude": latitude})
    >>> round(found.coefficients[1].estimate, 4), round(found.tau2, 3), round(found.r2, 1)
    (-0.0291, 0.076, 75.6)
    """
    if model not in MODELS:
        raise ValueError(f"model {model!r} is not one of {', '.join(MODELS)}")
    reporting = Reporting(ci, level)
    y, v = studies(yi, vi)
    names, x = design(moderators, len(y))
    tau2 = RESIDUAL_TAU2[model](y, v, x)
    coefficients = _coefficients(names, _regress(y, 1 / (v + tau2), x), reporting)
    heterogeneity = _heterogeneity(y, v, x, model, level, tau2)
    return MetaRegression(model, ci, level, len(y), **coefficients, **heterogeneity)


def design(moderators: Mapping[str, ArrayLike], k: int) -> tuple[tuple[str, ...], Array]:
    """Names and k × p matrix of intercept and coded moderators; ValueError where `k` studies cannot tell them apart."""
    columns = {"intercept": np.ones(k)}
    for name, values in moderators.items():
        for coded_name, column in coded(name, values).items():
            if len(column) != k:
                raise ValueError(f"moderator {name!r} has {len(column)} values for {k} studies")
            if coded_name in columns:
                raise ValueError(f"two columns of moderators are named {coded_name!r}")
            columns[coded_name] = column
    if len(columns) == 1:
        raise ValueError("meta-regression needs a moderator")
    if k <= len(columns):
        raise ValueError(f"{k} studies are too few for {len(columns)} coefficients: one more is needed")
    names, x = tuple(columns), np.column_stack(list(columns.values()))
    # A diagonal entry of R is the length of what the columns before leave of a column.
    left = np.abs(np.diag(np.linalg.qr(x, "r"))) / np.linalg.norm(x, axis=0)
    redundant = ~(left > COLLINEAR)
    if redundant.any():
        name = names[int(np.argmax(redundant))]
        raise ValueError(f"moderator {name!r} follows from those before it: no effect of its own")
    return names, x


def coded(name: str, values: ArrayLike) -> dict[str, Array]:
    """A moderator as columns of numbers: itself, or one dummy per level of a text after the first in order.

    Raises ValueError for a missing value and for a moderator that is the same in every study.

    >>> coded("allocation", ["random", "alternate", "systematic", "random"])["allocation=random"]
    array([1., 0., 0., 1.])
    """
    column = np.asarray(values)
    if column.dtype.kind in "biuf":
        columns = {name: column.astype(np.float64)}
        missing = ~np.isfinite(columns[name])
    else:
        missing = np.array([value is None or value != value or not str(value).strip() for value in column])
        labels = column.astype(str)
        columns = {f"{name}={level}": (labels == level).astype(np.float64) for level in np.unique(labels)[1:]}
    if missing.any():
        raise ValueError(f"moderator {name!r} is missing for study {int(np.argmax(missing)) + 1}")
    if not any(np.ptp(values) > 0 for values in columns.values()):
        raise ValueError(f"moderator {name!r} is the same in every study")
    return columns


class _Regression(NamedTuple):
    """Weighted least squares: √W X = `basis` `triangle`, `scaled` = √W(y − Xβ), on `df` = k − p.

    With P = W − WX(X'WX)⁻¹X'W: `squares` is Q = y'Py, `fall` is y'PPy (by which Q falls with τ²), `trace` is tr P.
    """

    wi: Array
    beta: Array
    scaled: Array
    leverage: Array
    basis: Array
    triangle: Array
    squares: float
    fall: float
    trace: float
    df: int


def _regress(yi: Array, wi: Array, x: Array) -> _Regression:
    root = np.sqrt(wi)
    basis, triangle = np.linalg.qr(root[:, None] * x)
    projected = basis.T @ (root * yi)
    scaled, leverage = root * yi - basis @ projected, np.sum(basis**2, axis=1)
    beta, df = np.linalg.solve(triangle, projected), len(yi) - len(triangle)
    sums = float(scaled @ scaled), float(wi @ scaled**2), float(wi @ (1 - leverage))
    return _Regression(wi, beta, scaled, leverage, basis, triangle, *sums, df)


def _coefficients(names: tuple[str, ...], fit: _Regression, reporting: Reporting) -> dict[str, Any]:
    m, df = len(names) - 1, 0 if reporting.ci == "z" else fit.df
    inverse = np.linalg.inv(fit.triangle)
    covariance = _dispersion(fit, reporting.ci) * (inverse @ inverse.T)
    se = np.sqrt(np.diag(covariance))
    columns = {"estimate": fit.beta, "se": se} | wald(fit.beta, se, reporting.level, df)
    rows = [{key: float(values[j]) for key, values in columns.items()} for j in range(m + 1)]
    coefficients = tuple(Coefficient(name, **row) for name, row in zip(names, rows, strict=True))
    qm = p = math.nan
    if covariance.any():
        qm = float(fit.beta[1:] @ np.linalg.solve(covariance[1:, 1:], fit.beta[1:])) / (m if df else 1)
        p = f_sf(qm, m, df) if df else float(special.chdtrc(m, qm))
    return {"coefficients": coefficients, "qm": qm, "qm_df": m, "qm_p": p}


def _dispersion(fit: _Regression, ci: str) -> float:
    factor = fit.squares / fit.df if fit.squares > AGREEMENT else 0.0
    return {"hk": factor, "hk-adhoc": max(factor, 1.0)}.get(ci, 1.0)


def _heterogeneity(yi: Array, vi: Array, x: Array, model: str, level: float, tau2: float) -> dict[str, Any]:
    fit = _regress(yi, 1 / vi, x)
    tests = {name: float(value) for name, value in from_q(fit.squares, fit.df).items()}
    if model == "common":
        total, unexplained = float(cochran_q(yi, vi)) / (len(yi) - 1), fit.squares / fit.df
        i2, h2, lower, upper = tests["i2_q"], tests["h2_q"], math.nan, math.nan
    else:
        total, unexplained = float(TAU2[model](yi, vi)), tau2
        i2, h2 = 100 * tau2 / (tau2 + fit.df / fit.trace), tau2 * fit.trace / fit.df + 1
        limits = special.chdtri(fit.df, [(1 - level) / 2, (1 + level) / 2])
        lower, upper = (_tau2_at_q(yi, vi, x, float(limit)) for limit in limits)
    r2 = max(0.0, 100 * (total - unexplained) / total) if total > 0 else 0.0
    columns = {"tau2": tau2, "tau2_ci_lb": lower, "tau2_ci_ub": upper, "i2": i2, "h2": h2, "r2": r2}
    return columns | {"qe": tests["q"], "qe_df": fit.df, "qe_p": tests["q_p"]}


def _dersimonian_laird(yi: Array, vi: Array, x: Array) -> float:
    fit = _regress(yi, 1 / vi, x)
    return max(0.0, (fit.squares - fit.df) / fit.trace)


def _hedges(yi: Array, vi: Array, x: Array) -> float:
    fit = _regress(yi, np.ones(len(yi)), x)
    return max(0.0, (fit.squares - float(vi @ (1 - fit.leverage))) / fit.df)


def _sidik_jonkman(yi: Array, vi: Array, x: Array) -> float:
    fit = _regress(yi, 1 / (vi + np.var(yi)), x)
    return float(np.var(yi)) * fit.squares / fit.df


def _tau2_at_q(yi: Array, vi: Array, x: Array, target: float | None = None) -> float:
    """The τ² ≥ 0 at which Q(τ²) falls to `target`, by default k − p (Paule & Mandel 1982)."""
    # Newton's steps on 1/Q, which is concave in τ² with moderators as without: they never pass the root.
    tau2, smallest = 0.0, float(np.min(vi))
    for _ in range(200):
        fit = _regress(yi, 1 / (vi + tau2), x)
        excess = fit.squares / (fit.df if target is None else target) - 1
        if excess <= 0:
            break
        step = excess * fit.squares / fit.fall
        tau2 += step
        if step <= LIKELIHOOD_STEP * (tau2 + smallest):
            break
    return tau2


def _maximum(yi: Array, vi: Array, x: Array, *, restricted: bool) -> float:
    """The τ² of highest likelihood: the best of a grid, then the zero of the score beside it."""
    smallest = float(np.min(vi))
    s2 = _regress(yi, np.ones(len(yi)), x).squares / (len(yi) - x.shape[1])
    # Above this τ² the likelihood only falls: y'PPy ≤ RSS/(v_min + τ²)² and tr P ≥ (k − p)/(v_max + τ²).
    growth = (s2 + math.sqrt(s2 * float(np.max(vi)))) / smallest + 1
    steps = max(1, math.ceil(STEPS * math.log2(growth)))
    grid = (smallest * (growth ** (np.arange(steps + 1) / steps) - 1)).tolist()
    heights = [_log_likelihood(yi, vi, x, tau2, restricted=restricted) for tau2 in grid]
    best = heights.index(max(heights))
    below, tau2, above = grid[max(best - 1, 0)], grid[best], grid[min(best + 1, steps)]
    for _ in range(200):
        score, slope = _score(yi, vi, x, tau2, restricted=restricted)
        below, above = (tau2, above) if score > 0 else (below, tau2)
        newton = tau2 - score / slope if slope < 0 else math.inf
        before, tau2 = tau2, newton if below <= newton <= above else (below + above) / 2
        if abs(tau2 - before) <= LIKELIHOOD_STEP * (tau2 + smallest):
            break
    return tau2 if tau2 > NEGLIGIBLE * smallest else 0.0


def _log_likelihood(yi: Array, vi: Array, x: Array, tau2: float, *, restricted: bool) -> float:
    fit = _regress(yi, 1 / (vi + tau2), x)
    spread = 2 * np.sum(np.log(np.abs(np.diag(fit.triangle)))) if restricted else 0.0
    return float(np.sum(np.log(fit.wi)) - spread) - fit.squares


def _score(yi: Array, vi: Array, x: Array, tau2: float, *, restricted: bool) -> tuple[float, float]:
    """Twice the first and second derivative of the log-likelihood (Viechtbauer 2005)."""
    fit = _regress(yi, 1 / (vi + tau2), x)
    twice = fit.wi * fit.scaled
    slope = -2 * float(np.sum((twice - fit.basis @ (fit.basis.T @ twice)) ** 2))
    if not restricted:
        return fit.fall - float(np.sum(fit.wi)), slope + float(fit.wi @ fit.wi)
    inner = fit.basis.T @ (fit.wi[:, None] * fit.basis)
    of_squares = float(fit.wi**2 @ (1 - 2 * fit.leverage) + np.sum(inner**2))
    return fit.fall - fit.trace, slope + of_squares


#: Estimators of the residual τ² by metafor's names, each that of `TAU2` where the intercept stands alone.
RESIDUAL_TAU2: Mapping[str, Callable[[Array, Array, Array], float]] = {
    "common": lambda yi, vi, x: 0.0,
    "DL": _dersimonian_laird,
    "PM": _tau2_at_q,
    "REML": partial(_maximum, restricted=True),
    "ML": partial(_maximum, restricted=False),
    "EB": _tau2_at_q,
    "SJ": _sidik_jonkman,
    "HE": _hedges,
    "HS": lambda yi, vi, x: max(0.0, (_regress(yi, 1 / vi, x).squares - len(yi)) / float(np.sum(1 / vi))),
}


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """The test of difference between groups."""

    q: float
    q_df: int
    q_p: float


def difference(groups: Sequence[Pooled]) -> GroupDifference:
    """Q between groups that were pooled each on its own, with its own τ².

    Q = Σ(θ_g − θ̄)²/SE_g² with θ̄ weighted by 1/SE_g², χ² on G − 1 df for G groups (Borenstein & Higgins 2013;
    Cochrane Handbook 10.11.3.1). SE_g is that of the chosen interval, so Q is nan where Hartung–Knapp's is 0
    for a group whose effects agree exactly. Raises ValueError for fewer than two groups.

    >>> found = difference([pool([0.1, 0.3], [0.04, 0.04]), pool([0.8, 1.0], [0.04, 0.04])])
    >>> round(found.q, 12), found.q_df, round(found.q_p, 6)
    (12.25, 1, 0.000465)
    """
    if len(groups) < 2:
        raise ValueError("a difference between groups needs two of them")
    df = len(groups) - 1
    if any(group.se == 0 for group in groups):
        return GroupDifference(math.nan, df, math.nan)
    q = pool([group.estimate for group in groups], [group.se**2 for group in groups], "common").q
    return GroupDifference(q, df, chi2_sf(q, df))
