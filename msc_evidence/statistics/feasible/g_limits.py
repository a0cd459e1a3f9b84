"""Between which values Hedges' g of a data set lies wherever its categories stand on the scale."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.feasible.arm_distributions import Array
from msc_evidence.statistics.two_arms.implied import hedges_correction

Floats = NDArray[np.float64]
#: Below this is only floating point.
TINY = 1e-9


def g_limits(first: Array, second: Array) -> tuple[Floats, Floats]:
    """A lower and an upper limit of g of each row, counts in categories in their order of which none is empty.

    No scores of the categories give a greater |g| than those of the canonical correlation, whose square is χ²/N
    (Goodman & Kruskal 1954): g² ≤ J²·(n₁ + n₂ − 2)·R/(1 − R·n₁n₂/N), R = Σ(p₁ₖ − p₂ₖ)²/(n₁ₖ + n₂ₖ). Scores that
    rise are sums of steps at the cuts, the difference of means is linear in them and the SD convex: where arm 1 does
    no worse at any cut, g is at least that of the cut at which it is least.

    >>> [limit.round(2).tolist() for limit in g_limits(np.array([[1, 4, 3]]), np.array([[4, 3, 1]]))]
    [[0.53], [0.84]]
    """
    n1, n2 = int(first[0].sum()), int(second[0].sum())
    share1, share2 = first / n1, second / n2
    ratio = ((share1 - share2) ** 2 / (first + second)).sum(axis=1)
    unexplained = 1 - ratio * n1 * n2 / (n1 + n2)
    unexplained[unexplained < TINY] = 0
    scale = hedges_correction(n1 + n2 - 2) * math.sqrt(n1 + n2 - 2)
    with np.errstate(divide="ignore"):
        most = scale * np.sqrt(ratio / unexplained)
        above1, above2 = (np.cumsum(share[:, :0:-1], axis=1) for share in (share1, share2))
        within = n1 * above1 * (1 - above1) + n2 * above2 * (1 - above2)
        within[within < TINY] = 0
        cuts = scale * (above1 - above2) / np.sqrt(within)
    low = np.where((above1 >= above2).all(axis=1), cuts.min(axis=1), -most)
    high = np.where((above1 <= above2).all(axis=1), cuts.max(axis=1), most)
    return low, high
