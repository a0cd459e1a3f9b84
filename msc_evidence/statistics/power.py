"""What two group sizes could have shown: smallest significant effect, power, detectable effect."""

from __future__ import annotations

import math
from functools import lru_cache

from msc_evidence.statistics.distributions import normal_quantile, normal_sf, t_from_p

#: Nodes weighing less than this part of the sum so far cannot be seen in it, however small α makes the sum.
NEGLIGIBLE = 1e-17
#: Step in units of the narrower of the integrand's two factors: the trapezoidal error is then below 1e-12.
STEP = 0.2
#: No S = √(χ²/ν) above this has a visible density, whatever ν: where δ > 9(t + 1) the power is 1.
CERTAIN = 9.0
#: The detectable effect is found to this relative precision.
PRECISION = 1e-12


def smallest_significant_d(n1: int, n2: int, alpha: float = 0.05) -> float:
    """The smallest standardised mean difference that is significant in a two-sided t test at `alpha`.

    d = t(1 − α/2; N − 2)·√(1/n₁ + 1/n₂). Raises ValueError for an empty group, fewer than 3 participants or
    α outside (0, 1).

    >>> round(smallest_significant_d(5, 25), 4)
    1.0035
    """
    _require(n1, n2, alpha)
    return t_from_p(alpha, n1 + n2 - 2) * math.sqrt(1 / n1 + 1 / n2)


@lru_cache(maxsize=4096)
def power(d: float, n1: int, n2: int, alpha: float = 0.05) -> float:
    """Power of the two-sided t test at a true standardised mean difference `d`, both tails counted.

    P(|T| > t) for the noncentral T on N − 2 degrees of freedom with δ = d/√(1/n₁ + 1/n₂) (Cohen 1988).
    Raises ValueError as `smallest_significant_d` does.

    >>> round(power(0.5, 64, 64), 5)
    0.80146
    """
    _require(n1, n2, alpha)
    df = n1 + n2 - 2
    critical = t_from_p(alpha, df)
    delta = abs(d) / math.sqrt(1 / n1 + 1 / n2)
    return 1.0 if delta > CERTAIN * (critical + 1) else _both_tails(critical, df, delta)


@lru_cache(maxsize=4096)
def detectable_d(n1: int, n2: int, target: float = 0.8, alpha: float = 0.05) -> float:
    """The standardised mean difference that the two-sided t test at `alpha` detects with power `target`.

    Raises ValueError as `smallest_significant_d` does, and for a target that is not above α and below 1.

    >>> round(detectable_d(39, 15), 3), round(detectable_d(5, 25), 3)
    (0.867, 1.422)
    """
    _require(n1, n2, alpha)
    if not alpha < target < 1:
        raise ValueError(f"power of {target:g} is not between alpha ({alpha:g}) and 1")
    df = n1 + n2 - 2
    critical = t_from_p(alpha, df)
    return _noncentrality(critical, df, target) * math.sqrt(1 / n1 + 1 / n2)


def _noncentrality(critical: float, df: int, target: float) -> float:
    """The δ at which both tails together reach `target`: secant steps on the normal scale in a bracket.

    There the curve is almost straight, so that three or four steps do.
    """
    aim = normal_quantile(target)
    low, high = 0.0, math.inf
    delta = max(critical + aim, critical / 2)
    slope = 1.0
    previous: tuple[float, float] | None = None
    for _ in range(200):
        reached = _probit(_both_tails(critical, df, delta))
        low, high = (delta, high) if reached < aim else (low, delta)
        if previous is not None and abs(delta - previous[0]) > 0:
            slope = (reached - previous[1]) / (delta - previous[0])
        previous = (delta, reached)
        step = (aim - reached) / slope if slope > 0 else math.inf
        if abs(step) <= PRECISION * delta:
            return delta
        delta = delta + step if low < delta + step < high else (low + min(high, 2 * delta + 2)) / 2
    return delta


def _probit(probability: float) -> float:
    return normal_quantile(min(max(probability, 1e-300), 1 - 1e-16))


def _both_tails(critical: float, df: int, delta: float) -> float:
    """P(|T| > critical) for T = (Z + δ)/S, S² a χ² on `df` degrees of freedom over `df`.

    The mean of Φ(δ − ts) + Φ(−δ − ts) over the density of u = ln s, ∝ exp(ν(u − e²ᵘ/2)), by the trapezoidal
    rule, which converges exponentially for such integrands (Trefethen & Weideman 2014).
    """
    step = STEP / math.sqrt(2 * df + delta * delta)
    weights = total = 0.0
    for direction in (-1, 1):
        index = 0 if direction == 1 else -1
        while True:
            u = index * step
            weight = math.exp(df * (u - math.expm1(2 * u) / 2))
            if weight <= NEGLIGIBLE * total:
                break
            scaled = critical * math.exp(u)
            weights += weight
            total += weight * (normal_sf(scaled - delta) + normal_sf(scaled + delta))
            index += direction
    return total / weights


def _require(n1: int, n2: int, alpha: float) -> None:
    if n1 < 1 or n2 < 1 or n1 + n2 < 3:
        raise ValueError(f"groups of {n1} and {n2} leave no degree of freedom")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha of {alpha:g} is not between 0 and 1")
