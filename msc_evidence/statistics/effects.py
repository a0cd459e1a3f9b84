"""Effect measures of two arms with confidence intervals, by metafor's conventions, on the natural scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.implied import hedges_correction

#: Effect measures that are ratios: no difference is 1, and they are pooled as logarithms.
RATIO_MEASURES = ("OR", "RR", "HR", "ROM", "PETO")


def no_difference(measure: str | None, *, logarithm: bool = False) -> float:
    """What an effect measure is without a difference: 1 for ratios (their logarithm 0), ½ for PS, else 0.

    >>> no_difference("OR"), no_difference("OR", logarithm=True), no_difference("PS"), no_difference("MD")
    (1.0, 0.0, 0.5, 0.0)
    """
    if measure in RATIO_MEASURES:
        return 0.0 if logarithm else 1.0
    return 0.5 if measure == "PS" else 0.0


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its confidence limits; ratios as ratios, not as logarithms."""

    measure: str
    estimate: float
    ci_lb: float
    ci_ub: float


def risk_ratio(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> Effect:
    """Risk ratio of arm 1 to arm 2 with a Wald interval on the log scale (Cochrane Handbook 6.4.1).

    ½ is added to all four cells of a table with an empty one, and of no other.

    >>> rr = risk_ratio(79, 106, 82, 99)
    >>> round(rr.estimate, 4), round(rr.ci_lb, 3), round(rr.ci_ub, 3)
    (0.8998, 0.78, 1.038)
    """
    a, b, c, d = _cells(events1, n1, events2, n2)
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return _wald("RR", math.log(a / (a + b) * (c + d) / c), variance, level, math.exp)


def odds_ratio(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> Effect:
    """Odds ratio of arm 1 to arm 2 with Woolf's interval (Woolf 1955; Cochrane Handbook 6.4.1).

    ½ is added to all four cells of a table with an empty one, and of no other.
    """
    a, b, c, d = _cells(events1, n1, events2, n2)
    return _wald("OR", math.log(a / b * d / c), 1 / a + 1 / b + 1 / c + 1 / d, level, math.exp)


def risk_difference(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> Effect:
    """Risk of arm 1 less that of arm 2 with a Wald interval, nothing added to empty cells.

    The interval has no width where both risks are 0 or 1.
    """
    risk1, risk2 = _risk(events1, n1), _risk(events2, n2)
    variance = risk1 * (1 - risk1) / n1 + risk2 * (1 - risk2) / n2
    return _wald("RD", risk1 - risk2, variance, level)


def mean_difference(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int, *, level: float = 0.95
) -> Effect:
    """Mean of arm 1 less that of arm 2, variance sd₁²/n₁ + sd₂²/n₂ (Cochrane Handbook 6.5.1)."""
    _validate_spread(sd1, n1, sd2, n2)
    return _wald("MD", m1 - m2, sd1 * sd1 / n1 + sd2 * sd2 / n2, level)


def hedges_g(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int, *, level: float = 0.95
) -> Effect:
    """Standardised mean difference, Hedges' g with the exact correction (Hedges 1981, equation 6e).

    g = J(m₁ − m₂)/s with the pooled s on ν = n₁ + n₂ − 2; variance 1/n₁ + 1/n₂ + g²/(2(n₁ + n₂)).
    Raises ValueError where the pooled SD is 0.
    """
    _validate_spread(sd1, n1, sd2, n2)
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / df)
    if pooled == 0:
        raise ValueError("a standardised difference needs a standard deviation above 0")
    g = hedges_correction(df) * (m1 - m2) / pooled
    return _wald("SMD", g, 1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2)), level)


#: Measures from events and participants of two arms, by their names in metafor.
FROM_COUNTS: Mapping[str, Callable[..., Effect]] = {
    "RR": risk_ratio,
    "OR": odds_ratio,
    "RD": risk_difference,
}

#: Measures from mean, SD and participants of two arms, by their names in metafor.
FROM_MEANS: Mapping[str, Callable[..., Effect]] = {"MD": mean_difference, "SMD": hedges_g}


def _risk(events: int, n: int) -> float:
    if n < 1 or not 0 <= events <= n:
        raise ValueError(f"{events} events in {n} participants is not possible")
    return events / n


def _cells(events1: int, n1: int, events2: int, n2: int) -> tuple[float, float, float, float]:
    _risk(events1, n1)
    _risk(events2, n2)
    cells = (events1, n1 - events1, events2, n2 - events2)
    added = 0.0 if all(cells) else 0.5
    a, b, c, d = (cell + added for cell in cells)
    return a, b, c, d


def _validate_spread(sd1: float, n1: int, sd2: float, n2: int) -> None:
    if min(n1, n2) < 2 or min(sd1, sd2) < 0:
        raise ValueError("each arm needs two participants and a standard deviation of 0 or more")


def _wald(
    measure: str,
    estimate: float,
    variance: float,
    level: float,
    natural: Callable[[float], float] = float,
) -> Effect:
    half = normal_quantile((1 + level) / 2) * math.sqrt(variance)
    return Effect(measure, natural(estimate), natural(estimate - half), natural(estimate + half))
