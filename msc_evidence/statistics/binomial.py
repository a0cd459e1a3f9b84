"""One binomial count: exact test of a share, exact confidence interval, bound after zero events."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from msc_evidence.statistics.distributions import beta_cdf, normal_quantile

#: R's slack: outcomes this much more probable than the observed one still count as equally probable.
LOG_SLACK = math.log1p(1e-7)


def exact_binomial(k: int, n: int, share: float) -> float:
    """Two-sided exact p of `k` in `n` against a true `share`.

    Adds the probabilities of all outcomes no more probable than the observed one, as R's binom.test does
    (Clopper & Pearson 1934; Conover 1971, pp. 97-104). Raises ValueError unless 0 ≤ k ≤ n, n ≥ 1 and
    0 < share < 1.

    >>> round(exact_binomial(39, 54, 2 / 3), 4)
    0.4708
    """
    _require(k, n)
    if not 0 < share < 1:
        raise ValueError(f"share of {share:g} is not between 0 and 1")

    def log_probability(i: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        return ways + i * math.log(share) + (n - i) * math.log1p(-share)

    limit = log_probability(k) + LOG_SLACK
    mode = min(n, math.floor((n + 1) * share))
    below = bisect_right(range(mode), limit, key=log_probability)
    from_above = mode + bisect_left(range(mode, n + 1), -limit, key=lambda i: -log_probability(i))
    if below >= from_above:
        return 1.0
    return min(1.0, _at_most(below - 1, n, share) + _at_most(n - from_above, n, 1 - share))


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact two-sided confidence interval of a proportion (Clopper & Pearson 1934).

    The shares at which the tails beyond `k` hold (1 − level)/2 each: the root of the incomplete beta function, and
    ((1 − level)/2)^(1/n) or its complement where none or all have the event. Raises ValueError unless 0 ≤ k ≤ n,
    n ≥ 1 and 0 < level < 1.

    >>> [round(bound, 4) for bound in clopper_pearson(0, 39)]
    [0.0, 0.0903]
    """
    _require(k, n)
    _require_level(level)
    tail = (1 - level) / 2
    if k == 0:
        return 0.0, -math.expm1(math.log(tail) / n)
    if k == n:
        return math.exp(math.log(tail) / n), 1.0
    lower = _proportion_at_tail(lambda x: beta_cdf(x, k, n - k + 1) - tail)
    return lower, _proportion_at_tail(lambda x: tail - beta_cdf(1 - x, n - k, k + 1))


def wilson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927, 10.1080/01621459.1927.10502953).

    Raises ValueError unless 0 ≤ k ≤ n and n ≥ 1.

    >>> [round(limit, 4) for limit in wilson(81, 263)]  # Newcombe 1998 (proportions), table I
    [0.2553, 0.3662]
    """
    _require(k, n)
    _require_level(level)
    z = normal_quantile((1 + level) / 2)
    centre, half = 2 * k + z**2, z * math.sqrt(z**2 + 4 * k * (1 - k / n))
    return (centre - half) / (2 * (n + z**2)), (centre + half) / (2 * (n + z**2))


def zero_event_bound(n: int, level: float = 0.95) -> float:
    """One-sided upper confidence bound of an event's probability after none in `n`: 1 − (1 − level)^(1/n).

    Hanley & Lippman-Hand 1983. Raises ValueError unless n ≥ 1 and 0 < level < 1.

    >>> round(zero_event_bound(30), 4)
    0.095
    """
    _require(0, n)
    _require_level(level)
    return -math.expm1(math.log1p(-level) / n)


def _at_most(k: int, n: int, share: float) -> float:
    """P(X ≤ k), through the incomplete beta function (DLMF 8.17.5)."""
    return beta_cdf(1 - share, n - k, k + 1) if 0 <= k < n else float(k >= n)


def _proportion_at_tail(rising: Callable[[float], float]) -> float:
    """The root in (0, 1) of a rising function, by bisection down to neighbouring floats."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high


def _require(k: int, n: int) -> None:
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a count")


def _require_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level of {level:g} is not between 0 and 1")
