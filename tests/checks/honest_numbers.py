"""What honest papers print of drawn data: summaries, tests and effects, rounded as papers round."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from statistics import NormalDist, fmean, quantiles, stdev
from typing import Any

from scipy import stats

NAMES = ("a", "b")
Samples = Sequence[Sequence[float]]
Z = NormalDist().inv_cdf(0.975)


def population(draw: random.Random) -> Callable[[], float]:
    """Normal, in whole numbers, skewed, or scores of a short scale."""
    centre, spread = draw.choice([(60, 12), (7, 1.4), (130, 20), (26, 4)])
    return draw.choice(
        [
            lambda: draw.gauss(centre, spread),
            lambda: float(round(draw.gauss(centre, spread))),
            lambda: math.exp(draw.gauss(2, 0.8)),
            lambda: float(min(6, max(0, round(draw.gauss(3, 1.5))))),
        ]
    )


def summary(values: Sequence[float], decimals: int, *, se: bool = False) -> dict[str, str]:
    """Mean with SD, or with its standard error."""
    spread = stdev(values) / (math.sqrt(len(values)) if se else 1)
    name = "se" if se else "sd"
    return {
        "n": str(len(values)),
        "mean": f"{fmean(values):.{decimals}f}",
        name: f"{spread:.{decimals + se}f}",
    }


def summaries(values: Samples, decimals: int, *, se: bool = False) -> dict[str, Any]:
    """The summary of each arm."""
    return {name: summary(own, decimals, se=se) for name, own in zip(NAMES, values, strict=True)}


def counts(events: Sequence[int], sizes: Sequence[int]) -> dict[str, Any]:
    """Events and participants of each arm."""
    return {name: {"n": str(n), "events": str(k)} for name, k, n in zip(NAMES, events, sizes, strict=True)}


def events(draw: random.Random, share: float, n: int) -> int:
    """How many of n have the event."""
    return sum(draw.random() < share for _ in range(n))


def p_words(draw: random.Random, p: float) -> str:
    """`0.03`, `.012`, `<0.001`."""
    decimals = draw.choice([2, 3, 3, 4])
    if p < 10**-decimals:
        return f"<{10**-decimals:.{decimals}f}"
    words = f"{p:.{decimals}f}"
    return words.removeprefix("0") if draw.random() < 0.2 and p < 0.99 else words


def interval(measure: str, low: float, middle: float, high: float, decimals: int = 2) -> dict[str, str]:
    """An effect with its 95% interval."""
    low_words, words, high_words = (f"{value:.{decimals}f}" for value in (low, middle, high))
    return {"measure": measure, "estimate": words, "ci": f"{low_words} to {high_words}", "level": "95"}


def of_logs(measure: str, log: float, se: float) -> dict[str, str]:
    """A ratio with its Wald interval."""
    return interval(measure, *(math.exp(value) for value in (log - Z * se, log, log + Z * se)))


def t_tested(draw: random.Random, values: Samples) -> dict[str, Any]:
    """Student's or Welch's p, and the difference of the means with its interval."""
    equal = draw.random() < 0.7
    found = stats.ttest_ind(*values, equal_var=equal)
    low, high = found.confidence_interval(0.95)
    name = "Student's t test" if equal else "Welch's t test"
    test = name if draw.random() < 0.5 else "t test"
    middle = fmean(values[0]) - fmean(values[1])
    return {
        "p": p_words(draw, found.pvalue),
        "test": test,
        "effect": interval("MD", low, middle, high, draw.choice([1, 2])),
    }


def rank_sum_tested(draw: random.Random, values: Samples) -> dict[str, str]:
    """The p of the rank-sum test as statistical programs give it, with or without correction for continuity."""
    found = stats.mannwhitneyu(*values, method="asymptotic", use_continuity=draw.random() < 0.5)
    return {"p": p_words(draw, found.pvalue), "test": "Mann-Whitney U test"}


def counts_tested(draw: random.Random, first: Sequence[int], sizes: Sequence[int]) -> dict[str, Any]:
    """χ² or Fisher's p of two counts, with the odds or the risk ratio where no cell is empty."""
    table = [[k, n - k] for k, n in zip(first, sizes, strict=True)]
    if not all(map(sum, zip(*table, strict=True))):
        return {}
    if draw.random() < 0.5:
        tested = {
            "p": p_words(draw, stats.chi2_contingency(table, correction=False).pvalue),
            "test": "chi-square",
        }
    else:
        tested = {"p": p_words(draw, stats.fisher_exact(table).pvalue), "test": "Fisher's exact test"}
    cells = [cell for row in table for cell in row]
    if 0 in cells:
        return tested
    if draw.random() < 0.5:
        log = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
        return {**tested, "effect": of_logs("OR", log, math.sqrt(sum(1 / cell for cell in cells)))}
    log = math.log(first[0] / sizes[0] / (first[1] / sizes[1]))
    se = math.sqrt(sum(1 / k - 1 / n for k, n in zip(first, sizes, strict=True)))
    return {**tested, "effect": of_logs("RR", log, se)}


def quartiles(draw: random.Random, values: Sequence[float]) -> dict[str, str]:
    """Median and quartiles by either usual definition, with the range half of the time."""
    low, middle, high = quantiles(values, method=draw.choice(["inclusive", "exclusive"]))
    decimals = draw.choice([1, 1, 2])
    row = {
        "n": str(len(values)),
        "median": f"{middle:.{decimals}f}",
        "iqr": f"{low:.{decimals}f}-{high:.{decimals}f}",
    }
    return {**row, "range": f"{min(values):g}-{max(values):g}"} if draw.random() < 0.5 else row
