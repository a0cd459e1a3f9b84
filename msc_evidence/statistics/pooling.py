"""Pooled effect of several studies by inverse variance: common effect and random effects, one or many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.measures import usable
from msc_evidence.statistics.summary import Confidence, PredictionDf, Reporting, summary
from msc_evidence.statistics.weighting import MODELS, fit, weights

Array = NDArray[np.float64]
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
    found = fit(y, v, model)
    share = 100 * found.variance * weights(v, found.tau2)
    return Pooled(
        model=model,
        ci_method=ci,
        level=level,
        k=len(y),
        q_df=len(y) - 1,
        weights=tuple(share.tolist()),
        **{name: float(value) for name, value in summary(y, v, found, reporting).items()},
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
) -> Mapping[str, Array]:
    """What `pool` gives for each of many meta-analyses: one array per quantity, weights excepted.

    `group` holds the meta-analysis of each study, counted from 0, in any order; one without studies has k = 0
    and nan. Those of equal size are computed together. Raises ValueError as `pool` does.

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
    sizes = np.bincount(index)
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
