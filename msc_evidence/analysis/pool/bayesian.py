"""A Bayesian pool in the words of the other models."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.pooling.bayes import pool_bayes
from msc_evidence.statistics.pooling.pooling import Pooled, pool

Array = NDArray[np.float64]


def bayes_pooled(yi: Array, vi: Array, prior_scale: float, level: float) -> Pooled:
    """The posterior in the words of a pooled result: medians, central intervals, no test."""
    common = pool(yi, vi, "common", level=level)
    posterior = pool_bayes(yi, vi, prior_scale, level=level)
    return Pooled(
        model="bayes",
        ci_method=f"half-normal({prior_scale:g})",
        level=level,
        k=posterior.k,
        estimate=posterior.mu.median,
        se=posterior.mu.sd,
        statistic=nan,
        p=nan,
        ci_lb=posterior.mu.ci_lb,
        ci_ub=posterior.mu.ci_ub,
        q=common.q,
        q_df=common.q_df,
        q_p=common.q_p,
        tau2=posterior.tau.median**2,
        tau2_ci_lb=posterior.tau.ci_lb**2,
        tau2_ci_ub=posterior.tau.ci_ub**2,
        i2=nan,
        i2_q=common.i2_q,
        h2=nan,
        h2_q=common.h2_q,
        pi_lb=posterior.new.ci_lb,
        pi_ub=posterior.new.ci_ub,
        weights=(),
    )
