"""What a lone two-sided p and two group sizes imply, under each test that may stand behind the p.

Every function gives a magnitude; whoever knows the direction applies it with `flipped`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from msc_evidence.statistics.distributions import t_from_p, z_from_p
from msc_evidence.statistics.interval import Interval, image

#: 97.5% quantile of the standard normal.
Z_95 = 1.959963984540054
#: Pooled shares are quotients of counts: they add to 1 but for floating point and printed rounding.
SHARES_SLACK = 1e-6
_LOG_LARGEST = math.log(1.7e308)


@dataclass(frozen=True, slots=True)
class ImpliedEffect:
    """An effect with its sampling variance and 95% confidence interval.

    On the scale `ratio` the variance is that of the logarithm.
    """

    estimate: float
    variance: float
    ci_lb: float
    ci_ub: float
    scale: Literal["difference", "ratio"] = "difference"

    def flipped(self) -> ImpliedEffect:
        """The same effect with the two arms exchanged: −g, or 1/OR.

        >>> implied_g(0.018, 20, 20).flipped().ci_lb == -implied_g(0.018, 20, 20).ci_ub
        True
        """
        mirror = _reciprocal if self.scale == "ratio" else float.__neg__
        return ImpliedEffect(
            mirror(self.estimate), self.variance, mirror(self.ci_ub), mirror(self.ci_lb), self.scale
        )


def hedges_correction(df: float) -> float:
    """Hedges' exact factor J that removes the bias of a standardised mean difference.

    J = Γ(ν/2) / (√(ν/2) Γ((ν−1)/2)) (Hedges 1981). Raises ValueError below 2 degrees of freedom.

    >>> round(hedges_correction(28), 9)
    0.972932115
    """
    if df < 2:
        raise ValueError(f"Hedges' correction needs 2 degrees of freedom or more, not {df:g}")
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def implied_g(p: float, n1: int, n2: int) -> ImpliedEffect:
    """Hedges' g if the p came from a two-sample t test.

    t = T⁻¹(1 − p/2; N − 2), d = t√(1/n₁ + 1/n₂), g = Jd, v = 1/n₁ + 1/n₂ + g²/(2N), CI g ± 1.96√v
    (Hedges 1981; Hedges & Olkin 1985). Infinite at p = 0. Raises ValueError for a p outside [0, 1], an
    empty group or fewer than 4 participants.

    >>> round(implied_g(0.018, 20, 20).estimate, 6), round(implied_g(0.018, 20, 20).variance, 6)
    (0.766373, 0.107342)
    """
    _require(p, n1, n2)
    df = n1 + n2 - 2
    spread = 1 / n1 + 1 / n2
    correction = hedges_correction(df)
    if p == 0:
        return ImpliedEffect(math.inf, math.inf, math.inf, math.inf)
    g = correction * t_from_p(p, df) * math.sqrt(spread)
    variance = spread + g * g / (2 * (n1 + n2))
    margin = Z_95 * math.sqrt(variance)
    return ImpliedEffect(g, variance, g - margin, g + margin)


def implied_ps(p: float, n1: int, n2: int) -> float:
    """Probability of superiority, ½ or more, if the p came from a rank-sum test.

    PS = ½ + z√((N + 1)/(12 n₁n₂)), at most 1, without ties or continuity correction (Mann & Whitney 1947;
    Newcombe 2006). Ties bring the true value nearer to ½; below 15 participants per arm it
    misleads (Churilov 2014). Raises ValueError for a p outside [0, 1] or an empty group.

    >>> round(implied_ps(0.011, 5, 25), 5)
    0.86554
    """
    _require(p, n1, n2)
    return min(1.0, 0.5 + z_from_p(p) * math.sqrt((n1 + n2 + 1) / (12 * n1 * n2)))


def implied_common_or(p: float, n1: int, n2: int, shares: Sequence[float]) -> ImpliedEffect:
    """Common odds ratio, 1 or more, if the p came from the score test of an ordinal outcome.

    V = n₁n₂N(1 − Σp̄³)/(3(N + 1)²) with p̄ the pooled `shares` of the categories, ln OR = z/√V, SE = 1/√V
    (Whitehead 1993). Infinite at p = 0. Raises ValueError for a p outside [0, 1], an empty group, shares that
    do not add to 1, or fewer than two categories in use.

    >>> effect = implied_common_or(0.011, 5, 25, [1 / 7] * 7)
    >>> round(effect.estimate, 3), round(effect.ci_lb, 3), round(effect.ci_ub, 3)
    (9.512, 1.676, 53.996)
    """
    _require(p, n1, n2)
    if abs(sum(shares) - 1) > SHARES_SLACK or min(shares) < 0 or max(shares) >= 1:
        raise ValueError("shares of two or more categories must add to 1")
    total = n1 + n2
    information = n1 * n2 * total * (1 - sum(share**3 for share in shares)) / (3 * (total + 1) ** 2)
    se = 1 / math.sqrt(information)
    log_or = z_from_p(p) * se
    low, high = log_or - Z_95 * se, log_or + Z_95 * se
    return ImpliedEffect(_exp(log_or), se * se, _exp(low), _exp(high), "ratio")


def over(implied: Callable[[float], float], p: Interval) -> Interval:
    """The magnitudes that the p-values of an interval imply.

    `implied` falls as p rises, as all magnitudes here do, so the ends decide. Where the interval holds 0 the
    upper end is infinite (1 for PS). Raises ValueError when no p of the interval lies in [0, 1].

    >>> interval = over(lambda p: implied_g(p, 5, 25).estimate, Interval(0.0105, 0.0115))
    >>> round(interval.lo, 4), round(interval.hi, 4)
    (1.2892, 1.3074)
    """
    return image(implied, p.clipped(0.0, 1.0))


def _require(p: float, n1: int, n2: int) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p of {p:g} is not between 0 and 1")
    if n1 < 1 or n2 < 1:
        raise ValueError(f"groups of {n1} and {n2} are not both occupied")


def _exp(value: float) -> float:
    return math.exp(value) if value < _LOG_LARGEST else math.inf


def _reciprocal(value: float) -> float:
    return 1 / value if value else math.inf
