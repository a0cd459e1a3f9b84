"""Everything a pooled effect is reported with: test, intervals, heterogeneity and prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from msc_evidence.statistics.distributions import normal_quantile, t_from_p
from msc_evidence.statistics.heterogeneity import TINY, at_least_0, moments, q_profile
from msc_evidence.statistics.weighting import Fit, weights

Array = NDArray[np.float64]
Confidence = Literal["z", "t", "hk", "hk-adhoc"]
PredictionDf = Literal["k-2", "k-1"]

#: Intervals of a pooled effect; in metafor `test=` z, t, knha and adhoc.
CONFIDENCE: tuple[Confidence, ...] = ("z", "t", "hk", "hk-adhoc")
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
        if self.prediction_df not in ("k-2", "k-1"):
            raise ValueError(f"degrees of freedom {self.prediction_df!r} are not one of k-2, k-1")
        if not 0 < self.level < 1:
            raise ValueError(f"confidence level {self.level:g} is not between 0 and 1")


def summary(yi: Array, vi: Array, fit: Fit, reporting: Reporting) -> dict[str, Array]:
    """One value per quantity and meta-analysis, studies along the first axis of `yi` and `vi`."""
    several = len(yi) > 1
    se = _standard_error(yi, vi, fit, reporting.ci if several else "z")
    t_df = len(yi) - 1 if reporting.ci != "z" else 0
    return (
        {"estimate": fit.estimate, "se": se}
        | wald(fit.estimate, se, reporting.level, t_df)
        | _heterogeneity(yi, vi, fit.tau2)
        | _between(yi, vi, fit.tau2, reporting)
        | _prediction(fit, se, len(yi), reporting)
    )


def wald(estimate: Array, se: Array, level: float, t_df: int = 0) -> dict[str, Array]:
    """Two-sided test against 0 and interval, by Student's t on `t_df` or, where that is 0, the normal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = estimate / se
    size = -np.abs(statistic)
    p = 2 * (special.stdtr(t_df, size) if t_df else special.ndtr(size))
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
    return {"q": q, "q_p": special.chdtrc(df, q), "i2_q": i2, "h2_q": q / df}


def _standard_error(yi: Array, vi: Array, fit: Fit, ci: str) -> Array:
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


def _between(yi: Array, vi: Array, tau2: Array | None, reporting: Reporting) -> dict[str, Array]:
    if tau2 is None or len(yi) < 2 or not reporting.tau2_ci:
        unknown = np.full(yi.shape[1:], np.nan)
        lower, upper = unknown, unknown
    else:
        lower, upper = q_profile(yi, vi, reporting.level, tau2)
    estimate = np.zeros(yi.shape[1:]) if tau2 is None else tau2
    return {"tau2": estimate, "tau2_ci_lb": lower, "tau2_ci_ub": upper}


def _prediction(fit: Fit, se: Array, k: int, reporting: Reporting) -> dict[str, Array]:
    df = k - 2 if reporting.prediction_df == "k-2" else k - 1
    if fit.tau2 is None or df < 1:
        half = np.full(np.shape(se), np.nan)
    else:
        half = t_from_p(1 - reporting.level, df) * np.sqrt(fit.tau2 + se * se)
    return {"pi_lb": fit.estimate - half, "pi_ub": fit.estimate + half}
