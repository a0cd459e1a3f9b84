"""How much a pooled effect rests on single studies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from msc_evidence.statistics.pooling.pooling import Pooled, pool, studies, weights

Array = NDArray[np.float64]

#: Cook's distance beyond the median of χ² on 1 df marks a study as influential.
MEDIAN_CHI2 = 0.454936423119572


@dataclass(frozen=True, slots=True)
class Influence:
    """What leaving out one study does, by metafor's names; `weight` is a percentage."""

    rstudent: float
    dffits: float
    cook_d: float
    cov_r: float
    tau2_del: float
    q_del: float
    hat: float
    dfbetas: float
    influential: bool

    @property
    def weight(self) -> float:
        """The study's share of the weights."""
        return 100 * self.hat


def influence(yi: ArrayLike, vi: ArrayLike, model: str = "REML") -> tuple[Influence, ...]:
    """Case diagnostics of each study, from the effect θ and variance V with it and θ₋, V₋, τ²₋ without it.

    Studentised deleted residual (y − θ₋)/√(v + τ²₋ + V₋), DFFITS (θ − θ₋)/√(h(v + τ²₋)) with h the share of the
    weights, Cook's distance (θ − θ₋)²/V, covariance ratio V₋/V, DFBETAS (θ − θ₋)√Σ1/(v + τ²₋). A study is
    influential when |DFFITS| > 3/√(k − 1), Cook's distance exceeds the median of χ² on 1 df, h > 3/k or
    |DFBETAS| > 1 (Viechtbauer & Cheung 2010). Raises ValueError for a single study and as `pool` does.

    >>> [study.influential for study in influence([0.1, 0.2, 0.1, 0.2, 3.0], [0.1] * 5)]
    [False, False, False, False, True]
    """
    y, v = _several(yi, vi)
    full = pool(y, v, model, tau2_ci=False)
    wi = weights(v, np.asarray(full.tau2))
    hats = wi / wi.sum()
    return tuple(_influence_without(y, v, i, full, float(hats[i])) for i in range(len(y)))


def _influence_without(y: Array, v: Array, i: int, full: Pooled, hat: float) -> Influence:
    rest = pool(np.delete(y, i), np.delete(v, i), full.model, tau2_ci=False)
    shift = full.estimate - rest.estimate
    total = float(v[i]) + rest.tau2
    dffits = shift / math.sqrt(hat * total)
    dfbetas = shift * math.sqrt(float(np.sum(1 / (v + rest.tau2))))
    cook_d = (shift / full.se) ** 2
    k = full.k
    return Influence(
        rstudent=(float(y[i]) - rest.estimate) / math.sqrt(total + rest.se**2),
        dffits=dffits,
        cook_d=cook_d,
        cov_r=(rest.se / full.se) ** 2,
        tau2_del=rest.tau2,
        q_del=rest.q,
        hat=hat,
        dfbetas=dfbetas,
        influential=abs(dffits) > 3 / math.sqrt(k - 1)
        or cook_d > MEDIAN_CHI2
        or hat > 3 / k
        or abs(dfbetas) > 1,
    )


def _several(yi: ArrayLike, vi: ArrayLike) -> tuple[Array, Array]:
    y, v = studies(yi, vi)
    if len(y) < 2:
        raise ValueError("leaving out a study needs two of them")
    return y, v
