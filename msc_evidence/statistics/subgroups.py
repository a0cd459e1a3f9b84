"""Whether the pooled effects of groups of studies differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from msc_evidence.statistics.distributions import chi2_sf
from msc_evidence.statistics.pooling import Pooled, pool


@dataclass(frozen=True, slots=True)
class Difference:
    """The test of difference between groups."""

    q: float
    q_df: int
    q_p: float


def difference(groups: Sequence[Pooled]) -> Difference:
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
        return Difference(math.nan, df, math.nan)
    q = pool([group.estimate for group in groups], [group.se**2 for group in groups], "common").q
    return Difference(q, df, chi2_sf(q, df))
