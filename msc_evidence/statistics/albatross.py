"""Where an effect lies in an albatross plot, which sets two-sided p-values against numbers of participants."""

from __future__ import annotations

import math

from msc_evidence.statistics.distributions import p_from_z, z_from_p


def balanced_size(n1: int, n2: int) -> float:
    """The participants who, in two equal arms, would tell as much as arms of n₁ and n₂: 4n₁n₂/(n₁ + n₂).

    Raises ValueError for an empty arm.

    >>> balanced_size(20, 20), round(balanced_size(5, 25), 2)
    (40.0, 16.67)
    """
    if n1 < 1 or n2 < 1:
        raise ValueError(f"groups of {n1} and {n2} are not both occupied")
    return 4 * n1 * n2 / (n1 + n2)


def contour_size(effect: float, p: float) -> float:
    """The participants in two equal arms of whom a standardised mean difference has the two-sided p.

    N = 4z²/d² with z = Φ⁻¹(1 − p/2), from the standard error 2/√N of d (Harrison et al. 2017,
    doi:10.1002/jrsm.1239). 0 at p = 1. Raises ValueError for an effect of 0, which has no contour.

    >>> round(contour_size(0.5, 0.05), 2)
    61.46
    """
    if not effect:
        raise ValueError("an effect of 0 has p 1 whatever the number of participants")
    return float(4 * z_from_p(p) ** 2 / effect**2)


def contour_p(effect: float, size: float) -> float:
    """The two-sided p of a standardised mean difference among `size` participants in two equal arms.

    2Φ(−|d|√N/2), the inverse of `contour_size` (Harrison et al. 2017).

    >>> round(contour_p(0.5, 61.46), 4)
    0.05
    """
    return float(p_from_z(effect * math.sqrt(size) / 2))
