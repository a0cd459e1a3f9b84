"""The mean and SD of a whole from those of its parts, over everything that rounding allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from msc_evidence.statistics.interval import Interval

#: The least sum of squares is looked for until its place is known to this share of its range.
_PRECISION = 1e-12


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its size, and the means and SDs that its printed numbers stand for."""

    n: int
    mean: Interval
    sd: Interval | None = None


def whole_mean(parts: Sequence[Part]) -> Interval:
    """The means that the parts can give together: Σ n·m / Σ n over their boxes.

    >>> box = whole_mean([Part(30, Interval.rounded(6.2, 1)), Part(11, Interval.rounded(7.4, 1))])
    >>> round(box.lo, 4), round(box.hi, 4)
    (6.472, 6.572)
    """
    n = sum(part.n for part in parts)
    low, high = (
        sum(part.n * end for part, end in zip(parts, ends, strict=True)) / n for ends in _ends(parts)
    )
    return Interval(low, high)


def whole_sd(parts: Sequence[Part]) -> Interval:
    """The SDs that the parts can give together: SD²(N − 1) = Σ (n − 1)s² + Σ n(m − M)².

    Convex in the means: greatest at a corner of their box, least where they lie as near to one value as the box
    allows. Raises ValueError where a part has no SD.

    >>> sixty = [Part(25, Interval.rounded(mean, 1), Interval.rounded(10.0, 1)) for mean in (50, 70)]
    >>> box = whole_sd(sixty)
    >>> round(box.lo, 4), round(box.hi, 4)
    (14.0714, 14.2128)
    """
    sds = [part.sd for part in parts]
    if None in sds:
        raise ValueError("a part has no SD")
    low, high = ([sd.lo for sd in sds if sd], [sd.hi for sd in sds if sd])
    most = max(_variance(parts, means, high) for means in product(*((p.mean.lo, p.mean.hi) for p in parts)))
    return Interval(math.sqrt(_least_variance(parts, low)), math.sqrt(most))


def _ends(parts: Sequence[Part]) -> tuple[list[float], list[float]]:
    return [part.mean.lo for part in parts], [part.mean.hi for part in parts]


def _variance(parts: Sequence[Part], means: Sequence[float], sds: Sequence[float]) -> float:
    n = sum(part.n for part in parts)
    middle = sum(part.n * m for part, m in zip(parts, means, strict=True)) / n
    within = sum((part.n - 1) * s * s for part, s in zip(parts, sds, strict=True))
    between = sum(part.n * (m - middle) ** 2 for part, m in zip(parts, means, strict=True))
    return (within + between) / (n - 1)


def _least_variance(parts: Sequence[Part], sds: Sequence[float]) -> float:
    """The least variance, by golden search for the value that all means lie nearest to."""

    def at(value: float) -> float:
        return _variance(parts, [min(max(value, p.mean.lo), p.mean.hi) for p in parts], sds)

    low, high = min(p.mean.lo for p in parts), max(p.mean.hi for p in parts)
    share, stop = (math.sqrt(5) - 1) / 2, _PRECISION * max(1.0, abs(low), abs(high))
    while high - low > stop:
        left, right = high - share * (high - low), low + share * (high - low)
        if at(left) < at(right):
            high = right
        else:
            low = left
    return at((low + high) / 2)


def change_correlation(baseline: Interval, final: Interval, change: Interval) -> Interval:
    """The correlation that an SD of change implies: (b² + f² − c²)/(2bf), over the boxes of all three SDs.

    Least in b at √(f² − c²) where that is in its box, likewise in f (Cochrane Handbook 6.5.2.8). Raises ValueError
    where an SD at entry or at the end may be 0.

    >>> box = change_correlation(*(Interval.rounded(sd, 1) for sd in (5.0, 5.5, 12.0)))
    >>> round(box.lo, 4), round(box.hi, 4)
    (-1.6865, -1.5431)
    """
    if baseline.lo <= 0 or final.lo <= 0:
        raise ValueError("an SD of 0 has no correlation")
    corners = set(product((baseline.lo, baseline.hi), (final.lo, final.hi), (change.lo, change.hi)))
    for b, f, c in tuple(corners):
        corners |= {(root, f, c) for root in _leg(f, c) if root in baseline}
        corners |= {(b, root, c) for root in _leg(b, c) if root in final}
    values = [(b * b + f * f - c * c) / (2 * b * f) for b, f, c in corners]
    return Interval(min(values), max(values))


def _leg(longest: float, other: float) -> tuple[float, ...]:
    return (math.sqrt(longest**2 - other**2),) if longest > other else ()
