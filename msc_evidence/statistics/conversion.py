"""From what a trial printed to what pooling needs: mean and SD from quantiles, SD from SE, CI, t and p."""

from __future__ import annotations

import math
from dataclasses import dataclass

from msc_evidence.statistics.distributions import normal_quantile, t_from_p

#: Below this many participants the published weights were not fitted (metafor, conv.fivenum).
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Quantiles:
    """A median with quartiles, with extremes or with both, and the participants behind them.

    Raises ValueError where a pair is incomplete, the order is wrong, there is no spread or n is below 5.
    """

    median: float
    n: float
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.n < FEWEST:
            raise ValueError(f"{self.n:g} participants are too few to convert a median: {FEWEST} are needed")
        if (self.q1 is None) != (self.q3 is None) or (self.minimum is None) != (self.maximum is None):
            raise ValueError("quartiles and extremes come in pairs")
        ordered = [x for x in (self.minimum, self.q1, self.median, self.q3, self.maximum) if x is not None]
        if len(ordered) < 3 or ordered != sorted(ordered):
            raise ValueError("a conversion needs quartiles or extremes around the median, in ascending order")
        if any(pair is not None and pair[0] == pair[1] for pair in (self.quartiles, self.extremes)):
            raise ValueError("quartiles or extremes that are equal leave no spread to convert")

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """Both quartiles, where there are any."""
        return None if self.q1 is None or self.q3 is None else (self.q1, self.q3)

    @property
    def extremes(self) -> tuple[float, float] | None:
        """Minimum and maximum, where there are any."""
        return None if self.minimum is None or self.maximum is None else (self.minimum, self.maximum)


@dataclass(frozen=True, slots=True)
class SkewnessTest:
    """A skewness statistic and its critical value at a level of .05."""

    statistic: float
    critical: float

    @property
    def skewed(self) -> bool:
        """Whether the statistic reaches the critical value."""
        return self.statistic >= self.critical


@dataclass(frozen=True, slots=True)
class MeanSD:
    """A mean and a standard deviation."""

    mean: float
    sd: float


def skewness(quantiles: Quantiles) -> SkewnessTest:
    """Test of normality against skewness (Shi 2023, 10.1177/09622802231172043; critical values as in metafor).

    With extremes T = |a + b − 2m|/(b − a) against 1/ln(n + 9) + 2.5/(n + 1); with quartiles |q₁ + q₃ − 2m|/(q₃ − q₁)
    against 2.65/√n − 6/n²; with both max(2.65 ln(0.6n)/√n · T, the latter) against 3/√n − 40/n³.

    >>> test = skewness(Quantiles(20, 40, q1=10, q3=60))
    >>> round(test.statistic, 4), round(test.critical, 4), test.skewed
    (0.6, 0.4153, True)
    """
    n, median = quantiles.n, quantiles.median
    inner = _quantile_asymmetry(quantiles.quartiles, median)
    outer = _quantile_asymmetry(quantiles.extremes, median)
    if quantiles.quartiles is None:
        return SkewnessTest(outer, 1 / math.log(n + 9) + 2.5 / (n + 1))
    if quantiles.extremes is None:
        return SkewnessTest(inner, 2.65 / math.sqrt(n) - 6 / n**2)
    scaled = 2.65 * math.log(0.6 * n) / math.sqrt(n) * outer
    return SkewnessTest(max(scaled, inner), 3 / math.sqrt(n) - 40 / n**3)


def mean_sd(quantiles: Quantiles, *, although_skewed: bool = False) -> MeanSD:
    """Mean and SD of normal data with these quantiles.

    Mean: Luo 2018 (10.1177/0962280216669183), equations 7, 11 and 15. SD: range/ξ and interquartile range/η with
    ξ = 2Φ⁻¹((n − .375)/(n + .25)) and η = 2Φ⁻¹((.75n − .125)/(n + .25)) (Wan 2014, 10.1186/1471-2288-14-135, equations
    9 and 16); with both, their mean with weights 1/(1 + .07n⁰·⁶) and the rest (Shi 2020, 10.1002/jrsm.1429), as in
    metafor's conv.fivenum. Raises ValueError for data that `skewness` finds skewed, unless told to convert them all
    the same.

    >>> found = mean_sd(Quantiles(12, 77, q1=9, q3=15))
    >>> round(found.mean, 4), round(found.sd, 4)
    (12.0, 4.533)
    """
    test = skewness(quantiles)
    if test.skewed and not although_skewed:
        raise ValueError(
            f"the data are skewed ({test.statistic:.3f}, critical value {test.critical:.3f}): "
            "their mean and SD do not follow from a median"
        )
    return MeanSD(_mean_of_quantiles(quantiles), _sd_of_quantiles(quantiles))


def sd_from_ci(ci_lb: float, ci_ub: float, n: float, *, level: float = 0.95, normal: bool = False) -> float:
    """SD of `n` values from the confidence interval of their mean: √n·(upper − lower)/(2t) on n − 1 degrees of freedom.

    With `normal` the quantile is the normal's, for large samples (Cochrane Handbook 6.5.2.2). Raises ValueError for
    limits that are not in order or n below 2.

    >>> round(sd_from_ci(30.0, 34.2, 25), 2)
    5.09
    """
    if n < 2 or not ci_lb <= ci_ub:
        raise ValueError(f"no SD follows from an interval of {ci_lb:g} to {ci_ub:g} with {n:g} participants")
    quantile = normal_quantile((1 + level) / 2) if normal else t_from_p(1 - level, n - 1)
    return math.sqrt(n) * (ci_ub - ci_lb) / (2 * quantile)


def se_from_t(difference: float, t: float) -> float:
    """SE of a difference with this t statistic: |difference/t| (Cochrane Handbook 6.5.2.3).

    Raises ValueError for a t of 0.

    >>> round(se_from_t(3.8, 2.775545), 6)
    1.3691
    """
    if t == 0:
        raise ValueError("a t of 0 says nothing of the standard error")
    return abs(difference / t)


def se_from_p(difference: float, p: float, df: float) -> float:
    """SE of a difference whose t test on `df` degrees of freedom has this two-sided p (Cochrane Handbook 6.5.2.3).

    Raises ValueError for a p that is not above 0 and below 1.

    >>> round(se_from_p(3.8, 0.008, 45), 6)
    1.3691
    """
    if not 0 < p < 1:
        raise ValueError(f"a p of {p:g} says nothing of the standard error")
    return abs(difference) / t_from_p(p, df)


def sd_from_difference_se(se: float, n1: float, n2: float) -> float:
    """SD within each arm from the SE of a difference of means: SE/√(1/n₁ + 1/n₂) (Cochrane Handbook 6.5.2.3).

    Raises ValueError for an empty group.

    >>> round(sd_from_difference_se(se_from_p(3.8, 0.008, 45), 25, 22), 6)
    4.683469
    """
    if min(n1, n2) < 1:
        raise ValueError(f"groups of {n1:g} and {n2:g} are not both occupied")
    return se / math.sqrt(1 / n1 + 1 / n2)


def _quantile_asymmetry(pair: tuple[float, float] | None, median: float) -> float:
    return 0.0 if pair is None else abs(sum(pair) - 2 * median) / (pair[1] - pair[0])


def _mean_of_quantiles(quantiles: Quantiles) -> float:
    n, median, quartiles, extremes = quantiles.n, quantiles.median, quantiles.quartiles, quantiles.extremes
    if quartiles is None:
        outer, inner = 4 / (4 + math.pow(n, 0.75)), 0.0
    elif extremes is None:
        outer, inner = 0.0, 0.7 + 0.39 / n
    else:
        outer, inner = 2.2 / (2.2 + math.pow(n, 0.75)), 0.7 - 0.72 / math.pow(n, 0.55)
    mid_range = sum(extremes) / 2 if extremes else 0.0
    mid_quartiles = sum(quartiles) / 2 if quartiles else 0.0
    return outer * mid_range + inner * mid_quartiles + (1 - outer - inner) * median


def _sd_of_quantiles(quantiles: Quantiles) -> float:
    n, quartiles, extremes = quantiles.n, quantiles.quartiles, quantiles.extremes
    xi = 2 * normal_quantile((n - 0.375) / (n + 0.25))
    eta = 2 * normal_quantile((0.75 * n - 0.125) / (n + 0.25))
    from_range = (extremes[1] - extremes[0]) / xi if extremes else 0.0
    from_quartiles = (quartiles[1] - quartiles[0]) / eta if quartiles else 0.0
    if quartiles is None or extremes is None:
        return from_range + from_quartiles
    weight = 1 / (1 + 0.07 * math.pow(n, 0.6))
    return weight * from_range + (1 - weight) * from_quartiles
