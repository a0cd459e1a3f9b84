"""Agreement of two raters: Cohen's kappa, Gwet's AC1, intraclass and concordance correlation, limits of agreement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: The normal quantile of 95 % intervals and limits.
Z95 = 1.959963984540054
#: Chance agreement this near 1 means that both raters used one category.
ONE_CATEGORY = 1e-12

Counts = Sequence[Sequence[float]]
Weighting = Literal["unweighted", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa with its standard error, and the agreement that it corrects for chance."""

    n: float
    agreement: float
    expected: float
    kappa: float
    se: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, kappa ± 1.96 standard errors."""
        return self.kappa - Z95 * self.se, self.kappa + Z95 * self.se


def observed_agreement(table: Counts) -> float:
    """The share of pairs in which both raters chose the same category; raises ValueError without pairs."""
    total = sum(map(sum, table))
    if not total:
        raise ValueError("no pairs to compare")
    return sum(row[i] for i, row in enumerate(table)) / total


def cohen_kappa(table: Counts, weighting: Weighting = "unweighted") -> Kappa | None:
    """Cohen's kappa of a square table of counts (rows: the first rater), None where both used one category only.

    (po − pe)/(1 − pe), agreement weighted by 1 − |i − j|/(k − 1) or 1 − (i − j)²/(k − 1)² where categories are
    ordered. Large-sample standard error by Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323. Raises ValueError for
    a table without counts.

    >>> found = cohen_kappa([[20, 5], [10, 15]])
    >>> round(found.kappa, 12), round(found.se, 12)
    (0.4, 0.126996062931)
    """
    total, size = sum(map(sum, table)), range(len(table))
    if not total:
        raise ValueError("no pairs to compare")
    weight = [[_agreement_weight(i, j, len(table), weighting) for j in size] for i in size]
    rows = [sum(row) / total for row in table]
    columns = [sum(row[j] for row in table) / total for j in size]
    observed = sum(weight[i][j] * table[i][j] for i in size for j in size) / total
    expected = sum(weight[i][j] * rows[i] * columns[j] for i in size for j in size)
    if 1 - expected < ONE_CATEGORY:
        return None
    kappa = (observed - expected) / (1 - expected)
    of_row = [sum(weight[i][j] * columns[j] for j in size) for i in size]
    of_column = [sum(weight[i][j] * rows[i] for i in size) for j in size]
    spread = sum(
        table[i][j] / total * (weight[i][j] - (of_row[i] + of_column[j]) * (1 - kappa)) ** 2
        for i in size
        for j in size
    )
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (total * (1 - expected) ** 2)
    return Kappa(total, observed, expected, kappa, math.sqrt(max(0.0, variance)))


def _agreement_weight(i: int, j: int, categories: int, weighting: Weighting) -> float:
    if weighting == "unweighted" or categories < 2:
        return float(i == j)
    apart = abs(i - j) / (categories - 1)
    return 1 - (apart if weighting == "linear" else apart**2)


def gwet_ac1(table: Counts) -> float:
    """Gwet's AC1, which stays near the agreement where almost all fall into one category.

    Chance agreement is Σ π(1 − π)/(k − 1) (Gwet 2008, Br J Math Stat Psychol 61:29). Raises ValueError for a table
    without counts or with a single category.

    >>> round(gwet_ac1([[118, 5], [2, 0]]), 12)
    0.940776337609
    """
    total, size = sum(map(sum, table)), range(len(table))
    if len(table) < 2:
        raise ValueError("AC1 needs two categories")
    shares = [(sum(table[i]) + sum(row[i] for row in table)) / (2 * total) if total else 0.0 for i in size]
    expected = sum(share * (1 - share) for share in shares) / (len(table) - 1)
    return (observed_agreement(table) - expected) / (1 - expected)


@dataclass(frozen=True, slots=True)
class NumberAgreement:
    """How far two raters agree in numbers of one scale."""

    n: int
    identical: float
    bias: float
    sd: float
    #: ICC(A,1) and ICC(C,1); None where nothing varies.
    absolute: float | None
    consistency: float | None
    #: The 95 % interval of ICC(A,1); None where it is 1.
    absolute_interval: tuple[float, float] | None
    concordance: float | None

    @property
    def limits(self) -> tuple[float, float]:
        """Bland and Altman's 95 % limits of agreement, bias ± 1.96 SD of the differences."""
        return self.bias - Z95 * self.sd, self.bias + Z95 * self.sd


def number_agreement(first: Sequence[float], second: Sequence[float]) -> NumberAgreement:
    """Agreement of paired numbers of one scale: bias, limits, ICC(A,1), ICC(C,1), Lin's concordance correlation.

    Two-way random effects, single rater (McGraw and Wong 1996, Psychol Methods 1:30); limits by Bland and Altman 1986;
    concordance by Lin 1989. Raises ValueError for fewer than two pairs.

    >>> found = number_agreement([10, 12, 9, 15, 20, 11], [11, 13, 10, 16, 21, 12])
    >>> found.absolute, round(found.concordance, 10), found.limits
    (0.970703125, 0.9650485437, (-1.0, -1.0))
    """
    n = len(first)
    if n < 2 or n != len(second):
        raise ValueError("two pairs are needed at least")
    differences = [a - b for a, b in zip(first, second, strict=True)]
    bias = math.fsum(differences) / n
    sd = math.sqrt(math.fsum((d - bias) ** 2 for d in differences) / (n - 1))
    subjects = [(a + b) / 2 for a, b in zip(first, second, strict=True)]
    grand = math.fsum(subjects) / n
    between = 2 * math.fsum((s - grand) ** 2 for s in subjects) / (n - 1)
    raters = n * bias**2 / 2
    error = sd**2 / 2
    below = between + error + 2 * (raters - error) / n
    absolute = (between - error) / below if below else None
    consistency = (between - error) / (between + error) if between + error else None
    return NumberAgreement(
        n=n,
        identical=sum(d == 0 for d in differences) / n,
        bias=bias,
        sd=sd,
        absolute=absolute,
        consistency=consistency,
        absolute_interval=_absolute_interval(absolute, n, between, raters, error),
        concordance=_concordance(first, second, bias),
    )


def _concordance(first: Sequence[float], second: Sequence[float], bias: float) -> float | None:
    n = len(first)
    mean_first, mean_second = math.fsum(first) / n, math.fsum(second) / n
    spread = math.fsum((a - mean_first) ** 2 for a in first) + math.fsum(
        (b - mean_second) ** 2 for b in second
    )
    together = math.fsum((a - mean_first) * (b - mean_second) for a, b in zip(first, second, strict=True))
    below = spread / n + bias**2
    return 2 * together / n / below if below else None


def _absolute_interval(
    icc: float | None, n: int, between: float, raters: float, error: float
) -> tuple[float, float] | None:
    """McGraw and Wong's interval of ICC(A,1) of two raters, by Satterthwaite's degrees of freedom."""
    if icc is None or icc >= 1:
        return None
    of_raters, of_error = 2 * icc / (n * (1 - icc)), 1 + 2 * icc * (n - 1) / (n * (1 - icc))
    parts = (of_raters * raters, of_error * error)
    below = parts[0] ** 2 + parts[1] ** 2 / (n - 1)
    if not below:
        return None
    df = sum(parts) ** 2 / below
    from scipy.special import fdtri

    upper_f, lower_f = float(fdtri(n - 1, df, 0.975)), float(fdtri(df, n - 1, 0.975))
    within = 2 * raters + (n - 2) * error
    low = n * (between - upper_f * error) / (upper_f * within + n * between)
    high = n * (lower_f * between - error) / (within + n * lower_f * between)
    return low, high
