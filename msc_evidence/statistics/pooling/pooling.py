"""Pooled effect of several studies by inverse variance: common effect and random effects, one or many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.distributions import normal_quantile, t_from_p
from msc_evidence.statistics.pooling.array_functions import chi2_p, normal_p, t_p
from msc_evidence.statistics.pooling.heterogeneity import TAU2, TINY, at_least_0, dot, moments, q_profile
from msc_evidence.statistics.pooling.measures import usable

Array = NDArray[np.float64]

#: The common effect, and random effects by their estimator of τ².
MODELS = ("common", *TAU2)


class PooledFit(NamedTuple):
    """A pooled effect with its variance, and τ² (None under a common effect), per meta-analysis."""

    estimate: Array
    variance: Array
    tau2: Array | None


def fit(yi: Array, vi: Array, model: str = "REML") -> PooledFit:
    """Estimate Σwy/Σw and variance 1/Σw with w = 1/(v + τ²), and nothing else.

    Studies along the first axis: k values for one meta-analysis, k × m for m of them. A single study has τ² 0.
    Nothing is checked: `pool` does that.

    >>> result = fit(np.array([0.30, 0.35]), np.array([0.10, 0.12]), "DL")
    >>> round(float(result.estimate), 5), round(float(result.tau2), 5)
    (0.32273, 0.0)
    """
    tau2 = _between_weights(yi, vi, model)
    wi = weights(vi, tau2)
    total = np.add.reduce(wi)
    return PooledFit(dot(wi, yi) / total, 1 / total, tau2)


def weights(vi: Array, tau2: Array | None) -> Array:
    """1/(v + τ²)."""
    return np.reciprocal(vi if tau2 is None else vi + tau2)


def _between_weights(yi: Array, vi: Array, model: str) -> Array | None:
    if model == "common":
        return None
    return TAU2[model](yi, vi) if len(yi) > 1 else np.zeros(yi.shape[1:])


Confidence = Literal["z", "t", "hk", "hk-adhoc"]
PredictionDf = Literal["k-2", "k-1"]

#: Intervals of a pooled effect; in metafor `test=` z, t, knha and adhoc.
CONFIDENCE: tuple[Confidence, ...] = ("z", "t", "hk", "hk-adhoc")
PREDICTION_DF: tuple[PredictionDf, ...] = ("k-2", "k-1")
#: A weighted sum of squares up to here is rounding: the effects agree exactly (as metafor decides it).
AGREEMENT = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a pooled effect is reported; the fields as in `pool`. Raises ValueError for what does not exist."""

    ci: Confidence = "z"
    level: float = 0.95
    prediction_df: PredictionDf = "k-2"
    tau2_ci: bool = True

    def __post_init__(self) -> None:
        if self.ci not in CONFIDENCE:
            raise ValueError(f"interval {self.ci!r} is not one of {', '.join(CONFIDENCE)}")
        if self.prediction_df not in PREDICTION_DF:
            raise ValueError(
                f"degrees of freedom {self.prediction_df!r} are not one of {', '.join(PREDICTION_DF)}"
            )
        if not 0 < self.level < 1:
            raise ValueError(f"confidence level {self.level:g} is not between 0 and 1")


def summary(yi: Array, vi: Array, fit: PooledFit, reporting: Reporting) -> dict[str, Array]:
    """One value per quantity and meta-analysis, studies along the first axis of `yi` and `vi`."""
    several = len(yi) > 1
    se = _standard_error(yi, vi, fit, reporting.ci if several else "z")
    t_df = len(yi) - 1 if reporting.ci != "z" else 0
    return (
        {"estimate": fit.estimate, "se": se}
        | wald(fit.estimate, se, reporting.level, t_df)
        | _heterogeneity(yi, vi, fit.tau2)
        | _between_studies(yi, vi, fit.tau2, reporting)
        | _prediction(fit, se, len(yi), reporting)
    )


def wald(estimate: Array, se: Array, level: float, t_df: int = 0) -> dict[str, Array]:
    """Two-sided test against 0 and interval, by Student's t on `t_df` or, where that is 0, the normal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    p = t_p(statistic, t_df) if t_df else normal_p(statistic)
    half = se * (t_from_p(1 - level, t_df) if t_df else normal_quantile((1 + level) / 2))
    return {"statistic": statistic, "p": p, "ci_lb": estimate - half, "ci_ub": estimate + half}


def from_q(q: Any, df: int) -> dict[str, Array]:
    """Q with its p, I² = 100(Q − df)/Q, at least 0, and H² = Q/df (Higgins & Thompson 2002).

    On no degrees of freedom Q is 0, p and H² are 1.
    """
    if df < 1:
        nought, one = np.zeros(np.shape(q)), np.ones(np.shape(q))
        return {"q": nought, "q_p": one, "i2_q": nought, "h2_q": one}
    i2 = 100 * at_least_0(q - df) / (q + TINY)
    return {"q": q, "q_p": chi2_p(q, df), "i2_q": i2, "h2_q": q / df}


def _standard_error(yi: Array, vi: Array, fit: PooledFit, ci: str) -> Array:
    if ci in ("z", "t"):
        return np.sqrt(fit.variance)
    residuals = yi - fit.estimate
    squares = np.add.reduce(residuals * residuals * weights(vi, fit.tau2))
    factor = np.where(squares > AGREEMENT, squares, 0.0) / (len(yi) - 1)
    return np.sqrt((np.maximum(factor, 1.0) if ci == "hk-adhoc" else factor) * fit.variance)


def _heterogeneity(yi: Array, vi: Array, tau2: Array | None) -> dict[str, Array]:
    df = len(yi) - 1
    q, rise = moments(yi, vi)
    columns = from_q(q, df)
    if tau2 is None or df < 1:
        return columns | {"i2": columns["i2_q"], "h2": columns["h2_q"]}
    # τ² over the typical sampling variance (k − 1)Σw/((Σw)² − Σw²) (Higgins & Thompson 2002, equation 9).
    share = tau2 * rise / df
    return columns | {"i2": 100 * share / (share + 1), "h2": share + 1}


def _between_studies(yi: Array, vi: Array, tau2: Array | None, reporting: Reporting) -> dict[str, Array]:
    if tau2 is None or len(yi) < 2 or not reporting.tau2_ci:
        unknown = np.full(yi.shape[1:], np.nan)
        lower, upper = unknown, unknown
    else:
        lower, upper = q_profile(yi, vi, reporting.level, tau2)
    estimate = np.zeros(yi.shape[1:]) if tau2 is None else tau2
    return {"tau2": estimate, "tau2_ci_lb": lower, "tau2_ci_ub": upper}


def _prediction(fit: PooledFit, se: Array, k: int, reporting: Reporting) -> dict[str, Array]:
    df = k - 2 if reporting.prediction_df == "k-2" else k - 1
    if fit.tau2 is None or df < 1:
        half = np.full(np.shape(se), np.nan)
    else:
        half = t_from_p(1 - reporting.level, df) * np.sqrt(fit.tau2 + se * se)
    return {"pi_lb": fit.estimate - half, "pi_ub": fit.estimate + half}


#: Studies computed together; many more and every step waits for memory.
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled effect on the analysis scale, by metafor's names; nan where a quantity does not exist.

    `i2` and `h2` follow from τ² and the typical sampling variance, `i2_q` and `h2_q` from Q; under a common
    effect both are those from Q. I² and the weights, one per study given, are percentages.
    """

    model: str
    ci_method: str
    level: float
    k: int
    estimate: float
    se: float
    statistic: float
    p: float
    ci_lb: float
    ci_ub: float
    q: float
    q_df: int
    q_p: float
    tau2: float
    tau2_ci_lb: float
    tau2_ci_ub: float
    i2: float
    i2_q: float
    h2: float
    h2_q: float
    pi_lb: float
    pi_ub: float
    weights: tuple[float, ...]


def pool(
    yi: ArrayLike,
    vi: ArrayLike,
    model: str = "REML",
    ci: Confidence = "z",
    *,
    level: float = 0.95,
    prediction_df: PredictionDf = "k-2",
    tau2_ci: bool = True,
) -> Pooled:
    """The pooled effect of studies with effects `yi` and sampling variances `vi`.

    `model` is one of MODELS. `ci`: normal, t on k − 1 df, Hartung–Knapp with SE² = Σw(y − ŷ)²/((k − 1)Σw) and
    t (Hartung & Knapp 2001), or the same with SE² at least 1/Σw (Knapp & Hartung 2003). A single study has the
    normal interval whatever `ci` says. τ² has its Q-profile interval (`tau2_ci=False` saves the time), a new
    study the interval ŷ ± t√(τ² + SE²) on k − 2 df (Higgins, Thompson & Spiegelhalter 2009, equation 12), none
    where that leaves no df; on k − 1 by `prediction_df`. Raises ValueError for an unknown model or interval and
    for a study without a finite effect and a variance above 0.

    >>> agreeing = pool([0.30, 0.35], [0.10, 0.12], "DL", "hk")
    >>> round(agreeing.ci_lb, 3), round(agreeing.ci_ub, 3)
    (0.006, 0.639)
    """
    _require(model)
    reporting = Reporting(ci, level, prediction_df, tau2_ci)
    y, v = studies(yi, vi)
    fitted = fit(y, v, model)
    share = weights(v, fitted.tau2)
    share *= 100 * fitted.variance
    return Pooled(
        model=model,
        ci_method=ci if len(y) > 1 else "z",
        level=level,
        k=len(y),
        q_df=len(y) - 1,
        weights=tuple(share.tolist()),
        **{name: float(value) for name, value in summary(y, v, fitted, reporting).items()},
    )


def pool_many(
    yi: ArrayLike,
    vi: ArrayLike,
    group: ArrayLike,
    model: str = "REML",
    ci: Confidence = "z",
    *,
    level: float = 0.95,
    prediction_df: PredictionDf = "k-2",
    tau2_ci: bool = True,
    count: int = 0,
) -> Mapping[str, Array]:
    """What `pool` gives for each of many meta-analyses: one array per quantity, weights excepted.

    `group` holds the meta-analysis of each study, counted from 0, in any order; one without studies, of `count` in all
    at least, has k = 0 and nan. Those of equal size are computed together. Raises ValueError as `pool` does.

    >>> both = pool_many([0.30, 0.35, 0.1, 0.9], [0.10, 0.12, 0.05, 0.07], [0, 0, 1, 1], "DL")
    >>> [round(float(tau2), 12) for tau2 in both["tau2"]]
    [0.0, 0.26]
    """
    _require(model)
    reporting = Reporting(ci, level, prediction_df, tau2_ci)
    y, v = studies(yi, vi)
    index = np.asarray(group)
    if index.shape != y.shape or index.dtype.kind not in "iu" or index.min() < 0:
        raise ValueError("every study needs the number of its meta-analysis, from 0")
    sizes = np.bincount(index, minlength=count)
    order = np.argsort(index, kind="stable")
    starts = np.cumsum(sizes) - sizes
    result: dict[str, Array] = {"k": np.array(sizes, dtype=np.float64), "q_df": np.maximum(sizes - 1.0, 0)}
    for members in _blocks(sizes):
        rows = order[starts[members] + np.arange(sizes[members[0]])[:, None]]
        effects, variances = y[rows], v[rows]
        columns = summary(effects, variances, fit(effects, variances, model), reporting)
        for name, values in columns.items():
            if name not in result:
                result[name] = np.full(len(sizes), np.nan)
            result[name][members] = values
    return result


def studies(yi: ArrayLike, vi: ArrayLike) -> tuple[Array, Array]:
    """The effects and variances as arrays; raises ValueError unless every study can be weighted."""
    y, v = np.asarray(yi, dtype=np.float64), np.asarray(vi, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape or not len(y):
        raise ValueError("pooling needs one effect and one variance per study, of one study or more")
    weighted = usable(y, v)
    if not weighted.all():
        row = int(np.argmin(weighted))
        raise ValueError(f"study {row + 1} with effect {y[row]:g} and variance {v[row]:g} cannot be weighted")
    return y, v


def _blocks(sizes: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Meta-analyses of equal size, as many as fit a processor's cache together."""
    for k in np.unique(sizes[sizes > 0]):
        members = np.flatnonzero(sizes == k)
        yield from np.array_split(members, 1 + len(members) * int(k) // BLOCK)


def _require(model: str) -> None:
    if model not in MODELS:
        raise ValueError(f"model {model!r} is not one of {', '.join(MODELS)}")
