"""Two-sided p-values of a two-by-two table under each test a paper may have used, and the margins' limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from msc_evidence.statistics.distributions import p_from_z
from msc_evidence.statistics.two_arms.effects import corrected_cells

#: Tables whose probabilities differ by less are equally probable; the value of R's fisher.test.
TIE_SLACK = 1 + 1e-7


def fisher(events1: int, n1: int, events2: int, n2: int) -> float:
    """Fisher's exact p: the probability of all tables no more probable than the observed one.

    Margins are fixed and the null distribution is hypergeometric (Fisher 1935; R's fisher.test).
    Raises ValueError where events exceed participants.

    >>> round(fisher(2, 14, 7, 14), 4)
    0.1032
    """
    tables = _tables(events1, n1, events2, n2)
    observed = tables.get(events1, 0.0)
    return min(1.0, math.fsum(p for p in tables.values() if p <= observed * TIE_SLACK))


def fisher_tails(events1: int, n1: int, events2: int, n2: int) -> tuple[float, float]:
    """One-sided p of Fisher's exact test: for as few events of the first group or fewer, and for as many or more.

    >>> [round(p, 3) for p in fisher_tails(10, 27, 5, 27)]
    [0.967, 0.112]
    """
    tables = _tables(events1, n1, events2, n2)
    fewer = math.fsum(p for events, p in tables.items() if events <= events1)
    return min(1.0, fewer), min(1.0, math.fsum(p for events, p in tables.items() if events >= events1))


def mid_p(events1: int, n1: int, events2: int, n2: int) -> float:
    """Fisher's p, counting tables as probable as the observed one by half (Lancaster 1961).

    >>> round(mid_p(2, 14, 7, 14), 4)
    0.058
    """
    tables = _tables(events1, n1, events2, n2)
    observed = tables.get(events1, 0.0)
    tied = math.fsum(p for p in tables.values() if observed / TIE_SLACK <= p <= observed * TIE_SLACK)
    return fisher(events1, n1, events2, n2) - tied / 2


def pearson(events1: int, n1: int, events2: int, n2: int) -> float:
    """Pearson's χ² test without correction; 1 where a margin is 0 and χ² is undefined.

    >>> round(pearson(12, 30, 21, 31), 4)
    0.0297
    """
    return p_from_z(math.sqrt(_chi2(events1, n1, events2, n2)))


def yates(events1: int, n1: int, events2: int, n2: int) -> float:
    """Pearson's test with Yates's correction: |O − E| less ½, but never below 0 (Yates 1934).

    >>> round(yates(12, 30, 21, 31), 4)
    0.0553
    """
    return p_from_z(math.sqrt(_chi2(events1, n1, events2, n2, correction=0.5)))


def n_minus_1(events1: int, n1: int, events2: int, n2: int) -> float:
    """Pearson's χ² times (N − 1)/N (Campbell 2007, 10.1002/sim.2832)."""
    total = n1 + n2
    return p_from_z(math.sqrt(_chi2(events1, n1, events2, n2) * (total - 1) / total))


def likelihood_ratio(events1: int, n1: int, events2: int, n2: int) -> float:
    """The G test, G = 2 Σ O ln(O/E) on one degree of freedom; 1 where a margin is 0 (Wilks 1938)."""
    _validate(events1, n1, events2, n2)
    events, total = events1 + events2, n1 + n2
    cells = [(events1, n1, events), (n1 - events1, n1, total - events)]
    cells += [(events2, n2, events), (n2 - events2, n2, total - events)]
    g = 2 * math.fsum(o * math.log(o * total / (row * column)) for o, row, column in cells if o)
    return p_from_z(math.sqrt(max(0.0, g)))


def wald(events1: int, n1: int, events2: int, n2: int) -> float:
    """The z test of the risk difference over its unpooled standard error.

    p is 1 where both risks are 0 or 1: that standard error is 0 and the test undefined.
    """
    _validate(events1, n1, events2, n2)
    risk1, risk2 = events1 / n1, events2 / n2
    variance = risk1 * (1 - risk1) / n1 + risk2 * (1 - risk2) / n2
    return p_from_z((risk1 - risk2) / math.sqrt(variance)) if variance > 0 else 1.0


def wald_log_odds_ratio(events1: int, n1: int, events2: int, n2: int) -> float:
    """The z test of the log odds ratio over Woolf's standard error, √Σ1/cell (Woolf 1955).

    ½ is added to all four cells of a table with an empty one; p is 1 where a margin is 0.

    >>> round(wald_log_odds_ratio(12, 30, 21, 31), 4)
    0.0321
    """
    cells = _positive_cells(events1, n1, events2, n2)
    if cells is None:
        return 1.0
    a, b, c, d = cells
    return p_from_z(math.log(a * d / (b * c)) / math.sqrt(1 / a + 1 / b + 1 / c + 1 / d))


def wald_log_risk_ratio(events1: int, n1: int, events2: int, n2: int) -> float:
    """The z test of the log risk ratio, SE √(1/a − 1/n₁ + 1/c − 1/n₂) (Katz 1978, 10.2307/2530610).

    ½ is added to all four cells of a table with an empty one; p is 1 where a margin is 0.

    >>> round(wald_log_risk_ratio(12, 30, 21, 31), 4)
    0.0393
    """
    cells = _positive_cells(events1, n1, events2, n2)
    if cells is None:
        return 1.0
    a, b, c, d = cells
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return p_from_z(math.log(a / (a + b) * (c + d) / c) / math.sqrt(variance))


#: Every test of a two-by-two table, by the name findings give it.
METHODS: Mapping[str, Callable[[int, int, int, int], float]] = {
    "Fisher exact": fisher,
    "mid-p": mid_p,
    "Pearson": pearson,
    "Yates": yates,
    "N−1": n_minus_1,
    "likelihood ratio": likelihood_ratio,
    "Wald (risk difference)": wald,
    "Wald (log OR)": wald_log_odds_ratio,
    "Wald (log RR)": wald_log_risk_ratio,
}


def smallest_fisher_p(n1: int, n2: int, events_total: int) -> float:
    """The smallest p that Fisher's test can give with these arms and this many events in all.

    The least probable table is one of the two extreme ones.

    >>> round(smallest_fisher_p(5, 25, 3), 5)
    0.00246
    """
    extremes = (max(0, events_total - n2), min(n1, events_total))
    return min(fisher(events1, n1, events_total - events1, n2) for events1 in extremes)


def fragility_index(events1: int, n1: int, events2: int, n2: int, alpha: float = 0.05) -> int | None:
    """How many participants of one arm would have to change to an event for Fisher's p to reach `alpha`.

    Events are added to the arm with the lower proportion: in the 1:1 trials of Walsh 2014
    (10.1016/j.jclinepi.2013.10.019) that is the arm with fewer events, and it stays defined in others.
    None where p is not below `alpha` to begin with, or stays below it throughout.

    >>> fragility_index(1, 100, 9, 100)
    1
    """
    if fisher(events1, n1, events2, n2) >= alpha:
        return None
    if events1 * n2 > events2 * n1:
        events1, n1, events2, n2 = events2, n2, events1, n1
    for added in range(1, n1 - events1 + 1):
        table = (events1 + added, n1, events2, n2)
        if _log_bound(*table) > math.log(alpha) and fisher(*table) >= alpha:
            return added
    return None


def _validate(events1: int, n1: int, events2: int, n2: int) -> None:
    for events, n in ((events1, n1), (events2, n2)):
        if n < 1 or not 0 <= events <= n:
            raise ValueError(f"{events} events in {n} participants is not possible")


def _positive_cells(events1: int, n1: int, events2: int, n2: int) -> tuple[float, float, float, float] | None:
    """The four cells, ½ added where one is empty; None where a margin is 0."""
    _validate(events1, n1, events2, n2)
    if events1 + events2 in (0, n1 + n2):
        return None
    return corrected_cells(events1, n1, events2, n2)


def _chi2(events1: int, n1: int, events2: int, n2: int, correction: float = 0.0) -> float:
    _validate(events1, n1, events2, n2)
    events, total = events1 + events2, n1 + n2
    margins = n1 * n2 * events * (total - events)
    if margins == 0:
        return 0.0
    excess = max(0.0, abs(events1 * n2 - events2 * n1) / total - correction)  # |O − E|, alike in all cells
    return excess * excess * total**3 / margins


def _tables(events1: int, n1: int, events2: int, n2: int) -> Mapping[int, float]:
    """Hypergeometric probability of each number of events in arm 1, given the margins."""
    _validate(events1, n1, events2, n2)
    return _tables_of_margins(n1, n2, events1 + events2)


@lru_cache(maxsize=16)  # for the tests of one table, which follow each other
def _tables_of_margins(n1: int, n2: int, events: int) -> Mapping[int, float]:
    mode = (n1 + 1) * (events + 1) // (n1 + n2 + 2)
    # Ratios of neighbours, outwards from the mode: log factorials would cost five digits at n = 10⁵.
    weights = {mode: 1.0}
    weight, k = 1.0, mode
    while weight > 0 and k < min(n1, events):
        weight *= (n1 - k) * (events - k) / ((k + 1) * (n2 - events + k + 1))
        k += 1
        weights[k] = weight
    weight, k = 1.0, mode
    while weight > 0 and k > max(0, events - n2):
        weight *= k * (n2 - events + k) / ((n1 - k + 1) * (events - k + 1))
        k -= 1
        weights[k] = weight
    total = math.fsum(weights.values())
    return {k: weight / total for k, weight in weights.items()}


def _log_bound(events1: int, n1: int, events2: int, n2: int) -> float:
    """Logarithm of an upper bound on Fisher's p: every table as probable as the observed one."""
    tables = min(n1, n2, events1 + events2) + 1
    log_p = _log_choose(n1, events1) + _log_choose(n2, events2) - _log_choose(n1 + n2, events1 + events2)
    return log_p + math.log(tables) + 1e-6  # beyond the rounding of the logarithms


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
