"""How far a mean and an SD can go, given the range, the scale or the group size."""

from __future__ import annotations

import math

from msc_evidence.statistics.granularity import totals
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.sums_of_squares import greatest_squares


def mean_bounds(minimum: float, maximum: float, n: int) -> Interval:
    """The means that `n` values with these observed extremes can have.

    From (min(n − 1) + max)/n to (min + max(n − 1))/n. Raises ValueError for n below 2 or extremes in the
    wrong order.

    >>> bounds = mean_bounds(28, 83, 54)
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (29.02, 81.98)
    """
    _require(minimum, maximum, n)
    lowest, highest = (minimum * (n - 1) + maximum) / n, (minimum + maximum * (n - 1)) / n
    return Interval(min(lowest, highest), max(lowest, highest))  # the same number for n = 2, but for rounding


def sd_bounds(minimum: float, maximum: float, n: int, mean: Interval | None = None) -> Interval:
    """The SDs that `n` values with these observed extremes, and a mean in the box if one is given, can have.

    Largest √(n/(n − 1)·(m − min)(max − m)) (Bhatia & Davis 2000); smallest where both extremes occur once and
    the rest are equal. Both are reached at the mean nearest to the middle of the range. Raises ValueError for
    n below 2, extremes in the wrong order, or a mean outside `mean_bounds`.

    >>> bounds = sd_bounds(28, 83, 54, Interval.point(68))
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (5.89, 24.72)
    """
    middle = (minimum + maximum) / 2
    possible = mean_bounds(minimum, maximum, n)
    allowed = possible if mean is None else mean
    if not allowed.meets(possible):
        raise ValueError(
            f"no mean from {allowed.lo:g} to {allowed.hi:g} fits a range of {minimum:g} to {maximum:g}"
        )
    m = _nearest(_nearest(middle, allowed), possible)
    rest = (2 * m - minimum - maximum) ** 2 / (n - 2) if n > 2 else 0.0
    least = ((minimum - m) ** 2 + (maximum - m) ** 2 + rest) / (n - 1)
    # Equal extremes leave a mean that rounding may put outside of them.
    most = max(0.0, n / (n - 1) * (m - minimum) * (maximum - m))
    # For two or three values the two formulas meet, and rounding may put them in the wrong order.
    return Interval(math.sqrt(min(least, most)), math.sqrt(max(least, most)))


def sd_bounds_on_scale(lowest: float, highest: float, n: int, mean: Interval, step: float = 1) -> Interval:
    """The SDs that `n` scores with a mean in the box can have on a stepped scale, its limits attained or not.

    In steps from the lowest score, over every total S: least (n − 1)SD² = r(n − r)/n with r = S mod n, all
    scores being neighbours; greatest with all scores but one at a limit (sums of squares are convex). Raises
    ValueError for n below 2, limits that are not whole steps apart, or a mean that no total gives.

    >>> bounds = sd_bounds_on_scale(1, 7, 5, Interval.point(4.2))
    >>> round(bounds.lo, 2), round(bounds.hi, 2)
    (0.45, 3.03)
    """
    _require(lowest, highest, n)
    top = round((highest - lowest) / step)
    if top < 1 or not math.isclose(top * step, highest - lowest):
        raise ValueError(f"{lowest:g} to {highest:g} is not a scale in steps of {step:g}")
    within = mean.clipped(lowest, highest)
    attainable = totals(within, n, step=step, minimum=lowest)
    if not attainable:
        raise ValueError(f"no {n} scores have a mean from {mean.lo:g} to {mean.hi:g}")
    least = min((total % n) * (n - total % n) / n for total in attainable)
    # One division of whole numbers: equal bounds must come out equal.
    most = max((n * greatest_squares(total, top) - total * total) / n for total in attainable)
    return Interval(step * math.sqrt(least / (n - 1)), step * math.sqrt(most / (n - 1)))


def se_from_sd(sd: float, n: int) -> float:
    """Standard error of the mean of `n` values: SD/√n.

    >>> se_from_sd(10, 25)
    2.0
    """
    return sd / math.sqrt(n)


def sd_from_se(se: float, n: int) -> float:
    """SD of `n` values whose mean has this standard error: SE·√n (Cochrane Handbook, section 6.5.2.2).

    >>> sd_from_se(2, 25)
    10.0
    """
    return se * math.sqrt(n)


def skewed(mean: float, sd: float) -> bool:
    """Whether a variable that cannot be negative is skewed: its mean is below 2 SD (Altman & Bland 1996).

    >>> skewed(2.6, 13.0), skewed(68.0, 12.0)
    (True, False)
    """
    return mean < 2 * sd


def _nearest(value: float, box: Interval) -> float:
    return min(max(value, box.lo), box.hi)


def _require(minimum: float, maximum: float, n: int) -> None:
    if n < 2 or minimum > maximum:
        raise ValueError(f"{n} values from {minimum:g} to {maximum:g} have no spread")
