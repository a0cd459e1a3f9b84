"""Paired measurements from summary data: the SD of a change."""

from __future__ import annotations

import math


def sd_of_change(sd_before: float, sd_after: float, correlation: float) -> float:
    """SD of the change between two measurements: √(s₁² + s₂² − 2r·s₁s₂) (Cochrane Handbook 6.5.2.8).

    Raises ValueError for a negative SD or a correlation outside [−1, 1].

    >>> round(sd_of_change(6.4, 7.1, 0.78), 2)
    4.53
    """
    if min(sd_before, sd_after) < 0 or not -1 <= correlation <= 1:
        raise ValueError("SDs of 0 or more and a correlation from -1 to 1 are needed")
    square = sd_before**2 + sd_after**2 - 2 * correlation * sd_before * sd_after
    return math.sqrt(max(0.0, square))
