"""What a rank-sum or proportional-odds analysis needs, and can detect: Noether 1987 and Whitehead 1993."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msc_evidence.statistics.distributions import normal_quantile, z_from_p

#: Shares are quotients of counts: they add to 1 but for floating point and printed rounding.
SHARES_SLACK = 1e-6


def participants_for_ps(ps: float, *, share: float = 0.5, alpha: float = 0.05, power: float = 0.8) -> int:
    """Participants of both arms for the rank-sum test to detect a probability of superiority `ps`.

    N = (z₁₋α⸝₂ + z_power)²/(12 c(1 − c)(PS − ½)²) with `share` c in arm 1, two-sided (Noether 1987). Raises
    ValueError for a PS of ½ or outside [0, 1], a share outside (0, 1), or a power not between α and 1.

    >>> participants_for_ps(0.65)
    117
    """
    _require(alpha, power, share)
    if not 0 <= ps <= 1 or ps == 0.5:
        raise ValueError(f"no number of participants shows a probability of superiority of {ps:g}")
    return math.ceil(_demand(alpha, power) ** 2 / (12 * share * (1 - share) * (ps - 0.5) ** 2))


def detectable_ps(n1: int, n2: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The probability of superiority above ½ that a rank-sum test of `n1` against `n2` detects, at most 1.

    PS = ½ + (z₁₋α⸝₂ + z_power)√(N/(12 n₁n₂)), without ties (Noether 1987). Raises ValueError for an empty group or a
    power not between α and 1.

    >>> round(detectable_ps(39, 15), 3)
    0.746
    """
    share = _share(n1, n2)
    _require(alpha, power, share)
    return min(1.0, 0.5 + _demand(alpha, power) / math.sqrt(12 * share * (1 - share) * (n1 + n2)))


def participants_for_common_or(
    odds_ratio: float, shares: Sequence[float], *, ratio: float = 1.0, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Participants of both arms for the ordinal score test to detect a common odds ratio.

    N = 3(A + 1)²(z₁₋α⸝₂ + z_power)²/(A (ln OR)² (1 − Σp̄³)) with `ratio` A of the arms' sizes and `shares` p̄ of the
    categories over both arms (Whitehead 1993). Raises ValueError for an odds ratio of 1 or not above 0, a
    ratio not above 0, shares that do not add to 1, or a power not between α and 1.

    >>> shares = mean_shares([0.2, 0.5, 0.2, 0.1], 0.887)
    >>> participants_for_common_or(2.4278, shares, power=0.9)
    187
    """
    if ratio <= 0 or odds_ratio <= 0 or odds_ratio == 1:
        raise ValueError(f"no number of participants for an odds ratio of {odds_ratio:g} at {ratio:g} to 1")
    _require(alpha, power, 0.5)
    spread = _untied(shares)
    return math.ceil(
        3 * (ratio + 1) ** 2 * _demand(alpha, power) ** 2 / (ratio * math.log(odds_ratio) ** 2 * spread)
    )


def detectable_common_or(
    n1: int, n2: int, shares: Sequence[float], *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The common odds ratio above 1 that the ordinal score test of `n1` against `n2` detects (Whitehead 1993).

    exp((z₁₋α⸝₂ + z_power)√(3N/(n₁n₂(1 − Σp̄³)))). Raises ValueError for an empty group, shares that do not add to 1, or
    a power not between α and 1.

    >>> round(detectable_common_or(39, 15, [1 / 7] * 7), 2)
    4.44
    """
    _require(alpha, power, _share(n1, n2))
    return math.exp(_demand(alpha, power) * math.sqrt(3 * (n1 + n2) / (n1 * n2 * _untied(shares))))


def mean_shares(control: Sequence[float], log_or: float) -> list[float]:
    """Mean over two equal arms of the categories' shares, when `log_or` moves a control arm under proportional odds.

    Each cumulative share Q of the control arm becomes Q·e^β/(1 − Q + Q·e^β): β > 0 moves the arm down the scale
    (Whitehead 1993). Raises ValueError for shares that do not add to 1.

    >>> [round(share, 3) for share in mean_shares([0.2, 0.5, 0.2, 0.1], 0.887)]
    [0.289, 0.486, 0.153, 0.072]
    """
    _untied(control)
    moved, below, before = [], 0.0, 0.0
    for share in control:
        below = min(1.0, below + share)
        reached = below / (below + (1 - below) * math.exp(-log_or))
        moved.append((share + reached - before) / 2)
        before = reached
    return moved


def _demand(alpha: float, power: float) -> float:
    return z_from_p(alpha) + normal_quantile(power)


def _share(n1: int, n2: int) -> float:
    if min(n1, n2) < 1:
        raise ValueError(f"groups of {n1} and {n2} are not both occupied")
    return n1 / (n1 + n2)


def _untied(shares: Sequence[float]) -> float:
    if abs(sum(shares) - 1) > SHARES_SLACK or min(shares) < 0 or max(shares) >= 1:
        raise ValueError("shares of two or more categories must add to 1")
    return 1 - math.fsum(share**3 for share in shares)


def _require(alpha: float, power: float, share: float) -> None:
    if not 0 < alpha < power < 1:
        raise ValueError(f"power of {power:g} is not between alpha ({alpha:g}) and 1")
    if not 0 < share < 1:
        raise ValueError(f"share of {share:g} is not between 0 and 1")
